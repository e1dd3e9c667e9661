"""The two results of a patient that are compared, what each was made from, and what of that differs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from als_screen.interpretation.given import CLINICAL
from als_screen.interpretation.interpret import PatientEvidence
from als_screen.models import Report
from als_screen.patient import LibraryKind, Patient
from als_screen.reanalysis.archive import OF_EVIDENCE, knowledge_of, policies_of
from als_screen.reanalysis.parts import CONFIRMATIONS, EVIDENCE, FIELDS, Cause, column_name
from als_screen.reanalysis.people import Columns, SameFiles, same_data, same_files
from als_screen.reanalysis.trial import World


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
        columns: which sample of files of several people is the patient's; None where it is not kept.
        reference: of the configuration, that files were read with; None where it is not recorded.
    """

    report: Report
    evidence: PatientEvidence | None
    knowledge: Path | None
    policies: Path | None
    files: tuple[tuple[str, int | None, int | None], ...] = ()
    stages: tuple[tuple[str, int], ...] = ()
    commit: str = ""
    columns: Columns = None
    reference: object = None

    @property
    def software(self) -> tuple[object, ...]:
        """What tells one version of the software from another."""
        return self.report.provenance.pipeline, self.stages, self.commit


def settings_of(report: Report) -> str:
    """Return the settings that a result was interpreted with, as JSON."""
    return json.dumps(report.provenance.settings, sort_keys=True)


def row_of(report: Report) -> Patient:
    """Return the row of the sheet that a result was made from, as far as interpretation uses it."""
    fields = {name: getattr(report.patient, name) for name in CLINICAL}
    return Patient(library=LibraryKind(report.patient.library), **fields)


def world_of(side: Side) -> World | None:
    """Return what a result is made from; None where something of it is not kept."""
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


def differing(old: Side, new: Side) -> set[Cause]:
    """Return what is not the same on both sides, the software left out."""
    found = set()
    if differing_data(old, new):
        found.add(Cause.INPUT)
    if _sums(old, knowledge=True) != _sums(new, knowledge=True):
        found.add(Cause.KNOWLEDGE)
    if _sums(old, knowledge=False) != _sums(new, knowledge=False) or settings_of(old.report) != settings_of(
        new.report
    ):
        found.add(Cause.POLICY)
    return found


def differing_data(old: Side, new: Side) -> tuple[str, ...]:
    """Return what of the input differs: fields of the row, confirmations, and kinds of evidence."""
    one, other = old.report.patient, new.report.patient
    named = [column_name(name) for name in FIELDS if getattr(one, name) != getattr(other, name)]
    named += [CONFIRMATIONS] if old.report.confirmations != new.report.confirmations else []
    if old.evidence is None or new.evidence is None:
        files = old.report.provenance.inputs != new.report.provenance.inputs or old.files != new.files
        return (*named, *(["files"] if files else []))
    before, after = _evidence(old.evidence), _evidence(new.evidence)
    return (*named, *(name for name in EVIDENCE if before[name] != after[name]))


def read_anew(old: Side, new: Side) -> bool:
    """Tell whether it was other software that made the evidence differ, as it read the same data.

    These are the same files (an index may be new), the same sample in them, the same sites to tell persons
    apart, and the same reference.
    """
    files = same_data(same_files(old.files, new.files), old.columns, new.columns)
    sites = (old.report.provenance.resources, new.report.provenance.resources)
    return (
        old.software != new.software
        and bool(old.files and new.files)
        and files is not SameFiles.NO
        and all(sites[0].get(name) == sites[1].get(name) for name in OF_EVIDENCE)
        and old.reference == new.reference
    )


def _sums(side: Side, *, knowledge: bool) -> dict[str, str]:
    chosen = knowledge_of if knowledge else policies_of
    return {name: one.sha256 for name, one in chosen(side.report.provenance.resources).items()}


def _evidence(found: PatientEvidence) -> dict[str, BaseModel]:
    """Return each kind of evidence as it would be under any patient's id, and wherever the files lay."""
    check = found.check.model_copy(
        update={
            "vcf": tuple(one.model_copy(update={"path": ""}) for one in found.check.vcf),
            "reads": found.check.reads.model_copy(update={"path": ""}) if found.check.reads else None,
            "callable_bed": bool(found.check.callable_bed),
            "problems": tuple(
                one.model_copy(update={"path": Path(one.path).name, "patient": ""})
                for one in found.check.problems
            ),
        }
    )
    kinds = {name: getattr(found, kind) for name, kind in EVIDENCE.items()} | {"header checks": check}
    return {name: one.model_copy(update={"patient": ""}) for name, one in kinds.items()}
