from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen import workers as module
from als_screen.workers import MEGABYTE, Crew, Died, WorkerBug, each


def square(number: int) -> int:
    return number * number


@settings(max_examples=15, deadline=None)
@given(items=st.lists(st.integers(), max_size=12), workers=st.integers(0, 4))
def test_any_crew_gives_what_one_process_gives_in_the_same_order(items: list[int], workers: int) -> None:
    assert each(square, items, Crew(workers)) == [square(item) for item in items]


def crash(signal_number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), signal_number)


def too_much_memory() -> None:
    bytearray(2_000 * MEGABYTE)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (crash(signal.SIGSEGV), "ended by SIGSEGV"),
        (crash(signal.SIGKILL), "ended by SIGKILL, as happens when memory runs out"),
        (lambda: os._exit(7), "ended with code 7"),
        (lambda: time.sleep(600), "took longer than 0.5 s (limits.seconds)"),
        (too_much_memory, "needs more than 1000 MB of memory (limits.memory_mb)"),
    ],
    ids=["segfault", "killed", "exit", "endless", "memory"],
)
def test_a_worker_that_dies_takes_its_item_only(
    workers: int, end: Callable[[], None], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(number: int) -> int:
        Path(tempfile.mkdtemp(), "copy").touch()
        if number in (1, 4):
            end()
        return square(number)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seconds = 0.5 if "took longer" in reason else 60.0  # no other end may depend on how busy a machine is
    found = each(one, range(6), Crew(workers, seconds=seconds, memory_mb=1000))
    assert list(tmp_path.iterdir()) == [], "temporary files are removed"
    assert [answer for answer in found if not isinstance(answer, Died)] == [0, 4, 9, 25]
    for number in (1, 4):
        answer = found[number]
        assert isinstance(answer, Died)
        assert reason in answer.reason


def test_what_the_machine_allows_is_the_limit_where_it_is_less(monkeypatch: pytest.MonkeyPatch) -> None:
    hard = 1500 * MEGABYTE
    monkeypatch.setattr(resource, "getrlimit", lambda _: (hard, hard))  # as after `ulimit -d`
    found = each(lambda _: too_much_memory(), range(1), Crew(1, memory_mb=4000))
    reason = "needs more than 1500 MB of memory (the limit of this machine, `ulimit -H -d`)"
    assert found == [Died(reason)]


def test_a_hard_limit_below_the_configured_one_is_no_error() -> None:
    """In a process of its own, since a hard limit is for good."""
    code = (
        "import resource as r; from als_screen.workers import Crew, each; "
        "r.setrlimit(r.RLIMIT_DATA, (3 << 30, 3 << 30)); "
        "print(each(str, [1], Crew(1, 900, 4000)), each(str, [2], Crew(1, 900, None)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "['1'] ['2']\n", done.stderr


def test_memory_that_runs_out_without_a_limit_is_told() -> None:
    def one(_: int) -> None:
        raise MemoryError

    assert each(one, range(1), Crew(1)) == [Died("needs more memory than there is")]


@pytest.mark.parametrize("seconds", [1e7, 1e18, float("inf")])
def test_however_long_an_item_may_take(seconds: float) -> None:
    assert each(square, range(3), Crew(2, seconds=seconds)) == [0, 1, 4]


def test_waiting_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.01)

    def slowly(number: int) -> int:
        time.sleep(0.2)
        return number

    assert each(slowly, range(2), Crew(1)) == [0, 1]


def test_a_bug_stops_everything_with_its_traceback() -> None:
    def one(number: int) -> int:
        return [1, 2][number]

    with pytest.raises(WorkerBug, match=r"(?s)Traceback.*return \[1, 2\]\[number\].*IndexError"):
        each(one, range(4), Crew(2))
    assert multiprocessing.active_children() == []


def test_without_workers_nothing_is_forked() -> None:
    assert set(each(lambda _: os.getpid(), range(3), Crew())) == {os.getpid()}


def test_workers_are_forked_once_and_work_at_the_same_time(tmp_path: Path) -> None:
    def one(number: int) -> int:
        (tmp_path / str(number)).touch()
        while len(list(tmp_path.iterdir())) < 2:  # waits for the other
            time.sleep(0.01)
        return os.getpid()

    found: Sequence[int | Died] = each(one, range(6), Crew(2, seconds=60))
    assert len(set(found)) == 2
    assert os.getpid() not in found


def test_nobody_is_left_behind() -> None:
    each(square, range(4), Crew(3))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [0, 2])
def test_every_item_is_told_once_as_soon_as_it_is_done_with(workers: int) -> None:
    told: dict[int, int | Died] = {}

    def seen(number: int, outcome: int | Died) -> None:
        assert number not in told
        told[number] = outcome

    found = each(square, range(5), Crew(workers), seen)
    assert [told[number] for number in range(5)] == found


def test_who_stops_a_job_does_not_look_like_a_patients_fault() -> None:
    def one(number: int) -> int:
        for stop in (signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), stop)
        return number

    assert each(one, range(2), Crew(2)) == [0, 1]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_full_disk_is_no_bug_and_not_one_items(workers: int) -> None:
    def write(_: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "results/x")

    with pytest.raises(OSError, match="No space left") as caught:
        each(write, [1, 2], Crew(workers))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "results/x")
