"""How far into its file an index points: tells a file that lost its end, and an index of another file.

htslib finds no reads and no error where an index points behind the end of the file, so that a file cut
between two blocks looks whole. Layouts: SAM specification 5.2 (.bai), CSIv1 and Tabix specifications.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from als_screen.errors import PatientDataError

#: Bytes of the empty block at the end of a BGZF file, and the most that a block takes.
EOF_BLOCK, LARGEST_BLOCK = 28, 1 << 16
#: The bin of a .bai and .tbi that holds counts in its second chunk. Source: SAM specification 5.2.
COUNTS_BIN = 37_450


def check_extent(path: Path, index: Path, *, to_the_end: bool) -> None:
    """Raise `PatientDataError` where the index does not reach as far as its BGZF file.

    Args:
        path: a BAM, VCF.gz or BCF.
        index: its .bai, .tbi or .csi.
        to_the_end: the file has records and all are indexed, as in a VCF (a BAM may end with reads
            that have no place).
    """
    try:
        offset = last_offset(index)
    except (struct.error, OSError, EOFError, zlib.error) as error:
        expected = f"the index {index.name} cannot be read to its end"
        raise PatientDataError(str(path), expected, "make the index again") from error
    last, end = offset >> 16, path.stat().st_size - EOF_BLOCK
    if last > end:
        expected = f"the file is truncated, or the index {index.name} belongs to another file"
        raise PatientDataError(str(path), expected, "copy the file again, or make the index again")
    if to_the_end and (offset == 0 or last < end - LARGEST_BLOCK):
        expected = f"the index {index.name} belongs to another file: it ends before the records do"
        raise PatientDataError(str(path), expected, "make the index again")


def last_offset(index: Path) -> int:
    """Return the last virtual offset that the index points to, 0 where it points to none."""
    return max((end for _, end in _chunks(index)), default=0)


def first_offsets(index: Path) -> list[int]:
    """Return where in the file the blocks begin that the index points to, sorted."""
    return sorted({begin >> 16 for begin, _ in _chunks(index)})


def _chunks(index: Path) -> Iterator[tuple[int, int]]:
    """Yield begin and end of every chunk of reads or records, as virtual offsets."""
    raw = index.read_bytes()
    data = _Bytes(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    magic, csi, counts = data.data[:4], False, COUNTS_BIN
    data.skip(4)
    if magic == b"CSI\1":
        _, depth, extra = data.take("<iii")
        data.skip(extra)
        csi, counts = True, ((1 << (3 * (depth + 1))) - 1) // 7 + 1
        (references,) = data.take("<i")
    elif magic == b"TBI\1":
        references, *_, names = data.take("<8i")
        data.skip(names)
    else:
        (references,) = data.take("<i")
    for _ in range(references):
        yield from _of_reference(data, csi, counts)


class _Bytes:
    """Reads numbers one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[int, ...]:
        found: tuple[int, ...] = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return found

    def skip(self, count: int) -> None:
        if not 0 <= count <= len(self.data) - self.at:
            raise struct.error("the index is too short")
        self.at += count


def _of_reference(data: _Bytes, csi: bool, counts: int) -> Iterator[tuple[int, int]]:
    """Yield the chunks of one reference."""
    (bins,) = data.take("<i")
    for _ in range(bins):
        (number,) = data.take("<I")
        data.skip(8 if csi else 0)
        (chunks,) = data.take("<i")
        offsets = data.take(f"<{2 * chunks}Q")
        last = 2 if number == counts else len(offsets)
        yield from zip(offsets[0:last:2], offsets[1:last:2], strict=True)
    if not csi:
        (intervals,) = data.take("<i")
        data.skip(8 * intervals)
