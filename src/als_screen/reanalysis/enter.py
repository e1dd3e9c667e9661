"""Enters runs into the history of results, in the order in which they were compared.

A state that does not change adds no row, so ten thousand patients and many releases stay small. Persons are
never mixed: where a comparison says that the files under an id are of somebody else, or where nobody compared
the results of an id with those that the history has, what is there ends with that reason and the states of a
next person begin. Only the people of the earlier run of the comparison can leave.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from als_screen.errors import InputError, Problem
from als_screen.models import Report
from als_screen.reanalysis.compare import CONCLUSION, REPEAT, Kind, answer, findings, looked_at
from als_screen.reanalysis.folder import OF_LINES, RunFolder
from als_screen.reanalysis.outcome import ChangeRow
from als_screen.reanalysis.people import NOT_COMPARED, Note, PersonNote
from als_screen.reanalysis.said import Said
from als_screen.regions import VARIANT_GENES

#: Event and reason: what the history had under an id was not compared with what came under it.
APART = "not_compared"
_WHY_APART = "the results that were here under this id are of a run that this one was not compared with"


class _Last(NamedTuple):
    """The last result of a patient in the history, and its run."""

    digest: str
    run: int


def enter_first(database: sqlite3.Connection, run: RunFolder, date: str) -> bool:
    """Enter a run with which a history begins; return False where the history knows it.

    Raises:
        InputError: the history has other results of its patients, in a run that it was not compared with.
    """
    if number_of(database, run) is not None:
        return False
    last = _lasts(database)
    if there := next((patient for patient in run.lines if patient in last), None):
        raise _conflict(database, there, run, last[there].run)
    step = _begun(database, run, date, None, ())
    for patient in run.lines:
        step.move(patient)
    return True


def enter(
    database: sqlite3.Connection,
    old: RunFolder,
    new: RunFolder,
    date: str,
    changes: Sequence[ChangeRow] = (),
    people: Sequence[PersonNote] = (),
) -> bool:
    """Enter a run that was compared with an earlier one; return False where it is there already.

    Args:
        database: as `database.opened` gives it.
        old: the earlier run, which the history knows.
        new: whose results.
        date: ISO date of the new run.
        changes: what the comparison found.
        people: what it says of persons.

    Raises:
        InputError: the history has results of its patients in a run that is newer by date.
    """
    last = _lasts(database)
    before = number_of(database, old)
    if _is_last(database, new, last) or (
        not _is_last(database, old, last) and _in_the_past(database, new, date, last)
    ):
        return False
    step = _begun(database, new, date, before, changes, people)
    leaving = _cohort(old, last) - set(new.lines)
    apart = {one.patient: one.note for one in people if one.note in NOT_COMPARED}
    earlier = {one.patient: one.other for one in people if one.other}
    carried = step.rename(earlier, apart)
    step.set_apart({patient: note for patient, note in apart.items() if patient not in carried})
    step.set_apart(dict.fromkeys(step.unknown({*old.lines, *earlier}, before), APART))
    for patient in new.lines:
        step.move(patient)
    for patient in leaving:
        step.close(patient, Note.LEFT_OUT)
    return True


def subjects(report: Report | Said) -> dict[str, tuple[str, bool]]:
    """Return value, and whether a report says it, of every subject of a result."""
    found = {CONCLUSION: (answer(report), True), REPEAT: (report.repeat.state.value, True)}
    found |= {gene.value: (looked_at(report, gene), True) for gene in VARIANT_GENES}
    return found | {one.name: (one.value, one.reported) for one in findings(report)}


@dataclass
class _Step:
    """A run while it is entered.

    Attributes:
        last: the last result of everyone, kept up to date.
        causes: by patient and subject, what changed it, and the record.
        noted: ids of which the comparison says that nothing of before is continued, or how.
        fresh: the database has no state yet.
    """

    database: sqlite3.Connection
    run: RunFolder
    number: int
    last: dict[str, _Last]
    causes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    noted: frozenset[str] = frozenset()
    fresh: bool = False

    def rename(self, earlier: Mapping[str, str], apart: Mapping[str, Note]) -> set[str]:
        """Carry states over to new ids, and return those; `apart`: ids under which is another person now."""
        carried = {new: self._states(old) for new, old in earlier.items() if old in self.last}
        for old in earlier.values():
            self.close(old, apart.get(old, Note.RENAMED))
        for new, rows in carried.items():
            self.close(new, apart.get(new, Note.ANOTHER_PERSON))
            person, _ = self._person(new)
            self.database.executemany(
                "INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(new, person, *row) for row in rows],
            )
        return set(carried)

    def unknown(self, compared: set[str], before: int | None) -> list[str]:
        """Return ids with results of which the comparison cannot tell whether they are the same person's."""
        rows = self.database.execute(_SEPARATED, (before, self.number, *NOT_COMPARED, APART))
        separated = {patient for (patient,) in rows}
        return [
            patient
            for patient in self.run.lines
            if patient in self.last
            and (patient not in compared or patient in separated)
            and self.last[patient].digest != self.run.parts(patient).essence
        ]

    def set_apart(self, reasons: Mapping[str, str]) -> None:
        """End what is under some ids, for the reasons given."""
        for patient, reason in reasons.items():
            self.close(patient, reason)

    def close(self, patient: str, reason: str) -> None:
        """End the states of a patient, if there are any."""
        if self.last.pop(patient, None):
            self.database.execute(
                "UPDATE state SET until = ?, ended = ? WHERE patient = ? AND until IS NULL",
                (self.number, reason, patient),
            )
            self.database.execute("DELETE FROM line WHERE patient = ?", (patient,))

    def move(self, patient: str) -> None:
        """End the states of a patient that are not so any more, and open those that are new."""
        digest = self.run.parts(patient).essence
        before = self.last.get(patient)
        self.last[patient] = _Last(digest, self.number)
        self.database.execute("INSERT OR REPLACE INTO line VALUES (?, ?, ?)", (patient, digest, self.number))
        if before and before.digest == digest:
            return
        person, open_ = self._person(patient)
        if person > 1 and not open_ and patient not in self.noted:
            note = (self.number, patient, APART, "", _WHY_APART)
            self.database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", note)
        self._change(patient, person, subjects(self.run.said(patient)))

    def _change(self, patient: str, person: int, now: Mapping[str, tuple[str, bool]]) -> None:
        asked = "SELECT subject, value, reported FROM state WHERE patient = ? AND until IS NULL"
        rows = () if self.fresh else self.database.execute(asked, (patient,))
        before = {subject: (value, bool(reported)) for subject, value, reported in rows}
        ended = [subject for subject, state in before.items() if now.get(subject) != state]
        begun = [(subject, *state) for subject, state in now.items() if before.get(subject) != state]
        self.database.executemany(
            "UPDATE state SET until = ? WHERE patient = ? AND subject = ? AND until IS NULL",
            [(self.number, patient, subject) for subject in ended],
        )
        self.database.executemany(
            "INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, NULL, '', ?, ?)",
            [
                (
                    patient,
                    person,
                    subject,
                    *state,
                    self.number,
                    *self.causes.get((patient, subject), ("", "")),
                )
                for subject, *state in begun
            ],
        )

    def _person(self, patient: str) -> tuple[int, bool]:
        """Return whose states are written under an id, counted from 1, and whether some are open."""
        if self.fresh:
            return 1, False
        number, open_ = self.database.execute(
            "SELECT coalesce(max(person), 0), coalesce(max(until IS NULL), 0) FROM state WHERE patient = ?",
            (patient,),
        ).fetchone()
        return (number, True) if open_ else (number + 1, False)

    def _states(self, patient: str) -> list[tuple[object, ...]]:
        """Return all states of the person who has an id now, without id and person."""
        return self.database.execute(
            "SELECT subject, value, reported, since, until, ended, cause, record FROM state "
            "WHERE patient = ? AND person = ?",
            (patient, self._person(patient)[0]),
        ).fetchall()


_OF_EARLIER_VERSIONS = "SELECT 1 FROM run WHERE id NOT LIKE ?"
_SEPARATED = "SELECT DISTINCT patient FROM event WHERE run > ? AND run < ? AND note IN (?, ?, ?)"


def _begun(
    database: sqlite3.Connection,
    run: RunFolder,
    date: str,
    before: int | None,
    changes: Iterable[ChangeRow],
    people: Sequence[PersonNote] = (),
) -> _Step:
    """Write the run, what changed and what is said of persons; return the step that enters its patients."""
    number = database.execute("SELECT coalesce(max(number), 0) + 1 FROM run").fetchone()[0]
    name = run.directory.resolve().name
    row = (number, run.content, name, date, *_versions(run), len(run.lines), before)
    database.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    found = list(changes)
    database.executemany(
        "INSERT OR IGNORE INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(number, one.patient, one.subject, one.kind, one.before, one.after, one.cause, one.record)
         for one in found],
    )  # fmt: skip
    database.executemany(
        "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)",
        [(number, one.patient, one.note, one.other, one.detail) for one in people],
    )
    noted = frozenset(one.patient for one in people if one.note in {*NOT_COMPARED, Note.ADDED, Note.RENAMED})
    fresh = not database.execute("SELECT 1 FROM state").fetchone()
    return _Step(database, run, number, _lasts(database), _causes(found), noted, fresh)


def _causes(changes: Iterable[ChangeRow]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return causes and records by patient and subject, each once, joined by commas.

    What is printed differently is no state, so that its cause is none of one.
    """
    found: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for one in changes:
        if one.kind == Kind.DETAILS_CHANGED:
            continue
        causes, records = found.setdefault((one.patient, one.subject), ({}, {}))
        causes[one.cause] = records[one.record] = None
    return {key: (",".join(causes), ",".join(records)) for key, (causes, records) in found.items()}


def _lasts(database: sqlite3.Connection) -> dict[str, _Last]:
    return {row[0]: _Last(*row[1:]) for row in database.execute("SELECT patient, digest, run FROM line")}


def number_of(database: sqlite3.Connection, run: RunFolder) -> int | None:
    """Return under which number the results of a run were last entered, None where they were not."""
    asked = "SELECT max(number) FROM run WHERE id = ?"
    number: int | None = database.execute(asked, (run.content,)).fetchone()[0]
    if number is None and database.execute(_OF_EARLIER_VERSIONS, (f"{OF_LINES}%",)).fetchone():
        number = database.execute(asked, (run.content_at_once,)).fetchone()[0]
    return number


def _is_last(database: sqlite3.Connection, run: RunFolder, last: Mapping[str, _Last]) -> bool:
    """Return whether the results of a run are what the history has last of all its patients."""
    number = number_of(database, run)
    return number is not None and all(
        patient in last and last[patient].run == number for patient in run.lines
    )


def _in_the_past(database: sqlite3.Connection, run: RunFolder, date: str, last: Mapping[str, _Last]) -> bool:
    """Return whether the history has a run, and newer ones since; refuse an unknown run that is not newer."""
    number = number_of(database, run)
    if number is not None and database.execute("SELECT 1 FROM run WHERE previous = ?", (number,)).fetchone():
        return True
    runs = {row[0]: row[1] for row in database.execute("SELECT number, date FROM run")}
    newer = [patient for patient in run.lines if patient in last and runs[last[patient].run] > date]
    if newer and number is None:
        raise _conflict(database, newer[0], run, last[newer[0]].run)
    return bool(newer)


def _conflict(database: sqlite3.Connection, patient: str, run: RunFolder, other: int) -> InputError:
    name, date = database.execute("SELECT name, date FROM run WHERE number = ?", (other,)).fetchone()
    expected = (
        f"the history of results has {name} of {date} for this patient, and {run.directory.name} is no "
        "later run that was compared with it"
    )
    action = "enter runs from the oldest to the newest, or name another file with --history or another --out"
    return InputError([Problem(patient, str(run.directory), expected, action)])


def _cohort(old: RunFolder, last: Mapping[str, _Last]) -> set[str]:
    """Return everyone who is in the last runs of the patients of a run."""
    runs = {last[patient].run for patient in old.lines if patient in last}
    return {patient for patient, one in last.items() if one.run in runs}


def _versions(run: RunFolder) -> tuple[str, str]:
    """Return software and ClinVar release of the first result of a run."""
    for patient in run.lines:
        made = run.report(patient).provenance
        return made.pipeline, made.resources["clinvar"].release if "clinvar" in made.resources else ""
    return "", ""
