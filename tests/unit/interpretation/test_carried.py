"""The alleles of a patient as they are reported: of the VCF, and of the reads alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    IndelCount,
    OtherBase,
    RegionCounts,
    State,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.interpretation.carried import carried_variants
from als_screen.interpretation.recheck import ReadLookup
from als_screen.models import Variant
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import ReadSupportState
from coverage_reads import gene_bases
from interpretation_shared import annotator

B = Build.GRCH38
HET, HOM, UNKNOWN = Zygosity.HETEROZYGOUS, Zygosity.HOMOZYGOUS, Zygosity.UNKNOWN
#: Exon 4 of SOD1 with some intron, 0-based; the codon of Asp91 is its bases 31,667,289-31,667,291.
START, SIZE, SITE = 31_667_250, 130, 31_667_290
#: First base of the codon of Gly94; p.Gly94Arg is known to be pathogenic.
GLY94 = 31_667_298


@dataclass(frozen=True)
class Seen:
    """An allele that the reads show."""

    pos: int
    ref: str
    alt: str
    gene: Gene = Gene.SOD1
    chrom: str = "21"


def counts(others: dict[int, tuple[str, int]], *indels: IndelCount, depth: int = 30) -> CoverageEvidence:
    """Return counts with `others` (position: base, fragments) on both strands, none where depth is 0."""
    reference = [depth] * SIZE
    for pos, (_, number) in others.items():
        reference[pos - 1 - START] -= number
    region = RegionCounts(
        chrom="21",
        start=START,
        depth=(depth,) * SIZE,
        forward=tuple(reference),
        reverse=(0,) * SIZE,
    )
    other = tuple(
        OtherBase.model_validate(
            {"chrom": "21", "pos": pos, "base": base, "forward": n // 2, "reverse": n - n // 2}
        )
        for pos, (base, n) in others.items()
    )
    return CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=B, regions=(region,), other=other, indels=indels
    )


def called(pos: int, ref: str, alt: str, **fields: object) -> Allele:
    usual: dict[str, object] = {"zygosity": HET, "genotype": "0/1", "allele_index": 1, "depth": 30}
    place = {"gene": Gene.SOD1, "chrom": "21", "pos": pos, "ref": ref, "alt": alt}
    return Allele.model_validate({**place, **usual, **fields})


def carried(
    coverage: CoverageEvidence | None,
    *alleles: Allele,
    shown: tuple[Seen, ...] = (),
    source: VariantSource = VariantSource.VCF,
) -> tuple[Variant, ...]:
    evidence = VariantEvidence(patient="P1", state=State.ASSESSED, source=source, build=B, alleles=alleles)
    return carried_variants(B, evidence, shown, ReadLookup(coverage, bundled()), annotator(), 10)


def test_the_bases_are_where_they_should_be() -> None:
    assert gene_bases(Gene.SOD1, SITE - 2, SITE + 1) == "GAC"


@pytest.mark.parametrize(
    ("fragments", "expected", "note"),
    [
        (15, HET, "half of the fragments"),
        (22, HET, "73 %"),
        (24, UNKNOWN, "80 %: neither"),
        (27, HOM, "90 %"),
        (30, HOM, "all"),
    ],
)
def test_the_zygosity_that_the_reads_suggest(fragments: int, expected: Zygosity, note: str) -> None:
    (found,) = carried(counts({SITE: ("C", fragments)}), shown=(Seen(SITE, "A", "C"),))
    assert found.zygosity is expected, note
    assert (found.genotype, found.depth, found.source) == ("./.", 30, "recheck")
    assert found.alt_fraction == pytest.approx(fragments / 30, abs=1e-3)
    assert found.read_support.state is ReadSupportState.CONFIRMED


@pytest.mark.parametrize(
    ("inserted", "expected", "note"),
    [
        ("GT", HET, "most reads reach over it"),
        ("GTCATGCAGTAC", UNKNOWN, "12 bases, homozygous, show in 60 % of fragments too"),
    ],
)
def test_a_long_insertion_does_not_tell_its_zygosity(inserted: str, expected: Zygosity, note: str) -> None:
    ref = gene_bases(Gene.SOD1, SITE - 1, SITE)
    indel = IndelCount(chrom="21", pos=SITE, ref=ref, alt=ref + inserted, forward=9, reverse=9)
    (found,) = carried(counts({}, indel), shown=(Seen(SITE, ref, ref + inserted),))
    assert found.zygosity is expected, note


def test_a_third_allele_at_the_site_makes_no_homozygote() -> None:
    """One haplotype has C, the other T: no read shows the reference, and neither allele is homozygous."""
    seen = counts({SITE: ("C", 15)})
    third = OtherBase(chrom="21", pos=SITE, base="T", forward=8, reverse=7)
    region = seen.regions[0]
    forward = tuple(0 if START + at + 1 == SITE else depth for at, depth in enumerate(region.forward))
    regions = (region.model_copy(update={"forward": forward}),)
    both = seen.model_copy(update={"regions": regions, "other": (*seen.other, third)})
    (listed,) = carried(both, shown=(Seen(SITE, "A", "C"),))
    assert (listed.zygosity, listed.depth) == (HET, 30)
    (listed,) = carried(both, called(SITE, "A", "C", zygosity=HOM, genotype="1/1"))
    assert listed.zygosity is UNKNOWN


def test_few_reads_do_not_tell_a_zygosity() -> None:
    (found,) = carried(counts({SITE: ("C", 6)}, depth=6), shown=(Seen(SITE, "A", "C"),))
    assert (found.zygosity, found.inheritance.fits) == (UNKNOWN, False), "once in 64 a heterozygote"


@pytest.mark.parametrize(
    ("genotype", "called_as", "fragments", "expected", "note"),
    [
        ("0/1", HET, 15, HET, "half of 30 fragments"),
        ("0/1", HET, 29, HET, "29 of 30, a biased heterozygote perhaps"),
        ("0/1", HET, 30, UNKNOWN, "all of them"),
        ("1|2", HET, 30, HET, "the other copy has another allele"),
        ("1/1", HOM, 30, HOM, "all of them"),
        ("1/1", HOM, 25, HOM, "5 of 30 without: contamination perhaps"),
        ("1/1", HOM, 15, UNKNOWN, "half of them"),
        ("1/1", HOM, 0, HOM, "no fragment shows it: another reason to doubt, which is told"),
    ],
)
def test_a_called_zygosity_that_the_reads_deny(
    genotype: str, called_as: Zygosity, fragments: int, expected: Zygosity, note: str
) -> None:
    others = {SITE: ("C", fragments)} if fragments else {}
    one = called(SITE, "A", "C", genotype=genotype, zygosity=called_as)
    (found,) = carried(counts(others), one)
    assert (found.zygosity, found.genotype) == (expected, genotype), note
    assert found.inheritance.fits is (expected is HOM), "p.Asp91Ala is recessive"


def test_the_zygosity_of_an_indel_is_the_callers() -> None:
    ref = gene_bases(Gene.SOD1, SITE - 1, SITE)
    indel = IndelCount(chrom="21", pos=SITE, ref=ref, alt=f"{ref}GT", forward=9, reverse=9)
    (found,) = carried(counts({}, indel), called(SITE, ref, f"{ref}GT", genotype="1/1", zygosity=HOM))
    assert (found.zygosity, found.read_support.ref) == (HOM, 12)


def test_without_reads_the_callers_word_stands() -> None:
    (found,) = carried(None, called(SITE, "A", "C", genotype="1/1", zygosity=HOM))
    assert (found.zygosity, found.inheritance.fits) == (HOM, True)


@pytest.mark.parametrize(
    ("depth", "alt_depth", "expected", "note"),
    [
        (30, 0, ReadSupportState.NOT_CONFIRMED, "called 0/1, and no read of 30 shows it"),
        (9, 0, ReadSupportState.NOT_ASSESSED, "too few reads to say so"),
        (30, 1, ReadSupportState.NOT_ASSESSED, "a read shows it"),
        (30, None, ReadSupportState.NOT_ASSESSED, "the caller does not say"),
    ],
)
def test_without_reads_the_caller_can_contradict_itself(
    depth: int, alt_depth: int | None, expected: ReadSupportState, note: str
) -> None:
    (found,) = carried(None, called(SITE, "A", "C", depth=depth, alt_depth=alt_depth))
    assert found.read_support.state is expected, note
    read = carried(counts({SITE: ("C", 15)}), called(SITE, "A", "C", depth=depth, alt_depth=alt_depth))
    assert read[0].read_support.state is ReadSupportState.CONFIRMED, "the reads themselves go before"


def test_an_allele_of_the_vcf_is_not_listed_again() -> None:
    (found,) = carried(
        counts({SITE: ("C", 15)}), called(SITE, "A", "C", alt_depth=14), shown=(Seen(SITE, "A", "C"),)
    )
    assert (found.source, found.genotype, found.alt_fraction) == ("vcf", "0/1", 0.467)


def test_alleles_called_from_the_reads_say_so() -> None:
    (found,) = carried(counts({SITE: ("C", 15)}), called(SITE, "A", "C"), source=VariantSource.READS)
    assert (found.source, found.alt_fraction) == ("reads", None)


def test_what_is_put_together_of_alleles_of_the_reads_is_of_the_reads_too() -> None:
    coverage = counts({SITE: ("C", 30), SITE + 1: ("A", 30)})
    found = carried(coverage, shown=(Seen(SITE, "A", "C"), Seen(SITE + 1, "C", "A")))
    together = [one for one in found if len(one.ref) == 2]
    assert [(one.ref, one.alt, one.source) for one in together] == [("AC", "CA", "recheck")]


@pytest.mark.parametrize(
    ("pos", "alt", "fragments", "reported", "note"),
    [
        (SITE, "C", 0, True, "a pathogenic allele is shown, whatever the filter says"),
        (SITE + 1, "A", 0, False, "an uncertain one without the reads' word is not"),
        (SITE + 1, "A", 15, True, "the reads confirm it, which counts as passed"),
    ],
)
def test_filtered_alleles(pos: int, alt: str, fragments: int, reported: bool, note: str) -> None:
    ref = gene_bases(Gene.SOD1, pos - 1, pos)
    others = {pos: (alt, fragments)} if fragments else {}
    (found,) = carried(counts(others, depth=30), called(pos, ref, alt, filter="LowQual"))
    assert (found.reported, found.filter) == (reported, "LowQual"), note
    assert ("LowQual" in (found.not_reported_reason or "")) is not reported


@pytest.mark.parametrize(
    ("filter_name", "fragments", "fits", "note"),
    [
        ("PASS", 15, True, "passed, and the reads confirm it"),
        ("PASS", 0, False, "the reads deny it"),
        ("LowQual", 15, True, "filtered, but the reads confirm it"),
        ("LowQual", 2, False, "filtered, and the reads do not confirm it"),
    ],
)
def test_the_partner_of_a_recessive_allele_must_be_present(
    filter_name: str, fragments: int, fits: bool, note: str
) -> None:
    others = {SITE: ("C", 15)} | ({GLY94: ("C", fragments)} if fragments else {})
    phased = {"phase_set": "1"}
    found = carried(
        counts(others),
        called(SITE, "A", "C", genotype="0|1", **phased),
        called(GLY94, "G", "C", genotype="1|0", filter=filter_name, **phased),
    )
    by_place = {one.pos: one for one in found}
    assert by_place[SITE].inheritance.fits is fits, note


def test_variants_are_in_the_order_of_genes_and_positions() -> None:
    tardbp = called(11_022_553, "G", "A").model_copy(update={"gene": Gene.TARDBP, "chrom": "1"})
    found = carried(None, tardbp, called(SITE + 1, "C", "A"), called(SITE, "A", "C"))
    assert [(one.gene, one.chrom, one.pos) for one in found] == [
        (Gene.SOD1, "chr21", SITE),
        (Gene.SOD1, "chr21", SITE + 1),
        (Gene.TARDBP, "chr1", 11_022_553),
    ]
    assert [one.pos for one in found if one.gene is Gene.TARDBP] == [11_022_553]
