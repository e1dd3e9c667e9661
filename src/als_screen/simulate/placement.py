"""Where an aligner puts each read: in its true place, or, inside an expansion, wherever the repeat occurs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from als_screen.regions import Build, Gene, Region
from als_screen.repeat.locus import load_locus
from als_screen.resources import bundled
from als_screen.simulate.alignment import Alignment, Window, align
from als_screen.simulate.fragments import RawReads
from als_screen.simulate.haplotype import REPEAT_LOCUS, Haplotype, encode

#: The impure copies to the left of the repeat: a read that ends in them is not anchored by them.
_IMPURE = 45

#: Bases aligned outside the tract from which BWA-MEM is unsure (0) and sure (60); linear in between.
_UNSURE, _SURE = 15, 45

#: Score 23 is the best that a pure repeat reaches at the locus itself: its last 23 bases, to the right flank.
_LOCUS_MATCH = 23

#: What becomes of a read inside an expansion whose mate lies in the flank.
_ANCHORED = {"off_target": 0.6, "locus": 0.2, "unmapped": 0.2}

#: What becomes of a pair that lies inside an expansion.
_UNANCHORED = {"one_place": 0.6, "two_places": 0.35, "unmapped": 0.05}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a read is placed; `flipped` where the other strand of the read is stored."""

    chrom: str
    start: int
    end: int
    cigar: str
    nm: int
    mapq: int
    flipped: bool = False


#: The places of the forward and the reverse read of a pair; None: unmapped.
Places = tuple[Place | None, Place | None]


@cache
def reference_window(build: Build, gene: Gene) -> Window:
    """Return the reference bases of a gene region."""
    part = bundled().slices(build)[gene]
    return Window(part.region.start, encode(part.sequence))


def place_reads(raw: RawReads, haplotype: Haplotype, build: Build, window: Window) -> list[Place | None]:
    """Return the place of each read; None where no alignment reaches the lowest score."""
    length = raw.bases.shape[1]
    first = [haplotype.block_at(int(start)) for start in raw.start]
    return [
        _placed(
            _simple(raw, row, haplotype, window, first[row])
            or align(raw.bases[row], _diagonals(haplotype, int(raw.start[row]), length), window),
            haplotype.chrom,
            build,
        )
        for row in range(len(first))
    ]


def _simple(raw: RawReads, row: int, haplotype: Haplotype, window: Window, index: int) -> Alignment | None:
    """Align a read that lies in one block: no gap, clipped where its end comes from elsewhere."""
    block, start, length = haplotype.blocks[index], int(raw.start[row]), raw.bases.shape[1]
    if start < block.start or start + length > block.start + block.length:
        return None
    left, right = int(raw.clip_left[row]), int(raw.clip_right[row])
    placed = start + block.diagonal + left
    end = placed + length - left - right
    reference = window.bases[placed - window.start : end - window.start]
    nm = int(np.count_nonzero(raw.bases[row, left : length - right] != reference))
    clips = [f"{clip}S" if clip else "" for clip in (left, right)]
    return Alignment(placed, end, f"{clips[0]}{end - placed}M{clips[1]}", nm, end - placed - 5 * nm)


def _diagonals(haplotype: Haplotype, start: int, length: int) -> list[int]:
    """Return where the read would start on the reference by each block that it touches or lies between."""
    first, last = haplotype.block_at(start), haplotype.block_at(start + length - 1)
    last = min(last + 1, len(haplotype.blocks) - 1)
    return [start + block.diagonal for block in haplotype.blocks[first : last + 1]]


def _placed(alignment: Alignment | None, chrom: str, build: Build) -> Place | None:
    """Give the alignment its mapping quality: low where little of it lies outside the repeat."""
    if alignment is None:
        return None
    mapq = _mapq(alignment, REPEAT_LOCUS[build]) if chrom == REPEAT_LOCUS[build].chrom else 60
    return Place(chrom, alignment.start, alignment.end, alignment.cigar, alignment.nm, mapq)


def _mapq(alignment: Alignment, repeat: Region) -> int:
    inside = min(alignment.end, repeat.end) - max(alignment.start, repeat.start - _IMPURE)
    unique = alignment.end - alignment.start - max(0, inside)
    return round(60 * min(1.0, max(0.0, (unique - _UNSURE) / (_SURE - _UNSURE))))


def settled(rng: np.random.Generator, places: Places, build: Build, length: int) -> Places:
    """Place the reads of a pair of the repeat region that have no alignment of their own."""
    forward, reverse = places
    if forward is None and reverse is None:
        return place_unanchored(rng, build, length)
    return forward or place_anchored(rng, build, length), reverse or place_anchored(rng, build, length)


def place_anchored(rng: np.random.Generator, build: Build, length: int) -> Place | None:
    """Place a read inside an expansion whose mate is aligned; None: unmapped, kept beside the mate."""
    fate = _choose(rng, _ANCHORED)
    if fate == "unmapped":
        return None
    return _off_target(rng, build, length) if fate == "off_target" else _at_locus(rng, build, length)


def place_unanchored(rng: np.random.Generator, build: Build, length: int) -> Places:
    """Place both reads of a pair inside an expansion: at one off-target place, at two, or nowhere."""
    fate = _choose(rng, _UNANCHORED)
    if fate == "unmapped":
        return None, None
    if fate == "two_places":
        return _off_target(rng, build, length), _off_target(rng, build, length)
    region = _any(rng, load_locus().off_target_regions(build))
    return _within(rng, region, length), _within(rng, region, length)


def _choose(rng: np.random.Generator, shares: dict[str, float]) -> str:
    names = list(shares)
    return names[int(rng.choice(len(names), p=list(shares.values())))]


def _any(rng: np.random.Generator, regions: Sequence[Region]) -> Region:
    return regions[int(rng.integers(len(regions)))]


def _off_target(rng: np.random.Generator, build: Build, length: int) -> Place:
    return _within(rng, _any(rng, load_locus().off_target_regions(build)), length)


def _within(rng: np.random.Generator, region: Region, length: int) -> Place:
    """Align the part of a repeat read that fits the region's tract, in any phase, and clip the rest.

    The bundled reference has no sequence there, so tract length and strand are made up, but stay the same for
    a region: the wider a region, the longer its tract, and every second place has the other strand.
    """
    tract = min(length, 40 + len(region) % 100)
    left = int(rng.integers(0, length - tract + 1))
    right = length - tract - left
    start = (region.start + region.end - tract) // 2
    cigar = (f"{left}S" if left else "") + f"{tract}M" + (f"{right}S" if right else "")
    return Place(region.chrom, start, start + tract, cigar, int(rng.integers(0, 3)), 0, region.start % 2 == 1)


def _at_locus(rng: np.random.Generator, build: Build, length: int) -> Place:
    """Align the last bases of the tract and clip the rest, as mate rescue does."""
    end = REPEAT_LOCUS[build].end
    left = int(rng.integers(0, length - _LOCUS_MATCH + 1))
    right = length - _LOCUS_MATCH - left
    cigar = (f"{left}S" if left else "") + f"{_LOCUS_MATCH}M" + (f"{right}S" if right else "")
    return Place(REPEAT_LOCUS[build].chrom, end - _LOCUS_MATCH, end, cigar, int(rng.integers(0, 2)), 0)
