"""Counting while reads come gives what counting all at once gives, and holds little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.coverage import sliding
from als_screen.coverage.reads import AlignedRead
from als_screen.coverage.sliding import SlidingCount
from als_screen.coverage.tally import GeneTally
from als_screen.regions import Region
from coverage_reads import aligned, small_slice

REFERENCE = small_slice("ACGTAAAAAACGCGCGTTTGACCATG" * 4)
TARGETS = [Region("21", 104, 120), Region("21", 124, 125), Region("21", 150, 190)]


@st.composite
def placed(draw: st.DrawFn) -> AlignedRead:
    cigar, size = draw(
        st.sampled_from([("12M", 12), ("5M20N7M", 12), ("6M2D6M", 12), ("30M", 30), ("1M", 1)])
    )
    bases = draw(st.text("ACGT", min_size=size, max_size=size))
    return aligned(
        draw(st.sampled_from("abcd")), draw(st.integers(95, 195)), cigar, bases, 30, draw(st.booleans())
    )


def slid(reads: list[AlignedRead], at_once: int) -> GeneTally:
    gene = GeneTally.empty(REFERENCE, TARGETS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sliding, "BASES_AT_ONCE", at_once)
        counting = SlidingCount(gene, TARGETS)
        for read in reads:
            counting.add(read)
        counting.finish()
    return gene


@settings(max_examples=100, deadline=None)
@given(st.lists(placed(), max_size=25), st.sampled_from([0, 20, 100]))
def test_counts_are_those_of_all_at_once(reads: list[AlignedRead], at_once: int) -> None:
    reads.sort(key=lambda read: read.start)
    whole, portions = slid(reads, 1_000_000), slid(reads, at_once)
    assert list(portions.regions()) == list(whole.regions())
    assert list(portions.others()) == list(whole.others())
    assert list(portions.indel_counts()) == list(whole.indel_counts())


def test_reads_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(GeneTally, "add", lambda _self, reads, _targets: held.append(len(reads)))
    slid([aligned(f"r{number}", 100 + number // 10, "5M", "ACGTA") for number in range(900)], 500)
    assert len(held) > 5
    assert max(held) <= 160, "at 50x: 50 that reach beyond, 100 that fill the limit, 10 of one start"
