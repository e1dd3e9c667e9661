"""Variants have their place along the protein, each once, with who carries it."""

from __future__ import annotations

import pytest

from als_screen.evidence import Zygosity
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.proteins import cohort_variants, known_domains, proteins, residue
from als_screen.resources import bundled
from als_screen.states import Classification
from unit.reports import samples
from unit.reports.cohort.people import renamed


@pytest.mark.parametrize(
    ("name", "place"),
    [
        pytest.param("NP_000445.1:p.(Ala5Val)", 5, id="missense, predicted"),
        pytest.param("NP_000445.1:p.Ala5Val", 5, id="missense, seen"),
        pytest.param("NP_004951.1:p.(Arg495Ter)", 495, id="stop"),
        pytest.param("NP_004951.1:p.(Gly466ValfsTer14)", 466, id="frameshift"),
        pytest.param("NP_000445.1:p.(Glu22_Lys24del)", 22, id="deletion: its first residue"),
        pytest.param("NP_000445.1:p.(Ter155GlnextTer30)", 155, id="lost stop"),
        pytest.param("NP_000445.1:p.(Met1?)", 1, id="start"),
        pytest.param("NP_000445.1:p.?", None, id="not known"),
        pytest.param("NP_000445.1:p.(=)", None, id="no change"),
        pytest.param(None, None, id="no protein name"),
    ],
)
def test_first_residue(name: str | None, place: int | None) -> None:
    assert residue(name) == place


def test_a_variant_is_there_once_with_its_carriers() -> None:
    one = samples.report(variants=(samples.variant(),))
    two = samples.report(variants=(samples.variant(zygosity=Zygosity.HOMOZYGOUS),))
    found = cohort_variants([of_report(renamed(one, "A")), of_report(renamed(two, "B"))])
    assert [(each.residue, each.patients, each.homozygous) for each in found] == [(5, 2, 1)]


def test_two_classes_of_one_variant_are_shown_apart() -> None:
    doubted = samples.variant().classification.model_copy(update={"proposed": Classification.UNCERTAIN})
    reports = [samples.report(variants=(samples.variant(),)), samples.report(
        variants=(samples.variant(classification=doubted),)
    )]  # fmt: skip
    found = cohort_variants([of_report(report) for report in reports])
    assert {each.proposed for each in found} == {Classification.PATHOGENIC, Classification.UNCERTAIN}


def test_lengths_accessions_and_domains() -> None:
    found = {one.gene: one for one in proteins([], bundled(), known_domains())}
    assert list(found) == list(VARIANT_GENES)
    lengths = {Gene.SOD1: 154, Gene.TARDBP: 414, Gene.FUS: 526}
    assert {gene: one.length for gene, one in found.items()} == lengths
    assert found[Gene.SOD1].accession.startswith("NP_000445.")
    for one in found.values():
        assert one.domains
        assert all(1 <= domain.start <= domain.end <= one.length for domain in one.domains)


def test_what_changes_no_residue_has_no_place_but_is_listed() -> None:
    intronic = samples.variant(hgvs_p=None, hgvs_c="NM_000454.5:c.72+1G>A")
    found = cohort_variants([of_report(samples.report(variants=(intronic,)))])
    assert len(found) == 1
    assert all(not one.variants for one in proteins(found, bundled(), known_domains()))
