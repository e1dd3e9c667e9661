"""What a knowledge table says of one allele, before and after: the record behind a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.interpretation.knowledge.records import AlleleKey
from als_screen.reanalysis.archive import LOCAL, tables
from als_screen.regions import Build

Row = Mapping[str, str]
#: Chromosome without chr, 1-based position, REF, ALT.
Key = tuple[str, str, str, str]
#: What is shown of a row of each table that says something of single alleles.
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
    "known_als_variants": "published ALS variants",
    "domains": "protein domains",
    "gnomad_covered": "coverage of gnomAD",
    "founders": "founder variants",
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
    old: Path,
    new: Path,
    name: str,
    build: Build | None,
    keys: Iterable[AlleleKey],
    own: Collection[AlleleKey],
) -> list[RecordChange]:
    """Return what a table says, in both knowledge directories, of the alleles whose entries moved a change.

    Args:
        old: the earlier knowledge directory.
        new: the later one.
        name: of the table.
        build: of `keys`.
        keys: the alleles.
        own: those that the patient's results are about, of which each is told by itself. Records of other
            alleles (a neighbour at the residue) are told together; where no key is given, that it is others.
    """
    title = _TITLES.get(name, name)
    releases = _release(old, name), _release(new, name)
    if name not in _SHOWN:  # no alleles, or the laboratory's, which can be written in any way
        return [RecordChange(title, *releases)]
    own_keys = [key for key in keys if key in own]
    others = [_told(old, new, name, build, key, named=True) for key in keys if key not in own]
    found = [f"{title}{_told(old, new, name, build, key)}" for key in own_keys]
    if others or not found:
        found.append(", ".join((f"{title}: records of other alleles", *others)))
    return [RecordChange(record, *releases) for record in found]


def _told(
    old: Path, new: Path, name: str, build: Build | None, key: AlleleKey, *, named: bool = False
) -> str:
    """Return what has become of an entry, behind its number in ClinVar; `named`: with the allele's name."""
    before, after = (_rows(folder, name, build, key) for folder in (old, new))
    numbers = dict.fromkeys(row["variation_id"] for row in (*before, *after)) if name == "clinvar" else ()
    number = " -> ".join(numbers)
    if named:
        return (
            f"{number} {_name(key, before, after)}".strip()
            + f": {_said(name, before)} -> {_said(name, after)}"
        )
    return f"{f' {number}' if number else ''}: {_said(name, before)} -> {_said(name, after)}"


def _rows(folder: Path, name: str, build: Build | None, key: AlleleKey) -> list[Row]:
    chrom, pos, ref, alt = key
    return (
        _table(folder, name, f"pos_{build.value.lower()}").get((chrom, str(pos), ref, alt), [])
        if build
        else []
    )


def _name(key: AlleleKey, *sides: list[Row]) -> str:
    names = (row["hgvs_c"] for rows in reversed(sides) for row in rows if row.get("hgvs_c"))
    return next(names, f"chr{key[0]}:{key[1]} {key[2]}>{key[3]}")


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
