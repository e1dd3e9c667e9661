"""Reads as rows under the reference, and the sample that is kept."""

from __future__ import annotations

import random

import pytest

from als_screen.coverage.pileup import KEPT, Sample, site_read
from coverage_reads import aligned

REFERENCE = "ACGTACGTAC"


@pytest.mark.parametrize(
    ("start", "cigar", "bases", "qualities", "row", "inserted"),
    [
        pytest.param(100, "10M", "ACGTACGTAC", 30, "..........", (), id="as the reference"),
        pytest.param(100, "10M", "ACGAACGTAC", 30, "...A......", (), id="another base"),
        pytest.param(100, "10M", "ACGAACGTAC", 10, ",,,a,,,,,,", (), id="low quality"),
        pytest.param(100, "10M", "ACGTACGTAC", None, "..........", (), id="no qualities"),
        pytest.param(100, "10M", "==========", 30, "..........", (), id="written as ="),
        pytest.param(103, "4M", "TACG", 30, "   ....", (), id="part of the window"),
        pytest.param(97, "6M", "TTTACG", 30, "...", (), id="from outside"),
        pytest.param(100, "4M2D4M", "ACGTGTAC", 30, "....--....", (), id="deletion"),
        pytest.param(100, "4M2I6M", "ACGTGGACGTAC", 30, "..........", ((4, "GG"),), id="insertion"),
        pytest.param(104, "3S4M2S", "GGGACGTCC", 30, " ~~~....~~", (), id="clipped on both sides"),
        pytest.param(102, "3S4M", "GGGGTAC", 30, "~~....", (), id="clip from outside"),
        pytest.param(104, "2H4M", "ACGT", 30, "    ....", (), id="hard clip"),
    ],
)
def test_rows(
    start: int,
    cigar: str,
    bases: str,
    qualities: int | None,
    row: str,
    inserted: tuple[tuple[int, str], ...],
) -> None:
    found = site_read(aligned("r", start, cigar, bases, qualities), 100, REFERENCE)
    assert (found.row, found.inserted) == (row, inserted)


def test_a_sample_does_not_depend_on_the_order() -> None:
    reads = [aligned(f"r{number}", 100 + number % 7, "4M", "ACGT") for number in range(1_000)]
    first, second = Sample(), Sample()
    for read in reads:
        first.add(read)
    for read in random.Random(1).sample(reads, len(reads)):
        second.add(read)
    assert first.reads() == second.reads()
    assert (len(first.reads()), first.total) == (KEPT, 1_000)
