"""Exit codes of the commands, where nothing long is done."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from als_screen import integrity
from als_screen.cli import main


@pytest.mark.parametrize(
    ("arguments", "code", "says", "why"),
    [
        ([], 2, "required", "no command"),
        (["nonsense"], 2, "invalid choice", "no such command"),
        (["--version"], 0, "als-screen ", "asked for"),
        (["--help"], 0, "exit codes", "asked for"),
        (["run", "--help"], 0, "exit codes", "asked for"),
        (["run", "--configfile", "none.yaml"], 2, "does not exist", "no configuration"),
        (["screen", "--patient", "P 1", "--out", "o"], 2, "cannot be used as a patient id", "a bad id"),
        (["screen", "--patient", "P1", "--vcf", "no.vcf", "--out", "o"], 2, "does not exist", "no file"),
        (["demo"], 2, "nothing was asked", "no option"),
        (["demo", "--make", "file/x"], 2, "--make cannot be made", "a file is in the way"),
        (["demo", "--check", "none"], 1, "0 reports", "not the demo's results"),
        (["verify", "none"], 2, "there is no list of checksums", "no run"),
        (["authorise", "--patient", "P", "--by", "B", "--role", "R"], 2, "no finished run", "no run"),
        (["history", "--patient", "P"], 2, "no history of results", "no run"),
        (["what-if", "--policy", "x"], 2, "findings of a run were expected", "no run"),
        (["compare", "a", "b", "--out", "c"], 2, "findings of a run were expected", "no runs"),
        (["validate", "--truth", "t", "--results", "r"], 2, "does not exist", "no truth set"),
    ],
)
def test_exit_codes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == code, why
    told = capsys.readouterr()
    assert says in told.out + told.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "nothing is written"


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, True), (errno.ENOENT, False)])
def test_a_full_disk_is_told_in_a_line_and_a_bug_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, told: bool
) -> None:
    def fails(_: Path) -> None:
        raise OSError(number, "why", "/disk/file")

    monkeypatch.setattr(integrity, "changed_files", fails)
    with pytest.raises(SystemExit if told else OSError) as ended:
        main(["verify", "x"])
    if told:
        assert isinstance(ended.value, SystemExit)
        assert ended.value.code == 1
        assert capsys.readouterr().err == "error: why (/disk/file); mend that, then start again\n"


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "als_screen.cli", "doctor", "--directory", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as said:
        assert said.read() == b""
    assert process.wait() == 1
