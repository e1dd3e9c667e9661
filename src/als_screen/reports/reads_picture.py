"""The reads over one variant as a picture: reference on top, one read a row, what differs in letters.

Works from `SiteReads`; lengths are in the drawing's units.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from als_screen.read_views import SiteRead, SiteReads
from als_screen.reports.svg import (
    INK,
    MARGIN,
    PAPER,
    SOFT_INK,
    WIDTH,
    Drawing,
    Look,
    Mark,
    Say,
    box,
    letter,
    num,
    stroke,
)

ROW, BAR = 9.0, 7.0
#: Reads that are drawn of one variant.
MOST_ROWS = 40
#: Columns narrower than this have no letters.
LETTERS = 5.0
_WIDEST = 8.0
_BAND = "#f3e3b3"

_SAME: Look = {"fill": "#d4d9df"}
_LOW: Look = {"fill": "#f3f5f7", "stroke": "#d4d9df", "stroke_width": "0.5"}
_TIP: Look = {"fill": SOFT_INK}
_CLIPPED: Look = {"fill": PAPER, "stroke": SOFT_INK, "stroke_width": "0.6", "stroke_dasharray": "1 1.5"}
_LINE: Look = {"fill": "none", "stroke": INK, "stroke_width": "1.4"}
_OTHER: Look = {"fill": INK}
_WEAK: Look = {"fill": PAPER, "stroke": SOFT_INK, "stroke_width": "0.5"}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where columns lie; `first` to `last` (exclusive) are those of the allele."""

    x: float
    column: float
    first: int
    last: int

    def at(self, column: float) -> float:
        """Return the x of a column."""
        return self.x + column * self.column


@dataclass(slots=True)
class _Paths:
    same: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    outline: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    inserted: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)


def reads_svg(site: SiteReads, label: str, _: Say, name: str) -> str:
    """Return the picture of the reads over one allele.

    Args:
        site: the reads.
        label: the variant's name, for title and description.
        _: translates a message of the catalogue.
        name: prefix of the ids, unique in the page.
    """
    frame, rows = _frame(site), drawn_rows(site)
    drawing = Drawing()
    bottom = 34 + ROW * len(rows)
    drawing.path(
        [box(frame.at(frame.first), 16, (frame.last - frame.first) * frame.column, bottom - 16)], fill=_BAND
    )
    _reference(drawing, frame, site)
    paths = _Paths()
    for number, read in enumerate(rows):
        _row(paths, frame, read, 34 + ROW * number)
    _paint(drawing, paths)
    _letters(drawing, frame, rows)
    drawing.text(MARGIN, bottom + 12, _count(site, len(rows), _), 10, fill=SOFT_INK)
    title = _("Reads over the variant") + f" {label}"
    words = f"chr{site.chrom}:{site.pos} {site.ref[:40]}>{site.alt[:40]}. {_count(site, len(rows), _)}"
    return drawing.svg(bottom + 18, name, title, words)


def _frame(site: SiteReads) -> Frame:
    columns = max(1, len(site.reference))
    width = min(_WIDEST, (WIDTH - 2 * MARGIN - 12) / columns)
    first = site.pos - 1 - site.start
    plain = len(site.ref) == len(site.alt)
    last = first + len(site.ref)
    if not plain:  # the anchor base is the same in both
        first, last = first + 1, max(last, first + 2)
    return Frame((WIDTH - width * columns) / 2, width, first, last)


def drawn_rows(site: SiteReads) -> list[SiteRead]:
    """Return the reads to draw, evenly thinned where there are many: those with the allele on top."""
    kept = site.reads
    if len(kept) > MOST_ROWS:
        kept = tuple(kept[index * len(kept) // MOST_ROWS] for index in range(MOST_ROWS))
    return sorted(kept, key=lambda read: (not shows_allele(site, read), read.row))


def shows_allele(site: SiteReads, read: SiteRead) -> bool:
    """Tell, for the order of rows only, whether a read shows the allele."""
    first = site.pos - 1 - site.start
    if len(site.ref) == len(site.alt):
        seen = read.row[first : first + len(site.ref)].upper()
        pairs = zip(seen, site.ref, site.alt, strict=False)
        same = [base == alt if alt != ref else base in (".", ",") for base, ref, alt in pairs]
        return len(same) == len(site.ref) and all(same)
    near = slice(first, first + len(site.ref) + 40)
    if len(site.alt) < len(site.ref):
        return "-" in read.row[near]
    return any(near.start <= column <= near.stop for column, _ in read.inserted)


# --------------------------------------------------------------------------------------------- drawing


def _reference(drawing: Drawing, frame: Frame, site: SiteReads) -> None:
    middle = frame.at((frame.first + frame.last) / 2)
    drawing.text(
        middle, 11, f"chr{site.chrom}:{site.pos:,}".replace(",", " "), 10, fill=SOFT_INK, text_anchor="middle"
    )
    if frame.column < LETTERS:
        drawing.path([box(frame.x, 18, frame.column * len(site.reference), 10)], **_SAME)
        return
    letters = [letter(frame.at(column + 0.5), 26.5, base) for column, base in enumerate(site.reference)]
    drawing.path(letters, **_letter(INK))


def _row(paths: _Paths, frame: Frame, read: SiteRead, y: float) -> None:
    begin = len(read.row) - len(read.row.lstrip(" "))
    for first, last, kind in runs(read.row):
        x, width = frame.at(first), (last - first) * frame.column
        if kind == "~":
            paths.clipped.append(box(x, y, width, BAR))
        elif kind == "-":
            paths.deleted.append(stroke(x, y + BAR / 2, width, 0))
        elif kind == ",":
            paths.low.append(box(x, y, width, BAR))
        elif kind == ".":
            paths.same.append(box(x, y, width, BAR))
        else:
            (paths.weak if kind == "a" else paths.other).append(box(x, y, width, BAR))
    paths.inserted += [_inserted(frame.at(column), y) for column, _ in read.inserted]
    paths.outline.append(_arrow(frame.at(begin), frame.at(len(read.row)), y, reverse=read.reverse))


def _arrow(left: float, right: float, y: float, *, reverse: bool) -> str:
    """Return the tip that tells the strand."""
    x, tip = (left, -4.0) if reverse else (right, 4.0)
    return f"M{num(x)} {num(y)}l{num(tip)} {num(BAR / 2)}l{num(-tip)} {num(BAR / 2)}z"


def runs(row: str) -> list[tuple[int, int, str]]:
    """Return the stretches of one look: first and last column (exclusive), and "A"/"a" for any letter."""
    found: list[tuple[int, int, str]] = []
    for column, character in enumerate(row):
        kind = ("A" if character.isupper() else "a") if character.isalpha() else character
        if kind == " ":
            continue
        if found and found[-1][1] == column and found[-1][2] == kind and kind not in ("A", "a"):
            found[-1] = (found[-1][0], column + 1, kind)
        else:
            found.append((column, column + 1, kind))
    return found


def _paint(drawing: Drawing, paths: _Paths) -> None:
    drawing.path(paths.same, **_SAME)
    drawing.path(paths.low, **_LOW)
    drawing.path(paths.outline, **_TIP)
    drawing.path(paths.clipped, **_CLIPPED)
    drawing.path([*paths.deleted, *paths.inserted], **_LINE)
    drawing.path(paths.other, **_OTHER)
    drawing.path(paths.weak, **_WEAK)


def _letters(drawing: Drawing, frame: Frame, rows: list[SiteRead]) -> None:
    """Write the bases that differ: white on black, or dark on white where the quality is low."""
    if frame.column < LETTERS:
        return
    sure, weak = list[str](), list[str]()
    for number, read in enumerate(rows):
        y = 34 + ROW * number + BAR - 0.7
        for column, base in enumerate(read.row):
            if base.isalpha():
                (sure if base.isupper() else weak).append(letter(frame.at(column + 0.5), y, base))
    drawing.path(sure, **_letter(PAPER))
    drawing.path(weak, **_letter(SOFT_INK))


def _letter(ink: str) -> Look:
    return {"fill": "none", "stroke": ink, "stroke_width": "0.9"}


# ----------------------------------------------------------------------------------------------- words


def _count(site: SiteReads, drawn: int, _: Say) -> str:
    return _("Reads drawn: %(drawn)s of %(total)s") % {"drawn": drawn, "total": site.total}


def reads_marks(_: Say) -> list[Mark]:
    """Return one sample of each look with its meaning."""
    tip = _arrow(12, 12, 1, reverse=False)
    return [
        Mark(
            _("as the reference; low quality is pale"),
            ((_SAME, box(0, 1, 10, BAR)), (_LOW, box(10, 1, 8, BAR))),
        ),
        Mark(_("other base"), ((_OTHER, box(5, 1, 8, BAR)),)),
        Mark(_("other base, low quality"), ((_WEAK, box(5, 1, 8, BAR)),)),
        Mark(_("deleted"), ((_LINE, stroke(0, 1 + BAR / 2, 18, 0)),)),
        Mark(_("inserted"), ((_LINE, _inserted(9, 1)),)),
        Mark(_("clipped"), ((_CLIPPED, box(0, 1, 18, BAR)),)),
        Mark(_("the tip shows the strand"), ((_SAME, box(0, 1, 12, BAR)), (_TIP, tip))),
    ]


def _inserted(x: float, y: float) -> str:
    return stroke(x, y - 1, 0, BAR + 2) + stroke(x - 2, y - 1, 4, 0) + stroke(x - 2, y + BAR + 1, 4, 0)
