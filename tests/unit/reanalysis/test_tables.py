"""What a table says of the alleles behind a change, before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.interpretation.knowledge.files import read_manifest, write_manifest
from als_screen.reanalysis.tables import record_changes
from als_screen.regions import Build
from reanalysis_runs import H275Y, Said, release

NEAR = ("16", 31_188_349, "A", "G")


@pytest.mark.parametrize(
    ("before", "after", "record"),
    [
        (None, ("Pathogenic", 2), "ClinVar 2065419: no record -> Pathogenic, 2 stars"),
        (("Benign", 1), ("Benign", 2), "ClinVar 2065419: Benign, 1 star -> Benign, 2 stars"),
        (("Pathogenic", 2), None, "ClinVar 2065419: Pathogenic, 2 stars -> no record"),
    ],
    ids=["appears", "is reviewed", "vanishes"],
)
def test_what_became_of_a_record(tmp_path: Path, before: Said, after: Said, record: str) -> None:
    old, new = release(tmp_path / "1", "2026-01-01", before), release(tmp_path / "2", "2026-02-01", after)
    (found,) = record_changes(old, new, "clinvar", Build.GRCH38, [H275Y], [H275Y])
    assert (found.record, found.old_release, found.new_release) == (record, "2026-01-01", "2026-02-01")


def test_a_record_under_another_number_is_told_with_both(tmp_path: Path) -> None:
    old, new = (release(tmp_path / name, name, ("Pathogenic", 2)) for name in ("1", "2"))
    table = new / "clinvar.tsv"
    table.write_text(table.read_text().replace("\t2065419\t", "\t777\t"))
    (found,) = record_changes(old, _described(new), "clinvar", Build.GRCH38, [H275Y], [H275Y])
    assert found.record == "ClinVar 2065419 -> 777: Pathogenic, 2 stars -> Pathogenic, 2 stars"


def _described(folder: Path) -> Path:
    """Return a knowledge directory with the checksums of its files as they are now."""
    write_manifest(folder, read_manifest(folder).resources)
    return folder


def test_records_of_other_alleles_are_told_apart(tmp_path: Path) -> None:
    old = release(tmp_path / "1", "2026-01-01", None)
    new = release(tmp_path / "2", "2026-02-01", ("Benign", 2), {NEAR: ("Pathogenic", 2)})
    found = record_changes(old, new, "clinvar", Build.GRCH38, [H275Y, NEAR], [H275Y])
    before = "Uncertain significance, 1 star"
    assert [one.record for one in found] == [
        "ClinVar 2065419: no record -> Benign, 2 stars",
        f"ClinVar: records of other alleles, 1199202 chr16:31188349 A>G: {before} -> Pathogenic, 2 stars",
    ]


def test_without_an_allele_the_release_tells(tmp_path: Path) -> None:
    old, new = release(tmp_path / "1", "2026-01-01", None), release(tmp_path / "2", "2026-02-01", None)
    for build in (Build.GRCH38, None):
        (found,) = record_changes(old, new, "clinvar", build, [], [])
        assert found.record == "ClinVar: records of other alleles"


@pytest.mark.parametrize(
    ("name", "record", "release_"),
    [
        ("predictors", "predictors: records of other alleles", "none"),
        ("local_criteria", "the laboratory's own criteria", "none"),
        ("domains", "protein domains", "2026-06"),
    ],
)
def test_tables_without_a_record_to_show(tmp_path: Path, name: str, record: str, release_: str) -> None:
    folder = release(tmp_path / "1", "2026-01-01", None)
    (found,) = record_changes(folder, folder, name, Build.GRCH38, [], [])
    assert (found.record, found.old_release) == (record, release_)
