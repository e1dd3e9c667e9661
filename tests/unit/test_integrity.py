"""Checksums of the results, and what `als-screen verify` finds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.integrity import (
    CHECKSUMS,
    RUN_CHECKSUMS,
    changed_files,
    update_checksums,
    write_checksums,
)
from als_screen.reports.standing import Authorisation


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    for name in ("findings/a.jsonl", "reports/a/P1/report.html", "run.json", "ro-crate-metadata.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    write_checksums(folder, folder / CHECKSUMS)
    return folder


def sign(results: Path, patient: str = "P1") -> Path:
    """Keep a report as `authorise` does."""
    folder = results / "authorised" / patient / "0001"
    folder.mkdir(parents=True)
    (folder / "report.pdf").write_text("final")
    files = {"report.pdf": sha256(b"final").hexdigest()}
    signature = Authorisation(
        patient=patient,
        number=1,
        by="A Name",
        role="geneticist",
        at="2026-06-15T09:30:00Z",
        signed={},
        files=files,
    )
    (folder / "authorisation.json").write_text(signature.model_dump_json())
    return folder


@pytest.mark.parametrize(("name", "count"), [(CHECKSUMS, 2), (RUN_CHECKSUMS, 2)])
def test_an_untouched_run_is_whole(results: Path, name: str, count: int) -> None:
    assert changed_files(results) == []
    done = subprocess.run(["sha256sum", "--check", "--strict", name], cwd=results, capture_output=True)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == count


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


def test_a_report_that_was_changed_before_the_list_was_made_is_told(results: Path) -> None:
    page = results / "reports/a/P1/report.html"
    other = results / "reports/a/P1/report.pdf"  # of which the manifest says nothing
    other.touch()
    row = {"patient": "P1", "files": {page.name: sha256(b"as it was written").hexdigest()}, "withheld": ""}
    (results / "reports/a/manifest.jsonl").write_text(f"{json.dumps(row)}\n")
    write_checksums(results, results / CHECKSUMS)
    told = [(problem.path, problem.expected) for problem in changed_files(results)]
    assert told == [("reports/a/P1/report.html", "is not what the run wrote")]
    page.write_text("as it was written")
    assert changed_files(results) == []


def test_signed_reports_and_the_end_of_the_run_come_later(results: Path) -> None:
    (results / "complete.json").write_text("{}")
    sign(results)
    (results / "authorised" / "P2").mkdir()
    assert changed_files(results) == []


@pytest.mark.parametrize("name", ["run.json", "ro-crate-metadata.json"])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda path: path.write_text("other"), "is not what the run wrote"),
        (lambda path: path.unlink(), "is missing"),
    ],
)
def test_what_was_done_to_the_record_of_the_run_is_told(
    results: Path, name: str, change: Callable[[Path], object], expected: str
) -> None:
    change(results / name)
    assert [(problem.path, problem.expected) for problem in changed_files(results)] == [(name, expected)]


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        (lambda folder: (folder / "report.pdf").write_text("forged"), "report.pdf", "is not what was signed"),
        (lambda folder: (folder / "report.pdf").unlink(), "report.pdf", "is missing"),
        (lambda folder: (folder / "x").touch(), "x", "is not of the report that was signed"),
        (lambda folder: (folder / "authorisation.json").unlink(), "authorisation.json", "is missing"),
        (lambda folder: (folder / "authorisation.json").write_text("{"), "authorisation.json", "is damaged"),
        (lambda folder: (folder / "authorisation.json").write_bytes(b""), "authorisation.json", "is damaged"),
    ],
)  # fmt: skip
def test_what_was_done_to_a_signed_report_is_told(
    results: Path, change: Callable[[Path], object], name: str, expected: str
) -> None:
    change(sign(results))
    sign(results, "P2")
    told = [(problem.path, problem.expected) for problem in changed_files(results)]
    assert told == [(f"authorised/P1/0001/{name}", expected)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe\n", "cannot be read: it is no UTF-8 text"),
        (b"garbage\n", "cannot be read: line 1 is no checksum with a name"),
        (b"0" * 64 + b"  a\n\n", "cannot be read: line 2 is no checksum with a name"),
        (b"0" * 63 + b"  a\n", "cannot be read: line 1 is no checksum with a name"),
    ],
)
@pytest.mark.parametrize("name", [CHECKSUMS, RUN_CHECKSUMS])
def test_a_list_that_is_none_is_told_in_a_line(
    results: Path, name: str, content: bytes, expected: str
) -> None:
    (results / name).write_bytes(content)
    assert [(problem.path, problem.expected) for problem in changed_files(results)] == [(name, expected)]
    update_checksums(results, [results / "findings/a.jsonl"])
    assert (results / name).read_bytes() == content


def test_a_record_without_its_list_is_told(results: Path) -> None:
    (results / RUN_CHECKSUMS).unlink()
    assert [problem.line() for problem in changed_files(results)] == [
        "- | run.sha256 | is missing | run again, or take it from a backup"
    ]


def test_a_list_of_nothing_is_a_list(results: Path) -> None:
    (results / CHECKSUMS).write_bytes(b"")
    assert {problem.expected for problem in changed_files(results)} == {"is not of this run"}


def test_without_a_list_nothing_can_be_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no list of checksums"):
        changed_files(tmp_path)
