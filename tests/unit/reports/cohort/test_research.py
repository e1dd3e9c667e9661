from __future__ import annotations

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.models import Report
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.research import MIN_SHARED, age_band, pseudonym, research_export
from unit.reports import samples
from unit.reports.cohort.people import renamed

KEY = bytes(range(32))


def _consenting(report: Report, patient: str, **fields: object) -> Report:
    return renamed(report, patient, research_consent="yes", **fields)


def _rows(reports: list[Report], name: str = "patients.tsv", key: bytes = KEY) -> list[dict[str, str]]:
    text = research_export([of_report(report) for report in reports], key)[name]
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


@pytest.mark.parametrize(
    ("consent", "count"),
    [
        pytest.param("yes", 1, id="yes"),
        pytest.param("no", 0, id="no"),
        pytest.param("unknown", 0, id="unknown is no"),
    ],
)
def test_only_who_consented_is_exported(consent: str, count: int) -> None:
    assert len(_rows([renamed(samples.SOD1_POSITIVE, "P1", research_consent=consent)])) == count


@pytest.mark.parametrize("report", [samples.NOT_ANALYSED, samples.DIFFERENT])
def test_nothing_of_the_not_analysed_is_exported(report: Report) -> None:
    assert _rows([_consenting(report, "P1")]) == []


def test_the_pseudonym_is_stable_and_depends_on_the_key() -> None:
    assert pseudonym("P1", KEY) == pseudonym("P1", KEY)
    assert len({pseudonym("P1", KEY), pseudonym("P2", KEY), pseudonym("P1", KEY[::-1])}) == 3
    assert pseudonym("P1", KEY).startswith("R")


@pytest.mark.parametrize("key", [b"", b"short", bytes(31)])
def test_a_short_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        research_export([], key)


def test_no_id_date_batch_family_or_text_leaves() -> None:
    report = _consenting(samples.SOD1_POSITIVE, "P-SECRET", batch="BATCH-1", family="FAM-7")
    text = "".join(research_export([of_report(report)], KEY).values())
    hidden = ("P-SECRET", "BATCH-1", "FAM-7", "Example Person", "1971", "2026-05", "weakness", "52")
    assert [word for word in hidden if word in text] == []
    assert "NM_000454.5:c.14C>T" in text


def test_rows_are_not_in_the_order_of_the_sheet() -> None:
    names = [row["pseudonym"] for row in _rows([_consenting(samples.NEGATIVE, f"P{n}") for n in range(20)])]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        pytest.param(None, "", id="not known"),
        pytest.param(0, "<30", id="youngest"),
        pytest.param(29, "<30", id="below"),
        pytest.param(30, "30-39", id="low end"),
        pytest.param(79, "70-79", id="high end"),
        pytest.param(80, ">=80", id="open end"),
        pytest.param(110, ">=80", id="oldest"),
    ],
)
def test_ages_are_in_bands(age: int | None, band: str) -> None:
    assert age_band(age) == band


@given(
    st.lists(
        st.tuples(st.sampled_from(["female", "male"]), st.sampled_from(["ALS", "PLS"]), st.integers(20, 90)),
        max_size=30,
    )
)
def test_no_combination_of_traits_is_rare(people: list[tuple[str, str, int]]) -> None:
    rows = _rows(
        [
            _consenting(samples.NEGATIVE, f"P{n}", sex=sex, diagnosis=diagnosis, age_at_onset=age)
            for n, (sex, diagnosis, age) in enumerate(people)
        ]
    )
    traits = [(row["sex"], row["diagnosis"], row["family_history"], row["age_at_onset_band"]) for row in rows]
    assert all(count >= MIN_SHARED or not any(one) for one, count in Counter(traits).items())
