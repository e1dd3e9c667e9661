"""A read moved from its chromosome to a contig that is one gene region, cut where it sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

import pysam

from als_screen.regions import Region

Cigar = list[tuple[int, int]]
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


def relocated(
    read: pysam.AlignedSegment, region: Region, header: pysam.AlignmentHeader, contig: int
) -> pysam.AlignedSegment:
    """Return a read that overlaps `region` on the contig number `contig` of `header`, without its tags.

    A mate within the region moves along; another one is no longer named. What is aligned outside the region
    is cut off: long reads reach over a gene's ends.
    """
    found = pysam.AlignedSegment(header)
    found.query_name, found.flag, found.mapping_quality = read.query_name, read.flag, read.mapping_quality
    cigar, start, bases = _within(read, region)
    found.query_sequence = (read.query_sequence or "")[bases]
    found.query_qualities = None if read.query_qualities is None else read.query_qualities[bases]
    found.reference_id, found.reference_start = contig, start - region.start
    found.cigartuples = cigar
    mate = read.next_reference_start
    if read.next_reference_id == read.reference_id and region.start <= mate < region.end:
        found.next_reference_id, found.next_reference_start = contig, mate - region.start
    return found


def _within(read: pysam.AlignedSegment, region: Region) -> tuple[Cigar, int, slice]:
    """Return CIGAR, 0-based start on the chromosome, and bases of what is aligned within the region."""
    cigar, start = read.cigartuples or [], read.reference_start
    if region.start <= start and (read.reference_end or 0) <= region.end:
        return cigar, start, slice(None)
    pieces = _between_matches(list(_pieces(cigar, start, region)))
    kept = [(piece.operation, piece.length) for piece in pieces]
    return kept, pieces[0].reference, slice(pieces[0].query, pieces[-1].query_end)


def _pieces(cigar: Cigar, start: int, region: Region) -> Iterator[Piece]:
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
