"""A read moved from its chromosome to a contig that is one gene region, cut where it sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

import pysam

from als_screen.regions import Region

#: CIGAR operations (M I D N S H P = X) by what they consume.
ON_REFERENCE = frozenset({0, 2, 3, 7, 8})
ON_READ = frozenset({0, 1, 4, 7, 8})
ALIGNED = frozenset({0, 7, 8})
CLIPPED = frozenset({4, 5, 6})


@dataclass(frozen=True, slots=True)
class Piece:
    """One CIGAR operation, from 0-based `reference` and `query` on."""

    operation: int
    length: int
    reference: int
    query: int

    @property
    def query_end(self) -> int:
        """Return the end in the read."""
        return self.query + (self.length if self.operation in ON_READ else 0)


def relocated(read: pysam.AlignedSegment, contig: int, region: Region) -> pysam.AlignedSegment:
    """Move, in place, a read that overlaps `region` to the contig number `contig`, and return it.

    A mate within the region moves along; another one is no longer named. What is aligned outside the region
    is cut off: long reads reach over a gene's ends.
    """
    mate_inside = (
        read.next_reference_id == read.reference_id and region.start <= read.next_reference_start < region.end
    )
    mate = read.next_reference_start - region.start if mate_inside else -1
    if read.reference_start < region.start or (read.reference_end or 0) > region.end:
        _cut(read, region)
    read.reference_id = contig
    read.reference_start -= region.start
    read.next_reference_id = contig if mate_inside else -1
    read.next_reference_start = mate
    return read


def _cut(read: pysam.AlignedSegment, region: Region) -> None:
    pieces = _between_matches(list(_pieces(read.cigartuples or [], read.reference_start, region)))
    first, last = pieces[0].query, pieces[-1].query_end
    bases, qualities = read.query_sequence or "", read.query_qualities
    read.query_sequence = bases[first:last]
    read.query_qualities = None if qualities is None else qualities[first:last]
    read.cigartuples = [(piece.operation, piece.length) for piece in pieces]
    read.reference_start = pieces[0].reference


def _pieces(cigar: list[tuple[int, int]], start: int, region: Region) -> Iterator[Piece]:
    """Yield the parts of the CIGAR that lie within the region, without clips."""
    reference, query = start, 0
    for operation, length in cigar:
        low, high = 0, length if region.start < reference < region.end else 0
        if operation in ON_REFERENCE:
            low, high = max(0, region.start - reference), min(length, region.end - reference)
        if low < high and operation not in CLIPPED:
            yield Piece(operation, high - low, reference + low, query + (low if operation in ON_READ else 0))
        reference += length if operation in ON_REFERENCE else 0
        query += length if operation in ON_READ else 0


def _between_matches(pieces: list[Piece]) -> list[Piece]:
    """Drop insertions and deletions at the ends: a read begins and ends aligned."""
    forward = list(dropwhile(lambda piece: piece.operation not in ALIGNED, pieces))
    return list(dropwhile(lambda piece: piece.operation not in ALIGNED, forward[::-1]))[::-1]
