from __future__ import annotations

import pytest

from als_screen.models import Report
from als_screen.reports.cohort.finding import CarriedVariant, of_report
from als_screen.reports.cohort.rows import COLUMNS, cohort_row, cohort_tsv, tsv_cell, variant_name
from unit.reports import samples

#: The contract's columns; other systems read them by name and position.
CONTRACT = """
patient batch status status_reason result C9orf72 SOD1 TARDBP FUS
repeat_state repeat_short repeat_long findings
"""


def test_the_columns_of_the_contract_come_first() -> None:
    header = cohort_tsv([]).rstrip("\n").split("\t")
    assert header[:13] == CONTRACT.split()
    assert header == list(COLUMNS)


def test_one_row_a_patient_with_every_cell() -> None:
    lines = cohort_tsv([cohort_row(of_report(one)) for one in samples.SAMPLES.values()]).splitlines()
    assert len(lines) == 1 + len(samples.SAMPLES)
    assert {line.count("\t") for line in lines} == {len(COLUMNS) - 1}


@pytest.mark.parametrize(
    ("report", "column", "expected"),
    [
        pytest.param(samples.EXPANSION, "repeat_long", "610", id="point estimate"),
        pytest.param(samples.EXPANSION, "repeat_long_interval", ">=240", id="open interval"),
        pytest.param(samples.EXPANSION, "result", "positive", id="result"),
        pytest.param(samples.INTERMEDIATE_REPORT, "repeat_long_interval", "25..29", id="closed interval"),
        pytest.param(samples.VCF_ONLY, "repeat_short", "", id="no allele is empty, not zero"),
        pytest.param(samples.VCF_ONLY, "callable_SOD1", "", id="not assessed is empty, not zero"),
        pytest.param(samples.VCF_ONLY, "not_assessed", "C9orf72, SOD1, TARDBP, FUS", id="what is missing"),
        pytest.param(samples.INCOMPLETE, "callable_FUS", "0.9127", id="callable fraction"),
        pytest.param(samples.INCOMPLETE, "complete", "no", id="not complete"),
        pytest.param(
            samples.SOD1_POSITIVE,
            "findings",
            "SOD1 NM_000454.5:c.14C>T p.(Ala5Val) heterozygous pathogenic",
            id="reported variants only",
        ),
        pytest.param(samples.NOT_ANALYSED, "genome_build", "", id="unknown build"),
        pytest.param(samples.DIFFERENT, "findings", "", id="different persons: withheld"),
        pytest.param(samples.DIFFERENT, "repeat_long", "", id="different persons: no size"),
        pytest.param(samples.DIFFERENT, "SOD1", "not_assessed", id="different persons: no state"),
    ],
)
def test_cells(report: Report, column: str, expected: str) -> None:
    assert cohort_row(of_report(report))[column] == expected


def test_nothing_that_names_a_person_is_in_the_table() -> None:
    text = cohort_tsv([cohort_row(of_report(samples.NEGATIVE))])
    hidden = ("Example Person", "B-2026-0417", "1971-03-09", "2026-05", "Hospital", "weakness")
    assert [word for word in hidden if word in text] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="formula"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\\t=1", id="tab in front"),
        pytest.param("＝1", "'＝1", id="full width"),
        pytest.param("a\tb\nc", "a\\tb\\nc", id="stays one cell of one line"),
        pytest.param("a\u202eb", "a\\u202eb", id="direction override shown"),
        pytest.param("plain = text", "plain = text", id="inside is harmless"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_cell_is_harmless(text: str, expected: str) -> None:
    assert tsv_cell(text) == expected


def test_a_variant_without_names_is_named_by_position() -> None:
    bare = samples.variant(hgvs_c=None, hgvs_g=None, hgvs_p=None)
    carried = CarriedVariant.model_validate(bare.model_dump())
    assert variant_name(carried) == "SOD1 chr21:31659783 C>T"
