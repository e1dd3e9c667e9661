"""A small drawing surface for the pictures of reads: plain SVG that pages, viewers and WeasyPrint draw alike.

Only attributes, no style, script, font file or reference to anything outside, so it is safe inline in a page
with a strict Content-Security-Policy. The same calls give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from als_screen.reports.formats import printable

INK, SOFT_INK, PAPER = "#1b1f24", "#3d454d", "#ffffff"
#: Width of every picture and its margin.
WIDTH, MARGIN = 680.0, 4.0
_FONT = "Source Sans 3, Segoe UI, Liberation Sans, Arial, DejaVu Sans, sans-serif"

#: Translates a message of the catalogue; named `_` where it is used, so that the messages are found.
Say = Callable[[str], str]
#: Attributes of a path.
Look = Mapping[str, str]


class Mark(NamedTuple):
    """An entry of a legend: words, and pieces of path with their looks within 18 x 9 units."""

    words: str
    shapes: tuple[tuple[Look, str], ...]

    def svg(self) -> str:
        """Return the sample alone, for a legend in HTML: WeasyPrint sets every letter of an SVG by itself."""
        drawing = Drawing()
        for look, piece in self.shapes:
            drawing.path([piece], **look)
        view = 'viewBox="-1 -1 20 11" width="20" height="11" aria-hidden="true" focusable="false"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {view}>{"".join(drawing.parts)}</svg>'


#: Letters of bases as strokes, 3.6 wide and 5.6 high, from the middle of the baseline.
_LETTERS: Mapping[str, str] = {
    "A": "m-1.8 0l1.8 -5.6l1.8 5.6m-.6 -1.9h-2.4",
    "C": "m1.8 -4.6l-1 -1h-1.6l-1 1v3.6l1 1h1.6l1 -1",
    "G": "m1.8 -4.6l-1 -1h-1.6l-1 1v3.6l1 1h1.6l1 -1v-1.6h-1.6",
    "N": "m-1.7 0v-5.6l3.4 5.6v-5.6",
    "T": "m-1.9 -5.6h3.8m-1.9 0v5.6",
}


def num(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def box(x: float, y: float, width: float, height: float) -> str:
    """Return a rectangle as a piece of path."""
    return f"M{num(x)} {num(y)}h{num(width)}v{num(height)}h{num(-width)}z"


def stroke(x: float, y: float, dx: float, dy: float) -> str:
    """Return a line as a piece of path."""
    return f"M{num(x)} {num(y)}l{num(dx)} {num(dy)}"


def letter(x: float, y: float, base: str) -> str:
    """Return the letter of a base as a piece of path, `x` its middle; what is no known base is a `N`.

    Hundreds of letters as text would cost a PDF a tenth of its time.
    """
    return f"M{num(x)} {num(y)}{_LETTERS.get(base.upper(), _LETTERS['N'])}"


@dataclass(slots=True)
class Drawing:
    """Elements from back to front."""

    parts: list[str] = field(default_factory=list)

    def path(self, pieces: Sequence[str], **attributes: str) -> None:
        """Draw pieces of one look; nothing where there are none."""
        if pieces:
            self.parts.append(f'<path d="{"".join(pieces)}"{_attributes(attributes)}/>')

    def text(self, x: float, y: float, text: str, size: float, **attributes: str) -> None:
        """Write text, its baseline starting at x, y unless `text_anchor` says otherwise."""
        attributes = {"fill": INK, **attributes}
        words = escape(printable(text))
        self.parts.append(
            f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}"{_attributes(attributes)}>{words}</text>'
        )

    def legend(self, y: float, marks: Sequence[Mark]) -> float:
        """Draw marks with their words one after the other, in as many lines as they need; return the end."""
        x, y = MARGIN, y + 12
        for mark in marks:
            width = 38 + 5.3 * len(mark.words)
            if x + width > WIDTH and x > MARGIN:
                x, y = MARGIN, y + 14
            for look, piece in mark.shapes:
                self.path([piece], transform=f"translate({num(x)} {num(y - 8)})", **look)
            self.text(x + 24, y, mark.words, 10, fill=SOFT_INK)
            x += width
        return y + 6

    def svg(self, height: float, name: str, title: str, description: str) -> str:
        """Return the whole; `name` makes its ids unique in a page."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(WIDTH)} {num(height)}" role="img"'
            f' aria-labelledby="{escape(name)}-title {escape(name)}-desc" font-family="{_FONT}">'
            f'<title id="{escape(name)}-title">{escape(printable(title))}</title>'
            f'<desc id="{escape(name)}-desc">{escape(printable(description))}</desc>'
        )
        return "\n".join([head, *self.parts, "</svg>"])


def _attributes(given: Mapping[str, str]) -> str:
    return "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in given.items())
