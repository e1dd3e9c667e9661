from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from als_screen.regions import Build
from als_screen.repeat.locus import load_locus
from als_screen.simulate.placement import place_anchored, place_unanchored, settled


@pytest.mark.parametrize("build", Build)
def test_a_read_inside_an_expansion_goes_off_target_to_the_locus_or_nowhere(build: Build) -> None:
    rng = np.random.default_rng(1)
    places = [place_anchored(rng, build, 150) for _ in range(1000)]
    regions = load_locus().off_target_regions(build)
    kinds = Counter(
        "unmapped"
        if place is None
        else "locus"
        if place.end == load_locus().builds[build].end
        else "off_target"
        for place in places
    )
    assert {kind: round(count / 1000, 1) for kind, count in kinds.items()} == {
        "off_target": 0.6,
        "locus": 0.2,
        "unmapped": 0.2,
    }
    for place in filter(None, places):
        middle = (place.start + place.end) // 2
        assert place.mapq == 0
        assert place.end == load_locus().builds[build].end or any(
            region.overlaps(place.chrom, middle, middle + 1) for region in regions
        )


def test_pairs_inside_an_expansion_share_a_place_or_not() -> None:
    rng = np.random.default_rng(2)
    pairs = [place_unanchored(rng, Build.GRCH38, 150) for _ in range(500)]
    placed = [(one, other) for one, other in pairs if one and other]
    together = [one.chrom == other.chrom and abs(one.start - other.start) < 200 for one, other in placed]
    assert all((one is None) == (other is None) for one, other in pairs)
    assert 0.55 < np.mean(together) < 0.75
    assert len(placed) < len(pairs)


def test_a_placed_read_keeps_its_place() -> None:
    rng = np.random.default_rng(3)
    place = next(filter(None, (place_anchored(rng, Build.GRCH38, 100) for _ in range(9))))
    assert settled(rng, (place, None), Build.GRCH38, 100)[0] is place
    assert settled(rng, (None, place), Build.GRCH38, 100)[1] is place
