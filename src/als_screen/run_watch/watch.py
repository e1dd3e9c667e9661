"""Tells the person of a run how far it is, while Snakemake works: on the terminal and in `logs/progress.log`.

The Snakefile's `onstart`, `onsuccess` and `onerror` call a `Watch`, in the one process that runs Snakemake,
wherever the jobs are. Lines are only ever added, never drawn over, so that a log of the terminal stays whole.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType

from als_screen.errors import AlsScreenError
from als_screen.finish import FAILED
from als_screen.run_watch.folder import DiaryFolder, forget, jobs_of
from als_screen.run_watch.progress import Failure, failed_jobs, failures, progress
from als_screen.run_watch.state import PDF_COST, SIGN_OF_LIFE, STEPS, End, RunState, write_state

#: Seconds from the start to the first line of progress, then twice as long each time, up to these.
FIRST_LINE = 5.0
SLOWEST_ON_TERMINAL = 20.0
SLOWEST_IN_LOG = 60.0
#: Looking takes at most this part of the time, and happens every second at most.
SHARE = 0.05
PROGRESS_LOG = Path("logs") / "progress.log"
#: Lines of failed patients that are repeated at the end of a run that did not finish.
MOST_LINES = 50


class Watch:
    """Watches one run."""

    def __init__(self, directory: Path, batches: Mapping[str, int], pdf: bool) -> None:
        self.directory = directory
        self.batches = dict(batches)
        self.costs = STEPS | ({"report_patients": STEPS["report_patients"] + PDF_COST} if pdf else {})
        self.stopped_by: str | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: set[str] = set()

    def start(self, jobs: Iterable[tuple[str, str]], cluster: bool = False) -> None:
        """Write down what is planned, and begin to tell.

        Args:
            jobs: what this run has to do: rule and slice ("" for a job of the whole cohort).
            cluster: jobs run elsewhere, so that a SIGTERM cancels them instead of waiting for them.
        """
        wanted = list(jobs)
        planned: dict[str, list[str]] = {}
        for rule, batch in wanted:
            planned.setdefault(rule, []).append(batch)
        known = set(jobs_of(self.batches))
        now = time.time()
        self.state = RunState(
            started=now,
            seen=now,
            host=os.uname().nodename,
            process=os.getpid(),
            batches=self.batches,
            planned={
                rule: tuple(sorted(batch for batch in found if (rule, batch) in known))
                for rule, found in planned.items()
                if any((rule, batch) in known for batch in found)
            },
            costs=self.costs,
            jobs=len(wanted),
        )
        self._marker = _identity(self.directory / "results" / FAILED)
        self.folder = DiaryFolder(self.directory / "logs", self.state)
        self._listen(cluster)
        with _only_telling():
            forget(self.directory / "logs", [job for job in wanted if job in known])
            write_state(self.directory, self.state)
        self._thread = threading.Thread(target=self._watch, name="als-screen watch", daemon=True)
        self._thread.start()

    def end(self, well: bool) -> None:
        """Tell how the run ended, and write it down."""
        if self._thread is None:
            return
        self._over.set()
        self._thread.join()
        end = self._how(well)
        now = time.time()
        self.state = self.state.model_copy(
            update={"seen": now, "ended": now, "end": end, "stopped_by": self.stopped_by}
        )
        with _only_telling():
            write_state(self.directory, self.state)
        with _only_telling():
            self._say_end(end)

    def _how(self, well: bool) -> End:
        marker = _identity(self.directory / "results" / FAILED)
        if well:
            return End.FINISHED
        if marker not in (None, self._marker):  # `finish` runs only when all else is done
            return End.FINISHED_WITH_FAILURES
        return End.STOPPED if self.stopped_by else End.BROKEN

    def _say_end(self, end: End) -> None:
        diaries = self.folder.read()
        self._tell_failures(failures(self.state, diaries))
        self.say(f"{end.replace('_', ' ')} | {progress(self.state, diaries, time.time()).line()}")
        if end not in (End.BROKEN, End.STOPPED):
            return
        for problem in failed_jobs(self.state, diaries, alive=False) if end is End.BROKEN else []:
            self.say(f"failed job | {problem.line()}")
        found = failures(self.state, diaries)
        for failure in found[:MOST_LINES]:
            self.say(f"failed patient | {failure.line()}")
        if len(found) > MOST_LINES:
            self.say(f"... and {len(found) - MOST_LINES} more failed patients: als-screen status --json")
        how = f"stopped by {self.stopped_by}; " if end is End.STOPPED else ""
        self.say(f"{how}what is done is kept: the same command goes on from here")

    def say(self, text: str) -> None:
        """Say a line on the terminal, and with the time in `logs/progress.log`."""
        print(f"als-screen | {text}", file=sys.stderr, flush=True)  # noqa: T201
        stamp = datetime.now().astimezone().isoformat(timespec="seconds")
        with (self.directory / PROGRESS_LOG).open("a", encoding="utf-8") as log:
            log.write(f"{stamp} | {text}\n")

    def _watch(self) -> None:
        """Look, and tell, until the run is over; what goes wrong here ends the telling, not the run."""
        with _only_telling():
            self._look_on()

    def _look_on(self) -> None:
        slowest = SLOWEST_ON_TERMINAL if sys.stderr.isatty() else SLOWEST_IN_LOG
        pause, next_line, last = FIRST_LINE, time.monotonic() + FIRST_LINE, ""
        wait = 1.0
        while not self._over.wait(wait):
            begun = time.monotonic()
            diaries = self.folder.read()
            self._tell_failures(failures(self.state, diaries))
            if begun >= next_line:
                line = progress(self.state, diaries, time.time()).line()
                if line != last:
                    self.say(line)
                pause, last = min(pause * 2, slowest), line
                next_line = begun + pause
            if time.time() - self.state.seen >= SIGN_OF_LIFE:
                self.state = self.state.model_copy(update={"seen": time.time()})
                write_state(self.directory, self.state)
            wait = max(1.0, (time.monotonic() - begun) / SHARE)

    def _tell_failures(self, found: Sequence[Failure]) -> None:
        for failure in found:
            if failure.patient not in self._told:
                self._told.add(failure.patient)
                self.say(f"failed patient | {failure.line()}")

    def _listen(self, cluster: bool) -> None:
        """Remember which signal stops the run; what Snakemake does about it stays as it is.

        Only a SIGTERM on a cluster is made a Ctrl-C: Snakemake would wait for jobs that may not have begun.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            if cluster and number is signal.SIGTERM:
                before = signal.default_int_handler
            if callable(before):  # what is ignored stops nothing
                signal.signal(number, self._remembering(before))

    def _remembering(
        self, before: Callable[[int, FrameType | None], object]
    ) -> Callable[[int, FrameType | None], None]:
        def stop(number: int, frame: FrameType | None) -> None:
            if self.stopped_by is None:
                self.stopped_by = signal.Signals(number).name
            if before is signal.default_int_handler:
                before(number, frame)
            else:
                # Snakemake's handler takes the lock of its scheduler: if the signal comes while that lock is
                # held, the main thread would wait for itself for ever.
                threading.Thread(target=before, args=(number, frame)).start()

        return stop


@contextmanager
def _only_telling() -> Iterator[None]:
    """Say that nothing can be told, and go on: a full disk or a damaged diary is no reason to end a run."""
    try:
        yield
    except (OSError, AlsScreenError) as error:
        print(f"als-screen | progress cannot be told: {error}", file=sys.stderr)  # noqa: T201


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
