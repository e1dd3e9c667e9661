"""Allele sizes with credible intervals, from the likelihood over pairs of sizes and the policy's prior.

The interval says what the reads show: every doubling of the size is as likely beforehand. For the estimate
the policy says how common expanded alleles are, so that it agrees with the state; within a class it favours
no size.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from als_screen.evidence import ReadClass, ReadCount, RepeatEvidence
from als_screen.models import AlleleSupport, RepeatAllele

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Lower bound, estimate, upper bound; units.
Bounds = tuple[int, int, int]

#: Up to this size the estimate is the most likely size, which is right more often; above it the median.
LIKELIEST_TO = 20
#: Mass outside the credible interval.
OUTSIDE = 0.05
#: Mass that one size alone must have to be called exact.
EXACT = 0.975


def cell_edges(sizes: Ints) -> Floats:
    """Return the edges between sizes of the grid, one more than sizes: size n is [n - 0.5, n + 0.5)."""
    middle = (sizes[1:] + sizes[:-1]) / 2
    return np.concatenate([[sizes[0] - 0.5], middle, [sizes[-1] + 0.5]])


def free_prior(sizes: Ints) -> Floats:
    """Return the share of each size of the grid when every doubling of (size + 1) is as likely."""
    free = np.diff(np.log(cell_edges(sizes) + 1.0))
    return np.asarray(free / free.sum(), dtype=np.float64)


def class_prior(sizes: Ints, intermediate_max: int, expanded: float) -> Floats:
    """Return the same within the sizes above `intermediate_max`, of share `expanded`, and within the rest."""
    free, over = free_prior(sizes), sizes > intermediate_max
    share = np.where(over, expanded / free[over].sum(), (1.0 - expanded) / free[~over].sum())
    return np.asarray(free * share, dtype=np.float64)


def allele_sizes(
    evidence: RepeatEvidence, intermediate_max: int, expanded: float
) -> tuple[RepeatAllele, RepeatAllele]:
    """Return the short and the long allele of evidence that has a likelihood.

    Args:
        evidence: of one patient.
        intermediate_max: of the policy; larger sizes are expanded.
        expanded: share of expanded alleles under its prior.
    """
    sizes = np.array(evidence.sizes)
    free = _marginals(evidence, sizes, free_prior(sizes))
    weighed = _marginals(evidence, sizes, class_prior(sizes, intermediate_max, expanded))
    short, long = (_bounds(*masses, sizes) for masses in zip(free, weighed, strict=True))
    limit = evidence.size_limit
    is_open = limit is not None and long[2] > limit and long[0] != long[2]
    support = _support(evidence.counts, short[1], long[1], evidence.in_repeat_pairs)
    return (
        _allele(short, support[0], int(sizes[-1]), is_open=False),
        _allele(long, support[1], int(sizes[-1]), is_open=is_open),
    )


def _bounds(free: Floats, weighed: Floats, sizes: Ints) -> Bounds:
    low, high = interval(free, sizes)
    return low, min(max(estimate(weighed, sizes), low), high), high


def _marginals(evidence: RepeatEvidence, sizes: Ints, prior: Floats) -> tuple[Floats, Floats]:
    """Return the posterior of the short and of the long allele over the grid."""
    pairs = np.array(evidence.likelihood)
    short, long = (np.searchsorted(sizes, pairs[:, column].astype(np.int64)) for column in (0, 1))
    mass = 10.0 ** pairs[:, 2] * prior[short] * prior[long] * np.where(short == long, 1.0, 2.0)
    mass /= mass.sum()
    return tuple(np.bincount(index, mass, len(sizes)) for index in (short, long))  # type: ignore[return-value]


def estimate(mass: Floats, sizes: Ints) -> int:
    """Return the point estimate of a posterior over the grid."""
    middle = quantiles(mass, sizes)[1]
    return int(sizes[mass.argmax()]) if middle <= LIKELIEST_TO else middle


def interval(mass: Floats, sizes: Ints) -> tuple[int, int]:
    """Return the bounds of the credible interval.

    Where every size is on the grid it is the shortest one: equal tails of whole sizes hold
    more than they say.
    """
    low, _, high = quantiles(mass, sizes)
    if high > _fine(sizes):
        return low, high
    first, last = _shortest(mass / mass.sum())
    return int(sizes[first]), int(sizes[last])


def _fine(sizes: Ints) -> int:
    """Return the size up to which every size is on the grid."""
    steps = np.flatnonzero(np.diff(sizes) > 1)
    return int(sizes[steps[0]] if len(steps) else sizes[-1])


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


def quantiles(mass: Floats, sizes: Ints) -> Bounds:
    """Return lower bound, median and upper bound; within a wide cell the mass is taken as log-uniform."""
    cumulated = np.concatenate([[0.0], np.cumsum(mass)])
    log_edges = np.log(cell_edges(sizes) + 1.0)
    found = np.interp([OUTSIDE / 2, 0.5, 1 - OUTSIDE / 2], cumulated / cumulated[-1], log_edges)
    low, middle, high = (int(np.floor(np.exp(value) - 1.0 + 0.5)) for value in found)
    return low, middle, high


def _allele(bounds: Bounds, support: AlleleSupport, largest: int, *, is_open: bool) -> RepeatAllele:
    low, middle, high = bounds
    kind: Literal["exact", "at_least", "estimate"] = "exact" if low == high else "estimate"
    if is_open or high >= 0.9 * largest:
        kind = "at_least"
    ci = (low, None if kind == "at_least" else high)
    return RepeatAllele(repeats=middle, ci=ci, bound=kind, support=support)


def _support(
    counts: tuple[ReadCount, ...], short: int, long: int, pairs_inside: int
) -> tuple[AlleleSupport, AlleleSupport]:
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
    inside = 0 if short != long else one[2]
    return (
        AlleleSupport(spanning=one[0], flanking=one[1], in_repeat=inside),
        AlleleSupport(spanning=two[0], flanking=two[1], in_repeat=two[2]),
    )
