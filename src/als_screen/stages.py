"""One function per stage, each for a batch: the scripts, and `als-screen screen`, call these.

Interpretation has its own, `interpretation.reuse.interpret_batch`.

A stage never lets one patient's broken file stop the others: `PatientDataError`, storage that fails, or the
end of the worker process, and nothing else, becomes that patient's record with `failed` and the reason;
`fault` says that the machine is to blame and not the data. What fails is read a second time first, for
storage may fail for a moment. Imports are local: every stage is a process and should load only what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from als_screen import storage
from als_screen.config import Settings
from als_screen.errors import PatientDataError
from als_screen.evidence import (
    BatchCheck,
    CoverageEvidence,
    FileProblem,
    PatientCheck,
    RepeatEvidence,
    Severity,
    State,
    VariantEvidence,
)
from als_screen.patient import Patient
from als_screen.read_views import RepeatReads, VariantReads
from als_screen.regions import Build
from als_screen.resources import Resources
from als_screen.samples import index_of
from als_screen.workers import Crew, Died, each

#: Raised when the output of a stage can change, so that results are made again.
STAGE_VERSIONS = {
    "check_inputs": 4,
    "screen_variants": 5,
    "screen_repeat": 5,
    "screen_coverage": 5,
    "interpret": 14,
    "report_patients": 9,
    "report_cohort": 7,
    "compare_runs": 7,
}

#: The stage in this process, as `als-screen screen` wants it.
ALONE = Crew()
AFTER_DEATH = f"see the job's log and docs/cluster.md; {storage.AGAIN}"

EvidenceT = TypeVar("EvidenceT", VariantEvidence, RepeatEvidence, CoverageEvidence)
FoundT = TypeVar("FoundT")
ViewsT = TypeVar("ViewsT", RepeatReads, VariantReads)


def check_inputs(
    batch: str, patients: Sequence[Patient], build: str, fasta: Path | None, crew: Crew = ALONE
) -> BatchCheck:
    """Open the headers of every patient's files; `build` is "auto" or a build's name."""
    from als_screen.inputs.check import check_patient
    from als_screen.inputs.sample_names import with_doubtful_names

    expected = None if build == "auto" else Build(build)

    def one(patient: Patient) -> PatientCheck:
        check = check_patient(patient, expected, fasta)
        return _cleared(check_patient(patient, expected, fasta)) if _refused(check) else check

    found = each(one, patients, crew, _telling(crew, patients))
    checks = [
        _unchecked(patient, check) if isinstance(check, Died) else check
        for patient, check in zip(patients, found, strict=True)
    ]
    return BatchCheck(batch=batch, patients=tuple(with_doubtful_names(patients, checks)))


def _telling(crew: Crew, patients: Sequence[Patient]) -> Callable[[int, object], None]:
    """Return what tells a crew of each patient that it is done with."""
    return lambda number, found: crew.tell(patients[number].patient, _what_failed(found))


def _what_failed(found: object) -> str | None:
    """Return why a step could not use (all of) a patient's data, None where it could."""
    if isinstance(found, tuple):
        return _what_failed(found[0])
    if isinstance(found, PatientCheck):
        told = (f"{Path(one.path).name}: {one.expected}; {one.action}" for one in _refused(found))
        return next(told, None)
    if isinstance(found, VariantEvidence | RepeatEvidence | CoverageEvidence):
        return found.reason if found.failed else None
    return found.reason if isinstance(found, Died) else None


def _refused(check: PatientCheck) -> list[FileProblem]:
    return [problem for problem in check.problems if problem.severity is Severity.ERROR]


def _cleared(check: PatientCheck) -> PatientCheck:
    """Return the check, where files were refused that the storage did not give, with that as the reason."""
    failing = {
        one: one.expected if one.action == storage.AGAIN else storage.failing(_with_index(Path(one.path)))
        for one in _refused(check)
    }
    if not any(failing.values()):
        return check
    problems = tuple(
        problem.model_copy(update={"expected": told, "action": storage.AGAIN})
        if (told := failing.get(problem))
        else problem
        for problem in check.problems
    )
    return check.model_copy(update={"problems": problems, "fault": True})


def _unchecked(patient: Patient, died: Died) -> PatientCheck:
    """Return the check of a patient whose files ended the process that opened them: none is usable."""
    path = str(patient.reads or patient.vcf[0])
    problem = FileProblem(patient=patient.patient, path=path, expected=died.reason, action=AFTER_DEATH)
    return PatientCheck(patient=patient.patient, build=None, problems=(problem,), fault=True)


def _with_index(path: Path) -> list[Path]:
    index = index_of(path)
    return [path, index] if index else [path]


def _files(patient: Patient, fasta: Path | None) -> list[Path]:
    """Return the files that a patient's evidence is read from."""
    named = [*patient.vcf, patient.callable, patient.reads, fasta]
    return [file for path in named if path for file in _with_index(path)]


def screen_variants(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    resources: Resources,
    fasta: Path | None,
    vcf_dir: Path,
    crew: Crew = ALONE,
    sites: Path | None = None,
    build: Build | None = None,
) -> list[VariantEvidence]:
    """Return the alleles of each patient and write `vcf_dir/{patient}.vcf.gz`.

    `sites` and `build` are the configured file of common SNVs, and the build of one that does not say.
    """
    from als_screen.inputs.sites import read_sites
    from als_screen.variants.screen import screen_variants as screen

    vcf_dir.mkdir(parents=True, exist_ok=True)
    common = read_sites(sites, build, resources)

    def one(patient: Patient, check: PatientCheck) -> VariantEvidence:
        return screen(patient, check, resources, vcf_dir / f"{patient.patient}.vcf.gz", fasta, common)

    return _each(_unusable(VariantEvidence), one, patients, checks, fasta, crew)


def screen_repeat(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    resources: Resources,
    fasta: Path | None,
    bam_dir: Path,
    crew: Crew = ALONE,
) -> tuple[list[RepeatEvidence], list[RepeatReads]]:
    """Return what each patient's reads show of the C9orf72 repeat, and the reads that pictures need.

    Writes the realigned reads of the locus as `bam_dir/{patient}.bam`.
    """
    from als_screen.repeat.keep import screen_and_keep

    def one(patient: Patient, check: PatientCheck) -> tuple[RepeatEvidence, RepeatReads]:
        path = bam_dir / f"{patient.patient}.bam"
        return screen_and_keep(patient, check, resources, fasta, path)

    return _unzipped(_each(_without(RepeatEvidence, RepeatReads), one, patients, checks, fasta, crew))


def screen_coverage(
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    variants: Sequence[VariantEvidence],
    resources: Resources,
    fasta: Path | None,
    crew: Crew = ALONE,
    sites: Path | None = None,
    build: Build | None = None,
) -> tuple[list[CoverageEvidence], list[VariantReads]]:
    """Count the reads of each patient over the reportable range, at their alleles and at `sites`.

    `sites` and `build` as of `screen_variants`. Returns the counts, and the reads over the alleles in and
    near the coding exons, for pictures.
    """
    from als_screen.coverage.keep import screen_and_keep
    from als_screen.inputs.sites import read_sites

    by_patient = {evidence.patient: evidence for evidence in variants}
    common = read_sites(sites, build, resources)

    def one(patient: Patient, check: PatientCheck) -> tuple[CoverageEvidence, VariantReads]:
        here = common.get(check.build, ()) if check.build else ()
        return screen_and_keep(patient, check, by_patient[patient.patient], resources, fasta, here)

    return _unzipped(_each(_without(CoverageEvidence, VariantReads), one, patients, checks, fasta, crew))


def _unzipped(pairs: Sequence[tuple[EvidenceT, ViewsT]]) -> tuple[list[EvidenceT], list[ViewsT]]:
    return [evidence for evidence, _ in pairs], [views for _, views in pairs]


def _unusable(kind: type[EvidenceT]) -> Callable[[PatientCheck, str, bool], EvidenceT]:
    """Return what makes the record of a patient whose data cannot be used."""

    def made(check: PatientCheck, why: str, fault: bool) -> EvidenceT:
        state = State.NOT_ASSESSED
        return kind(
            patient=check.patient, state=state, reason=why, failed=True, fault=fault, build=check.build
        )

    return made


def _without(
    kind: type[EvidenceT], views: type[ViewsT]
) -> Callable[[PatientCheck, str, bool], tuple[EvidenceT, ViewsT]]:
    """Return what makes the two records of a patient whose reads cannot be used, nor shown."""
    evidence = _unusable(kind)

    def made(check: PatientCheck, why: str, fault: bool) -> tuple[EvidenceT, ViewsT]:
        shown = views(patient=check.patient, state=State.NOT_ASSESSED, reason=why)
        return evidence(check, why, fault), shown

    return made


def _each(
    failed: Callable[[PatientCheck, str, bool], FoundT],
    one: Callable[[Patient, PatientCheck], FoundT],
    patients: Sequence[Patient],
    checks: Sequence[PatientCheck],
    fasta: Path | None,
    crew: Crew,
) -> list[FoundT]:
    """Run `one` for every patient; what cannot be used, or ends the worker, becomes that patient's reason."""
    by_patient = {check.patient: check for check in checks}

    def guarded(patient: Patient) -> FoundT:
        check = by_patient[patient.patient]
        try:
            return _twice(one, patient, check)
        except (PatientDataError, OSError) as error:
            if fault := storage.failure(error, _files(patient, fasta)):
                return failed(check, fault, True)
            if isinstance(error, PatientDataError):
                return failed(check, f"{Path(error.path).name}: {error.expected}; {error.action}", False)
            raise

    answers = each(guarded, patients, crew, _telling(crew, patients))
    return [
        failed(by_patient[patient.patient], f"{found.reason}; {AFTER_DEATH}", True)
        if isinstance(found, Died)
        else found
        for patient, found in zip(patients, answers, strict=True)
    ]


def _twice(one: Callable[[Patient, PatientCheck], FoundT], patient: Patient, check: PatientCheck) -> FoundT:
    """Return what `one` finds; where it fails, what it finds the second time."""
    try:
        return one(patient, check)
    except (PatientDataError, OSError):
        return one(patient, check)


def report_patients(
    patients: Sequence[Patient],
    findings: Path,
    settings: Settings,
    manifest: Path,
    repeat_reads: Path,
    variant_reads: Path,
    crew: Crew = ALONE,
) -> None:
    """Write the reports of a batch beside `manifest`, `{results}/reports/{batch}/manifest.jsonl`.

    The pictures are of the reads that evidence holds; what was signed before is in `{results}/authorised`.
    """
    from als_screen.reports.material import read_material
    from als_screen.reports.write import report_date, write_reports

    material = read_material(findings, repeat_reads, variant_reads)
    archive = manifest.parents[2] / "authorised"
    write_reports(patients, material, settings, manifest, archive, report_date(), crew)


def report_cohort(findings: dict[str, Path], settings: Settings, page: Path) -> None:
    """Write the cohort's page and the other files of the cohort beside it; a findings file a slice."""
    from als_screen.reports.cohort.write import write_cohort
    from als_screen.reports.write import report_date

    write_cohort(findings, settings, page, report_date())
