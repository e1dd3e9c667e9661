"""What a comparison of two runs found, as records: changes, people, counts; and `changes.tsv`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from als_screen.evidence import Record
from als_screen.reanalysis.causes import Derived
from als_screen.reanalysis.compare import Change
from als_screen.reanalysis.people import Note, PersonNote
from als_screen.reanalysis.unchanged import Unchanged
from als_screen.reanalysis.why import Why
from als_screen.reports.cohort.rows import tsv_cell

COLUMNS = (
    "patient",
    "batch",
    "subject",
    "kind",
    "before",
    "after",
    "cause",
    "record",
    "old_release",
    "new_release",
    "reportable",
    "derived",
    "same_person",
)
SCHEMA_VERSION = "1.0"


class ChangeRow(Record):
    """One line of `changes.tsv`.

    Attributes:
        patient, batch: as in the sheet of the new run.
        subject, kind, before, after, reportable: see `compare.Change`.
        cause: knowledge, policy, software, input; several joined by ";".
        record: what moved it; old_release, new_release: versions of that, in the same order, joined by "; ".
        derived: "yes", or "no" where something that it takes was not kept: the causes are then candidates.
        same_person: "yes", or "not_shown" where the patient has other files and genotypes cannot tell.
    """

    patient: str
    batch: str
    subject: str
    kind: str
    before: str
    after: str
    cause: str
    record: str
    old_release: str
    new_release: str
    reportable: str
    derived: str
    same_person: str


class Release(Record):
    """One resource, policy, setting or the software, in both runs; sorted lists where patients differ."""

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


class Summary(Record):
    """`summary.json`: what a program, or a person in a hurry, needs.

    `reports_kept`: of unchanged patients, whose reports stayed as they were and name the earlier release.
    `other_differences`: patients without a listed change whose results differ in what is no finding, see
    `OTHERS`.
    """

    schema_version: str = SCHEMA_VERSION
    old_run: str
    new_run: str
    patients: int
    compared: int
    changed: int
    changed_reportable: int
    unchanged: int
    reports_kept: int
    other_differences: int
    not_derived: int
    changes: int
    by_kind: dict[str, int]
    by_cause: dict[str, int]
    people: dict[str, int]
    versions: tuple[Release, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that was found.

    Attributes:
        changes: sorted: reportable patients first, then as in the new run.
        without_report: who has a change but had no report in one of the runs, so that there is none to amend.
    """

    summary: Summary
    changes: tuple[ChangeRow, ...]
    people: tuple[PersonNote, ...]
    unchanged: tuple[Unchanged, ...] = ()
    without_report: frozenset[str] = frozenset()

    @property
    def to_amend(self) -> dict[str, list[ChangeRow]]:
        """Return all changes of everyone whose report says a change, and who has one to amend."""
        of = dict.fromkeys(row.patient for row in self.changes if row.reportable == "yes")
        found: dict[str, list[ChangeRow]] = {one: [] for one in of if one not in self.without_report}
        for row in self.changes:
            if row.patient in found:
                found[row.patient].append(row)
        return found


def change_row(
    change: Change,
    patient: str,
    batch: str,
    derived: Derived,
    why: Sequence[Why],
    *,
    same_person: bool = True,
) -> ChangeRow:
    """Return the line of a change; `why` are the records, policies, data and versions behind its causes."""
    return ChangeRow(
        patient=patient,
        batch=batch,
        subject=change.subject,
        kind=change.kind.value,
        before=change.before,
        after=change.after,
        cause=";".join(derived.causes),
        record="; ".join(one.what for one in why),
        old_release="; ".join(one.old for one in why),
        new_release="; ".join(one.new for one in why),
        reportable="yes" if change.reportable else "no",
        derived="yes" if derived.sure else "no",
        same_person="yes" if same_person else "not_shown",
    )


def changes_tsv(rows: Iterable[ChangeRow]) -> str:
    """Return `changes.tsv`; cells cannot be formulas or hold tabs."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(tsv_cell(getattr(row, column)) for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


def in_order(rows: Sequence[ChangeRow]) -> tuple[ChangeRow, ...]:
    """Return the rows of patients with a reportable change first, each patient's rows together."""
    urgent = {row.patient for row in rows if row.reportable == "yes"}
    return tuple(sorted(rows, key=lambda row: row.patient not in urgent))


def statement(
    patients: int,
    compared: int,
    changed: int,
    versions: Sequence[Release],
    notes: Counter[Note],
    kept: int = 0,
    others: int = 0,
) -> str:
    """Return the sentence that a person can sign; `others` as `Summary.other_differences`."""
    moved = [one for one in versions if one.old != one.new]
    named = "; ".join(f"{one.name} {_joined(one.old)} -> {_joined(one.new)}" for one in moved)
    said = f"{patients} {_one_or(patients, 'patient', 'patients')} in the new run, "
    said += f"{compared} compared with the earlier run; "
    said += _changes(compared, changed, others)
    said += f"Versions: {named}." if named else "Knowledge, policies and software have the same versions."
    if kept:
        stay = _one_or(kept, "report stays as it was: it holds", "reports stay as they were: they hold")
        said += f" {kept} {stay} with {'the new' if named else 'these'} versions, see unchanged.tsv."
    if others:
        said += f" {others} {_one_or(others, 'differs', 'differ')} only in {OTHERS}."
    if moved_people := [f"{notes[note]} {words}" for note, words in _MOVED.items() if notes[note]]:
        said += f" People: {', '.join(moved_people)}."
    if apart := notes[Note.ANOTHER_PERSON]:
        said += f" {apart} not compared: their files are another person's."
    if doubtful := notes[Note.IDENTITY_DOUBTFUL]:
        said += f" {doubtful} not compared: by genotype their data are rather another person's."
    if unknown := notes[Note.IDENTITY_NOT_SHOWN]:
        have = _one_or(unknown, "has", "have")
        said += f" {unknown} {have} data of which genotypes cannot tell whose they are."
    return said


def _one_or(number: int, one: str, more: str) -> str:
    return one if number == 1 else more


#: In what patients differ who have no listed change but not the same result.
OTHERS = (
    "what is no finding: batch, family, research consent, fingerprint, details of alleles that are not "
    "reported, whether any known allele could be looked for"
)
_MOVED = {
    Note.LEFT_OUT: "left out of the new run",
    Note.ADDED: "new in it",
    Note.RENAMED: "under another id",
}


def _changes(compared: int, changed: int, others: int) -> str:
    if not compared:
        return "nobody could be compared, so that nothing is said of changes. "
    if changed:
        return f"{changed} with changes. "
    return "no change of what was found. " if others else "zero changes. "


def _joined(values: Sequence[str]) -> str:
    return " and ".join(values) or "none"
