"""A VCF that says nothing is noticed beside reads that show something, and a right one is not blamed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from als_screen.evidence import (
    CoverageEvidence,
    OtherBase,
    ReadsCheck,
    ReferenceBlock,
    RegionCounts,
    State,
    UnusableRecord,
    VariantEvidence,
    VariantSource,
)
from als_screen.interpretation.conclusion import Assessed
from als_screen.interpretation.interpret import PatientEvidence
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.interpretation.silent_vcf import doubted_by_silence, silence, silence_remarks
from als_screen.interpretation.unlisted import Seen
from als_screen.patient import Patient
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import bundled
from als_screen.states import GeneState
from interpretation_shared import CHROMOSOMES, allele, namer
from reanalysis_runs import evidence, interpreter

#: FUS c.147C>A and c.291C>T, synonymous and common, in two exons; another base of the second one's exon.
FIRST, SECOND, BESIDE = (31_182_621, "C", "A"), (31_183_958, "C", "T"), (31_183_961, "C", "T")
TARDBP = Seen(Gene.TARDBP, "1", 11_022_209, "C", "T")
INDEL = Seen(Gene.FUS, "16", 31_183_958, "C", "CA")
WHOLE = dict.fromkeys(VARIANT_GENES, Assessed(complete=True, some=True))
BLOCK = ReferenceBlock(chrom="21", start=31_660_000, end=31_660_100, depth=30, genotype_quality=99)
ODD = UnusableRecord(chrom="21", pos=31_660_000, record="", reason="odd")


def shown(*alleles: tuple[int, str, str]) -> list[Seen]:
    return [Seen(Gene.FUS, "16", *one) for one in alleles]


def vcf(**said: Any) -> VariantEvidence:
    usual = {"patient": "P", "state": State.ASSESSED, "source": VariantSource.VCF, "build": Build.GRCH38}
    return VariantEvidence(**{**usual, **said})


def carried(gene: Gene, pos: int, ref: str = "A", alt: str = "G") -> dict[str, Any]:
    return {"alleles": (allele(gene, pos, ref, alt, filter="LowQual"),)}


def test_the_two_common_substitutions_lie_in_two_exons() -> None:
    names = [namer().name(Build.GRCH38, Gene.FUS, "16", *one) for one in (FIRST, SECOND)]
    assert [name.hgvs_c for name in names] == ["NM_004960.4:c.147C>A", "NM_004960.4:c.291C>T"]
    assert {name.consequence for name in names} == {"synonymous_variant"}


INTRON = carried(Gene.FUS, 31_190_000)


@pytest.mark.parametrize(
    ("said", "unseen", "of_all", "remarks", "note"),
    [
        ({}, shown(FIRST, SECOND), True, ["four genes", "exons of FUS"], "nothing at all, two exons"),
        ({}, [*shown(FIRST), TARDBP], True, ["four genes"], "two exons of two genes"),
        ({}, shown(FIRST), False, ["four genes"], "one exon may be an artefact"),
        ({}, shown(SECOND, BESIDE), False, ["four genes"], "two beside each other are one"),
        ({}, [*shown(FIRST), INDEL], False, ["four genes"], "an indel is written in many ways"),
        ({}, [], False, ["four genes"], "an exome without a variant there"),
        (INTRON, shown(FIRST, SECOND), False, ["exons of FUS"], "filtered, or the exons were cut out"),
        (INTRON, shown(FIRST), False, [], "one that a caller missed"),
        (carried(Gene.SOD1, 31_660_000), [], False, [], "a right one"),
        (carried(Gene.FUS, *FIRST), shown(SECOND, BESIDE), False, [], "it lists one of FUS, if filtered"),
        ({"reference": (BLOCK,)}, shown(FIRST, SECOND), False, ["exons of FUS"], "a gVCF"),
        ({"unusable": (ODD,)}, shown(FIRST), False, [], "an odd record is one"),
        ({"left_out": {"no genotype": 3}}, [], False, [], "a joint VCF in which all is missing"),
        ({"source": VariantSource.READS}, shown(FIRST, SECOND), False, [], "called from the reads"),
        ({"state": State.NOT_ASSESSED}, [], False, [], "could not be read"),
    ],
)
def test_what_a_vcf_does_not_say(
    said: dict[str, Any], unseen: list[Seen], of_all: bool, remarks: list[str], note: str
) -> None:
    found = silence(Build.GRCH38, vcf(**said), unseen, bundled(), 8)
    assert found.of_all is of_all, note
    told = silence_remarks(found)
    assert len(told) == len(remarks), note
    assert all(part in remark for part, remark in zip(remarks, told, strict=True)), note
    doubted = doubted_by_silence(WHOLE, found)
    assert {one.complete for one in doubted.values()} == {not of_all}, note
    assert {bool(one.reason) for one in doubted.values()} == {of_all}, note


def beside_reads(*others: tuple[int, str, str], **said: Any) -> PatientEvidence:
    """Return a patient with a VCF, and reads of depth 30 that show some substitutions of FUS by half."""
    counted = [
        RegionCounts(
            chrom=part.chrom,
            start=part.start,
            depth=(30,) * len(part),
            forward=(15,) * len(part),
            reverse=(15,) * len(part),
        )
        for part in bundled().counted_regions(Build.GRCH38)
    ]
    half = [
        OtherBase.model_validate({"chrom": "16", "pos": pos, "base": alt, "forward": 15, "reverse": 15})
        for pos, _, alt in others
    ]
    found = evidence("P")
    contigs = {chrom: f"chr{chrom}" for chrom in CHROMOSOMES.values()}
    files = tuple(one.model_copy(update={"contigs": contigs}) for one in found.check.vcf)
    bam = ReadsCheck(path="/data/P.bam", contigs=contigs, sample="P", is_cram=False)
    return replace(
        found,
        check=found.check.model_copy(update={"vcf": files, "reads": bam}),
        variants=found.variants.model_copy(update=said),
        coverage=CoverageEvidence(
            patient="P",
            state=State.ASSESSED,
            build=Build.GRCH38,
            regions=tuple(sorted(counted, key=lambda one: (int(one.chrom), one.start))),
            other=tuple(half),
        ),
    )


@pytest.mark.parametrize(
    ("said", "state"), [({}, GeneState.INCOMPLETE), (carried(Gene.FUS, *FIRST), GeneState.NOT_FOUND)]
)
def test_a_vcf_without_a_record_beside_reads_is_no_negative(said: dict[str, Any], state: GeneState) -> None:
    report = interpreter(BUNDLED_KNOWLEDGE).report(Patient("P"), beside_reads(FIRST, SECOND, **said))
    assert {report.genes[gene].state for gene in VARIANT_GENES} == {state}
    assert any("four genes" in remark for remark in report.remarks) == (not said)
