"""Writes what a comparison found: for a program, for a person, and for each amended report."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from als_screen.evidence import Record
from als_screen.files import write_text
from als_screen.reanalysis.compare import Kind
from als_screen.reanalysis.outcome import SCHEMA_VERSION, ChangeRow, Outcome, Release, changes_tsv
from als_screen.reanalysis.people import PersonNote
from als_screen.reanalysis.unchanged import unchanged_tsv
from als_screen.reports.catalogue import Language
from als_screen.reports.environment import csp_hash, environment, static

#: Changes that a reader should see first.
_KIND_WORDS = {
    Kind.CONCLUSION_CHANGED: "conclusion changed",
    Kind.REPEAT_STATE_CHANGED: "repeat state changed",
    Kind.NEW_FINDING: "new finding",
    Kind.CLASS_UP: "class up",
    Kind.CLASS_DOWN: "class down",
    Kind.FINDING_GONE: "finding gone",
    Kind.NOW_ASSESSED: "now assessed",
    Kind.NO_LONGER_ASSESSED: "no longer assessed",
    Kind.DETAILS_CHANGED: "details changed",
}
#: Rows of changes that are no part of a report, on the page; the table has all.
MAX_UNREPORTED = 500


class Amended(Record):
    """`amended/{patient}.json`: what an amended report needs; its result is the new `report.json`.

    `people`: what is to be said of the person: other files, another id, a report that is signed under that.
    """

    schema_version: str = SCHEMA_VERSION
    patient: str
    batch: str
    old_run: str
    new_run: str
    changes: tuple[ChangeRow, ...]
    people: tuple[PersonNote, ...] = ()
    versions: tuple[Release, ...]


def publish(outcome: Outcome, folder: Path, links: Mapping[str, str]) -> None:
    """Write all files of a reanalysis; `summary.json` is the last.

    Args:
        outcome: what was found.
        folder: `results/reanalysis`.
        links: from a patient to the report, relative to `folder`.
    """
    summary = outcome.summary
    moved = tuple(one for one in summary.versions if one.old != one.new)
    notes: dict[str, list[PersonNote]] = {}
    for note in outcome.people:
        notes.setdefault(note.patient, []).append(note)
    amended = {
        patient: Amended(
            patient=patient,
            batch=rows[0].batch,
            old_run=summary.old_run,
            new_run=summary.new_run,
            changes=tuple(rows),
            people=tuple(notes.get(patient, ())),
            versions=moved,
        )
        for patient, rows in outcome.to_amend.items()
    }
    for path in (folder / "amended").glob("*.json"):
        if path.stem not in amended:
            path.unlink()
    for patient, record in amended.items():
        write_text(folder / "amended" / f"{patient}.json", record.model_dump_json(indent=1) + "\n")
    write_text(folder / "changes.tsv", changes_tsv(outcome.changes))
    write_text(folder / "unchanged.tsv", unchanged_tsv(outcome.unchanged))
    write_text(folder / "report.html", page(outcome, links))
    write_text(folder / "summary.txt", screenful(outcome) + "\n")
    write_text(folder / "summary.json", summary.model_dump_json(indent=1) + "\n")


def screenful(outcome: Outcome) -> str:
    """Return the summary for a terminal or a mail: at most some 20 lines."""
    found = outcome.summary
    lines = [found.statement]
    lines += _counted("kinds", {_word(kind): number for kind, number in found.by_kind.items()})
    lines += _counted("causes", found.by_cause)
    lines += _counted("people", {key.replace("_", " "): number for key, number in found.people.items()})
    if found.not_derived:
        lines.append(f"{found.not_derived} causes could not be derived: not everything of a run was kept")
    if patients := outcome.to_amend:
        more = f" and {len(patients) - 10} more" if len(patients) > 10 else ""
        lines.append(f"amend the reports of: {', '.join(list(patients)[:10])}{more}")
    return "\n".join(lines)


def page(outcome: Outcome, links: Mapping[str, str]) -> str:
    """Return `report.html`: offline, changed patients first, grouped by cause and kind."""
    reported = [row for row in outcome.changes if row.reportable == "yes"]
    others = [row for row in outcome.changes if row.reportable == "no"]
    style = static("cohort.css")
    return (
        environment(Language.ENGLISH)
        .get_template("reanalysis.html.j2")
        .render(
            summary=outcome.summary,
            moved=[one for one in outcome.summary.versions if one.old != one.new],
            groups=_groups(reported),
            others=others[:MAX_UNREPORTED],
            others_count=len(others),
            people=outcome.people,
            links=links,
            kinds={kind.value: word for kind, word in _KIND_WORDS.items()},
            style=style,
            style_hash=csp_hash(style),
        )
    )


def _groups(rows: list[ChangeRow]) -> list[dict[str, Any]]:
    """Return the rows by cause and kind, the causes of most patients first."""
    order = list(Kind)

    def key(row: ChangeRow) -> tuple[str, int]:
        return row.cause, order.index(Kind(row.kind))

    groups = [
        {"cause": cause or "not found", "kind": order[kind].value, "rows": list(found)}
        for (cause, kind), found in groupby(sorted(rows, key=key), key)
    ]
    return sorted(groups, key=lambda group: order.index(Kind(group["kind"])))


def _word(kind: str) -> str:
    return _KIND_WORDS[Kind(kind)]


def _counted(title: str, counts: Mapping[str, int]) -> list[str]:
    said = ", ".join(f"{name} {number}" for name, number in counts.items() if number)
    return [f"{title}: {said}"] if said else []
