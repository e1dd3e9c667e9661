from __future__ import annotations

import numpy as np
import pytest

from als_screen.interpretation.repeat_sizes import cell_edges, quantiles
from als_screen.repeat.fragments import Fragment, Placed
from als_screen.repeat.library import MAX_FRAGMENT, Measured, fragment_pmf
from als_screen.repeat.model import LARGEST, densities, expected, posterior, size_grid
from als_screen.repeat.realign import Kind, Placements, placed_read

_SIZES = size_grid()
#: Every doubling as likely.
_FREE = np.diff(np.log(cell_edges(_SIZES) + 1.0))


def _library(depth: float = 30.0, paired: bool = True) -> Measured:
    rng = np.random.default_rng(2)
    sizes = rng.normal(400, 60, 2000).astype(np.int64)
    pmf = fragment_pmf(sizes, 150, paired=paired)
    return Measured(150, 150, 150, 150.0, depth, pmf, 400.0, 60.0, 1.0, 60.0, paired)


def _spanning(units: int, left: int = 60) -> Placements:
    one = np.ones(1, dtype=np.int64)
    return Placements(150, one * int(Kind.SPANNING), -left * one, units * one, np.ones(1), 0.0, np.inf, 1.0)


def _inside() -> Placements:
    none = np.zeros(0, dtype=np.int64)
    return Placements(150, none, none, none, np.zeros(0), 1 / 6, -np.inf, 1.0)


def _mate(units: int) -> Placements:
    return placed_read(330 - 60 - 6 * units - 150, 150, left=False)


def _spanned(units: int, number: int) -> tuple[Fragment, ...]:
    return (Fragment(_spanning(units), _mate(units)),) * number


def test_the_grid_is_fine_up_to_read_length_and_reaches_thousands() -> None:
    assert list(_SIZES[:61]) == list(range(61))
    assert _SIZES[-1] >= LARGEST
    assert (np.diff(_SIZES) / _SIZES[1:] < 0.06).all() or (np.diff(_SIZES[:20]) == 1).all()


def test_fragment_lengths_are_a_distribution() -> None:
    pmf = _library().fragment_pmf
    assert pmf.sum() == pytest.approx(1.0)
    assert len(pmf) == MAX_FRAGMENT + 1
    assert abs(int(pmf.argmax()) - 400) < 25
    assert (pmf >= 0).all()


def test_expected_fragments_are_those_that_touch() -> None:
    """By hand: 0.05 fragments a base, of 400 bases, over a repeat of 600 bases."""
    want = expected(np.array([0, 100]), _library(), hidden=0)
    total = want.flanked + want.one_inside + want.both_inside
    assert total == pytest.approx(0.05 * np.array([400, 1000]), rel=0.03)
    assert want.both_inside[1] == pytest.approx(0.05 * 200, rel=0.05)
    assert want.one_inside[0] == want.both_inside[0] == 0


def test_a_spanning_fragment_speaks_for_its_size() -> None:
    row = densities(_spanned(8, 1), _SIZES, _library().fragment_pmf)[0]
    assert int(_SIZES[row.argmax()]) == 8
    assert row[7] < 0.02
    assert row[20] == 0


def test_an_anchored_read_in_the_repeat_needs_room() -> None:
    fragment = Fragment(placed_read(-200, 150, left=True), _inside())
    row = densities((fragment,), _SIZES, _library().fragment_pmf)[0]
    assert (row[:25] == 0).all()
    assert row[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("alleles", [(2, 2), (2, 8), (5, 17)])
def test_the_best_pair_is_the_true_one(alleles: tuple[int, int]) -> None:
    fragments = _spanned(alleles[0], 20) + _spanned(alleles[1], 20)
    found = posterior(Placed(fragments, 0, 0, (0, 0)), _library(), 5, pairs_seen=True)
    best = np.unravel_index(found.pairs.argmax(), found.pairs.shape)
    assert tuple(int(_SIZES[i]) for i in best) == alleles


def test_half_the_fragments_speak_for_a_lost_allele() -> None:
    full, half = (
        posterior(Placed(_spanned(2, number), 0, 0, (0, 0)), _library(), 5, pairs_seen=True).lost
        for number in (41, 18)
    )
    assert half > 0 > full


def test_more_pairs_in_the_repeat_mean_a_longer_allele() -> None:
    anchored = (Fragment(placed_read(-200, 150, left=True), _inside()),) * 12
    medians = []
    for pairs in (5, 50, 200):
        placed = Placed(_spanned(2, 20) + anchored * 2, pairs, 0, (0, 0))
        found = posterior(placed, _library(), 5, pairs_seen=True)
        mass = (10.0**found.pairs * np.outer(_FREE, _FREE)).sum(axis=0)
        medians.append(quantiles(mass, _SIZES)[1])
    assert medians == sorted(medians)
    assert medians[2] == pytest.approx((200 / 0.05 + 400) / 6, rel=0.3)


def test_without_off_target_reads_there_is_no_upper_limit() -> None:
    anchored = (Fragment(placed_read(-200, 150, left=True), _inside()),) * 24
    found = posterior(Placed(_spanned(2, 20) + anchored, 0, 0, (0, 0)), _library(), 5, pairs_seen=False)
    mass = (10.0**found.pairs * np.outer(_FREE, _FREE)).sum(axis=0)
    assert quantiles(mass, _SIZES)[2] > 1000


def test_where_mates_are_lost_their_absence_says_nothing() -> None:
    """Reads show at least 20 units, none lies inside: short if such mates would be there, else open."""
    library = _library()
    reaching = Fragment(placed_read(-30, 150, left=True), placed_read(330 - 30 - 120 - 150, 150, left=False))
    placed = Placed((*_spanned(2, 12), *((reaching,) * 6)), 0, 0, (0, 0))
    seen = posterior(placed, library, 5, pairs_seen=False)
    lost = posterior(placed, library, 5, pairs_seen=False, mates_seen=False)
    size = int(np.flatnonzero(_SIZES == 60)[0])
    assert lost.pairs[2, size] > seen.pairs[2, size] + 2


def test_one_stray_fragment_does_not_overrule_many() -> None:
    fragments = _spanned(2, 20) + _spanned(8, 20) + _spanned(12, 1)
    found = posterior(Placed(fragments, 0, 0, (0, 0)), _library(), 5, pairs_seen=True)
    best = np.unravel_index(found.pairs.argmax(), found.pairs.shape)
    assert tuple(int(_SIZES[i]) for i in best) == (2, 8)


def test_the_order_of_fragments_does_not_matter() -> None:
    fragments = _spanned(2, 5) + _spanned(8, 7)
    forward, backward = (
        posterior(Placed(given, 0, 0, (0, 0)), _library(), 5, pairs_seen=True).pairs
        for given in (fragments, fragments[::-1])
    )
    assert np.allclose(forward[np.isfinite(forward)], backward[np.isfinite(backward)], atol=1e-4)


def test_no_fragments_give_a_flat_answer_not_an_error() -> None:
    found = posterior(Placed((), 0, 0, (0, 0)), _library(depth=0.1), 5, pairs_seen=True)
    assert found.pairs[2, 2] == pytest.approx(found.pairs[5, 8], abs=0.1)
