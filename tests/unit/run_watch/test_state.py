from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.run_lock import one_run_at_a_time
from als_screen.run_watch.state import LOCK, RunState, is_locked, read_state, write_state


def test_a_state_comes_back(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    state = RunState(started=1, seen=2, host="h", process=3, batches={"a": 2, "b": 1}, planned={}, jobs=4)
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state
    assert state.patients == 3


def test_the_lock_of_a_run_is_seen_and_looking_does_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_locked(tmp_path)
    with one_run_at_a_time(LOCK.parent):
        assert is_locked(tmp_path)
        with pytest.raises(InputError, match="another run is working"):
            one_run_at_a_time(LOCK.parent)
    assert not is_locked(tmp_path)


LOOK_FOR_A_MOMENT = """
import fcntl, sys, time
with open(sys.argv[1]) as lock:
    fcntl.flock(lock, fcntl.LOCK_SH)
    print("looking", flush=True)
    time.sleep(0.1)
"""


def test_a_run_that_starts_while_somebody_looks_waits_for_that_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    LOCK.parent.mkdir()
    LOCK.touch()
    command = [sys.executable, "-S", "-c", LOOK_FOR_A_MOMENT, str(LOCK)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as looking:
        assert looking.stdout
        looking.stdout.readline()
        with one_run_at_a_time(LOCK.parent) as lock, (tmp_path / LOCK).open() as other:
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
            assert not lock.closed
