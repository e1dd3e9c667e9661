from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.run_watch.diary import Ended, Seen, Started, Told
from als_screen.run_watch.progress import (
    KILLED,
    JobState,
    duration,
    failed_jobs,
    failures,
    job_counts,
    progress,
)
from als_screen.run_watch.state import STEPS, RunState

BUG = "KeyError in x.py, line 1: a bug, see the log"
BATCHES = {"a": 2, "b": 3}


def state(batches: dict[str, int] | None = None, planned: tuple[str, ...] = ("a", "b")) -> RunState:
    return RunState(
        started=1000,
        seen=1000,
        host="h",
        process=1,
        batches=batches or BATCHES,
        planned=dict.fromkeys(STEPS, planned),
        jobs=14,
    )


def told(*patients: str, failed: str = "", ended: bool = True, error: str | None = None) -> Told:
    seen = [Seen(patient=name, failed="why" if name in failed.split() else None) for name in patients]
    end = Ended(time=1010, s=1, cpu_time=1, max_rss=1, error=error) if ended else None
    return Told(Started(time=1000, host="h", process=2), tuple(seen), end)


def everything(batch: str, *patients: str, failed: str = "") -> dict[tuple[str, str], Told]:
    return {(step, batch): told(*patients, failed=failed) for step in STEPS}


def counts(found: RunState, diaries: dict[tuple[str, str], Told], now: float = 1100) -> tuple[int, int, int]:
    one = progress(found, diaries, now)
    return one.done, one.failed, one.left


@pytest.mark.parametrize(
    ("diaries", "expected", "why"),
    [
        ({}, (0, 0, 5), "nothing yet"),
        ({("check_inputs", "a"): told("A1", "A2")}, (0, 0, 5), "checked is not done"),
        ({("check_inputs", "a"): told("A1", failed="A1", ended=False)}, (0, 1, 4), "failed at once"),
        (everything("a", "A1", "A2"), (2, 0, 3), "one slice done"),
        (everything("a", "A1", "A2", failed="A2"), (1, 1, 3), "with a failure"),
        (everything("a", "A1", "A2") | everything("b", "B1", "B2", "B3"), (5, 0, 0), "all"),
    ],
)
def test_patients_done_failed_and_left(
    diaries: dict[tuple[str, str], Told], expected: tuple[int, int, int], why: str
) -> None:
    assert counts(state(), diaries) == expected, why


def test_slices_that_are_up_to_date_are_done_and_their_failures_known() -> None:
    earlier = everything("a", "A1", "A2", failed="A1")
    assert counts(state(planned=("b",)), earlier) == (1, 1, 3)
    assert counts(state(planned=("b",)), {}) == (2, 0, 3), "without their diaries"


def test_what_interpretation_says_is_the_last_word_and_each_patient_is_told_once() -> None:
    before = {
        ("check_inputs", "a"): told("A1", "A2", failed="A1"),
        ("screen_repeat", "a"): told("A1", "A2", failed="A1 A2"),
    }
    assert [(one.patient, one.step) for one in failures(state(), before)] == [
        ("A1", "check_inputs"),
        ("A2", "screen_repeat"),
    ]
    after = {**before, ("interpret", "a"): told("A1", "A2", failed="A2")}
    assert [(one.patient, one.step) for one in failures(state(), after)] == [("A2", "interpret")]


def test_the_time_that_is_left() -> None:
    assert progress(state(), {}, 1100).seconds_left is None, "nothing to tell it from"
    half = progress(state({"a": 2, "b": 2}), everything("a", "A1", "A2"), 1100)
    assert (half.part, half.seconds_left) == (0.5, 100)
    assert half.line() == "2 of 4 patients done, 0 failed, 2 left | 50 % of the work, about 2 min left"
    whole = progress(state({"a": 2}, ("a",)), everything("a", "A1", "A2"), 1100)
    assert (whole.part, whole.seconds_left) == (1, None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (89, "89 s"),
        (90, "2 min"),
        (5000, "83 min"),
        (5400, "1 h 30 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(STEPS)), st.sampled_from("ab"), st.sets(st.sampled_from(["1", "2", "3"]))
        )
    ),
    st.sampled_from([(), ("a",), ("a", "b")]),
)
def test_counts_always_add_up(jobs: list[tuple[str, str, set[str]]], planned: tuple[str, ...]) -> None:
    diaries = {}
    for step, batch, names in jobs:
        patients = [f"{batch}{number}" for number in range(1, BATCHES[batch] + 1)]
        failed = " ".join(f"{batch}{name}" for name in names)
        diaries[step, batch] = told(*patients, failed=failed, ended=bool(names))
    found = progress(state(planned=planned), diaries, 1100)
    assert found.done + found.failed + found.left == 5
    assert min(found.done, found.failed, found.left) >= 0
    assert 0 <= found.part <= 1


def test_states_of_jobs() -> None:
    diaries = {
        ("check_inputs", "a"): told("A1", "A2"),
        ("check_inputs", "b"): told("B1", ended=False),
        ("screen_repeat", "a"): told(error=BUG),
    }
    alive = job_counts(state(), diaries, alive=True)
    assert alive["check_inputs"] == {
        JobState.WAITING: 0, JobState.RUNNING: 1, JobState.DONE: 1, JobState.FAILED: 0,
    }  # fmt: skip
    lines = [problem.line() for problem in failed_jobs(state(), diaries, alive=False)]
    assert lines == [
        f"- | check_inputs/b | {KILLED} | see logs/check_inputs/b.log",
        f"- | screen_repeat/a | {BUG} | see logs/screen_repeat/a.log",
    ]
    assert len(failed_jobs(state(), diaries, alive=True)) == 1, "what has no end yet still works"
