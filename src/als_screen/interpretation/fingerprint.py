"""Genotypes of one file at SNVs, in little room, and whether two files are one person's. Pure functions.

A fingerprint is made once, beside the finding, so that persons can be compared later, across patients and
across runs, without a VCF or BAM. Model and block rule are those of `identity`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, log10
from typing import TypeVar
from zlib import crc32

from als_screen.coverage.lookup import Counts, counts_of, looks_like_error, measured_errors
from als_screen.evidence import (
    CoverageEvidence,
    SiteCall,
    SiteCount,
    State,
    VariantEvidence,
    VariantSource,
)
from als_screen.interpretation.identity import (
    GENOTYPE_ERROR,
    LEAST_ERROR,
    MIN_SITES,
    Population,
    Snp,
    Verdict,
    called_snps,
    counted_genotypes,
    judged,
    not_comparable,
    read_genotypes,
    reference_calls,
    stranger_genotypes,
)
from als_screen.models import Fingerprint, Fingerprints, Identity
from als_screen.regions import Build
from als_screen.resources import Resources

#: Natural log by which the best genotype of the reads must lead, to be one: 1 in 100 is wrong at the edge.
CALLED = log(100)
#: SNVs of `identity.sites` in a fingerprint: enough to tell anyone from ten thousand, in 1 kB.
MOST_SITES = 64
_SITE = re.compile(r"(\d+)([ACGT])([ACGT])([012ab])")
_COPIES = {"0": 0, "1": 1, "2": 2, "a": 1, "b": 2}


SiteT = TypeVar("SiteT", SiteCall, SiteCount)


@dataclass(frozen=True, slots=True, order=True)
class SiteKey:
    """An SNV; in the gene regions on GRCh38 whatever the file's build, since both have the same sequence."""

    build: Build
    chrom: str
    pos: int
    ref: str
    alt: str


@dataclass(frozen=True, slots=True)
class Genotype:
    """Copies of ALT; `looked_at` where the site would be known without ALT too."""

    copies: int
    looked_at: bool


def fingerprints(
    build: Build,
    variants: VariantEvidence,
    coverage: CoverageEvidence,
    common: Sequence[Snp],
    resources: Resources,
) -> Fingerprints:
    """Return the fingerprint of a patient's VCF and of the reads.

    Args:
        build: of the patient's files.
        variants: alleles and reference calls of the VCF; those called from the reads are no second witness.
        coverage: counts of the reads.
        common: SNVs at which everyone is looked at, from `identity.common_snps`.
        resources: bundled reference.
    """
    vcf, reads = None, None
    if variants.state is State.ASSESSED and variants.source is not VariantSource.READS:
        vcf = packed(build, _of_vcf(variants, common))
    if coverage.state is State.ASSESSED:
        reads = packed(build, _of_reads(build, variants, coverage, common, resources))
    return Fingerprints(vcf=vcf, reads=reads)


def compared(
    one: Fingerprint,
    other: Fingerprint,
    populations: Mapping[Build, Population],
    resources: Resources,
    min_sites: int = MIN_SITES,
) -> Identity:
    """Return whether two fingerprints are one person's.

    `log10_lr` is log10 of P(genotypes | one person) / P(genotypes | two people of the population). Among n
    candidates, ask for log10(n) more than the decisive 4 before a chance match is taken for one person.

    Args:
        one: of any build; outside the gene regions only sites of one build compare.
        other: the same, the order makes no difference.
        populations: frequency of ALT, by build.
        resources: bundled reference.
        min_sites: fewer sites never decide.
    """
    return agreement(unpacked(one, resources), unpacked(other, resources), populations, min_sites)


def agreement(
    one: Mapping[SiteKey, Genotype],
    other: Mapping[SiteKey, Genotype],
    populations: Mapping[Build, Population],
    min_sites: int = MIN_SITES,
) -> Identity:
    """Return what `compared` does, of unpacked genotypes: for many pairs of the same files."""
    shared = sorted(one.keys() & other.keys())
    if not shared:
        return not_comparable("the files share no site that tells persons apart")
    sites = [_verdict(key, one[key], other[key], populations[key.build]) for key in shared]
    return judged(sites, min_sites, "the genotypes disagree")


def _verdict(key: SiteKey, one: Genotype, other: Genotype, population: Population) -> Verdict:
    """Return what a site says that both know.

    Where each knows it only because ALT is carried, a stranger there carries it too.
    """
    snp = Snp(key.chrom, key.pos, key.ref, key.alt, population(key.chrom, key.pos, key.ref, key.alt))
    if one.copies != other.copies:
        return Verdict(snp, log10(GENOTYPE_ERROR), agrees=False)
    prior = stranger_genotypes(snp.frequency)
    known = 1.0 if one.looked_at or other.looked_at else prior[1] + prior[2]
    ratio = (1 - GENOTYPE_ERROR) * known / prior[one.copies] + GENOTYPE_ERROR
    return Verdict(snp, log10(ratio), agrees=True)


def packed(build: Build, genotypes: Iterable[tuple[Snp, Genotype]]) -> Fingerprint:
    """Return genotypes as they are kept, sorted by position; each site once."""
    codes = {(snp.chrom, snp.pos, snp.ref, snp.alt): _code(found) for snp, found in genotypes}
    texts: dict[str, list[str]] = {}
    for (chrom, pos, ref, alt), code in sorted(codes.items()):
        texts.setdefault(chrom, []).append(f"{pos}{ref}{alt}{code}")
    return Fingerprint(build=build, genotypes={chrom: " ".join(each) for chrom, each in texts.items()})


def unpacked(fingerprint: Fingerprint, resources: Resources) -> dict[SiteKey, Genotype]:
    """Return the genotypes by site; raise `ValueError` where the text is not one of `packed`."""
    found = {}
    for chrom, text in fingerprint.genotypes.items():
        for word in text.split(" "):
            site = _SITE.fullmatch(word)
            if site is None:
                raise ValueError(f"not a genotype of a fingerprint: {word!r}")
            pos, ref, alt, code = site.groups()
            build, at = _on_grch38(fingerprint.build, chrom, int(pos), resources)
            found[SiteKey(build, chrom, at, ref, alt)] = Genotype(_COPIES[code], code.isdigit())
    return found


def _on_grch38(build: Build, chrom: str, pos: int, resources: Resources) -> tuple[Build, int]:
    """Return a 1-based position on GRCh38 where it lies in a gene region, else as it is."""
    gene = resources.gene_at(build, chrom, pos - 1, pos)
    if gene is None:
        return build, pos
    moved = resources.gene_region(Build.GRCH38, gene).start - resources.gene_region(build, gene).start
    return Build.GRCH38, pos + moved


def _code(genotype: Genotype) -> str:
    return str(genotype.copies) if genotype.looked_at else ".ab"[genotype.copies]


def _of_vcf(variants: VariantEvidence, common: Sequence[Snp]) -> Iterator[tuple[Snp, Genotype]]:
    """Yield the SNVs that the VCF carries, and the common ones at which it says reference.

    Only a file that tells reference at all looks at a site whatever it shows.
    """
    looked_at = common if variants.tells_reference else ()
    everywhere = {(snp.chrom, snp.pos, snp.ref, snp.alt) for snp in looked_at}
    for snp, copies in called_snps(variants, lambda *_: None):
        yield snp, Genotype(copies, (snp.chrom, snp.pos, snp.ref, snp.alt) in everywhere)
    for snp, copies in reference_calls(variants, common):
        yield snp, Genotype(copies, looked_at=True)
    for call in _kept(variants.sites):
        yield _snp(call), Genotype(call.copies, looked_at=True)


def _kept(sites: Sequence[SiteT]) -> list[SiteT]:
    """Return the SNVs of `identity.sites` that are kept, for all patients the same choice."""
    return sorted(sites, key=lambda one: (crc32(f"{one.chrom}:{one.pos}".encode()), one.pos))[:MOST_SITES]


def _snp(site: SiteCall | SiteCount) -> Snp:
    return Snp(site.chrom, site.pos, site.ref, site.alt, None)


def _of_reads(
    build: Build,
    variants: VariantEvidence,
    coverage: CoverageEvidence,
    common: Sequence[Snp],
    resources: Resources,
) -> Iterator[tuple[Snp, Genotype]]:
    """Yield the common SNVs, and the others of the patient's VCF or of the counted bases that are carried."""
    counts = counts_of(coverage)
    error = max(LEAST_ERROR, measured_errors(counts, resources).overall)
    seen = [snp for snp, _ in called_snps(variants, lambda *_: None)]
    for snp in (*seen, *_other_bases(coverage, build, resources)):
        if copies := _copies(counts, snp, error):
            yield snp, Genotype(copies, looked_at=False)
    for snp in common:
        copies = _copies(counts, snp, error)
        if copies is not None:
            yield snp, Genotype(copies, looked_at=True)
    for count in _kept(coverage.sites):
        logs = counted_genotypes(count, error)
        if logs is not None and _is_clear(logs):
            yield _snp(count), Genotype(logs.index(max(logs)), looked_at=True)


def _other_bases(coverage: CoverageEvidence, build: Build, resources: Resources) -> Iterator[Snp]:
    """Yield every base other than the reference that more than one fragment shows: one makes no genotype."""
    slices = {part.region.chrom: part for part in resources.slices(build).values()}
    for base in coverage.other:
        if base.forward + base.reverse == 1:
            continue
        ref = slices[base.chrom].fetch(base.pos - 1, base.pos)
        yield Snp(base.chrom, base.pos, ref, base.base, None)


def _copies(counts: Counts, snp: Snp, error: float) -> int | None:
    """Return the copies of ALT that the reads show beyond doubt, None where they leave it open."""
    site, logs = counts.site(snp.chrom, snp.pos), read_genotypes(counts, snp, error)
    if site is None or logs is None:
        return None
    third = sum(strands.total for base, strands in site.others.items() if base != snp.alt)
    clear = _is_clear(logs) and looks_like_error(third, site.usable)
    return logs.index(max(logs)) if clear else None


def _is_clear(logs: tuple[float, float, float]) -> bool:
    best, second = sorted(logs, reverse=True)[:2]
    return best - second >= CALLED
