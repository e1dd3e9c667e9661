"""Patients whose result is the same: whether the report they had stays, and with which knowledge it holds.

`unchanged.tsv` names everyone whose results were compared without a change. A report that stays names the
releases that it was made with; here is what it was found to hold with since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from als_screen.files import read_jsonl
from als_screen.reanalysis.folder import RunFolder
from als_screen.reports.cohort.rows import tsv_cell
from als_screen.reports.write import ManifestRow

COLUMNS = ("patient", "batch", "report", "made_with", "holds_with")


@dataclass(frozen=True, slots=True)
class Unchanged:
    """One line of `unchanged.tsv`.

    Attributes:
        patient, batch: in the new run, the batch of the sheet.
        report: "kept" as it was, "rendered" with the knowledge of this run, "none" where there is none.
        made_with, holds_with: releases of the tables that are not the same, of a report that was kept.
    """

    patient: str
    batch: str
    report: str
    made_with: str = ""
    holds_with: str = ""


def unchanged(run: RunFolder, patients: Iterable[str]) -> tuple[Unchanged, ...]:
    """Return what became of the reports of the patients of a run whose results did not change."""
    manifests = {batch: _manifest(run, batch) for batch in run.batches()}
    return tuple(
        _of(patient, run.batch_of(patient), manifests[run.lines[patient].batch].get(patient))
        for patient in patients
    )


def unchanged_tsv(rows: Iterable[Unchanged]) -> str:
    """Return `unchanged.tsv`."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(tsv_cell(getattr(row, column)) for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


def _manifest(run: RunFolder, batch: str) -> dict[str, ManifestRow]:
    path = run.results / "reports" / batch / "manifest.jsonl"
    return {row.patient: row for row in read_jsonl(path, ManifestRow)} if path.is_file() else {}


def _of(patient: str, batch: str, row: ManifestRow | None) -> Unchanged:
    if row is None or not row.files:
        return Unchanged(patient, batch, "none")
    names = row.kept_through()
    if not names:
        return Unchanged(patient, batch, "rendered")
    made, holds = row.knowledge, row.holds_with
    before = "; ".join(f"{name} {made[name].release}" for name in names)
    after = "; ".join(f"{name} {holds[name].release}" for name in names)
    return Unchanged(patient, batch, "kept", before, after)
