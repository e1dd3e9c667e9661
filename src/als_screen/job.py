"""What every script of `scripts/` shares: its arguments, the rows it works on, and how it ends."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.config import Settings
from als_screen.errors import AlsScreenError, InputError
from als_screen.patient import Patient
from als_screen.resources import Resources
from als_screen.samples import read_slices
from als_screen.storage import FAULTS
from als_screen.workers import Crew

#: The disk, not the data and not the program: nothing half-written is left, and a new start goes on.
CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, *FAULTS}


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
    """

    settings: Settings
    batch: str
    patients: tuple[Patient, ...]
    resources: Resources
    inputs: dict[str, Path]
    output: Path
    workers: int = 0

    @property
    def crew(self) -> Crew:
        """Worker processes under the limits of the configuration: for steps that read patients' files."""
        limits = self.settings.limits
        return Crew(max(self.workers, 1), limits.seconds, limits.memory_mb)

    @property
    def plain_crew(self) -> Crew:
        """Worker processes without limits, none for one: for steps that only compute."""
        return Crew(self.workers if self.workers > 1 else 0)


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of the arguments that every script has."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("--settings", required=True, help="the configuration as JSON")
    found.add_argument("--resources", type=Path, required=True, help="directory of the bundled resources")
    found.add_argument("--output", type=Path, required=True, help="file to write")
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
    batches = read_slices(settings.samples, settings.batch_size)
    if given.batch not in batches:
        raise AlsScreenError(
            f"{settings.samples}: batch {given.batch} has left the sheet; start the run again"
        )
    return Job(
        settings=settings,
        batch=given.batch,
        patients=tuple(batches[given.batch]),
        resources=Resources(given.resources),
        inputs={name: getattr(given, name) for name in inputs},
        output=given.output,
        workers=given.workers,
    )


def main(body: Callable[[], int | None]) -> None:
    """Run a script: what a person can mend is told in a line, a bug keeps its traceback.

    Exits with what `body` returns, 2 for wrong inputs, 1 for anything else.
    """
    try:
        sys.exit(body() or 0)
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except AlsScreenError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        sys.exit(f"error: {error.strerror} ({error.filename or 'results'}); mend that, then start again")
