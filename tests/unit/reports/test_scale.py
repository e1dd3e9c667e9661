from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from als_screen.models import RepeatPolicyName
from als_screen.reports.scale import LABEL, LEFT, NARROW, WIDE, Frame, position, scale_of, scales_of
from unit.reports.samples import POLICY, allele

frames = st.sampled_from([WIDE, NARROW])
sizes = st.floats(min_value=0, max_value=20_000)
policies = st.builds(
    lambda low, more: RepeatPolicyName(name="p", version="1", normal_max=low, intermediate_max=low + more),
    st.integers(5, 40),
    st.integers(0, 80),
)


@given(sizes, sizes, policies, frames)
def test_a_larger_size_never_lies_further_left(
    one: float, other: float, policy: RepeatPolicyName, frame: Frame
) -> None:
    low, high = (position(size, policy, frame) for size in sorted((one, other)))
    assert LEFT <= low <= high <= frame.width - LEFT + 1e-6


@given(st.integers(0, 5000), policies, frames)
def test_a_size_lies_in_the_range_of_its_class(size: int, policy: RepeatPolicyName, frame: Frame) -> None:
    zones = scale_of((), policy, frame).zones
    index = (size > policy.normal_max) + (size > policy.intermediate_max)
    zone = zones[index]
    assert zone.x - 1e-6 <= position(size, policy, frame) <= zone.x + zone.width + 1e-6


@given(policies, frames)
def test_tick_labels_do_not_touch_and_the_borders_are_named(policy: RepeatPolicyName, frame: Frame) -> None:
    ticks = scale_of((), policy, frame).ticks
    borders = {policy.normal_max, policy.intermediate_max + 1}
    assert borders <= {tick.size for tick in ticks}
    gaps = [b.x - a.x for a, b in itertools.pairwise(ticks) if not {a.size, b.size} <= borders]
    assert all(gap >= LABEL for gap in gaps)


def test_an_open_interval_reaches_the_end_and_a_closed_one_its_bound() -> None:
    opened, closed = scale_of((allele(610, 240, None, "at_least"), allele(27, 25, 29)), POLICY).marks
    assert (opened.open, opened.high) == (True, WIDE.width - LEFT)
    assert (closed.open, closed.high) == (False, position(29, POLICY))
    assert closed.x == position(27, POLICY)


def test_an_allele_without_a_point_has_an_interval_only() -> None:
    (mark,) = scale_of((allele(0, 40, None, "at_least").model_copy(update={"repeats": None}),), POLICY).marks
    assert mark.x is None
    assert mark.low == position(40, POLICY)


def test_a_policy_without_intermediate_sizes_has_no_middle_range() -> None:
    policy = RepeatPolicyName(name="two classes", version="1", normal_max=30, intermediate_max=30)
    assert [zone.width > 0 for zone in scale_of((), policy).zones] == [True, False, True]


def test_paper_has_no_drawing_for_phones() -> None:
    assert [scale.name for scale in scales_of((), POLICY)] == ["wide", "narrow"]
    assert [scale.name for scale in scales_of((), POLICY, paper=True)] == ["wide"]
