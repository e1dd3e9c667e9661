"""Fingerprints of VCFs and reads, on simulated people with known truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    OtherBase,
    ReferenceBlock,
    RegionCounts,
    State,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.interpretation.fingerprint import Genotype, compared, fingerprints, packed, unpacked
from als_screen.interpretation.identity import Snp
from als_screen.models import Fingerprint, Fingerprints, Identity
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import IdentityState

R = bundled()
Persons = Callable[[np.random.Generator], list[int]]


def sites(build: Build) -> list[tuple[Gene, Snp]]:
    """Return an SNV every 1,400 bases of the four genes, of 5 to 60 %."""
    places = [
        (part.gene, part.region.chrom, at + 1, part.fetch(at, at + 1))
        for part in R.slices(build).values()
        for at in range(part.region.start + 700, part.region.end, 1_400)
    ]
    return [
        (gene, Snp(chrom, pos, ref, "C" if ref != "C" else "T", 0.05 + 0.05 * (number % 12)))
        for number, (gene, chrom, pos, ref) in enumerate(places)
    ]


SITES = {build: sites(build) for build in Build}
COMMON = {build: [snp for _, snp in SITES[build]] for build in Build}
TABLES = {
    build: {(snp.chrom, snp.pos, snp.ref, snp.alt): snp.frequency for snp in COMMON[build]} for build in Build
}
KNOWN = {build: lambda *key, table=TABLES[build]: table.get(key) for build in Build}
UNKNOWN = {build: lambda *_key: None for build in Build}


def person(rng: np.random.Generator) -> list[int]:
    return [int(rng.binomial(2, snp.frequency or 0)) for snp in COMMON[Build.GRCH38]]


def vcf(copies: Sequence[int], build: Build = Build.GRCH38, gvcf: bool = False) -> VariantEvidence:
    """Return what a VCF says of a person; a gVCF says reference elsewhere."""
    alleles = tuple(
        Allele(
            gene=gene,
            chrom=snp.chrom,
            pos=snp.pos,
            ref=snp.ref,
            alt=snp.alt,
            zygosity=Zygosity.HETEROZYGOUS if number == 1 else Zygosity.HOMOZYGOUS,
            genotype="0/1" if number == 1 else "1/1",
            allele_index=1,
        )
        for (gene, snp), number in zip(SITES[build], copies, strict=True)
        if number
    )
    blocks = tuple(
        ReferenceBlock(chrom=snp.chrom, start=snp.pos - 1, end=snp.pos, depth=30, genotype_quality=60)
        for snp, number in zip(COMMON[build], copies, strict=True)
        if not number
    )
    return VariantEvidence(
        patient="P1",
        state=State.ASSESSED,
        source=VariantSource.GVCF if gvcf else VariantSource.VCF,
        build=build,
        alleles=alleles,
        reference=blocks if gvcf else (),
    )


def reads(
    copies: Sequence[int], rng: np.random.Generator, build: Build = Build.GRCH38, depth: float = 30
) -> CoverageEvidence:
    """Return the counts of a person's reads at the SNVs."""
    regions, others = [], []
    for snp, number in zip(COMMON[build], copies, strict=True):
        total = int(rng.poisson(depth))
        alt = int(rng.binomial(total, (0.002, 0.5, 0.998)[number]))
        counts = {"depth": (total,), "forward": (total - alt,), "reverse": (0,)}
        regions.append(RegionCounts(chrom=snp.chrom, start=snp.pos - 1, **counts))
        if alt:
            fields = {"chrom": snp.chrom, "pos": snp.pos, "base": snp.alt, "forward": alt, "reverse": 0}
            others.append(OtherBase.model_validate(fields))
    return CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=build, regions=tuple(regions), other=tuple(others)
    )


NO_READS = CoverageEvidence(patient="P1", state=State.NOT_ASSESSED)
NO_VCF = VariantEvidence(patient="P1", state=State.NOT_ASSESSED)


def of_vcf(copies: Sequence[int], build: Build = Build.GRCH38, gvcf: bool = False) -> Fingerprint:
    found = fingerprints(build, vcf(copies, build, gvcf), NO_READS, COMMON[build], R)
    assert found.vcf is not None
    assert found.reads is None
    return found.vcf


def of_reads(copies: Sequence[int], rng: np.random.Generator, build: Build = Build.GRCH38) -> Fingerprint:
    found = fingerprints(build, NO_VCF, reads(copies, rng, build), COMMON[build], R)
    assert found.reads is not None
    assert found.vcf is None
    return found.reads


def pair(kind: str, one: list[int], other: list[int], rng: np.random.Generator) -> Identity:
    """Return the comparison of two files of a kind."""
    made = {
        "plain VCFs": (of_vcf(one), of_vcf(other)),
        "gVCFs": (of_vcf(one, gvcf=True), of_vcf(other, gvcf=True)),
        "reads": (of_reads(one, rng), of_reads(other, rng)),
        "VCF and reads": (of_vcf(one), of_reads(other, rng)),
        "builds": (of_reads(one, rng, Build.GRCH37), of_vcf(other, Build.GRCH38, gvcf=True)),
    }[kind]
    found = compared(*made, KNOWN, R)
    assert compared(*made[::-1], KNOWN, R) == found, "the order does not matter"
    return found


KINDS = ["plain VCFs", "gVCFs", "reads", "VCF and reads", "builds"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_person_is_never_two(kind: str) -> None:
    rng = np.random.default_rng(11)
    found = [pair(kind, one, one, rng) for one in (person(rng) for _ in range(30))]
    assert {one.concordance for one in found} == {1.0}
    assert sum(one.state is IdentityState.SAME for one in found) >= 29, [one.log10_lr for one in found]


@pytest.mark.parametrize("kind", KINDS)
def test_two_people_are_never_one(kind: str) -> None:
    rng = np.random.default_rng(12)
    found = [pair(kind, person(rng), person(rng), rng) for _ in range(30)]
    states = [one.state for one in found]
    assert IdentityState.SAME not in states
    assert states.count(IdentityState.DIFFERENT) >= (24 if kind == "plain VCFs" else 30)


def test_without_frequencies_one_person_and_two_are_told_apart() -> None:
    rng = np.random.default_rng(13)
    for _ in range(30):
        one, other = person(rng), person(rng)
        assert compared(of_vcf(one), of_vcf(other), UNKNOWN, R).state is not IdentityState.SAME
        assert compared(of_vcf(one), of_reads(other, rng), UNKNOWN, R).state is IdentityState.DIFFERENT
        assert compared(of_vcf(one), of_vcf(one), UNKNOWN, R).state is not IdentityState.DIFFERENT


def test_what_both_show_only_because_they_carry_it_weighs_less() -> None:
    """A stranger's VCF that names the site carries it too: that is no agreement."""
    site = COMMON[Build.GRCH38][:1]
    carried, seen = (packed(Build.GRCH38, [(site[0], Genotype(1, known))]) for known in (False, True))
    weights = [
        compared(one, other, KNOWN, R).log10_lr for one, other in [(carried, carried), (seen, carried)]
    ]
    assert weights[0] is not None
    assert weights[1] is not None
    assert 0 <= weights[0] < weights[1]


def test_agreement_on_one_stretch_is_held_to_what_a_block_may_say() -> None:
    block = [1 if gene is Gene.SOD1 else 0 for gene, _ in SITES[Build.GRCH38]]
    one = Fingerprint(build=Build.GRCH38, genotypes={"21": of_vcf(block, gvcf=True).genotypes["21"]})
    found = compared(one, one, KNOWN, R)
    assert found.log10_lr is not None
    assert found.log10_lr <= 4.5, "SOD1 reaches over three blocks of 10 kb"


def test_few_sites_and_no_common_site_decide_nothing() -> None:
    rng = np.random.default_rng(14)
    one, other = of_vcf(person(rng), gvcf=True), of_vcf(person(rng), gvcf=True)
    few = one.model_copy(update={"genotypes": {"21": one.genotypes["21"].split(" ")[0]}})
    assert compared(few, one, KNOWN, R).state is IdentityState.NOT_ASSESSED
    none = one.model_copy(update={"genotypes": {}})
    assert compared(none, other, KNOWN, R).log10_lr is None


def test_the_sites_of_other_builds_compare_in_the_gene_regions_only() -> None:
    outside = Snp("2", 1_000_000, "A", "G", 0.4)
    one = packed(Build.GRCH37, [(outside, Genotype(1, True))])
    other = packed(Build.GRCH38, [(outside, Genotype(1, True))])
    assert compared(one, other, KNOWN, R).informative_sites == 0
    assert compared(one, one, KNOWN, R).informative_sites == 1


@pytest.mark.parametrize(
    ("ref", "alt", "third", "expected", "note"),
    [
        (30, 0, 0, "0", "reference"),
        (15, 15, 0, "1", "heterozygous"),
        (0, 30, 0, "2", "homozygous"),
        (9, 0, 0, None, "too thin"),
        (12, 2, 0, None, "neither error nor heterozygous beyond doubt"),
        (8, 8, 8, None, "three alleles: two persons, or a pseudogene"),
    ],
)
def test_genotype_of_the_reads(ref: int, alt: int, third: int, expected: str | None, note: str) -> None:
    snp = COMMON[Build.GRCH38][0]
    bases = [(snp.alt, alt), (next(base for base in "ACGT" if base not in (snp.ref, snp.alt)), third)]
    others = [
        OtherBase.model_validate(
            {"chrom": snp.chrom, "pos": snp.pos, "base": base, "forward": n, "reverse": 0}
        )
        for base, n in bases
        if n
    ]
    region = RegionCounts(
        chrom=snp.chrom, start=snp.pos - 1, depth=(ref + alt + third,), forward=(ref,), reverse=(0,)
    )
    coverage = CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=Build.GRCH38, regions=(region,), other=tuple(others)
    )
    found = fingerprints(Build.GRCH38, NO_VCF, coverage, [snp], R).reads
    assert found is not None
    wanted = {} if expected is None else {snp.chrom: f"{snp.pos}{snp.ref}{snp.alt}{expected}"}
    assert found.genotypes == wanted, note


def test_what_the_reads_carry_beside_the_common_sites_is_kept_as_carried() -> None:
    snp = COMMON[Build.GRCH38][0]
    region = RegionCounts(chrom=snp.chrom, start=snp.pos - 1, depth=(30,), forward=(15,), reverse=(0,))
    base = OtherBase.model_validate(
        {"chrom": snp.chrom, "pos": snp.pos, "base": snp.alt, "forward": 15, "reverse": 0}
    )
    coverage = CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=Build.GRCH38, regions=(region,), other=(base,)
    )
    found = fingerprints(Build.GRCH38, NO_VCF, coverage, [], R).reads
    assert found is not None
    assert found.genotypes == {snp.chrom: f"{snp.pos}{snp.ref}{snp.alt}a"}


def test_variants_called_from_the_reads_are_no_second_witness() -> None:
    rng = np.random.default_rng(15)
    copies = person(rng)
    called = vcf(copies).model_copy(update={"source": VariantSource.READS})
    found = fingerprints(Build.GRCH38, called, reads(copies, rng), COMMON[Build.GRCH38], R)
    assert found.vcf is None
    assert found.reads is not None


def test_no_file_no_fingerprint() -> None:
    found = fingerprints(Build.GRCH38, NO_VCF, NO_READS, COMMON[Build.GRCH38], R)
    assert found == Fingerprints(vcf=None, reads=None)


@given(
    st.lists(
        st.tuples(st.sampled_from(COMMON[Build.GRCH38]), st.integers(0, 2), st.booleans()),
        unique_by=lambda item: item[0],
    )
)
@settings(max_examples=50)
def test_packing_loses_nothing(
    items: list[tuple[Snp, int, bool]],
) -> None:
    given_ = [(snp, Genotype(copies, known or copies == 0)) for snp, copies, known in items]
    text = packed(Build.GRCH38, given_)
    again = Fingerprint.model_validate_json(text.model_dump_json())
    found = {(key.chrom, key.pos, key.ref, key.alt): value for key, value in unpacked(again, R).items()}
    assert found == {(snp.chrom, snp.pos, snp.ref, snp.alt): value for snp, value in given_}
    assert packed(Build.GRCH38, given_[::-1]) == text


@pytest.mark.parametrize("text", ["", "12AC", "12AC3", "x", "12AC1,13AC1", "12AN1"])
def test_a_text_that_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a genotype"):
        unpacked(Fingerprint(build=Build.GRCH38, genotypes={"21": text}), R)
