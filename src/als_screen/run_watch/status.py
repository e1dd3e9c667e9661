"""`als-screen status DIR`: where a run stands and what failed, while it runs and after."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from als_screen.errors import AlsScreenError, InputError, Problem, one_line
from als_screen.files import parse_json
from als_screen.finish import FAILED
from als_screen.run_watch.folder import DiaryFolder
from als_screen.run_watch.progress import (
    Failure,
    JobState,
    Progress,
    duration,
    failed_jobs,
    failures,
    job_counts,
    progress,
)
from als_screen.run_watch.state import GONE_AFTER, End, RunState, is_locked, read_state

ACTION = "name the directory of a run (--directory of als-screen run)"
EXIT_CODES = """exit codes:
  0  finished with every patient analysed (or failures are tolerated), or still running
  1  broken, stopped, killed, or without all of its results: the same command as before goes on from there
  2  DIR has no run, or it cannot be read
  3  finished, but patients could not (wholly) be analysed"""


class Standing(StrEnum):
    """Where a run stands: how it ended, or that it has not."""

    RUNNING = "running"
    FINISHED = "finished"
    FINISHED_WITH_FAILURES = "finished_with_failures"
    BROKEN = "broken"
    STOPPED = "stopped"
    KILLED = "killed"
    WITHOUT_RESULTS = "without_results"


WORDS = {
    Standing.RUNNING: "running",
    Standing.FINISHED: "finished",
    Standing.FINISHED_WITH_FAILURES: "finished, but patients could not (wholly) be analysed",
    Standing.BROKEN: "broken: a job failed; what is done is kept, the same command goes on from there",
    Standing.STOPPED: "stopped; what is done is kept, the same command goes on from there",
    Standing.KILLED: "killed, or its machine went down: it ended without a word; what is done is kept, the "
    "same command goes on from there",
    Standing.WITHOUT_RESULTS: "its last start ended well, but results of the run are not there: they were "
    "not asked for, or were removed; the same command goes on from there",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What `als-screen status` tells.

    Attributes:
        state: where the run stands.
        run: its own word, None where only results tell (a run as a module of another workflow).
        progress: patients and work, None as `run`.
        jobs: of each planned step, how many are in which state.
        failed_patients: who could not (wholly) be analysed.
        failed_jobs: the jobs that failed, with the one line that matters.
        patients: of the sheet.
    """

    state: Standing
    run: RunState | None = None
    progress: Progress | None = None
    jobs: dict[str, dict[JobState, int]] = field(default_factory=dict)
    failed_patients: tuple[str, ...] = ()
    failed_jobs: tuple[Problem, ...] = ()
    patients: int = 0

    def code(self) -> int:
        """Return the exit code."""
        if self.state is Standing.FINISHED_WITH_FAILURES:
            return 3
        return 0 if self.state in (Standing.RUNNING, Standing.FINISHED) else 1

    def as_json(self) -> str:
        """Return it for programs."""
        run = self.run.model_dump(mode="json", exclude={"costs", "planned", "batches"}) if self.run else None
        found: dict[str, Any] = {
            "schema_version": "1.0",
            "state": self.state,
            "exit_code": self.code(),
            "patients": self.patients,
            "run": run,
            "progress": asdict(self.progress) if self.progress else None,
            "jobs": self.jobs,
            "failed_patients": self.failed_patients,
            "failed_jobs": [asdict(problem) for problem in self.failed_jobs],
        }
        return json.dumps(found, indent=1)


def status_of(directory: Path) -> Status:
    """Return where the run in a directory stands.

    Raises:
        InputError: there is no run, or it cannot be read.
    """
    try:
        _reachable(directory)
        state = read_state(directory)
        if state is None:
            return _by_results(directory)
        diaries = DiaryFolder(directory / "logs", state).read()
    except AlsScreenError as error:
        if isinstance(error, InputError):
            raise
        raise InputError([Problem("", str(directory), str(error), ACTION)]) from error
    standing = _standing(directory, state)
    alive = standing is Standing.RUNNING
    found = failures(state, diaries)
    how_far = progress(state, diaries, state.seen)
    return Status(
        state=standing,
        run=state,
        progress=how_far if alive else replace(how_far, seconds_left=None),
        jobs=job_counts(state, diaries, alive),
        failed_patients=_lines(directory, standing, found),
        failed_jobs=tuple(failed_jobs(state, diaries, alive)),
        patients=state.patients,
    )


def _reachable(directory: Path) -> None:
    try:
        found = {path.name for path in directory.iterdir()}
    except NotADirectoryError:
        why = "is not a directory"
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    else:
        why = "" if "results" in found or "logs" in found else "has no run in it"
    if why:
        raise InputError([Problem("", str(directory), why, ACTION)])


def _standing(directory: Path, state: RunState) -> Standing:
    if is_locked(directory):
        return Standing.RUNNING
    if state.end in (End.FINISHED, End.FINISHED_WITH_FAILURES) and not _has_results(directory, state):
        return Standing.WITHOUT_RESULTS
    if state.end is not None:
        return Standing(state.end.value)
    elsewhere = state.host != os.uname().nodename
    return Standing.RUNNING if elsewhere and time.time() - state.seen < GONE_AFTER else Standing.KILLED


def _has_results(directory: Path, state: RunState) -> bool:
    """Tell whether the findings of every slice are there, and what `finish` says of the whole run."""
    results = directory / "results"
    ended = any((results / name).is_file() for name in ("complete.json", FAILED))
    return ended and all((results / "findings" / f"{batch}.jsonl").is_file() for batch in state.batches)


def _lines(directory: Path, standing: Standing, found: list[Failure]) -> tuple[str, ...]:
    """Return who failed: by the end's own list where the run has come to it, else as far as is known."""
    if standing in (Standing.FINISHED, Standing.FINISHED_WITH_FAILURES):
        return tuple(_at_the_end(directory).get("lines", ()))
    return tuple(failure.line() for failure in found)


def _at_the_end(directory: Path, name: str = FAILED) -> dict[str, Any]:
    """Return what `finish` wrote, about failures by default; {} where it wrote nothing."""
    path = directory / "results" / name
    try:
        found: dict[str, Any] = parse_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        expected = f"is damaged: {one_line(str(error))}"
        raise InputError([Problem("", str(path), expected, "run again, it is made anew")]) from error
    return found


def _by_results(directory: Path) -> Status:
    """Return what the results alone say: of a run as a module of another workflow, or of one without logs."""
    failed = _at_the_end(directory)
    tolerated = (directory / "results" / "complete.json").is_file()  # `finish` makes it where all is well too
    ended = failed or (_at_the_end(directory, "complete.json") if tolerated else {})
    if ended:
        standing = Standing.FINISHED if tolerated else Standing.FINISHED_WITH_FAILURES
        lines = tuple(failed.get("lines", ()))
        return Status(standing, failed_patients=lines, patients=int(ended.get("patients", 0)))
    expected = "has no run that says where it stands (no logs/run.json), and no finished results"
    raise InputError([Problem("", str(directory), expected, ACTION)])


def lines_of(status: Status, directory: Path) -> Iterator[str]:
    """Yield what people read."""
    yield f"{one_line(str(directory))}: {WORDS[status.state]}"
    if status.run is not None and status.progress is not None:
        yield from _of_run(status.run, status)
    if status.failed_patients:
        yield f"patients that could not (wholly) be analysed: {len(status.failed_patients)}"
        yield from (f"  {line}" for line in status.failed_patients)
    if status.failed_jobs:
        yield f"jobs that failed: {len(status.failed_jobs)}"
        yield from (f"  {problem.line()}" for problem in status.failed_jobs)


def _of_run(run: RunState, status: Status) -> Iterator[str]:
    assert status.progress is not None  # noqa: S101
    begun = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
    last = run.ended or run.seen
    ended = f"ended after {duration(last - run.started)}"
    if run.end is None:
        ended = f"last sign of life {duration(max(0, time.time() - run.seen))} ago"
    by = f", by {run.stopped_by}" if run.end is End.STOPPED and run.stopped_by else ""
    yield f"started {begun} on {run.host} (process {run.process}), {ended}{by}"
    yield status.progress.line()
    for step, counts in status.jobs.items():
        told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        yield f"  {step}: {told}"


def add_status(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    found = commands.add_parser(
        "status",
        help="tell where a run stands and what failed, also while it runs",
        description="Tell where the run in DIR stands and what failed, also while it runs.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument(
        "directory", type=Path, nargs="?", default=Path(), metavar="DIR", help="of the run (default: here)"
    )
    found.add_argument("--json", action="store_true", help="print JSON, for programs")
    found.set_defaults(command=_status)


def _status(options: argparse.Namespace) -> int:
    status = status_of(options.directory)
    text = status.as_json() if options.json else "\n".join(lines_of(status, options.directory))
    sys.stdout.write(f"{text}\n")
    return status.code()
