"""Whether the counts at SNVs tell of a second person: who is flagged, who is not, and what is left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    OtherBase,
    RegionCounts,
    SiteCount,
    State,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.interpretation.contamination import (
    FEW_SITES,
    SHARES,
    CountedSite,
    contamination,
    counted_sites,
    judged,
    likelihood_ratios,
)
from als_screen.interpretation.identity import LEAST_ERROR, Snp
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.panel import draw_panel, panel_sites
from als_screen.states import ContaminationState

CLEAN, MIXED, OPEN = (
    ContaminationState.NOT_DETECTED,
    ContaminationState.DETECTED,
    ContaminationState.NOT_ASSESSED,
)


def seen(seed: int, share: float = 0.0, number: int = 100, depth: int = 30) -> list[CountedSite]:
    """Return what the reads of a person show of whose fragments `share` are another's."""
    rng, sites = np.random.default_rng(seed), panel_sites(number)
    own, other = draw_panel(rng, sites), draw_panel(rng, sites)
    found = []
    for site in sites:
        shown = (1 - share) * own[site] / 2 + share * other[site] / 2
        fragments = int(rng.poisson(depth))
        alternate = int(rng.binomial(fragments, shown * (1 - 0.004) + 0.002))
        found.append(CountedSite(site.chrom, fragments - alternate, alternate, site.frequency))
    return [one for one in found if one.reference + one.alternate >= 10]


@given(st.integers(0, 100_000), st.sampled_from([24, 60, 100]), st.sampled_from([15, 30, 60]))
@settings(max_examples=60, deadline=None)
def test_nobody_is_flagged_without_a_second_person(seed: int, number: int, depth: int) -> None:
    assert judged(seen(seed, 0.0, number, depth), LEAST_ERROR).state is not MIXED


@given(st.permutations(range(40)), st.sampled_from([0.0, 0.1, 0.3]))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_sites_makes_no_difference(order: Sequence[int], share: float) -> None:
    sites = seen(7, share)[:40]
    assert judged([sites[at] for at in order], LEAST_ERROR) == judged(sites, LEAST_ERROR)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.5])
def test_a_hundred_sites_find_a_second_person_and_the_share(share: float) -> None:
    for seed in range(10):
        found = judged(seen(seed, share), LEAST_ERROR)
        assert found.state is MIXED
        assert found.share is not None
        assert share - 0.06 < found.share < share + 0.21, "rough above one fifth, never far too low"
        assert (found.reason, found.excluded_from) == ("", None)


def test_what_is_not_detected_is_excluded_from_a_share_on() -> None:
    found = judged(seen(1), LEAST_ERROR)
    assert (found.state, found.share, found.reason) == (CLEAN, None, "")
    assert found.excluded_from is not None
    assert found.excluded_from <= 0.1


@pytest.mark.parametrize(
    ("sites", "why"),
    [
        ([], "none at all"),
        (seen(1, 0.0, 4), "four"),
        (seen(1, 0.3, 4), "four, of two persons"),
        (seen(1, 0.0, 24, 11), "thin"),
        ([replace(one, chrom="2") for one in seen(1, 0.3)], "all on one chromosome, which is left out"),
    ],
)
def test_too_few_sites_leave_it_open(sites: list[CountedSite], why: str) -> None:
    found = judged(sites, LEAST_ERROR)
    assert (found.state, found.reason, found.share) == (OPEN, FEW_SITES, None), why
    assert found.sites == len(sites)


def test_sites_of_unknown_frequency_detect_and_exclude_nothing() -> None:
    def unknown(share: float) -> list[CountedSite]:
        return [replace(one, frequency=None) for one in seen(1, share)]

    assert judged(unknown(0.3), LEAST_ERROR).state is MIXED
    assert judged(unknown(0.0), LEAST_ERROR).state is OPEN


def test_one_bad_site_is_no_person() -> None:
    for bad in (CountedSite("2", 24, 6, 0.5), CountedSite("2", 27, 3, 0.01), CountedSite("2", 900, 100, 0.5)):
        assert judged([*seen(3), bad], LEAST_ERROR).state is CLEAN


def test_a_site_says_only_so_much() -> None:
    for bad in (
        CountedSite("2", 2400, 600, 0.5),
        CountedSite("2", 0, 30, 0.001),
        CountedSite("2", 20, 10, None),
    ):
        assert abs(likelihood_ratios([bad], LEAST_ERROR)).max() < 2.5


def test_three_copies_of_a_chromosome_are_no_person() -> None:
    """Heterozygotes of the chromosome show ALT in a third or two thirds."""
    sites = [
        replace(one, reference=20, alternate=10)
        if one.chrom == "21" and min(one.reference, one.alternate) > 5
        else one
        for one in seen(5, number=200)
    ]
    assert judged(sites, LEAST_ERROR).state is CLEAN


def test_reads_that_lean_to_the_reference_are_no_person() -> None:
    sites = [
        replace(one, reference=17, alternate=13) if min(one.reference, one.alternate) > 5 else one
        for one in seen(6)
    ]
    assert judged(sites, LEAST_ERROR).state is CLEAN


def test_ratios_are_by_site_person_and_share() -> None:
    sites = seen(1, number=30)
    found = likelihood_ratios(sites, LEAST_ERROR)
    assert found.shape == (len(sites), 2, len(SHARES))
    assert np.isfinite(found).all()
    homozygous = likelihood_ratios([CountedSite("2", 30, 0, 0.5)], LEAST_ERROR)[0, 0]
    assert (np.diff(homozygous) < 0).all(), "the more of another person, the less likely a clean homozygote"


# ------------------------------------------------------------------------------------------ from evidence

CHROM, START = "21", 31_659_700


def population(*_key: object) -> float | None:
    return 0.3


def evidence(sites: Sequence[SiteCount] = (), third: int = 0) -> CoverageEvidence:
    """Return 20 bases of SOD1 at 30x, of which the fifth shows G in 12 fragments."""
    here = {"chrom": CHROM, "forward": 6, "reverse": 6}
    other = [OtherBase(pos=START + 5, base="G", **here)]
    other += [OtherBase(chrom=CHROM, pos=START + 5, base="C", forward=third, reverse=0)] if third else []
    reference = tuple(9 if at == 4 else 15 for at in range(20))
    counts = RegionCounts(chrom=CHROM, start=START, depth=(30,) * 20, forward=reference, reverse=reference)
    return CoverageEvidence(
        patient="P1",
        state=State.ASSESSED,
        build=Build.GRCH38,
        regions=(counts,),
        other=tuple(other),
        sites=tuple(sites),
    )


def carrying(*positions: int) -> VariantEvidence:
    alleles = [
        Allele(
            gene=Gene.SOD1,
            chrom=CHROM,
            pos=pos,
            ref="A",
            alt="G",
            zygosity=Zygosity.HETEROZYGOUS,
            genotype="0/1",
            allele_index=1,
        )
        for pos in positions
    ]
    return VariantEvidence(
        patient="P1", state=State.ASSESSED, source=VariantSource.VCF, alleles=tuple(alleles)
    )


def place(pos: int, chrom: str = CHROM, **counts: int) -> SiteCount:
    usual = {"reference": 20, "alternate": 10, "other": 0}
    return SiteCount(chrom=chrom, pos=pos, ref="A", alt="G", frequency=0.4, **{**usual, **counts})


SNP = Snp(CHROM, START + 5, "A", "G", 0.2)


def test_which_sites_speak() -> None:
    def found(coverage: CoverageEvidence, variants: VariantEvidence, *common: Snp) -> list[CountedSite]:
        return list(counted_sites(variants, coverage, population, common))

    in_gene = CountedSite(CHROM, 18, 12, 0.3)
    assert found(evidence(), carrying(START + 5)) == [in_gene], "the VCF's own"
    assert found(evidence(), carrying(), SNP) == [replace(in_gene, frequency=0.2)], "looked at in everyone"
    assert len(found(evidence(), carrying(START + 5), SNP)) == 1, "once"
    assert found(evidence(), carrying(START + 500)) == [], "not counted"
    assert found(evidence(third=9), carrying(START + 5)) == [], "a third base"
    assert found(evidence([place(9, "2")]), carrying()) == [CountedSite("2", 20, 10, 0.4)], "configured"
    assert found(evidence([place(9, "2", reference=0, alternate=9)]), carrying()) == [], "thin"
    assert found(evidence([place(9, "2", other=20)]), carrying()) == [], "a third base"
    twice = found(evidence([place(START + 5)]), carrying(START + 5))
    assert twice == [CountedSite(CHROM, 20, 10, 0.4)], "a configured site in a gene is taken once"


def test_without_reads_nothing_is_said() -> None:
    nothing = CoverageEvidence(patient="P1", state=State.NOT_ASSESSED)
    found = contamination(carrying(), nothing, population, (SNP,), bundled())
    assert (found.state, found.sites) == (OPEN, 0)
    assert found.reason == "there are no reads that can be used"


def test_evidence_to_the_answer() -> None:
    sites = [
        place(at + 1, chrom=one.chrom, reference=one.reference, alternate=one.alternate)
        for at, one in enumerate(seen(2, 0.2))
    ]
    found = contamination(carrying(), evidence(sites), population, (), bundled())
    assert (found.state, found.sites) == (MIXED, len(sites))
