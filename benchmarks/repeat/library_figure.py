"""Draw the states by depth and library, as plain SVG, and print sizes by depth and library as a table.

`library_figure.py OUT DIR [DIR ...]`: every DIR holds a `calls.tsv` of `run.py` on genomes of any library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from figures import COLOURS
from score import THRESHOLD, alleles

LABEL, BAR, GAP, ROW, TOP = 130, 230, 40, 18, 60


def groups(calls: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield the name of each kind of library and which genomes are of it; the kinds overlap."""
    plain = (calls.gc_loss == 0) & (calls.contamination == 0) & (calls.trimmed == 0)
    for low, high in ((8, 12), (12, 20), (20, 35), (35, 61)):
        yield f"{low} to {high - 1}x", plain & (calls.depth >= low) & (calls.depth < high)
    for length in (100, 125, 150, 250):
        yield f"reads of {length} bp", plain & (calls.read_length == length)
    yield "trimmed reads", calls.trimmed > 0
    yield "contamination 0-3 %", calls.contamination > 0
    for low, high in ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7)):
        yield f"GC loss {low:.0%} to {high:.0%}", (calls.gc_loss > low) & (calls.gc_loss <= high)


def states(calls: pd.DataFrame) -> str:
    """Return the picture: for each library, how the expanded and the other genomes are called."""
    kinds = list(groups(calls))
    width, height = LABEL + 2 * (BAR + GAP), TOP + ROW * len(kinds) + 10
    body = [
        _text(LABEL, 16, "States by library (plain libraries in the rows of depth and read length)", True)
    ]
    body += [
        _text(LABEL + 118 * place, 34, state, fill=COLOURS[state]) for place, state in enumerate(COLOURS)
    ]
    for column, (title, expanded) in enumerate((("expanded", True), ("not expanded", False))):
        left = LABEL + column * (BAR + GAP)
        body.append(_text(left, TOP - 8, f"truly {title}"))
        for row, (name, which) in enumerate(kinds):
            y = TOP + ROW * row
            if not column:
                body.append(_text(LABEL - 6, y + 12, name, anchor="end"))
            body.extend(_bar(calls.state[which & ((calls.truth_long > THRESHOLD) == expanded)], left, y))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
    return f'{head}font-size="11"><rect width="100%" height="100%" fill="#fff"/>{"".join(body)}</svg>\n'


def _bar(found: pd.Series, left: float, y: float) -> Iterator[str]:
    """Yield one stacked bar, and the number of genomes behind it."""
    x = left
    for state, colour in COLOURS.items():
        wide = BAR * float((found == state).mean()) if len(found) else 0.0
        yield f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{ROW - 4}" fill="{colour}"/>'
        x += wide
    yield _text(left + BAR + 4, y + 11, str(len(found)))


def _text(
    x: float, y: float, words: str, bold: bool = False, anchor: str = "start", fill: str = "#000"
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}"{weight}>{words}</text>'


def sizes(calls: pd.DataFrame) -> str:
    """Return a Markdown table: short alleles right, error of long ones, intervals with the truth."""
    lines = [
        "| library | alleles up to 20, right | alleles above 30, median error (log2) | intervals |",
        "|---|---|---|---|",
    ]
    for name, which in groups(calls):
        each = alleles(calls[which])
        small, long = each[each.truth <= 20], each[(each.truth > THRESHOLD) & each["size"].notna()]
        open_ = each[(each.bound != "exact") & each.low.notna()]
        held = ~((open_.truth > open_.high) | (open_.truth < open_.low))
        error = np.log2(long["size"] / long.truth).abs().median()
        lines.append(
            f"| {name} | {(small['size'] == small.truth).sum()}/{len(small)} "
            f"| {error:.2f} ({len(long)}) | {held.sum()}/{len(open_)} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    every = pd.concat([pd.read_csv(Path(name) / "calls.tsv", sep="\t") for name in sys.argv[2:]])
    (Path(sys.argv[1]) / "library.svg").write_text(states(every.reset_index(drop=True)), encoding="utf-8")
    print(sizes(every.reset_index(drop=True)))
