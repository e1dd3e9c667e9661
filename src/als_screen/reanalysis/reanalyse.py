"""Two runs -> what changed, for whom, and why."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from als_screen.config import IdentitySettings
from als_screen.essence import parts
from als_screen.models import Report
from als_screen.reanalysis.archive import kept
from als_screen.reanalysis.compare import compare_reports
from als_screen.reanalysis.details import detail_changes
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import (
    ChangeRow,
    Outcome,
    Summary,
    change_row,
    in_order,
    statement,
)
from als_screen.reanalysis.people import (
    NOT_COMPARED,
    Genotyper,
    Note,
    Person,
    PersonNote,
    SameFiles,
    note_of,
    renamed,
    same_data,
    same_files,
)
from als_screen.reanalysis.population import genotyper
from als_screen.reanalysis.unchanged import Unchanged, unchanged
from als_screen.reanalysis.versions import provenances, versions
from als_screen.reanalysis.why import Explainer
from als_screen.reports.archive import newest_signed
from als_screen.resources import Resources


def compare_runs(old: RunFolder, new: RunFolder, resources: Resources) -> Outcome:
    """Return what changed from an earlier run to a new one, patient by patient; neither is written to.

    Raises:
        InputError: one of them has not finished.
    """
    for run in (old, new):
        run.refuse_unfinished()
    with tempfile.TemporaryDirectory(prefix="als-screen.") as scratch:
        return _Comparison(old, new, resources, Path(scratch)).outcome()


@dataclass
class _Comparison:
    """A comparison while it is made."""

    old: RunFolder
    new: RunFolder
    resources: Resources
    scratch: Path
    rows: list[ChangeRow] = field(default_factory=list)
    notes: list[PersonNote] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    without_report: set[str] = field(default_factory=set)
    differing: int = 0

    @cached_property
    def genotyper(self) -> Genotyper:
        """Return who tells people apart, by the newest frequencies that the runs kept."""
        runs = self.old, self.new
        folders = [one / "knowledge" for run in runs for one in kept(run.results)]
        return genotyper(self.resources, folders, max(_min_sites(run) for run in runs))

    @cached_property
    def explainer(self) -> Explainer:
        """Return who says why."""
        return Explainer(self.old, self.new, self.resources, self.scratch)

    def outcome(self) -> Outcome:
        """Go through everyone once."""
        for patient, earlier in self._names().items():
            self._person(patient, earlier)
        self._exchange()
        changed = {row.patient for row in self.rows}
        same = unchanged(self.new, [one for one in self.compared if one not in changed])
        people = tuple(sorted(self.notes, key=_urgency))
        summary, rows = self._summary(same), in_order(self.rows)
        return Outcome(summary, rows, people, same, frozenset(self.without_report))

    def _names(self) -> dict[str, str]:
        """Return the old id of everyone who is in both runs; note who came, who left, who was renamed."""
        came = [one for one in self.new.lines if one not in self.old.lines]
        left = [one for one in self.old.lines if one not in self.new.lines]
        aliases: dict[str, tuple[str, str]] = {}
        if came and left:
            before, after = self._people(self.old, left), self._people(self.new, came)
            aliases = renamed(before, after, self.genotyper)
        for patient in came:
            if patient in aliases:
                other, how = aliases[patient]
                self._note(self.new, patient, Note.RENAMED, other, how + self._signed(other))
            else:
                self._note(self.new, patient, Note.ADDED)
        taken = {other for other, _ in aliases.values()}
        for patient in left:
            if patient not in taken:
                self._note(self.old, patient, Note.LEFT_OUT)
        earlier = {new: other for new, (other, _) in aliases.items()}
        return {
            one: earlier.get(one, one) for one in self.new.lines if one in self.old.lines or one in earlier
        }

    def _signed(self, patient: str) -> str:
        """Return that a report is signed under an id of the old run, of which the new draft knows nothing."""
        for run in (self.new, self.old):
            if found := newest_signed(run.results / "authorised", patient):
                return f"; report no. {found.authorisation.number} is signed under the id {patient}"
        return ""

    def _exchange(self) -> None:
        """Say whose data an id has now, where it is another person's and that person was in the old run."""
        swapped = [one.patient for one in self.notes if one.note in NOT_COMPARED]
        if not swapped:
            return
        left = [one.patient for one in self.notes if one.note is Note.LEFT_OUT]
        came = [one.patient for one in self.notes if one.note is Note.ADDED]
        before, after = self._people(self.old, swapped + left), self._people(self.new, swapped + came)
        found = renamed(before, after, self.genotyper)
        self.notes = [_exchanged(note, found) for note in self.notes]

    @staticmethod
    def _people(run: RunFolder, patients: Sequence[str]) -> list[Person]:
        return [
            Person(one, run.report(one).fingerprint, tuple(run.files_of(one)), run.columns_of(one))
            for one in patients
        ]

    def _note(self, run: RunFolder, patient: str, note: Note, other: str = "", detail: str = "") -> None:
        batch = run.batch_of(patient)
        self.notes.append(PersonNote(patient=patient, batch=batch, note=note, other=other, detail=detail))

    def _person(self, patient: str, earlier: str) -> None:
        """Compare the two results of a patient, unless they are of two people."""
        before, after = self.old.parts(earlier), self.new.parts(patient)
        equal = before.essence == after.essence
        files = same_files(self.old.files_of(earlier), self.new.files_of(patient))
        # where the essences are equal, so are the genotypes
        if not (equal and after.genotyped and files is not SameFiles.NO):
            files = same_data(files, self.old.columns_of(earlier), self.new.columns_of(patient))
            if not (equal and files is SameFiles.YES):
                self._read(patient, earlier, files, equal=equal)
                return
        self.compared.append(patient)

    def _read(self, patient: str, earlier: str, files: SameFiles, *, equal: bool) -> None:
        """Compare the two results of a patient whose equality their lines do not show."""
        old, new = self.old.report(earlier), self.new.report(patient)
        note = self._noted(old, new, files) if earlier == patient else None
        if note in NOT_COMPARED:
            return
        self.compared.append(patient)
        if not equal:
            self._differing(old, new, earlier, shown=note is not Note.IDENTITY_NOT_SHOWN)

    def _noted(self, old: Report, new: Report, files: SameFiles) -> Note | None:
        """Return what is to be said of a patient of the same id in both runs, and keep it."""
        batch = self.new.batch_of(new.patient.patient)
        note = note_of(old, new, batch, files=files, genotyper=self.genotyper)
        self.notes += [note] if note else []
        return note.note if note else None

    def _differing(self, old: Report, new: Report, earlier: str, *, shown: bool) -> None:
        """Note the changes of a patient; `shown`: that the data of both runs are one person's."""
        patient = new.patient.patient
        old = old.model_copy(update={"patient": old.patient.model_copy(update={"patient": patient})})
        answers = compare_reports(old, new)
        changes = (*answers, *detail_changes(old, new, answers))
        if not changes:
            written_alike = patient == earlier and old.provenance.pipeline == new.provenance.pipeline
            self.differing += written_alike or _essence(old) != _essence(new)
            return
        batch = self.new.batch_of(patient)
        explained = self.explainer.explain(old, earlier, new, changes)
        rows = [
            change_row(change, patient, batch, derived, why, same_person=shown)
            for change, (derived, why) in zip(changes, explained, strict=True)
        ]
        none = self.old.withholds(old), self.new.withholds(new)
        if any(none):
            self.without_report.add(patient)
        if all(none):  # no report of either run says it
            rows = [row.model_copy(update={"reportable": "no"}) for row in rows]
        self.rows += rows

    def _summary(self, same: Sequence[Unchanged]) -> Summary:
        changed = {row.patient for row in self.rows}
        people = Counter(note.note for note in self.notes)
        made_with = versions(self.old, self.new)
        total, compared = len(self.new.lines), len(self.compared)
        stay = sum(one.report == "kept" for one in same)
        return Summary(
            old_run=self.old.directory.name,
            new_run=self.new.directory.name,
            patients=total,
            compared=compared,
            changed=len(changed),
            changed_reportable=len({row.patient for row in self.rows if row.reportable == "yes"}),
            unchanged=len(same),
            reports_kept=stay,
            other_differences=self.differing,
            not_derived=sum(row.derived == "no" for row in self.rows),
            changes=len(self.rows),
            by_kind=dict(sorted(Counter(row.kind for row in self.rows).items())),
            by_cause=dict(
                sorted(Counter(cause for row in self.rows for cause in row.cause.split(";") if cause).items())
            ),
            people={note.value: people[note] for note in Note},
            versions=made_with,
            statement=statement(total, compared, len(changed), made_with, people, stay, self.differing),
        )


_FIRST = (
    *(Note.ANOTHER_PERSON, Note.IDENTITY_DOUBTFUL, Note.IDENTITY_NOT_SHOWN, Note.RENAMED),
    *(Note.NEW_FILES, Note.LEFT_OUT, Note.ADDED),
)


def _urgency(note: PersonNote) -> int:
    return _FIRST.index(note.note)


def _exchanged(note: PersonNote, found: Mapping[str, tuple[str, str]]) -> PersonNote:
    """Return a note with the id that the data were under; of someone left out, that has them now."""
    now = next((new for new, (old, _) in found.items() if old == note.patient), "")
    if note.note is Note.LEFT_OUT:
        return note.model_copy(update={"detail": f"the data are now those of {now}"}) if now else note
    if note.note not in {*NOT_COMPARED, Note.ADDED} or note.patient not in found:
        return note
    other, how = found[note.patient]
    detail = "; ".join(
        filter(None, (note.detail, f"the data are those of {other} in the earlier run, {how}"))
    )
    return note.model_copy(update={"other": other, "detail": detail})


def _essence(report: Report) -> str:
    """Return a hash of what a result says, whoever wrote it."""
    return parts(report.model_dump_json().encode()).essence


def _min_sites(run: RunFolder) -> int:
    """Return how many sites a run asked for to tell persons apart, the most where results differ."""
    asked = (made.settings.get("identity", {}).get("min_sites") for made in provenances(run))
    return max((one for one in asked if isinstance(one, int)), default=IdentitySettings().min_sites)
