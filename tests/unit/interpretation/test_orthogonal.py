from __future__ import annotations

import pytest

from als_screen.interpretation.orthogonal import confirmed_repeat, contradictions, shown_state
from als_screen.models import Confirmation
from als_screen.repeat.locus import load_policy
from als_screen.states import ConfirmationResult, RepeatState
from conclusion_records import repeat

POLICY = load_policy("strchive-2026-06").thresholds
Size = tuple[int, int | None] | None
YES, NO, SIZED = ConfirmationResult.CONFIRMED, ConfirmationResult.NOT_CONFIRMED, ConfirmationResult.SIZED


def row(result: ConfirmationResult, size: Size = None, finding: str = "C9orf72") -> Confirmation:
    return Confirmation(
        finding=finding, method="RP-PCR", result=result, size=size, date="2026-11-20", by="Lab"
    )


@pytest.mark.parametrize(
    ("result", "size", "state", "note"),
    [
        (YES, None, RepeatState.EXPANDED, "the method shows an expansion"),
        (NO, None, RepeatState.NOT_EXPANDED, "the method shows none"),
        (SIZED, (23, 23), RepeatState.NOT_EXPANDED, "at the end of normal"),
        (SIZED, (24, 24), RepeatState.INTERMEDIATE, "first intermediate"),
        (SIZED, (30, 30), RepeatState.INTERMEDIATE, "last intermediate"),
        (SIZED, (31, 31), RepeatState.EXPANDED, "first expanded"),
        (SIZED, (31, None), RepeatState.EXPANDED, "at least"),
        (SIZED, (30, None), RepeatState.POSSIBLE_EXPANSION, "at least 30 may be 30"),
        (SIZED, (20, 40), RepeatState.POSSIBLE_EXPANSION, "on both sides"),
        (SIZED, (20, 26), RepeatState.INTERMEDIATE, "may be intermediate"),
        (YES, (27, 27), RepeatState.INTERMEDIATE, "the size decides"),
        (NO, (27, 27), RepeatState.INTERMEDIATE, "the size decides"),
    ],
)
def test_state_of_one_confirmation(
    result: ConfirmationResult, size: Size, state: RepeatState, note: str
) -> None:
    assert shown_state(row(result, size), POLICY) is state, note


@pytest.mark.parametrize("by_reads", RepeatState)
def test_another_method_sets_the_state_whatever_the_reads_say(by_reads: RepeatState) -> None:
    found = confirmed_repeat(repeat(by_reads), [row(SIZED, (800, 800))], POLICY)
    assert (found.state, found.basis) == (RepeatState.EXPANDED, "orthogonal")
    assert found.orthogonal_size == (800, 800)
    assert found.reason.startswith("RP-PCR (2026-11-20): 800 repeats")
    differs = by_reads not in (RepeatState.EXPANDED, RepeatState.NOT_ASSESSED)
    assert ("by the reads alone" in found.reason) is differs


def test_what_is_not_of_the_repeat_leaves_it_alone() -> None:
    by_reads = repeat(RepeatState.EXPANDED)
    assert confirmed_repeat(by_reads, [row(NO, finding="NM_000454.5:c.14C>T")], POLICY) is by_reads
    assert confirmed_repeat(by_reads, [], POLICY) is by_reads


@pytest.mark.parametrize(
    ("by_reads", "state"),
    [
        (RepeatState.INTERMEDIATE, RepeatState.INTERMEDIATE),
        (RepeatState.EXPANDED, RepeatState.NOT_EXPANDED),
        (RepeatState.NOT_ASSESSED, RepeatState.NOT_EXPANDED),
        (RepeatState.POSSIBLE_EXPANSION, RepeatState.NOT_EXPANDED),
    ],
)
def test_no_expansion_without_a_size_does_not_hide_an_intermediate_allele(
    by_reads: RepeatState, state: RepeatState
) -> None:
    found = confirmed_repeat(repeat(by_reads), [row(NO)], POLICY)
    assert (found.state, found.basis) == (state, "orthogonal")


def test_the_one_with_a_size_decides_then_the_last() -> None:
    rows = [row(YES), row(SIZED, (60, None)), row(SIZED, (800, 900)), row(YES)]
    found = confirmed_repeat(repeat(), rows, POLICY)
    assert found.orthogonal_size == (800, 900)


@pytest.mark.parametrize(
    ("rows", "wrong", "note"),
    [
        ([row(YES), row(SIZED, (800, 800))], False, "shown and sized"),
        ([row(YES), row(NO)], True, "shown and not shown"),
        ([row(YES), row(SIZED, (8, 8))], True, "shown, and sized as normal"),
        ([row(NO, (800, 800))], True, "not shown, with the size of an expansion"),
        ([row(NO), row(SIZED, (27, 27))], False, "no expansion, intermediate"),
        ([row(YES), row(SIZED, (20, 40))], False, "the bounds allow it"),
        ([row(YES), row(NO, finding="NM_000454.5:c.14C>T")], False, "of different findings"),
    ],
)
def test_contradictions(rows: list[Confirmation], wrong: bool, note: str) -> None:
    found = contradictions({"P1": tuple(rows), "P2": (row(YES),)}, POLICY, "c.tsv")
    assert [problem.patient for problem in found] == (["P1"] if wrong else []), note
