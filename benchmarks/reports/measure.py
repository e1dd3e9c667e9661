"""Measure what a patient's report costs: CPU seconds and size of HTML, FHIR bundle and PDF.

    .venv/bin/als-screen run …; .venv/bin/python benchmarks/reports/measure.py [RESULTS] [--repeats 5]

It renders every report of a finished run again, warm, in one process, with the demo's clinic, and prints a
Markdown table of the median, the smallest and the largest over patients of each patient's best repeat.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from als_screen.models import Report
from als_screen.reports.clinic import load_clinic
from als_screen.reports.fhir import fhir_json
from als_screen.reports.patient import render_patient
from als_screen.reports.pdf import render_pdf
from als_screen.reports.pictures import ReadsShown, read_shown
from als_screen.reports.settings import ReportSettings
from als_screen.reports.standing import DRAFT

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", default=ROOT / "results")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    clinic = dict(load_clinic(ROOT / "config" / "demo" / "clinic.yaml"))
    settings = ReportSettings(**clinic, language="nl", report_date="2026-06-12")
    rows = [measured(*one, settings, options.repeats) for one in reports(options.results)]
    print("| what | median | smallest | largest |\n|---|---|---|---|")
    for name in rows[0]:
        values = [row[name] for row in rows]
        print(f"| {name} | {statistics.median(values):.3f} | {min(values):.3f} | {max(values):.3f} |")


def reports(results: Path) -> Iterator[tuple[Report, ReadsShown]]:
    """Yield every report of a run with the reads that it shows."""
    for batch in sorted((results / "evidence").iterdir()):
        shown = read_shown(batch / "repeat_reads.jsonl", batch / "variant_reads.jsonl")
        for path in sorted((results / "reports" / batch.name).glob("*/report.json")):
            report = Report.model_validate_json(path.read_bytes())
            yield report, shown.get(report.patient.patient, ReadsShown())


def measured(report: Report, shown: ReadsShown, settings: ReportSettings, repeats: int) -> dict[str, float]:
    """Return seconds and megabytes of one report."""

    def html(paper: bool = False) -> str:
        return render_patient(report, settings, settings.language, shown, paper=paper)

    page, paper = html(), html(paper=True)
    return {
        "HTML, CPU s": best(html, repeats),
        "FHIR bundle, CPU s": best(lambda: fhir_json(report, settings, DRAFT), repeats),
        "PDF, CPU s": best(lambda: render_pdf(html(paper=True)), repeats),
        "HTML, MB": len(page.encode()) / 1e6,
        "PDF, MB": len(render_pdf(paper)) / 1e6,
    }


def best(work: Callable[[], object], repeats: int) -> float:
    """Return the smallest CPU time of some repeats, after one that does not count."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
