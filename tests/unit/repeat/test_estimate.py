from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.repeat.estimate import EXACT, OUTSIDE, interval, reference_prior
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
    found = interval(mass, _SIZES)
    assert (found[0], found[2]) == (low, high), note


def test_long_alleles_have_equal_tails() -> None:
    low, middle, high = interval(reference_prior(_SIZES) * (_SIZES > 100), _SIZES)
    assert (low + 1) / 101 == pytest.approx((5001 / 101) ** 0.025, rel=0.08)
    assert low < middle < high


@given(st.lists(st.floats(min_value=1e-6, max_value=1), min_size=2, max_size=60))
def test_the_interval_holds_its_share(weights: list[float]) -> None:
    mass = np.zeros(len(_SIZES))
    mass[: len(weights)] = weights
    low, middle, high = interval(mass, _SIZES)
    assert low <= middle <= high
    held = mass[low : high + 1].sum() / mass.sum()
    assert held >= (EXACT if low == high else 1 - OUTSIDE) - 1e-9
