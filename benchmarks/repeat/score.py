"""Score called cohorts (`calls.tsv` of `run.py`) against the truth."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

THRESHOLD = 30


def alleles(calls: pd.DataFrame) -> pd.DataFrame:
    """Return one row an allele."""
    parts = []
    for which in ("short", "long"):
        names = [f"truth_{which}", which, f"{which}_low", f"{which}_high", f"{which}_bound"]
        part = calls[[*names, "name"]].copy()
        part.columns = ["truth", "size", "low", "high", "bound", "name"]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def coverage(each: pd.DataFrame) -> str:
    """Return how many intervals of alleles that are not exact contain the truth."""
    rows = each[(each.bound != "exact") & each.low.notna()]
    if not len(rows):
        return "none"
    above, below = (rows.truth > rows.high).sum(), (rows.truth < rows.low).sum()
    good = len(rows) - above - below
    return f"{good}/{len(rows)} = {good / len(rows):.3f}; truth below {below}, above {above}"


def states(calls: pd.DataFrame) -> dict[str, str]:
    """Return the requirements on states."""
    truly, big, state = calls.truth_long > THRESHOLD, calls.truth_long >= 60, calls.state
    possible, unknown = ~truly & (state == "possible_expansion"), ~truly & (state == "not_assessed")
    missed = truly & state.isin(["not_expanded", "intermediate"])
    return {
        "expanded called not_expanded or intermediate": f"{missed.sum()}/{truly.sum()}",
        ">= 60 called expanded": f"{(big & (state == 'expanded')).sum()}/{big.sum()}",
        "expanded, states": str(dict(Counter(state[truly]))),
        "unexpanded called expanded": f"{(~truly & (state == 'expanded')).sum()}/{(~truly).sum()}",
        "unexpanded called possible": f"{possible.sum()} ({dict(Counter(calls.truth_long[possible]))})",
        "unexpanded not_assessed": f"{unknown.sum()} (no GC loss: {(unknown & (calls.gc_loss == 0)).sum()})",
        "unexpanded, states": str(dict(Counter(state[~truly]))),
        "Brier": f"{((calls.probability.fillna(0.5) - truly) ** 2).mean():.5f}",
    }


def sizes(calls: pd.DataFrame) -> dict[str, str]:
    """Return the requirements on sizes and intervals."""
    each = alleles(calls)
    small, middle = each[each.truth <= 20], each[(each.truth >= 24) & (each.truth <= THRESHOLD)]
    long = each[(each.truth > THRESHOLD) & each["size"].notna()]
    error = np.log2(long["size"] / long.truth)
    near = ((long["size"] / long.truth - 1).abs() <= 0.25).sum()
    return {
        "alleles <= 20 exact": f"{(small['size'] == small.truth).sum()}/{len(small)}",
        "alleles 24-30 put there": f"{middle['size'].between(24, THRESHOLD).sum()}/{len(middle)}",
        "long within 25 %": f"{near}/{len(long)}",
        "long median |log2 error|": f"{error.abs().median():.3f} (signed {error.median():+.3f})",
        "intervals with the truth": coverage(each),
        "intervals, long": coverage(each[each.truth > THRESHOLD]),
        "intervals, 21-30": coverage(each[(each.truth > 20) & (each.truth <= THRESHOLD)]),
        "intervals, <= 20": coverage(each[each.truth <= 20]),
    }


def summary(calls: pd.DataFrame) -> dict[str, str]:
    """Return the table of the requirements."""
    cost = f"mean {calls.seconds.mean():.3f}, max {calls.seconds.max():.3f}"
    return states(calls) | sizes(calls) | {"seconds": cost}


if __name__ == "__main__":
    table = pd.read_csv(Path(sys.argv[1]) / "calls.tsv", sep="\t")
    for key, value in summary(table).items():
        print(f"{key:46s} {value}")
