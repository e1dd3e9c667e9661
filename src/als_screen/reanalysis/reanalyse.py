"""Two runs -> what changed, for whom, and why."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from als_screen.models import Report
from als_screen.reanalysis.archive import kept
from als_screen.reanalysis.compare import compare_reports
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import (
    ChangeRow,
    Outcome,
    Release,
    Summary,
    change_row,
    in_order,
    statement,
)
from als_screen.reanalysis.people import (
    NOT_COMPARED,
    Genotyper,
    Note,
    PersonNote,
    SameFiles,
    note_of,
    renamed,
    same_files,
)
from als_screen.reanalysis.population import genotyper
from als_screen.reanalysis.unchanged import Unchanged, unchanged
from als_screen.reanalysis.why import Explainer, flat
from als_screen.resources import Resources


def compare_runs(old: RunFolder, new: RunFolder, resources: Resources) -> Outcome:
    """Return what changed from an earlier run to a new one, patient by patient; neither is written to."""
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
    made_with: dict[tuple[bytes, bytes], tuple[Report, Report]] = field(default_factory=dict)
    compared: list[str] = field(default_factory=list)
    differing: int = 0

    @cached_property
    def genotyper(self) -> Genotyper:
        """Return who tells people apart, by the newest frequencies at hand."""
        return genotyper(self.resources, [one / "knowledge" for one in kept(self.new.results)])

    @cached_property
    def explainer(self) -> Explainer:
        """Return who says why."""
        return Explainer(self.old, self.new, self.resources, self.scratch)

    def outcome(self) -> Outcome:
        """Go through everyone once."""
        for patient, earlier in self._names().items():
            self._person(patient, earlier)
        changed = {row.patient for row in self.rows}
        same = unchanged(self.new, [one for one in self.compared if one not in changed])
        people = tuple(sorted(self.notes, key=_urgency))
        return Outcome(self._summary(same), in_order(self.rows), people, same)

    def _names(self) -> dict[str, str]:
        """Return the old id of everyone who is in both runs; note who came, who left, who was renamed."""
        came = [one for one in self.new.lines if one not in self.old.lines]
        left = [one for one in self.old.lines if one not in self.new.lines]
        aliases: dict[str, tuple[str, float]] = {}
        if came and left:
            before, after = [self.old.report(one) for one in left], [self.new.report(one) for one in came]
            aliases = renamed(before, after, self.genotyper)
        for patient in came:
            if patient in aliases:
                other, ratio = aliases[patient]
                self._note(self.new, patient, Note.RENAMED, other, f"log10 likelihood ratio {ratio:.1f}")
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

    def _note(self, run: RunFolder, patient: str, note: Note, other: str = "", detail: str = "") -> None:
        batch = run.batch_of(patient)
        self.notes.append(PersonNote(patient=patient, batch=batch, note=note, other=other, detail=detail))

    def _person(self, patient: str, earlier: str) -> None:
        """Compare the two results of a patient, unless they are of two people."""
        before, after = self.old.parts(earlier), self.new.parts(patient)
        files = same_files(self.old.files_of(earlier), self.new.files_of(patient))
        made_with = (before.made_with, after.made_with)
        # where the essences are equal, so are the genotypes
        same_person = files is SameFiles.YES or (files is SameFiles.COPIED and after.genotyped)
        if same_person and before.essence == after.essence and made_with in self.made_with:
            self.compared.append(patient)
            return
        old, new = self.old.report(earlier), self.new.report(patient)
        note = self._noted(old, new, files) if earlier == patient else None
        if note in NOT_COMPARED:
            return
        self.compared.append(patient)
        self.made_with.setdefault(made_with, (old, new))
        if before.essence != after.essence:
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
        changes = compare_reports(old, new)
        if not changes:
            self.differing += 1
            return
        batch = self.new.batch_of(patient)
        explained = self.explainer.explain(old, earlier, new, changes)
        self.rows += [
            change_row(change, patient, batch, derived, why, same_person=shown)
            for change, (derived, why) in zip(changes, explained, strict=True)
        ]

    def _summary(self, same: Sequence[Unchanged]) -> Summary:
        changed = {row.patient for row in self.rows}
        people = Counter(note.note for note in self.notes)
        versions = _versions(list(self.made_with.values()))
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
            versions=versions,
            statement=statement(total, compared, len(changed), versions, people, stay),
        )


_FIRST = (
    *(Note.ANOTHER_PERSON, Note.IDENTITY_DOUBTFUL, Note.IDENTITY_NOT_SHOWN, Note.RENAMED),
    *(Note.NEW_FILES, Note.LEFT_OUT, Note.ADDED),
)


def _urgency(note: PersonNote) -> int:
    return _FIRST.index(note.note)


def _versions(pairs: list[tuple[Report, Report]]) -> tuple[Release, ...]:
    """Return every version that results of the two runs were made with."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for pair in pairs:
        for side, report in enumerate(pair):
            found.setdefault("als-screen", (set(), set()))[side].add(report.provenance.pipeline)
            resources = report.provenance.resources.items()
            shown = {name: f"{one.release} ({one.sha256[:12]})" for name, one in resources}
            shown |= {name: str(value) for name, value in flat(report.provenance.settings).items()}
            for name, value in shown.items():
                found.setdefault(name, (set(), set()))[side].add(value)
    return tuple(
        Release(name=name, old=tuple(sorted(before)), new=tuple(sorted(after)))
        for name, (before, after) in sorted(found.items())
    )
