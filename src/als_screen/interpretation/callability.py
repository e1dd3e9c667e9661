"""Where the patient's data would show a variant if there were one: callability. Pure functions.

Reads decide where there are reads. Without them the caller's reference blocks and its own calls do; where
there are neither, nothing is callable, because an allele absent from a VCF is not homozygous reference.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from als_screen.coverage.lookup import counts_of
from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    ReferenceBlock,
    State,
    VariantEvidence,
)
from als_screen.models import Coverage, GeneCoverage
from als_screen.regions import VARIANT_GENES, Build, Gene, Region, merged
from als_screen.resources import Resources

#: A reference block without depth counts from this genotype quality: P(wrong) <= 1 %.
MIN_GENOTYPE_QUALITY = 20
#: The splice bases that must be callable, beside the coding ones, for `not_found`. Source: contract.
ESSENTIAL_SPLICE_BASES = 2

Basis = Literal["reads", "gvcf", "callable_bed", "none"]


@dataclass(frozen=True, slots=True)
class CallableMap:
    """What is callable of one patient.

    Attributes:
        basis: what it rests on.
        reason: why nothing, or not everything, could be assessed; "" where all could.
        chroms: chromosomes on which the basis can speak.
        below: returns the parts of a region that are not callable, sorted and merged.
    """

    basis: Basis
    reason: str
    chroms: frozenset[str]
    below: Callable[[Region], list[Region]]

    def at(self, chrom: str, pos: int) -> bool:
        """Tell whether a 1-based position is callable."""
        return not self.below(Region(chrom, pos - 1, pos))

    def gene(self, resources: Resources, build: Build, gene: Gene, splice_bases: int) -> GeneCoverage:
        """Return the callable fraction of the coding exons +- `splice_bases`, and what is below."""
        reportable = resources.reportable(build, gene, splice_bases)
        below = merged(part for region in reportable for part in self.below(region))
        missing, size = sum(map(len, below)), sum(map(len, reportable))
        intervals = tuple((f"chr{part.chrom}", part.start, part.end) for part in below)
        return GeneCoverage(callable_fraction=(size - missing) / size, below=intervals)

    def whole_gene(self, resources: Resources, build: Build, gene: Gene) -> bool:
        """Tell whether every coding base and the +-2 splice bases are callable: what `not_found` needs."""
        needed = resources.reportable(build, gene, ESSENTIAL_SPLICE_BASES)
        return not any(self.below(region) for region in needed)


def callable_map(
    coverage: CoverageEvidence | None, variants: VariantEvidence, min_depth: int = 10
) -> CallableMap:
    """Return what is callable, from the reads, else from the caller's reference blocks, else nothing.

    Args:
        coverage: the counts of the reads, None where there is no such evidence.
        variants: alleles and reference blocks of the VCF.
        min_depth: fragments (or DP of a block) that make a base callable.
    """
    if coverage is not None and coverage.state is State.ASSESSED:
        counts = counts_of(coverage)
        chroms = frozenset(region.chrom for region in coverage.regions)
        return CallableMap("reads", coverage.reason, chroms, lambda region: counts.below(region, min_depth))
    if variants.state is State.ASSESSED and variants.tells_reference:
        return _from_caller(variants, min_depth)
    reason = (
        "no reads, no reference blocks and no callable regions: an absent variant was perhaps not looked at"
    )
    if coverage is not None and coverage.failed:
        reason = f"{coverage.reason}; {reason}"
    return CallableMap("none", reason, frozenset(), lambda region: [region])


def callability(
    coverage: CoverageEvidence | None,
    variants: VariantEvidence,
    resources: Resources,
    build: Build,
    min_depth: int = 10,
    splice_bases: int = 8,
) -> Coverage:
    """Return the callability of SOD1, TARDBP and FUS over their reportable range.

    A gene on whose chromosome the basis cannot speak (not in the reads file) is left out of `genes` and
    named in `reason`.
    """
    found = callable_map(coverage, variants, min_depth)
    placed = {gene: resources.transcript(build, gene).chrom for gene in VARIANT_GENES}
    genes = {
        gene: found.gene(resources, build, gene, splice_bases)
        for gene, chrom in placed.items()
        if chrom in found.chroms
    }
    told = set(variants.unreached) if found.basis == "callable_bed" else set()
    absent = [gene for gene in VARIANT_GENES if gene not in genes and placed[gene] not in told]
    reasons = [found.reason] if found.reason else []
    if absent and found.basis != "none":
        reasons.append(f"the data have nothing on the chromosome of {', '.join(absent)}")
    state = State.ASSESSED if genes else State.NOT_ASSESSED
    return Coverage(
        state=state, basis=found.basis, min_depth=min_depth, reason="; ".join(reasons), genes=genes
    )


def _from_caller(variants: VariantEvidence, min_depth: int) -> CallableMap:
    """Return what the caller could call: where it saw enough, and its BED, where nothing denies it.

    Where two blocks or records cover a base, the poorer one counts.
    """
    good = [_span(block) for block in variants.reference if _enough(block, min_depth) is True]
    good += [_site(allele) for allele in variants.alleles if _is_well_called(allele, min_depth)]
    poor = [_span(block) for block in variants.reference if _enough(block, min_depth) is False]
    poor += [_site(allele) for allele in variants.alleles if _is_poorly_called(allele, min_depth)]
    denied = _Intervals(poor)
    bed = [block for block in variants.callable_regions if block.chrom not in variants.unreached]
    good += map(_span, bed)
    left = [part for one in good for part in denied.outside(one)]
    chroms = frozenset(block.chrom for block in (*variants.reference, *bed))
    basis: Basis = "callable_bed" if variants.callable_regions else "gvcf"
    return CallableMap(basis, _unreached(variants), chroms, _Intervals(left).outside)


def _unreached(variants: VariantEvidence) -> str:
    """Return where the VCF may have been cut, "" where it goes on behind every gene."""
    if not variants.unreached:
        return ""
    chroms = ", ".join(variants.unreached)
    return f"the VCF has no record behind the gene on chromosome {chroms}: it may have been cut"


def _enough(seen: ReferenceBlock | Allele, min_depth: int) -> bool | None:
    """Tell whether the caller saw enough: by depth, else by quality; None where the file has neither."""
    if seen.depth is not None:
        return seen.depth >= min_depth
    return None if seen.genotype_quality is None else seen.genotype_quality >= MIN_GENOTYPE_QUALITY


def _is_well_called(allele: Allele, min_depth: int) -> bool:
    return allele.filter == "PASS" and _enough(allele, min_depth) is True


def _is_poorly_called(allele: Allele, min_depth: int) -> bool:
    return allele.filter != "PASS" or _enough(allele, min_depth) is False


def _span(block: ReferenceBlock) -> Region:
    return Region(block.chrom, block.start, block.end)


def _site(allele: Allele) -> Region:
    return Region(allele.chrom, allele.pos - 1, allele.pos - 1 + len(allele.ref))


class _Intervals:
    """Sorted, disjoint intervals by chromosome."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions: dict[str, list[Region]] = defaultdict(list)
        for region in merged(regions):
            self._regions[region.chrom].append(region)
        self._ends = {chrom: [one.end for one in each] for chrom, each in self._regions.items()}

    def outside(self, region: Region) -> list[Region]:
        """Return the parts of a region that no interval holds."""
        parts, at = [], region.start
        first = bisect_right(self._ends.get(region.chrom, []), region.start)
        for part in self._regions.get(region.chrom, [])[first:]:
            if part.start >= region.end:
                break
            if at < part.start:
                parts.append(Region(region.chrom, at, part.start))
            at = min(part.end, region.end)
        return [*parts, Region(region.chrom, at, region.end)] if at < region.end else parts
