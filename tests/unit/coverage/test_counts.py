"""Base counts against a pileup in plain Python, and the rules of a fragment one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.coverage.counts import BASES, BaseCounts, count_bases, picks_reverse
from als_screen.coverage.reads import AlignedRead
from als_screen.regions import Region
from coverage_reads import aligned

#: Depth, and (forward, reverse) by base.
Shown = tuple[int, dict[str, tuple[int, int]]]

REFERENCE = "ACGTTGCAACGTACGTTTTACGATCGATCC"
REGION = Region("21", 100, 100 + len(REFERENCE))

MATCHING = ["5M", "1M", "2S4M1S", "2H4M3H", "3=1X2=", "3M1P2M"]
CIGARS = [*MATCHING, "3M2D3M", "3M1I3M", "2I4M", "4M2I", "2M1I2D2M", "2M3N3M"]


def query_length(cigar: str) -> int:
    return sum(length for kind, length in aligned("", 0, cigar, "").cigar if kind in (0, 1, 4, 7, 8))


@st.composite
def reads(draw: st.DrawFn) -> AlignedRead:
    cigar = draw(st.sampled_from(CIGARS))
    size = query_length(cigar)
    return aligned(
        draw(st.sampled_from("abcdef")),
        draw(st.integers(94, 128)),
        cigar,
        draw(st.text("ACGTN=", min_size=size, max_size=size)),
        draw(
            st.none() | st.lists(st.sampled_from((2, 9, 10, 19, 20, 30)), min_size=size, max_size=size),
        ),
        draw(st.booleans()),
    )


def shown(read: AlignedRead) -> Iterator[tuple[int, str, int]]:
    """Walk a CIGAR base by base: position, base, quality."""
    at, query = read.start, 0
    for kind, length in read.cigar:
        for _ in range(length):
            if kind in (0, 7, 8):
                base = chr(read.bases[query])
                if base == "=" and REGION.start <= at < REGION.end:
                    base = REFERENCE[at - REGION.start]
                yield at, base, read.qualities[query] if read.qualities else 20
            query += kind in (0, 1, 4, 7, 8)
            at += kind in (0, 2, 3, 7, 8)


def by_hand(alignments: list[AlignedRead]) -> tuple[Counter[int], Counter[tuple[int, bool, str]]]:
    """Pile up one base at a time, by the rules as they are written."""
    says: dict[tuple[str, int], list[tuple[int, str, bool]]] = defaultdict(list)
    for read in alignments:
        for at, base, quality in shown(read):
            if base in BASES and REGION.start <= at < REGION.end:
                says[read.name, at].append((quality, base, read.reverse))
    depth: Counter[int] = Counter()
    alleles: Counter[tuple[int, bool, str]] = Counter()
    for (name, at), each in says.items():
        best = max(quality for quality, _, _ in each)
        bases = {base for quality, base, _ in each if quality == best}
        strands = {reverse for quality, _, reverse in each if quality == best}
        depth[at] += best >= 10
        if best >= 20 and len(bases) == 1:
            reverse = strands.pop() if len(strands) == 1 else picks_reverse(name)
            alleles[at, reverse, bases.pop()] += 1
    return depth, alleles


@settings(max_examples=150, deadline=None)
@given(st.lists(reads(), max_size=12))
def test_counts_equal_a_pileup_by_hand(alignments: list[AlignedRead]) -> None:
    counts = count_bases(alignments, REGION, REFERENCE)
    depth, alleles = by_hand(alignments)
    assert counts.depth.tolist() == [depth[at] for at in range(REGION.start, REGION.end)]
    got = {
        (REGION.start + int(at), bool(strand), BASES[base]): int(counts.alleles[strand, base, at])
        for strand, base, at in np.argwhere(counts.alleles)
    }
    assert got == {key: number for key, number in alleles.items() if number}


def at_first(*alignments: AlignedRead) -> Shown:
    """Return depth and (forward, reverse) by base at the first base of the region."""
    counts: BaseCounts = count_bases(alignments, REGION, REFERENCE)
    bases = {
        base: (int(counts.alleles[0, number, 0]), int(counts.alleles[1, number, 0]))
        for number, base in enumerate(BASES)
        if counts.alleles[:, number, 0].any()
    }
    return int(counts.depth[0]), bases


def one(name: str, base: str, quality: int | None, reverse: bool = False) -> AlignedRead:
    return aligned(name, 100, "1M", base, quality, reverse)


@pytest.mark.parametrize(
    ("alignments", "expected", "note"),
    [
        ([], (0, {}), "nothing there is zero, not missing"),
        ([one("a", "A", 9)], (0, {}), "below the quality of depth"),
        ([one("a", "A", 10)], (1, {}), "depth, but no allele"),
        ([one("a", "A", 20)], (1, {"A": (1, 0)}), "an allele on +"),
        ([one("a", "A", 20, True)], (1, {"A": (0, 1)}), "an allele on -"),
        ([one("a", "N", 30)], (0, {}), "N says nothing"),
        ([one("a", "=", 30)], (1, {"A": (1, 0)}), "= is the reference base"),
        ([one("a", "g", 30)], (1, {"G": (1, 0)}), "lower case"),
        ([one("a", "A", None)], (1, {"A": (1, 0)}), "no base qualities: passes"),
        ([one("a", "A", None), one("a", "C", 21, True)], (1, {"C": (0, 1)}), "a real quality goes before"),
        ([one("a", "A", 30), one("a", "C", 31, True)], (1, {"C": (0, 1)}), "mates: the better base"),
        ([one("a", "A", 30), one("a", "C", 30, True)], (1, {}), "mates disagree: depth only"),
        ([one("a", "A", 30), one("a", "N", 40, True)], (1, {"A": (1, 0)}), "the mate's N does not overrule"),
        ([one("a", "A", 12), one("a", "C", 15, True)], (1, {}), "neither is good enough for an allele"),
        ([one("a", "A", 30), one("b", "A", 30, True)], (2, {"A": (1, 1)}), "two fragments"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rules(alignments: list[AlignedRead], expected: Shown, note: str) -> None:
    assert at_first(*alignments) == expected, note


def test_agreeing_mates_favour_no_strand() -> None:
    names = [f"fragment{number}" for number in range(2_000)]
    pairs = [one(name, "A", 30, reverse) for name in names for reverse in (False, True)]
    depth, bases = at_first(*pairs)
    assert depth == 2_000
    assert sum(bases["A"]) == 2_000
    assert 900 < bases["A"][0] < 1_100  # an even coin: 1,000 +- 4.5 standard deviations
