"""The record behind a change: what a table says of an allele, before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.models import Variant
from als_screen.patient import Patient
from als_screen.reanalysis.tables import record_changes
from als_screen.regions import Build
from reanalysis_runs import H275Y, Said, evidence, interpreter, release


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Variant:
    folder = release(tmp_path_factory.mktemp("k") / "k", "2026-01-01", None)
    (variant,) = interpreter(folder).report(Patient("P1"), evidence("P1", H275Y)).variants
    return variant


@pytest.mark.parametrize(
    ("before", "after", "record"),
    [
        (None, ("Pathogenic", 2), "ClinVar 2065419: no record -> Pathogenic, 2 stars"),
        (("Benign", 1), ("Benign", 2), "ClinVar 2065419: Benign, 1 star -> Benign, 2 stars"),
        (("Pathogenic", 2), None, "ClinVar 2065419: Pathogenic, 2 stars -> no record"),
        (("Pathogenic", 2), ("Pathogenic", 2), "ClinVar: records of other alleles"),
    ],
    ids=["appears", "is reviewed", "vanishes", "is as it was"],
)
def test_what_became_of_a_record(
    tmp_path: Path, carried: Variant, before: Said, after: Said, record: str
) -> None:
    old, new = release(tmp_path / "1", "2026-01-01", before), release(tmp_path / "2", "2026-02-01", after)
    (found,) = record_changes(old, new, ["clinvar"], Build.GRCH38, carried)
    assert (found.record, found.old_release, found.new_release) == (record, "2026-01-01", "2026-02-01")


def test_without_an_allele_the_release_tells(tmp_path: Path) -> None:
    old, new = release(tmp_path / "1", "2026-01-01", None), release(tmp_path / "2", "2026-02-01", None)
    for build in (Build.GRCH38, None):
        (found,) = record_changes(old, new, ["clinvar"], build, None)
        assert found.record == "ClinVar: records of other alleles"


def test_a_table_that_is_not_there_has_no_release(tmp_path: Path, carried: Variant) -> None:
    folder = release(tmp_path / "1", "2026-01-01", None)
    (found,) = record_changes(folder, folder, ["predictors"], Build.GRCH38, carried)
    assert (found.record, found.old_release) == ("predictors: records of other alleles", "none")
    (found,) = record_changes(folder, folder, ["local_criteria"], Build.GRCH38, carried)
    assert found.record == "the laboratory's own criteria"


def test_a_neighbour_that_moves_it_is_named(tmp_path: Path, carried: Variant) -> None:
    old, new = (
        release(tmp_path / "1", "2026-01-01", None),
        release(tmp_path / "2", "2026-02-01", ("Pathogenic", 2)),
    )
    near = carried.model_copy(update={"pos": carried.pos + 1, "ref": "A", "alt": "G"})
    (found,) = record_changes(old, new, ["clinvar"], Build.GRCH38, near)
    assert found.record == (
        "ClinVar: records of other alleles, 2065419 chr16:31188348 C>T: no record -> Pathogenic, 2 stars"
    )
    far = carried.model_copy(update={"pos": carried.pos + 3})
    (found,) = record_changes(old, new, ["clinvar"], Build.GRCH38, far)
    assert found.record == "ClinVar: records of other alleles"
