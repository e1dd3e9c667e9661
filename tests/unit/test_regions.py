from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.regions import CHROMOSOME_ACCESSIONS, CHROMOSOME_LENGTHS, Build, Region, merged

REGIONS = st.builds(
    lambda chrom, start, length: Region(chrom, start, start + length),
    st.sampled_from(["1", "21"]),
    st.integers(0, 60),
    st.integers(1, 15),
)


@pytest.mark.parametrize(
    ("chrom", "start", "end", "match"),
    [
        ("chr1", 0, 1, "without chr"),
        ("1", -1, 1, "not an interval"),
        ("1", 5, 5, "not an interval"),
        ("1", 6, 5, "not an interval"),
    ],
)
def test_regions_that_cannot_be_are_refused(chrom: str, start: int, end: int, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Region(chrom, start, end)


def test_a_region_is_printed_one_based_with_chr() -> None:
    assert str(Region("21", 31_659_692, 31_659_841)) == "chr21:31659693-31659841"
    assert len(Region("21", 10, 15)) == 5


@pytest.mark.parametrize(
    ("chrom", "start", "end", "shares", "why"),
    [
        ("21", 0, 10, False, "ends where it begins"),
        ("21", 0, 11, True, "shares its first base"),
        ("21", 19, 30, True, "shares its last base"),
        ("21", 20, 30, False, "begins where it ends"),
        ("1", 10, 20, False, "another chromosome"),
    ],
)
def test_overlap_is_half_open(chrom: str, start: int, end: int, shares: bool, why: str) -> None:
    assert Region("21", 10, 20).overlaps(chrom, start, end) is shares, why


def test_padding_stops_at_the_first_base() -> None:
    assert Region("1", 3, 5).padded(10) == Region("1", 0, 15)


def test_touching_regions_become_one() -> None:
    found = merged([Region("1", 5, 8), Region("1", 0, 5), Region("1", 9, 10), Region("16", 0, 1)])
    assert found == [Region("1", 0, 8), Region("1", 9, 10), Region("16", 0, 1)]
    assert merged([]) == []


@given(st.lists(REGIONS))
def test_merging_keeps_every_base_and_leaves_gaps(regions: list[Region]) -> None:
    def bases(of: list[Region]) -> set[tuple[str, int]]:
        return {(region.chrom, base) for region in of for base in range(region.start, region.end)}

    found = merged(regions)
    assert bases(found) == bases(regions)
    assert sum(map(len, found)) == len(bases(regions))
    assert all(a.chrom != b.chrom or a.end < b.start for a, b in pairwise(found))


def test_no_two_builds_share_a_length_and_each_has_four() -> None:
    lengths = [(chrom, size) for build in Build for chrom, size in CHROMOSOME_LENGTHS[build].items()]
    assert len(set(lengths)) == len(lengths) == 8
    for build in Build:
        assert set(CHROMOSOME_ACCESSIONS[build]) == set(CHROMOSOME_LENGTHS[build])
        assert all(f"{int(chrom):06d}." in name for chrom, name in CHROMOSOME_ACCESSIONS[build].items())
