"""Where `screen_coverage` counts, and in which portions it reads. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from als_screen.coverage.indels import allele_span
from als_screen.evidence import Allele
from als_screen.regions import Build, Region, merged
from als_screen.resources import Resources

#: Gaps between targets that are read through rather than sought over: a seek costs about as much as reading
#: a BGZF block of 64 kB, some 1,000 bases at 30x. A CRAM container holds 10,000 reads, a gene at 30x.
BAM_GAP, CRAM_GAP = 1_000, 50_000


def target_regions(resources: Resources, build: Build, alleles: Iterable[Allele]) -> list[Region]:
    """Return the counted regions and the span of each allele, merged and sorted (0-based half-open)."""
    slices = resources.slices(build)
    sites = []
    for allele in alleles:
        reference = slices[allele.gene]
        if reference.region.start < allele.pos <= reference.region.end:
            sites.append(allele_span(reference, allele.pos, allele.ref, allele.alt))
    return merged([*resources.counted_regions(build), *sites])


def portions(targets: Sequence[Region], gap: int) -> list[list[Region]]:
    """Return the sorted targets in groups that are read in one go: no gap inside is longer than `gap`."""
    groups: list[list[Region]] = []
    for target in targets:
        last = groups[-1][-1] if groups else None
        if last is not None and last.chrom == target.chrom and target.start - last.end <= gap:
            groups[-1].append(target)
        else:
            groups.append([target])
    return groups
