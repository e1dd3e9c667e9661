from __future__ import annotations

from collections import Counter

import pytest

from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.common import common_sites, draw_common
from als_screen.simulate.settings import random_for, small_windows


@pytest.mark.parametrize("build", Build)
def test_every_site_fits_the_reference_and_lies_where_reads_are(build: Build) -> None:
    windows = small_windows(build)
    for site in common_sites():
        variant = site.variant(build)
        gene = bundled().gene_at(build, variant.chrom, variant.start, variant.end)
        assert gene is not None
        assert bundled().slices(build)[gene].fetch(variant.start, variant.end) == site.ref
        assert any(window.overlaps(variant.chrom, variant.start, variant.end) for window in windows)


def test_invented_sites_lie_outside_the_reportable_range_and_the_repeat() -> None:
    reportable = [region for gene in VARIANT_GENES for region in bundled().reportable(Build.GRCH38, gene, 25)]
    invented = [site.variant(Build.GRCH38) for site in common_sites() if site.source == "invented"]
    assert len(invented) > 40
    for variant in invented:
        assert not any(region.overlaps(variant.chrom, variant.start, variant.end) for region in reportable)
        assert variant.chrom != "9" or abs(variant.pos - 27_573_537) > 400


def test_people_differ_and_genotypes_follow_the_frequencies() -> None:
    people = [draw_common(random_for(str(number), "common"), Build.GRCH38) for number in range(300)]
    copies = Counter({carried.variant: 0 for person in people for carried in person})
    for person in people:
        for carried in person:
            copies[carried.variant] += sum(carried.copies)
    for site in common_sites():
        assert abs(copies[site.variant(Build.GRCH38)] / 600 - site.frequency) < 0.08
    assert 20 < min(map(len, people)) < max(map(len, people)) < 50
    assert people[0] != people[1]


def test_every_gene_has_sites_that_tell_people_apart() -> None:
    genes = Counter(
        bundled().gene_at(
            Build.GRCH38, site.chrom, site.positions[Build.GRCH38] - 1, site.positions[Build.GRCH38]
        )
        for site in common_sites()
        if 0.2 <= site.frequency <= 0.8
    )
    assert set(genes) == set(Gene)
    assert min(genes.values()) >= 5
