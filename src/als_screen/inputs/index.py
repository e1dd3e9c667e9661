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

#: Bytes of the empty block at the end of a BGZF file, and the most that a block takes.
EOF_BLOCK, LARGEST_BLOCK = 28, 1 << 16
#: The bin of a .bai and .tbi that holds counts in its second chunk. Source: SAM specification 5.2.
COUNTS_BIN = 37_450
#: Levels of bins of a .csi; chromosomes of 2^47 bases need no more.
MAX_DEPTH = 10
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
    """

    path: Path
    references: int
    names: tuple[str, ...] | None
    begins: Offsets
    ends: Offsets

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
        return Index(path, *_chunks(memoryview(data)[4:], COUNTS_BIN, csi=False, names=None))
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
    depth, extra = struct.unpack_from("<ii", data, 8)
    if not (0 <= depth <= MAX_DEPTH and extra >= 0):
        raise ValueError("the header of the index makes no sense")
    counts = ((1 << (3 * (depth + 1))) - 1) // 7 + 1
    return Index(path, *_chunks(data[16 + extra :], counts, csi=True, names=_names(data[16 : 16 + extra])))


def _tbi(path: Path, data: bytes) -> Index:
    (length,) = struct.unpack_from("<i", data, 32)
    if length < 0:
        raise ValueError(NEGATIVE)
    rest = data[4:8] + data[36 + length :]  # the number of contigs stands before the names
    return Index(path, *_chunks(rest, COUNTS_BIN, csi=False, names=_names(data[8 : 36 + length])))


def _names(tabix: bytes) -> tuple[str, ...] | None:
    """Return the names of a tabix header: six numbers, the length of the names, and they, each with a NUL."""
    begin = 4 * (TABIX_WORDS + 1)
    if len(tabix) < begin:
        return None
    return tuple(name.decode("utf-8", "replace") for name in tabix[begin:].split(b"\0")[:-1])


def _chunks(
    data: bytes | memoryview, counts: int, *, csi: bool, names: tuple[str, ...] | None
) -> tuple[int, tuple[str, ...] | None, Offsets, Offsets]:
    """Walk the bins of every contig; return how many contigs, `names`, and where chunks begin and end.

    The index of a whole genome has a quarter of a million bins, so that each costs one step here; the
    chunks are taken out all together. Counts are read without sign: what is negative leads over the end.
    """
    words = memoryview(data[: len(data) // 4 * 4]).cast("I")
    bins: list[int] = []
    references, at, head, size = words[0], 1, 4 if csi else 2, 3 if csi else 1
    add = bins.append  # looked up once
    for _ in range(references):
        count, at = words[at], at + 1
        for _ in repeat(None, count):
            add(at)
            at += head + (words[at + size] << 2)
        if not csi:
            at += 1 + 2 * words[at]
    if at > len(words):
        raise ValueError("the index is too short")
    return (
        references,
        names,
        *_offsets(np.frombuffer(words, np.uint32), np.array(bins, np.int64), counts, head),
    )


def _offsets(
    words: npt.NDArray[np.uint32], bins: npt.NDArray[np.int64], counts: int, head: int
) -> tuple[Offsets, Offsets]:
    """Return begins and ends of chunks; at each of the words `bins` stand `head` words, then chunks."""
    size = words[bins + head - 1].astype(np.int64)
    # Of the two chunks of this bin the first spans the contig, and the second counts reads.
    size[(words[bins] == counts) & (size > 1)] = 1
    before = np.cumsum(size) - size
    at = np.repeat(bins + head - CHUNK * before, size) + CHUNK * np.arange(size.sum())
    chunks = words[at[:, None] + np.arange(CHUNK)].view(np.uint64)
    return chunks[:, 0], chunks[:, 1]


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
