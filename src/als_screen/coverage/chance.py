"""Binomial tails without SciPy, whose import costs more than a patient."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log


def binomial_at_least(successes: int, trials: int, probability: float) -> float:
    """Return P(X >= successes) for X ~ Binomial(trials, probability); relative error below 1e-9."""
    if successes <= 0:
        return 1.0
    if successes > trials:
        return 0.0
    if successes <= trials * probability:
        return 1.0 - binomial_at_least(trials - successes + 1, trials, 1.0 - probability)
    return _falling_sum(successes, trials, probability)


def binomial_at_most(successes: int, trials: int, probability: float) -> float:
    """Return P(X <= successes) for X ~ Binomial(trials, probability)."""
    return binomial_at_least(trials - successes, trials, 1.0 - probability)


def _falling_sum(first: int, trials: int, probability: float) -> float:
    """Sum the probabilities from `first` (above the mean) upwards; they fall, so few of them matter."""
    odds = probability / (1.0 - probability) if probability < 1.0 else inf
    term = exp(log_binomial(first, trials, probability))
    total = 0.0
    for number in range(first, trials + 1):
        total += term
        term *= odds * (trials - number) / (number + 1)
        if term < total * 1e-12:
            break
    return total


def log_binomial(successes: int, trials: int, probability: float) -> float:
    """Return the natural logarithm of P(X = successes), 0 < probability < 1."""
    return (
        _log_ways(successes, trials)
        + successes * log(probability)
        + (trials - successes) * log(1.0 - probability)
    )


@lru_cache(maxsize=100_000)
def _log_ways(successes: int, trials: int) -> float:
    return lgamma(trials + 1) - lgamma(successes + 1) - lgamma(trials - successes + 1)


@lru_cache(maxsize=100_000)
def log_beta_binomial(successes: int, trials: int, mean: float, spread: float) -> float:
    """Return the natural logarithm of the beta-binomial probability; alpha + beta is `spread`."""
    alpha, beta = mean * spread, (1.0 - mean) * spread
    posterior = lgamma(successes + alpha) + lgamma(trials - successes + beta) - lgamma(trials + spread)
    return _log_ways(successes, trials) + posterior - lgamma(alpha) - lgamma(beta) + lgamma(spread)
