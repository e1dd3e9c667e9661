"""Whether a second person's reads are mixed in: a likelihood over SNVs that the reads cover. Pure functions.

The model of Jun et al. (2012, AJHG 91:839, verifyBamID) without a VCF's word: at each site the genotypes of
the patient and of another person, a stranger or a parent or child, are unknown, alleles are in Hardy-Weinberg
proportions, and a share of the fragments is the other's. The sites are those of `identity.sites` and the SNVs
of the genes that are counted anyway. What a site may say is bounded by artefacts, and the chromosome that
speaks loudest for a mixture is left out, so that neither a bad site nor a copy number or a stretch of wrong
mappings is taken for a person.

Threshold and limits are measured by `benchmarks/mixture/limits.py`; the figures are in docs/reliability.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from als_screen.coverage.lookup import Counts, counts_of, looks_like_error, measured_errors
from als_screen.evidence import CoverageEvidence, State, VariantEvidence
from als_screen.interpretation.identity import (
    LEAST_ERROR,
    MIN_DEPTH,
    Population,
    Snp,
    called_snps,
    stranger_genotypes,
)
from als_screen.models import Contamination
from als_screen.resources import Resources
from als_screen.states import ContaminationState

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Shares of the fragments that may be the other person's. Above one half the two change places.
SHARES = np.array([0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5])
#: log10 likelihood ratio from which a mixture is told, and below minus which one with a stranger is excluded.
#: One with a relative must only be much less likely: it would take hundreds of sites to exclude that as well.
#: Source: benchmarks/mixture/limits.py.
DETECTED, EXCLUDED, RELATIVE_UNLIKELY = 3.5, 2.5, 1.0
#: Shares from here on must be excluded, else nothing was assessed.
LEAST_EXCLUDED = 0.1
#: Standard deviation of the allele balance as log odds; at one half it is 10 %, what uneven captures show.
BALANCE_SD = 0.4
#: Share of sites that show anything, by an artefact. It bounds what one site can say.
ARTEFACTS = 0.05
#: Deeper sites are scaled down to this: the balance, not the depth, limits what they say.
MOST_DEPTH = 300

FEW_SITES = "too few common SNVs with enough reads to tell; give a file of them as identity.sites"


@dataclass(frozen=True, slots=True)
class CountedSite:
    """Fragments at a biallelic SNV; `frequency` of ALT, None where unknown."""

    chrom: str
    reference: int
    alternate: int
    frequency: float | None


def likelihood_ratios(sites: Sequence[CountedSite], error: float) -> Floats:
    """Return log10 P(fragments | another person) / P(fragments | nobody else).

    Args:
        sites: at least one.
        error: share of wrong bases, above 0.

    Returns:
        Shape (sites, 2, shares): another person who is a stranger, or a parent or child.
    """
    likelihood = np.exp(_fragment_logs(sites, error))
    depth = np.array([site.reference + site.alternate for site in sites])
    artefact = ARTEFACTS / (np.minimum(depth, MOST_DEPTH) + 1)
    pairs = np.array([_genotype_pairs(site.frequency) for site in sites])
    chance = (1 - ARTEFACTS) * np.einsum("scgh,srgh->src", likelihood, pairs) + artefact[:, None, None]
    ratios: Floats = np.log10(chance[..., 1:] / chance[..., :1])
    return ratios


@lru_cache(maxsize=10_000)
def _genotype_pairs(frequency: float | None) -> Floats:
    """Return how often the patient has g and the other person h copies, shape (stranger or relative, g, h).

    Parent and child have one allele by descent; brothers and sisters lie between them and strangers, or share
    both alleles, where nothing tells them apart.
    """
    own = np.array(stranger_genotypes(frequency))
    alt = own[1] / 2 + own[2]
    one_in_common = np.array([[1 - alt, alt, 0], [(1 - alt) / 2, 1 / 2, alt / 2], [0, 1 - alt, alt]])
    return np.array([own[:, None] * own, own[:, None] * one_in_common])


def _fragment_logs(sites: Sequence[CountedSite], error: float) -> Floats:
    """Return the log likelihood of each site's fragments, shape (sites, 1 + shares, 3, 3) by both genotypes.

    Beta-binomial, by tables of rising factorials; the first share is 0.
    """
    copies = np.arange(3) / 2
    share = np.concatenate([[0.0], SHARES])[:, None, None]
    balance = (1 - share) * copies[:, None] + share * copies[None, :]
    mean = balance * (1 - error) + (1 - balance) * error
    size = 1 / (BALANCE_SD**2 * mean * (1 - mean)) - 1
    alternate, depth = _scaled(sites)
    steps = np.arange(int(depth.max()))
    rises = (_rises(each, steps) for each in (mean * size, (1 - mean) * size, size))
    of_alternate, of_reference, of_both = rises
    ways = _rises(np.ones(1), steps)[0]
    choose = ways[depth] - ways[alternate] - ways[depth - alternate]
    logs = of_alternate[..., alternate] + of_reference[..., depth - alternate] - of_both[..., depth]
    return np.moveaxis(logs + choose, -1, 0)


def _rises(start: Floats, steps: Ints) -> Floats:
    """Return log(start (start + 1) …) over 0, 1, … factors in a new last axis."""
    logs = np.cumsum(np.log(start[..., None] + steps), axis=-1)
    return np.concatenate([np.zeros((*start.shape, 1)), logs], axis=-1)


def _scaled(sites: Sequence[CountedSite]) -> tuple[Ints, Ints]:
    """Return fragments with ALT and all of both alleles, at most `MOST_DEPTH`."""
    alternate = np.array([site.alternate for site in sites])
    depth = alternate + np.array([site.reference for site in sites])
    factor = np.minimum(1.0, MOST_DEPTH / depth)
    return np.rint(alternate * factor).astype(np.int64), np.rint(depth * factor).astype(np.int64)


def contamination(
    variants: VariantEvidence,
    coverage: CoverageEvidence,
    population: Population,
    common: Sequence[Snp],
    resources: Resources,
) -> Contamination:
    """Return whether the reads are one person's.

    Args:
        variants: alleles whose SNVs were counted too, called from a VCF or from the reads themselves.
        coverage: counts of the reads.
        population: allele frequencies in the patient's build.
        common: SNVs of the counted regions at which everyone is looked at, from `identity.common_snps`.
        resources: bundled reference.
    """
    if coverage.state is not State.ASSESSED:
        return Contamination(reason="there are no reads that can be used")
    counts = counts_of(coverage)
    error = max(LEAST_ERROR, measured_errors(counts, resources).overall)
    return judged(list(counted_sites(variants, coverage, population, common)), error)


def judged(sites: Sequence[CountedSite], error: float) -> Contamination:
    """Decide by the sites; their order makes no difference."""
    if not sites:
        return Contamination(reason=FEW_SITES)
    by_site = likelihood_ratios(sites, error)
    chroms = np.array([site.chrom for site in sites])
    ratios = _without_the_loudest(by_site, chroms).max(axis=0)
    best = int(ratios.argmax())
    shown = {"sites": len(sites), "log10_lr": round(float(ratios[best]), 2)}
    if ratios[best] >= DETECTED:
        return Contamination(state=ContaminationState.DETECTED, share=float(SHARES[best]), **shown)
    known = np.array([site.frequency is not None for site in sites])
    kept = _not_excluded(by_site[known], chroms[known])
    if kept[SHARES >= LEAST_EXCLUDED].any():
        return Contamination(reason=FEW_SITES, **shown)
    above = float(SHARES[int(np.flatnonzero(kept)[-1]) + 1]) if kept.any() else float(SHARES[0])
    return Contamination(state=ContaminationState.NOT_DETECTED, excluded_from=above, **shown)


def _without_the_loudest(by_site: Floats, chroms: npt.NDArray[np.str_]) -> Floats:
    """Return the sums over sites by person and share, without the chromosome that most favours a mixture."""
    each = [by_site[chroms == chrom].sum(axis=0) for chrom in np.unique(chroms)]
    total: Floats = by_site.sum(axis=0) - np.max([*each, np.zeros(by_site.shape[1:])], axis=0)
    return total


def _not_excluded(by_site: Floats, chroms: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    """Return which of `SHARES` may be another's, by sites of known frequency.

    Where it is unknown, so is how often the other person would have shown another allele than the patient.
    """
    stranger, relative = _without_the_loudest(by_site, chroms)
    kept: npt.NDArray[np.bool_] = (stranger > -EXCLUDED) | (relative > -RELATIVE_UNLIKELY)
    return kept


def counted_sites(
    variants: VariantEvidence, coverage: CoverageEvidence, population: Population, common: Iterable[Snp]
) -> Iterator[CountedSite]:
    """Yield each SNV that enough fragments cover and at which no third base is seen."""
    counts = counts_of(coverage)
    configured = {(one.chrom, one.pos) for one in coverage.sites}
    carried = (snp for snp, _ in called_snps(variants, population))
    for snp in {(one.chrom, one.pos): one for one in (*common, *carried)}.values():
        if (snp.chrom, snp.pos) not in configured and (site := _in_gene(counts, snp)) is not None:
            yield site
    for one in coverage.sites:
        if _is_usable(one.reference + one.alternate, one.other):
            yield CountedSite(one.chrom, one.reference, one.alternate, one.frequency)


def _in_gene(counts: Counts, snp: Snp) -> CountedSite | None:
    site = counts.site(snp.chrom, snp.pos)
    if site is None:
        return None
    alternate = site.others[snp.alt].total if snp.alt in site.others else 0
    both = site.reference.total + alternate
    if not _is_usable(both, site.usable - both):
        return None
    return CountedSite(snp.chrom, site.reference.total, alternate, snp.frequency)


def _is_usable(both: int, other: int) -> bool:
    return both >= MIN_DEPTH and looks_like_error(other, both + other)
