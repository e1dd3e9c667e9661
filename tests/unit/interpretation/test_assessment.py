"""What stands in the way of calling a gene wholly looked at."""

from __future__ import annotations

import pytest

from als_screen.evidence import (
    PatientCheck,
    ReferenceBlock,
    State,
    StructuralRecord,
    UnusableRecord,
    VariantEvidence,
    VariantSource,
    VcfCheck,
)
from als_screen.interpretation.assessment import assess_genes
from als_screen.interpretation.callability import callability, callable_map
from als_screen.interpretation.conclusion import Assessed
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import bundled

BUILD = Build.GRCH38
RESOURCES = bundled()
EXONS = RESOURCES.transcript(BUILD, Gene.SOD1).coding_exons()
INTRON = EXONS[0].end + 1500


def blocks(*, without: Gene | None = None) -> tuple[ReferenceBlock, ...]:
    """Return reference blocks over every gene region, but one."""
    regions = [RESOURCES.gene_region(BUILD, gene) for gene in VARIANT_GENES if gene is not without]
    return tuple(
        ReferenceBlock(chrom=one.chrom, start=one.start, end=one.end, depth=30, genotype_quality=99)
        for one in regions
    )


def evidence(**changes: object) -> VariantEvidence:
    base = VariantEvidence(
        patient="P", state=State.ASSESSED, source=VariantSource.GVCF, build=BUILD, reference=blocks()
    )
    return base.model_copy(update=changes)


ALL = {"1": "chr1", "9": "chr9", "16": "chr16", "21": "chr21"}


def checked(*contigs: dict[str, str]) -> PatientCheck:
    """Return the check of a patient with one VCF for each set of contigs."""
    files = tuple(
        VcfCheck(path=f"/in/{number}.vcf", contigs=names, sample="P", samples=1, indexed=False, gvcf=True)
        for number, names in enumerate(contigs)
    )
    return PatientCheck(patient="P", build=BUILD, vcf=files)


def assessed(variants: VariantEvidence, check: PatientCheck | None = None) -> dict[Gene, Assessed]:
    coverage = callability(None, variants, RESOURCES, BUILD)
    where = callable_map(None, variants)
    return assess_genes(BUILD, check or checked(ALL), variants, coverage, where, RESOURCES, 8)


def structural(pos: int, end: int, alt: str, filter_: str = "PASS") -> StructuralRecord:
    return StructuralRecord(
        gene=Gene.SOD1, chrom="21", pos=pos, end=end, alt=alt, genotype="0/1", filter=filter_
    )


def test_everything_covered_is_complete() -> None:
    assert all(found == Assessed(complete=True, some=True) for found in assessed(evidence()).values())


def test_gene_without_blocks_is_not_complete() -> None:
    found = assessed(evidence(reference=blocks(without=Gene.FUS)))
    assert not found[Gene.FUS].complete
    assert not found[Gene.FUS].some
    assert found[Gene.FUS].reason
    assert found[Gene.SOD1].complete


def test_alleles_that_are_not_known_assess_nothing() -> None:
    found = assessed(evidence(state=State.NOT_ASSESSED, reason="the VCF broke off"))
    assert not any(one.complete or one.some for one in found.values())
    assert "the VCF broke off" in found[Gene.SOD1].reason


@pytest.mark.parametrize(
    ("record", "complete"),
    [
        (structural(EXONS[1].start - 100, EXONS[1].end + 100, "<DEL>"), False),
        (structural(INTRON, INTRON + 200, "<DEL>"), True),
        (structural(INTRON, INTRON, "G]chr2:321681]"), False),
        (structural(EXONS[1].start, EXONS[1].end, "<DEL>", "LowQual"), True),
    ],
    ids=["deletion of an exon", "deletion inside an intron", "breakend in an intron", "filtered deletion"],
)
def test_structural_record(record: StructuralRecord, complete: bool) -> None:
    found = assessed(evidence(structural=(record,)))[Gene.SOD1]
    assert found.complete is complete
    assert ("not interpreted" in found.reason) is not complete


@pytest.mark.parametrize(
    ("pos", "end", "complete"),
    [(EXONS[2].start + 5, 0, False), (INTRON, 0, True), (EXONS[2].start - 20, EXONS[2].start + 2, False)],
    ids=["in an exon", "in an intron", "reaches into an exon"],
)
def test_record_that_cannot_be_read(pos: int, end: int, complete: bool) -> None:
    record = UnusableRecord(chrom="21", pos=pos, end=end, record="A>C", reason="REF is not the genome's base")
    assert assessed(evidence(unusable=(record,)))[Gene.SOD1].complete is complete


def test_chromosome_that_no_vcf_has_is_not_silent_but_unknown() -> None:
    without_16 = {chrom: name for chrom, name in ALL.items() if chrom != "16"}
    found = assessed(evidence(), checked(without_16))
    assert not found[Gene.FUS].complete
    assert "chromosome 16" in found[Gene.FUS].reason
    assert found[Gene.SOD1].complete
    assert assessed(evidence(), checked(without_16, {"16": "16"}))[Gene.FUS].complete


@pytest.mark.parametrize(
    ("end", "whole"), [(EXONS[0].start - 1000, True), (INTRON, False), (EXONS[-1].end + 9000, False)]
)
def test_what_lies_between_two_breakends_counts(end: int, whole: bool) -> None:
    begin = EXONS[0].start - 2000
    pair = StructuralRecord(
        gene=Gene.SOD1, chrom="21", pos=begin, end=end, alt=f"C[chr21:{end}[", genotype="0/1", filter="PASS"
    )
    assert assessed(evidence(structural=(pair,)))[Gene.SOD1].complete is whole
