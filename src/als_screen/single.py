"""`als-screen screen`: one patient, no sample sheet, no Snakemake, the same stages."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen import stages
from als_screen.config import Settings, load_settings, read_yaml
from als_screen.errors import InputError, Problem
from als_screen.evidence import CoverageEvidence, PatientCheck, RepeatEvidence, VariantEvidence
from als_screen.files import make_directory, restrict, write_jsonl, write_text
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.patient import Patient
from als_screen.plan import setting_problems
from als_screen.read_views import RepeatReads, VariantReads
from als_screen.reports.material import Material
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.write import (
    Desk,
    in_language,
    is_withheld,
    report_date,
    report_settings,
    with_personal_fields,
    write_catalogues,
    write_report,
)
from als_screen.resources import Resources, bundled
from als_screen.samples import read_row
from als_screen.states import Status
from als_screen.workers import Crew


def screen_one(row: Mapping[str, str], out: Path, configfile: Path | None) -> int:
    """Screen one patient into `out`: report.{html,pdf,json}, and `evidence/`. Return 0, or 3 where it failed.

    Args:
        row: cells as in a sample sheet; relative paths are relative to the working directory.
        out: directory, made where it is not there.
        configfile: configuration, merged over the shipped one.

    Raises:
        InputError: a value, or a file that is named, is not what it should be.
    """
    settings, patient = _checked(row, out, configfile)
    resources, evidence = bundled(), out / "evidence"
    found = _look(patient, settings, resources, evidence)
    _keep(found, evidence)
    parts = PatientEvidence(found.checks[0], found.variants[0], found.repeat[0], found.coverage[0])
    finding = Interpreter(settings, resources).report(patient, parts)
    report = with_personal_fields(finding, patient)
    chosen = in_language(report_settings(settings, report_date()), patient)
    shown = ReadsShown(found.repeat_reads[0], found.variant_reads[0])
    write_report(report, Desk(settings, chosen, shown=shown), out, None)
    write_catalogues(out, [Material.of(finding)])
    if is_withheld(report, settings):
        why, action = "no report: the person is unaffected", "set allow_predictive where that is meant"
        print(Problem(patient.patient, "", why, action).line(), file=sys.stderr)
    return 0 if report.status is Status.ANALYSED else 3


@dataclass(frozen=True, slots=True)
class _Found:
    """What the stages found: one record each, in a list as they give it."""

    checks: Sequence[PatientCheck]
    variants: Sequence[VariantEvidence]
    repeat: Sequence[RepeatEvidence]
    coverage: Sequence[CoverageEvidence]
    repeat_reads: Sequence[RepeatReads]
    variant_reads: Sequence[VariantReads]


def _look(patient: Patient, settings: Settings, resources: Resources, evidence: Path) -> _Found:
    """Go through the stages of evidence; print what is wrong with the files."""
    fasta, crew = settings.reference.fasta, Crew(1, settings.limits.seconds, settings.limits.memory_mb)
    sites, build = settings.identity.sites, settings.reference.known_build
    checks = stages.check_inputs("single", [patient], settings.reference.build, fasta, crew).patients
    for found in checks[0].problems:
        print(Problem(found.patient, found.path, found.expected, found.action).line(), file=sys.stderr)
    how = (checks, resources, fasta)
    variants = stages.screen_variants([patient], *how, evidence / "vcf", crew, sites=sites, build=build)
    repeat, repeat_reads = stages.screen_repeat([patient], *how, evidence / "repeat", crew)
    coverage, variant_reads = stages.screen_coverage(
        [patient], checks, variants, resources, fasta, crew, sites=sites, build=build
    )
    return _Found(checks, variants, repeat, coverage, repeat_reads, variant_reads)


def _keep(found: _Found, evidence: Path) -> None:
    """Write the evidence as a run keeps it."""
    write_text(evidence / "checks.json", found.checks[0].model_dump_json(indent=1) + "\n")
    for name in ("variants", "repeat", "coverage", "repeat_reads", "variant_reads"):
        write_jsonl(evidence / f"{name}.jsonl", getattr(found, name))


def _checked(row: Mapping[str, str], out: Path, configfile: Path | None) -> tuple[Settings, Patient]:
    """Return the settings and the patient, and make the directory; raise `InputError` with every problem."""
    settings = load_settings(read_yaml(configfile) if configfile else {})
    problems = setting_problems(settings)
    if out.exists() and not out.is_dir():
        problems.append(Problem("", str(out), "--out is a file", "name a directory"))
    try:
        patient = read_row(row, Path.cwd())
    except InputError as error:
        raise InputError([*problems, *error.problems]) from error
    if problems:
        raise InputError(problems)
    restrict(settings.permissions)
    make_directory(out, "--out")
    # Reports give the inputs' paths as seen from the sheet: here from where the command was given.
    return settings.model_copy(update={"samples": Path.cwd() / "arguments"}), patient
