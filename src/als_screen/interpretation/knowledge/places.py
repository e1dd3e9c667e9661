"""Where an allele of one build lies on both: the bundled gene regions are the same sequence."""

from __future__ import annotations

from dataclasses import dataclass

from als_screen.interpretation.naming.alleles import left_aligned
from als_screen.regions import Build, Gene
from als_screen.resources import Resources


@dataclass(frozen=True, slots=True)
class Place:
    """A left-aligned allele with its 1-based position on both builds."""

    gene: Gene
    chrom: str
    grch38: int
    grch37: int
    ref: str
    alt: str

    def cells(self) -> tuple[str, ...]:
        """Return the first six cells of a row of a knowledge table."""
        return self.gene.value, self.chrom, str(self.grch38), str(self.grch37), self.ref, self.alt

    def pos(self, build: Build) -> int:
        """Return the position on a build."""
        return self.grch38 if build is Build.GRCH38 else self.grch37


def gene_of(resources: Resources, build: Build, chrom: str, pos: int) -> Gene | None:
    """Return the gene whose region holds a 1-based position; `chrom` with or without `chr`."""
    return resources.gene_at(build, chrom.removeprefix("chr"), pos - 1, pos)


def placed(resources: Resources, build: Build, gene: Gene, pos: int, ref: str, alt: str) -> Place:
    """Return an allele of one build on both; raises `NotAnAlleleError` as `left_aligned` does."""
    start, left, right = left_aligned(resources.slices(build)[gene], pos, ref, alt)
    region = resources.gene_region(build, gene)
    at = {each: start - region.start + resources.gene_region(each, gene).start for each in Build}
    return Place(gene, region.chrom, at[Build.GRCH38], at[Build.GRCH37], left, right)
