from __future__ import annotations

import json
import re
from typing import Any

import pytest

from als_screen.models import Report, Status
from als_screen.reports.cohort import embedded, findings_jsonl, render_cohort
from als_screen.reports.settings import ReportSettings
from unit.reports import samples
from unit.reports.pages import HOSTILE, Page
from unit.reports.samples import SAMPLES, SETTINGS

ALL = list(SAMPLES.values())


def _renamed(report: Report, patient: str, **fields: object) -> Report:
    person = report.patient.model_copy(update={"patient": patient, **fields})
    return report.model_copy(update={"patient": person})


def _data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_is_whole_offline_and_names_no_person() -> None:
    html = render_cohort(ALL, SETTINGS)
    assert Page(html).open == []
    assert not re.search(r"https?:|url\(|@import", html)
    assert "script-src 'sha256-" in html
    for word in ("Example Person", "B-2026-0417", "1971-03-09", "Progressive weakness"):
        assert word not in html


def test_failed_and_not_wholly_assessed_patients_come_first() -> None:
    text = Page(render_cohort(list(reversed(ALL)), SETTINGS)).text
    section = text[text.index("Not wholly assessed") : text.index("Overview")]
    order = re.findall(r"P00\d(?= RUN7)", section)
    assert order == ["P009", "P008", "P007", "P006"]  # the sheet had them in this order
    assert "2 not analysed, 0 analysed in part, 2 analysed but not complete" in section
    assert "P008.bam: the file ends before its end mark" in section
    assert "FUS: 76 bases below 10 fragments" in section


def test_one_analysed_in_part_is_listed_with_its_reason() -> None:
    part = samples.SOD1_POSITIVE.model_copy(
        update={"status": Status.ANALYSED_IN_PART, "status_reason": "no usable BAM"}
    )
    text = Page(render_cohort([samples.NEGATIVE, part], SETTINGS)).text
    assert "P003 RUN7 analysed in part" in text
    assert "no usable BAM" in text


def test_a_sound_cohort_says_so() -> None:
    assert "Every patient was wholly assessed." in Page(render_cohort([samples.NEGATIVE], SETTINGS)).text


def test_an_empty_cohort_has_a_page() -> None:
    assert "Cohort of 0 patients" in Page(render_cohort([], ReportSettings())).text


def test_the_table_holds_every_patient_and_cell() -> None:
    data = _data(render_cohort(ALL, SETTINGS))
    values = data["values"]
    patients = [values[row[0]] for row in data["rows"]]
    assert patients == ["P008", "P009", "P006", "P007", "P001", "P002", "P003", "P004", "P005"]
    assert all(len(row) == len(data["columns"]) for row in data["rows"])


@pytest.mark.parametrize(
    "links",
    [
        pytest.param({"P005": "../reports/P005/report.html"}, id="mapping"),
        pytest.param(
            lambda patient: f"../reports/{patient}/report.html" if patient == "P005" else None, id="callable"
        ),
    ],
)
def test_links_to_patient_reports(links: object) -> None:
    data = _data(render_cohort([samples.NEGATIVE, samples.EXPANSION], SETTINGS, links))  # type: ignore[arg-type]
    assert data["links"] == ["../reports/P005/report.html", ""]


def test_different_persons_show_nothing() -> None:
    text = render_cohort([samples.DIFFERENT], SETTINGS) + findings_jsonl([samples.DIFFERENT])
    assert not [secret for secret in ("A4V", "c.14C", "610", "SECRETREASON") if secret in text]
    assert "0 alleles of 0 patients" in Page(render_cohort([samples.DIFFERENT], SETTINGS)).text


def test_hostile_text_stays_text() -> None:
    report = samples.NOT_ANALYSED.model_copy(update={"status_reason": HOSTILE})
    html = render_cohort([_renamed(report, "P1", batch=HOSTILE, family=HOSTILE)], SETTINGS, {"P1": HOSTILE})
    found = Page(html)
    assert found.open == []
    assert found.tags.count("script") == 2
    assert found.tags.count("img") == 0
    assert HOSTILE in _data(html)["values"]


def test_embedded_json_reads_back_and_cannot_end_its_element() -> None:
    value = {"a": "</script><!--\u2028\u2029&", "n": [1, 2.5, None]}
    text = embedded(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_sizes_are_counted_where_the_repeat_was_assessed() -> None:
    text = Page(render_cohort([samples.EXPANSION, samples.VCF_ONLY], SETTINGS)).text
    assert "2 alleles of 1 patients" in text
    assert "301–1000 repeats: 1" in text


def test_yield_counts_the_analysed_only() -> None:
    text = Page(render_cohort([samples.EXPANSION, samples.NOT_ANALYSED], SETTINGS)).text
    assert "familial 2 1 1 100% 0" in text


def test_a_patient_costs_little() -> None:
    many = [_renamed(ALL[n % len(ALL)], f"P{n:05d}", batch=f"RUN{n // 50}") for n in range(900)]
    html = render_cohort(many, SETTINGS, lambda patient: f"../reports/RUN/{patient}/report.html")
    assert len(html.encode()) / len(many) < 2000  # 10,000 patients within 20 MB


def test_findings_are_one_object_a_line() -> None:
    lines = findings_jsonl(ALL).splitlines()
    assert [json.loads(line)["patient"]["patient"] for line in lines] == [r.patient.patient for r in ALL]
