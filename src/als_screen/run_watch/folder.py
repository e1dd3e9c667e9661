"""The diaries of a run's jobs in its `logs/`, read again only where something was added."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from als_screen.errors import AlsScreenError
from als_screen.run_watch.diary import SUFFIX, Told, parse
from als_screen.run_watch.state import STEPS, RunState

#: Jobs of the whole cohort that write a diary.
WHOLE = ("report_cohort", "compare_runs")


def diary_path(logs: Path, step: str, batch: str) -> Path:
    """Return where a job writes down what it does; the slice of a job of the whole cohort is ""."""
    return logs / step / f"{batch}{SUFFIX}" if batch else logs / f"{step}{SUFFIX}"


def jobs_of(batches: Iterable[str]) -> list[tuple[str, str]]:
    """Return every job that writes a diary: step and slice."""
    return [*((step, batch) for batch in batches for step in STEPS), *((step, "") for step in WHOLE)]


class DiaryFolder:
    """The diaries below `logs`; `read` looks at new bytes only."""

    def __init__(self, logs: Path, state: RunState) -> None:
        self.logs = logs
        self._told: dict[tuple[str, str], Told] = {}
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}  # inode, bytes read
        self._jobs = jobs_of(state.batches)

    def read(self) -> dict[tuple[str, str], Told]:
        """Return what all diaries tell now; raise `AlsScreenError` where one is damaged."""
        for job in self._jobs:
            self._look_at(job, diary_path(self.logs, *job))
        return self._told

    def _look_at(self, job: tuple[str, str], path: Path) -> None:
        try:
            found = path.stat()
            inode, read = self._seen.get(job, (0, 0))
            if (found.st_ino, found.st_size) == (inode, read):
                return
            start = read if inode == found.st_ino and read < found.st_size else 0
            with path.open("rb") as file:
                file.seek(start)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            before = self._told.get(job, Told()) if start else Told()
            self._told[job] = before.with_entries(parse(whole.decode("utf-8")))
            self._seen[job] = (found.st_ino, start + len(whole))
        except FileNotFoundError:
            self._told.pop(job, None)
            self._seen.pop(job, None)
        except (OSError, ValueError) as error:
            raise AlsScreenError(f"{path}: not what a job writes down") from error


def forget(logs: Path, jobs: Iterable[tuple[str, str]]) -> None:
    """Remove the diaries of jobs that are about to be done again."""
    for job in jobs:
        diary_path(logs, *job).unlink(missing_ok=True)
