"""The table as data: cells once, in the language of the page, harmless inside a script element."""

from __future__ import annotations

import json

import pytest

from als_screen.models import Report
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.cohort.rows import COLUMNS
from als_screen.reports.cohort.table import ORDER, SHOWN, embedded, findings_text, table
from unit.reports import samples
from unit.reports.cohort.people import cohort, renamed
from unit.reports.pages import HOSTILE


def rows(reports: list[Report], language: Language = Language.ENGLISH) -> list[dict[str, str]]:
    found = table(cohort(reports), gettext(language), language)
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, (found["values"][place] for place in row), strict=True)) for row in found["rows"]]


def test_every_column_is_there_once() -> None:
    assert sorted(ORDER) == sorted(COLUMNS)
    assert set(SHOWN) < set(ORDER)


def test_the_failed_are_first_and_links_go_with_them() -> None:
    reports = [samples.NEGATIVE, samples.NOT_ANALYSED]
    found = table(cohort(reports, {"P008": "x.html"}), gettext(Language.ENGLISH), Language.ENGLISH)
    assert [row["patient"] for row in rows(reports)] == ["P008", samples.NEGATIVE.patient.patient]
    assert found["links"] == ["x.html", ""]


def test_a_cell_is_kept_once_however_many_have_it() -> None:
    reports = [renamed(samples.NEGATIVE, f"Q{n}") for n in range(50)]
    found = table(cohort(reports), gettext(Language.ENGLISH), Language.ENGLISH)
    assert len(found["values"]) == len(set(found["values"])) < 50 + len(COLUMNS)


@pytest.mark.parametrize(
    ("language", "result", "reason"),
    [
        (Language.DUTCH, "Niet geanalyseerd", "de reads zijn niet bruikbaar"),
        (Language.FRENCH, "Non analysé", "les lectures ne sont pas utilisables"),
    ],
)
def test_cells_are_in_the_language_of_the_page(language: Language, result: str, reason: str) -> None:
    report = samples.NOT_ANALYSED.model_copy(update={"status_reason": "the reads cannot be used"})
    (row,) = rows([report], language)
    assert row["result"] == result
    assert row["status_reason"] == reason


def test_findings_in_words() -> None:
    (finding,) = cohort([samples.SOD1_POSITIVE]).findings
    assert findings_text(finding, gettext(Language.DUTCH)) == (
        "SOD1 NM_000454.5:c.14C>T p.(Ala5Val) (A4V), heterozygoot, Pathogeen"
    )


def test_embedded_data_cannot_end_the_script_and_is_the_same() -> None:
    data = {"text": f"</script><!-- {HOSTILE} \u2028"}
    text = embedded(data)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data
