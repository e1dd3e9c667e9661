"""The reads over each allele of the repeat as a picture: what was seen, read by read.

An allele that reads can span is drawn to scale. A longer one is cut: its beginning with the reads of the left
flank, the reads wholly inside, its end with the reads of the right flank. Lengths are in the drawing's units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from als_screen.models import RepeatAllele, RepeatResult
from als_screen.read_views import Lies, RepeatRead, RepeatReads
from als_screen.repeat.locus import RepeatLocus, load_locus
from als_screen.reports.repeat_layout import GAP, UNIT, Panel, Stretch, panels, place, size_of
from als_screen.reports.svg import (
    INK,
    MARGIN,
    PAPER,
    SOFT_INK,
    Drawing,
    Look,
    Mark,
    Say,
    box,
    num,
    stroke,
)

ROW, BAR = 7.0, 5.0
_DIAMOND = "l3 4-3 4-3-4z"

_FLANK: Look = {"fill": "#c4cad1"}
_UNITS: Look = {"fill": "#6f7d8c"}
_FRAME: Look = {"stroke": INK, "stroke_width": "0.8"}
_OUTLINE: Look = {"fill": "none", "stroke": INK, "stroke_width": "0.6"}
_SHARED: Look = {**_OUTLINE, "stroke_dasharray": "3 2"}
_CLIPPED: Look = {"fill": PAPER, "stroke": SOFT_INK, "stroke_width": "0.6", "stroke_dasharray": "1 1.5"}
_WEAK: Look = {"fill": "none", "stroke": INK, "stroke_width": "0.8"}
_OTHER: Look = {"fill": INK}

#: Writes a number as the language does.
Number = Callable[[int], str]


@dataclass(slots=True)
class _Paths:
    """Pieces of path by look."""

    flank: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    outline: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)


def repeat_svg(
    result: RepeatResult, reads: RepeatReads, _: Say, number: Number = str, *, alone: bool = True
) -> str:
    """Return the picture.

    Args:
        result: with both alleles.
        reads: of the same patient.
        _: translates a message of the catalogue.
        number: writes a number.
        alone: with ranges, counts and legend; a page has the first two beside it and draws the legend itself.
    """
    drawing, y = Drawing(), 4.0
    if alone:
        drawing.text(MARGIN, 14, _ranges(result, _), 11, fill=SOFT_INK)
        y = 22.0
    shown = panels(result.alleles, reads)
    for panel in shown:
        y = _draw_panel(drawing, y, panel, _, number, alone=alone)
    if alone:
        y = drawing.legend(y + 6, repeat_marks(_))
    title = _("Reads over each allele of the C9orf72 repeat")
    words = ". ".join(_heading(panel, _, number) + ". " + _counts(panel, _, number) for panel in shown)
    return drawing.svg(y, "repeat-reads", title, f"{words}. {_ranges(result, _)}")


# --------------------------------------------------------------------------------------------- drawing


def _draw_panel(drawing: Drawing, y: float, panel: Panel, _: Say, number: Number, *, alone: bool) -> float:
    locus = load_locus()
    drawing.text(MARGIN, y + 18, _heading(panel, _, number), 13, font_weight="bold")
    if alone:
        drawing.text(MARGIN, y + 32, _counts(panel, _, number), 11, fill=SOFT_INK)
    y += 40 if alone else 26
    y = _draw_allele(drawing, y, panel, _)
    paths = _Paths()
    for row in panel.rows:
        for stretch, read in row:
            _draw_read(paths, y, panel, stretch, read, locus)
        y += ROW
    _paint(drawing, paths, UNIT * panel.stretches[0].base)
    if panel.hidden:
        y += 11
        drawing.text(
            MARGIN, y, _("Reads not drawn: %(num)s") % {"num": number(panel.hidden)}, 11, fill=SOFT_INK
        )
    return y + 4


def _paint(drawing: Drawing, paths: _Paths, unit: float) -> None:
    """Draw all reads of a panel; dashes of the width of a unit begin anew with each read."""
    dashes = {"fill": "none", "stroke": _UNITS["fill"], "stroke_width": num(BAR)}
    drawing.path([*paths.outline, *paths.shared], fill=PAPER)
    drawing.path(paths.flank, **_FLANK)
    drawing.path(paths.units, **dashes, stroke_dasharray=f"{unit:.3f}")
    drawing.path(paths.outline, **_OUTLINE)
    drawing.path(paths.shared, **_SHARED)
    drawing.path(paths.clipped, **_CLIPPED)
    drawing.path(paths.weak, **_WEAK)
    drawing.path(paths.other, **_OTHER)


def _draw_allele(drawing: Drawing, y: float, panel: Panel, _: Say) -> float:
    """Draw the allele itself above its reads: flanks as bars, units as boxes with numbers."""
    flank: list[str] = []
    units: tuple[list[str], list[str]] = ([], [])
    for stretch in panel.stretches:
        first, last = _tract_columns(stretch, panel.tract)
        if stretch.first < first:
            flank.append(box(stretch.x, y + 13, (first - stretch.first) * stretch.base, 8))
        if last < stretch.last:
            flank.append(box(stretch.at(last), y + 13, (stretch.last - last) * stretch.base, 8))
        for start in range(first, last, UNIT):
            end = min(start + UNIT, last)
            place = box(stretch.at(start), y + 13, (end - start) * stretch.base, 8)
            units[(start - first) // UNIT % 2].append(place)
        _label(drawing, y, panel, stretch, _)
    drawing.path(flank, **_FLANK, **_FRAME)
    drawing.path(units[0], fill=PAPER, **_FRAME)
    drawing.path(units[1], **_UNITS, **_FRAME)
    for before in panel.stretches[:-1]:
        x = before.at(before.last) + GAP / 2
        drawing.path(
            [stroke(x - 4, y + 23, 4, -12), stroke(x, y + 23, 4, -12)],
            fill="none",
            stroke=INK,
            stroke_width="1.2",
        )
    return y + 27


def _tract_columns(stretch: Stretch, tract: int) -> tuple[int, int]:
    if stretch.anchor == "both":
        return 0, tract
    if stretch.anchor == "left":
        return 0, stretch.last
    return (stretch.first, 0) if stretch.anchor == "right" else (0, stretch.last)


def _label(drawing: Drawing, y: float, panel: Panel, stretch: Stretch, _: Say) -> None:
    left, right = stretch.at(stretch.first), stretch.at(stretch.last)
    if stretch.anchor in ("both", "left"):
        drawing.text(left, y + 9, _("left flank"), 10, fill=SOFT_INK)
    if stretch.anchor in ("both", "right"):
        drawing.text(right, y + 9, _("right flank"), 10, fill=SOFT_INK, text_anchor="end")
    if stretch.anchor == "inside":
        words = _("inside the repeat, place unknown")
        drawing.text((left + right) / 2, y + 9, words, 10, fill=SOFT_INK, text_anchor="middle")
    elif stretch.anchor == "both" and panel.tract:
        middle = stretch.at(panel.tract / 2)
        drawing.text(
            middle, y + 9, f"(GGCCCC) × {panel.tract // UNIT}", 10, fill=SOFT_INK, text_anchor="middle"
        )


def _draw_read(
    paths: _Paths, y: float, panel: Panel, stretch: Stretch, read: RepeatRead, locus: RepeatLocus
) -> None:
    _, start = place(read, panel.stretches, panel.tract)
    lead, tail = read.clipped
    begin, end = start + lead, start + len(read.bases) - tail
    left, right = stretch.at(begin), stretch.at(end)
    either = panel.shared and read.lies in (Lies.LEFT, Lies.RIGHT)
    outline = paths.shared if either else paths.outline
    outline.append(box(left, y, right - left, BAR))
    repeat = _repeat_part(read)
    for low, high in ((lead, repeat[0]), (repeat[1], len(read.bases) - tail)):
        _piece(paths.flank, y, stretch, start + low, start + high)
    if dark := _units(read, repeat):
        x = stretch.at(start + dark[0])
        paths.units.append(f"M{num(x)} {num(y + BAR / 2)}h{num(stretch.at(start + dark[1]) - x)}")
    for low, high in ((0, lead), (len(read.bases) - tail, len(read.bases))):
        _piece(paths.clipped, y, stretch, start + low, start + high)
    _draw_differences(paths, y, stretch, start, read, locus)


def _piece(pieces: list[str], y: float, stretch: Stretch, low: int, high: int) -> None:
    left, right = stretch.at(low), stretch.at(high)
    if high > low and right > left:
        pieces.append(box(left, y, right - left, BAR))


def _repeat_part(read: RepeatRead) -> tuple[int, int]:
    """Return the offsets in the read between which its bases lie in the repeat."""
    length = len(read.bases)
    if read.lies is Lies.SPANNING:
        return -read.start, -read.start + UNIT * read.units
    if read.lies is Lies.LEFT:
        return min(-read.start, length), length
    return (0, max(0, min(-read.start, length))) if read.lies is Lies.RIGHT else (0, length)


def _units(read: RepeatRead, repeat: tuple[int, int]) -> tuple[int, int] | None:
    """Return where every second unit is dark: from the second one, away from the flank that the read has."""
    first, last = repeat
    if read.lies is Lies.RIGHT:
        return (last - UNIT, first) if last - UNIT > first else None
    second = first + UNIT - (read.start if read.lies is Lies.INSIDE else 0)
    return (second, last) if second < last else None


def _draw_differences(
    paths: _Paths, y: float, stretch: Stretch, start: int, read: RepeatRead, locus: RepeatLocus
) -> None:
    """Mark bases that are neither the flank's nor the motif's; low quality gives a thin mark."""
    lead, tail = read.clipped
    expected = _expected(read, locus)
    inside = _repeat_part(read)
    for offset in range(lead, len(read.bases) - tail):
        base, column = read.bases[offset], start + offset
        if base.upper() in (expected[offset], "N") or not stretch.first <= column < stretch.last:
            continue
        x = stretch.at(column + 0.5)
        if base.islower():
            paths.weak.append(stroke(x, y, 0, BAR))
        elif inside[0] <= offset < inside[1]:
            paths.other.append(f"M{num(x)} {num(y - 1.5)}{_DIAMOND}")
        else:
            paths.other.append(box(x - 0.9, y - 1, 1.8, BAR + 2))


def _expected(read: RepeatRead, locus: RepeatLocus) -> str:
    """Return the bases that flanks and motif have under the read; N where they are not known."""
    length, motif = len(read.bases), locus.motif_plus
    first, last = _repeat_part(read)
    phase = read.start if read.lies is Lies.INSIDE else -last % UNIT if read.lies is Lies.RIGHT else 0
    left = ("N" * first + locus.left_flank)[-first:] if first else ""
    right = (locus.right_flank + "N" * length)[: length - last]
    middle = "".join(motif[(phase + step) % UNIT] for step in range(last - first))
    return left + middle + right


# ----------------------------------------------------------------------------------------------- words


def _heading(panel: Panel, _: Say, number: Number) -> str:
    low, high = panel.allele.ci
    bounds = number(low) if low == high else f"{number(low)}–{number(high)}" if high else f"≥ {number(low)}"
    which = _("Both alleles") if len(panel.alleles) == 2 else _("Allele") + f" {panel.alleles[0]}"
    words = {"which": which, "size": _words(panel.allele, _, number), "interval": bounds}
    return _("%(which)s: %(size)s repeats (95 %% interval %(interval)s)") % words


def _words(allele: RepeatAllele, _: Say, number: Number) -> str:
    if allele.bound == "at_least":
        return _("at least") + f" {number(allele.ci[0])}"
    return (_("about") + " " if allele.bound == "estimate" else "") + number(size_of(allele))


def _counts(panel: Panel, _: Say, number: Number) -> str:
    support = panel.allele.support
    pairs = (
        (_("Spanning fragments"), support.spanning),
        (_("Flanking fragments"), support.flanking),
        (_("Fragments inside the repeat"), support.in_repeat),
    )
    return " · ".join(words + _(": ") + number(count) for words, count in pairs)


def _ranges(result: RepeatResult, _: Say) -> str:
    low, high = result.policy.normal_max, result.policy.intermediate_max
    parts = [
        _("normal") + f" ≤ {low}",
        *([_("intermediate") + f" {low + 1}–{high}"] if high > low else []),
        _("expanded") + f" ≥ {high + 1}",
    ]
    return _("Reference ranges") + _(": ") + _("; ").join(parts)


def repeat_marks(_: Say) -> list[Mark]:
    """Return one sample of each look with its meaning."""
    bar = box(0, 1, 18, BAR)
    return [
        Mark(_("flank"), (({**_FLANK, **_FRAME}, bar),)),
        Mark(_("repeat units"), ((_UNITS, box(6, 1, 6, BAR)), (_OUTLINE, bar))),
        Mark(_("other base in the repeat"), ((_OTHER, f"M9 1{_DIAMOND}"),)),
        Mark(_("other base in the flank"), ((_OTHER, box(8, 0, 1.8, BAR + 2)),)),
        Mark(_("other base, low quality"), ((_WEAK, stroke(9, 1, 0, BAR)),)),
        Mark(_("clipped"), ((_CLIPPED, bar),)),
        Mark(_("fits either allele"), ((_SHARED, bar),)),
    ]
