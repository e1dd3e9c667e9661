"""What a run says about itself in `logs/run.json`: when it starts, as a sign of life, and at its end."""

from __future__ import annotations

import fcntl
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from als_screen.errors import AlsScreenError, one_line
from als_screen.files import write_text

STATE = Path("logs") / "run.json"
LOCK = Path(".snakemake") / "als-screen.lock"
#: Seconds between two signs of life, and after how many a run on another machine counts as gone.
SIGN_OF_LIFE = 30
GONE_AFTER = 600

#: Steps of a batch in their order, and what each costs: ms of CPU a patient (docs/performance.md).
STEPS = {
    "check_inputs": 1,
    "screen_variants": 10,
    "screen_repeat": 54,
    "screen_coverage": 104,
    "interpret": 78,
    "report_patients": 33,
}
PDF_COST = 840


class End(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    FINISHED_WITH_FAILURES = "finished_with_failures"
    BROKEN = "broken"
    STOPPED = "stopped"


class RunState(BaseModel):
    """A run, by its own word.

    Attributes:
        started, seen, ended: seconds since 1970 by the clock of the machine that runs Snakemake; `seen` is
            the last sign of life.
        host, process: that machine, and the process there.
        batches: patients of each slice.
        planned: slices that each step has to be done for in this run; the others are up to date.
        costs: what each step costs a patient, relative to the others.
        jobs: of the run, all steps.
        end: how it ended; None while it runs, and for ever where it was killed.
        stopped_by: name of the signal that stopped it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str = "1.0"
    started: float
    seen: float
    ended: float | None = None
    host: str
    process: int
    batches: dict[str, int]
    planned: dict[str, tuple[str, ...]]
    costs: dict[str, int] = STEPS
    jobs: int
    end: End | None = None
    stopped_by: str | None = None

    @property
    def patients(self) -> int:
        """Patients of the sheet."""
        return sum(self.batches.values())


def write_state(directory: Path, state: RunState) -> None:
    """Replace `logs/run.json`."""
    write_text(directory / STATE, state.model_dump_json(indent=1) + "\n")


def read_state(directory: Path) -> RunState | None:
    """Return what the last run in a directory says, None where none says anything.

    Raises:
        AlsScreenError: it is there and cannot be read, or is damaged.
    """
    path = directory / STATE
    try:
        return RunState.model_validate_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValidationError as error:
        raise AlsScreenError(f"{path}: not the state of a run ({error.error_count()} problems)") from error
    except (OSError, ValueError) as error:
        raise AlsScreenError(f"{path}: cannot be read ({one_line(str(error))})") from error


def is_locked(directory: Path) -> bool:
    """Tell whether a run on this machine (or on any, where the file system shares locks) holds the lock."""
    try:
        with (directory / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:  # no lock, or a file system without locks
        return False
