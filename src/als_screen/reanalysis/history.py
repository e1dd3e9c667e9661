"""One database of results over all runs: every state of every subject, since which run and until which.

SQLite, so that any tool can query it. A state that does not change adds no row, so ten thousand patients and
many releases stay small. A run is known by the content of its findings and is never entered twice; entering
is one transaction, so an interrupted run leaves the database as it was.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.models import Report
from als_screen.named_files import why_no_database
from als_screen.reanalysis.compare import CONCLUSION, REPEAT, answer, findings, looked_at
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import ChangeRow
from als_screen.reanalysis.said import Said
from als_screen.regions import VARIANT_GENES

#: Raised when the tables change.
SCHEMA = 1
_TABLES = """
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
"""


@dataclass(frozen=True, slots=True)
class State:
    """A subject of a patient in one value, from run `since` to before run `until` (dates), and first seen."""

    subject: str
    value: str
    reported: bool
    first_seen: str
    last_changed: str
    until: str | None
    cause: str
    record: str


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database, made with mode 0600 where there is none; commit at the end, or leave it as it was.

    Raises:
        InputError: the file is none of ours, or of a newer als-screen.
    """
    if why := why_no_database(path):
        raise _refused(path, why)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path, timeout=600, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and not database.execute("SELECT 1 FROM sqlite_master").fetchone():
                for statement in _TABLES.split(";\n"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {SCHEMA}")
            elif version != SCHEMA:
                raise _refused(path, f"is a history of version {version}, this als-screen reads {SCHEMA}")
            yield database
            database.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise _refused(path, f"cannot be used as the history of results: {error}") from error


def enter(database: sqlite3.Connection, run: RunFolder, date: str, changes: Iterable[ChangeRow] = ()) -> bool:
    """Enter a run, newest last; return False where it is there already.

    Args:
        database: as `opened` gives it.
        run: whose results.
        date: ISO date of the run.
        changes: what `compare_runs` found against the run before.
    """
    identifier = _identifier(run)
    if database.execute("SELECT 1 FROM run WHERE id = ?", (identifier,)).fetchone():
        return False
    number = database.execute("SELECT coalesce(max(number), 0) + 1 FROM run").fetchone()[0]
    name = run.directory.resolve().name
    database.execute(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, identifier, name, date, *_versions(run), len(run.lines)),
    )
    for patient in run.lines:
        _enter_patient(database, run, patient, number)
    _close_absent(database, run, number)
    database.executemany(
        "INSERT OR IGNORE INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (number, row.patient, row.subject, row.kind, row.before, row.after, row.cause, row.record)
            for row in changes
        ],
    )
    return True


def history(path: Path, patient: str) -> list[State]:
    """Return every state of every subject of a patient, oldest first.

    Raises:
        InputError: there is no database, or the patient is not in it.
    """
    if not path.is_file():
        raise _refused(path, "there is no history of results here")
    with opened(path) as database:
        rows = database.execute(_HISTORY, {"patient": patient}).fetchall()
    if not rows:
        raise InputError([Problem(patient, str(path), "is in no run of this history", "check the id")])
    return [State(row[0], row[1], bool(row[2]), *row[3:]) for row in rows]


_HISTORY = """
SELECT s.subject, s.value, s.reported,
  (SELECT r.date FROM state f JOIN run r ON r.number = f.since
    WHERE f.patient = s.patient AND f.subject = s.subject ORDER BY f.since LIMIT 1),
  a.date, b.date,
  coalesce((SELECT group_concat(DISTINCT c.cause) FROM change c
    WHERE c.run = s.since AND c.patient = s.patient AND c.subject = s.subject), ''),
  coalesce((SELECT group_concat(DISTINCT c.record) FROM change c
    WHERE c.run = s.since AND c.patient = s.patient AND c.subject = s.subject), '')
FROM state s JOIN run a ON a.number = s.since LEFT JOIN run b ON b.number = s.until
WHERE s.patient = :patient ORDER BY s.since, s.reported DESC, s.subject
"""


def subjects(report: Report | Said) -> dict[str, tuple[str, bool]]:
    """Return value, and whether a report says it, of every subject of a result."""
    found = {CONCLUSION: (answer(report), True), REPEAT: (report.repeat.state.value, True)}
    found |= {gene.value: (looked_at(report, gene), True) for gene in VARIANT_GENES}
    return found | {one.name: (one.value, one.reported) for one in findings(report)}


def _versions(run: RunFolder) -> tuple[str, str]:
    """Return software and ClinVar release of the first result of a run."""
    for patient in run.lines:
        made = run.report(patient).provenance
        return made.pipeline, made.resources["clinvar"].release if "clinvar" in made.resources else ""
    return "", ""


def _enter_patient(database: sqlite3.Connection, run: RunFolder, patient: str, number: int) -> None:
    digest = run.parts(patient).essence
    known = database.execute("SELECT digest FROM line WHERE patient = ?", (patient,)).fetchone()
    if known == (digest,):
        return
    database.execute("INSERT OR REPLACE INTO line VALUES (?, ?)", (patient, digest))
    now = subjects(run.said(patient))
    _move(database, patient, number, now)


def _move(database: sqlite3.Connection, patient: str, number: int, now: dict[str, tuple[str, bool]]) -> None:
    """Close the states of a patient that are not so any more, and open those that are new."""
    rows = database.execute(
        "SELECT subject, value, reported FROM state WHERE patient = ? AND until IS NULL", (patient,)
    )
    before = {subject: (value, bool(reported)) for subject, value, reported in rows}
    ended = [subject for subject, state in before.items() if now.get(subject) != state]
    begun = [(subject, *state) for subject, state in now.items() if before.get(subject) != state]
    database.executemany(
        "UPDATE state SET until = ? WHERE patient = ? AND subject = ? AND until IS NULL",
        [(number, patient, subject) for subject in ended],
    )
    database.executemany(
        "INSERT INTO state VALUES (?, ?, ?, ?, ?, NULL)",
        [(patient, subject, value, int(reported), number) for subject, value, reported in begun],
    )


def _close_absent(database: sqlite3.Connection, run: RunFolder, number: int) -> None:
    """End the states of patients who are not in the run."""
    gone = [row for row in database.execute("SELECT patient FROM line") if row[0] not in run.lines]
    database.executemany(
        "UPDATE state SET until = ? WHERE patient = ? AND until IS NULL",
        [(number, patient) for (patient,) in gone],
    )
    database.executemany("DELETE FROM line WHERE patient = ?", gone)


def _identifier(run: RunFolder) -> str:
    """Return a hash of all findings of a run."""
    digest = sha256()
    for patient in sorted(run.lines):
        digest.update(run.raw(patient))
    return digest.hexdigest()


def _refused(path: Path, expected: str) -> InputError:
    action = "name the file with --database, or the directory of a run that was compared with an earlier one"
    return InputError([Problem("", str(path), expected, action)])


def printed(states: Sequence[State]) -> str:
    """Return the history of a patient as a table with tabs; what is so now has no `until`."""
    columns = ("subject", "value", "reported", "first_seen", "last_changed", "until", "cause", "record")
    lines = ["\t".join(columns)]
    for one in states:
        cells = (one.subject, one.value, "yes" if one.reported else "no", one.first_seen, one.last_changed)
        lines.append("\t".join((*cells, one.until or "", one.cause, one.record)))
    return "\n".join(lines)
