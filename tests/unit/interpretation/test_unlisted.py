"""Alleles that only the reads show, known or not."""

from __future__ import annotations

import pytest

from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    IndelCount,
    OtherBase,
    RegionCounts,
    State,
    UnusableRecord,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.interpretation.recheck import ReadLookup
from als_screen.interpretation.unlisted import unlisted
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from coverage_reads import gene_bases

#: Exon 4 of SOD1 with 50 bases of intron on both sides, GRCh38, 0-based.
START, END = 31_667_207, 31_667_425
SITE = 31_667_290
BEFORE_EXON = 31_667_230  # 28 bases before the exon: counted, not reportable


def other(forward: int, reverse: int, pos: int = SITE, base: str = "T") -> OtherBase:
    return OtherBase.model_validate(
        {"chrom": "21", "pos": pos, "base": base, "forward": forward, "reverse": reverse}
    )


def counts(*others: OtherBase, indels: tuple[IndelCount, ...] = (), depth: int = 30) -> CoverageEvidence:
    size = END - START
    region = RegionCounts(
        chrom="21",
        start=START,
        depth=(depth,) * size,
        forward=(depth // 2,) * size,
        reverse=(depth - depth // 2,) * size,
    )
    return CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=Build.GRCH38, regions=(region,), other=others, indels=indels
    )


def vcf(*alleles: tuple[int, str, str], unusable: tuple[int, ...] = ()) -> VariantEvidence:
    return VariantEvidence(
        patient="P1",
        state=State.ASSESSED,
        source=VariantSource.VCF,
        build=Build.GRCH38,
        alleles=tuple(
            Allele(
                gene=Gene.SOD1,
                chrom="21",
                pos=pos,
                ref=ref,
                alt=alt,
                zygosity=Zygosity.HETEROZYGOUS,
                genotype="0/1",
                allele_index=1,
                filter="LowQual",
            )
            for pos, ref, alt in alleles
        ),
        unusable=tuple(UnusableRecord(chrom="21", pos=pos, record="", reason="odd") for pos in unusable),
    )


def found(seen: CoverageEvidence, listed: VariantEvidence) -> list[tuple[int, str, str]]:
    alleles = unlisted(Build.GRCH38, listed, seen, ReadLookup(seen, bundled()), bundled(), 8)
    assert all(one.gene is Gene.SOD1 and one.chrom == "21" for one in alleles)
    return [(one.pos, one.ref, one.alt) for one in alleles]


@pytest.mark.parametrize(
    ("seen", "listed", "expected", "note"),
    [
        (other(8, 7), vcf(), True, "plain, and the VCF is silent"),
        (other(8, 7), vcf((SITE, "A", "T")), False, "listed, though filtered: judged as the VCF's own"),
        (other(8, 7), vcf((SITE, "A", "G")), True, "the VCF lists another base"),
        (other(8, 7), vcf((SITE - 1, "CA", "TT")), False, "a base of a listed multi-base substitution"),
        (other(8, 7), vcf((SITE - 9, "TGA", "T")), False, "near a listed indel: perhaps the same change"),
        (other(8, 7), vcf(unusable=(SITE,)), False, "the record is told as unusable"),
        (other(15, 0), vcf(), False, "one strand only"),
        (other(2, 2), vcf(), False, "too few"),
        (other(3, 3), vcf(), False, "a fifth of the fragments"),
        (other(8, 7, BEFORE_EXON), vcf(), False, "outside the reportable range"),
    ],
)
def test_a_substitution(seen: OtherBase, listed: VariantEvidence, expected: bool, note: str) -> None:
    assert gene_bases(Gene.SOD1, SITE - 1, SITE) == "A"
    assert bool(found(counts(seen), listed)) is expected, note


def test_a_deletion() -> None:
    ref = gene_bases(Gene.SOD1, SITE - 1, SITE + 2)
    indel = IndelCount(chrom="21", pos=SITE, ref=ref, alt=ref[0], forward=8, reverse=7)
    seen = counts(indels=(indel,))
    assert found(seen, vcf()) == [(SITE, ref, ref[0])]
    assert found(seen, vcf((SITE, ref, ref[0]))) == []


def test_without_reads_nothing_is_seen() -> None:
    nothing = CoverageEvidence(patient="P1", state=State.NOT_ASSESSED, build=Build.GRCH38)
    assert found(nothing, vcf()) == []
