"""What a knowledge table says of one allele, before and after: the record behind a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.interpretation.recheck import Placed
from als_screen.reanalysis.archive import LOCAL, tables
from als_screen.regions import Build

Row = Mapping[str, str]
#: Chromosome without chr, 1-based position, REF, ALT.
Key = tuple[str, str, str, str]
#: Two alleles of one codon are at most so many bases apart.
_CODON = 2
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
    old: Path, new: Path, moving: Iterable[str], build: Build | None, variant: Placed | None
) -> list[RecordChange]:
    """Return, for each table that moved a change, what it says of the allele in both knowledge directories.

    Where it says the same of this allele, records of other alleles moved it (a neighbour at the residue, or
    the list of known alleles), which is said; those that changed within two bases are named.
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
            near = _neighbours(old, new, name, build, variant)
            record = f"{title}: records of other alleles" + (f", {near}" if near else "")
        found.append(RecordChange(record, _release(old, name), _release(new, name)))
    return found


def _rows(folder: Path, name: str, build: Build | None, variant: Placed | None) -> list[Row]:
    if variant is None or build is None:
        return []
    key = (variant.chrom.removeprefix("chr"), str(variant.pos), variant.ref, variant.alt)
    return _table(folder, name, f"pos_{build.value.lower()}").get(key, [])


def _neighbours(old: Path, new: Path, name: str, build: Build | None, variant: Placed | None) -> str:
    """Return what has become of the records of alleles that can lie in the same codon."""
    if variant is None or build is None:
        return ""
    column = f"pos_{build.value.lower()}"
    before, after = _table(old, name, column), _table(new, name, column)
    chrom = variant.chrom.removeprefix("chr")
    near = sorted(
        (key for key in {*before, *after} if key[0] == chrom and abs(int(key[1]) - variant.pos) <= _CODON),
        key=lambda key: (int(key[1]), key),
    )
    return ", ".join(
        f"{_named(name, key, rows)}: {_said(name, before.get(key, []))} -> {_said(name, after.get(key, []))}"
        for key in near
        if (rows := after.get(key, []) or before[key]) and before.get(key) != after.get(key)
    )


def _named(name: str, key: Key, rows: list[Row]) -> str:
    number = f"{rows[0]['variation_id']} " if name == "clinvar" else ""
    return number + (rows[0].get("hgvs_c") or f"chr{key[0]}:{key[1]} {key[2]}>{key[3]}")


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
def _table(folder: Path, name: str, column: str) -> dict[Key, list[Row]]:
    manifest = read_manifest(folder)
    found: dict[Key, list[Row]] = {}
    if name in manifest.resources:
        for row in read_rows(folder, manifest, name):
            if column in row:
                found.setdefault((row["chrom"], row[column], row["ref"], row["alt"]), []).append(row)
    return found
