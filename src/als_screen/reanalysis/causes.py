"""Why a result changed, derived by interpreting again with one thing changed at a time.

A result follows from the input data, the knowledge, the policies and settings, and the software. With the
stored evidence and the kept knowledge of both runs, this software interprets the old result with one of the
new things in it, and the new result with one of the old. What moves the subject of a change either way is a
cause of it. What is left when data, knowledge and policies are held equal is the software.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ValidationError

from als_screen.config import Settings
from als_screen.errors import AlsScreenError, InputError
from als_screen.evidence import PatientCheck
from als_screen.interpretation.interpret import CLINICAL, Interpreter, PatientEvidence
from als_screen.interpretation.knowledge.records import KnownAllele
from als_screen.models import Report
from als_screen.patient import LibraryKind, Patient
from als_screen.reanalysis.archive import exchanged, knowledge_of, own_tables, policies_of, tables
from als_screen.reanalysis.compare import Change
from als_screen.reanalysis.trial import Moved, Trial, World, moved_between
from als_screen.regions import Build
from als_screen.resources import Resources


class Cause(StrEnum):
    """What a change can come from."""

    KNOWLEDGE = "knowledge"
    POLICY = "policy"
    SOFTWARE = "software"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two results of a patient, with what it was made from.

    Attributes:
        report: the stored result.
        evidence: None where it is not kept.
        knowledge, policies: directories found by checksum; None where they are not kept.
        files: name, size and time of the patient's data files, as the run recorded them.
        stages: version of each stage of the run.
        commit: of the software of the run, "" where it is not recorded.
    """

    report: Report
    evidence: PatientEvidence | None
    knowledge: Path | None
    policies: Path | None
    files: tuple[tuple[str, int | None, int | None], ...] = ()
    stages: tuple[tuple[str, int], ...] = ()
    commit: str = ""

    @property
    def software(self) -> tuple[object, ...]:
        """What tells one version of the software from another."""
        return self.report.provenance.pipeline, self.stages, self.commit


class UnknownSettingsError(AlsScreenError):
    """This software does not know a setting or policy that a result was made with."""


@dataclass(frozen=True, slots=True)
class Derived:
    """The causes of one change; `sure` is False where something that it takes was not kept.

    `tables`: knowledge tables that move it. `data`: what of the input differs.
    """

    causes: tuple[Cause, ...]
    sure: bool
    tables: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


#: Fields of `World` that are changed together, by the cause they stand for.
_PARTS = {
    Cause.INPUT: ("patient", "evidence", "confirmations"),
    Cause.KNOWLEDGE: ("knowledge",),
    Cause.POLICY: ("policies", "settings"),
}


class Deriver:
    """Interprets patients under old and new knowledge and policies, each of which is read once.

    Args:
        resources: bundled with this software.
        scratch: directory for knowledge with single tables exchanged.
    """

    def __init__(self, resources: Resources, scratch: Path) -> None:
        self.resources = resources
        self._scratch = scratch
        self._interpreters: dict[tuple[Path, Path, str], Interpreter] = {}
        self._mixed: dict[tuple[Path, Path, str], Path] = {}
        self._known: dict[tuple[Path, Build], dict[str, KnownAllele]] = {}

    def causes(self, old: Side, new: Side, changes: Sequence[Change]) -> list[Derived]:
        """Return the causes of each change from `old` to `new`."""
        differing = _differing(old, new)
        first, last = _world(old), _world(new)
        if first is not None and last is not None:
            with suppress(UnknownSettingsError):
                return self._found(old, new, first, last, differing, changes)
        return [_unsure(old, new, differing)] * len(changes)

    def _found(
        self,
        old: Side,
        new: Side,
        first: World,
        last: World,
        differing: set[Cause],
        changes: Sequence[Change],
    ) -> list[Derived]:
        for cause in set(_PARTS) - differing:  # what is equal is one thing, so that worlds are few
            first = _with(first, last, cause)
        trial = Trial(self.interpreter)
        moved = {
            cause: trial.moved(first, _with(first, last, cause))
            | trial.moved(last, _with(last, first, cause))
            for cause in _PARTS
            if cause in differing
        }
        residue = moved_between(old.report, trial.report(first)) | moved_between(
            new.report, trial.report(last)
        )
        moving = self._tables(trial, first, last) if moved.get(Cause.KNOWLEDGE) else {}
        data = _data(old, new) if Cause.INPUT in differing else ()
        return [self._derived(change, moved, residue, moving, data, old, new) for change in changes]

    def interpreter(self, knowledge: Path, policies: Path, settings: str) -> Interpreter:
        """Return the interpreter of a knowledge directory, policies and settings (JSON).

        Raises:
            UnknownSettingsError: this software does not know the settings, or the policy that they name.
        """
        key = (knowledge, policies, settings)
        if key not in self._interpreters:
            own = own_tables(knowledge)
            sections = {**json.loads(settings), "knowledge": knowledge, "local": own}
            try:
                chosen = Settings.model_validate({"samples": "samples.tsv", **sections})
                self._interpreters[key] = Interpreter(chosen, self.resources, policies)
            except (ValidationError, InputError, KeyError) as error:
                raise UnknownSettingsError(f"settings of a result are not known here: {error}") from error
        return self._interpreters[key]

    def known(self, side: Side) -> dict[str, KnownAllele]:
        """Return the known pathogenic alleles of a side by the name that a recheck lists them under."""
        world, build = _world(side), side.report.genome_build
        if world is None or build is None:
            return {}
        key = (world.knowledge, build)
        if key not in self._known:
            try:
                interpreter = self.interpreter(world.knowledge, world.policies, world.settings)
            except UnknownSettingsError:
                return {}
            self._known[key] = interpreter.known_by_name(build)
        return self._known[key]

    def _derived(
        self,
        change: Change,
        moved: dict[Cause, Moved],
        residue: Moved,
        moving: dict[str, Moved],
        data: tuple[str, ...],
        old: Side,
        new: Side,
    ) -> Derived:
        asked = {(change.subject, fact) for fact in change.facts or ("",)}
        found = [cause for cause, subjects in moved.items() if asked & subjects]
        if Cause.INPUT in found and _read_anew(old, new):
            found[found.index(Cause.INPUT)] = Cause.SOFTWARE
        if asked & residue and (old.software != new.software or not found):
            found.append(Cause.SOFTWARE)
        if not found:  # it takes several together; each of them is a part of it
            found = list(moved)
        return Derived(
            causes=tuple(cause for cause in Cause if cause in found),
            sure=bool(found),
            tables=tuple(name for name, subjects in moving.items() if asked & subjects),
            data=data if Cause.INPUT in found else (),
        )

    def _tables(self, trial: Trial, first: World, last: World) -> dict[str, Moved]:
        """Return what each knowledge table that differs moves, exchanged alone."""
        found = {}
        differing = differing_tables(first.knowledge, last.knowledge)
        for name in differing:
            there, back = last.knowledge, first.knowledge
            if len(differing) > 1:
                there = self._exchanged(first.knowledge, last.knowledge, name)
                back = self._exchanged(last.knowledge, first.knowledge, name)
            found[name] = trial.moved(first, replace(first, knowledge=there))
            found[name] |= trial.moved(last, replace(last, knowledge=back))
        return found

    def _exchanged(self, one: Path, other: Path, name: str) -> Path:
        """Return a knowledge directory that is `one` with a single table of `other`."""
        key = (one, other, name)
        if key not in self._mixed:
            target = self._scratch / str(len(self._mixed))
            self._mixed[key] = exchanged(one, other, (name,), target)
        return self._mixed[key]


def differing_tables(one: Path, other: Path) -> list[str]:
    """Return the tables whose content differs between two knowledge directories."""
    first, second = tables(one), tables(other)
    names = sorted({*first, *second})
    return [
        name
        for name in names
        if name not in first or name not in second or first[name].sha256 != second[name].sha256
    ]


def settings_of(report: Report) -> str:
    """Return the settings that a result was interpreted with, as JSON."""
    return json.dumps(report.provenance.settings, sort_keys=True)


def row_of(report: Report) -> Patient:
    """Return the row of the sheet that a result was made from, as far as interpretation uses it."""
    fields = {name: getattr(report.patient, name) for name in CLINICAL}
    return Patient(library=LibraryKind(report.patient.library), **fields)


def _world(side: Side) -> World | None:
    if side.evidence is None or side.knowledge is None or side.policies is None:
        return None
    return World(
        patient=row_of(side.report),
        evidence=side.evidence,
        knowledge=side.knowledge,
        policies=side.policies,
        settings=settings_of(side.report),
        confirmations=side.report.confirmations,
    )


def _with(world: World, other: World, cause: Cause) -> World:
    """Return `world` with the parts of one cause from the other."""
    return replace(world, **{name: getattr(other, name) for name in _PARTS[cause]})


def _differing(old: Side, new: Side) -> set[Cause]:
    """Return what is not the same on both sides, the software left out."""
    found = set()
    if _data(old, new):
        found.add(Cause.INPUT)
    if _sums(old, knowledge=True) != _sums(new, knowledge=True):
        found.add(Cause.KNOWLEDGE)
    if _sums(old, knowledge=False) != _sums(new, knowledge=False) or settings_of(old.report) != settings_of(
        new.report
    ):
        found.add(Cause.POLICY)
    return found


def _sums(side: Side, *, knowledge: bool) -> dict[str, str]:
    chosen = knowledge_of if knowledge else policies_of
    return {name: one.sha256 for name, one in chosen(side.report.provenance.resources).items()}


def _data(old: Side, new: Side) -> tuple[str, ...]:
    """Return what of the input differs: fields of the row, and kinds of evidence."""
    one, other = old.report.patient, new.report.patient
    fields = [name for name in (*CLINICAL, "library") if getattr(one, name) != getattr(other, name)]
    named = [f"sheet column {name}" for name in fields if name not in ("patient", "batch")]
    named += ["confirmations"] if old.report.confirmations != new.report.confirmations else []
    if old.evidence is None or new.evidence is None:
        differs = old.report.provenance.inputs != new.report.provenance.inputs or old.files != new.files
        return (*named, *(["files"] if differs else []))
    pairs: Iterable[tuple[str, BaseModel, BaseModel]] = (
        ("header checks", _without_paths(old.evidence.check), _without_paths(new.evidence.check)),
        ("variants", old.evidence.variants, new.evidence.variants),
        ("repeat reads", old.evidence.repeat, new.evidence.repeat),
        ("coverage", old.evidence.coverage, new.evidence.coverage),
    )
    return (*named, *(name for name, before, after in pairs if _nameless(before) != _nameless(after)))


def _nameless(record: BaseModel) -> BaseModel:
    """Return a record as it would be under any patient's id."""
    return record.model_copy(update={"patient": ""})


def _without_paths(check: PatientCheck) -> PatientCheck:
    """Return a check as it would be wherever the files lay."""
    return check.model_copy(
        update={
            "vcf": tuple(one.model_copy(update={"path": ""}) for one in check.vcf),
            "reads": check.reads.model_copy(update={"path": ""}) if check.reads else None,
            "callable_bed": bool(check.callable_bed),
            "problems": tuple(
                one.model_copy(update={"path": Path(one.path).name, "patient": ""}) for one in check.problems
            ),
        }
    )


def _read_anew(old: Side, new: Side) -> bool:
    """Tell whether other software read the same files, so that it made the evidence differ."""
    same_files = bool(old.files) and old.files == new.files
    before = old.report.patient
    same_row = row_of(old.report) == replace(row_of(new.report), patient=before.patient, batch=before.batch)
    return same_files and same_row and old.software != new.software


def _unsure(old: Side, new: Side, differing: set[Cause]) -> Derived:
    """Return everything that it may come from, where it cannot be derived."""
    candidates = set(differing)
    if old.software != new.software or not candidates:
        candidates.add(Cause.SOFTWARE)
    return Derived(tuple(cause for cause in Cause if cause in candidates), sure=False, data=_data(old, new))
