"""The end of a run: whether every patient was wholly analysed, and reports of people who left the sheet."""

from __future__ import annotations

import json
from pathlib import Path

from als_screen.config import Settings
from als_screen.errors import Problem
from als_screen.files import read_jsonl, write_text
from als_screen.models import Report, Status
from als_screen.patient import Patient
from als_screen.samples import read_slices

FAILED = "failed.json"


def finish(settings: Settings, results: Path, output: Path) -> list[str]:
    """Return one line for every patient that is not (wholly) analysed.

    Writes `output` where there is none or failures are tolerated, `failed.json` beside it where there is
    any, and moves reports of patients who are no longer in the sheet to `retired/`.
    """
    batches = read_slices(settings.samples, settings.batch_size)
    retire(results, batches)
    reports = [
        report for batch in batches for report in read_jsonl(results / "findings" / f"{batch}.jsonl", Report)
    ]
    failed = [report for report in reports if report.status is not Status.ANALYSED]
    summary = {
        "patients": len(reports),
        "batches": len(batches),
        "not_analysed": _ids(failed, Status.NOT_ANALYSED),
        "analysed_in_part": _ids(failed, Status.ANALYSED_IN_PART),
        "lines": [_line(report) for report in failed],
    }
    text = json.dumps(summary, indent=1) + "\n"
    if failed:
        write_text(results / FAILED, text)
    else:
        (results / FAILED).unlink(missing_ok=True)
    if not failed or settings.tolerate_failures:
        write_text(output, text)
    return [_line(report) for report in failed]


def retire(results: Path, batches: dict[str, list[Patient]]) -> None:
    """Move `reports/{batch}/{patient}` of whoever is not there in the sheet any more to `retired/`."""
    current = {(batch, row.patient) for batch, rows in batches.items() for row in rows}
    for folder in sorted((results / "reports").glob("*/*/")):
        batch, patient = folder.parent.name, folder.name
        if (batch, patient) in current:
            continue
        target = _free(results / "retired" / batch / patient)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)


def _free(target: Path) -> Path:
    number = 1
    candidate = target
    while candidate.exists():
        number += 1
        candidate = target.with_name(f"{target.name}.{number}")
    return candidate


def _ids(reports: list[Report], status: Status) -> list[str]:
    return [report.patient.patient for report in reports if report.status is status]


def _line(report: Report) -> str:
    status = report.status.value.replace("_", " ")
    reason = report.status_reason or ""
    return Problem(report.patient.patient, status, reason, "see the patient's report").line()
