from __future__ import annotations

import pytest

from als_screen.models import Report
from als_screen.reports.findings import COLUMNS, findings_tsv
from unit.reports import samples
from unit.reports.pages import HOSTILE


def rows(report: Report) -> list[dict[str, str]]:
    header, *lines = findings_tsv(report).splitlines()
    assert header.split("\t") == list(COLUMNS)
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]


def test_a_variant_has_its_names_class_and_reads() -> None:
    repeat, variant = rows(samples.SOD1_POSITIVE)
    assert (repeat["kind"], repeat["state"], repeat["repeats"]) == ("repeat", "not_expanded", "2/8")
    wanted = {
        "gene": "SOD1", "state": "pathogenic", "hgvs_c": "NM_000454.5:c.14C>T", "legacy": "A4V",
        "zygosity": "heterozygous", "reads": "confirmed", "forward": "8", "reverse": "7", "points": "10",
        "criteria": "PS1,PM2", "clinvar": "14763 Pathogenic 2* 2026-06-01", "inheritance_fits": "yes",
        "result": "positive", "complete": "yes", "specimen": "B-2026-0417",
    }  # fmt: skip
    assert wanted.items() <= variant.items()


def test_an_open_interval_stays_open() -> None:
    (repeat,) = rows(samples.EXPANSION)
    assert repeat["repeats_interval"] == "2..2/240.."
    assert repeat["policy"] == "STRchive 2026-06: normal to 23, intermediate to 30"


def test_a_gene_that_was_not_wholly_assessed_has_a_row() -> None:
    found = rows(samples.INCOMPLETE)
    assert [(row["gene"], row["kind"], row["state"]) for row in found] == [
        ("C9orf72", "repeat", "not_expanded"),
        ("FUS", "gap", "incomplete"),
    ]
    assert found[1]["reason"] == "76 bases below 10 fragments"


@pytest.mark.parametrize("report", [samples.NOT_ANALYSED, samples.DIFFERENT])
def test_nothing_is_listed_where_nothing_was_analysed(report: Report) -> None:
    assert rows(report) == []


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+1", "\tx", "＝1", HOSTILE, "a\nb"])
def test_no_cell_is_a_formula_or_breaks_its_line(text: str) -> None:
    person = samples.PERSON.model_copy(update={"specimen": text})
    report = samples.report(patient=person, variants=(samples.variant(legacy=text, hgvs_c=text),))
    for row in rows(report):
        assert not any(cell.startswith(("=", "+", "@", "\t", "＝")) for cell in row.values())
    assert len(rows(report)) == 2
