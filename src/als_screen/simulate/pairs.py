"""The two lines of a BAM that a fragment becomes: flags, mate fields and template length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from als_screen.simulate.bases import complement
from als_screen.simulate.haplotype import Bases
from als_screen.simulate.placement import Place, Places

PAIRED, PROPER, UNMAPPED, MATE_UNMAPPED = 0x1, 0x2, 0x4, 0x8
REVERSE, MATE_REVERSE, READ1, READ2, DUPLICATE = 0x10, 0x20, 0x40, 0x80, 0x400


@dataclass(frozen=True, slots=True)
class Read:
    """One line of a BAM, positions 0-based, chromosomes without `chr`; `haplotype` (0 or 1) is the truth.

    An unmapped read has cigar "*" and the place of its mate; `chrom` is None where that is unmapped too.
    `mate_place` is (chrom, start); `mate_cigar` is None where the mate is unmapped.
    """

    name: str
    flag: int
    chrom: str | None
    start: int
    end: int
    mapq: int
    cigar: str
    mate_place: tuple[str, int] | None
    mate_cigar: str | None
    template_length: int
    sequence: str
    qualities: str
    nm: int | None
    haplotype: int

    @property
    def is_mapped(self) -> bool:
        """Whether the read has a place of its own."""
        return not self.flag & UNMAPPED

    @property
    def is_duplicate(self) -> bool:
        """Whether the read is flagged as a duplicate."""
        return bool(self.flag & DUPLICATE)


@dataclass(frozen=True, slots=True)
class RawPair:
    """Bases and Phred qualities of the forward and the reverse read of a fragment, both on the + strand.

    `forward_first`: the forward read is read 1. `longest`: fragments up to it are proper pairs.
    """

    bases: tuple[Bases, Bases]
    qualities: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    forward_first: bool
    duplicate: bool
    haplotype: int
    longest: int


def make_pair(name: str, raw: RawPair, places: Places) -> tuple[Read, Read]:
    """Return the lines of the forward and the reverse read."""
    length = _template_length(places)
    shared = PAIRED | _proper(places, length, raw.longest)
    # A duplicate is recognised by the places of its reads: those inside a repeat have none to compare.
    if raw.duplicate and None not in places:
        shared |= DUPLICATE
    return (_line(name, raw, places, 0, shared, length), _line(name, raw, places, 1, shared, -length))


def _line(name: str, raw: RawPair, places: Places, side: int, shared: int, length: int) -> Read:
    own, mate = places[side], places[1 - side]
    anchor = own or mate
    sequence, qualities = _stored(raw, own, side)
    return Read(
        name=name,
        flag=shared | _flags(places, side, raw.forward_first),
        chrom=anchor.chrom if anchor else None,
        start=anchor.start if anchor else -1,
        end=own.end if own else -1,
        mapq=own.mapq if own else 0,
        cigar=own.cigar if own else "*",
        mate_place=_mate_place(mate or own),
        mate_cigar=mate.cigar if mate else None,
        template_length=length,
        sequence=sequence,
        qualities=qualities,
        nm=own.nm if own else None,
        haplotype=raw.haplotype,
    )


def _mate_place(place: Place | None) -> tuple[str, int] | None:
    return (place.chrom, place.start) if place else None


def _is_reverse(place: Place | None, side: int) -> bool:
    """Tell the strand that the line shows; an unmapped read is stored as it was sequenced."""
    return place is not None and (side == 1) != place.flipped


def _flags(places: Places, side: int, forward_first: bool) -> int:
    flags = READ1 if (side == 0) == forward_first else READ2
    flags |= REVERSE if _is_reverse(places[side], side) else 0
    flags |= MATE_REVERSE if _is_reverse(places[1 - side], 1 - side) else 0
    flags |= UNMAPPED if places[side] is None else 0
    return flags | (MATE_UNMAPPED if places[1 - side] is None else 0)


def _stored(raw: RawPair, place: Place | None, side: int) -> tuple[str, str]:
    """Return sequence and qualities of a line, turned where its strand is not the + strand of the locus."""
    bases, qualities = raw.bases[side], raw.qualities[side]
    if (place is None and side == 1) or (place is not None and place.flipped):
        bases, qualities = complement(bases), qualities[::-1]
    return bases.tobytes().decode("ascii"), (qualities + 33).tobytes().decode("ascii")


def _five_prime(place: Place, side: int) -> int:
    return place.end - 1 if _is_reverse(place, side) else place.start


def _template_length(places: Places) -> int:
    """Return TLEN of the forward read as BWA-MEM counts it: from 5' base to 5' base; 0 across chromosomes."""
    forward, reverse = places
    if forward is None or reverse is None or forward.chrom != reverse.chrom:
        return 0
    distance = _five_prime(reverse, 1) - _five_prime(forward, 0)
    return distance + (distance > 0) - (distance < 0)


def _proper(places: Places, length: int, longest: int) -> int:
    """Return the proper-pair flag: reads that face each other at a likely distance."""
    forward, reverse = places
    if forward is None or reverse is None or forward.chrom != reverse.chrom:
        return 0
    if _is_reverse(forward, 0) == _is_reverse(reverse, 1):
        return 0
    facing = length if not forward.flipped else -length
    return PROPER if 0 < facing <= longest else 0
