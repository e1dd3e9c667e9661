"""Allele sizes with credible intervals from the likelihood, under a prior that favours no class."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from als_screen.evidence import AlleleEstimate, ReadClass, ReadCount
from als_screen.repeat.model import FINE_SIZES, KEEP_LOG10, LARGEST, Posterior

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Up to this size the estimate is the most likely size, above it the median.
LIKELIEST_TO = 60
#: Mass outside the credible interval.
OUTSIDE = 0.05
#: Mass that one size alone must have to be called exact.
EXACT = 0.975


def cell_edges(sizes: Ints) -> Floats:
    """Return the edges between sizes of the grid, one more than sizes: size n is [n - 0.5, n + 0.5)."""
    middle = (sizes[1:] + sizes[:-1]) / 2
    return np.concatenate([[sizes[0] - 0.5], middle, [sizes[-1] + 0.5]])


def reference_prior(sizes: Ints) -> Floats:
    """Return the share of each size of the grid when every doubling of (size + 1) is as likely."""
    edges = np.log(cell_edges(sizes) + 1.0)
    return np.asarray(np.diff(edges) / (edges[-1] - edges[0]), dtype=np.float64)


def pair_mass(pairs: Floats, prior: Floats) -> Floats:
    """Return the posterior of pairs [i, j], i <= j, from log10 likelihoods and an allele prior."""
    double = np.where(np.eye(len(prior), dtype=bool), 1.0, 2.0)
    mass = 10.0**pairs * np.outer(prior, prior) * double
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def estimates(
    posterior: Posterior, counts: tuple[ReadCount, ...], pairs_inside: int, *, open_above: int | None
) -> tuple[AlleleEstimate, AlleleEstimate]:
    """Return the short and the long allele.

    Args:
        posterior: over pairs of sizes.
        counts: fragments by class, for the support of each allele.
        pairs_inside: fragments wholly in the repeat.
        open_above: a long allele above this size has no upper limit in these data; None: it has.
    """
    mass = pair_mass(posterior.pairs, reference_prior(posterior.sizes))
    best = np.unravel_index(int(np.argmax(posterior.pairs)), posterior.pairs.shape)
    likely = [int(posterior.sizes[index]) for index in best]
    short = _with_likely(interval(mass.sum(axis=1), posterior.sizes), likely[0])
    long = _with_likely(interval(mass.sum(axis=0), posterior.sizes), likely[1])
    has_top = open_above is None or long[2] <= open_above or long[0] == long[2]
    support = _support(counts, short[1], long[1], pairs_inside)
    return _estimate(short, support[0], closed=True), _estimate(long, support[1], closed=has_top)


def _with_likely(bounds: tuple[int, int, int], likely: int) -> tuple[int, int, int]:
    """Take the most likely size for the median where every size is on the grid: it is right more often."""
    low, middle, high = bounds
    return (low, min(max(likely, low), high), high) if middle <= LIKELIEST_TO else bounds


def interval(mass: Floats, sizes: Ints) -> tuple[int, int, int]:
    """Return lower bound, median and upper bound of the credible interval.

    Where every size is on the grid it is the shortest one: equal tails of whole sizes hold
    more than they say.
    """
    low, middle, high = quantiles(mass, sizes)
    if high > FINE_SIZES:
        return low, middle, high
    first, last = _shortest(mass / mass.sum())
    return int(sizes[first]), middle, int(sizes[last])


def _shortest(mass: Floats) -> tuple[int, int]:
    """Return first and last index of the fewest neighbours with enough mass; of equals, those with most."""
    if mass.max() >= EXACT:
        return int(mass.argmax()), int(mass.argmax())
    total = np.concatenate([[0.0], np.cumsum(mass)])
    for width in range(2, len(mass)):
        held = total[width:] - total[:-width]
        if held.max() >= 1 - OUTSIDE:
            return int(held.argmax()), int(held.argmax()) + width - 1
    return 0, len(mass) - 1


def quantiles(mass: Floats, sizes: Ints) -> tuple[int, int, int]:
    """Return lower bound, median and upper bound; within a wide cell the mass is taken as log-uniform."""
    cumulated = np.concatenate([[0.0], np.cumsum(mass)])
    log_edges = np.log(cell_edges(sizes) + 1.0)
    found = np.interp([OUTSIDE / 2, 0.5, 1 - OUTSIDE / 2], cumulated / cumulated[-1], log_edges)
    low, middle, high = (int(np.floor(np.exp(value) - 1.0 + 0.5)) for value in found)
    return low, middle, high


def _estimate(bounds: tuple[int, int, int], support: tuple[int, int, int], *, closed: bool) -> AlleleEstimate:
    low, middle, high = bounds
    kind: Literal["exact", "at_least", "estimate"] = "exact" if low == high else "estimate"
    if not closed or high >= 0.9 * LARGEST:
        kind = "at_least"
    spanning, flanking, inside = support
    return AlleleEstimate(
        repeats=middle,
        ci=(low, None if kind == "at_least" else high),
        bound=kind,
        spanning=spanning,
        flanking=flanking,
        in_repeat=inside,
    )


def _support(
    counts: tuple[ReadCount, ...], short: int, long: int, pairs_inside: int
) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Share the fragments out: spanning by size, flanking ones beyond the short allele to the long one."""
    alleles = {short: [0, 0, 0], long: [0, 0, 0]}
    for count in counts:
        if count.read_class is ReadClass.SPANNING:
            if count.units in alleles:
                alleles[count.units][0] += count.fragments
        elif count.read_class is ReadClass.IN_REPEAT:
            alleles[long][2] += count.fragments
        else:
            alleles[long if count.units > short else short][1] += count.fragments
    alleles[long][2] += pairs_inside
    one, two = alleles[short], alleles[long]
    return (one[0], one[1], 0 if short != long else one[2]), (two[0], two[1], two[2])


def sparse(posterior: Posterior) -> tuple[tuple[int, int, float], ...]:
    """Return `[short, long, log10]` of the pairs worth keeping, in the order of sizes."""
    i, j = np.nonzero(posterior.pairs >= KEEP_LOG10)
    values = np.round(posterior.pairs[i, j], 3)
    sizes = posterior.sizes
    return tuple((int(sizes[a]), int(sizes[b]), float(v)) for a, b, v in zip(i, j, values, strict=True))
