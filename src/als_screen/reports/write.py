"""Writes the reports of a batch and its manifest, again only where what is printed or a file has changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from als_screen import __version__
from als_screen.config import Settings, read_yaml
from als_screen.errors import AlsScreenError, InputError, Problem
from als_screen.evidence import Record
from als_screen.files import checksum, read_jsonl, write_bytes, write_jsonl, write_text
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.reports.json_report import report_json
from als_screen.reports.patient import render_hash, render_patient
from als_screen.reports.settings import ReportSettings
from als_screen.samples import PERSONAL
from als_screen.workers import Crew, Died, each


class ManifestRow(Record):
    """What was written for one patient: the hash of what is printed and the SHA-256 of each file.

    `withheld` says why there are no files, "" where there are.
    """

    patient: str
    render_hash: str
    files: dict[str, str]
    withheld: str = ""


def report_settings(settings: Settings, today: str) -> ReportSettings:
    """Return what the clinic configured; raise `InputError` where its file is not what it should be."""
    clinic = settings.report.clinic
    given = read_yaml(clinic) if clinic else {}
    given |= {
        "language": settings.report.language,
        "report_date": today,
        "pipeline_version": __version__,
        "splice_bases": settings.coverage.splice_bases,
    }
    try:
        return ReportSettings.model_validate(given)
    except ValidationError as error:
        raise InputError(
            [
                Problem(
                    "", f"{clinic}: {'.'.join(map(str, item['loc']))}", item["msg"], "see config/README.md"
                )
                for item in error.errors()
            ]
        ) from error


def report_date() -> str:
    """Return the date to print: SOURCE_DATE_EPOCH where set (for reproducible runs), else today's."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    return date.today().isoformat()  # noqa: DTZ011


def write_reports(
    patients: Sequence[Patient],
    findings: Sequence[Report],
    settings: Settings,
    manifest: Path,
    today: str,
    crew: Crew | None = None,
) -> None:
    """Write `{patient}/report.{html,pdf,json}` beside `manifest`, and the manifest last.

    Args:
        patients: rows of the sheet, with the fields that only reports print.
        findings: of the same patients.
        settings: of the run.
        manifest: `reports/{batch}/manifest.jsonl`; read first, for what need not be rendered again.
        today: ISO date to print.
        crew: how many at once.

    Raises:
        AlsScreenError: a worker did not survive a patient's report.
    """
    chosen = report_settings(settings, today)
    before = {row.patient: row for row in read_jsonl(manifest, ManifestRow)} if manifest.exists() else {}
    by_patient = {report.patient.patient: report for report in findings}

    def one(patient: Patient) -> ManifestRow:
        report = with_personal_fields(by_patient[patient.patient], patient)
        folder = manifest.parent / patient.patient
        return write_report(report, settings, chosen, folder, before.get(patient.patient))

    rows = []
    for patient, row in zip(patients, each(one, patients, crew or Crew()), strict=True):
        if isinstance(row, Died):
            raise AlsScreenError(f"patient {patient.patient}: the report could not be written: {row.reason}")
        rows.append(row)
    write_jsonl(manifest, rows)


def write_report(
    report: Report, settings: Settings, chosen: ReportSettings, folder: Path, before: ManifestRow | None
) -> ManifestRow:
    """Write one patient's files into `folder` unless `before` shows that they are there as they would be."""
    identifier = report.patient.patient
    if is_withheld(report, settings):
        _remove(folder)
        return ManifestRow(patient=identifier, render_hash="", files={}, withheld="unaffected person")
    printed = f"{render_hash(report, chosen, chosen.language)} pdf={settings.report.pdf}"
    wanted = sha256(printed.encode()).hexdigest()
    if before is not None and before.render_hash == wanted and _intact(folder, before):
        return before
    html = render_patient(report, chosen, chosen.language)
    write_text(folder / "report.html", html)
    write_text(folder / "report.json", report_json(report))
    if settings.report.pdf:
        from als_screen.reports.pdf import render_pdf

        write_bytes(folder / "report.pdf", render_pdf(html))
    names = ["report.html", "report.json", *(["report.pdf"] if settings.report.pdf else [])]
    files = {name: checksum(folder / name) for name in names}
    return ManifestRow(patient=identifier, render_hash=wanted, files=files)


def is_withheld(report: Report, settings: Settings) -> bool:
    """Tell whether a person gets no report: unaffected, where predictive testing is not allowed."""
    return report.patient.diagnosis == "unaffected" and not settings.allow_predictive


def with_personal_fields(report: Report, patient: Patient) -> Report:
    """Return the finding with what the sheet says for the printed report only."""
    personal = {name: getattr(patient, name) for name in PERSONAL}
    return report.model_copy(update={"patient": report.patient.model_copy(update=personal)})


def _intact(folder: Path, before: ManifestRow) -> bool:
    paths = {folder / name: digest for name, digest in before.files.items()}
    return all(path.is_file() and checksum(path) == digest for path, digest in paths.items())


def _remove(folder: Path) -> None:
    for name in ("report.html", "report.json", "report.pdf"):
        (folder / name).unlink(missing_ok=True)
