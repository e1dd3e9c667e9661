from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from als_screen.cli import main
from als_screen.errors import InputError
from als_screen.files import write_text
from als_screen.run_watch.diary import Diary
from als_screen.run_watch.folder import diary_path
from als_screen.run_watch.progress import KILLED
from als_screen.run_watch.state import GONE_AFTER, LOCK, STEPS, End, RunState, write_state
from als_screen.run_watch.status import Standing, status_of

BUG = "KeyError in x.py, line 1: a bug, see the log"
HOST = os.uname().nodename
FAILED = {"patients": 2, "lines": ["P2 | not analysed | why | see the patient's report"]}


def wrote(directory: Path, **more: Any) -> RunState:
    fields = {"started": time.time() - 60, "seen": time.time(), "host": HOST, "process": 5} | more
    state = RunState(batches={"a": 2}, planned=dict.fromkeys(STEPS, ("a",)), jobs=9, **fields)
    write_state(directory, state)
    return state


def work(directory: Path, *steps: str, error: str | None = None) -> None:
    for step in steps:
        diary = Diary(diary_path(directory / "logs", step, "a"))
        diary.start()
        diary.patient("P1")
        diary.patient("P2", "b.bam: cut")
        if error is not None:
            diary.end(1, error or None)


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as caught:
        main(["status", *arguments])
    told = capsys.readouterr()
    return int(str(caught.value.code)), told.out + told.err


def test_while_it_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrote(tmp_path)
    work(tmp_path, "check_inputs", error="")
    work(tmp_path, "screen_repeat")
    (tmp_path / LOCK).parent.mkdir()
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, told = asked(capsys, str(tmp_path))
        assert status_of(tmp_path).state is Standing.RUNNING
    assert code == 0
    lines = told.splitlines()
    assert lines[0] == f"{tmp_path}: running"
    assert "last sign of life" in lines[1]
    assert lines[2].startswith("0 of 2 patients done, 1 failed, 1 left | ")
    assert lines[3:5] == ["  check_inputs: 1 done", "  screen_variants: 1 waiting"]
    assert lines[-1] == "  P2 | check_inputs | b.bam: cut | see the patient's report"


@pytest.mark.parametrize(
    ("more", "standing", "code", "why"),
    [
        ({}, Standing.KILLED, 1, "no end, and nobody holds the lock"),
        ({"host": "elsewhere"}, Standing.RUNNING, 0, "another machine, that was heard of just now"),
        ({"host": "elsewhere", "seen": time.time() - GONE_AFTER - 60}, Standing.KILLED, 1, "not for long"),
        ({"end": End.FINISHED, "ended": time.time()}, Standing.FINISHED, 0, "finished"),
        ({"end": End.FINISHED_WITH_FAILURES, "ended": 0.0}, Standing.FINISHED_WITH_FAILURES, 3, "failures"),
        ({"end": End.BROKEN, "ended": 0.0}, Standing.BROKEN, 1, "a job failed"),
        ({"end": End.STOPPED, "ended": 0.0, "stopped_by": "SIGINT"}, Standing.STOPPED, 1, "Ctrl-C"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_a_run_stands(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, Any],
    standing: Standing,
    code: int,
    why: str,
) -> None:
    wrote(tmp_path, **more)
    write_text(tmp_path / "results" / "failed.json", json.dumps(FAILED))
    write_text(tmp_path / "results" / "findings" / "a.jsonl", "")
    found, told = asked(capsys, "--json", str(tmp_path))
    assert found == code, why
    answer = json.loads(told)
    assert (answer["state"], answer["exit_code"], answer["patients"]) == (standing, code, 2)
    finished = standing in (Standing.FINISHED, Standing.FINISHED_WITH_FAILURES)
    assert answer["failed_patients"] == (FAILED["lines"] if finished else [])


@pytest.mark.parametrize("end", [End.FINISHED, End.FINISHED_WITH_FAILURES])
@pytest.mark.parametrize("gone", ["complete.json", "findings/a.jsonl"])
def test_a_run_whose_results_are_gone_has_not_finished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], end: End, gone: str
) -> None:
    wrote(tmp_path, end=end, ended=0.0)
    for name in {"complete.json", "findings/a.jsonl"} - {gone}:
        write_text(tmp_path / "results" / name, '{"patients": 2}')
    code, told = asked(capsys, str(tmp_path))
    assert code == 1
    assert "its last start ended well, but results of the run are not there" in told


def test_a_killed_run_names_the_jobs_that_were_at_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrote(tmp_path)
    work(tmp_path, "check_inputs", error="")
    work(tmp_path, "screen_variants", error=BUG)
    work(tmp_path, "screen_repeat")
    code, told = asked(capsys, str(tmp_path))
    assert code == 1
    assert "it ended without a word" in told.splitlines()[0]
    assert told.splitlines()[-3:] == [
        "jobs that failed: 2",
        f"  - | screen_variants/a | {BUG} | see logs/screen_variants/a.log",
        f"  - | screen_repeat/a | {KILLED} | see logs/screen_repeat/a.log",
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("failed.json", json.dumps(FAILED), 3),
        ("complete.json", '{"patients": 2}', 0),
        ("inputs.json", "{}", 2),
        ("failed.json", "{", 2),
        ("failed.json", "[" * 100_000, 2),
        ("complete.json", "{", 2),
    ],
    ids=["failed", "complete", "neither", "damaged", "deep", "damaged end"],
)
def test_results_of_a_module_tell_their_end_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, code: int
) -> None:
    write_text(tmp_path / "results" / name, content)
    assert asked(capsys, str(tmp_path))[0] == code


def test_failures_that_a_module_tolerates_are_told_and_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    end = '{"patients": 2, "lines": ["P1 | not analysed"]}'
    for name in ("failed.json", "complete.json"):
        write_text(tmp_path / "results" / name, end)
    code, told = asked(capsys, str(tmp_path))
    assert (code, "P1 | not analysed" in told) == (0, True)


def test_what_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    for path, why in (
        (tmp_path / "none", "cannot be read: No such file or directory"),
        (tmp_path / "file", "is not a directory"),
        (tmp_path, "has no run in it"),
    ):
        code, told = asked(capsys, str(path))
        assert (code, told.count("\n")) == (2, 1)
        assert f"{path} | {why} | " in told


@pytest.mark.parametrize("content", ["{", "{}", '{"schema_version": "1.0"}'])
def test_a_damaged_state_is_told(tmp_path: Path, content: str) -> None:
    write_text(tmp_path / "logs" / "run.json", content)
    with pytest.raises(InputError, match=r"run\.json: not the state of a run"):
        status_of(tmp_path)


def test_a_damaged_diary_and_an_unreadable_state_are_told(tmp_path: Path) -> None:
    wrote(tmp_path)
    write_text(diary_path(tmp_path / "logs", "interpret", "a"), "x\n")
    with pytest.raises(InputError, match="not what a job writes down"):
        status_of(tmp_path)
    (tmp_path / "logs" / "run.json").unlink()
    (tmp_path / "logs" / "run.json").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        status_of(tmp_path)
