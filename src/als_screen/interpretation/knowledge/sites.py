"""The reader of downloaded knowledge: VCF without samples, and tables, plain or gzipped, as text.

Only lines on the chromosomes of the four genes are taken apart, so a whole ClinVar or one chromosome of
gnomAD is read in one pass without an index.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from als_screen.errors import InputError, Problem
from als_screen.regions import CHROMOSOME_LENGTHS, Build

_CHROMOSOMES = frozenset(CHROMOSOME_LENGTHS[Build.GRCH38])
_BUILD_NAMES = (
    (re.compile(r"GRCh38|hg38|b38", re.IGNORECASE), Build.GRCH38),
    (re.compile(r"GRCh37|hg19|b37|hs37", re.IGNORECASE), Build.GRCH37),
)

_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


@dataclass(frozen=True, slots=True)
class SiteHeader:
    """What the `##` lines of a VCF say: the build where they tell it, INFO names, other values by name."""

    build: Build | None
    info: frozenset[str]
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """One line of a VCF without samples; `alt` is split at the commas."""

    chrom: str
    pos: int
    name: str
    ref: str
    alt: tuple[str, ...]
    filter: str
    info: dict[str, str]

    def of_alt(self, key: str, index: int) -> str | None:
        """Return the value of an INFO field that has one value for each alternate allele."""
        values = self.info.get(key, "").split(",")
        found = values[index] if index < len(values) else ""
        return None if found in {"", "."} else found


def refused(path: Path, expected: str, action: str = "give the file as it was downloaded") -> InputError:
    """Return the error that says why a file is not used."""
    return InputError([Problem("", str(path), expected, action)])


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """Open a text file, gzipped or not; a missing, truncated or binary one is refused by name."""
    try:
        zipped = _is_zipped(path)
        with gzip.open(path, "rt", encoding="utf-8") if zipped else path.open(encoding="utf-8") as text:
            yield text
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise refused(path, f"cannot be read to its end: {error}", "download it again") from error


def _is_zipped(path: Path) -> bool:
    """Tell whether a file is gzipped; one in blocks (bgzip) must have its last, empty block (SAM spec 4.1.2).

    Raises:
        EOFError: it has not; cut between two blocks, it would be read without complaint.
    """
    with path.open("rb") as raw:
        begin = raw.read(16)
        if begin[:2] != b"\x1f\x8b":
            return False
        if begin[12:14] == b"BC":
            raw.seek(-min(len(_BGZF_END), path.stat().st_size), 2)
            if raw.read() != _BGZF_END:
                raise EOFError("the last block is missing")
    return True


def read_header(path: Path) -> SiteHeader:
    """Return what the header of a VCF says; raises `InputError` where it is no VCF."""
    values: dict[str, str] = {}
    info: set[str] = set()
    lengths: dict[str, str] = {}
    with opened(path) as text:
        if not text.readline().startswith("##fileformat=VCF"):
            raise refused(path, "is no VCF")
        for line in text:
            if not line.startswith("##"):
                break
            key, _, value = line[2:].rstrip("\n").partition("=")
            if key == "INFO":
                info.add(_field(value, "ID"))
            elif key == "contig":
                lengths[_field(value, "ID").removeprefix("chr")] = _field(value, "length")
            else:
                values.setdefault(key, value)
    return SiteHeader(_build(lengths, values), frozenset(info), values)


def _field(value: str, key: str) -> str:
    found = re.search(rf"[<,]{key}=([^,>]*)", value)
    return found.group(1) if found else ""


def _build(lengths: dict[str, str], values: dict[str, str]) -> Build | None:
    """Return the build from contig lengths; where there are none, from the name of the reference."""
    for build, known in CHROMOSOME_LENGTHS.items():
        if any(lengths.get(chrom) == str(length) for chrom, length in known.items()):
            return build
    if any(lengths.get(chrom) for chrom in _CHROMOSOMES):
        return None
    named = values.get("reference", "")
    return next((build for pattern, build in _BUILD_NAMES if pattern.search(named)), None)


def read_sites(path: Path) -> Iterator[Site]:
    """Yield the lines of a VCF that lie on the genes' chromosomes; raises `InputError` on a broken line."""
    with opened(path) as text:
        for number, line in enumerate(text, start=1):
            chrom = line.partition("\t")[0].removeprefix("chr")
            if chrom in _CHROMOSOMES:
                yield _site(path, number, chrom, line)


def _site(path: Path, number: int, chrom: str, line: str) -> Site:
    cells = line.rstrip("\n").split("\t")
    if len(cells) < 8 or not cells[1].isdigit():
        raise refused(path, f"line {number} is no VCF line", "download it again")
    info = dict(item.partition("=")[::2] for item in cells[7].split(";"))
    return Site(chrom, int(cells[1]), cells[2], cells[3], tuple(cells[4].split(",")), cells[6], info)


def read_table(path: Path, separator: str, first_column: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table on the genes' chromosomes, which must be its first column.

    Comment lines before the header are passed over; the header is the line that begins with `first_column`.
    """
    with opened(path) as text:
        header: list[str] = []
        for line in text:
            cells = line.rstrip("\r\n").split(separator)
            if not header:
                header = cells if cells[0] == first_column else []
            elif cells[0].removeprefix("chr") in _CHROMOSOMES:
                yield dict(zip(header, cells, strict=False))
        if not header:
            raise refused(path, f"has no header line that begins with {first_column!r}")
