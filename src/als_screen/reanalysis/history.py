"""What the history says of a patient: every state of every subject, and what happened to the id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.errors import InputError, Problem, one_line
from als_screen.reanalysis.database import asked
from als_screen.reanalysis.people import Note

#: Subject of the rows that tell what a comparison said of the person: another one, under another id, left.
EVENT = "event"


@dataclass(frozen=True, slots=True)
class State:
    """A subject of a patient in one value, from run `last_changed` to before run `until` (dates).

    Attributes:
        subject, value, reported: what, and whether a report says it; of an event the note, and "no".
        first_seen: date of the first run with this subject of this person.
        last_changed, until: dates of runs; None where it is so now. Of an event all three are its run's.
        cause, record: why it became so.
        ended: why nothing is known of the person any more under this id; "" where only the value changed.
        person: counts the persons who had this id.
    """

    subject: str
    value: str
    reported: bool
    first_seen: str
    last_changed: str
    until: str | None
    cause: str
    record: str
    ended: str
    person: int


def history(path: Path, patient: str) -> list[State]:
    """Return every state of every subject of a patient, and every event, oldest first.

    Raises:
        InputError: there is no database, or the patient is not in it.
    """
    with asked(path) as database:
        rows = database.execute(_HISTORY, {"patient": patient}).fetchall()
    if not rows:
        raise InputError([Problem(patient, str(path), "is in no run of this history", "check the id")])
    return [State(row[0], row[1], bool(row[2]), *row[3:10]) for row in rows]


#: The renamed are told under both ids; an event comes before the states of its run.
_HISTORY = f"""
SELECT subject, state, reported, first_seen, last_changed, until, cause, record, ended, person, run, 1
  FROM findings WHERE patient = :patient
UNION ALL
SELECT '{EVENT}', CASE WHEN e.patient = :patient THEN e.note ELSE '{Note.RENAMED}' END, 0,
  r.date, r.date, r.date, '',
  CASE WHEN e.other = '' THEN '' WHEN e.patient = :patient THEN 'was ' || e.other || '; '
    ELSE 'now ' || e.patient || '; ' END || e.detail,
  '', coalesce((SELECT max(person) FROM state WHERE patient = :patient AND since <= e.run), 1), e.run, 0
  FROM event e JOIN run r ON r.number = e.run WHERE e.patient = :patient OR e.other = :patient
ORDER BY 11, 12, 10, 3 DESC, 1, 2
"""  # noqa: S608


def printed(states: Sequence[State]) -> str:
    """Return the history of a patient as a table with tabs; what is so now has no `until`.

    What knowledge says can hold characters that move the cursor or turn the writing round: they are escaped.
    """
    columns = ("subject", "value", "reported", "first_seen", "last_changed", "until", "cause", "record")
    lines = ["\t".join((*columns, "ended", "person"))]
    for one in states:
        cells = (one.subject, one.value, "yes" if one.reported else "no", one.first_seen, one.last_changed)
        more = (one.until or "", one.cause, one.record, one.ended, str(one.person))
        lines.append("\t".join(map(one_line, (*cells, *more))))
    return "\n".join(lines)
