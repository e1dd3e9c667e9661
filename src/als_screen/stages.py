"""One function per stage, each for a batch of patients: the scripts, and `als-screen screen`, call these.

A stage never lets one patient's broken file stop the others: `PatientDataError`, and nothing else, becomes
that patient's record with `failed` and the reason. Imports are local, because every stage is a process and
should load only what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from als_screen.config import Settings
from als_screen.errors import PatientDataError
from als_screen.evidence import (
    BatchCheck,
    CoverageEvidence,
    PatientCheck,
    RepeatEvidence,
    State,
    VariantEvidence,
)
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.read_views import RepeatReads, VariantReads
from als_screen.regions import Build
from als_screen.resources import Resources

#: Raised when the output of a stage can change, so that results are made again.
STAGE_VERSIONS = {
    "check_inputs": 1,
    "screen_variants": 1,
    "screen_repeat": 2,
    "screen_coverage": 2,
    "interpret": 3,
    "report_patients": 2,
    "report_cohort": 2,
    "compare_runs": 1,
}

EvidenceT = TypeVar("EvidenceT", VariantEvidence, RepeatEvidence, CoverageEvidence)
ViewsT = TypeVar("ViewsT", RepeatReads, VariantReads)


def check_inputs(batch: str, patients: Iterable[Patient], build: str, fasta: Path | None) -> BatchCheck:
    """Open the headers of every patient's files; `build` is "auto" or a build's name."""
    from als_screen.inputs.check import check_patient

    expected = None if build == "auto" else Build(build)
    checks = tuple(check_patient(patient, expected, fasta) for patient in patients)
    return BatchCheck(batch=batch, patients=checks)


def screen_variants(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    resources: Resources,
    fasta: Path | None,
    vcf_dir: Path,
) -> list[VariantEvidence]:
    """Return the alleles of each patient and write `vcf_dir/{patient}.vcf.gz`."""
    from als_screen.variants.screen import screen_variants as screen

    vcf_dir.mkdir(parents=True, exist_ok=True)

    def one(patient: Patient, check: PatientCheck) -> VariantEvidence:
        return screen(patient, check, resources, vcf_dir / f"{patient.patient}.vcf.gz", fasta)

    return _each(VariantEvidence, one, patients, checks)


def screen_repeat(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    resources: Resources,
    fasta: Path | None,
    bam_dir: Path,
) -> tuple[list[RepeatEvidence], list[RepeatReads]]:
    """Return what each patient's reads show of the C9orf72 repeat, and the reads that pictures need.

    Writes the realigned reads of the locus as `bam_dir/{patient}.bam`.
    """
    from als_screen.repeat.keep import screen_and_keep

    views: dict[str, RepeatReads] = {}

    def one(patient: Patient, check: PatientCheck) -> RepeatEvidence:
        path = bam_dir / f"{patient.patient}.bam"
        evidence, views[patient.patient] = screen_and_keep(patient, check, resources, fasta, path)
        return evidence

    found = _each(RepeatEvidence, one, patients, checks)
    return found, [views.get(row.patient) or _no_reads(RepeatReads, row) for row in found]


def screen_coverage(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    variants: Sequence[VariantEvidence],
    resources: Resources,
    fasta: Path | None,
) -> tuple[list[CoverageEvidence], list[VariantReads]]:
    """Count the reads of each patient over the reportable range and at the sites of their alleles.

    Returns the counts, and the reads over the alleles in and near the coding exons, for pictures.
    """
    from als_screen.coverage.keep import screen_and_keep

    by_patient = {evidence.patient: evidence for evidence in variants}
    views: dict[str, VariantReads] = {}

    def one(patient: Patient, check: PatientCheck) -> CoverageEvidence:
        alleles = by_patient[patient.patient]
        evidence, views[patient.patient] = screen_and_keep(patient, check, alleles, resources, fasta)
        return evidence

    found = _each(CoverageEvidence, one, patients, checks)
    return found, [views.get(row.patient) or _no_reads(VariantReads, row) for row in found]


def _no_reads(kind: type[ViewsT], evidence: RepeatEvidence | CoverageEvidence) -> ViewsT:
    """Return the record of a patient whose reads cannot be shown."""
    return kind(patient=evidence.patient, state=State.NOT_ASSESSED, reason=evidence.reason)


def _each(
    kind: type[EvidenceT],
    one: Callable[[Patient, PatientCheck], EvidenceT],
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
) -> list[EvidenceT]:
    """Run `one` for every patient; data that cannot be used become that patient's reason."""
    by_patient = {check.patient: check for check in checks}
    found = []
    for patient in patients:
        check = by_patient[patient.patient]
        try:
            found.append(one(patient, check))
        except PatientDataError as error:
            record = kind(
                patient=patient.patient,
                state=State.NOT_ASSESSED,
                reason=f"{Path(error.path).name}: {error.expected}; {error.action}",
                failed=True,
                build=check.build,
            )
            found.append(record)
    return found


def report_patients(
    patients: Sequence[Patient],
    findings: Sequence[Report],
    settings: Settings,
    manifest: Path,
    repeat_reads: Path,
    variant_reads: Path,
) -> None:
    """Write the reports of a batch beside `manifest`, `{results}/reports/{batch}/manifest.jsonl`.

    The pictures are of the reads that evidence holds; what was signed before is in `{results}/authorised`.
    """
    from als_screen.reports.pictures import read_shown
    from als_screen.reports.write import report_date, write_reports

    shown = read_shown(repeat_reads, variant_reads)
    archive = manifest.parents[2] / "authorised"
    write_reports(patients, findings, settings, manifest, archive, report_date(), shown)


def report_cohort(findings: dict[str, Path], settings: Settings, page: Path) -> None:
    """Write the cohort's page and the other files of the cohort beside it; a findings file a slice."""
    from als_screen.reports.cohort.write import write_cohort
    from als_screen.reports.write import report_date

    write_cohort(findings, settings, page, report_date())


def interpret(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    variants: Sequence[VariantEvidence],
    repeat: Sequence[RepeatEvidence],
    coverage: Sequence[CoverageEvidence],
    settings: Settings,
    resources: Resources,
) -> list[Report]:
    """Return the result of each patient of a batch."""
    from als_screen.interpretation.interpret import Interpreter, PatientEvidence

    interpreter = Interpreter(settings, resources)
    parts = [{one.patient: one for one in records} for records in (checks, variants, repeat, coverage)]
    return [
        interpreter.report(patient, PatientEvidence(*(part[patient.patient] for part in parts)))  # type: ignore[arg-type]
        for patient in patients
    ]
