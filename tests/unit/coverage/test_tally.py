"""What is gathered is written down once, in order."""

from __future__ import annotations

from als_screen.coverage.tally import GeneTally
from als_screen.evidence import IndelCount, OtherBase, RegionCounts
from als_screen.regions import Region
from coverage_reads import aligned, small_slice

REFERENCE = small_slice("ACGTAAAAAACGCGCGTTTGACCATG")
TARGETS = [Region("9", 100, 110), Region("21", 101, 105), Region("21", 120, 122)]


def test_evidence_of_a_gene() -> None:
    tally = GeneTally.empty(REFERENCE, TARGETS)
    reads = [aligned("a", 100, "6M", "ACGTCA"), aligned("b", 101, "4M", "CTTT", reverse=True)]
    tally.add(reads, TARGETS[1:2])
    assert list(tally.regions()) == [
        RegionCounts(chrom="21", start=101, depth=(2, 2, 2, 2), forward=(1, 1, 1, 0), reverse=(1, 0, 1, 0)),
        RegionCounts(chrom="21", start=120, depth=(0, 0), forward=(0, 0), reverse=(0, 0)),
    ]
    assert list(tally.others()) == [
        OtherBase(chrom="21", pos=103, base="T", forward=0, reverse=1),
        OtherBase(chrom="21", pos=105, base="C", forward=1, reverse=0),
        OtherBase(chrom="21", pos=105, base="T", forward=0, reverse=1),
    ]


def test_indels_outside_the_targets_are_not_noted() -> None:
    tally = GeneTally.empty(REFERENCE, TARGETS)
    run, far = "4M1D4M", "2M1D4M"
    reads = [aligned(name, 102, run, "GTAAAAAC") for name in "ab"]
    reads += [aligned(name, 111, far, "GCCGTT") for name in "ab"]
    for read in reads:
        tally.add_indels(read)
    expected = IndelCount(chrom="21", pos=104, ref="TA", alt="T", forward=2, reverse=0)
    assert list(tally.indel_counts()) == [expected]


def test_a_read_that_is_given_twice_counts_once() -> None:
    tally = GeneTally.empty(REFERENCE, TARGETS)
    for name in "abab":
        tally.add_indels(aligned(name, 102, "4M1D4M", "GTAAAAAC"))
    assert [indel.forward for indel in tally.indel_counts()] == [2]
