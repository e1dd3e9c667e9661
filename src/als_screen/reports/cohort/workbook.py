"""The cohort as an XLSX workbook: no cell is a formula or a link, and a text stays one when it is edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from als_screen.errors import one_line
from als_screen.reports.cohort.collect import Cohort, why
from als_screen.reports.cohort.rows import COLUMNS, NUMBERS, looks_like_formula, variant_name

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

#: Characters that a cell of a spreadsheet can hold.
MAX_CELL = 32_767
#: Date of creation that is written: the same content gives the same bytes.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_REPEAT = (
    "patient",
    "batch",
    "repeat_state",
    "repeat_short",
    "repeat_short_interval",
    "repeat_long",
    "repeat_long_interval",
    "probability_expanded",
    "flank_depth",
    "repeat_depth",
    "read_length",
)
_VARIANTS = (
    "patient",
    "gene",
    "variant",
    "legacy",
    "consequence",
    "zygosity",
    "proposed",
    "clinvar",
    "clinvar_significance",
    "clinvar_stars",
)
_MISSING = ("patient", "batch", "status", "result", "not_assessed", "reason")
_VERSIONS = ("patients", "software", "resource", "release", "sha256")


def workbook(cohort: Cohort) -> bytes:
    """Return the workbook with the sheets patients, variants, repeat, not assessed and versions."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": "als-screen cohort", "created": _CREATED})
        looks = _Looks(
            head=book.add_format({"bold": True, "bottom": 1}), text=book.add_format({"quote_prefix": True})
        )
        rows = [row.named for row in cohort.rows]
        _fill(book.add_worksheet("patients"), looks, COLUMNS, (row.cells for row in cohort.rows))
        _fill(book.add_worksheet("variants"), looks, _VARIANTS, _variants(cohort))
        _fill(book.add_worksheet("repeat"), looks, _REPEAT, ([row[name] for name in _REPEAT] for row in rows))
        _fill(book.add_worksheet("not assessed"), looks, _MISSING, _missing(cohort))
        _fill(book.add_worksheet("versions"), looks, _VERSIONS, _versions(cohort))
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class _Looks:
    """Formats: of the header, and of texts, which a spreadsheet keeps as text even when they are edited."""

    head: Format
    text: Format


def _fill(sheet: Worksheet, looks: _Looks, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a header that stays in view, and the rows; numbers as numbers, all else as text."""
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(columns) - 1, 16)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, looks.head)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if cell and columns[place] in NUMBERS:
                sheet.write_number(last, place, float(cell))
            elif cell:
                sheet.write_string(
                    last, place, one_line(cell)[:MAX_CELL], looks.text if looks_like_formula(cell) else None
                )
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _variants(cohort: Cohort) -> Iterable[tuple[str, ...]]:
    for finding in cohort.findings:
        for one in finding.reported:
            known = one.clinvar
            yield (
                finding.patient.patient,
                one.gene,
                variant_name(one),
                one.legacy or "",
                one.consequence or "",
                one.zygosity,
                one.classification.proposed,
                str(known.variation_id) if known else "",
                known.significance if known else "",
                str(known.stars) if known else "",
            )


def _missing(cohort: Cohort) -> Iterable[tuple[str, ...]]:
    """Yield who was not wholly assessed, the failed first."""
    for index in cohort.by_urgency:
        one = cohort.findings[index]
        if one.is_troubled:
            genes = ", ".join(one.conclusion.not_assessed)
            batch = one.patient.batch or ""
            yield one.patient.patient, batch, one.status, one.conclusion.result, genes, why(one)


def _versions(cohort: Cohort) -> Iterable[tuple[str, ...]]:
    for used in cohort.versions:
        for name, release, sha256 in used.resources:
            yield str(used.builds.total()), used.pipeline, name, release, sha256
