"""The patient's report as one self-contained HTML file, and the hash of what is printed in it."""

from __future__ import annotations

import hashlib
from functools import cache

from als_screen.models import Report
from als_screen.reports.advice import LIMITS, NOT_TESTED
from als_screen.reports.catalogue import PACKAGE, Language
from als_screen.reports.environment import csp_hash, environment, static
from als_screen.reports.json_report import report_json
from als_screen.reports.scale import scale_of
from als_screen.reports.settings import ReportSettings
from als_screen.reports.view import page_of
from als_screen.resources import bundled


def render_patient(report: Report, settings: ReportSettings, language: str) -> str:
    """Return the report as HTML: no script, no network, readable on screen, phone and paper.

    Raises:
        ValueError: the language has no catalogue, or the finding contradicts itself (`withheld`).
    """
    chosen = Language(language)
    style = static("patient.css")
    return (
        environment(chosen)
        .get_template("patient.html.j2")
        .render(
            page=page_of(report, settings),
            scale=scale_of(report.repeat.alleles, report.repeat.policy),
            conclusion=report.conclusion.text.model_dump()[chosen],
            not_tested=NOT_TESTED,
            limits=LIMITS,
            style=style,
            style_hash=csp_hash(style),
        )
    )


def render_hash(report: Report, settings: ReportSettings, language: str) -> str:
    """Return the SHA-256 of all that decides what is printed, the report date left out.

    That is the finding with every field of the person, the clinic's texts, the language, the code, templates,
    catalogues and styles of the patient's report, and the bundled transcripts.
    """
    digest = hashlib.sha256(_printed_by().encode())
    undated = settings.model_copy(update={"report_date": None})
    for part in (Language(language), undated.model_dump_json(), report_json(report)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


@cache
def _printed_by() -> str:
    """Return a hash of the files that render a patient's report, once per process."""
    files = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in {".py", ".j2", ".css", ".po"}]
    digest = hashlib.sha256((bundled().root / "transcripts.json").read_bytes())
    for path in files:
        name = path.relative_to(PACKAGE).as_posix()
        if "cohort" not in name:
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
