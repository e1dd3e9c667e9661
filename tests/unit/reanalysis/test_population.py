"""Whose frequencies tell persons apart."""

from __future__ import annotations

from pathlib import Path

from als_screen.interpretation.knowledge.files import (
    COLUMNS,
    read_manifest,
    read_rows,
    write_manifest,
    write_rows,
)
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


def test_the_newest_frequencies_tell_whatever_the_name(tmp_path: Path) -> None:
    """The first directory by name is older, and says another frequency."""
    where = ("21", 31_659_783, "C", "T")
    folders = []
    for name, date, frequency in (("0", "2020-01-01", "0.01"), ("1", "2026-01-01", "0.02")):
        folder = release(tmp_path / name, "2026-01-01", None)
        columns = COLUMNS["gnomad"]
        row = {**read_rows(folder, read_manifest(folder), "gnomad")[0], "af": frequency}
        row |= {"chrom": where[0], "pos_grch38": str(where[1]), "ref": where[2], "alt": where[3]}
        write_rows(folder / "gnomad.tsv", [], columns, [[row[column] for column in columns]])
        entries = dict(read_manifest(folder).resources)
        entries["gnomad"] = entries["gnomad"].model_copy(update={"date": date})
        write_manifest(folder, entries)
        folders.append(folder)
    for order in (folders, folders[::-1]):
        assert genotyper(bundled(), order).populations[Build.GRCH38](*where) == 0.02


def test_how_many_sites_are_asked_for_is_said() -> None:
    assert genotyper(bundled(), [], 9).min_sites == 9
