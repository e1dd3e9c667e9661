"""Pair the reads of each fragment, place both, and say what the fragment shows. A fragment counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from als_screen.evidence import ReadClass, ReadCount
from als_screen.regions import Region
from als_screen.repeat.locus import RepeatLocus
from als_screen.repeat.realign import MIN_FIT, Kind, Placements, Template, encode, placed_read, realign
from als_screen.repeat.records import LocusReads, Read

#: Bases beside the repeat that are held against the reference.
ENOUGH_BASES = 10_000
#: A read of a pair that lies elsewhere counts as in the repeat unless flank is better by this (natural log):
#: more than one base of high quality.
STRAY_MARGIN = 9.0
#: Bases of a lower quality than this are as likely wrong as right: Phred 2 stands for an unusable part.
LOWEST_QUALITY = 3

_ROTATIONS = frozenset((b"GGCCCC" * 2)[i : i + 6] for i in range(6))


@dataclass(frozen=True, slots=True)
class Fragment:
    """The forward (`left`) and the reverse (`right`) read of a fragment; None where not seen or unusable.

    `sides` are the two reads themselves, on the + strand, for those who show them.
    """

    left: Placements | None
    right: Placements | None
    sides: tuple[Read | None, Read | None] = (None, None)

    @property
    def reads(self) -> tuple[Placements, ...]:
        """Return the reads that were placed."""
        return tuple(read for read in (self.left, self.right) if read is not None)

    @property
    def shown(self) -> tuple[tuple[Read, Placements], ...]:
        """Return the reads that were placed, with their placements."""
        pairs = zip(self.sides, (self.left, self.right), strict=True)
        return tuple((read, where) for read, where in pairs if read is not None and where is not None)

    @property
    def in_repeat(self) -> int:
        """Return how many of its reads lie wholly in the repeat."""
        return sum(read.in_repeat for read in self.reads)


@dataclass(frozen=True, slots=True)
class Placed:
    """All fragments that touch the repeat.

    Attributes:
        fragments: those with at least one read that is not wholly in the repeat.
        in_repeat_pairs: fragments with both reads wholly in the repeat.
        misfits: reads at the locus that fit neither flanks nor repeat.
        touching: reads that cross the repeat's left, and its right edge.
        inside: the fragments that `in_repeat_pairs` counts.
        blank: reads left out because most of their bases are unknown or without quality.
        reads: all reads that were looked at.
    """

    fragments: tuple[Fragment, ...]
    in_repeat_pairs: int
    misfits: int
    touching: tuple[int, int]
    inside: tuple[Fragment, ...] = ()
    blank: int = 0
    reads: int = 0


def template_of(locus: RepeatLocus) -> Template:
    """Return the sequence that reads are placed on."""
    return Template.of(locus.left_flank, locus.motif_plus, locus.right_flank)


def place(reads: LocusReads, repeat: Region, template: Template) -> Placed:
    """Place every fragment; `repeat` is the interval of the reference copies."""
    found = [_place(pair, repeat, template) for pair in reads.fragments]
    misfits = sum(1 for fragment in found if fragment is not None and not fragment.reads)
    usable = [fragment for fragment in found if fragment is not None and _informs(fragment)]
    flanked = [fragment for fragment in usable if fragment.in_repeat < 2]
    inside = [fragment for fragment in usable if fragment.in_repeat == 2]
    inside += [_stray(pair, template) for pair in reads.strays if _wholly_inside(pair, template)]
    return Placed(
        fragments=tuple(flanked),
        in_repeat_pairs=len(inside),
        misfits=misfits,
        touching=_touching(flanked),
        inside=tuple(inside),
        blank=sum(_is_blank(read) for pair in reads.fragments for read in pair),
        reads=sum(len(pair) for pair in reads.fragments),
    )


def _stray(pair: tuple[Read, ...], template: Template) -> Fragment:
    """Return a pair that was found far away and lies wholly in the repeat."""
    left, right = _stray_sides(pair)
    forward, reverse = (None if read is None else inside_read(read.bases, template) for read in (left, right))
    return Fragment(forward, reverse, (left, right))


def _place(reads: tuple[Read, ...], repeat: Region, template: Template) -> Fragment | None:
    """Return the fragment, or None where it does not reach the repeat."""
    left, right = _sides(tuple(read for read in reads if not _is_blank(read)))
    if not _reaches(left, right, repeat):
        return None
    sides = _placements(left, repeat, template), _placements(right, repeat, template)
    return Fragment(*sides, (left, right))


def _sides(reads: tuple[Read, ...]) -> tuple[Read | None, Read | None]:
    """Return the forward and the reverse read, both in + strand orientation."""
    placed = [read for read in reads if read.placed]
    if not placed:
        return _stray_sides(reads)
    anchor = placed[0]
    mate = next((read for read in reads if read is not anchor), None)
    if mate is not None and mate.placed and mate.reverse is anchor.reverse:
        mate = None
    if mate is not None and not mate.placed and not anchor.reverse:
        mate = mate.flipped()
    return (mate, anchor) if anchor.reverse else (anchor, mate)


def _stray_sides(reads: tuple[Read, ...]) -> tuple[Read | None, Read | None]:
    """Orient reads without an anchor by the motif; those that disagree are not a fragment."""
    forward = next((read for read in reads if _is_plus(read)), None)
    reverse = next((read for read in reads if read is not forward), None)
    return forward, reverse.flipped() if reverse is not None else None


def _is_blank(read: Read) -> bool:
    """Tell whether most of the read's bases are unknown, or as good as unknown, so that it says nothing."""
    unsure = sum(read.qualities.count(quality) for quality in range(LOWEST_QUALITY))
    return max(read.bases.count(b"N"), unsure) * 2 > len(read.bases)


def _is_plus(read: Read) -> bool:
    return read.bases.count(b"GGCCCC") > read.bases.count(b"GGGGCC")


def _reaches(left: Read | None, right: Read | None, repeat: Region) -> bool:
    """Tell whether the fragment covers a base of the repeat, or an edge of it."""
    if left is not None and left.placed and left.start >= repeat.end:
        return False
    return not (right is not None and right.placed and right.end <= repeat.start)


def _placements(read: Read | None, repeat: Region, template: Template) -> Placements | None:
    if read is None:
        return None
    if read.placed and read.end <= repeat.start:
        return placed_read(read.start - repeat.start, len(read.bases), left=True)
    if read.placed and read.start >= repeat.end:
        return placed_read(read.end - len(read.bases) - repeat.end, len(read.bases), left=False)
    if not read.placed and _plainly_inside(read.bases):
        return inside_read(read.bases, template)
    found = realign(read, template)
    return found if found.fits >= MIN_FIT else None


def _wholly_inside(pair: tuple[Read, ...], template: Template) -> bool:
    """Tell whether both reads of a fragment found far away lie in the repeat: flank must show clearly."""
    left, right = _stray_sides(pair)
    return left is not None and right is not None and _inside(left, template) and _inside(right, template)


def _inside(read: Read, template: Template) -> bool:
    if _mostly_motif(read.bases):
        return True
    found = realign(read, template)
    return found.fits >= MIN_FIT and found.margin <= STRAY_MARGIN


def _mostly_motif(bases: bytes) -> bool:
    """Tell, without aligning, whether a read is motif, with some changes, and motif at both ends."""
    enough = bases.count(b"GGCCCC") >= 0.7 * (len(bases) // 6)
    return enough and bases[:6] in _ROTATIONS and bases[-6:] in _ROTATIONS


def mismatch_rate(reads: LocusReads, repeat: Region, template: Template) -> float | None:
    """Return the part of bases that differ from the flanks, over reads aligned there without clip or indel.

    None where no such read lies within the flanks that are known.
    """
    wrong = total = 0
    for read in (read for pair in reads.fragments for read in pair if read.clean):
        start = read.start - (repeat.start - len(template.left))
        flank = template.left
        if read.start >= repeat.end:
            start, flank = read.start - repeat.end, template.right
        elif read.end > repeat.start:
            continue
        if 0 <= start <= len(flank) - len(read.bases) and total < ENOUGH_BASES:
            codes = encode(read.bases)
            known = codes < 4
            wrong += int((codes != flank[start : start + len(codes)])[known].sum())
            total += int(known.sum())
    return wrong / total if total else None


def _informs(fragment: Fragment) -> bool:
    """Tell whether the fragment touches or encloses the repeat; a lone read in the flank does neither."""
    return len(fragment.reads) == 2 or any(read.in_repeat or _edges(read) for read in fragment.reads)


def _plainly_inside(bases: bytes) -> bool:
    """Tell, without aligning, whether a read is motif from end to end."""
    return (
        bases.count(b"GGCCCC") >= len(bases) // 6 - 2 and bases[:6] in _ROTATIONS and bases[-6:] in _ROTATIONS
    )


def inside_read(bases: bytes, template: Template) -> Placements:
    """Return the placements of a read that is motif from end to end.

    It may as well begin in the last bases of the left flank, or end in the first ones of the right flank,
    where those look like the motif: the repeat is then shorter by as much.
    """
    length, motif = len(bases), b"GGCCCC"
    before = -(motif * 2).find(bases[:6]) % 6
    after = ((motif * 2).find(bases[-6:])) % 6
    ways = [(Kind.LEFT, -before, length - before)] if 0 < before <= template.hidden_left else []
    ways += [(Kind.RIGHT, after - length, length - after)] if 0 < after <= template.hidden_right else []
    kind, start, shown = np.array(ways, dtype=np.int64).reshape(-1, 3).T
    return Placements(
        length, kind, start, -(-shown // 6), np.ones(len(kind)), 1 / 6, margin=-np.inf, fits=1.0
    )


def _touching(fragments: Iterable[Fragment]) -> tuple[int, int]:
    """Count fragments with a read over the repeat's left edge, and over its right edge."""
    left = right = 0
    for fragment in fragments:
        kinds = {placed for read in fragment.reads for placed in _edges(read)}
        left += Kind.LEFT in kinds
        right += Kind.RIGHT in kinds
    return left, right


def _edges(read: Placements) -> tuple[Kind, ...]:
    best = read.best
    if best is None or read.in_repeat:
        return ()
    kind, start, _ = best
    if kind is Kind.SPANNING:
        return Kind.LEFT, Kind.RIGHT
    crosses = start + read.length > 0 if kind is Kind.LEFT else start < 0
    return (kind,) if crosses else ()


def count(placed: Placed) -> tuple[ReadCount, ...]:
    """Return the fragments by class and units, sorted; pairs wholly in the repeat are counted apart."""
    shown = Counter(what for fragment in placed.fragments if (what := _shows(fragment)) is not None)
    return tuple(
        ReadCount(read_class=kind, units=units, fragments=number)
        for (kind, units), number in sorted(shown.items())
    )


def _shows(fragment: Fragment) -> tuple[ReadClass, int] | None:
    """Return the strongest class among the fragment's reads; None where no read touches the repeat."""
    best = [read.best for read in fragment.reads if read.best is not None and not read.in_repeat]
    spanning = [units for kind, _, units in best if kind is Kind.SPANNING]
    if spanning:
        return ReadClass.SPANNING, spanning[0]
    if fragment.in_repeat:
        return ReadClass.IN_REPEAT, max(read.length for read in fragment.reads if read.in_repeat) // 6
    partly = [_partial_units(read) for read in fragment.reads if _edges(read)]
    return (ReadClass.FLANKING, max(partly)) if partly else None


def _partial_units(read: Placements) -> int:
    """Return the whole units that a read with one flank shows."""
    best = read.best
    if best is None:
        return 0
    kind, start, least = best
    return min((start + read.length if kind is Kind.LEFT else -start) // 6, least)
