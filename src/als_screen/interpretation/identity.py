"""Whether a VCF and the reads are one person's: a likelihood ratio over sites of both. Pure functions.

The sites are the VCF's own in the genes, and the SNVs of `identity.sites` where a file is configured.
At each site the fragments are compared under "the same person" (the called genotype, or now and then a wrong
one) and under "another person of the population" (Hardy-Weinberg). Neighbouring sites are inherited together,
so a stretch of `BLOCK` bases may say only so much; without that, two strangers who share haplotypes would be
called the same person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log10

from als_screen.coverage.chance import log_beta_binomial, log_binomial
from als_screen.coverage.lookup import Counts, counts_of, looks_like_error, measured_errors
from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    SiteCount,
    State,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.interpretation.callability import callable_map
from als_screen.models import Identity
from als_screen.regions import Build, Region
from als_screen.resources import Resources
from als_screen.states import IdentityState

#: (chromosome, 1-based position, REF, ALT) -> frequency of ALT; 0.0 where the population was looked at and
#: has none; None where it was not looked at.
Population = Callable[[str, int, str, str], float | None]

#: |log10 likelihood ratio| that decides. Source: contract, "identity".
DECISIVE_LOG10_LR = 4.0
#: Fewer informative sites never decide, and a site needs this many fragments.
MIN_SITES, MIN_DEPTH = 3, 10
#: A called genotype that is not the person's: false positives and allelic drop-out of unfiltered exome calls
#: reach some per cent. It bounds what one site can say against identity, at log10(0.05) = -1.3.
GENOTYPE_ERROR = 0.05
#: Fragments that show the other allele of a homozygote: at least this (mapping, contamination below 1 %).
LEAST_ERROR = 0.005
#: Precision (alpha + beta) of the allele balance of heterozygotes: a standard deviation of 7 %.
BALANCE_PRECISION = 50.0
#: Frequencies are kept off 0 and 1: a population of thousands does not exclude an allele.
LEAST_FREQUENCY = 1e-3
#: Genotypes (0, 1, 2 copies) of a stranger where the frequency is not known. Most of what one person carries
#: is common (a random carrier's allele has a mean frequency near 0.35), so to assume it rare would make every
#: chance match look like proof.
UNKNOWN_PRIOR = (0.45, 0.35, 0.20)
#: A stranger agrees by chance at sites where this share of people has the called genotype: not informative.
MOSTLY_AGREED = 0.8
#: Bases that are taken to be inherited together, and the least and most log10 that such a block may add.
#: Agreement on a block counts as at most 1 in 30; disagreement can be one artefact, so two blocks must do so.
#: In simulations with one of six haplotypes a gene, 0.4 % of strangers came out as `same`, without it 2-4 %.
BLOCK, BLOCK_RANGE = 10_000, (-2.5, 1.5)


@dataclass(frozen=True, slots=True)
class Snp:
    """A biallelic SNV with the frequency of its ALT, None where unknown."""

    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a site says at which both sides speak."""

    snp: Snp
    log10_lr: float
    agrees: bool


def common_snps(population: Population, resources: Resources, build: Build) -> tuple[Snp, ...]:
    """Return the SNVs of 5 to 95 % in the counted regions; the same for all patients of a build.

    There the reference calls of a gVCF or joint VCF tell people apart too.
    """
    found: list[Snp] = []
    for gene in resources.slices(build).values():
        for region in resources.counted_regions(build):
            if region.chrom == gene.region.chrom:
                found += _common(population, region, gene.fetch(region.start, region.end))
    return tuple(found)


def identity(
    variants: VariantEvidence,
    coverage: CoverageEvidence | None,
    population: Population,
    resources: Resources,
    common: Sequence[Snp] = (),
    min_sites: int = MIN_SITES,
) -> Identity:
    """Compare the genotypes of the VCF with the reads.

    Args:
        variants: alleles of the VCF; its passed biallelic SNVs are the sites, and those of `identity.sites`.
        coverage: counts of the reads at these sites.
        population: allele frequencies in the patient's build.
        resources: bundled reference.
        common: from `common_snps`; used where the VCF says reference.
        min_sites: fewer informative sites never decide.

    Returns:
        The state, the informative sites, the share of them at which the best genotype of the reads is the
        called one, and log10 of P(reads | same person) / P(reads | another person).
    """
    reason = _not_comparable(variants, coverage)
    if reason or coverage is None:
        return not_comparable(reason)
    counts = counts_of(coverage)
    error = max(LEAST_ERROR, measured_errors(counts, resources).overall)
    called = [*called_snps(variants, population), *reference_calls(variants, common)]
    sites = [site for snp, copies in called for site in _compared(counts, snp, copies, error)]
    taken = {(snp.chrom, snp.pos) for snp, _ in called}
    sites += _configured(variants, coverage, taken, error)
    return judged(sites, min_sites, "the reads disagree with the VCF")


def _not_comparable(variants: VariantEvidence, coverage: CoverageEvidence | None) -> str:
    """Return why there is nothing to compare, "" where there is."""
    if coverage is None or coverage.state is not State.ASSESSED:
        return "there are no reads to compare the VCF with"
    if variants.source is VariantSource.READS:
        return "the variants were called from these reads"
    if variants.state is not State.ASSESSED:
        return "there is no VCF to compare the reads with"
    return ""


def not_comparable(reason: str) -> Identity:
    """Return that nothing can be said."""
    return Identity(
        state=IdentityState.NOT_ASSESSED, informative_sites=0, concordance=None, log10_lr=None, reason=reason
    )


def judged(sites: Sequence[Verdict], min_sites: int, disagreement: str) -> Identity:
    """Add up the sites and decide; `disagreement` begins the reason of `different`."""
    if not sites:
        return not_comparable("there is no informative site of which both sides speak")
    total = _block_sum(sites)
    agreeing = sum(site.agrees for site in sites)
    state, reason = IdentityState.NOT_ASSESSED, f"{len(sites)} informative sites do not decide"
    if len(sites) >= min_sites and total >= DECISIVE_LOG10_LR:
        state, reason = IdentityState.SAME, ""
    elif len(sites) >= min_sites and total <= -DECISIVE_LOG10_LR:
        state = IdentityState.DIFFERENT
        reason = f"{disagreement} at {len(sites) - agreeing} of {len(sites)} informative sites"
    return Identity(
        state=state,
        informative_sites=len(sites),
        concordance=round(agreeing / len(sites), 4),
        log10_lr=round(total, 2),
        reason=reason,
    )


def _block_sum(sites: Iterable[Verdict]) -> float:
    """Return the sum over blocks, each kept within `BLOCK_RANGE`."""
    blocks: dict[tuple[str, int], float] = defaultdict(float)
    for site in sites:
        blocks[site.snp.chrom, site.snp.pos // BLOCK] += site.log10_lr
    least, most = BLOCK_RANGE
    return sum(min(most, max(least, value)) for value in blocks.values())


def called_snps(variants: VariantEvidence, population: Population) -> Iterator[tuple[Snp, int]]:
    """Yield the passed biallelic SNVs of the VCF with the copies of ALT."""
    at = Counter((allele.chrom, allele.pos) for allele in variants.alleles)
    copies = {Zygosity.HETEROZYGOUS: 1, Zygosity.HOMOZYGOUS: 2}
    for allele in variants.alleles:
        if allele.zygosity in copies and _is_passed_snv(allele) and at[allele.chrom, allele.pos] == 1:
            frequency = population(allele.chrom, allele.pos, allele.ref, allele.alt)
            snp = Snp(allele.chrom, allele.pos, allele.ref, allele.alt, frequency)
            yield snp, copies[allele.zygosity]


def _is_passed_snv(allele: Allele) -> bool:
    return allele.filter == "PASS" and len(allele.ref) == len(allele.alt) == 1


def reference_calls(variants: VariantEvidence, common: Iterable[Snp]) -> Iterator[tuple[Snp, int]]:
    """Yield the common SNVs at which the VCF says reference, and nothing else."""
    if not variants.tells_reference:
        return
    called = callable_map(None, variants)
    carried = [Region(one.chrom, one.pos - 1, one.pos - 1 + len(one.ref)) for one in variants.alleles]
    for snp in common:
        touched = any(region.overlaps(snp.chrom, snp.pos - 1, snp.pos) for region in carried)
        if not touched and called.at(snp.chrom, snp.pos):
            yield snp, 0


def _common(population: Population, region: Region, sequence: str) -> Iterator[Snp]:
    for pos, ref in enumerate(sequence, start=region.start + 1):
        for alt in "ACGT":
            frequency = population(region.chrom, pos, ref, alt) if alt != ref else None
            if frequency is not None and 0.05 <= frequency <= 0.95:
                yield Snp(region.chrom, pos, ref, alt, frequency)


def _compared(counts: Counts, snp: Snp, copies: int, error: float) -> Iterator[Verdict]:
    """Yield the verdict of a site, if it is informative and the reads cover it."""
    logs = read_genotypes(counts, snp, error)
    if logs is not None:
        yield from _verdict(snp, copies, logs)


def _configured(
    variants: VariantEvidence, coverage: CoverageEvidence, taken: Container[tuple[str, int]], error: float
) -> Iterator[Verdict]:
    """Yield the verdict of each SNV of `identity.sites` of which both sides speak and that is not `taken`."""
    seen = {(one.chrom, one.pos): one for one in coverage.sites}
    for call in variants.sites:
        count = seen.get((call.chrom, call.pos))
        if count is not None and (call.chrom, call.pos) not in taken:
            snp = Snp(call.chrom, call.pos, call.ref, call.alt, call.frequency)
            logs = counted_genotypes(count, error)
            yield from _verdict(snp, call.copies, logs) if logs else ()


def _verdict(snp: Snp, copies: int, logs: tuple[float, float, float]) -> Iterator[Verdict]:
    """Yield what a site says by the likelihoods of the reads, if a stranger would not mostly agree."""
    prior = stranger_genotypes(snp.frequency)
    if prior[copies] > MOSTLY_AGREED:
        return
    best = max(logs)
    weights = [exp(one - best) for one in logs]
    stranger = sum(share * weight for share, weight in zip(prior, weights, strict=True))
    ratio = (1 - GENOTYPE_ERROR) * weights[copies] / stranger + GENOTYPE_ERROR
    yield Verdict(snp, log10(ratio), logs[copies] == best)


def counted_genotypes(count: SiteCount, error: float) -> tuple[float, float, float] | None:
    """Return what `read_genotypes` does for an SNV of `identity.sites`; a third base leaves it open."""
    usable = count.reference + count.alternate
    if usable < MIN_DEPTH or not looks_like_error(count.other, usable + count.other):
        return None
    return _genotype_logs(count.alternate, usable, error)


def read_genotypes(counts: Counts, snp: Snp, error: float) -> tuple[float, float, float] | None:
    """Return the natural log likelihood of the reads for 0, 1 and 2 copies, None where too few speak."""
    site = counts.site(snp.chrom, snp.pos)
    if site is None or site.depth < MIN_DEPTH:
        return None
    alt = site.others[snp.alt].total if snp.alt in site.others else 0
    usable = site.reference.total + alt
    return _genotype_logs(alt, usable, error) if usable >= MIN_DEPTH else None


def stranger_genotypes(frequency: float | None) -> tuple[float, float, float]:
    """Return how often a stranger has 0, 1 and 2 copies."""
    if frequency is None:
        return UNKNOWN_PRIOR
    alt = min(1 - LEAST_FREQUENCY, max(LEAST_FREQUENCY, frequency))
    return (1 - alt) ** 2, 2 * alt * (1 - alt), alt**2


def _genotype_logs(alt: int, usable: int, error: float) -> tuple[float, float, float]:
    """Return the natural log likelihood of the fragments for 0, 1 and 2 copies."""
    return (
        log_binomial(alt, usable, error),
        log_beta_binomial(alt, usable, 0.5, BALANCE_PRECISION),
        log_binomial(alt, usable, 1 - error),
    )
