"""The calls that a variant caller would make of a person's reads, true by construction."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from als_screen.regions import Region
from als_screen.simulate.haplotype import Person, SmallVariant
from als_screen.simulate.pairs import Read

#: Error rate of a base in the genotype likelihoods, about that of the simulated qualities.
_ERROR = 0.005

#: Highest GQ that GATK writes.
_GQ_MAX = 99


@dataclass(frozen=True, slots=True)
class Call:
    """The genotype of one sample at one site, with fragments by allele; `genotype` None: not called."""

    variant: SmallVariant
    genotype: tuple[int, int] | None
    ref_depth: int
    alt_depth: int
    filter: str = "PASS"

    @property
    def depth(self) -> int:
        """Fragments of both alleles."""
        return self.ref_depth + self.alt_depth

    @property
    def likelihoods(self) -> tuple[int, int, int]:
        """PL of 0/0, 0/1 and 1/1."""
        right, wrong = math.log10(1 - _ERROR), math.log10(_ERROR)
        logs = (
            self.ref_depth * right + self.alt_depth * wrong,
            self.depth * math.log10(0.5),
            self.ref_depth * wrong + self.alt_depth * right,
        )
        first, second, third = (round(-10 * (value - max(logs))) for value in logs)
        return first, second, third

    @property
    def genotype_quality(self) -> int:
        """GQ: the second best PL."""
        return min(_GQ_MAX, sorted(self.likelihoods)[1])

    @property
    def is_alternate(self) -> bool:
        """Whether the sample carries the allele."""
        return self.genotype is not None and any(self.genotype)


def observe(person: Person, reads: Sequence[Read], sites: Iterable[SmallVariant] | None = None) -> list[Call]:
    """Return the call at each site (default: what the person carries), reference and uncovered ones included.

    Depths are fragments that cover the site wholly, duplicates left out, counted by their true haplotype.
    """
    copies = {item.variant: item.copies for item in person.carried}
    table = _Table(reads)
    return [
        _call(variant, copies.get(variant, (0, 0)), table.covering(variant))
        for variant in sorted(copies if sites is None else sites)
    ]


def carried_calls(person: Person, reads: Sequence[Read], left_out: Sequence[SmallVariant] = ()) -> list[Call]:
    """Return what a single-sample VCF holds: the covered sites that differ, but for `left_out`."""
    return [call for call in observe(person, reads) if call.is_alternate and call.variant not in left_out]


def _call(variant: SmallVariant, copies: tuple[int, int], covering: tuple[int, int]) -> Call:
    if not sum(covering):
        return Call(variant, None, 0, 0)
    alternate = sum(number for number, carried in zip(covering, copies, strict=True) if carried)
    low, high = sorted(copies)
    return Call(variant, (low, high), sum(covering) - alternate, alternate)


class _Table:
    """The mapped reads of both haplotypes as arrays, duplicates left out."""

    def __init__(self, reads: Sequence[Read]) -> None:
        used = [read for read in reads if read.is_mapped and not read.is_duplicate]
        self._chrom = np.array([read.chrom for read in used])
        self._start = np.array([read.start for read in used], dtype=np.int64)
        self._end = np.array([read.end for read in used], dtype=np.int64)
        self._haplotype = np.array([read.haplotype for read in used], dtype=np.int64)
        self._names = [read.name for read in used]

    def covering(self, variant: SmallVariant) -> tuple[int, int]:
        """Return the fragments of each haplotype that cover a variant."""
        covers = (self._start <= variant.start) & (self._end >= variant.end) & (self._chrom == variant.chrom)
        fragments = {self._names[row]: int(self._haplotype[row]) for row in np.flatnonzero(covers)}
        second = sum(fragments.values())
        return len(fragments) - second, second


def depths(reads: Iterable[Read], region: Region) -> NDArray[np.int64]:
    """Return the fragments over each base of a region: no duplicates, overlapping mates counted once."""
    change = np.zeros(len(region) + 1, dtype=np.int64)
    seen: dict[str, tuple[int, int]] = {}
    for read in reads:
        if (
            not read.is_mapped
            or read.is_duplicate
            or not region.overlaps(read.chrom or "", read.start, read.end)
        ):
            continue
        start = max(read.start, seen[read.name][1]) if read.name in seen else read.start
        seen[read.name] = (read.start, read.end)
        low, high = max(start, region.start) - region.start, min(read.end, region.end) - region.start
        if low < high:
            change[low] += 1
            change[high] -= 1
    return np.cumsum(change)[:-1]
