"""Which read is drawn where in the picture of the repeat. Pure functions; lengths are the drawing's units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from als_screen.models import RepeatAllele
from als_screen.read_views import Lies, RepeatRead, RepeatReads
from als_screen.reports.svg import MARGIN, WIDTH

#: Bases of flank that are shown beside an allele drawn to scale, and beside a cut one.
FLANK, CUT_FLANK = 45, 30
#: Longest tract in bases that is drawn to scale: without, and with reads that span it.
TO_SCALE, TO_SCALE_SPANNED = 186, 330
#: Most rows and most reads of one allele.
MOST_ROWS, MOST_READS = 26, 60
UNIT = 6
GAP = 16.0
_WIDEST_BASE = 4.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the allele: columns `first` to `last` (exclusive) from `x` on.

    Columns count from the first base of the repeat (`anchor` "left"), from its end ("right"), or from the
    first base of the read ("inside").
    """

    anchor: str
    first: int
    last: int
    x: float
    base: float

    def at(self, column: float) -> float:
        """Return the x of a column, held inside."""
        return self.x + (min(max(column, self.first), self.last) - self.first) * self.base


@dataclass(frozen=True, slots=True)
class Panel:
    """One allele (or both, where they are the same) with its reads in rows of (stretch, read).

    Attributes:
        alleles: 1 and 2, as people count them.
        hidden: reads that are not drawn.
        shared: its reads with one flank fit the other allele too.
        tract: bases of repeat.
    """

    alleles: tuple[int, ...]
    allele: RepeatAllele
    stretches: tuple[Stretch, ...]
    rows: tuple[tuple[tuple[Stretch, RepeatRead], ...], ...]
    hidden: int
    shared: bool
    tract: int


def panels(alleles: Sequence[RepeatAllele], reads: RepeatReads) -> list[Panel]:
    """Return one panel an allele, or one for both where they have the same size."""
    short, long = alleles[0], alleles[-1]
    if short.repeats == long.repeats and short.bound == long.bound:
        return [
            _panel((1, 2), _together(short, long), list(reads.reads), False, sum(reads.left_out.values()))
        ]
    limit = size_of(short)
    of_long = [read for read in reads.reads if _belongs_to_long(read, limit, size_of(long))]
    of_short = [read for read in reads.reads if not _belongs_to_long(read, limit, size_of(long))]
    inside = reads.left_out.get(Lies.INSIDE, 0)
    others = sum(reads.left_out.values()) - inside
    return [
        _panel((1,), short, of_short, True, others),
        _panel((2,), long, of_long, False, inside),
    ]


def _together(short: RepeatAllele, long: RepeatAllele) -> RepeatAllele:
    """Return one allele that stands for two of the same size: the support is the same fragments."""
    highs = [allele.ci[1] for allele in (short, long)]
    high = None if None in highs else max(value for value in highs if value is not None)
    return long.model_copy(update={"ci": (min(short.ci[0], long.ci[0]), high)})


def _belongs_to_long(read: RepeatRead, short: int, long: int) -> bool:
    if read.lies is Lies.INSIDE:
        return True
    if read.lies is Lies.SPANNING:
        return abs(read.units - long) < abs(read.units - short)
    return read.units > short


def size_of(allele: RepeatAllele) -> int:
    """Return the size that an allele is drawn with: the estimate, else the least."""
    return allele.ci[0] if allele.repeats is None else allele.repeats


def _panel(
    numbers: tuple[int, ...],
    allele: RepeatAllele,
    reads: list[RepeatRead],
    shared: bool,
    left_out: int,
) -> Panel:
    order = {kind: place for place, kind in enumerate(Lies)}
    reads = sorted(reads, key=lambda read: (order[read.lies], read.start, len(read.bases), read.bases))
    tract = UNIT * size_of(allele)
    stretches = _stretches(allele, tract, reads)
    rows, drawn = _rows(reads, stretches, tract)
    hidden = len(reads) - drawn + left_out
    return Panel(numbers, allele, stretches, rows, hidden, shared, tract)


def _stretches(allele: RepeatAllele, tract: int, reads: Sequence[RepeatRead]) -> tuple[Stretch, ...]:
    spanned = any(read.lies is Lies.SPANNING for read in reads)
    usable = WIDTH - 2 * MARGIN
    if tract <= (TO_SCALE_SPANNED if spanned else TO_SCALE) and allele.bound != "at_least":
        base = min(_WIDEST_BASE, usable / (tract + 2 * FLANK))
        x = (WIDTH - base * (tract + 2 * FLANK)) / 2
        return (Stretch("both", -FLANK, tract + FLANK, x, base),)
    left = _reach(len(read.bases) + read.start for read in reads if read.lies is Lies.LEFT)
    right = _reach(-read.start for read in reads if read.lies is Lies.RIGHT)
    inside = max((len(read.bases) for read in reads if read.lies is Lies.INSIDE), default=0)
    parts = [
        ("left", -CUT_FLANK, left),
        *([("inside", 0, inside)] if inside else []),
        ("right", -right, CUT_FLANK),
    ]
    base = (usable - GAP * (len(parts) - 1)) / sum(last - first for _, first, last in parts)
    made, x = [], MARGIN
    for anchor, first, last in parts:
        made.append(Stretch(anchor, first, last, x, base))
        x += (last - first) * base + GAP
    return tuple(made)


def _reach(bases: Iterable[int]) -> int:
    """Return the bases of repeat that one side needs, between 60 and 240."""
    return min(240, max([60, *bases]))


def place(read: RepeatRead, stretches: Sequence[Stretch], tract: int) -> tuple[Stretch, int]:
    """Return where a read is drawn, and the column of its first base there."""
    by_anchor = {stretch.anchor: stretch for stretch in stretches}
    if "both" in by_anchor:
        start = {Lies.RIGHT: tract + read.start, Lies.INSIDE: 0}.get(read.lies, read.start)
        return by_anchor["both"], start
    if read.lies is Lies.INSIDE:
        return by_anchor["inside"], 0
    return by_anchor["right" if read.lies is Lies.RIGHT else "left"], read.start


def _rows(
    reads: Sequence[RepeatRead], stretches: Sequence[Stretch], tract: int
) -> tuple[tuple[tuple[tuple[Stretch, RepeatRead], ...], ...], int]:
    """Pack the reads into rows, first come first; return the rows and how many reads they hold."""
    rows: list[list[tuple[Stretch, RepeatRead]]] = []
    taken: list[list[tuple[float, float]]] = []
    drawn = 0
    for read in reads:
        stretch, start = place(read, stretches, tract)
        low, high = stretch.at(start) - 3, stretch.at(start + len(read.bases)) + 3
        free = (i for i, spans in enumerate(taken) if all(high <= a or low >= b for a, b in spans))
        row = next(free, len(rows))
        if row == MOST_ROWS or drawn == MOST_READS:
            continue
        if row == len(rows):
            rows.append([])
            taken.append([])
        rows[row].append((stretch, read))
        taken[row].append((low, high))
        drawn += 1
    return tuple(map(tuple, rows)), drawn
