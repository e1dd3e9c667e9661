"""Patients of a batch in worker processes: one that dies takes only its patient with it.

Each worker is a fork of this process, so that what is loaded already is shared, and works on one patient
after the other. A worker that crashes, is killed, or goes over a limit is replaced, and only the patient that
it was working on is lost, with the reason. An exception is a bug: it stops everything, with its traceback.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
FoundT = TypeVar("FoundT")
_FORK = multiprocessing.get_context("fork")
MEGABYTE = 1 << 20
#: Seconds after which it is looked again whether a time is over: the kernel takes no more than some weeks.
LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Crew:
    """How many patients at once, and what one may take.

    Attributes:
        workers: processes; 0 works in this process, without limits and without protection.
        seconds: wall time of one patient in one step; None is no limit.
        memory_mb: data memory of one worker in MB (`RLIMIT_DATA`); None is no limit.
        tell: is told of each patient when it is done with, and why where that failed.
    """

    workers: int = 0
    seconds: float | None = None
    memory_mb: int | None = None
    tell: Callable[[str, str | None], None] = lambda patient, failed: None


@dataclass(frozen=True, slots=True)
class Died:
    """Why there is no answer for an item: how the worker that had it ended."""

    reason: str


class WorkerBug(Exception):  # noqa: N818
    """An exception in a worker, with its traceback there: a bug."""


def each(
    one: Callable[[ItemT], FoundT],
    items: Sequence[ItemT],
    crew: Crew,
    seen: Callable[[int, FoundT | Died], None] = lambda number, outcome: None,
) -> list[FoundT | Died]:
    """Return `one(item)` for every item, in their order; `Died` where the worker did not survive it.

    `seen` is called in this process with number and outcome of each item, as soon as it is there.

    Raises:
        OSError: `one` raised it: a full disk is no bug, and not one patient's.
        WorkerBug: `one` raised another exception in a worker.
    """
    found: dict[int, FoundT | Died] = {}
    if not crew.workers:
        for number, item in enumerate(items):
            found[number] = answer = one(item)
            seen(number, answer)
        return list(found.values())
    waiting = list(reversed(range(len(items))))
    busy: list[_Worker[ItemT, FoundT]] = []
    idle = [_Worker(one, items, crew) for _ in range(min(crew.workers, len(items)))]
    try:
        while waiting or busy:
            while waiting and idle:
                busy.append(idle.pop())
                busy[-1].give(waiting.pop())
            for worker in _ready(busy):
                found[worker.number] = outcome = worker.outcome()
                seen(worker.number, outcome)
                busy.remove(worker)
                if isinstance(outcome, Died):
                    worker.stop()
                idle.append(_Worker(one, items, crew) if isinstance(outcome, Died) else worker)
    finally:
        for worker in [*busy, *idle]:
            worker.stop()
    return [found[number] for number in range(len(items))]


@dataclass(slots=True)
class _Worker(Generic[ItemT, FoundT]):
    """One process, forked when it gets its first item."""

    one: Callable[[ItemT], FoundT]
    items: Sequence[ItemT]
    crew: Crew
    number: int = -1
    deadline: float | None = None
    _process: multiprocessing.process.BaseProcess | None = None
    _ours: Connection | None = field(default=None, repr=False)
    _scratch: tempfile.TemporaryDirectory[str] | None = None

    @property
    def connection(self) -> Connection:
        if self._ours is None:
            self._ours, theirs = _FORK.Pipe()
            self._scratch = tempfile.TemporaryDirectory(prefix="als-screen-")
            arguments = (self.one, self.items, self.crew.memory_mb, theirs, self._ours, self._scratch.name)
            self._process = _FORK.Process(target=_work, args=arguments, daemon=True)
            self._process.start()
            theirs.close()
        return self._ours

    def give(self, number: int) -> None:
        """Let the process work on an item."""
        self.number = number
        try:
            self.connection.send(number)
        except BrokenPipeError:  # it died while it had nothing to do
            self.stop()
            self._ours = None
            self.connection.send(number)
        self.deadline = time.monotonic() + self.crew.seconds if self.crew.seconds else None

    def outcome(self) -> FoundT | Died:
        """Return what became of the item, once there is something to read or the time is over."""
        if not self.connection.poll() and self.deadline and time.monotonic() >= self.deadline:
            return Died(f"took longer than {self.crew.seconds:g} s (limits.seconds)")
        try:
            found, bug = self.connection.recv()
        except EOFError:
            return Died(self._end())
        if isinstance(bug, OSError):
            raise bug
        if bug:
            raise WorkerBug(bug)
        answer: FoundT | Died = found
        return answer

    def _end(self) -> str:
        assert self._process is not None  # noqa: S101
        self._process.join()
        code = self._process.exitcode or 0
        if code >= 0:
            return f"the process that worked on it ended with code {code}"
        memory = ", as happens when memory runs out" if -code == signal.SIGKILL else ""
        return f"the process that worked on it was ended by {signal.Signals(-code).name}{memory}"

    def stop(self) -> None:
        """End the process, whatever it does, and remove the temporary files that it leaves."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self.connection.close()
        if self._scratch is not None:
            self._scratch.cleanup()


def _ready(busy: Sequence[_Worker[ItemT, FoundT]]) -> list[_Worker[ItemT, FoundT]]:
    """Wait until something has come of at least one item."""
    deadlines = [worker.deadline for worker in busy if worker.deadline is not None]
    timeout = max(0.0, min([*deadlines, time.monotonic() + LONGEST_WAIT]) - time.monotonic())
    readable = wait([worker.connection for worker in busy], timeout)
    now = time.monotonic()
    return [
        worker
        for worker in busy
        if worker.connection in readable or (worker.deadline is not None and now >= worker.deadline)
    ]


def _limit_memory(memory_mb: int | None) -> str:
    """Limit the data memory of this process; return why an item failed that needs more.

    Where the system lets no process have so much (`ulimit -H -d`), that is the limit.
    """
    if memory_mb is None:
        return "needs more memory than there is"
    hard, wanted = resource.getrlimit(resource.RLIMIT_DATA)[1], memory_mb * MEGABYTE
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    whose = "limits.memory_mb" if limit == wanted else "the limit of this machine, `ulimit -H -d`"
    return f"needs more than {limit // MEGABYTE} MB of memory ({whose})"


def _work(
    one: Callable[[ItemT], FoundT],
    items: Sequence[ItemT],
    memory_mb: int | None,
    connection: Connection,
    parents: Connection,
    scratch: str,
) -> None:
    """Answer for one item after the other, until the other side has gone; temporary files go to `scratch`."""
    parents.close()
    tempfile.tempdir = scratch
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):  # whoever stops the job stops the parent, which
        signal.signal(number_of_signal, signal.SIG_IGN)  # ends this: no patient may look like the reason
    too_much = _limit_memory(memory_mb)
    while True:
        try:
            number = connection.recv()
        except EOFError:
            return
        try:
            answer: tuple[FoundT | Died | None, str | OSError] = (one(items[number]), "")
        except MemoryError:
            answer = Died(too_much), ""
        except OSError as error:
            answer = None, OSError(error.errno, error.strerror, error.filename)
        except Exception:
            answer = None, traceback.format_exc()
        connection.send(answer)
