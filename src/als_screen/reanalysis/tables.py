"""What a knowledge table says of one allele, before and after: the record behind a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.models import Variant
from als_screen.reanalysis.archive import LOCAL, tables
from als_screen.regions import Build

Row = Mapping[str, str]
#: What is shown of a row of each table; of the others the release tells.
_SHOWN = {
    "clinvar": ("significance", "stars"),
    "gnomad": ("release", "ac", "an", "faf95"),
    "curated": ("class", "mode"),
    "known_als_variants": ("reported_in",),
    "predictors": ("revel", "alphamissense", "spliceai"),
}
_TITLES = {
    "clinvar": "ClinVar",
    "gnomad": "gnomAD",
    "curated": "curated entry",
    "local_criteria": "the laboratory's own criteria",
    "local_classes": "the laboratory's own classes",
    "local_frequencies": "the laboratory's own frequencies",
}


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that changed a result, with the release of its table before and after."""

    record: str
    old_release: str
    new_release: str


def record_changes(
    old: Path, new: Path, moving: Iterable[str], build: Build | None, variant: Variant | None
) -> list[RecordChange]:
    """Return, for each table that moved a change, what it says of the allele in both knowledge directories.

    Where it says the same of this allele, records of other alleles moved it (a neighbour at the residue, or
    the list of known alleles), which is said.
    """
    found = []
    for name in moving:
        title = _TITLES.get(name, name)
        if name.startswith(LOCAL):  # its alleles can be written in any way, so none is shown
            found.append(RecordChange(title, _release(old, name), _release(new, name)))
            continue
        before, after = _rows(old, name, build, variant), _rows(new, name, build, variant)
        if before != after and variant is not None:
            number = next((f" {row['variation_id']}" for row in after or before if name == "clinvar"), "")
            record = f"{title}{number}: {_said(name, before)} -> {_said(name, after)}"
        else:
            record = f"{title}: records of other alleles"
        found.append(RecordChange(record, _release(old, name), _release(new, name)))
    return found


def _rows(folder: Path, name: str, build: Build | None, variant: Variant | None) -> list[Row]:
    if variant is None or build is None:
        return []
    key = (variant.chrom.removeprefix("chr"), str(variant.pos), variant.ref, variant.alt)
    return _table(folder, name, f"pos_{build.value.lower()}").get(key, [])


def _said(name: str, rows: list[Row]) -> str:
    if not rows:
        return "no record"
    columns = _SHOWN.get(name, ())
    return " and ".join(", ".join(_cell(column, row[column]) for column in columns) for row in rows)


def _cell(column: str, value: str) -> str:
    if column == "stars":
        return f"{value} {'star' if value == '1' else 'stars'}"
    return value if column in ("significance", "release", "reported_in") else f"{column} {value or 'none'}"


def _release(folder: Path, name: str) -> str:
    entry = tables(folder).get(name)
    if entry is None:
        return "none"
    return f"{entry.release} ({entry.sha256[:12]})" if name.startswith(LOCAL) else entry.release


@lru_cache(maxsize=64)
def _table(folder: Path, name: str, column: str) -> dict[tuple[str, str, str, str], list[Row]]:
    manifest = read_manifest(folder)
    found: dict[tuple[str, str, str, str], list[Row]] = {}
    if name in manifest.resources:
        for row in read_rows(folder, manifest, name):
            if column in row:
                found.setdefault((row["chrom"], row[column], row["ref"], row["alt"]), []).append(row)
    return found
