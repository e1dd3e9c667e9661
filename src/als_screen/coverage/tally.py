"""Gathers the counts of the portions of a patient, and writes them down as evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from als_screen.coverage.counts import ALLELE_QUALITY as MIN_INDEL_QUALITY
from als_screen.coverage.counts import BASES, Ints, codes, count_bases, picks_reverse
from als_screen.coverage.indels import Indel, read_indels
from als_screen.coverage.reads import AlignedRead
from als_screen.evidence import IndelCount, OtherBase, RegionCounts
from als_screen.regions import Region
from als_screen.resources import ReferenceSlice

#: Indels seen in fewer fragments are sequencing errors, and many. Source: evidence format.
MIN_INDEL_FRAGMENTS = 2


@dataclass(slots=True)
class GeneTally:
    """Counts over one gene region of n bases.

    Attributes:
        reference: its sequence.
        targets: what is counted of it, merged and sorted.
        wanted: shape (n,), whether a base is counted.
        depth, alleles: as in `counts.BaseCounts`.
        indels: per indel the fragments that show it, with the strands (True is -).
    """

    reference: ReferenceSlice
    targets: list[Region]
    wanted: NDArray[np.bool_]
    depth: Ints
    alleles: Ints
    indels: dict[Indel, dict[str, set[bool]]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def empty(cls, reference: ReferenceSlice, targets: Iterable[Region]) -> GeneTally:
        """Return zeros, for those of the targets that lie in the gene region."""
        own, size = reference.region, len(reference.region)
        inside = [target for target in targets if own.overlaps(target.chrom, target.start, target.end)]
        wanted = np.zeros(size, np.bool_)
        for target in inside:
            wanted[target.start - own.start : target.end - own.start] = True
        alleles = np.zeros((2, len(BASES), size), np.int64)
        return cls(reference, inside, wanted, np.zeros(size, np.int64), alleles)

    def add(self, reads: Sequence[AlignedRead], targets: Sequence[Region]) -> None:
        """Count `targets` (some of the gene's, or parts), given every read that overlaps them."""
        chrom, origin = self.reference.region.chrom, self.reference.region.start
        hull = Region(chrom, targets[0].start, targets[-1].end)
        counts = count_bases(reads, hull, self.reference.fetch(hull.start, hull.end))
        for target in targets:
            here = slice(target.start - origin, target.end - origin)
            there = slice(target.start - hull.start, target.end - hull.start)
            self.depth[here] = counts.depth[there]
            self.alleles[:, :, here] = counts.alleles[:, :, there]

    def add_indels(self, read: AlignedRead) -> None:
        """Note the read's indels that touch a target; a read may be given again."""
        origin = self.reference.region.start
        for indel in read_indels(read, self.reference, MIN_INDEL_QUALITY):
            if self.wanted[indel.span.start - origin : indel.span.end - origin].any():
                self.indels[indel].setdefault(read.name, set()).add(read.reverse)

    def regions(self) -> Iterator[RegionCounts]:
        """Yield the counts of each target."""
        region = self.reference.region
        bases = codes(self.reference.sequence).astype(np.int64)
        same = np.take_along_axis(self.alleles, bases[None, None, :] % len(BASES), axis=1)[:, 0, :]
        for target in self.targets:
            here = slice(target.start - region.start, target.end - region.start)
            yield RegionCounts(
                chrom=target.chrom,
                start=target.start,
                depth=tuple(self.depth[here].tolist()),
                forward=tuple(same[0, here].tolist()),
                reverse=tuple(same[1, here].tolist()),
            )

    def others(self) -> Iterator[OtherBase]:
        """Yield the bases that differ from the reference, by position."""
        region = self.reference.region
        counts = self.alleles.copy()
        bases = codes(self.reference.sequence)
        counts[:, bases % len(BASES), np.arange(len(bases))] = 0
        for at, base in np.argwhere(counts.sum(axis=0).T).tolist():
            yield OtherBase.model_validate(
                {
                    "chrom": region.chrom,
                    "pos": region.start + at + 1,
                    "base": BASES[base],
                    "forward": int(counts[0, base, at]),
                    "reverse": int(counts[1, base, at]),
                }
            )

    def indel_counts(self) -> Iterator[IndelCount]:
        """Yield the indels of enough fragments, by position and alleles."""
        for indel in sorted(self.indels):
            fragments = self.indels[indel]
            if len(fragments) >= MIN_INDEL_FRAGMENTS:
                reverse = sum(_is_reverse(name, strands) for name, strands in fragments.items())
                yield IndelCount(
                    chrom=indel.span.chrom,
                    pos=indel.pos,
                    ref=indel.ref,
                    alt=indel.alt,
                    forward=len(fragments) - reverse,
                    reverse=reverse,
                )


def _is_reverse(name: str, strands: set[bool]) -> bool:
    """Return the strand of a fragment; where both mates show the indel, the one that its name picks."""
    return picks_reverse(name) if len(strands) > 1 else True in strands
