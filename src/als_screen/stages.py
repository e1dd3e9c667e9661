"""One function per stage, each for a batch of patients: the scripts, and `als-screen screen`, call these.

A stage never lets one patient's broken file stop the others: `PatientDataError`, or the end of the worker
process that read it, and nothing else, becomes that patient's record with `failed` and the reason. Imports
are local, because every stage is a process and should load only what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from als_screen.config import Settings
from als_screen.errors import PatientDataError
from als_screen.evidence import (
    BatchCheck,
    CoverageEvidence,
    FileProblem,
    PatientCheck,
    RepeatEvidence,
    State,
    VariantEvidence,
)
from als_screen.files import write_text
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.regions import Build
from als_screen.resources import Resources
from als_screen.workers import Crew, Died, each

#: Raised when the output of a stage can change, so that results are made again.
STAGE_VERSIONS = {
    "check_inputs": 1,
    "screen_variants": 1,
    "screen_repeat": 1,
    "screen_coverage": 1,
    "interpret": 1,
    "report_patients": 1,
    "report_cohort": 1,
}

#: The stage in this process, as `als-screen screen` wants it.
ALONE = Crew()
AFTER_DEATH = "see the job's log and docs/cluster.md; the patient is tried again with `--forcerun`"

EvidenceT = TypeVar("EvidenceT", VariantEvidence, RepeatEvidence, CoverageEvidence)


def check_inputs(
    batch: str, patients: Sequence[Patient], build: str, fasta: Path | None, crew: Crew = ALONE
) -> BatchCheck:
    """Open the headers of every patient's files; `build` is "auto" or a build's name."""
    from als_screen.inputs.check import check_patient

    expected = None if build == "auto" else Build(build)
    found = each(lambda patient: check_patient(patient, expected, fasta), patients, crew)
    checks = (
        _unchecked(patient, check) if isinstance(check, Died) else check
        for patient, check in zip(patients, found, strict=True)
    )
    return BatchCheck(batch=batch, patients=tuple(checks))


def _unchecked(patient: Patient, died: Died) -> PatientCheck:
    """Return the check of a patient whose files ended the process that opened them: none is usable."""
    path = str(patient.reads or patient.vcf[0])
    problem = FileProblem(patient=patient.patient, path=path, expected=died.reason, action=AFTER_DEATH)
    return PatientCheck(patient=patient.patient, build=None, problems=(problem,))


def screen_variants(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    resources: Resources,
    fasta: Path | None,
    vcf_dir: Path,
    crew: Crew = ALONE,
) -> list[VariantEvidence]:
    """Return the alleles of each patient and write `vcf_dir/{patient}.vcf.gz`."""
    from als_screen.variants.screen import screen_variants as screen

    vcf_dir.mkdir(parents=True, exist_ok=True)

    def one(patient: Patient, check: PatientCheck) -> VariantEvidence:
        return screen(patient, check, resources, vcf_dir / f"{patient.patient}.vcf.gz", fasta)

    return _each(VariantEvidence, one, patients, checks, crew)


def screen_repeat(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    resources: Resources,
    fasta: Path | None,
    crew: Crew = ALONE,
) -> list[RepeatEvidence]:
    """Return what each patient's reads show of the C9orf72 repeat."""
    from als_screen.repeat.screen import screen_repeat as screen

    def one(patient: Patient, check: PatientCheck) -> RepeatEvidence:
        return screen(patient, check, resources, fasta)

    return _each(RepeatEvidence, one, patients, checks, crew)


def screen_coverage(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    variants: Sequence[VariantEvidence],
    resources: Resources,
    fasta: Path | None,
    crew: Crew = ALONE,
) -> list[CoverageEvidence]:
    """Count the reads of each patient over the reportable range and at the sites of their alleles."""
    from als_screen.coverage.screen import screen_coverage as screen

    by_patient = {evidence.patient: evidence for evidence in variants}

    def one(patient: Patient, check: PatientCheck) -> CoverageEvidence:
        return screen(patient, check, by_patient[patient.patient], resources, fasta)

    return _each(CoverageEvidence, one, patients, checks, crew)


def _each(
    kind: type[EvidenceT],
    one: Callable[[Patient, PatientCheck], EvidenceT],
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    crew: Crew,
) -> list[EvidenceT]:
    """Run `one` for every patient; what cannot be used, or ends the worker, becomes that patient's reason."""
    by_patient = {check.patient: check for check in checks}

    def failed(patient: Patient, reason: str) -> EvidenceT:
        build = by_patient[patient.patient].build
        name = patient.patient
        return kind(patient=name, state=State.NOT_ASSESSED, reason=reason, failed=True, build=build)

    def guarded(patient: Patient) -> EvidenceT:
        try:
            return one(patient, by_patient[patient.patient])
        except PatientDataError as error:
            return failed(patient, f"{Path(error.path).name}: {error.expected}; {error.action}")

    return [
        failed(patient, f"{record.reason}; {AFTER_DEATH}") if isinstance(record, Died) else record
        for patient, record in zip(patients, each(guarded, patients, crew), strict=True)
    ]


def report_patients(
    patients: Sequence[Patient],
    findings: Sequence[Report],
    settings: Settings,
    manifest: Path,
    crew: Crew = ALONE,
) -> None:
    """Write the reports of a batch beside `manifest`."""
    from als_screen.reports.write import report_date, write_reports

    write_reports(patients, findings, settings, manifest, report_date(), crew)


def report_cohort(findings: dict[str, list[Report]], settings: Settings, page: Path) -> None:
    """Write the cohort's page, and `cohort.tsv` and `findings.jsonl` beside it; findings by slice."""
    from als_screen.reports.cohort import cohort_tsv, findings_jsonl, render_cohort
    from als_screen.reports.write import is_withheld, report_date, report_settings

    chosen = report_settings(settings, report_date())
    reports = [report for batch in findings.values() for report in batch]
    links = {
        report.patient.patient: f"../reports/{batch}/{report.patient.patient}/report.html"
        for batch, found in findings.items()
        for report in found
        if not is_withheld(report, settings)
    }
    write_text(page.with_name("cohort.tsv"), cohort_tsv(reports))
    write_text(page.with_name("findings.jsonl"), findings_jsonl(reports))
    write_text(page, render_cohort(reports, chosen, links))


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
