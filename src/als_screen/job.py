"""What every script of `scripts/` shares: its arguments, the rows it works on, and how it ends."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from als_screen.config import Settings
from als_screen.errors import CANNOT_WRITE, AlsScreenError, InputError, cannot_write
from als_screen.patient import Patient
from als_screen.resources import Resources
from als_screen.run_watch.diary import Diary, diary_beside, what_matters
from als_screen.slicing import read_slice
from als_screen.workers import Crew

NO_DIARY = Diary(None)


@dataclass(frozen=True, slots=True)
class Job:
    """One batch job.

    Attributes:
        settings: the run's configuration.
        batch: name of the slice.
        patients: its rows, in sheet order.
        resources: the bundled resources.
        inputs: files that earlier stages made, by name.
        output: what this stage makes.
        workers: patients that it may work on at once.
        diary: where it writes down what became of each patient.
    """

    settings: Settings
    batch: str
    patients: tuple[Patient, ...]
    resources: Resources
    inputs: dict[str, Path]
    output: Path
    workers: int = 0
    diary: Diary = NO_DIARY

    @property
    def crew(self) -> Crew:
        """Worker processes under the limits of the configuration: for steps that read patients' files."""
        limits = self.settings.limits
        return Crew(max(self.workers, 1), limits.seconds, limits.memory_mb, self.diary.patient)

    @property
    def plain_crew(self) -> Crew:
        """Worker processes without limits, none for one: for steps that only compute."""
        return Crew(self.workers if self.workers > 1 else 0, tell=self.diary.patient)


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of the arguments that every script has."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("--settings", required=True, help="the configuration as JSON")
    found.add_argument("--resources", type=Path, required=True, help="directory of the bundled resources")
    found.add_argument("--output", type=Path, required=True, help="file to write")
    found.add_argument("--log", type=Path, help="log of the job; what it writes down is kept beside it")
    return found


def batch_job(description: str | None, inputs: Sequence[str] = ()) -> Job:
    """Read the command line of a batch script; every name in `inputs` is an option that takes a file."""
    arguments = parser(description)
    arguments.add_argument("--batch", required=True, help="name of the slice of patients")
    arguments.add_argument("--workers", type=int, default=1, help="patients at once")
    for name in inputs:
        arguments.add_argument(
            f"--{name}", type=Path, required=True, help=f"{name}, made by an earlier stage"
        )
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    patients = read_slice(settings.samples, settings.batch_size, given.batch)
    if not patients:
        raise AlsScreenError(
            f"{settings.samples}: batch {given.batch} has left the sheet; start the run again"
        )
    return Job(
        settings=settings,
        batch=given.batch,
        patients=tuple(patients),
        resources=Resources(given.resources),
        inputs={name: getattr(given, name) for name in inputs},
        output=given.output,
        workers=given.workers,
        diary=diary_beside(given.log),
    )


def collect_rarely() -> None:
    """Look for cycles of garbage less often: records make none, and walking them all costs a third more."""
    gc.set_threshold(100_000, 20, 100)


def main(body: Callable[[], int | None]) -> None:
    """Run a script: what a person can mend is told in a line, a bug keeps its traceback.

    Exits with what `body` returns, 2 for wrong inputs, 1 for anything else. A SIGTERM ends it as Ctrl-C
    does: nothing half-written is left, and no worker.
    """
    collect_rarely()
    signal.signal(signal.SIGTERM, _stop)
    try:
        with _written_down(_log_of(sys.argv[1:])):
            code = body() or 0
        sys.exit(code)
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except AlsScreenError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        sys.exit(f"error: {cannot_write(error)}")


def _stop(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _log_of(arguments: Sequence[str]) -> Path | None:
    found = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    found.add_argument("--log", type=Path)
    log: Path | None = found.parse_known_args(arguments)[0].log
    return log


@contextmanager
def _written_down(log: Path | None) -> Iterator[None]:
    """Write down when a job starts, and how it ends."""
    diary, begun = diary_beside(log), time.monotonic()
    diary.start()
    try:
        yield
    except BaseException as error:
        with suppress(OSError):  # a full disk must not hide what went wrong
            diary.end(time.monotonic() - begun, what_matters(error))
        raise
    diary.end(time.monotonic() - begun)
