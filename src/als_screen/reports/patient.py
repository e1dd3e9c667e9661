"""The patient's report as one self-contained HTML file, and the hash of what is printed in it."""

from __future__ import annotations

import hashlib

from als_screen.models import Report
from als_screen.reports.advice import LIMITS, NOT_TESTED
from als_screen.reports.catalogue import Language
from als_screen.reports.environment import csp_hash, environment, static
from als_screen.reports.json_report import report_text
from als_screen.reports.margins import page_margins
from als_screen.reports.pictures import ReadsShown, pictures_of
from als_screen.reports.scale import scales_of
from als_screen.reports.settings import ReportSettings
from als_screen.reports.sources import printed_by
from als_screen.reports.standing import DRAFT, Standing
from als_screen.reports.view import page_of

#: Of a patient whose reads no run has kept.
NO_READS = ReadsShown()


def render_patient(
    report: Report,
    settings: ReportSettings,
    language: str,
    shown: ReadsShown = NO_READS,
    standing: Standing = DRAFT,
    *,
    paper: bool = False,
) -> str:
    """Return the report as HTML: no script, no network, readable on screen, phone and paper.

    Args:
        report: the finding, with the person's fields.
        settings: the clinic's, with the date to print.
        language: of the page.
        shown: the reads that the pictures are drawn from.
        standing: draft or signed, and against which earlier report.
        paper: leave out what only a screen shows (it would cost the PDF a third of its time).

    Raises:
        ValueError: the language has no catalogue, or the finding contradicts itself (`withheld`).
    """
    chosen = Language(language)
    page = page_of(report, settings, chosen, standing)
    styles = (static("patient.css"), page_margins(page.heading, standing.stage, chosen))
    return (
        environment(chosen)
        .get_template("patient.html.j2")
        .render(
            page=page,
            paper=paper,
            pictures=pictures_of(report, shown, chosen),
            scales=scales_of(report.repeat.alleles, report.repeat.policy, paper=paper),
            conclusion=report.conclusion.text.model_dump()[chosen],
            not_tested=NOT_TESTED,
            limits=LIMITS,
            styles=styles,
            style_hashes=" ".join(map(csp_hash, styles)),
        )
    )


def render_hash(
    report: Report,
    settings: ReportSettings,
    language: str,
    shown: ReadsShown = NO_READS,
    standing: Standing = DRAFT,
) -> str:
    """Return the SHA-256 of all that decides what is printed, the report date left out.

    That is the finding with every field of the person, the reads shown, the clinic's texts, the language, the
    standing, the code, templates, catalogues and styles of the patient's report, and the bundled transcripts.
    """
    digest = hashlib.sha256(printed_by().encode())
    undated = settings.model_copy(update={"report_date": None}).model_dump_json()
    parts = (Language(language), undated, standing.model_dump_json(), report_text(report), shown.as_json())
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()
