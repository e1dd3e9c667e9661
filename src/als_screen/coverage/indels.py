"""Insertions and deletions of reads, in the one left-aligned spelling that VCF uses. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from als_screen.interpretation.naming.alleles import Change, shifted_left, shifted_right, trimmed, vcf_form
from als_screen.regions import Region
from als_screen.resources import ReferenceSlice

if TYPE_CHECKING:  # interpretation uses this module too and does without pysam
    from als_screen.coverage.reads import AlignedRead

MATCHES = frozenset((0, 7, 8))  # M, =, X
INSERTION, DELETION, SKIP, SOFT_CLIP = 1, 2, 3, 4
_BASES = frozenset(b"ACGT")


class Indel(NamedTuple):
    """An insertion, deletion or both in VCF form, and the region within which its place is arbitrary.

    Attributes:
        pos: 1-based, left-aligned.
        ref, alt: with the anchor base where one would be empty.
        span: from the anchor base to the base behind the rightmost equivalent place.
    """

    pos: int
    ref: str
    alt: str
    span: Region


class RawIndel(NamedTuple):
    """`deleted` bases at 0-based `start` are replaced by the bases [first, last) of the read."""

    start: int
    deleted: int
    first: int
    last: int


def raw_indels(cigar: tuple[tuple[int, int], ...], start: int) -> Iterator[RawIndel]:
    """Yield the indels of a CIGAR that have an aligned base on both sides; adjoining I and D are one."""
    at, query, anchored = start, 0, False
    open_at, first = start, 0
    for operation, length in cigar:
        if operation in MATCHES:
            if anchored and (query > first or at > open_at):
                yield RawIndel(open_at, at - open_at, first, query)
            at, query, anchored = at + length, query + length, True
            open_at, first = at, query
        elif operation in (INSERTION, SOFT_CLIP):
            query += length
        elif operation == DELETION:
            at += length
        elif operation == SKIP:
            at, anchored = at + length, False


def read_indels(read: AlignedRead, reference: ReferenceSlice, min_quality: int) -> Iterator[Indel]:
    """Yield the indels of a read that lie inside the bundled sequence.

    Left out are those with a base other than A, C, G, T and those whose own and two neighbouring read
    bases have a mean quality below `min_quality`.
    """
    for raw in raw_indels(read.cigar, read.start):
        inserted = read.bases[raw.first : raw.last]
        qualities = read.qualities[raw.first - 1 : raw.last + 1]
        if _BASES.issuperset(inserted) and sum(qualities) >= min_quality * len(qualities):
            found = normalised(reference, raw.start, raw.deleted, inserted.decode("ascii"))
            if found is not None:
                yield found


@lru_cache(maxsize=4096)
def normalised(reference: ReferenceSlice, start: int, deleted: int, inserted: str) -> Indel | None:
    """Return the VCF form of `deleted` bases at 0-based `start` replaced by `inserted`.

    None where that changes nothing, or reaches outside the bundled sequence or to its very first base.
    """
    region = reference.region
    if not region.start < start <= start + deleted < region.end:
        return None
    change = trimmed(start, reference.fetch(start, start + deleted), inserted)
    if not (change.ref or change.alt) or shifted_left(reference, change).start == region.start:
        return None
    pos, ref, alt = vcf_form(reference, change)
    return Indel(pos, ref, alt, _span(reference, change))


def allele_span(reference: ReferenceSlice, pos: int, ref: str, alt: str) -> Region:
    """Return the 0-based region whose bases tell whether a read shows the VCF allele.

    For SNVs and MNVs the REF bases; else as `Indel.span`. Cut to the bundled sequence.
    """
    start, end = pos - 1, pos - 1 + len(ref)
    if len(ref) != len(alt):
        span = _span(reference, trimmed(start, ref, alt))
        start, end = min(start, span.start), max(end, span.end)
    return Region(reference.region.chrom, max(start, reference.region.start), min(end, reference.region.end))


def _span(reference: ReferenceSlice, change: Change) -> Region:
    """Return the bases before the leftmost to behind the rightmost place."""
    region = reference.region
    start = max(region.start, shifted_left(reference, change).start - 1)
    end = min(region.end, shifted_right(reference, change).end + 1)
    return Region(region.chrom, start, end)
