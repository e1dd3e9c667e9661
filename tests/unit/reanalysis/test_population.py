"""Whose frequencies tell persons apart."""

from __future__ import annotations

from pathlib import Path

from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.reanalysis.population import genotyper
from als_screen.regions import Build
from als_screen.resources import bundled
from reanalysis_runs import release


def test_frequencies_of_the_first_directory_that_can_be_read(tmp_path: Path) -> None:
    folder = release(tmp_path / "k", "2026-01-01", None)
    table = folder / "gnomad.tsv"
    broken = tmp_path / "broken"
    broken.mkdir()
    row = read_rows(BUNDLED_KNOWLEDGE, read_manifest(BUNDLED_KNOWLEDGE), "gnomad")[0]
    where = row["chrom"], int(row["pos_grch38"]), row["ref"], row["alt"]
    bundled_af = genotyper(bundled(), []).populations[Build.GRCH38](*where)
    assert bundled_af is not None
    assert genotyper(bundled(), [broken, folder]).populations[Build.GRCH38](*where) == bundled_af
    table.write_text("damaged")
    assert genotyper(bundled(), [folder]).populations[Build.GRCH38](*where) == bundled_af, "the bundled ones"


def test_an_allele_that_nobody_counted_has_no_frequency() -> None:
    populations = genotyper(bundled(), []).populations
    assert populations[Build.GRCH37]("21", 1, "A", "C") is None
