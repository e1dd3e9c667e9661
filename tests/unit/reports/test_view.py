from __future__ import annotations

import pytest

from als_screen.models import GeneCoverage
from als_screen.regions import Build, Gene
from als_screen.reports.catalogue import Language
from als_screen.reports.view import LISTED, gaps, identifiers, page_of, scope
from als_screen.resources import bundled
from unit.reports import samples


def test_gaps_name_the_gene_the_place_and_the_exon() -> None:
    exon = bundled().transcript(Build.GRCH38, Gene.FUS).exons[5]
    hole = GeneCoverage(callable_fraction=0.9, below=(("chr16", exon.start, exon.start + 10),))
    coverage = samples.WHOLE.model_copy(update={"genes": {**samples.WHOLE.genes, Gene.FUS: hole}})
    (gap,) = gaps(samples.INCOMPLETE.model_copy(update={"coverage": coverage}), 8)
    assert gap.gene is Gene.FUS
    assert gap.places == ((f"chr16:{exon.start + 1}-{exon.start + 10}", "6"),)
    assert gap.reason == "76 bases below 10 fragments"


def test_a_hole_beside_a_finding_is_a_gap_and_not_explained_by_the_finding() -> None:
    hole = GeneCoverage(callable_fraction=0.5, below=(("chr21", 31659700, 31659720),))
    coverage = samples.WHOLE.model_copy(update={"genes": {**samples.WHOLE.genes, Gene.SOD1: hole}})
    (gap,) = gaps(samples.SOD1_POSITIVE.model_copy(update={"coverage": coverage}), 8)
    assert (gap.gene, gap.reason) == (Gene.SOD1, "")


def test_without_coverage_every_gene_is_a_gap_without_places() -> None:
    found = gaps(samples.VCF_ONLY, 8)
    assert [gap.gene for gap in found] == list(Gene)
    assert all(gap.places == () for gap in found)
    assert found[0].reason == samples.NO_REPEAT.reason


def test_many_places_are_counted_beyond_the_list() -> None:
    below = tuple(("chr16", 31181000 + 10 * n, 31181005 + 10 * n) for n in range(LISTED + 7))
    genes = {**samples.WHOLE.genes, Gene.FUS: GeneCoverage(callable_fraction=0.1, below=below)}
    report = samples.INCOMPLETE.model_copy(
        update={"coverage": samples.WHOLE.model_copy(update={"genes": genes})}
    )
    (gap,) = gaps(report, 8)
    assert (len(gap.places), gap.more) == (LISTED, 7)


def test_unreported_variants_are_counted_by_reason_beyond_the_list() -> None:
    many = samples.NEGATIVE.model_copy(update={"variants": (samples.UNREPORTED,) * 2000})
    page = page_of(many, samples.SETTINGS, Language.ENGLISH)
    assert len(page.unreported) == LISTED
    assert page.unreported_reasons == (("benign", 2000),)


@pytest.mark.parametrize(
    ("build", "region"),
    [
        pytest.param(Build.GRCH38, "chr21:31659762-31668586", id="GRCh38"),
        pytest.param(None, "", id="unknown build: no positions"),
    ],
)
def test_what_was_tested(build: Build | None, region: str) -> None:
    sod1 = scope(build, 8)[0]
    assert (sod1.gene, sod1.transcript, sod1.protein) == (Gene.SOD1, "NM_000454.5", "NP_000445.1")
    assert (sod1.exons, sod1.bases, sod1.region) == (5, 465 + 5 * 16, region)


def test_measurements_keep_the_order_of_their_labels() -> None:
    quality = {"zz_new": 1, "limits": [], "locus_depth": 3.0}
    repeat = samples.NOT_EXPANDED.model_copy(update={"quality": quality})
    page = page_of(samples.report(repeat=repeat), samples.SETTINGS, Language.ENGLISH)
    assert [key for key, _ in page.repeat_quality] == ["locus_depth", "limits", "zz_new"]


def test_identifiers_are_those_known() -> None:
    assert [name for name, _ in identifiers(samples.NEGATIVE)] == [
        "name",
        "birth_date",
        "patient",
        "specimen",
    ]
    assert identifiers(samples.INCOMPLETE) == (("patient", "P006"),)
    assert page_of(samples.NEGATIVE, samples.SETTINGS, Language.ENGLISH).heading[0] == ("patient", "P005")
