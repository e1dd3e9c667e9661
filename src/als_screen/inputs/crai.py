"""What the index of a CRAM says: whether it is of all the file, and whether slices mix chromosomes.

htslib finds no reads and no error where an index points behind the end of the file, so that a CRAM that was
cut between two containers, and ended again, looks whole. Layout: CRAM specification 3.0, sections 7
(containers) and 12 (indexing): a line for each slice, those of reads without a place too.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from als_screen.errors import PatientDataError
from als_screen.inputs.cram import DEFINITION, GZIP_MAGIC, DamagedError, container_at
from als_screen.inputs.ends import cram_end

#: The header of a container is shorter: it holds a few numbers, and one for each of its slices.
LONGEST_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Crai:
    """A .crai that could be read to its end.

    Attributes:
        shared: slices hold reads of several chromosomes. A slice keeps the checksum of the reference of one
            only, so that of these htslib makes the wrong bases, without an error, with another genome.
        last: where in the file the last container with reads begins; None where there are no reads.
    """

    shared: bool
    last: int | None


def parse_crai(index: bytes) -> Crai:
    """Return what a .crai, as on disk, says.

    Raises:
        OSError, EOFError, ValueError, zlib.error: it is no .crai.
    """
    text = gzip.decompress(index) if index[:2] == GZIP_MAGIC else index
    slices: dict[tuple[bytes, bytes], bytes] = {}
    shared = False
    for line in text.splitlines():
        reference, _, _, container, place, _ = line.split()
        shared |= slices.setdefault((container, place), reference) != reference
    return Crai(shared, max((int(container) for container, _ in slices), default=None))


def check_whole(path: Path, index: Path, crai: Crai, file: FileIO) -> None:
    """Raise `PatientDataError` where a CRAM does not end with the last container that its index names.

    Args:
        path: the CRAM.
        index: its .crai, for the message.
        crai: what that says.
        file: the open CRAM; where it is read next stays as it is.
    """
    major, minor = os.pread(file.fileno(), 2, 4)
    if major < 2 or (major < 3 and crai.last is None):  # other containers; a header's with a wrong length
        return
    at = DEFINITION if crai.last is None else crai.last  # without reads: the container of the header
    end = os.fstat(file.fileno()).st_size - len(cram_end(major, minor))
    if not DEFINITION <= at < end:
        raise _cut(path, index)
    at, _ = _passed(path, index, file, at, major)
    while at < end:
        at, records = _passed(path, index, file, at, major)
        if records:
            expected = f"the index {index.name} belongs to another file: it ends before the reads do"
            raise PatientDataError(str(path), expected, "make the index again")
    if at > end:
        raise _cut(path, index)


def _passed(path: Path, index: Path, file: FileIO, at: int, major: int) -> tuple[int, int]:
    """Return where a container ends, and how many reads it holds."""
    try:
        return container_at(os.pread(file.fileno(), LONGEST_HEAD, at), at, major)
    except (IndexError, DamagedError) as error:
        raise _cut(path, index) from error


def _cut(path: Path, index: Path) -> PatientDataError:
    expected = f"the file is truncated, or the index {index.name} belongs to another file"
    return PatientDataError(str(path), expected, "copy the file again, or make the index again")
