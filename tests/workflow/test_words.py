"""What the steps say of the demo's patients is known to the catalogues: no page falls back to English."""

from __future__ import annotations

import pytest

from als_screen.files import read_jsonl
from als_screen.models import Report
from als_screen.reports.catalogue import Language
from als_screen.reports.reasons import said
from workflow_runs import Run

#: Sentences with a free text of a file or a database inside: they stay English, and are marked as such.
FREE = ("could not be read:", "structural variant")


def sentences(report: Report) -> list[str | None]:
    """Return what stands in the answer, the tiles, the findings and the gaps of a report."""
    reported = [variant for variant in report.variants if variant.reported]
    return [
        report.status_reason,
        report.repeat.reason,
        report.repeat.locus_definition,
        report.coverage.reason,
        report.identity.reason,
        *(found.reason for found in report.genes.values()),
        *(variant.inheritance.note for variant in reported),
        *(variant.not_reported_reason for variant in report.variants),
    ]


@pytest.mark.workflow
@pytest.mark.xdist_group("workflow")
@pytest.mark.parametrize("language", [Language.DUTCH, Language.FRENCH])
def test_the_demo_is_told_in_every_language(demo_run: Run, language: Language) -> None:
    reports = [
        report
        for path in sorted((demo_run.results / "findings").glob("*.jsonl"))
        for report in read_jsonl(path, Report)
    ]
    texts = {text for report in reports for text in sentences(report) if text}
    english = [text for text in texts if any(still for _, still in said(text, language))]
    assert [text for text in sorted(english) if not any(part in text for part in FREE)] == []
