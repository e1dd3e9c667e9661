from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.evidence import ReadClass, ReadCount, RepeatEvidence, State
from als_screen.interpretation.repeat_sizes import (
    EXACT,
    OUTSIDE,
    allele_sizes,
    cell_edges,
    class_prior,
    estimate,
    free_prior,
    interval,
    quantiles,
)
from als_screen.models import AlleleSupport
from als_screen.repeat.model import size_grid

_SIZES = size_grid()


def _mass(**share: float) -> np.ndarray:
    mass = np.zeros(len(_SIZES))
    for name, value in share.items():
        mass[int(name[1:])] = value
    return mass


@pytest.mark.parametrize(
    ("mass", "low", "high", "note"),
    [
        (_mass(n8=1.0), 8, 8, "exact"),
        (_mass(n8=0.98, n9=0.02), 8, 8, "sure enough to be one number"),
        (_mass(n8=0.96, n9=0.04), 8, 9, "95 % are not enough to call a size exact"),
        (_mass(n7=0.01, n8=0.5, n9=0.46, n10=0.03), 8, 9, "without the tails that are not needed"),
        (_mass(n13=0.4, n14=0.3, n15=0.26, n16=0.04), 13, 15, "one-sided: reads show at least 13"),
    ],
)
def test_the_shortest_interval(mass: np.ndarray, low: int, high: int, note: str) -> None:
    assert interval(mass, _SIZES) == (low, high), note


def test_long_alleles_have_equal_tails() -> None:
    low, high = interval(free_prior(_SIZES) * (_SIZES > 100), _SIZES)
    assert (low + 1) / 101 == pytest.approx((5001 / 101) ** 0.025, rel=0.08)
    assert (high + 1) / 101 == pytest.approx((5001 / 101) ** 0.975, rel=0.08)


@given(st.lists(st.floats(min_value=1e-6, max_value=1), min_size=2, max_size=60))
def test_the_interval_holds_its_share(weights: list[float]) -> None:
    mass = np.zeros(len(_SIZES))
    mass[: len(weights)] = weights
    low, high = interval(mass, _SIZES)
    held = mass[low : high + 1].sum() / mass.sum()
    assert held >= (EXACT if low == high else 1 - OUTSIDE) - 1e-9


def test_quantiles_of_one_size_are_that_size() -> None:
    mass = np.zeros(len(_SIZES))
    mass[8] = 1.0
    assert quantiles(mass, _SIZES) == (8, 8, 8)


def test_quantiles_of_the_prior_are_log_uniform() -> None:
    low, middle, high = quantiles(free_prior(_SIZES), _SIZES)
    assert low <= 1
    assert middle == pytest.approx(np.sqrt(0.5 * 5000), rel=0.05)
    assert high > 4000


def test_cells_tile_the_sizes() -> None:
    edges = cell_edges(_SIZES)
    assert len(edges) == len(_SIZES) + 1
    assert (np.diff(edges) > 0).all()


@pytest.mark.parametrize(
    ("mass", "size", "note"),
    [
        (_mass(n12=0.4, n13=0.2, n14=0.2, n15=0.2), 12, "small: the likeliest"),
        (_mass(n26=0.4, n27=0.2, n28=0.2, n29=0.2), 27, "large: the median"),
        (_mass(n8=1.0), 8, "exact"),
    ],
)
def test_the_estimate(mass: np.ndarray, size: int, note: str) -> None:
    assert estimate(mass, _SIZES) == size, note


def test_the_policy_weighs_classes_and_favours_no_size_within_one() -> None:
    prior = class_prior(_SIZES, 30, 0.05)
    assert prior.sum() == pytest.approx(1.0)
    assert prior[_SIZES > 30].sum() == pytest.approx(0.05)
    per_doubling = prior / np.diff(np.log(cell_edges(_SIZES) + 1.0))
    assert len(set(per_doubling.round(12))) == 2


def _evidence(**changes: Any) -> RepeatEvidence:
    """Two alleles: 2 units for certain, and 25 to 34."""
    likelihood = tuple((2, size, 0.0) for size in range(25, 35))
    counts = (
        ReadCount(read_class=ReadClass.SPANNING, units=2, fragments=14),
        ReadCount(read_class=ReadClass.FLANKING, units=1, fragments=3),
        ReadCount(read_class=ReadClass.FLANKING, units=20, fragments=5),
        ReadCount(read_class=ReadClass.IN_REPEAT, units=25, fragments=2),
    )
    given = {
        "sizes": tuple(_SIZES.tolist()),
        "likelihood": likelihood,
        "counts": counts,
        "in_repeat_pairs": 1,
    }
    return RepeatEvidence(patient="P", state=State.ASSESSED, **(given | changes))


def test_the_estimate_agrees_with_how_common_expansions_are() -> None:
    """The reads say 25 to 34 alike: an allele above the threshold is less common, or more."""
    rare, common = (allele_sizes(_evidence(), 30, share)[1] for share in (0.01, 0.99))
    assert (rare.repeats or 0) <= 30 < (common.repeats or 0)
    assert rare.ci == common.ci == (25, 34), "what the reads show is the same"


@given(st.integers(0, 30), st.integers(31, 200), st.floats(0.001, 0.999))
def test_the_estimate_lies_in_its_interval(low: int, high: int, share: float) -> None:
    likelihood = tuple((0, int(size), 0.0) for size in _SIZES if low <= size <= high)
    long = allele_sizes(_evidence(likelihood=likelihood), 30, share)[1]
    assert long.ci[0] <= (long.repeats or 0) <= (long.ci[1] or 0)


def test_each_allele_has_its_own_support() -> None:
    short, long = allele_sizes(_evidence(), 30, 0.05)
    assert (short.repeats, short.bound, short.support) == (
        2,
        "exact",
        AlleleSupport(spanning=14, flanking=3, in_repeat=0),
    )
    assert long.support == AlleleSupport(spanning=0, flanking=5, in_repeat=3)


@pytest.mark.parametrize(
    ("limit", "bound", "note"),
    [
        (None, "estimate", "all mates are there"),
        (60, "estimate", "within reach of a fragment"),
        (20, "at_least", "beyond it"),
    ],
)
def test_an_allele_beyond_the_reach_of_the_reads_has_no_upper_limit(
    limit: int | None, bound: str, note: str
) -> None:
    long = allele_sizes(_evidence(size_limit=limit), 30, 0.05)[1]
    assert long.bound == bound, note
    assert (long.ci[1] is None) == (bound == "at_least")
