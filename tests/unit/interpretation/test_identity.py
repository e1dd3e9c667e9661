"""Identity of a VCF and reads, on simulated people with known truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

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
from als_screen.interpretation.identity import Snp, common_snps, identity
from als_screen.models import Identity
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import IdentityState

R = bundled()
B = Build.GRCH38
ERROR = 0.002
PLACES = [
    (part.gene, part.region.chrom, at + 1, part.fetch(at, at + 1))
    for part in R.slices(B).values()
    for at in range(part.region.start + 700, part.region.end, 1_400)
]
#: (gene, SNV): one every 1,400 bases over the four genes, of 5 to 60 %.
SITES = [
    (gene, Snp(chrom, pos, ref, "C" if ref != "C" else "T", 0.05 + 0.05 * (number % 12)))
    for number, (gene, chrom, pos, ref) in enumerate(PLACES)
]
Lookup = Callable[[str, int, str, str], float | None]


def known(chrom: str, pos: int, ref: str, alt: str) -> float | None:
    """Return the true frequency."""
    return FREQUENCIES.get((chrom, pos, ref, alt))


def unknown(chrom: str, pos: int, ref: str, alt: str) -> float | None:
    """Return nothing: a table that does not cover introns."""
    return None


FREQUENCIES = {(snp.chrom, snp.pos, snp.ref, snp.alt): snp.frequency for _, snp in SITES}


def person(rng: np.random.Generator) -> list[int]:
    """Return copies of each SNV, in Hardy-Weinberg equilibrium."""
    return [int(rng.binomial(2, snp.frequency or 0.0)) for _, snp in SITES]


def called(copies: Sequence[int], **fields: object) -> VariantEvidence:
    """Return the VCF of a person; `reference` where nothing is carried is for gVCFs."""
    zygosity = {1: Zygosity.HETEROZYGOUS, 2: Zygosity.HOMOZYGOUS}
    alleles = tuple(
        Allele(
            gene=gene,
            chrom=snp.chrom,
            pos=snp.pos,
            ref=snp.ref,
            alt=snp.alt,
            zygosity=zygosity[number],
            genotype="0/1" if number == 1 else "1/1",
            allele_index=1,
        )
        for (gene, snp), number in zip(SITES, copies, strict=True)
        if number
    )
    given = {"patient": "P1", "state": State.ASSESSED, "source": VariantSource.VCF, "build": B}
    return VariantEvidence.model_validate(given | {"alleles": alleles} | fields)


def sequenced(copies: Sequence[int], depth: float, rng: np.random.Generator) -> CoverageEvidence:
    """Return the counts of a person's reads at the SNVs."""
    regions, others = [], []
    for (_, snp), number in zip(SITES, copies, strict=True):
        total = int(rng.poisson(depth))
        alt = int(rng.binomial(total, (ERROR, 0.5, 1 - ERROR)[number]))
        regions.append(
            RegionCounts(
                chrom=snp.chrom, start=snp.pos - 1, depth=(total,), forward=(total - alt,), reverse=(0,)
            )
        )
        if alt:
            fields = {"chrom": snp.chrom, "pos": snp.pos, "base": snp.alt, "forward": alt, "reverse": 0}
            others.append(OtherBase.model_validate(fields))
    return CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=B, regions=tuple(regions), other=tuple(others)
    )


def with_errors(copies: Sequence[int], rate: float, rng: np.random.Generator) -> list[int]:
    """Return genotypes of which a share is wrong: false positives, and wrong zygosity."""
    wrong = rng.random(len(copies)) < rate
    shift = rng.integers(1, 3, len(copies))
    return [
        int((number + step) % 3) if bad else number
        for number, bad, step in zip(copies, wrong, shift, strict=True)
    ]


def states(found: Sequence[Identity]) -> dict[IdentityState, int]:
    each = [one.state for one in found]
    return {state: each.count(state) for state in IdentityState}


def simulated(
    number: int, same: bool, lookup: Lookup, rate: float = 0.0, depth: float = 30
) -> list[Identity]:
    rng = np.random.default_rng(20_240_601)
    found = []
    for _ in range(number):
        one = person(rng)
        other = one if same else person(rng)
        found.append(identity(called(with_errors(one, rate, rng)), sequenced(other, depth, rng), lookup, R))
    return found


@pytest.mark.parametrize("lookup", [known, unknown])
def test_one_person(lookup: Lookup) -> None:
    found = simulated(60, True, lookup)
    assert states(found)[IdentityState.SAME] == 60
    assert min(one.concordance or 0 for one in found) > 0.95


@pytest.mark.parametrize("lookup", [known, unknown])
def test_two_people(lookup: Lookup) -> None:
    found = simulated(60, False, lookup)
    assert states(found)[IdentityState.DIFFERENT] == 60
    assert all("disagree" in one.reason for one in found)


@pytest.mark.parametrize("lookup", [known, unknown])
def test_poor_calls_and_thin_reads_are_no_other_person(lookup: Lookup) -> None:
    found = simulated(200, True, lookup, rate=0.05, depth=20)
    assert states(found)[IdentityState.DIFFERENT] == 0
    assert states(found)[IdentityState.SAME] > 150


def only(copies: Sequence[int], genes: Sequence[Gene], most: int = 1_000) -> list[int]:
    """Return the genotypes of some genes, the others as reference; at most so many carried."""
    kept: list[int] = []
    for (gene, _), number in zip(SITES, copies, strict=True):
        room = sum(map(bool, kept)) < most
        kept.append(number if gene in genes and room else 0)
    return kept


def test_two_sites_never_decide() -> None:
    rng = np.random.default_rng(1)
    two = [2 if index in (5, 40) else 0 for index in range(len(SITES))]
    found = identity(called(two), sequenced([0] * len(SITES), 30, rng), unknown, R)
    assert found.state is IdentityState.NOT_ASSESSED
    assert found.informative_sites == 2
    assert found.reason


def test_one_block_that_disagrees_is_one_artefact() -> None:
    """Ten false calls beside each other, in an otherwise silent VCF."""
    rng = np.random.default_rng(1)
    sites = [index for index, (gene, _) in enumerate(SITES) if gene is Gene.C9ORF72][:5]
    false = [1 if index in sites else 0 for index in range(len(SITES))]
    found = identity(called(false), sequenced([0] * len(SITES), 30, rng), unknown, R)
    assert found.concordance == 0.0
    assert found.state is IdentityState.NOT_ASSESSED


def test_linked_sites_of_one_gene_prove_nothing() -> None:
    rng = np.random.default_rng(2)
    carried = only([1] * len(SITES), [Gene.SOD1])
    found = identity(called(carried), sequenced(carried, 30, rng), unknown, R)
    assert (found.concordance, found.state) == (1.0, IdentityState.NOT_ASSESSED)
    assert found.log10_lr is not None
    assert 0 < found.log10_lr < 4


def test_rare_alleles_speak_louder_than_common_ones() -> None:
    rng = np.random.default_rng(3)
    few = only([1] * len(SITES), list(Gene), most=1)
    reads = sequenced(few, 30, rng)
    ratios = [
        identity(called(few), reads, lambda *_key, af=af: af, R).log10_lr for af in (0.0, 0.01, 0.2, 0.5)
    ]
    assert ratios == sorted(ratios, key=lambda ratio: -(ratio or 0))
    assert ratios[0] is not None
    assert ratios[0] == 1.5, "as much as a block may say"


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"filter": "LowQual"}, "filtered"),
        ({"zygosity": Zygosity.UNKNOWN}, "half-call"),
        ({"zygosity": Zygosity.HEMIZYGOUS}, "beside a deletion"),
        ({"alt": "CA"}, "an insertion"),
    ],
)
def test_alleles_that_are_no_sites(fields: dict[str, object], note: str) -> None:
    rng = np.random.default_rng(4)
    copies = person(rng)
    variants = called(copies)
    changed = tuple(allele.model_copy(update=fields) for allele in variants.alleles)
    found = identity(variants.model_copy(update={"alleles": changed}), sequenced(copies, 30, rng), known, R)
    assert (found.state, found.informative_sites) == (IdentityState.NOT_ASSESSED, 0), note


def test_two_alleles_at_a_place_are_no_site() -> None:
    rng = np.random.default_rng(4)
    copies = person(rng)
    variants = called(copies)
    twice = tuple(one.model_copy(update={"alt": "G" if one.ref != "G" else "A"}) for one in variants.alleles)
    both = variants.model_copy(update={"alleles": variants.alleles + twice})
    assert identity(both, sequenced(copies, 30, rng), known, R).informative_sites == 0


def test_thin_sites_are_left_out() -> None:
    rng = np.random.default_rng(4)
    copies = person(rng)
    found = identity(called(copies), sequenced(copies, 3, rng), known, R)
    assert (found.state, found.informative_sites) == (IdentityState.NOT_ASSESSED, 0)


def test_what_everybody_carries_tells_nothing() -> None:
    rng = np.random.default_rng(5)
    copies = [2] * len(SITES)
    found = identity(called(copies), sequenced(copies, 30, rng), lambda *_key: 0.99, R)
    assert (found.state, found.informative_sites) == (IdentityState.NOT_ASSESSED, 0)


@pytest.mark.parametrize(
    ("variants", "reads", "reason"),
    [
        ({}, None, "no reads"),
        ({}, {"state": State.NOT_ASSESSED}, "no reads"),
        ({"state": State.NOT_ASSESSED}, {}, "no VCF"),
        ({"source": VariantSource.READS}, {}, "called from these reads"),
    ],
)
def test_nothing_to_compare(
    variants: dict[str, object], reads: dict[str, object] | None, reason: str
) -> None:
    rng = np.random.default_rng(6)
    copies = person(rng)
    coverage = None if reads is None else sequenced(copies, 30, rng).model_copy(update=reads)
    found = identity(called(copies, **variants), coverage, known, R)
    assert found.state is IdentityState.NOT_ASSESSED
    assert reason in found.reason
    assert (found.log10_lr, found.concordance) == (None, None)


def reference_calls(common: Sequence[Snp]) -> VariantEvidence:
    """Return a gVCF that says reference everywhere."""
    blocks = tuple(
        ReferenceBlock(chrom=snp.chrom, start=snp.pos - 1, end=snp.pos, depth=30, genotype_quality=60)
        for snp in common
    )
    return called([0] * len(SITES), source=VariantSource.GVCF, reference=blocks)


def test_reference_calls_at_common_sites_tell_people_apart() -> None:
    rng = np.random.default_rng(7)
    common = [replace(snp, frequency=0.4) for _, snp in SITES]
    gvcf = reference_calls(common)
    other = person(rng)
    found = identity(gvcf, sequenced(other, 30, rng), known, R, common)
    assert found.state is IdentityState.DIFFERENT
    own = identity(gvcf, sequenced([0] * len(SITES), 30, rng), known, R, common)
    assert own.state is IdentityState.SAME
    silent = identity(called([0] * len(SITES)), sequenced(other, 30, rng), known, R, common)
    assert silent.informative_sites == 0, "a plain VCF says nothing of reference"


def test_common_snps_are_those_of_the_counted_regions() -> None:
    region = R.counted_regions(B)[0]
    part = next(part for part in R.slices(B).values() if part.region.chrom == region.chrom)
    ref = part.fetch(region.start, region.start + 1)
    alt = "A" if ref != "A" else "C"
    table = {
        (region.chrom, region.start + 1, ref, alt): 0.3,
        (region.chrom, region.start, "A", "C"): 0.3,
    }
    found = common_snps(lambda *key: table.get(key), R, B)
    assert found == (Snp(region.chrom, region.start + 1, ref, alt, 0.3),)


def test_a_million_sites_are_not_needed_but_order_does_not_matter() -> None:
    rng = np.random.default_rng(8)
    copies = person(rng)
    variants, coverage = called(copies), sequenced(copies, 30, rng)
    backwards = variants.model_copy(update={"alleles": variants.alleles[::-1]})
    assert identity(variants, coverage, known, R).state is identity(backwards, coverage, known, R).state
