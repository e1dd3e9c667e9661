"""What a job writes down while it works: its start, each patient, its end with what it took.

`logs/{rule}/{batch}.jsonl`, one JSON object a line, appended line by line and closed each time, so that other
machines see it on a shared file system. A job that was killed has no end. No personal field is in it but ids.
"""

from __future__ import annotations

import os
import resource
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from als_screen.errors import AlsScreenError, one_line
from als_screen.files import write_text

SUFFIX = ".jsonl"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Started(_Entry):
    """The job began.

    Attributes:
        time: seconds since 1970, by the clock of the machine that it runs on.
        host: that machine.
        process: the process there.
        slurm_job: id of the SLURM job, where it is one.
    """

    schema_version: str = "1.0"
    event: Literal["started"] = "started"
    time: float
    host: str
    process: int
    slurm_job: str | None = None


class Seen(_Entry):
    """A patient was worked on; `failed` is the reason where that did not (wholly) succeed."""

    event: Literal["patient"] = "patient"
    patient: str
    failed: str | None = None


class Ended(_Entry):
    """The job ended by itself.

    Attributes:
        time: seconds since 1970.
        s: wall time in seconds.
        cpu_time: CPU seconds, user and system, of the job and of its workers (`getrusage`).
        max_rss: peak memory in MB of the largest process of the job.
        error: None where all is well, else the one line that matters.
    """

    event: Literal["ended"] = "ended"
    time: float
    s: float
    cpu_time: float
    max_rss: float
    error: str | None = None


Entry = Started | Seen | Ended
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="event")])


@dataclass(frozen=True, slots=True)
class Diary:
    """Writes the diary of one job; without a path it writes nothing."""

    path: Path | None

    def start(self) -> None:
        """Begin anew: what an earlier attempt wrote is gone."""
        if self.path is None:
            return
        entry = Started(
            time=time.time(),
            host=os.uname().nodename,
            process=os.getpid(),
            slurm_job=os.environ.get("SLURM_JOB_ID"),
        )
        write_text(self.path, entry.model_dump_json() + "\n")

    def patient(self, patient: str, failed: str | None = None) -> None:
        """Write down that a patient was worked on."""
        self._add(Seen(patient=patient, failed=one_line(failed) if failed is not None else None))

    def end(self, seconds: float, error: str | None = None) -> None:
        """Write down the end and what this process and its children took."""
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        self._add(
            Ended(
                time=time.time(),
                s=round(seconds, 3),
                cpu_time=round(sum(one.ru_utime + one.ru_stime for one in used), 3),
                max_rss=round(max(one.ru_maxrss for one in used) / 1024, 1),
                error=one_line(error) if error is not None else None,
            )
        )

    def _add(self, entry: Entry) -> None:
        if self.path is None:
            return
        with self.path.open("a", encoding="utf-8") as file:
            file.write(entry.model_dump_json() + "\n")


def diary_beside(log: Path | None) -> Diary:
    """Return the diary of the job that has this log."""
    return Diary(log.with_suffix(SUFFIX) if log else None)


#: SIGTERM comes from whoever ends a job in good order: SLURM at its time limit, `scancel`, a person.
STOPPED = "stopped from outside: its time limit, or somebody"


def what_matters(error: BaseException) -> str:
    """Return an exception in one line.

    Of what is no message for people only the kind and the place: its text could quote a person's data.
    """
    if isinstance(error, AlsScreenError | OSError):
        return str(error).strip().split("\n")[0]
    if isinstance(error, SystemExit):
        return STOPPED
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "als_screen" in frame.filename] or frames
    where = f" in {Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{where}: a bug, see the log"


@dataclass(frozen=True, slots=True)
class Told:
    """What a diary tells: `ended` is None while the job works, and for ever where it was killed."""

    started: Started | None = None
    seen: tuple[Seen, ...] = ()
    ended: Ended | None = None

    def with_entries(self, entries: Iterable[Entry]) -> Told:
        """Return what is told with more entries; a start begins anew."""
        started, seen, ended = self.started, list(self.seen), self.ended
        for entry in entries:
            if isinstance(entry, Started):
                started, seen, ended = entry, [], None
            elif isinstance(entry, Seen):
                seen.append(entry)
            else:
                ended = entry
        return Told(started, tuple(seen), ended)


def parse(text: str) -> list[Entry]:
    """Return the entries of whole lines; raise `ValueError` where one is none."""
    return [_ENTRY.validate_json(line) for line in text.splitlines()]


def read_diary(path: Path) -> Told:
    """Return what a diary tells, nothing where there is none; the last line may still be half written.

    Raises:
        AlsScreenError: it cannot be read, or is no diary.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return Told().with_entries(parse(text[: text.rfind("\n") + 1]))
    except FileNotFoundError:
        return Told()
    except (OSError, ValueError) as error:
        raise AlsScreenError(f"{path}: not what a job writes down ({one_line(str(error))})") from error
