"""Alleles that the reads plainly show and the VCF does not list, known or not. Pure functions.

A caller, a filter or a script that lost a record must not make a clean negative. The bar is that of a recheck
`present`; contract: a missing allele that the reads confirm counts as passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from als_screen.evidence import Allele, CoverageEvidence, State, VariantEvidence
from als_screen.interpretation.recheck import PRESENT_FRAGMENTS, ReadLookup
from als_screen.regions import VARIANT_GENES, Build, Gene, Region
from als_screen.resources import ReferenceSlice, Resources
from als_screen.states import RecheckState

#: Bases around a listed indel or complex allele within which reads may show it written otherwise.
NEAR = 20
#: Alleles that could be seen by chance: three other bases at each of some 3,000 reportable bases.
POSSIBLE_ALLELES = 10_000


@dataclass(frozen=True, slots=True)
class Seen:
    """An allele of the reads: chromosome without chr, 1-based, left-aligned."""

    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str


def unlisted(
    build: Build,
    variants: VariantEvidence,
    coverage: CoverageEvidence,
    lookup: ReadLookup,
    resources: Resources,
    splice_bases: int,
) -> tuple[Seen, ...]:
    """Return the alleles of the reportable range that the reads show and no record explains.

    Args:
        build: the patient's genome build.
        variants: every allele of the VCF, filtered ones included, and what could not be read of it.
        coverage: the counts of the reads.
        lookup: the same counts, to be asked for alleles.
        resources: bundled reference and transcripts.
        splice_bases: bases of intron that are reportable.
    """
    if coverage.state is not State.ASSESSED:
        return ()
    explained = _explained(variants)
    return tuple(
        seen
        for gene in VARIANT_GENES
        for seen in _candidates(
            coverage, resources.reportable(build, gene, splice_bases), resources.slices(build)[gene]
        )
        if not _is_explained(seen, explained)
        and lookup.recheck_state(seen, POSSIBLE_ALLELES)[0] is RecheckState.PRESENT
    )


def _candidates(
    coverage: CoverageEvidence, regions: list[Region], reference: ReferenceSlice
) -> Iterator[Seen]:
    """Yield what enough fragments show, substitutions first, in order of position."""
    gene = reference.gene
    for other in coverage.other:
        enough = other.forward + other.reverse >= PRESENT_FRAGMENTS and other.chrom == reference.region.chrom
        if enough and _inside(regions, other.chrom, other.pos - 1, other.pos):
            yield Seen(gene, other.chrom, other.pos, reference.fetch(other.pos - 1, other.pos), other.base)
    for indel in coverage.indels:
        enough = indel.forward + indel.reverse >= PRESENT_FRAGMENTS
        if enough and _inside(regions, indel.chrom, indel.pos, indel.pos + max(1, len(indel.ref) - 1)):
            yield Seen(gene, indel.chrom, indel.pos, indel.ref, indel.alt)


def _inside(regions: list[Region], chrom: str, start: int, end: int) -> bool:
    return any(region.overlaps(chrom, start, end) for region in regions)


def _explained(variants: VariantEvidence) -> tuple[set[tuple[str, int, str]], list[Region]]:
    """Return the substituted bases that the VCF lists, and the places of its other records."""
    bases: set[tuple[str, int, str]] = set()
    others = [(one.chrom, one.pos, one.end) for one in variants.unusable]
    others += [(one.chrom, one.pos, one.end) for one in variants.structural]
    places = [Region(chrom, max(0, pos - 1), max(pos, end, 1)) for chrom, pos, end in others]
    for allele in variants.alleles:
        if len(allele.ref) == len(allele.alt):
            bases |= {(allele.chrom, allele.pos + at, base) for at, base in enumerate(allele.alt)}
        else:
            places.append(_around(allele))
    return bases, places


def _around(allele: Allele) -> Region:
    return Region(allele.chrom, allele.pos - 1, allele.pos - 1 + len(allele.ref)).padded(NEAR)


def _is_explained(seen: Seen, explained: tuple[set[tuple[str, int, str]], Iterable[Region]]) -> bool:
    bases, places = explained
    if len(seen.ref) == len(seen.alt) and (seen.chrom, seen.pos, seen.alt) in bases:
        return True
    return any(place.overlaps(seen.chrom, seen.pos - 1, seen.pos - 1 + len(seen.ref)) for place in places)
