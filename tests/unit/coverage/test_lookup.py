"""Counts by position, and the error rate measured from them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.coverage.lookup import (
    LEAST_ERROR,
    MOST_ERROR,
    Counts,
    Strands,
    fits_reference,
    measured_errors,
)
from als_screen.evidence import CoverageEvidence, IndelCount, OtherBase, RegionCounts, State
from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from coverage_reads import gene_bases

START = 31_667_280
BASES = gene_bases(Gene.SOD1, START, START + 20)


def evidence(depth: int = 100, **fields: object) -> CoverageEvidence:
    whole, half = (depth,) * len(BASES), (depth // 2,) * len(BASES)
    region = RegionCounts(chrom="21", start=START, depth=whole, forward=half, reverse=half)
    given = {"patient": "P1", "state": State.ASSESSED, "build": Build.GRCH38, "regions": (region,)}
    return CoverageEvidence.model_validate(given | fields)


def other(offset: int, base: str, number: int) -> OtherBase:
    return OtherBase.model_validate(
        {"chrom": "21", "pos": START + offset + 1, "base": base, "forward": number, "reverse": 0}
    )


def unlike(offset: int) -> str:
    return "A" if BASES[offset] != "A" else "C"


@pytest.mark.parametrize(
    ("chrom", "pos", "found", "note"),
    [
        ("21", START, False, "before the first base"),
        ("21", START + 1, True, "first base"),
        ("21", START + 20, True, "last base"),
        ("21", START + 21, False, "behind the last"),
        ("9", START + 1, False, "another chromosome"),
    ],
)
def test_site(chrom: str, pos: int, found: bool, note: str) -> None:
    site = Counts(evidence()).site(chrom, pos)
    assert (site is not None) is found, note


def test_a_site_with_another_base() -> None:
    site = Counts(evidence(other=(other(3, unlike(3), 7),))).site("21", START + 4)
    assert site is not None
    assert site.others == {unlike(3): Strands(7, 0)}
    assert site.usable == 107


INTERVALS = st.lists(st.tuples(st.integers(0, 30), st.lists(st.integers(0, 20), max_size=12)), max_size=4)


@given(INTERVALS, st.integers(0, 40), st.integers(1, 20))
def test_below_is_every_base_whose_site_is(
    intervals: list[tuple[int, list[int]]], start: int, length: int
) -> None:
    regions = tuple(
        RegionCounts(
            chrom="21", start=at, depth=tuple(depth), forward=tuple(depth), reverse=(0,) * len(depth)
        )
        for at, depth in intervals
    )
    counts = Counts(evidence(regions=regions))
    sites = {at: counts.site("21", at + 1) for at in range(start, start + length)}
    thin = {at for at, site in sites.items() if site is None or site.depth < 10}
    below = counts.below(Region("21", start, start + length), 10)
    assert {at for part in below for at in range(part.start, part.end)} == thin
    assert all(one.end < other.start for one, other in pairwise(below))


def test_below_is_what_is_thin_or_not_counted() -> None:
    counts = Counts(evidence())
    inside = Region("21", START - 5, START + 25)
    assert counts.below(inside, 10) == [Region("21", START - 5, START), Region("21", START + 20, START + 25)]
    assert counts.below(inside, 101) == [inside]
    assert counts.below(Region("21", START, START + 20), 100) == []


def test_sites_are_all_or_none() -> None:
    counts = Counts(evidence())
    assert len(counts.sites(Region("21", START, START + 20)) or []) == 20
    assert counts.sites(Region("21", START, START + 21)) is None


def test_indels_by_place() -> None:
    indel = IndelCount(chrom="21", pos=START + 3, ref="A", alt="AT", forward=1, reverse=1)
    assert Counts(evidence(indels=(indel,))).indels == {("21", START + 3): [indel]}


def test_errors_are_counted_and_variants_are_not() -> None:
    wrong = (other(2, unlike(2), 4), other(5, unlike(5), 60))
    rates = measured_errors(Counts(evidence(other=wrong)), bundled())
    assert rates.overall == pytest.approx(4 / 2_000)
    kind = (BASES[2], unlike(2))
    assert rates.rate(*kind) == pytest.approx(4 / (100 * BASES.count(BASES[2])), rel=0.1)
    assert rates.rate("N", "A") == pytest.approx(rates.overall / 3), "a kind that was not seen"
    assert rates.rate(*kind, own=4) == LEAST_ERROR, "a place does not excuse itself"


def test_no_library_is_perfect() -> None:
    rates = measured_errors(Counts(evidence()), bundled())
    assert rates.overall == LEAST_ERROR
    assert rates.rate("A", "C") == LEAST_ERROR


@pytest.mark.parametrize(
    ("different", "fragments", "expected", "note"),
    [
        ((), 50, True, "the reference"),
        ((3,), 50, True, "one variant in twenty bases"),
        ((3, 4), 50, False, "two in twenty: more than people have"),
        (range(20), 5, True, "errors everywhere, but few"),
        (range(20), 50, False, "another genome"),
    ],
)
def test_reads_fit_the_reference(different: Sequence[int], fragments: int, expected: bool, note: str) -> None:
    others = [other(offset, unlike(offset), fragments) for offset in different]
    assert fits_reference(Counts(evidence(other=others))) is expected, note


def test_single_bases_are_counted_because_they_vary() -> None:
    single = RegionCounts(chrom="21", start=START, depth=(50,), forward=(25,), reverse=(0,))
    assert fits_reference(Counts(evidence(regions=(single,), other=[other(0, unlike(0), 25)])))


def test_an_error_rate_stays_a_rate() -> None:
    """Found by damaging files: with most bases wrong it was above 1."""
    wrong = evidence(depth=2, other=[other(offset, base, 60) for offset in range(20) for base in "ACGT"])
    rates = measured_errors(Counts(wrong), bundled())
    assert rates.overall <= MOST_ERROR
    assert rates.rate("A", "C") <= MOST_ERROR


def test_one_variant_is_no_error() -> None:
    rates = measured_errors(Counts(evidence(other=[other(3, unlike(3), 50)])), bundled())
    assert rates.overall == LEAST_ERROR
