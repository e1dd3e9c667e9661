"""What an index says: which contigs it names, and which parts of its file it points to.

That tells a file that lost its end, and an index of another file: htslib finds no reads and no error where an
index points behind the end of the file, so that a file cut between two blocks looks whole. Layouts: SAM
specification 5.2 (.bai), CSIv1 and Tabix specifications.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from als_screen.errors import PatientDataError
from als_screen.inputs.cram import GZIP_MAGIC
from als_screen.inputs.ends import is_block

Offsets = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

#: Bytes of the empty block at the end of a BGZF file, and the most that a block takes.
EOF_BLOCK, LARGEST_BLOCK = 28, 1 << 16
#: The bin of a .bai and .tbi that holds counts in its second chunk. Source: SAM specification 5.2.
COUNTS_BIN = 37_450
#: Of a .bai and .tbi: bases of the smallest bins as a power of two, and levels of bins above them.
SHIFT, DEPTH = 14, 5
#: Levels of bins of a .csi; chromosomes of 2^47 bases need no more.
MAX_DEPTH = 10
MAX_SHIFT = 30
#: 32-bit words of a tabix header before the length of the names. Source: Tabix specification.
TABIX_WORDS = 6
#: 32-bit words of a chunk: begin and end, each a virtual offset of 64 bits, low half first.
CHUNK = 4
NEGATIVE = "the index has a negative count"
#: What is raised of bytes that are no index, or break off.
BROKEN = (struct.error, ValueError, IndexError, OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Index:
    """An index that could be read to its end.

    Attributes:
        path: of the index.
        references: how many contigs it is of.
        names: of those contigs; None where it keeps none, as a .bai and the .csi of a BAM or BCF.
        begins, ends: virtual offsets of the chunks of reads or records.
        owners: number of the contig of each chunk.
        spans: first base and end (0-based half-open) of the bin of each chunk; of no base where the chunk is
            that of a whole contig.
    """

    path: Path
    references: int
    names: tuple[str, ...] | None
    begins: Offsets
    ends: Offsets
    owners: Numbers
    spans: Numbers

    @property
    def last(self) -> int:
        """The last virtual offset that it points to, 0 where it points to none."""
        return int(self.ends.max(initial=0))


def parse_index(path: Path, raw: bytes) -> Index:
    """Return what the bytes of a .bai, .tbi or .csi say.

    Raises:
        one of `BROKEN`: it ends too early, or is none.
    """
    data = _unpacked(raw) if raw[:2] == GZIP_MAGIC else raw
    if data[:4] == b"CSI\1":
        return _csi(path, data)
    if data[:4] == b"TBI\1":
        return _tbi(path, data)
    if data[:4] == b"BAI\1":
        return _index(path, memoryview(data)[4:], None)
    raise ValueError("this is no index")


def _unpacked(raw: bytes) -> bytes:
    """Return what is in gzip; the sizes of BGZF blocks, by which htslib finds the next one, must be right."""
    at = 0
    while is_block(raw[:18]) and at < len(raw):
        if not is_block(raw[at : at + 18]):
            raise ValueError("no block begins where the last one ends")
        at += int.from_bytes(raw[at + 16 : at + 18], "little") + 1
    if at > len(raw):
        raise ValueError("the last block breaks off")
    return gzip.decompress(raw)


def _csi(path: Path, data: bytes) -> Index:
    shift, depth, extra = struct.unpack_from("<iii", data, 4)
    if not (0 <= depth <= MAX_DEPTH and extra >= 0 and 0 < shift <= MAX_SHIFT):
        raise ValueError("the header of the index makes no sense")
    return _index(path, data[16 + extra :], _names(data[16 : 16 + extra]), shift, depth, csi=True)


def _tbi(path: Path, data: bytes) -> Index:
    (length,) = struct.unpack_from("<i", data, 32)
    if length < 0:
        raise ValueError(NEGATIVE)
    rest = data[4:8] + data[36 + length :]  # the number of contigs stands before the names
    return _index(path, rest, _names(data[8 : 36 + length]))


def _names(tabix: bytes) -> tuple[str, ...] | None:
    """Return the names of a tabix header: six numbers, the length of the names, and they, each with a NUL."""
    begin = 4 * (TABIX_WORDS + 1)
    if len(tabix) < begin:
        return None
    return tuple(name.decode("utf-8", "replace") for name in tabix[begin:].split(b"\0")[:-1])


def _index(
    path: Path,
    data: bytes | memoryview,
    names: tuple[str, ...] | None,
    shift: int = SHIFT,
    depth: int = DEPTH,
    *,
    csi: bool = False,
) -> Index:
    """Walk the bins of every contig.

    The index of a whole genome has a quarter of a million bins, so that each costs one step here; the
    chunks are taken out all together. Counts are read without sign: what is negative leads over the end.
    """
    words = memoryview(data[: len(data) // 4 * 4]).cast("I")
    bins: list[int] = []
    counts: list[int] = []
    references, at, head, size = words[0], 1, 4 if csi else 2, 3 if csi else 1
    add = bins.append  # looked up once
    for _ in range(references):
        count, at = words[at], at + 1
        for _ in repeat(None, count):
            add(at)
            at += head + (words[at + size] << 2)
        counts.append(count)
        if not csi:
            at += 1 + 2 * words[at]
    if at > len(words):
        raise ValueError("the index is too short")
    owners = np.repeat(np.arange(references), np.array(counts, np.int64))
    array = np.frombuffer(words, np.uint32)
    where = np.array(bins, np.int64)
    size_of, begins, ends = _offsets(array, where, _first_bin(depth + 1) + 1, head)
    spans = _spans(array[where].astype(np.int64), shift, depth)
    each = np.repeat(np.arange(len(where)), size_of)
    return Index(path, references, names, begins, ends, owners[each], spans[each])


def _first_bin(level: int) -> int:
    """Return the number of the first bin of a level, 0 being that of the whole contig."""
    return int(((1 << (3 * level)) - 1) // 7)


def _spans(bins: Numbers, shift: int, depth: int) -> Numbers:
    """Return first base and end of bins; 0 and 0 of that of counts. Source: CSIv1 specification."""
    spans = np.zeros((len(bins), 2), np.int64)
    for level in range(depth + 1):
        first, width = _first_bin(level), shift + 3 * (depth - level)
        here = (bins >= first) & (bins < _first_bin(level + 1))
        spans[here, 0] = (bins[here] - first) << width
        spans[here, 1] = (bins[here] - first + 1) << width
    return spans


def _offsets(
    words: npt.NDArray[np.uint32], bins: Numbers, counts: int, head: int
) -> tuple[Numbers, Offsets, Offsets]:
    """Return how many chunks each bin has, and their begins and ends.

    At each of the words `bins` stand `head` words, then chunks.
    """
    size = words[bins + head - 1].astype(np.int64)
    # Of the two chunks of this bin the first spans the contig, and the second counts reads.
    size[(words[bins] == counts) & (size > 1)] = 1
    before = np.cumsum(size) - size
    at = np.repeat(bins + head - CHUNK * before, size) + CHUNK * np.arange(size.sum())
    chunks = words[at[:, None] + np.arange(CHUNK)].view(np.uint64)
    return size, chunks[:, 0], chunks[:, 1]


def check_extent(path: Path, index: Index, *, to_the_end: bool) -> None:
    """Raise `PatientDataError` where the index does not reach as far as its BGZF file.

    Args:
        path: a BAM, VCF.gz or BCF.
        index: what its .bai, .tbi or .csi says.
        to_the_end: the file has records and all are indexed, as in a VCF (a BAM may end with reads
            that have no place).
    """
    last, end = index.last >> 16, path.stat().st_size - EOF_BLOCK
    if last > end:
        expected = f"the file is truncated, or the index {index.path.name} belongs to another file"
        raise PatientDataError(str(path), expected, "copy the file again, or make the index again")
    if to_the_end and (index.last == 0 or last < end - LARGEST_BLOCK):
        expected = f"the index {index.path.name} belongs to another file: it ends before the records do"
        raise PatientDataError(str(path), expected, "make the index again")


def last_offset(index: Path) -> int:
    """Return the last virtual offset that an index points to, 0 where it points to none."""
    return parse_index(index, index.read_bytes()).last


def first_offsets(index: Path) -> list[int]:
    """Return where in the file the blocks begin that an index points to, sorted."""
    found: list[int] = np.unique(parse_index(index, index.read_bytes()).begins >> np.uint64(16)).tolist()
    return found
