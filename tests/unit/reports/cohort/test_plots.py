"""The figures: what is drawn where, every text harmless, nothing drawn that nobody has."""

from __future__ import annotations

import json
from typing import Any

import pytest

from als_screen.models import Report
from als_screen.regions import Gene
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.groups import BINS, batch_quality, bin_label, sizes, yields
from als_screen.reports.cohort.plots import SIDE_STEP, depth_plot, protein_plot, sizes_plot, yield_plot
from als_screen.reports.cohort.proteins import Protein, cohort_variants, known_domains, proteins
from als_screen.resources import bundled
from als_screen.states import Result
from unit.reports import samples
from unit.reports.cohort.people import renamed
from unit.reports.pages import HOSTILE

EN = (gettext(Language.ENGLISH), Language.ENGLISH)
FINDINGS = [of_report(report) for report in samples.SAMPLES.values()]


def protein(gene: Gene, *reports: Report) -> Protein:
    found = proteins(cohort_variants([of_report(one) for one in reports]), bundled(), known_domains())
    return next(one for one in found if one.gene is gene)


def heads(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace.get("mode") == "markers"]


def test_alleles_are_stacked_by_state_between_the_limits_of_the_policy() -> None:
    figure = sizes_plot(sizes(FINDINGS), samples.POLICY, *EN)
    labels = [bin_label(index) for index in range(len(BINS) + 1)]
    assert [trace["x"] for trace in figure["data"]] == [labels] * len(figure["data"])
    assert sum(sum(trace["y"]) for trace in figure["data"]) == sizes(FINDINGS).alleles
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [
        labels.index("23") + 0.5, labels.index("30") + 0.5
    ]  # fmt: skip


def test_patients_of_several_policies_have_no_limits_drawn() -> None:
    assert sizes_plot(sizes(FINDINGS), None, *EN)["layout"]["shapes"] == []


def test_a_variant_stands_at_its_residue_as_high_as_its_patients() -> None:
    figure = protein_plot(
        protein(Gene.SOD1, samples.SOD1_POSITIVE, renamed(samples.SOD1_POSITIVE, "P2")), *EN
    )
    (head,) = heads(figure)
    assert (head["x"], head["y"], head["name"]) == ([5], [2], "Pathogenic")
    assert head["customdata"] == ["SOD1 NM_000454.5:c.14C>T p.(Ala5Val)"]


def test_two_variants_of_one_residue_do_not_hide_each_other() -> None:
    other = samples.variant(pos=31659782, hgvs_c="NM_000454.5:c.13G>A", hgvs_p="NP_000445.1:p.(Ala5Thr)")
    figure = protein_plot(protein(Gene.SOD1, samples.report(variants=(samples.variant(), other))), *EN)
    (head,) = heads(figure)
    assert head["x"][1] - head["x"][0] == pytest.approx(154 * SIDE_STEP)
    assert sum(head["x"]) / 2 == pytest.approx(5)
    assert figure["data"][0]["x"][::3] == head["x"]


def test_a_protein_without_variants_has_its_domains_and_no_stick() -> None:
    figure = protein_plot(protein(Gene.FUS), *EN)
    assert heads(figure) == []
    assert {trace["type"] for trace in figure["data"]} == {"bar"}


def test_a_name_is_not_written_where_another_domain_is_drawn_over_it() -> None:
    drawn = protein_plot(protein(Gene.TARDBP), *EN)["data"]
    names = [text for trace in drawn for text in trace.get("text", ()) if text]
    assert "RNA recognition motif 1" in names
    assert "RNA recognition motif 2" not in names, "the nuclear export signal lies in its middle"
    assert not [name for name in names if "C-terminal" in name]
    assert any("C-terminal" in text for trace in drawn for text in trace["hovertext"])


def test_yield_counts_every_patient_once() -> None:
    groups = yields(FINDINGS, lambda finding: finding.patient.batch or "")
    figure = yield_plot(groups, [group.name for group in groups], *EN)
    assert sum(sum(trace["y"]) for trace in figure["data"]) == len(FINDINGS)
    assert len(figure["data"]) == len(Result)


def test_a_batch_whose_depth_nobody_knows_has_no_box() -> None:
    deep = samples.report(repeat=samples.NOT_EXPANDED.model_copy(update={"quality": {"flank_depth": 30.0}}))
    reports = (renamed(deep, "A", batch="B1"), renamed(samples.NOT_ANALYSED, "B", batch="B2"))
    batches = batch_quality([of_report(one) for one in reports])
    (box,) = depth_plot(batches, ["B1", "B2"], *EN)["data"]
    assert (box["x"], box["median"]) == (["B1"], [30.0])
    assert depth_plot(batches[1:], ["B2"], *EN)["data"] == []


@pytest.mark.parametrize("language", Language)
def test_hostile_text_is_escaped_since_plotly_reads_html(language: Language) -> None:
    hostile = samples.report(variants=(samples.variant(legacy=HOSTILE),))
    groups = yields([of_report(renamed(hostile, "P", batch=HOSTILE))], lambda one: one.patient.batch or "")
    found = [
        yield_plot(groups, [HOSTILE], gettext(language), language),
        protein_plot(protein(Gene.SOD1, hostile), gettext(language), language),
    ]
    shown = [
        (trace.get("x"), trace.get("text"), trace.get("hovertext")) for one in found for trace in one["data"]
    ]
    assert "<script" not in json.dumps(shown)
    assert "&lt;script" in json.dumps(shown)
