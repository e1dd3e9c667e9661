"""The file in which the history of results is kept: its tables, opened for writing or only read.

SQLite, so that any tool can query it; the view `findings` is meant for that. Earlier shapes are brought up
to this one when a run is entered, in the same transaction; a question upgrades a copy in memory, and writes
nothing.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from als_screen.errors import CANNOT_WRITE, InputError, Problem

#: Raised when the tables change.
SCHEMA = 2
#: `run.previous` is the run that it was compared with. `state.person` counts the persons who had an id: of
#: the second nothing is continued from the first. `state.ended` is why the states of a person ended, "" where
#: only the value changed. `line` has the last result of everyone who is in a last run.
_TABLES = """
CREATE TABLE run (number INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, date TEXT NOT NULL,
  software TEXT NOT NULL, clinvar TEXT NOT NULL, patients INTEGER NOT NULL, previous INTEGER REFERENCES run);
CREATE TABLE state (patient TEXT NOT NULL, person INTEGER NOT NULL, subject TEXT NOT NULL,
  value TEXT NOT NULL, reported INTEGER NOT NULL, since INTEGER NOT NULL REFERENCES run,
  until INTEGER REFERENCES run, ended TEXT NOT NULL, cause TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (patient, person, subject, since));
CREATE TABLE line (patient TEXT PRIMARY KEY, digest TEXT NOT NULL, run INTEGER NOT NULL REFERENCES run);
CREATE TABLE change (run INTEGER NOT NULL REFERENCES run, patient TEXT NOT NULL, subject TEXT NOT NULL,
  kind TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, cause TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (run, patient, subject, kind, before, after));
CREATE TABLE event (run INTEGER NOT NULL REFERENCES run, patient TEXT NOT NULL, note TEXT NOT NULL,
  other TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (run, patient, note));
CREATE INDEX open_states ON state (patient) WHERE until IS NULL;
CREATE INDEX events_of ON event (patient);
CREATE INDEX events_of_other ON event (other) WHERE other <> '';
CREATE VIEW findings AS
  SELECT s.patient, s.subject, s.value AS state, f.date AS first_seen, a.date AS last_changed,
    b.date AS until, s.ended, s.person, s.reported, s.cause, s.record, s.since AS run
  FROM state s JOIN run a ON a.number = s.since LEFT JOIN run b ON b.number = s.until
  JOIN run f ON f.number = (SELECT min(o.since) FROM state o
    WHERE o.patient = s.patient AND o.person = s.person AND o.subject = s.subject);
"""
#: From version 1, which knew neither persons nor which run was compared with which.
_SET_ASIDE = """
DROP INDEX open_states;
ALTER TABLE run RENAME TO old_run;
ALTER TABLE state RENAME TO old_state;
ALTER TABLE line RENAME TO old_line;
ALTER TABLE change RENAME TO old_change;
"""
_TAKE_OVER = """
INSERT INTO run SELECT number, id, name, date, software, clinvar, patients, nullif(number - 1, 0)
  FROM old_run;
INSERT INTO state SELECT s.patient, 1, s.subject, s.value, s.reported, s.since, s.until, '',
  coalesce((SELECT group_concat(DISTINCT c.cause) FROM old_change c
    WHERE c.run = s.since AND c.patient = s.patient AND c.subject = s.subject), ''),
  coalesce((SELECT group_concat(DISTINCT c.record) FROM old_change c
    WHERE c.run = s.since AND c.patient = s.patient AND c.subject = s.subject), '')
  FROM old_state s;
INSERT INTO line SELECT patient, digest, (SELECT max(number) FROM old_run) FROM old_line;
INSERT INTO change SELECT * FROM old_change;
DROP TABLE old_change;
DROP TABLE old_line;
DROP TABLE old_state;
DROP TABLE old_run;
"""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database, made with mode 0600 where there is none; commit at the end, or leave it as it was.

    Raises:
        InputError: the file is none of ours, of a newer als-screen, or cannot be there.
    """
    _made(path)
    with _told(path), closing(sqlite3.connect(path, timeout=600, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        _lift(database, path)
        yield database
        database.execute("COMMIT")


@contextmanager
def asked(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database for questions; nothing is written, so that it may lie in an archive.

    Raises:
        InputError: there is none, or it is none of ours, or of a newer als-screen.
    """
    if not path.is_file():
        raise refused(path, "there is no history of results here")
    with _told(path), closing(sqlite3.connect(_address(path), timeout=600, uri=True)) as database:
        if database.execute("PRAGMA user_version").fetchone()[0] == SCHEMA:
            yield database
            return
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            database.backup(copy)
            _lift(copy, path)
            yield copy


def why_unusable(path: Path) -> str:
    """Return "" where a database is a sound history of this als-screen or an earlier one, else why not."""
    try:
        with asked(path) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
            database.execute("SELECT 1 FROM run").fetchone()
    except InputError as error:
        return error.problems[0].expected
    return "" if found == "ok" else f"is damaged: {found}"


def pack(path: Path) -> None:
    """Lay a database out anew, without what SQLite leaves of rows that it freed."""
    with _told(path), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("VACUUM")


def carry_on(database: sqlite3.Connection, earlier: Path) -> None:
    """Copy everything of another history into one that has no run yet."""
    if database.execute("SELECT 1 FROM run").fetchone():
        return
    with asked(earlier) as other:
        for table in ("run", "state", "line", "change", "event"):
            rows = other.execute(f"SELECT * FROM {table}")  # noqa: S608
            marks = ", ".join("?" for _ in rows.description)
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def refused(path: Path, expected: str) -> InputError:
    """Return the error of a history that cannot be used."""
    action = "name the file with --database, or the directory of a run that was compared with an earlier one"
    return InputError([Problem("", str(path), expected, action)])


def _made(path: Path) -> None:
    """Make an empty file where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        if error.errno in CANNOT_WRITE:
            raise
        raise refused(path, f"the history of results cannot be here: {error.strerror}") from error


def _address(path: Path) -> str:
    """Return the URI for reading; only an interrupted writer's journal has to be rolled back before."""
    if path.with_name(f"{path.name}-journal").exists():
        return f"{path.resolve().as_uri()}?mode=rw"
    fixed = "" if os.access(path, os.W_OK) else "&immutable=1"
    return f"{path.resolve().as_uri()}?mode=ro{fixed}"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise refused(path, f"cannot be used as the history of results: {error}") from error


def _lift(database: sqlite3.Connection, path: Path) -> None:
    """Make the tables where there are none, and those of an earlier version anew."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA:
        return
    if version == 1:
        _execute(database, _SET_ASIDE, _TABLES, _TAKE_OVER)
    elif version == 0 and not database.execute("SELECT 1 FROM sqlite_master").fetchone():
        _execute(database, _TABLES)
    else:
        raise refused(path, f"is a history of version {version}, this als-screen reads up to {SCHEMA}")
    database.execute(f"PRAGMA user_version = {SCHEMA}")


def _execute(database: sqlite3.Connection, *scripts: str) -> None:
    for statement in "".join(scripts).split(";\n"):
        database.execute(statement)
