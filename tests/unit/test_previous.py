"""What would stop a comparison at the end of a run is told before anything starts."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.config import Settings
from als_screen.previous import unusable_previous, wrong_previous
from als_screen.reanalysis.database import SCHEMA, opened
from als_screen.reanalysis.run import HISTORY


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return an earlier run of two slices, as far as it is looked at."""
    findings = tmp_path / "old" / "results" / "findings"
    findings.mkdir(parents=True)
    for batch in ("a.0001", "a.0002"):
        (findings / f"{batch}.jsonl").write_text('{"patient": "P1"}\n{"patient": "P2"}\n')
    (findings.parent / "run.json").write_text(json.dumps({"batches": {"a.0001": 2, "a.0002": 2}}))
    with opened(findings.parent / HISTORY):
        pass
    return tmp_path / "old"


def problems_of(run: Path, history: Path | None = None) -> list[tuple[str, str]]:
    settings = Settings(samples=Path("s.tsv"), previous=run, history=history)
    return [(Path(one.path).name, one.expected) for one in unusable_previous(settings)]


def test_a_sound_run_has_no_problem(run: Path, tmp_path: Path) -> None:
    assert unusable_previous(Settings(samples=Path("s.tsv"))) == []
    assert problems_of(run) == problems_of(run / "results") == []
    assert problems_of(run, tmp_path / "new" / "h.sqlite") == []


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("run.json", lambda path: path.write_text("{"), "cannot be read as the record of a run"),
        ("findings/a.0001.jsonl", lambda path: path.write_text('{"patient": "P1"}\n{"pat'), "are cut off"),
        ("findings/a.0001.jsonl", lambda path: path.write_text(""), "are cut off"),
        ("findings/a.0002.jsonl", lambda path: path.unlink(), "are not all there"),
        (str(HISTORY), lambda path: path.write_text("no database at all"), "cannot be used"),
    ],
)
def test_what_is_damaged_in_it_is_named(
    run: Path, name: str, change: Callable[[Path], object], expected: str
) -> None:
    path = run / "results" / name
    change(path)
    ((named, said),) = problems_of(run)
    assert named == path.name
    assert expected in said


def test_findings_without_a_last_line_end_are_whole(run: Path) -> None:
    path = run / "results" / "findings" / "a.0001.jsonl"
    path.write_text(path.read_text().rstrip("\n"))
    assert problems_of(run) == []


def later(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA + 1}")


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE run_of_others (x)")


def torn(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (later, f"is a history of version {SCHEMA + 1}"),
        (foreign, "is a history of version 0"),
        (torn, "malformed|damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "malformed|damaged"),
    ],
)
def test_a_shared_history_that_is_none_is_told(
    run: Path, tmp_path: Path, change: Callable[[Path], object], expected: str
) -> None:
    path = tmp_path / "h.sqlite"
    with opened(path):
        pass
    assert problems_of(run, path) == []
    change(path)
    ((named, said),) = problems_of(run, path)
    assert named == "h.sqlite"
    assert any(part in said for part in expected.split("|")), said


@pytest.mark.parametrize("there", [True, False])
def test_a_shared_history_that_cannot_be_written_is_told(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    path = tmp_path / "h.sqlite"
    if there:
        with opened(path):
            pass
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    assert problems_of(run, path) == [("h.sqlite", "the history of results cannot be written")]


def test_a_run_that_this_user_may_not_read_is_told(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (problem,) = wrong_previous(run, tmp_path)
    assert problem.expected == "previous cannot be read: Permission denied"
    real = os.stat

    def denied(path: Path | str, **more: bool) -> os.stat_result:
        if Path(path).name == "findings":
            raise PermissionError(13, "Permission denied")
        return real(path, **more)

    monkeypatch.setattr(os, "stat", denied)
    (problem,) = wrong_previous(run, tmp_path)
    assert problem.expected == "previous cannot be reached: Permission denied"


def test_a_history_in_a_folder_that_this_user_may_not_enter_is_told(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def denied(path: Path | str, **more: bool) -> os.stat_result:
        if Path(path).name == HISTORY.name:
            raise PermissionError(13, "Permission denied")
        return real(path, **more)

    monkeypatch.setattr(os, "stat", denied)
    assert problems_of(run) == [(HISTORY.name, "the history of results cannot be reached: Permission denied")]
