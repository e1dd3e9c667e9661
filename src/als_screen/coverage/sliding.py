"""Counts reads as they come, sorted by position, and lets go of those that are done with.

Everything before the start of the latest read is complete: no later read, and no mate, can reach it. So
counts are exact at any depth, and what is held is little more than the reads over one base.
"""

from __future__ import annotations

from collections.abc import Sequence

from als_screen.coverage.reads import AlignedRead
from als_screen.coverage.tally import GeneTally
from als_screen.coverage.trim import trimmed_read
from als_screen.regions import Region

#: Bases of reads that are held before any are counted; about 60 bytes of working memory each.
BASES_AT_ONCE = 2_000_000
#: An aligner may place an indel this far from its leftmost place.
INDEL_REACH = 500


class SlidingCount:
    """Counts `targets` (sorted, disjoint, of one gene) from reads that come by position."""

    def __init__(self, gene: GeneTally, targets: Sequence[Region]) -> None:
        self._gene = gene
        self._targets = targets
        self._hull = Region(targets[0].chrom, targets[0].start, targets[-1].end)
        self._done = self._hull.start
        self._held: list[AlignedRead] = []
        self._bases, self._limit = 0, BASES_AT_ONCE

    def add(self, read: AlignedRead) -> None:
        """Take a read that starts no earlier than those before it."""
        if self._bases > self._limit and read.start > self._done:
            self._count_to(read.start)
        kept = trimmed_read(read, self._hull.start - INDEL_REACH, self._hull.end + INDEL_REACH)
        self._gene.add_indels(kept)
        self._held.append(kept)
        self._bases += len(kept.bases)

    def finish(self) -> None:
        """Count what is left."""
        self._count_to(self._hull.end)

    def _count_to(self, end: int) -> None:
        """Count from where the last count ended to the 0-based `end`; keep the reads that reach beyond."""
        step = max(1, (end - self._done) * BASES_AT_ONCE // max(1, self._bases))
        for start in range(self._done, end, step):
            self._count_between(start, min(start + step, end))
        self._held = [read for read in self._held if read.end > end]
        self._bases = sum(len(read.bases) for read in self._held)
        self._limit = self._bases + BASES_AT_ONCE
        self._done = end

    def _count_between(self, start: int, end: int) -> None:
        parts = [
            Region(target.chrom, max(target.start, start), min(target.end, end))
            for target in self._targets
            if target.overlaps(target.chrom, start, end)
        ]
        if parts:
            self._gene.add(self._held, parts)
