"""Write the cohort's files: findings are read one by one, and each file is renamed into its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from als_screen.config import Settings
from als_screen.files import replacing, write_bytes, write_text
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.regions import Build
from als_screen.reports.cohort.collect import Cohort
from als_screen.reports.cohort.finding import CohortFinding, read_lines
from als_screen.reports.cohort.multiqc import multiqc_json
from als_screen.reports.cohort.page import render_cohort
from als_screen.reports.cohort.relatedness import Relatedness, relatedness, same_person_tsv
from als_screen.reports.cohort.research import research_export
from als_screen.reports.cohort.rows import cohort_tsv
from als_screen.reports.cohort.workbook import workbook
from als_screen.reports.write import ManifestRow, is_withheld, read_manifest, report_settings
from als_screen.resources import bundled


def write_cohort(batches: Mapping[str, Path], settings: Settings, page: Path, today: str) -> None:
    """Write the page and, beside it, tables, workbook, findings, MultiQC content and research export.

    Args:
        batches: the findings file of each slice, in the order of the sheet.
        settings: of the run.
        page: `results/cohort/report.html`.
        today: ISO date to print.
    """
    chosen = report_settings(settings, today)
    cohort = _read(batches, settings, page.with_name("findings.jsonl"))
    rows = _manifests(batches, page.parents[1] / "reports")
    cohort = replace(cohort, kept=_kept(rows), signed={row.patient: row.whose for row in rows if row.whose})
    write_text(page.with_name("cohort.tsv"), cohort_tsv(cohort.rows))
    write_text(page.with_name("same_person.tsv"), same_person_tsv(cohort.related.hints))
    write_bytes(page.with_name("cohort.xlsx"), workbook(cohort))
    write_text(page.with_name("als_screen_mqc.json"), multiqc_json(cohort))
    write_research(cohort, settings.research.key, page.with_name("research"))
    write_text(page, render_cohort(cohort, chosen))


def _manifests(batches: Iterable[str], reports: Path) -> list[ManifestRow]:
    return [row for batch in batches for row in read_manifest(reports / batch / "manifest.jsonl")]


def _kept(rows: Iterable[ManifestRow]) -> tuple[str, ...]:
    """Return whose reports stayed as they were although a table of knowledge has a newer release."""
    return tuple(row.patient for row in rows if row.files and row.kept_through())


def write_research(cohort: Cohort, key: Path | None, folder: Path) -> None:
    """Write the export of who consented; without a key there is none, and an earlier one is removed."""
    files = research_export(cohort.findings, key.read_bytes()) if key else {}
    for name, text in files.items():
        write_text(folder / name, text)
    for old in folder.glob("*.tsv"):
        if old.name not in files:
            old.unlink()


def _read(batches: Mapping[str, Path], settings: Settings, together: Path) -> Cohort:
    """Return the cohort, and write `findings.jsonl` on the way."""
    findings: list[CohortFinding] = []
    links: dict[str, str] = {}
    with replacing(together) as temporary, temporary.open("wb") as file:
        for batch, path in batches.items():
            for line in read_lines(path):
                file.write(line.text)
                findings.append(line.finding)
                if not is_withheld(line.finding, settings):
                    patient = line.finding.patient.patient
                    links[patient] = f"../reports/{batch}/{patient}/report.html"
    return Cohort(tuple(findings), links, _related(findings, settings))


def _related(findings: list[CohortFinding], settings: Settings) -> Relatedness:
    knowledge = Knowledge.load(settings.knowledge or BUNDLED_KNOWLEDGE)
    populations = {build: knowledge.builds[build].frequency for build in Build}
    return relatedness(findings, populations, bundled())
