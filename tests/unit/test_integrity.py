"""Checksums of the results, and what `als-screen verify` finds."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.integrity import CHECKSUMS, changed_files, write_checksums


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    for name in ("findings/a.jsonl", "reports/a/P1/report.html", "run.json", "authorised/P1/report.pdf"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    write_checksums(folder, folder / CHECKSUMS)
    return folder


def test_an_untouched_run_is_whole(results: Path) -> None:
    assert changed_files(results) == []
    done = subprocess.run(["sha256sum", "--check", "--strict", CHECKSUMS], cwd=results, capture_output=True)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda path: path.write_text("other"), "is not what the run wrote"),
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.with_name("extra.html").write_text(""), "is not of this run"),
    ],
)
def test_what_was_done_to_a_report_is_told(
    results: Path, change: Callable[[Path], object], expected: str
) -> None:
    change(results / "reports/a/P1/report.html")
    assert [problem.expected for problem in changed_files(results)] == [expected]


def test_signed_reports_and_the_end_of_the_run_come_later(results: Path) -> None:
    (results / "complete.json").write_text("{}")
    (results / "authorised/P1/report.pdf").write_text("signed again")
    assert changed_files(results) == []


def test_without_a_list_nothing_can_be_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no list of checksums"):
        changed_files(tmp_path)
