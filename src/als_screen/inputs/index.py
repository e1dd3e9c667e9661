"""What an index says: which contigs it names, and how far into its file it points.

That tells a file that lost its end, and an index of another file: htslib finds no reads and no error where an
index points behind the end of the file, so that a file cut between two blocks looks whole. The index is read
here, once and whole, so that htslib need not. Layouts: SAM specification 5.2 (.bai), CSIv1 and Tabix
specifications.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from als_screen.errors import PatientDataError

#: Bytes of the empty block at the end of a BGZF file, and the most that a block takes.
EOF_BLOCK, LARGEST_BLOCK = 28, 1 << 16
#: The bin of a .bai and .tbi that holds counts in its second chunk. Source: SAM specification 5.2.
COUNTS_BIN = 37_450
#: Levels of bins of a .csi; chromosomes of 2^47 bases need no more.
MAX_DEPTH = 10
#: 32-bit words of a tabix header before the length of the names. Source: Tabix specification.
TABIX_WORDS = 6
NEGATIVE = "the index has a negative count"
BROKEN = (struct.error, ValueError, IndexError, OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Index:
    """An index that could be read to its end.

    Attributes:
        path: of the index.
        references: how many contigs it is of.
        names: of those contigs, as tabix keeps them; empty for a .bai and the .csi of a BAM or BCF.
        last: the last virtual offset that it points to, 0 where it points to none.
    """

    path: Path
    references: int
    names: tuple[str, ...]
    last: int


def parse_index(path: Path, raw: bytes) -> Index:
    """Return what the bytes of an index say.

    Raises:
        one of `BROKEN`: it ends too early, or is none.
    """
    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if data[:4] == b"CSI\1":
        depth, extra = struct.unpack_from("<ii", data, 8)
        if not (0 <= depth <= MAX_DEPTH and extra >= 0):
            raise ValueError("the header of the index makes no sense")
        names = _names(data[16 : 16 + extra])
        counts = ((1 << (3 * (depth + 1))) - 1) // 7 + 1
        return Index(path, *_references(data, 16 + extra, counts, csi=True, names=names))
    if data[:4] == b"TBI\1":
        (length,) = struct.unpack_from("<i", data, 32)
        if length < 0:
            raise ValueError(NEGATIVE)
        names = _names(data[8 : 36 + length])
        (references,) = struct.unpack_from("<i", data, 4)
        rest = struct.pack("<i", references) + data[36 + length :]
        return Index(path, *_references(rest, 0, COUNTS_BIN, csi=False, names=names))
    return Index(path, *_references(data, 4, COUNTS_BIN, csi=False, names=()))


def check_extent(path: Path, index: Index, size: int, *, to_the_end: bool) -> None:
    """Raise `PatientDataError` where the index does not reach as far as its BGZF file.

    Args:
        path: a BAM, VCF.gz or BCF.
        index: what its .bai, .tbi or .csi says.
        size: of the file, in bytes.
        to_the_end: the file has records and all are indexed, as in a VCF (a BAM may end with reads
            that have no place).
    """
    last, end = index.last >> 16, size - EOF_BLOCK
    if last > end:
        expected = f"the file is truncated, or the index {index.path.name} belongs to another file"
        raise PatientDataError(str(path), expected, "copy the file again, or make the index again")
    if to_the_end and (index.last == 0 or last < end - LARGEST_BLOCK):
        expected = f"the index {index.path.name} belongs to another file: it ends before the records do"
        raise PatientDataError(str(path), expected, "make the index again")


def _names(tabix: bytes) -> tuple[str, ...]:
    """Return the names of a tabix header: six numbers, the length of the names, and they, each with a NUL."""
    if len(tabix) < 4 * (TABIX_WORDS + 1):
        return ()
    return tuple(name.decode("utf-8", "replace") for name in tabix[4 * (TABIX_WORDS + 1) :].split(b"\0")[:-1])


def _references(
    data: bytes, at: int, counts: int, *, csi: bool, names: tuple[str, ...]
) -> tuple[int, tuple[str, ...], int]:
    """Walk the bins of every contig; return how many contigs, their names, and the last offset.

    The index of a whole genome has a quarter of a million bins, so that each costs one step here; the
    offsets are compared all together.
    """
    words = memoryview(data[at : at + (len(data) - at) // 4 * 4]).cast("i")
    unsigned = np.frombuffer(words, dtype="<u4")
    references, at, ends = words[0], 1, []
    head = 4 if csi else 2
    for _ in range(references):
        bins, at = words[at], at + 1
        for _ in range(bins):
            chunks = words[at + head - 1]
            if chunks < 0:
                raise ValueError(NEGATIVE)
            # A bin of counts has two chunks, of which the first spans the contig and the second counts reads.
            last = 1 if words[at] == counts else chunks
            if last and chunks:
                ends.append(at + head + 4 * last - 2)
            at += head + 4 * chunks
        if not csi:
            if words[at] < 0:
                raise ValueError(NEGATIVE)
            at += 1 + 2 * words[at]
    if at > len(words) or references < 0:
        raise ValueError("the index is too short")
    places = np.array(ends, dtype=np.int64)
    offsets = unsigned[places].astype(np.uint64) | unsigned[places + 1].astype(np.uint64) << np.uint64(32)
    return references, names, int(offsets.max(initial=0))
