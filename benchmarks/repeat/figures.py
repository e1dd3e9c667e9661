"""Draw the figures of `docs/validation.md` from called cohorts, as plain SVG, and print the calibration.

`figures.py OUT DIR [DIR ...]`: every DIR holds a `calls.tsv` of `run.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from als_screen.repeat.locus import load_policies

SIZE, EDGE = 420, 50
#: Bounds of classes of the long allele, for weighting to a prior.
CLASSES = (-0.5, 20.5, 23.5, 26.5, 30.5, 35.5, 45.5, 60.5, 144.5, 5000.5)
COLOURS = {
    "not_expanded": "#4477aa",
    "intermediate": "#228833",
    "possible_expansion": "#ccbb44",
    "expanded": "#ee6677",
    "not_assessed": "#bbbbbb",
}


def _svg(body: Iterable[str], title: str, x_label: str, y_label: str) -> str:
    text = (
        f'<text x="{SIZE / 2}" y="{SIZE - 8}" text-anchor="middle">{x_label}</text>'
        f'<text transform="translate(14 {SIZE / 2}) rotate(-90)" text-anchor="middle">{y_label}</text>'
        f'<text x="{SIZE / 2}" y="18" text-anchor="middle" font-weight="bold">{title}</text>'
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" font-family="sans-serif" '
    return f'{head}font-size="12"><rect width="100%" height="100%" fill="#fff"/>{"".join(body)}{text}</svg>\n'


def _at(share: float, *, up: bool = False) -> float:
    inner = SIZE - 2 * EDGE
    return SIZE - EDGE - share * inner if up else EDGE + share * inner


def _axes(ticks: dict[str, float]) -> Iterable[str]:
    low, high = _at(0), _at(1)
    yield f'<path d="M{low} {_at(1, up=True)}V{_at(0, up=True)}H{high}" fill="none" stroke="#333"/>'
    yield f'<path d="M{low} {_at(0, up=True)}L{high} {_at(1, up=True)}" stroke="#999" stroke-dasharray="4"/>'
    for name, share in ticks.items():
        yield f'<text x="{_at(share)}" y="{_at(0, up=True) + 15}" text-anchor="middle">{name}</text>'
        yield f'<text x="{low - 5}" y="{_at(share, up=True) + 4}" text-anchor="end">{name}</text>'


def sizes(calls: pd.DataFrame) -> str:
    """Return the scatter plot of true and estimated size of the long allele."""
    top = np.log(5001.0)
    body = list(_axes({str(n): float(np.log(n + 1) / top) for n in (0, 2, 8, 30, 100, 300, 1000, 3000)}))
    for row in calls[calls.long.notna()].itertuples():
        x, y = _at(np.log(row.truth_long + 1) / top), _at(min(np.log(row.long + 1) / top, 1.0), up=True)
        body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{COLOURS[row.state]}" opacity="0.6"/>')
    for place, (state, colour) in enumerate(COLOURS.items()):
        body.append(f'<text x="{EDGE + 12}" y="{EDGE + 14 * place}" fill="{colour}">{state}</text>')
    return _svg(body, "Long allele, repeat units", "truth", "estimate")


def calibration(calls: pd.DataFrame, prior: str) -> pd.DataFrame:
    """Return stated and true share of expansions by bin, genomes weighted to how common they are."""
    column = "probability" if prior == "diagnostic" else "probability_population"
    used = calls[calls[column].notna()].copy()
    band = pd.cut(used.truth_long, list(CLASSES), labels=False)
    share = _class_shares(prior)
    used["weight"] = [share[i] for i in band] / band.map(band.value_counts())
    used["bin"] = pd.cut(used[column], [-1, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.999, 1])
    used["stated"], used["true"] = used[column] * used.weight, (used.truth_long > 30) * used.weight
    rows = used.groupby("bin", observed=True).agg(
        genomes=("weight", "size"), weight=("weight", "sum"), stated=("stated", "sum"), true=("true", "sum")
    )
    return rows.assign(stated=rows.stated / rows.weight, true=rows.true / rows.weight)


def _class_shares(prior: str) -> list[float]:
    """Return how common each class of the long allele is among people, two alleles drawn from the prior."""
    found = load_policies().priors[prior]
    below = [found.share(-0.5, bound) for bound in CLASSES]
    return [high**2 - low**2 for low, high in pairwise(below)]


def reliability(calls: pd.DataFrame) -> str:
    """Return the reliability plot at both priors."""
    body = list(_axes({f"{n / 4:g}": n / 4 for n in range(5)}))
    for prior, colour, height in (("diagnostic", "#4477aa", 70), ("population", "#ee6677", 86)):
        for row in calibration(calls, prior).itertuples():
            size = 2 + np.log10(row.genomes)
            x, y = _at(row.stated), _at(row.true, up=True)
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{colour}" opacity="0.7"/>')
        body.append(f'<text x="{EDGE + 12}" y="{height}" fill="{colour}">{prior} prior</text>')
    return _svg(body, "Probability of an expansion", "stated", "true share")


if __name__ == "__main__":
    out, tables = Path(sys.argv[1]), [Path(name) / "calls.tsv" for name in sys.argv[2:]]
    every = pd.concat([pd.read_csv(path, sep="\t") for path in tables], ignore_index=True)
    clean = every[every.contamination == 0]
    out.mkdir(parents=True, exist_ok=True)
    (out / "sizes.svg").write_text(sizes(every), encoding="utf-8")
    (out / "reliability.svg").write_text(reliability(clean), encoding="utf-8")
    for name in ("diagnostic", "population"):
        print(name, calibration(clean, name).round(5).to_string(), sep="\n")
