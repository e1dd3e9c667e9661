from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from als_screen.reports.cohort.workbook import workbook
from unit.reports import samples
from unit.reports.cohort.people import cohort, renamed
from unit.reports.pages import HOSTILE

ALL = list(samples.SAMPLES.values())


def test_sheets_and_rows() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(cohort(ALL))))
    assert book.sheetnames == ["patients", "variants", "repeat", "not assessed", "versions"]
    assert book["patients"].max_row == 1 + len(ALL)
    assert [row[0].value for row in book["not assessed"].iter_rows(min_row=2)] == [
        "P008", "P009", "P006", "P007",
    ]  # fmt: skip
    assert "P009" not in [row[0].value for row in book["variants"].iter_rows()]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", HOSTILE, "https://x.example", "🧬" * 9]
)
def test_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    report = renamed(samples.NOT_ANALYSED, "P1", family=text)
    sheet = openpyxl.load_workbook(BytesIO(workbook(cohort([report]))))["patients"]
    cells = {cell.value: cell for cell in sheet[1]}
    cell = sheet.cell(2, cells["family"].column)
    assert cell.data_type == "s"
    assert cell.quotePrefix is (text[0] in "=+-@\t"), "it stays a text when somebody edits it"
    assert cell.hyperlink is None


def test_very_long_text_is_cut_to_what_a_cell_holds() -> None:
    report = renamed(samples.NEGATIVE, "P1", family="x" * 50_000)
    sheet = openpyxl.load_workbook(BytesIO(workbook(cohort([report]))))["patients"]
    assert max(len(str(cell.value or "")) for cell in sheet[2]) == 32_767


def test_the_same_cohort_gives_the_same_bytes() -> None:
    assert workbook(cohort(ALL)) == workbook(cohort(ALL))
