"""Binomial tails against SciPy."""

from __future__ import annotations

from math import exp

import pytest
from scipy.stats import betabinom, binom

from als_screen.coverage.chance import (
    binomial_at_least,
    binomial_at_most,
    log_beta_binomial,
    log_binomial,
)

TRIALS = [(0, 0), (0, 10), (1, 10), (3, 30), (15, 30), (30, 30), (90, 1_000)]


@pytest.mark.parametrize("probability", [1e-4, 0.01, 0.35, 0.5, 0.99])
@pytest.mark.parametrize(("successes", "trials"), TRIALS)
def test_tails(successes: int, trials: int, probability: float) -> None:
    above = binomial_at_least(successes, trials, probability)
    assert above == pytest.approx(binom.sf(successes - 1, trials, probability), rel=1e-6, abs=1e-12)
    below = binomial_at_most(successes, trials, probability)
    assert below == pytest.approx(binom.cdf(successes, trials, probability), rel=1e-6, abs=1e-12)


def test_more_successes_than_trials() -> None:
    assert binomial_at_least(11, 10, 0.5) == 0.0


def test_nothing_of_ten_is_less_than_one_in_a_thousand() -> None:
    assert binomial_at_most(0, 10, 0.5) < 1e-3 < binomial_at_most(0, 9, 0.5)


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (5, 10), (10, 10), (400, 1_000)])
def test_points(successes: int, trials: int) -> None:
    assert exp(log_binomial(successes, trials, 0.3)) == pytest.approx(binom.pmf(successes, trials, 0.3))
    expected = betabinom.logpmf(successes, trials, 25, 25)
    assert log_beta_binomial(successes, trials, 0.5, 50) == pytest.approx(expected)
