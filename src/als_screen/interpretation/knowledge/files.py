"""Reading and writing the tables of a knowledge directory, and its manifest."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from als_screen.errors import InputError, Problem
from als_screen.evidence import Record

MANIFEST = "manifest.json"

_PLACE = ("gene", "chrom", "pos_grch38", "pos_grch37", "ref", "alt")

#: Columns of each table that may be in a directory; those a directory must have are in `REQUIRED`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "clinvar": (
        *_PLACE,
        "variation_id",
        "significance",
        "review_status",
        "stars",
        "evaluated",
        "seen",
        "condition",
    ),
    "gnomad": (
        *_PLACE,
        "release",
        "ac",
        "an",
        "af",
        "hom",
        "group",
        "group_ac",
        "group_an",
        "faf95",
        "flags",
    ),
    "gnomad_covered": ("chrom", "start_grch38", "end_grch38", "start_grch37", "end_grch37", "median_an"),
    "known_als_variants": (*_PLACE, "reported_in", "populations"),
    "curated": (*_PLACE, "label", "class", "mode", "frequency_exempt", "note", "source"),
    "domains": ("gene", "start", "end", "role", "name", "source"),
    "founders": ("gene", "variant", "population", "evidence"),
    "predictors": (*_PLACE, "revel", "alphamissense", "spliceai"),
}
REQUIRED = ("clinvar", "gnomad", "gnomad_covered", "known_als_variants", "curated", "domains", "founders")

Row = Mapping[str, str]


class Resource(Record):
    """One table: `file` in the directory, `release` as its maker calls it, `date` of that release."""

    file: str
    release: str
    date: str
    licence: str
    source: str
    sha256: str


class Manifest(Record):
    """`manifest.json`: the tables of the directory by name."""

    schema_version: str = "1.0"
    resources: dict[str, Resource]

    def names(self) -> tuple[str, ...]:
        """Return the names of the tables, sorted."""
        return tuple(sorted(self.resources))


def read_manifest(directory: Path) -> Manifest:
    """Read `manifest.json`; raises `InputError` where it is missing, not valid, or lacks a table."""
    path = directory / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _bad(
            path, f"cannot be read as the manifest of a knowledge directory ({_first_line(error)})"
        ) from error
    missing = [name for name in REQUIRED if name not in manifest.resources]
    unknown = [name for name in manifest.resources if name not in COLUMNS]
    if missing or unknown:
        said = f"tables missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}"
        raise _bad(path, said)
    return manifest


def write_manifest(directory: Path, resources: Mapping[str, Resource]) -> None:
    """Write `manifest.json` for tables in `directory`, with the checksums of the files as they are now."""
    known = {
        name: entry.model_copy(update={"sha256": file_sha256(directory / entry.file)})
        for name, entry in sorted(resources.items())
    }
    text = Manifest(resources=known).model_dump_json(indent=1)
    temporary = directory / f"{MANIFEST}.tmp"
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(directory / MANIFEST)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a small file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_rows(directory: Path, manifest: Manifest, name: str) -> list[Row]:
    """Return the rows of a table after holding it against the manifest; raises `InputError`."""
    entry = manifest.resources[name]
    path = directory / entry.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _bad(path, f"cannot be read ({_first_line(error)})") from error
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise _bad(path, "is not the file that the manifest describes (SHA-256 differs)")
    return parse_rows(path, content.decode("utf-8"), COLUMNS[name])


def parse_rows(path: Path, text: str, columns: Sequence[str]) -> list[Row]:
    """Return the rows of a TSV with `#` comment lines, which must have at least `columns`."""
    lines = (line for line in io.StringIO(text) if not line.startswith("#"))
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        rows: list[Row] = list(reader)
    except csv.Error as error:
        raise _bad(path, f"has a cell that no table holds: {error}") from error
    if missing:
        raise _bad(path, f"lacks the columns {', '.join(missing)}")
    if any(None in row or None in row.values() for row in rows):
        raise _bad(path, "has a row with more or fewer cells than its header")
    return rows


def write_rows(
    path: Path, comments: Iterable[str], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Write a table as `parse_rows` reads it, by rename."""
    lines = [f"# {comment}" for comment in comments]
    lines += ["\t".join(columns), *("\t".join(str(cell) for cell in row) for row in rows)]
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    temporary.replace(path)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _bad(path: Path, expected: str) -> InputError:
    action = "restore it, or make the directory again with `als-screen update-knowledge`"
    return InputError([Problem("", str(path), expected, action)])
