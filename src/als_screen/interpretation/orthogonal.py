"""The state of the repeat by another method: from the laboratory's confirmations, under the policy."""

from __future__ import annotations

from collections.abc import Sequence

from als_screen.confirmations import Confirmations, of_repeat
from als_screen.errors import Problem
from als_screen.models import Confirmation, RepeatResult
from als_screen.repeat.locus import PolicyThresholds
from als_screen.states import ConfirmationResult, RepeatState


def confirmed_repeat(
    by_reads: RepeatResult, confirmations: Sequence[Confirmation], thresholds: PolicyThresholds
) -> RepeatResult:
    """Return the repeat as other methods (RP-PCR, Southern blot, long reads) show it.

    The last confirmation with a size decides, else the last one; they do not contradict each other
    (`contradictions`). One that shows no expansion and gives no size leaves an intermediate allele of the
    reads what it is. Everything else stays what the reads say.
    """
    rows = of_repeat(confirmations)
    if not rows:
        return by_reads
    chosen = next((row for row in reversed(rows) if row.size), rows[-1])
    state = shown_state(chosen, thresholds)
    if chosen.size is None and (state, by_reads.state) == (
        RepeatState.NOT_EXPANDED,
        RepeatState.INTERMEDIATE,
    ):
        state = RepeatState.INTERMEDIATE
    return by_reads.model_copy(
        update={
            "state": state,
            "reason": _reason(chosen, by_reads.state, state),
            "basis": "orthogonal",
            "orthogonal_size": chosen.size,
        }
    )


def shown_state(confirmation: Confirmation, thresholds: PolicyThresholds) -> RepeatState:
    """Return the state by one confirmation: by its size where it has one, else by its result."""
    if confirmation.size is not None:
        return state_of_size(confirmation.size, thresholds)
    confirmed = confirmation.result is ConfirmationResult.CONFIRMED
    return RepeatState.EXPANDED if confirmed else RepeatState.NOT_EXPANDED


def state_of_size(size: tuple[int, int | None], thresholds: PolicyThresholds) -> RepeatState:
    """Return the class of the long allele; bounds on both sides of the threshold leave it possible."""
    low, high = size
    if low > thresholds.intermediate_max:
        return RepeatState.EXPANDED
    if high is None or high > thresholds.intermediate_max:
        return RepeatState.POSSIBLE_EXPANSION
    return RepeatState.INTERMEDIATE if high > thresholds.normal_max else RepeatState.NOT_EXPANDED


def contradictions(found: Confirmations, thresholds: PolicyThresholds, path: str) -> list[Problem]:
    """Return the patients whose confirmations of the repeat cannot all be right."""
    problems = []
    for patient, confirmations in found.items():
        rows = of_repeat(confirmations)
        states = {shown_state(row, thresholds) for row in rows}
        against = any(
            row.result is ConfirmationResult.NOT_CONFIRMED
            and shown_state(row, thresholds) is RepeatState.EXPANDED
            for row in rows
        )
        others = states & {RepeatState.INTERMEDIATE, RepeatState.NOT_EXPANDED}
        if against or (RepeatState.EXPANDED in states and others):
            expected = "the confirmations of C9orf72 contradict each other: expanded and not expanded"
            problems.append(Problem(patient, path, expected, "keep those that hold"))
    return problems


def size_text(size: tuple[int, int | None]) -> str:
    """Return a size in English words."""
    low, high = size
    if high is None:
        return f"at least {low} repeats"
    return f"{low} repeats" if low == high else f"{low} to {high} repeats"


def _reason(chosen: Confirmation, by_reads: RepeatState, state: RepeatState) -> str:
    shown = "an expansion" if state is RepeatState.EXPANDED else "no expansion"
    said = size_text(chosen.size) if chosen.size else shown
    text = f"{chosen.method} ({chosen.date}): {said}"
    same = by_reads in (state, RepeatState.NOT_ASSESSED)
    return text if same else f"{text}; by the reads alone: {by_reads.value.replace('_', ' ')}"
