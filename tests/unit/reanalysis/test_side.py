"""What of two results' making differs, and whether it was the software that read the same data anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from als_screen.models import ResourceVersion
from als_screen.patient import Patient
from als_screen.reanalysis.parts import Cause
from als_screen.reanalysis.side import Side, differing, differing_data, read_anew, world_of
from reanalysis_runs import H275Y, evidence, interpreter, release

FILES = (("P1.bam", 9, 5), ("P1.bam.bai", 1, 5))


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Side:
    knowledge = release(tmp_path_factory.mktemp("k") / "k", "2026-01-01", None)
    found = evidence("P1", H275Y)
    report = interpreter(knowledge).report(Patient("P1"), found)
    return Side(
        report, found, knowledge, Path("policies"), FILES, (("interpret", 1),), "a", (), {"build": "auto"}
    )


def with_sites(side: Side) -> Side:
    made = side.report.provenance
    sites = {**made.resources, "identity_sites": ResourceVersion(release="sites.tsv", sha256="b")}
    provenance = made.model_copy(update={"resources": sites})
    return replace(side, report=side.report.model_copy(update={"provenance": provenance}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"files": (FILES[0], ("P1.bam.bai", 2, 6))}, True),
        ({"files": (("P1.bam", 9, 6), FILES[1])}, True),
        ({"files": (("P1.bam", 8, 5), FILES[1])}, False),
        ({"files": ()}, False),
        ({"columns": (("P1.bam", "other"),)}, False),
        ({"reference": {"build": "GRCh37"}}, False),
        ({"commit": "a"}, False),
    ],
    ids=["all", "new index", "copied", "other file", "not recorded", "sample", "reference", "one software"],
)
def test_read_anew(side: Side, changes: dict[str, Any], expected: bool) -> None:
    assert read_anew(side, replace(side, **{"commit": "b", **changes})) is expected


def test_other_sites_are_other_data(side: Side) -> None:
    assert not read_anew(side, replace(with_sites(side), commit="b"))


def test_what_differs(side: Side) -> None:
    assert differing(side, replace(side, commit="b")) == set()
    row = side.report.patient.model_copy(update={"sex": "female", "batch": "B2"})
    other = replace(side, evidence=evidence("P1"), report=side.report.model_copy(update={"patient": row}))
    assert differing_data(side, other) == ("sheet column sex", "variants")
    assert differing(side, other) == {Cause.INPUT}
    settings = side.report.provenance.model_copy(update={"settings": {"coverage": {"min_depth": 3}}})
    strict = replace(side, report=side.report.model_copy(update={"provenance": settings}))
    assert differing(side, strict) == {Cause.POLICY}


def test_without_evidence_the_files_tell(side: Side) -> None:
    gone = replace(side, evidence=None)
    assert differing_data(gone, side) == ()
    assert differing_data(gone, replace(side, files=())) == ("files",)
    assert world_of(gone) is None
    assert world_of(side) is not None
