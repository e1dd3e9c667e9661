"""What is told of a patient: states since when and until when, and what happened to the id."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.reanalysis.database import opened
from als_screen.reanalysis.enter import enter, enter_first
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.history import EVENT, State, history, printed
from als_screen.reanalysis.people import Note, PersonNote
from reanalysis_runs import H275Y, NAME, evidence, release, run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunFolder]:
    folder = tmp_path_factory.mktemp("history")
    people = {"P1": evidence("P1", H275Y), "P2": evidence("P2")}
    said = [("2026-01-01", None), ("2026-02-01", ("Pathogenic", 2)), ("2026-03-01", None)]
    made = [release(folder / date, date, record) for date, record in said]
    paths = [run(folder / f"run{number}", path, people) for number, path in enumerate(made[:2])]
    paths.append(run(folder / "run2", made[2], {"P1": people["P1"]}))
    return [RunFolder(path) for path in paths]


@pytest.fixture
def filled(runs: list[RunFolder], tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    notes = [PersonNote(patient="P1", batch="", note=Note.NEW_FILES, detail="log10 likelihood ratio 9.0")]
    with opened(path) as database:
        assert enter_first(database, runs[0], "2026-01-15")
        assert enter(database, runs[0], runs[1], "2026-02-15", people=notes)
        assert enter(database, runs[1], runs[2], "2026-03-15")
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
    before: RunFolder | None = None
    for month, (said, here) in enumerate(zip(records, called, strict=True), 1):
        date = f"2026-0{month}-01"
        people = {"P1": evidence("P1", *([H275Y] if here else []))}
        made = RunFolder(run(tmp_path / date, release(tmp_path / f"k{month}", date, said), people))
        with opened(path) as database:
            assert enter(database, before, made, date) if before else enter_first(database, made, date)
        before = made
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
    assert {(one.until, one.ended) for one in history(filled, "P2")} == {("2026-03-15", "left_out")}


def test_events_come_before_the_states_of_their_run(filled: Path) -> None:
    rows = [line.split("\t") for line in printed(history(filled, "P1")).splitlines()]
    (place,) = [number for number, row in enumerate(rows) if row[0] == EVENT]
    date = "2026-02-15"
    assert rows[place] == [EVENT, "new_files", "no", *[date] * 3, "", "log10 likelihood ratio 9.0", "", "1"]
    assert rows[place - 1][4] == "2026-01-15"
    assert rows[place + 1][4] == date


def test_printed_is_a_table(filled: Path) -> None:
    lines = printed(history(filled, "P1")).splitlines()
    assert {line.count("\t") for line in lines} == {9}


def test_what_moves_the_cursor_or_turns_the_writing_is_escaped() -> None:
    said = "ClinVar 1: \x1b[2J\u202eBenign\tline\nnext"
    one = State("s", "v", True, "2026-01-01", "2026-01-01", None, "knowledge", said, "", 1)
    _, line = printed([one]).split("\n")
    assert line.split("\t")[7] == r"ClinVar 1: \x1b[2J\u202eBenign\tline\nnext"


def test_unknown_patient_and_missing_file_are_refused(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is in no run"):
        history(filled, "P9")
    with pytest.raises(InputError, match="no history"):
        history(tmp_path / "none", "P1")
    assert not (tmp_path / "none").exists()
