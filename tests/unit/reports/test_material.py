"""A report is kept, its finding unread, exactly where nothing but releases of knowledge has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from als_screen.config import Settings
from als_screen.errors import AlsScreenError
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.regions import Build
from als_screen.reports.material import Material, read_material
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.write import Desk, report_settings
from unit.reports.picture_reads import EXPANDED_READS
from unit.reports.samples import EXPANSION, NEGATIVE, VUS_REPORT
from unit.reports.test_unchanged import with_table

SHOWN = ReadsShown(EXPANDED_READS.model_copy(update={"patient": VUS_REPORT.patient.patient}))
MATERIAL = Material.of(VUS_REPORT, SHOWN)
PATIENT = Patient(VUS_REPORT.patient.patient, name="A Name")


def desk(archive: Path | None = None, **changes: Any) -> Desk:
    settings = Settings.model_validate({"samples": "s.tsv", "report": {"pdf": False}, **changes})
    return Desk(settings, report_settings(settings, "2026-11-24"), archive)


def test_it_is_read_back(tmp_path: Path) -> None:
    for name in ("finding", "repeat", "variants"):
        (tmp_path / name).write_bytes(getattr(MATERIAL, name))
    (found,) = read_material(*(tmp_path / name for name in ("finding", "repeat", "variants"))).values()
    assert (found.report, found.shown, found.build) == (VUS_REPORT, SHOWN, Build.GRCH38)
    assert found.provenance == VUS_REPORT.provenance


def test_new_releases_are_another_knowledge_and_the_same_material() -> None:
    moved = Material.of(with_table(VUS_REPORT), SHOWN)
    assert moved.knowledge != MATERIAL.knowledge
    assert moved.digest() == MATERIAL.digest()


def reads_withdrawn(one: Material) -> Material:
    return replace(one, repeat=b"")


def another_finding(one: Material) -> Material:
    return replace(one, finding=EXPANSION.model_dump_json().encode())


def other_policy(one: Material) -> Material:
    made = one.provenance
    settings = {**made.settings, "coverage": {"min_depth": 11}}
    report = VUS_REPORT.model_copy(update={"provenance": made.model_copy(update={"settings": settings})})
    return replace(one, finding=report.model_dump_json().encode())


def other_file(one: Material) -> Material:
    made = one.provenance.model_copy(update={"inputs": {"vcf": ["elsewhere.vcf"]}})
    return replace(one, finding=VUS_REPORT.model_copy(update={"provenance": made}).model_dump_json().encode())


@pytest.mark.parametrize(
    "change", [reads_withdrawn, another_finding, other_policy, other_file], ids=lambda one: one.__name__
)
def test_everything_else_is_other_material(change: Callable[[Material], Material]) -> None:
    assert change(MATERIAL).digest() != MATERIAL.digest()


@pytest.mark.parametrize(
    ("other", "patient", "note"),
    [
        (desk(), replace(PATIENT, name="Another Name"), "a field that reports print"),
        (desk(), replace(PATIENT, language="fr"), "the language of the row"),
        (desk(allow_predictive=True), PATIENT, "a setting of reports"),
        (desk(report={"pdf": True}), PATIENT, "a file more"),
        (desk(report={"pdf": False, "language": "nl"}), PATIENT, "the language of the run"),
    ],
)
def test_the_hash_knows_what_is_printed(other: Desk, patient: Patient, note: str) -> None:
    assert other.hash_of(MATERIAL, patient) != desk().hash_of(MATERIAL, PATIENT), note


def test_the_date_is_no_part_of_it() -> None:
    undated = replace(desk(), chosen=report_settings(desk().settings, "2027-01-01"))
    assert undated.hash_of(MATERIAL, PATIENT) == desk().hash_of(MATERIAL, PATIENT)


@pytest.mark.parametrize("report", [NEGATIVE, EXPANSION, VUS_REPORT])
def test_the_build_is_that_of_the_finding(report: Report) -> None:
    assert Material.of(report).build is report.genome_build
    assert Material.of(report.model_copy(update={"genome_build": None})).build is None


def test_what_is_no_finding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AlsScreenError, match="not a finding"):
        Material(b"{}").report  # noqa: B018
    with pytest.raises(AlsScreenError, match="not the reads"):
        Material(b"{}", b"{}").shown  # noqa: B018
    (tmp_path / "f").write_bytes(b"nobody\n")
    with pytest.raises(AlsScreenError, match="a line is no record of a patient"):
        read_material(*[tmp_path / "f"] * 3)
