from __future__ import annotations

import json
import re
from typing import Any

import pytest

from als_screen.models import Report
from als_screen.reports.catalogue import Language
from als_screen.reports.cohort.page import render_cohort
from als_screen.reports.cohort.table import embedded
from als_screen.reports.settings import ReportSettings
from als_screen.states import Status
from unit.reports import samples
from unit.reports.cohort.people import cohort, renamed
from unit.reports.pages import HOSTILE, Page
from unit.reports.samples import SAMPLES, SETTINGS

ALL = list(SAMPLES.values())


def _page(reports: list[Report], **links: str) -> str:
    return render_cohort(cohort(reports, links), SETTINGS)


def _readable(html: str) -> str:
    """Return the page without its scripts and styles, which hold whole libraries."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)


def _text(html: str) -> str:
    return Page(_readable(html)).text


def _data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_is_whole_loads_nothing_and_names_no_person() -> None:
    html = _page(ALL)
    assert Page(_readable(html)).open == []
    assert not re.search(r"(src|href)=\"https?:|@import", _readable(html))
    policy = html[html.index("default-src 'none'; script-src 'sha256-") :].partition('">')[0]
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy
    for word in ("Example Person", "B-2026-0417", "1971-03-09", "Progressive weakness"):
        assert word not in html


def test_failed_and_not_wholly_assessed_patients_come_first() -> None:
    text = _text(_page(list(reversed(ALL))))
    section = text[text.index("Not looked at is not") : text.index("Overview")]
    assert re.findall(r"P00\d(?= RUN7)", section) == ["P009", "P008", "P007", "P006"]
    assert "P008.bam: the file ends before its end mark" in section
    assert "FUS : 76 bases below 10 fragments" in section
    assert "2 patients not analysed , 0 analysed in part, 2 analysed but not complete" in text


def test_one_analysed_in_part_is_listed_with_its_reason() -> None:
    part = samples.SOD1_POSITIVE.model_copy(
        update={"status": Status.ANALYSED_IN_PART, "status_reason": "no usable BAM"}
    )
    text = _text(_page([samples.NEGATIVE, part]))
    assert "P003 RUN7 analysed in part" in text
    assert "no usable BAM" in text


def test_a_sound_cohort_says_so() -> None:
    assert "Every patient was wholly assessed." in _text(_page([samples.NEGATIVE]))


def test_an_empty_cohort_has_a_page() -> None:
    assert "Cohort of 0 patients" in _text(render_cohort(cohort([]), ReportSettings()))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param(Language.ENGLISH, "Cohort of 9 patients", id="English"),
        pytest.param(Language.DUTCH, "Cohort van 9 patiënten", id="Dutch"),
        pytest.param(Language.FRENCH, "Cohorte de 9 patients", id="French"),
    ],
)
def test_the_page_speaks_the_language_of_the_settings(language: Language, words: str) -> None:
    settings = SETTINGS.model_copy(update={"language": language})
    html = render_cohort(cohort(ALL), settings)
    assert words in _text(html)
    assert f'<html lang="{language}">' in html


def test_the_table_holds_every_patient_and_cell() -> None:
    data = _data(_page(ALL))
    values = data["values"]
    patients = [values[row[0]] for row in data["rows"]]
    assert patients == ["P008", "P009", "P006", "P007", "P001", "P002", "P003", "P004", "P005"]
    assert all(len(row) == len(data["columns"]) for row in data["rows"])


def test_only_who_has_a_report_has_a_link() -> None:
    data = _data(_page([samples.NEGATIVE, samples.EXPANSION], P005="../reports/P005/report.html"))
    assert data["links"] == ["../reports/P005/report.html", ""]


def test_different_persons_show_nothing() -> None:
    html = _page([samples.DIFFERENT])
    seen = _readable(html) + json.dumps(_data(html))
    assert not [secret for secret in ("A4V", "c.14C", "610", "SECRETREASON") if secret in seen]
    assert "0 alleles of 0 patients" in _text(html)


def test_hostile_text_stays_text() -> None:
    report = samples.NOT_ANALYSED.model_copy(update={"status_reason": HOSTILE})
    html = _page([renamed(report, "P1", batch=HOSTILE, family=HOSTILE)], P1=HOSTILE)
    found = Page(_readable(html))
    assert found.open == []
    assert found.tags.count("img") == 0
    assert html.count("<script") == _page([samples.NEGATIVE]).count("<script")
    assert any("onerror" in value for value in _data(html)["values"])


def test_embedded_json_reads_back_and_cannot_end_its_element() -> None:
    value = {"a": "</script><!--\u2028\u2029&", "n": [1, 2.5, None]}
    text = embedded(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_yield_counts_the_analysed_only() -> None:
    text = _text(_page([samples.EXPANSION, samples.NOT_ANALYSED]))
    assert "familial 2 1 1 100% 0 0%" in text


def test_a_patient_costs_little() -> None:
    many = [renamed(ALL[n % len(ALL)], f"P{n:05d}", batch=f"RUN{n // 50}") for n in range(900)]
    links = {f"P{n:05d}": f"../reports/RUN{n // 50}.0001/P{n:05d}/report.html" for n in range(900)}
    few = len(_page(ALL).encode())
    grown = len(render_cohort(cohort(many, links), SETTINGS).encode()) - few
    assert grown / len(many) < 1400  # with 6 MB of libraries, 10,000 patients within 20 MB
