"""Callability from reads, from a gVCF, from a callable BED, and from nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from als_screen.coverage.lookup import Counts
from als_screen.evidence import (
    CoverageEvidence,
    ReferenceBlock,
    RegionCounts,
    State,
    VariantEvidence,
    VariantSource,
)
from als_screen.interpretation.callability import callability, callable_map
from als_screen.regions import VARIANT_GENES, Build, Gene, Region
from als_screen.resources import bundled
from coverage_reads import allele, carrying

R = bundled()
B = Build.GRCH38
EXON = R.reportable(B, Gene.SOD1, 0)[1]


def counted(depth: int = 30, thin: Region | None = None, chroms: str = "1 16 21") -> CoverageEvidence:
    """Counts of all counted regions, zero in `thin`."""
    regions = []
    for region in R.counted_regions(B):
        if region.chrom in chroms.split():
            depths = [
                0 if thin is not None and thin.overlaps(region.chrom, at, at + 1) else depth
                for at in range(region.start, region.end)
            ]
            regions.append(
                RegionCounts(
                    chrom=region.chrom,
                    start=region.start,
                    depth=tuple(depths),
                    forward=tuple(depths),
                    reverse=(0,) * len(depths),
                )
            )
    return CoverageEvidence(patient="P1", state=State.ASSESSED, build=B, regions=tuple(regions))


def blocks(*given: tuple[int, int, int | None, int | None], bed: Sequence[Region] = ()) -> VariantEvidence:
    """Reference blocks on chromosome 21 (start, end, depth, genotype quality), and callable regions."""
    reference = tuple(
        ReferenceBlock(chrom="21", start=start, end=end, depth=depth, genotype_quality=quality)
        for start, end, depth, quality in given
    )
    lines = tuple(
        ReferenceBlock(chrom=one.chrom, start=one.start, end=one.end, depth=None, genotype_quality=None)
        for one in bed
    )
    return VariantEvidence(
        patient="P1",
        state=State.ASSESSED,
        source=VariantSource.GVCF,
        build=B,
        reference=reference,
        callable_regions=lines,
    )


def test_all_covered() -> None:
    found = callability(counted(), carrying(), R, B)
    assert (found.state, found.basis, found.reason) == (State.ASSESSED, "reads", "")
    assert set(found.genes) == set(VARIANT_GENES)
    assert all((gene.callable_fraction, gene.below) == (1.0, ()) for gene in found.genes.values())


@pytest.mark.parametrize(("depth", "fraction"), [(9, 0.0), (10, 1.0)])
def test_ten_fragments_are_enough(depth: int, fraction: float) -> None:
    assert callability(counted(depth), carrying(), R, B).genes[Gene.FUS].callable_fraction == fraction


def test_a_gap_is_listed_and_taken_off() -> None:
    gap = Region("21", EXON.start + 5, EXON.start + 25)
    sod1 = callability(counted(thin=gap), carrying(), R, B).genes[Gene.SOD1]
    assert sod1.below == (("chr21", gap.start, gap.end),)
    size = sum(map(len, R.reportable(B, Gene.SOD1)))
    assert sod1.callable_fraction == pytest.approx(1 - 20 / size)


@pytest.mark.parametrize(
    ("gap", "whole", "note"),
    [
        (Region("21", EXON.start, EXON.start + 1), False, "a coding base"),
        (Region("21", EXON.start - 2, EXON.start - 1), False, "the second splice base"),
        (Region("21", EXON.start - 3, EXON.start - 2), True, "the third: reportable, but not needed"),
        (Region("21", EXON.end + 1, EXON.end + 2), False, "the second splice base behind"),
        (Region("21", EXON.end + 2, EXON.end + 3), True, "the third behind"),
    ],
)
def test_what_not_found_needs(gap: Region, whole: bool, note: str) -> None:
    found = callable_map(counted(thin=gap), carrying())
    assert found.whole_gene(R, B, Gene.SOD1) is whole, note
    assert found.whole_gene(R, B, Gene.FUS)
    assert callability(counted(thin=gap), carrying(), R, B).genes[Gene.SOD1].callable_fraction < 1


def test_a_gene_that_the_reads_cannot_show() -> None:
    found = callability(counted(chroms="21"), carrying(), R, B)
    assert set(found.genes) == {Gene.SOD1}
    assert "TARDBP, FUS" in found.reason
    assert not callable_map(counted(chroms="21"), carrying()).whole_gene(R, B, Gene.FUS)


def test_a_vcf_alone_says_nothing_of_absence() -> None:
    found = callability(None, carrying(), R, B)
    assert (found.state, found.basis, found.genes) == (State.NOT_ASSESSED, "none", {})
    assert found.reason
    assert not callable_map(None, carrying()).at("21", EXON.start + 1)


def test_reads_that_failed_are_named() -> None:
    failed = CoverageEvidence(
        patient="P1", state=State.NOT_ASSESSED, reason="the file is truncated", failed=True
    )
    assert "truncated" in callability(failed, carrying(), R, B).reason


@pytest.mark.parametrize(
    ("depth", "quality", "expected", "in_bed", "note"),
    [
        (10, 5, True, True, "depth decides"),
        (9, 99, False, False, "too thin, whatever the quality and the BED"),
        (None, 20, True, True, "quality without depth"),
        (None, 19, False, False, "quality too low"),
        (None, None, False, True, "a block that says nothing, which leaves it to the BED"),
    ],
)
def test_blocks(depth: int | None, quality: int | None, expected: bool, in_bed: bool, note: str) -> None:
    region = R.gene_region(B, Gene.SOD1)
    with_bed = callable_map(None, blocks((region.start, region.end, depth, quality), bed=[region]))
    assert (with_bed.basis, with_bed.whole_gene(R, B, Gene.SOD1)) == ("callable_bed", in_bed), note
    variants = blocks((region.start, region.end, depth, quality))
    found = callable_map(None, variants)
    assert found.basis == "gvcf"
    assert found.at("21", EXON.start + 1) is expected, note
    assert found.whole_gene(R, B, Gene.SOD1) is expected
    result = callability(None, variants, R, B)
    assert set(result.genes) == {Gene.SOD1}, "no block on the others' chromosomes"


def test_a_record_without_depth_and_quality_is_no_callable_region() -> None:
    variants = blocks((EXON.start, EXON.start + 1, None, None))
    assert not callable_map(None, variants).at("21", EXON.start + 1)


def test_the_callable_regions_of_a_patient_without_blocks() -> None:
    found = callability(None, blocks(bed=[R.gene_region(B, Gene.SOD1)]), R, B)
    assert (found.basis, list(found.genes)) == ("callable_bed", [Gene.SOD1])
    assert found.genes[Gene.SOD1].callable_fraction == 1.0


def test_gaps_between_blocks() -> None:
    start, end = EXON.start - 8, EXON.end + 8
    variants = blocks(
        (start - 50, start + 10, 30, 99), (start + 12, start + 20, 30, 99), (start + 20, end, 30, 99)
    )
    below = callable_map(None, variants).below(Region("21", start, end))
    assert below == [Region("21", start + 10, start + 12)]


@pytest.mark.parametrize(
    ("fields", "expected", "note"),
    [
        ({"depth": 30}, True, "a called site between two blocks"),
        ({"depth": 5}, False, "called from too little"),
        ({"genotype_quality": 50}, True, "no depth, good quality"),
        ({}, False, "neither"),
        ({"depth": 30, "filter": "LowQual"}, False, "filtered"),
    ],
)
def test_the_callers_own_sites_between_blocks(fields: dict[str, object], expected: bool, note: str) -> None:
    site = EXON.start + 10
    called = allele(Gene.SOD1, site + 1, "A", "C").model_copy(update=fields)
    around = blocks((EXON.start - 8, site, 30, 99), (site + 1, EXON.end + 8, 30, 99))
    variants = around.model_copy(update={"alleles": (called,)})
    assert callable_map(None, variants).at("21", site + 1) is expected, note


@pytest.mark.parametrize(
    ("fields", "expected", "note"),
    [
        ({}, True, "the file has genotypes only: the BED says that it was looked at"),
        ({"depth": 30}, True, "called from enough"),
        ({"depth": 5}, False, "called from too little"),
        ({"genotype_quality": 5}, False, "a doubtful genotype"),
        ({"filter": "LowQual"}, False, "filtered"),
    ],
)
def test_called_sites_in_the_callable_regions(fields: dict[str, object], expected: bool, note: str) -> None:
    site = EXON.start + 10
    called = allele(Gene.SOD1, site + 1, "A", "C").model_copy(update=fields)
    variants = blocks(bed=[R.gene_region(B, Gene.SOD1)]).model_copy(update={"alleles": (called,)})
    assert callable_map(None, variants).at("21", site + 1) is expected, note
    assert callable_map(None, variants).at("21", site)


def test_reads_go_before_blocks() -> None:
    region = R.gene_region(B, Gene.SOD1)
    variants = blocks((region.start, region.end, 30, 99))
    assert callability(counted(5), variants, R, B).basis == "reads"
    assert not callable_map(counted(5), variants).at("21", EXON.start + 1)


def test_the_fraction_and_the_list_agree_with_the_counts() -> None:
    coverage = counted(thin=Region("1", 11_016_000, 11_020_000))
    found = callability(coverage, carrying(), R, B).genes[Gene.TARDBP]
    counts = Counts(coverage)
    bases = [at for region in R.reportable(B, Gene.TARDBP) for at in range(region.start, region.end)]
    below = {at for _, start, end in found.below for at in range(start, end)}
    sites = {at: counts.site("1", at + 1) for at in bases}
    assert below == {at for at, site in sites.items() if site is None or site.depth < 10}
    assert found.callable_fraction == pytest.approx(1 - len(below) / len(bases))


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_blocks_over_a_base_the_poorer_counts(swapped: bool) -> None:
    good, poor = (EXON.start, EXON.end, 30, 99), (EXON.start + 10, EXON.start + 20, 0, 99)
    found = callable_map(None, blocks(*((poor, good) if swapped else (good, poor))))
    assert found.below(EXON) == [Region("21", EXON.start + 10, EXON.start + 20)]


def test_callable_regions_hold_no_further_than_the_vcf_goes() -> None:
    bed = [R.gene_region(B, gene) for gene in VARIANT_GENES]
    variants = blocks(bed=bed).model_copy(update={"unreached": ("21",)})
    found = callability(None, variants, R, B)
    assert set(found.genes) == {Gene.TARDBP, Gene.FUS}
    assert found.reason == ("the VCF has no record behind the gene on chromosome 21: it may have been cut")
    assert callability(counted(), variants, R, B).genes[Gene.SOD1].callable_fraction == 1
