"""How far a run is: pure functions of its state and of what its jobs wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from als_screen.errors import Problem
from als_screen.run_watch.diary import Told
from als_screen.run_watch.state import STEPS, RunState

#: What a job wrote down, by step and slice; the slice of a job of the whole cohort is "".
Diaries = Mapping[tuple[str, str], Told]
#: A time is told only after this part of the work: before, it would be a guess.
ENOUGH = 0.02


class JobState(StrEnum):
    """What became of a job of this run."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """A patient that could not (wholly) be analysed, with the first step that said so."""

    patient: str
    batch: str
    step: str
    reason: str

    def line(self) -> str:
        """Return the one line that matters."""
        return Problem(self.patient, self.step, self.reason, "see the patient's report").line()


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of patients (`done` + `failed` + `left` are all), and of the work of this run.

    Attributes:
        done: patients with everything made, reports included.
        failed: patients that could not (wholly) be analysed, as far as is known.
        left: the others.
        part: of the planned work that is done, 0 to 1.
        seconds_left: None where it cannot be told yet.
    """

    done: int
    failed: int
    left: int
    part: float
    seconds_left: float | None

    def line(self) -> str:
        """Return it in one line for people."""
        total = self.done + self.failed + self.left
        counts = f"{self.done:,} of {total:,} patients done, {self.failed:,} failed, {self.left:,} left"
        time = "" if self.seconds_left is None else f", about {duration(self.seconds_left)} left"
        return f"{counts} | {int(self.part * 100)} % of the work{time}"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def failures(state: RunState, diaries: Diaries) -> list[Failure]:
    """Return who failed, in the order of slices; what interpretation says is the last word."""
    found: dict[str, Failure] = {}
    for batch in state.batches:
        told = diaries.get(("interpret", batch), Told())
        steps = ["interpret"] if told.seen else [step for step in STEPS if step != "interpret"]
        for step in steps:
            for seen in diaries.get((step, batch), Told()).seen:
                if seen.failed is not None and seen.patient not in found:
                    found[seen.patient] = Failure(seen.patient, batch, step, seen.failed)
    return list(found.values())


def progress(state: RunState, diaries: Diaries, now: float) -> Progress:
    """Return how far a run is at `now`, seconds since 1970 by the clock of the run."""
    failed = {failure.patient for failure in failures(state, diaries)}
    finished = set(_finished(state, diaries)) - failed
    quiet = _quiet(state, diaries) - len(failed & set(_told(state, diaries)))
    done = len(finished) + max(quiet, 0)
    done = min(done, state.patients - len(failed))
    part = _part(state, diaries)
    elapsed = now - state.started
    known = state.end is None and ENOUGH <= part < 1 and elapsed > 0
    left = elapsed * (1 - part) / part if known else None
    return Progress(done, len(failed), state.patients - done - len(failed), part, left)


def _planned(state: RunState, batch: str) -> list[str]:
    return [step for step in STEPS if batch in state.planned.get(step, ())]


def _finished(state: RunState, diaries: Diaries) -> Iterator[str]:
    """Yield patients for whom the last planned step of their slice is done."""
    for batch in state.batches:
        if steps := _planned(state, batch):
            yield from (seen.patient for seen in diaries.get((steps[-1], batch), Told()).seen)


def _quiet(state: RunState, diaries: Diaries) -> int:
    """Return the patients of slices that are up to date."""
    return sum(count for batch, count in state.batches.items() if not _planned(state, batch))


def _told(state: RunState, diaries: Diaries) -> Iterator[str]:
    """Yield the patients of slices that are up to date, as an earlier run wrote them down."""
    for batch in state.batches:
        if not _planned(state, batch):
            yield from (seen.patient for seen in diaries.get(("interpret", batch), Told()).seen)


def _part(state: RunState, diaries: Diaries) -> float:
    done = total = 0.0
    for step, cost in state.costs.items():
        for batch in state.planned.get(step, ()):
            patients = state.batches.get(batch, 0)
            told = diaries.get((step, batch), Told())
            over = job_state(told, True) is JobState.DONE
            done += cost * (patients if over else min(len(told.seen), patients))
            total += cost * patients
    return done / total if total else 1.0


def job_state(told: Told, alive: bool) -> JobState:
    """Return what became of a job; without an end, it runs as long as its run does."""
    if told.started is None:
        return JobState.WAITING
    if told.ended is None:
        return JobState.RUNNING if alive else JobState.FAILED
    return JobState.DONE if told.ended.error is None else JobState.FAILED


def job_counts(state: RunState, diaries: Diaries, alive: bool) -> dict[str, dict[JobState, int]]:
    """Return for each planned step how many jobs are in which state."""
    counts = {}
    for step in state.costs:
        states = [
            job_state(diaries.get((step, batch), Told()), alive) for batch in state.planned.get(step, ())
        ]
        if states:
            counts[step] = {one: states.count(one) for one in JobState}
    return counts


def failed_jobs(state: RunState, diaries: Diaries, alive: bool) -> list[Problem]:
    """Return the planned jobs that failed, with the one line that matters and the log to look at."""
    found = []
    for step, batches in state.planned.items():
        for batch in batches:
            told = diaries.get((step, batch), Told())
            if job_state(told, alive) is not JobState.FAILED:
                continue
            why = (told.ended.error if told.ended else None) or KILLED
            name = f"{step}/{batch}" if batch else step
            found.append(Problem("", name, why, f"see logs/{name}.log"))
    return found


KILLED = "ended without a word: killed by its memory or time limit, with its node, or by hand"
