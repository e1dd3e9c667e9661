"""Entering runs: in order, once, apart by person and by cohort; an interrupted run enters nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.reanalysis.database import asked, opened
from als_screen.reanalysis.enter import enter, enter_first
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.history import EVENT, history
from als_screen.reanalysis.people import Note, PersonNote
from reanalysis_runs import H275Y, NAME, evidence, release, run, write_run

UNCERTAIN, PATHOGENIC, BENIGN = "uncertain", "pathogenic", "benign"
Made = Callable[..., RunFolder]
LOST = "left_out"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return what makes a run: the class of `H275Y`, its carriers, other people."""
    folder = tmp_path_factory.mktemp("enter")
    said = {UNCERTAIN: None, PATHOGENIC: ("Pathogenic", 2), BENIGN: ("Benign", 2)}
    known = {value: release(folder / value, "2026-01-01", record) for value, record in said.items()}
    number = iter(range(100))

    def make(value: str, *carriers: str, others: tuple[str, ...] = ()) -> RunFolder:
        people = {one: evidence(one, H275Y) for one in carriers} | {one: evidence(one) for one in others}
        return RunFolder(run(folder / f"run{next(number)}", known[value], people))

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def compared(path: Path, old: RunFolder, new: RunFolder, date: str, *people: PersonNote) -> bool:
    """Enter both runs, the earlier one a month before."""
    with opened(path) as database:
        enter_first(database, old, f"2026-{int(date[5:7]) - 1:02}-01")
        return enter(database, old, new, date, people=people)


def note(kind: Note, patient: str, other: str = "") -> PersonNote:
    return PersonNote(patient=patient, batch="", note=kind, other=other, detail="log10 likelihood ratio -9.0")


def states(path: Path, patient: str = "P1", subject: str = NAME) -> list[tuple[str, str, str, int]]:
    """Return value, months of first seen and last changed and until, why it ended, and whose."""
    return [
        (
            one.value,
            f"{one.first_seen[5:7]} {one.last_changed[5:7]} {(one.until or '')[5:7]}".rstrip(),
            one.ended,
            one.person,
        )
        for one in history(path, patient)
        if one.subject == subject
    ]


def content(path: Path) -> list[str]:
    with asked(path) as database:
        return list(database.iterdump())


def test_results_that_come_back_are_another_state(path: Path, made: Made) -> None:
    """A policy is tried and taken back: the third run has the bytes of the first."""
    first, second = made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1")
    assert compared(path, first, second, "2026-02-01")
    assert compared(path, second, first, "2026-03-01")
    assert compared(path, first, second, "2026-04-01")
    assert states(path) == [
        (UNCERTAIN, "01 01 02", "", 1),
        (PATHOGENIC, "01 02 03", "", 1),
        (UNCERTAIN, "01 03 04", "", 1),
        (PATHOGENIC, "01 04", "", 1),
    ]


def test_entering_again_adds_nothing(path: Path, made: Made) -> None:
    first, second, third = made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1"), made(BENIGN, "P1")
    for _ in range(2):
        compared(path, first, second, "2026-02-01")
    assert compared(path, second, third, "2026-03-01")
    before = content(path)
    assert not compared(path, second, third, "2026-09-01"), "the last comparison again"
    assert not compared(path, first, second, "2026-09-01"), "an earlier one again, of which others came"
    assert content(path) == before


def test_a_run_that_is_made_again_follows_its_first_results(path: Path, made: Made) -> None:
    """In the directory of the second run something is mended, and it is compared with the first again."""
    first, second, mended = made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1"), made(BENIGN, "P1")
    compared(path, first, second, "2026-02-01")
    assert compared(path, first, mended, "2026-02-02")
    assert compared(path, first, second, "2026-03-01"), "and taken back"
    assert [one[:2] for one in states(path)] == [
        (UNCERTAIN, "01 01 02"),
        (PATHOGENIC, "01 02 02"),
        (BENIGN, "01 02 03"),
        (PATHOGENIC, "01 03"),
    ]


@pytest.mark.parametrize(
    ("older", "why"),
    [
        ((0, 1), "the earlier run is unknown, and what was made of it is there"),
        ((2, 1), "both are of the past: there is nothing to add"),
        ((1, 3), "older by date than what the history has"),
    ],
)
def test_what_is_older_changes_nothing(path: Path, made: Made, older: tuple[int, int], why: str) -> None:
    runs = [made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1"), made(BENIGN, "P1"), made(UNCERTAIN, "P1", "P2")]
    compared(path, runs[1], runs[2], "2026-08-01")
    last = made(UNCERTAIN, "P1", others=("P3",))
    compared(path, runs[2], last, "2026-09-01")
    before = content(path)
    old, new = (runs[number] for number in older)
    if older == (2, 1):
        assert not compared(path, old, new, "2026-07-01"), why
    else:
        with pytest.raises(InputError, match=r"has run\d+ of 2026-09-01 for this patient"):
            compared(path, old, new, "2026-07-01")
    assert content(path) == before


def test_a_second_cohort_leaves_the_first_alone(path: Path, made: Made) -> None:
    first, second = made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1", others=("P2",))
    compared(path, first, second, "2026-07-01")
    compared(path, made(BENIGN, "Q1"), made(UNCERTAIN, "Q1"), "2026-06-01")
    assert states(path, subject="conclusion")[-1][1].count(" ") == 1, "it is so now"
    compared(path, second, made(PATHOGENIC, "P1"), "2026-08-01")
    assert states(path) == [(UNCERTAIN, "06 06 07", "", 1), (PATHOGENIC, "06 07", "", 1)]
    assert {one.ended for one in history(path, "P2") if one.subject != EVENT} == {LOST}
    assert states(path, "Q1")[-1] == (UNCERTAIN, "05 06", "", 1)


@pytest.mark.parametrize("kind", [Note.ANOTHER_PERSON, Note.IDENTITY_DOUBTFUL])
def test_another_person_under_the_id_begins_anew(path: Path, made: Made, kind: Note) -> None:
    first, second = made(UNCERTAIN, "P1", "P2"), made(PATHOGENIC, "P1", "P2")
    compared(path, first, second, "2026-02-01", note(kind, "P1"))
    assert states(path) == [(UNCERTAIN, "01 01 02", kind, 1), (PATHOGENIC, "02 02", "", 2)]
    conclusions = states(path, subject="conclusion")
    assert [one[3] for one in conclusions] == [1, 2]
    (event,) = [one for one in history(path, "P1") if one.subject == EVENT]
    assert (event.value, event.last_changed, event.person) == (kind, "2026-02-01", 2)
    assert states(path, "P2")[-1] == (PATHOGENIC, "01 02", "", 1)


def test_what_is_equal_of_another_person_begins_anew_too(path: Path, made: Made) -> None:
    first, second = made(UNCERTAIN, "P1", "P2"), made(UNCERTAIN, "P1")
    compared(path, first, second, "2026-02-01", note(Note.ANOTHER_PERSON, "P1"))
    assert states(path) == [(UNCERTAIN, "01 01 02", Note.ANOTHER_PERSON, 1), (UNCERTAIN, "02 02", "", 2)]


def test_states_go_along_with_a_new_id(path: Path, made: Made) -> None:
    first, second, third = made(UNCERTAIN, "OLD"), made(PATHOGENIC, "OLD"), made(PATHOGENIC, "NEW")
    compared(path, first, second, "2026-02-01")
    compared(path, second, third, "2026-03-01", note(Note.RENAMED, "NEW", "OLD"))
    assert states(path, "NEW") == [(UNCERTAIN, "01 01 02", "", 1), (PATHOGENIC, "01 02", "", 1)]
    assert states(path, "OLD")[-1] == (PATHOGENIC, "01 02 03", "renamed", 1)
    told = {name: [one for one in history(path, name) if one.subject == EVENT] for name in ("NEW", "OLD")}
    assert [(one.value, one.record[:8]) for one in told["NEW"]] == [("renamed", "was OLD;")]
    assert [(one.value, one.record[:8]) for one in told["OLD"]] == [("renamed", "now NEW;")]
    compared(path, third, made(BENIGN, "NEW"), "2026-04-01")
    assert states(path, "NEW")[-1] == (BENIGN, "01 04", "", 1)


def test_ids_that_move_up_take_their_states_along(path: Path, made: Made) -> None:
    """P1 leaves, P2 becomes P1, P3 becomes P2."""
    first = made(UNCERTAIN, "P2", others=("P1", "P3"))
    second = made(UNCERTAIN, "P1", others=("P2",))
    notes = note(Note.RENAMED, "P2", "P3"), note(Note.RENAMED, "P1", "P2")
    compared(path, first, second, "2026-02-01", *notes)
    assert states(path, "P1") == [(UNCERTAIN, "01 01", "", 2)]
    assert states(path, "P2") == [(UNCERTAIN, "01 01 02", "renamed", 1)]
    assert [one[1:] for one in states(path, "P2", "conclusion")] == [
        ("01 01 02", "renamed", 1),
        ("01 01", "", 2),
    ]
    assert {one[2] for one in states(path, "P3", "conclusion")} == {"renamed"}
    assert states(path, "P1", "conclusion")[0][2] == Note.ANOTHER_PERSON


def test_ids_that_are_exchanged_take_their_states_along(path: Path, made: Made) -> None:
    """Under each id is another person now, whose id the comparison knows."""
    first, second = made(UNCERTAIN, "P1", others=("P2",)), made(PATHOGENIC, "P2", others=("P1",))
    notes = note(Note.ANOTHER_PERSON, "P1", "P2"), note(Note.IDENTITY_DOUBTFUL, "P2", "P1")
    compared(path, first, second, "2026-02-01", *notes)
    assert states(path, "P1") == [(UNCERTAIN, "01 01 02", Note.ANOTHER_PERSON, 1)]
    assert states(path, "P2") == [(UNCERTAIN, "01 01 02", "", 2), (PATHOGENIC, "01 02", "", 2)]
    events = [(one.value, one.record[:7]) for one in history(path, "P2") if one.subject == EVENT]
    assert sorted(events) == [("identity_doubtful", "was P1;"), ("renamed", "now P1;")]


def test_who_left_and_comes_back_is_not_taken_for_the_same(path: Path, made: Made) -> None:
    with_, without = made(UNCERTAIN, "P1", others=("P2",)), made(UNCERTAIN, others=("P2",))
    compared(path, with_, without, "2026-02-01", note(Note.LEFT_OUT, "P1"))
    compared(path, without, with_, "2026-03-01", note(Note.ADDED, "P1"))
    assert states(path) == [(UNCERTAIN, "01 01 02", LOST, 1), (UNCERTAIN, "03 03", "", 2)]
    assert [one.value for one in history(path, "P1") if one.subject == EVENT] == [LOST, "added"]


def test_an_id_that_another_cohort_has_is_not_continued(path: Path, made: Made) -> None:
    """P1 comes to the second cohort, whose earlier run has none: nobody compared it with the first's P1."""
    compared(path, made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1"), "2026-02-01")
    merged = made(BENIGN, "P1", "Q1")
    compared(path, made(BENIGN, "Q1"), merged, "2026-03-01", note(Note.ADDED, "P1"))
    assert states(path)[1:] == [(PATHOGENIC, "01 02 03", "not_compared", 1), (BENIGN, "03 03", "", 2)]


def test_who_was_set_apart_is_not_continued_by_a_comparison_with_the_run_before(
    path: Path, made: Made
) -> None:
    """The wrong file is given, then the right one: the history ends neither in the other."""
    first, wrong, right = made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1"), made(BENIGN, "P1")
    compared(path, first, wrong, "2026-02-01", note(Note.ANOTHER_PERSON, "P1"))
    compared(path, first, right, "2026-02-02")
    assert states(path)[1:] == [(PATHOGENIC, "02 02 02", "not_compared", 2), (BENIGN, "02 02", "", 3)]
    assert [one.value for one in history(path, "P1") if one.subject == EVENT] == [
        "another_person",
        "not_compared",
    ]


def enter_and_stop(path: Path, old: RunFolder, new: RunFolder) -> None:
    with opened(path) as database:
        assert enter(database, old, new, "2030-01-01")
        assert database.execute("SELECT 1 FROM state WHERE until = 3").fetchone()
        raise KeyboardInterrupt


def test_interruption_leaves_it_as_it_was(path: Path, made: Made, tmp_path: Path) -> None:
    first, second = made(UNCERTAIN, "P1"), made(PATHOGENIC, "P1")
    compared(path, first, second, "2026-02-01")
    before = content(path)
    shutil.copytree(second.directory, tmp_path / "other")
    write_run(tmp_path / "other", {}, [])
    with pytest.raises(KeyboardInterrupt):
        enter_and_stop(path, second, RunFolder(tmp_path / "other"))
    assert content(path) == before
