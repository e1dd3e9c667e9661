"""The reports of `samples` as a cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from als_screen.models import Report
from als_screen.reports.cohort.collect import Cohort
from als_screen.reports.cohort.finding import of_report


def cohort(reports: Sequence[Report], links: Mapping[str, str] | None = None) -> Cohort:
    return Cohort(tuple(map(of_report, reports)), links or {})


def renamed(report: Report, patient: str, **fields: object) -> Report:
    person = report.patient.model_copy(update={"patient": patient, **fields})
    return report.model_copy(update={"patient": person})
