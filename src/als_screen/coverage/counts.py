"""Counts fragments base by base with NumPy. Pure functions of reads.

A fragment counts once at a base. Where its mates overlap, the base of higher quality speaks; at equal
quality the same base counts on the strand that a hash of the name picks, and different bases count for
depth but for no allele. An ambiguous base (N) says nothing. A read without base qualities is taken at
`ASSUMED_QUALITY`: it passes, and every base with a real quality above goes before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from als_screen.coverage.indels import DELETION, INSERTION, MATCHES, SKIP, SOFT_CLIP
from als_screen.coverage.reads import AlignedRead
from als_screen.regions import Region

Ints = NDArray[np.int64]

#: Base quality for depth, and for alleles. Source: contract, "callable" and "recheck".
DEPTH_QUALITY, ALLELE_QUALITY = 10, 20
#: Base quality of reads that have none: the least that passes for alleles.
ASSUMED_QUALITY = 20

BASES = "ACGT"
_AMBIGUOUS, _AS_REFERENCE = 4, 5
_CODES = np.full(256, _AMBIGUOUS, dtype=np.uint8)
_CODES[[ord(base) for base in BASES + BASES.lower()]] = [0, 1, 2, 3, 0, 1, 2, 3]
_CODES[ord("=")] = _AS_REFERENCE


@dataclass(frozen=True, slots=True)
class BaseCounts:
    """Fragments over a region of n bases.

    Attributes:
        depth: shape (n,), base quality >= 10.
        alleles: shape (2, 4, n), base quality >= 20: strand (0 is +), base in the order of `BASES`.
    """

    depth: Ints
    alleles: Ints


@dataclass(frozen=True, slots=True)
class _Bases:
    """Single bases of reads; every field has shape (k,), `at` is the offset in the region."""

    fragment: Ints
    reverse: NDArray[np.bool_]
    at: Ints
    base: NDArray[np.uint8]
    quality: NDArray[np.uint8]

    def where(self, chosen: NDArray[np.bool_] | Ints) -> _Bases:
        """Return a selection."""
        fragment, reverse, at = self.fragment[chosen], self.reverse[chosen], self.at[chosen]
        return _Bases(fragment, reverse, at, self.base[chosen], self.quality[chosen])


def codes(sequence: str) -> NDArray[np.uint8]:
    """Return the index in `BASES` of each base of a sequence; 4 for an ambiguous one."""
    return _CODES[np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)]


def count_bases(reads: Sequence[AlignedRead], region: Region, reference: str) -> BaseCounts:
    """Count the fragments of `reads` over `region`, whose + strand sequence is `reference`.

    All reads of a fragment that overlap the region must be among `reads`.
    """
    size = len(region)
    if not reads:
        return BaseCounts(np.zeros(size, np.int64), np.zeros((2, len(BASES), size), np.int64))
    names = _fragment_numbers(reads)
    bases = _expanded(reads, names, region, codes(reference))
    bases = bases.where((bases.quality >= DEPTH_QUALITY) & (bases.base < _AMBIGUOUS))
    alone = np.bincount(names)[bases.fragment] == 1
    resolved, agreed = _one_per_fragment(bases.where(~alone), _picks(reads, names), size)
    depth = np.bincount(bases.at[alone], minlength=size) + np.bincount(resolved.at, minlength=size)
    alleles = _by_allele(bases.where(alone), size) + _by_allele(resolved.where(agreed), size)
    return BaseCounts(depth, alleles)


def _fragment_numbers(reads: Sequence[AlignedRead]) -> Ints:
    """Return the number of each read's fragment."""
    known: dict[str, int] = {}
    numbers = (known.setdefault(read.name, len(known)) for read in reads)
    return np.fromiter(numbers, dtype=np.int64, count=len(reads))


def picks_reverse(name: str) -> bool:
    """Tell whether a fragment whose mates agree counts on the - strand: an even coin, the same every time."""
    return bool(crc32(name.encode("utf-8", "surrogateescape")) & 1)


def _picks(reads: Sequence[AlignedRead], names: Ints) -> NDArray[np.bool_]:
    """Return `picks_reverse` of each fragment with several reads; False for the others, who need none."""
    several = np.bincount(names) > 1
    picks = np.zeros(len(several), dtype=np.bool_)
    for index in np.flatnonzero(several[names]).tolist():
        picks[names[index]] = picks_reverse(reads[index].name)
    return picks


def _expanded(
    reads: Sequence[AlignedRead], names: Ints, region: Region, reference: NDArray[np.uint8]
) -> _Bases:
    """Return every aligned base of the reads within the region."""
    blocks = _blocks(reads, region)
    owner, query, start, length = blocks
    total = int(length.sum())
    step = np.arange(total) - np.repeat(np.cumsum(length) - length, length)
    at = np.repeat(start - region.start, length) + step
    source = np.repeat(query, length) + step
    read = np.repeat(owner, length)
    base = _CODES[np.frombuffer(b"".join(read.bases for read in reads), dtype=np.uint8)[source]]
    base = np.where(base == _AS_REFERENCE, reference[at], base)
    quality = np.frombuffer(b"".join(map(_qualities, reads)), dtype=np.uint8)[source]
    reverse = np.fromiter((read.reverse for read in reads), dtype=np.bool_, count=len(reads))
    return _Bases(names[read], reverse[read], at, base, quality)


def _qualities(read: AlignedRead) -> bytes:
    return read.qualities or bytes([ASSUMED_QUALITY]) * len(read.bases)


def _blocks(reads: Sequence[AlignedRead], region: Region) -> Ints:
    """Return rows read, first base in all SEQ joined, start and length of the blocks in the region."""
    found: list[tuple[int, int, int, int]] = []
    offset = 0
    for number, read in enumerate(reads):
        query, at = offset, read.start
        for operation, length in read.cigar:
            if operation in MATCHES:
                found.append((number, query, at, length))
                query += length
                at += length
            elif operation in (INSERTION, SOFT_CLIP):
                query += length
            elif operation in (DELETION, SKIP):
                at += length
        offset += len(read.bases)
    return _cut(np.array(found, dtype=np.int64).reshape(-1, 4), region)


def _cut(blocks: Ints, region: Region) -> Ints:
    """Return the part of each block that lies in the region, transposed; blocks outside are dropped."""
    owner, query, start, length = blocks.T
    low = np.maximum(start, region.start)
    high = np.minimum(start + length, region.end)
    kept = low < high
    return np.stack((owner, query + low - start, low, high - low))[:, kept]


def _one_per_fragment(bases: _Bases, picks: NDArray[np.bool_], size: int) -> tuple[_Bases, NDArray[np.bool_]]:
    """Return the base that speaks for each fragment at each place, and whether no equal one disagrees."""
    place = bases.fragment * size + bases.at
    passed_over = bases.reverse != picks[bases.fragment]
    order = np.lexsort((passed_over, -bases.quality.astype(np.int16), place))
    bases, place = bases.where(order), place[order]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(place)))
    best = bases.where(first)
    against = (bases.quality == best.quality[group]) & (bases.base != best.base[group])
    agreed = np.bincount(group[against], minlength=len(first)) == 0
    return best, agreed


def _by_allele(bases: _Bases, size: int) -> Ints:
    """Return counts of shape (2, 4, size) of the bases that are good enough for alleles."""
    good = bases.where(bases.quality >= ALLELE_QUALITY)
    row = good.reverse * len(BASES) + good.base.astype(np.int64)
    return np.bincount(row * size + good.at, minlength=2 * len(BASES) * size).reshape(2, len(BASES), size)
