"""True against estimated size of both alleles, on logarithmic axes, as one SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence

from als_screen.reports.svg import INK, SOFT_INK, Drawing, box, num, stroke
from als_screen.validation.score import PatientOutcome

_LEFT, _TOP, _SIZE = 60.0, 16.0, 420.0
_TICKS = (0, 2, 5, 10, 20, 30, 60, 100, 300, 1000, 4000)
_LARGEST = 5000


def sizes_svg(rows: Sequence[PatientOutcome]) -> str:
    """Return the picture: a point an allele, a bar its 95 % interval, squares are short alleles."""
    drawing = Drawing()
    _axes(drawing)
    points: list[str] = []
    bars: list[str] = []
    squares: list[str] = []
    for row in rows:
        for truth, size, interval, marks in (
            (row.truth_short, row.short, row.short_interval, squares),
            (row.truth_long, row.long, row.long_interval, points),
        ):
            if truth is None or size is None or interval is None:
                continue
            x, y = _x(truth), _y(size)
            top = _y(_LARGEST if interval[1] is None else interval[1])
            bars.append(stroke(x, _y(interval[0]), 0, top - _y(interval[0])))
            marks.append(
                box(x - 3, y - 3, 6, 6) if marks is squares else f"M{num(x)} {num(y - 4)}l4 4-4 4-4-4z"
            )
    drawing.path(bars, fill="none", stroke=SOFT_INK, stroke_width="1")
    drawing.path(squares, fill="none", stroke=INK, stroke_width="1.2")
    drawing.path(points, fill=INK)
    shown = len(points) + len(squares)
    title = "True and estimated repeat sizes"
    words = f"{shown} alleles; bars are 95 % intervals, squares short alleles, diamonds long ones"
    drawing.text(_LEFT, _TOP + _SIZE + 56, words, 12, fill=SOFT_INK)
    return drawing.svg(_TOP + _SIZE + 66, "sizes", title, words)


def _scaled(size: float) -> float:
    return math.log1p(min(size, _LARGEST)) / math.log1p(_LARGEST) * _SIZE


def _x(size: float) -> float:
    return _LEFT + _scaled(size)


def _y(size: float) -> float:
    return _TOP + _SIZE - _scaled(size)


def _axes(drawing: Drawing) -> None:
    drawing.path([box(_LEFT, _TOP, _SIZE, _SIZE)], fill="none", stroke=SOFT_INK, stroke_width="1")
    drawing.path(
        [stroke(_LEFT, _TOP + _SIZE, _SIZE, -_SIZE)], fill="none", stroke=SOFT_INK, stroke_dasharray="4 3"
    )
    for tick in _TICKS:
        drawing.text(_x(tick), _TOP + _SIZE + 16, str(tick), 11, fill=SOFT_INK, text_anchor="middle")
        drawing.text(_LEFT - 6, _y(tick) + 4, str(tick), 11, fill=SOFT_INK, text_anchor="end")
        drawing.path(
            [stroke(_x(tick), _TOP + _SIZE, 0, 4), stroke(_LEFT - 4, _y(tick), 4, 0)], stroke=SOFT_INK
        )
    drawing.text(_LEFT + _SIZE / 2, _TOP + _SIZE + 36, "true repeats", 12, text_anchor="middle")
    drawing.text(
        14,
        _TOP + _SIZE / 2,
        "estimated",
        12,
        text_anchor="middle",
        transform=f"rotate(-90 14 {num(_TOP + _SIZE / 2)})",
    )
