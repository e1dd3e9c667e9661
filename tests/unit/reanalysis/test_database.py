"""The file of the history: who reads it, what is refused, earlier shapes, archives, other tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.reanalysis import database as module
from als_screen.reanalysis.database import SCHEMA, asked, carry_on, opened
from als_screen.reanalysis.enter import enter, enter_first
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.history import history
from reanalysis_runs import H275Y, NAME, evidence, release, run

#: The tables of version 1, as databases of that time have them.
VERSION_1 = """
CREATE TABLE run (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, date TEXT NOT NULL,
  software TEXT NOT NULL, clinvar TEXT NOT NULL, patients INTEGER NOT NULL);
CREATE TABLE state (patient TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL,
  reported INTEGER NOT NULL, since INTEGER NOT NULL REFERENCES run, until INTEGER REFERENCES run,
  PRIMARY KEY (patient, subject, since));
CREATE TABLE line (patient TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE change (run INTEGER NOT NULL REFERENCES run, patient TEXT NOT NULL, subject TEXT NOT NULL,
  kind TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, cause TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (run, patient, subject, kind, before, after));
CREATE INDEX open_states ON state (patient) WHERE until IS NULL;
PRAGMA user_version = 1;
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunFolder]:
    folder = tmp_path_factory.mktemp("database")
    people = {"P1": evidence("P1", H275Y)}
    said = [("2026-01-01", None), ("2026-02-01", ("Pathogenic", 2)), ("2026-03-01", ("Benign", 2))]
    return [
        RunFolder(run(folder / f"run{number}", release(folder / date, date, record), people))
        for number, (date, record) in enumerate(said)
    ]


@pytest.fixture
def filled(runs: list[RunFolder], tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    with opened(path) as database:
        enter_first(database, runs[0], "2026-01-15")
        enter(database, runs[0], runs[1], "2026-02-15")
    return path


@pytest.fixture
def of_version_1(runs: list[RunFolder], tmp_path: Path) -> Path:
    """A history of the first two runs by the software of that time."""
    path = tmp_path / "old.sqlite"
    known = [
        (number, one.content, f"run{number - 1}", f"2026-0{number}-15") for number, one in enumerate(runs, 1)
    ]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_1)
        database.executemany("INSERT INTO run VALUES (?, ?, ?, ?, '0.0.9', '', 1)", known[:2])
        database.executemany(
            "INSERT INTO state VALUES ('P1', ?, ?, 1, ?, ?)",
            [(NAME, "uncertain", 1, 2), (NAME, "pathogenic", 2, None), ("FUS", "positive", 1, None)],
        )
        database.execute("INSERT INTO line VALUES ('P1', 'old')")
        row = (NAME, "class_up", "uncertain", "pathogenic", "knowledge", "ClinVar 1")
        database.execute("INSERT INTO change VALUES (2, 'P1', ?, ?, ?, ?, ?, ?)", row)
        database.commit()
    return path


def test_only_its_owner_reads_it(filled: Path) -> None:
    assert stat.S_IMODE(filled.stat().st_mode) == 0o600


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database " * 100)
    with pytest.raises(InputError, match="cannot be used"), opened(tmp_path / "text"):
        pass
    with pytest.raises(InputError, match="cannot be used"), asked(tmp_path / "text"):
        pass


@pytest.mark.parametrize(("place", "why"), [("", "a directory"), ("file/history.sqlite", "below a file")])
def test_a_place_where_none_can_be_is_refused(tmp_path: Path, place: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be here"), opened(tmp_path / place):
        pass


def test_newer_database_is_refused(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match=f"version 99, this als-screen reads up to {SCHEMA}"), opened(filled):
        pass
    with pytest.raises(InputError, match="version 99"):
        history(filled, "P1")


def seen(path: Path) -> list[tuple[str, str, str, str | None, str]]:
    return [
        (one.value, one.first_seen, one.last_changed, one.until, one.cause)
        for one in history(path, "P1")
        if one.subject == NAME
    ]


def test_an_earlier_version_is_read_without_writing(of_version_1: Path) -> None:
    before = of_version_1.read_bytes()
    assert seen(of_version_1) == [
        ("uncertain", "2026-01-15", "2026-01-15", "2026-02-15", ""),
        ("pathogenic", "2026-01-15", "2026-02-15", None, "knowledge"),
    ]
    assert of_version_1.read_bytes() == before
    assert sorted(path.name for path in of_version_1.parent.iterdir()) == ["old.sqlite"]


def test_an_earlier_version_is_carried_on(of_version_1: Path, runs: list[RunFolder]) -> None:
    with opened(of_version_1) as database:
        assert not enter_first(database, runs[1], "2030-01-01")
        assert enter(database, runs[1], runs[2], "2026-03-15")
    assert seen(of_version_1)[1:] == [
        ("pathogenic", "2026-01-15", "2026-02-15", "2026-03-15", "knowledge"),
        ("benign", "2026-01-15", "2026-03-15", None, ""),
    ]
    with closing(sqlite3.connect(of_version_1)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert tables == {"run", "state", "line", "change", "event"}
        assert database.execute("SELECT number, previous FROM run").fetchall() == [(1, None), (2, 1), (3, 2)]


def test_an_upgrade_that_is_interrupted_leaves_it_as_it_was(
    of_version_1: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of_version_1.read_bytes()
    monkeypatch.setattr(module, "_TAKE_OVER", f"{module._TAKE_OVER}INSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(InputError, match="nowhere"), opened(of_version_1):
        pass
    assert of_version_1.read_bytes() == before


def test_a_question_needs_no_right_to_write(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system that is mounted for reading: no lock, no journal, no change."""
    filled.chmod(0o400)
    filled.parent.chmod(0o500)
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))
    before = filled.read_bytes(), filled.stat().st_mtime_ns
    try:
        assert seen(filled)
        with asked(filled) as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
            database.execute("DELETE FROM state")
    finally:
        filled.parent.chmod(0o700)
    assert (filled.read_bytes(), filled.stat().st_mtime_ns) == before


def test_an_interrupted_writer_is_rolled_back_before_a_question(filled: Path, tmp_path: Path) -> None:
    before = seen(filled)
    writer = sqlite3.connect(filled, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE state SET value = 'half'")
    writer.executemany(
        "INSERT INTO event VALUES (1, ?, 'x', '', ?)", [(f"Q{n}", "y" * 500) for n in range(200)]
    )
    (tmp_path / "killed").mkdir()
    for name in (filled.name, f"{filled.name}-journal"):
        shutil.copyfile(filled.with_name(name), tmp_path / "killed" / name)
    writer.close()
    assert seen(tmp_path / "killed" / filled.name) == before


def test_any_tool_asks_the_view(filled: Path) -> None:
    wanted = "SELECT patient, subject, state, first_seen, last_changed, until FROM findings "
    with closing(sqlite3.connect(filled)) as database:
        rows = database.execute(f"{wanted} WHERE subject = ? ORDER BY last_changed", (NAME,)).fetchall()
    assert rows == [
        ("P1", NAME, "uncertain", "2026-01-15", "2026-01-15", "2026-02-15"),
        ("P1", NAME, "pathogenic", "2026-01-15", "2026-02-15", None),
    ]


def test_a_new_history_begins_with_what_another_has(filled: Path, of_version_1: Path, tmp_path: Path) -> None:
    for number, earlier in enumerate((filled, of_version_1)):
        with opened(tmp_path / f"{number}") as database:
            carry_on(database, earlier)
            carry_on(database, filled)  # it has runs now
        assert history(tmp_path / f"{number}", "P1") == history(earlier, "P1")
