from __future__ import annotations

import numpy as np
import pytest

from als_screen.regions import Region
from als_screen.repeat.library import BIN, measure
from als_screen.repeat.records import WINDOW, Profile

_REPEAT = Region("9", 100_000, 100_018)


def _pairs(rng: np.random.Generator, low: int, high: int, spread: float = 120.0) -> np.ndarray:
    """Return spans of pairs that lie within low and high, as a cut genome has them."""
    starts = rng.integers(low, high, 40_000)
    lengths = np.maximum(rng.normal(500, spread, len(starts)), 150).astype(np.int64)
    spans = np.stack([starts, starts + lengths], axis=1)
    return np.asarray(spans[spans[:, 1] <= high])


def _profile(spans: np.ndarray, read: int = 150) -> Profile:
    starts = np.concatenate([spans[:, 0], spans[:, 1] - read])
    return Profile(starts, starts + read, np.full(len(starts), read), spans, len(starts))


def _unknown_gc() -> np.ndarray:
    number = len(np.arange(_REPEAT.start - 50 - BIN, _REPEAT.start - WINDOW, -BIN))
    return np.full(number + len(np.arange(_REPEAT.end + 50, _REPEAT.end + WINDOW - BIN, BIN)), np.nan)


@pytest.mark.parametrize("reach", [1500, 3000, 5000])
def test_long_pairs_are_as_welcome_as_short_ones(reach: int) -> None:
    """Near an end or the repeat only short pairs fit; their mean is not that of the library."""
    rng = np.random.default_rng(4)
    spans = _pairs(rng, _REPEAT.start - reach, _REPEAT.end + reach)
    found = measure(_profile(spans), _REPEAT, _unknown_gc())
    assert found.fragment_mean == pytest.approx(500, abs=3)
    assert found.fragment_sd == pytest.approx(120, abs=3)


def test_depth_is_that_within_a_slice_not_at_its_ends() -> None:
    rng = np.random.default_rng(4)
    spans = _pairs(rng, _REPEAT.start - 3000, _REPEAT.end + 3000)
    middle = 40_000 / 6018 * 300
    assert measure(_profile(spans), _REPEAT, _unknown_gc()).depth == pytest.approx(middle, rel=0.03)


def test_without_reads_there_is_no_depth() -> None:
    found = measure(_profile(np.zeros((0, 2), dtype=np.int64)), _REPEAT, _unknown_gc())
    assert (found.depth, found.read_length, found.fragment_mean) == (0.0, 0, None)
