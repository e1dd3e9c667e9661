from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.repeat.fragments import template_of
from als_screen.repeat.locus import load_locus
from als_screen.repeat.realign import MIN_FIT, Kind, Placements, realign
from als_screen.repeat.records import Read

_LOCUS = load_locus()
_TEMPLATE = template_of(_LOCUS)


def _read(bases: str, quality: int = 36) -> Read:
    qualities = bytes([quality]) * len(bases)
    return Read("r", True, False, False, -1, -1, False, bases.encode(), qualities)


def _tract(units: int, left: int, length: int, repeat: str = "GGCCCC") -> str:
    """Return a read that starts `left` bases before the repeat."""
    whole = _LOCUS.left_flank + repeat * units + _LOCUS.right_flank
    start = len(_LOCUS.left_flank) - left
    return whole[start : start + length]


def _placed(bases: str, quality: int = 36) -> Placements:
    return realign(_read(bases, quality), _TEMPLATE)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 22), st.integers(12, 130))
def test_a_spanning_read_shows_its_size(units: int, left: int) -> None:
    right = 150 - left - 6 * units
    if right < 4:
        return
    assert _placed(_tract(units, left, 150)).best == (Kind.SPANNING, -left, units)


@pytest.mark.parametrize(("left", "units"), [(20, 21), (100, 8), (149, 0)])
def test_a_read_with_left_flank_only_shows_at_least(left: int, units: int) -> None:
    best = _placed(_tract(100, left, 150)).best
    assert best is not None
    assert best[:2] == (Kind.LEFT, -left)
    assert best[2] in (units, units + 1)  # a part of a unit counts as one more


@pytest.mark.parametrize("right", [10, 75, 140])
def test_a_read_with_right_flank_only_counts_from_the_end(right: int) -> None:
    bases = _tract(100, 0, 600 + right)[-150:]
    best = _placed(bases).best
    assert best is not None
    assert best[:2] == (Kind.RIGHT, right - 150)


@pytest.mark.parametrize("shift", range(6))
def test_a_read_of_motif_alone_is_in_the_repeat(shift: int) -> None:
    found = _placed(("GGCCCC" * 30)[shift : shift + 150])
    assert found.in_repeat
    assert found.inside > 0


@pytest.mark.parametrize("left", range(1, 6))
def test_flank_that_looks_like_repeat_does_not_decide(left: int) -> None:
    """The last five bases of the left flank are those of the motif."""
    assert _TEMPLATE.hidden_left == 5
    found = _placed(_tract(100, left, 150))
    assert found.in_repeat
    assert Kind.LEFT in found.kind


@pytest.mark.parametrize("left", [8, 12, 20])
def test_a_few_bases_of_flank_are_not_taken_for_repeat(left: int) -> None:
    assert not _placed(_tract(100, left, 150)).in_repeat


def test_three_bases_of_right_flank_span() -> None:
    bases = _tract(22, 15, 15 + 132 + 3)
    assert _placed(bases).best == (Kind.SPANNING, -15, 22)


def test_an_interruption_does_not_end_the_repeat() -> None:
    bases = bytearray(_tract(100, 0, 150).encode())
    bases[70] = ord("A")
    assert _placed(bases.decode()).in_repeat


def test_another_motif_does_not_count() -> None:
    assert _placed("GGCCTC" * 25).fits < 0.8
    assert _placed("CAG" * 50).fits < MIN_FIT


def test_bases_of_low_quality_weigh_little() -> None:
    bases = bytearray(_tract(100, 6, 150).encode())
    sure = _placed(bases.decode(), 36)
    unsure = _placed(bases.decode(), 8)
    assert sure.margin > unsure.margin > 0


def test_unknown_bases_say_nothing() -> None:
    bases = "N" * 60 + _tract(8, 10, 90)
    best = _placed(bases).best
    assert best is not None
    assert best == (Kind.SPANNING, -70, 8)


def test_an_indel_in_the_flank_does_not_hide_the_size() -> None:
    """A ten-base deletion 12 bases beside the repeat: the rest of the read is left unaligned."""
    bases = _tract(5, 60, 160)
    cut = 60 + 30 + 12
    best = _placed(bases[:cut] + bases[cut + 10 :]).best
    assert best == (Kind.SPANNING, -60, 5)


def test_random_bases_fit_nowhere() -> None:
    rng = np.random.default_rng(1)
    assert _placed("".join(rng.choice(list("ACGT"), 150))).fits < MIN_FIT


@pytest.mark.parametrize("units", [5, 12])
def test_a_read_that_leaves_the_repeat_for_something_else_spans_nothing(units: int) -> None:
    """A chimera or adapter behind the repeat: so many units at least, on either side."""
    rng = np.random.default_rng(4)
    other = "".join(rng.choice(list("ACGT"), 30))
    left = _placed(_LOCUS.left_flank[-90:] + "GGCCCC" * units + other).best
    right = _placed(other + "GGCCCC" * units + _LOCUS.right_flank[:90]).best
    assert left is not None
    assert left[0] is Kind.LEFT
    assert right is not None
    assert right[0] is Kind.RIGHT
    assert units <= left[2] <= units + 1
    assert units <= right[2] <= units + 1
