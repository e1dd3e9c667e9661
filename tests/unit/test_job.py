from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.config import Settings, settings_json
from als_screen.errors import AlsScreenError, InputError, Problem
from als_screen.job import Job, batch_job, main
from als_screen.resources import DEFAULT_RESOURCES
from als_screen.run_watch.diary import read_diary

Run = Callable[..., Job]


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a caller of `batch_job` with a command line."""
    (tmp_path / "a.vcf").touch()
    (tmp_path / "s.tsv").write_text("patient\tvcf\nP1\ta.vcf\nP2\ta.vcf\nP3\ta.vcf\n")
    settings = settings_json(Settings(samples=tmp_path / "s.tsv", batch_size=2))
    usual = ["--settings", settings, "--resources", str(DEFAULT_RESOURCES), "--output", "out.json"]

    def run(batch: str, *more: str, inputs: tuple[str, ...] = ()) -> Job:
        monkeypatch.setattr(sys, "argv", ["script.py", *usual, "--batch", batch, *more])
        return batch_job("What it does.", inputs)

    return run


def test_a_job_is_a_slice_of_the_sheet(job: Run) -> None:
    found = job("unbatched.0002", "--checks", "c.json", inputs=("checks",))
    assert [row.patient for row in found.patients] == ["P3"]
    assert (found.batch, found.output, found.inputs) == (
        "unbatched.0002", Path("out.json"), {"checks": Path("c.json")},
    )  # fmt: skip
    assert found.settings.batch_size == 2
    assert found.resources.root == DEFAULT_RESOURCES


def test_a_batch_that_left_the_sheet_is_told(job: Run) -> None:
    with pytest.raises(AlsScreenError, match=r"batch gone\.0001 has left the sheet; start the run again"):
        job("gone.0001")


def test_a_missing_argument_is_told_by_name(job: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        job("unbatched.0001", inputs=("checks",))
    assert "--checks" in capsys.readouterr().err


def ends(body: Callable[[], int | None]) -> object:
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as caught:
            main(body)
    finally:
        signal.signal(signal.SIGTERM, before)
    return caught.value.code


def test_how_a_script_ends(capsys: pytest.CaptureFixture[str]) -> None:
    def wrong_input() -> None:
        raise InputError([Problem("P1", "x", "a", "b"), Problem("P2", "y", "c", "d")])

    def wrong_file() -> None:
        raise AlsScreenError("x.jsonl: no records")

    assert ends(lambda: None) == 0
    assert ends(lambda: 3) == 3
    assert ends(wrong_input) == 2
    assert capsys.readouterr().err == "P1 | x | a | b\nP2 | y | c | d\n"
    assert ends(wrong_file) == "error: x.jsonl: no records", "a text is printed, and the code is 1"


def test_a_bug_keeps_its_traceback() -> None:
    def bug() -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError, match="bug"):
        main(bug)


def test_what_a_job_writes_down_beside_its_log(job: Run, tmp_path: Path) -> None:
    log = tmp_path / "screen_repeat" / "x.log"
    found = job("unbatched.0001", "--log", str(log))
    diary = tmp_path / "screen_repeat" / "x.jsonl"

    def works() -> None:
        found.crew.tell("P1", None)
        found.plain_crew.tell("P2", "why")

    def fails() -> None:
        raise AlsScreenError("x.jsonl: no records")

    assert ends(works) == 0
    told = read_diary(diary)
    assert [(seen.patient, seen.failed) for seen in told.seen] == [("P1", None), ("P2", "why")]
    assert told.ended is not None
    assert told.ended.error is None
    ends(fails)
    told = read_diary(diary)
    assert told.seen == ()
    assert told.ended is not None
    assert told.ended.error == "x.jsonl: no records"


SLOW = """
import time, sys
from als_screen.files import replacing
from als_screen.job import main
from pathlib import Path
def run():
    with replacing(Path("results.txt")) as temporary:
        temporary.write_text("half")
        print("ready", flush=True)
        time.sleep(60)
main(run)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_job_that_is_stopped_leaves_nothing_half_written(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", SLOW, "--log", "job.log"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait() != 0
    assert [path.name for path in tmp_path.iterdir()] == ["job.jsonl"]
    ended = read_diary(tmp_path / "job.jsonl").ended
    assert ended is not None
    assert (ended.error or "").startswith("stopped")
