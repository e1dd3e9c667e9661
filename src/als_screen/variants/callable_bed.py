"""The reader of a caller's callable regions: BED, plain or gzipped."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from als_screen.errors import PatientDataError
from als_screen.evidence import ReferenceBlock
from als_screen.inputs.diagnosis import diagnosed
from als_screen.regions import Region

#: Names that `CallableLoci` of GATK 3 and `mosdepth --quantize` give to intervals that are not callable.
NOT_CALLABLE = frozenset(
    {"REF_N", "NO_COVERAGE", "LOW_COVERAGE", "EXCESSIVE_COVERAGE", "POOR_MAPPING_QUALITY"}
)
#: The name `mosdepth --quantize` gives where it was told none: a range of depths.
DEPTH_BIN = re.compile(r"\d+:(\d+|inf)?")
#: Some editors put a byte order mark before the first line.
ENCODING = "utf-8-sig"
POSITION = re.compile(r"[0-9]{1,10}")
SKIPPED = ("#", "track", "browser")


def read_callable(path: Path, regions: Iterable[Region]) -> list[ReferenceBlock]:
    """Return the callable intervals that overlap `regions`, without depth or quality.

    Raises:
        PatientDataError: the file is unreadable or truncated, a line is no BED line, or the intervals are
            named by depth, which does not say which of them are callable.
    """
    wanted = list(regions)
    try:
        return list(_blocks(path, wanted))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise diagnosed(path, "BED", error) from error


def _blocks(path: Path, wanted: list[Region]) -> Iterator[ReferenceBlock]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip() or line.startswith(SKIPPED):
            continue
        chrom, start, end, name = _fields(path, number, line)
        skipped = name in NOT_CALLABLE or start == end
        if not skipped and any(one.overlaps(chrom, start, end) for one in wanted):
            yield ReferenceBlock(chrom=chrom, start=start, end=end, depth=None, genotype_quality=None)


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as probe:
        zipped = probe.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding=ENCODING) if zipped else path.open(encoding=ENCODING) as file:
        yield from file


def _fields(path: Path, number: int, line: str) -> tuple[str, int, int, str]:
    """Return chromosome without chr, start, end (0-based half-open) and name of a line."""
    fields = line.split()
    if len(fields) < 3 or not all(map(POSITION.fullmatch, fields[1:3])):
        raise _malformed(path, number, "chromosome, start and end in each line")
    start, end = int(fields[1]), int(fields[2])
    if start > end:
        raise _malformed(path, number, "a start that is not beyond the end")
    name = fields[3] if len(fields) > 3 else ""
    if DEPTH_BIN.fullmatch(name):
        raise _malformed(path, number, f"callable regions only, not ranges of depth ({name})")
    return fields[0].removeprefix("chr"), start, end, name


def _malformed(path: Path, number: int, expected: str) -> PatientDataError:
    return PatientDataError(str(path), f"{expected}; line {number} is another", "correct the BED file")
