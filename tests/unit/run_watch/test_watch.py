from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from als_screen.files import write_text
from als_screen.run_watch import watch
from als_screen.run_watch.diary import Diary
from als_screen.run_watch.folder import diary_path
from als_screen.run_watch.state import STEPS, End, read_state
from als_screen.run_watch.watch import Watch

BUG = "KeyError in x.py, line 1: a bug, see the log"
JOBS = [*((step, "a") for step in STEPS), ("report_cohort", ""), ("finish", ""), ("all", "")]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "FIRST_LINE", 0.0)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Give back the signal handlers that a watch replaces."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def run(tmp_path: Path) -> Watch:
    return Watch(tmp_path, {"a": 2}, pdf=False)


def work(directory: Path, *, failed: str | None = None, error: str | None = None) -> None:
    """Write what the jobs of a slice of two write down; with an error, the first is the last."""
    for step in STEPS:
        diary = Diary(diary_path(directory / "logs", step, "a"))
        diary.start()
        diary.patient("P1")
        diary.patient("P2", failed)
        diary.end(1, error)
        if error:
            return


def log_of(directory: Path) -> list[str]:
    lines = (directory / "logs" / "progress.log").read_text(encoding="utf-8").splitlines()
    return [line.partition(" | ")[2] for line in lines]


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("nothing came")


def test_what_is_planned_is_written_down_first(run: Watch, tmp_path: Path) -> None:
    Diary(diary_path(tmp_path / "logs", "check_inputs", "a")).start()
    run.start(JOBS)
    state = read_state(tmp_path)
    assert state is not None
    assert (state.patients, state.jobs, state.end) == (2, 9, None)
    assert state.planned == {**dict.fromkeys(STEPS, ("a",)), "report_cohort": ("",)}
    assert not diary_path(tmp_path / "logs", "check_inputs", "a").exists(), "it is done again"
    run.end(well=False)


@pytest.mark.usefixtures("quick")
def test_progress_and_failures_are_told_while_the_jobs_work(
    run: Watch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run.start(JOBS)
    work(tmp_path, failed="b.bam: cut; copy it again")
    log = tmp_path / "logs" / "progress.log"
    wait_for(lambda: log.exists() and "of 2 patients done" in log.read_text())
    run.end(well=True)
    failure = "failed patient | P2 | interpret | b.bam: cut; copy it again | see the patient's report"
    assert log_of(tmp_path).count(failure) == 1
    assert log_of(tmp_path)[-1] == "finished | 1 of 2 patients done, 1 failed, 0 left | 100 % of the work"
    told = capfd.readouterr().err
    assert f"als-screen | {failure}\n" in told
    assert "\r" not in told
    assert "\x1b" not in told


def ended(directory: Path) -> tuple[End | None, str | None]:
    state = read_state(directory)
    assert state is not None
    assert state.ended is not None
    return state.end, state.stopped_by


def test_a_run_that_finished_with_failed_patients(run: Watch, tmp_path: Path) -> None:
    write_text(tmp_path / "results" / "failed.json", "{}")
    run.start(JOBS)
    work(tmp_path, failed="why")
    write_text(tmp_path / "results" / "failed.json", "{}")
    run.end(well=False)
    assert ended(tmp_path) == (End.FINISHED_WITH_FAILURES, None)
    assert not [line for line in log_of(tmp_path) if "same command" in line]


def test_a_broken_run_names_job_and_patients_and_says_how_to_go_on(run: Watch, tmp_path: Path) -> None:
    write_text(tmp_path / "results" / "failed.json", "{}")  # of an earlier run
    run.start(JOBS)
    work(tmp_path, failed="why", error=BUG)
    run.end(well=False)
    assert ended(tmp_path) == (End.BROKEN, None)
    assert log_of(tmp_path)[-3:] == [
        f"failed job | - | check_inputs/a | {BUG} | see logs/check_inputs/a.log",
        "failed patient | P2 | check_inputs | why | see the patient's report",
        "what is done is kept: the same command goes on from here",
    ]


@pytest.mark.parametrize(
    ("number", "cluster", "interrupts"),
    [(signal.SIGINT, False, True), (signal.SIGTERM, False, False), (signal.SIGTERM, True, True)],
)
def test_a_stopped_run_says_by_what(
    run: Watch, tmp_path: Path, number: signal.Signals, cluster: bool, interrupts: bool
) -> None:
    """On this machine Snakemake's own handler of SIGTERM lets running jobs end; on a cluster they end."""
    waited: list[int] = []
    lock, told_to_wait = threading.Lock(), threading.Event()

    def wait_for_jobs(number: int, _: FrameType | None) -> None:
        if lock.acquire(timeout=5):  # as Snakemake's handler does, which waits for ever
            lock.release()
            waited.append(number)
            told_to_wait.set()

    signal.signal(signal.SIGTERM, wait_for_jobs)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run.start(JOBS, cluster)
    if interrupts:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    else:
        with lock:  # the signal comes while the scheduler is at work
            signal.raise_signal(number)
        assert told_to_wait.wait(10)
    assert bool(waited) != interrupts
    run.end(well=False)
    assert ended(tmp_path) == (End.STOPPED, number.name)
    told = f"stopped by {number.name}; what is done is kept: the same command goes on from here"
    assert log_of(tmp_path)[-1] == told


@pytest.mark.usefixtures("quick")
def test_a_damaged_diary_ends_the_telling_and_not_the_run(
    run: Watch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run.start(JOBS)
    path = diary_path(tmp_path / "logs", "check_inputs", "a")
    write_text(path, "no diary\n")
    wait_for(lambda: run._thread is not None and not run._thread.is_alive())
    assert "progress cannot be told" in capfd.readouterr().err
    run.end(well=True)
    assert ended(tmp_path) == (End.FINISHED, None)


def test_a_hook_without_a_start_says_nothing(run: Watch, tmp_path: Path) -> None:
    run.end(well=True)
    assert list(tmp_path.iterdir()) == []
