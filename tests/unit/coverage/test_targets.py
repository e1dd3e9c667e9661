"""Where is counted, and in which portions."""

from __future__ import annotations

from als_screen.coverage.targets import portions, target_regions
from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from coverage_reads import allele, gene_bases


def covers(targets: list[Region], chrom: str, start: int, end: int) -> bool:
    return any(one.chrom == chrom and one.start <= start and end <= one.end for one in targets)


def test_every_reportable_base_and_fifty_around_it() -> None:
    targets = target_regions(bundled(), Build.GRCH37, [])
    for gene in (Gene.SOD1, Gene.TARDBP, Gene.FUS):
        for region in bundled().reportable(Build.GRCH37, gene):
            assert covers(targets, region.chrom, region.start - 50, region.end + 50)
    assert not any(target.chrom == "9" for target in targets)


def test_the_sites_of_alleles_wherever_they_lie() -> None:
    intron, repeat = 31_661_000, 27_573_528
    deleted = gene_bases(Gene.SOD1, intron - 1, intron + 4)
    alleles = [
        allele(Gene.SOD1, intron, deleted, deleted[0]),
        allele(Gene.C9ORF72, repeat, gene_bases(Gene.C9ORF72, repeat - 1, repeat), "T"),
    ]
    targets = target_regions(bundled(), Build.GRCH38, alleles)
    assert covers(targets, "21", intron - 1, intron + 5)
    assert covers(targets, "9", repeat - 1, repeat)


def test_an_allele_that_begins_outside_the_gene_region_is_no_target() -> None:
    end = bundled().gene_region(Build.GRCH38, Gene.SOD1).end
    outside = allele(Gene.SOD1, end + 1, "A", "C")
    assert target_regions(bundled(), Build.GRCH38, [outside]) == target_regions(bundled(), Build.GRCH38, [])


def test_portions_are_split_at_long_gaps_and_chromosomes() -> None:
    targets = [Region("1", 0, 10), Region("1", 60, 70), Region("1", 200, 210), Region("9", 215, 220)]
    assert portions(targets, 50) == [targets[:2], targets[2:3], targets[3:]]
    assert portions([], 50) == []
