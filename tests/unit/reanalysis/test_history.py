"""The database of results: states since when and until when; a run is entered once."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.history import enter, history, opened, printed
from reanalysis_runs import H275Y, NAME, evidence, release, run, write_run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunFolder]:
    folder = tmp_path_factory.mktemp("history")
    people = {"P1": evidence("P1", H275Y), "P2": evidence("P2")}
    said = [("2026-01-01", None), ("2026-02-01", ("Pathogenic", 2)), ("2026-03-01", None)]
    made = [release(folder / date, date, record) for date, record in said]
    paths = [run(folder / f"run{number}", path, people) for number, path in enumerate(made[:2])]
    paths.append(run(folder / "run2", made[2], {"P1": people["P1"]}))
    return [RunFolder(path) for path in paths]


def rows(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return rows_of(database)


def rows_of(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    return database.execute("SELECT * FROM state ORDER BY patient, subject, since").fetchall()


@pytest.fixture
def filled(runs: list[RunFolder], tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    for number, one in enumerate(runs, 1):
        with opened(path) as database:
            assert enter(database, one, f"2026-0{number}-15")
    return path


def test_first_seen_and_last_changed(filled: Path) -> None:
    found = [one for one in history(filled, "P1") if one.subject == NAME]
    assert [(one.value, one.first_seen, one.last_changed, one.until) for one in found] == [
        ("uncertain", "2026-01-15", "2026-01-15", "2026-02-15"),
        ("pathogenic", "2026-01-15", "2026-02-15", "2026-03-15"),
        ("uncertain", "2026-01-15", "2026-03-15", None),
    ]


def test_a_variant_appears_rises_falls_vanishes_and_comes_back(tmp_path: Path) -> None:
    """Of one patient, run by run: nothing called, then called, classes by ClinVar, gone, called again."""
    records = [None, None, ("Likely pathogenic", 2), ("Pathogenic", 2), ("Benign", 2), None, None]
    called = [False, True, True, True, True, False, True]
    path = tmp_path / "history.sqlite"
    for month, (said, here) in enumerate(zip(records, called, strict=True), 1):
        date = f"2026-0{month}-01"
        people = {"P1": evidence("P1", *([H275Y] if here else []))}
        made = run(tmp_path / date, release(tmp_path / f"k{month}", date, said), people)
        with opened(path) as database:
            enter(database, RunFolder(made), date)
    found = [one for one in history(path, "P1") if one.subject == NAME]
    assert [(one.value, one.last_changed[5:7], (one.until or "")[5:7]) for one in found] == [
        ("uncertain", "02", "03"),
        ("likely_pathogenic", "03", "04"),
        ("pathogenic", "04", "05"),
        ("benign", "05", "06"),
        ("uncertain", "07", ""),
    ]
    assert {one.first_seen for one in found} == {"2026-02-01"}


def test_a_patient_who_left_has_no_open_state(filled: Path) -> None:
    assert {one.until for one in history(filled, "P2")} == {"2026-03-15"}


def test_entering_again_adds_nothing(filled: Path, runs: list[RunFolder]) -> None:
    before = rows(filled)
    with opened(filled) as database:
        assert not enter(database, runs[1], "2030-01-01")
    assert rows(filled) == before


def enter_and_stop(path: Path, other: RunFolder) -> None:
    with opened(path) as database:
        assert enter(database, other, "2030-01-01")
        assert rows_of(database) != []
        raise KeyboardInterrupt


def test_interruption_leaves_it_as_it_was(filled: Path, runs: list[RunFolder], tmp_path: Path) -> None:
    before = rows(filled)
    shutil.copytree(runs[1].directory, tmp_path / "other")
    write_run(tmp_path / "other", {}, [])
    with pytest.raises(KeyboardInterrupt):
        enter_and_stop(filled, RunFolder(tmp_path / "other"))
    assert rows(filled) == before


def test_only_its_owner_reads_it(filled: Path) -> None:
    assert stat.S_IMODE(filled.stat().st_mode) == 0o600


def test_printed_is_a_table(filled: Path) -> None:
    lines = printed(history(filled, "P1")).splitlines()
    assert {line.count("\t") for line in lines} == {7}


def test_unknown_patient_and_missing_file_are_refused(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is in no run"):
        history(filled, "P9")
    with pytest.raises(InputError, match="no history"):
        history(tmp_path / "none", "P1")
    assert not (tmp_path / "none").exists()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database " * 100)
    with pytest.raises(InputError, match="is no SQLite file"), opened(tmp_path / "text"):
        pass


@pytest.mark.parametrize("path", ["folder", "/dev/null", "text/below"])
def test_what_can_hold_no_database_is_refused_in_a_line(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").touch()
    with pytest.raises(InputError, match="is not a"), opened(tmp_path / path):
        pass


def test_newer_database_is_refused(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match="version 99"), opened(filled):
        pass
