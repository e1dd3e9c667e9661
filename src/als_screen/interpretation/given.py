"""What a result has from the row and the evidence as it is: the person's fields, records, names of files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from als_screen.evidence import VariantEvidence
from als_screen.models import PatientFields, StructuralFinding, Unusable
from als_screen.patient import Patient

#: Fields of a row that a finding carries; the personal ones are added by the reports.
CLINICAL = (
    "patient",
    "batch",
    "sex",
    "diagnosis",
    "family_history",
    "age_at_onset",
    "family",
    "research_consent",
)


def fields_of(patient: Patient) -> PatientFields:
    """Return the fields of a row that a finding carries."""
    values = {name: getattr(patient, name) for name in CLINICAL}
    return PatientFields(library=patient.library.value, **values)


def structural_of(variants: VariantEvidence) -> tuple[StructuralFinding, ...]:
    """Return the structural variants of a VCF."""
    return tuple(StructuralFinding(**record.model_dump()) for record in variants.structural)


def unusable_of(variants: VariantEvidence) -> tuple[Unusable, ...]:
    """Return the records of a VCF that could not be read."""
    return tuple(Unusable(**record.model_dump()) for record in variants.unusable)


def inputs_of(patient: Patient, base: Path) -> dict[str, list[str]]:
    """Return the patient's files relative to the sheet, so that results do not depend on the machine."""
    named: Mapping[str, list[Path]] = {
        "vcf": list(patient.vcf),
        "reads": [patient.reads] if patient.reads else [],
        "callable": [patient.callable] if patient.callable else [],
    }
    return {kind: [os.path.relpath(path, base) for path in paths] for kind, paths in named.items() if paths}
