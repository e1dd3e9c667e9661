from __future__ import annotations

import pytest

from als_screen.regions import Build, Region
from als_screen.simulate.calls import Call, carried_calls, depths, observe
from als_screen.simulate.haplotype import Person, SmallVariant
from als_screen.simulate.pairs import Read
from builders import pile
from simulated_people import CARRIER, DELETION, HETEROZYGOUS, HOMOZYGOUS, INSERTION

UNCOVERED = SmallVariant("21", 31662000, "A", "C")


def test_calls_are_true_and_half_of_the_fragments_show_a_heterozygote(carrier_reads: list[Read]) -> None:
    calls = {call.variant: call for call in carried_calls(CARRIER, carrier_reads)}
    assert {variant: call.genotype for variant, call in calls.items()} == {
        HETEROZYGOUS: (0, 1),
        HOMOZYGOUS: (1, 1),
        INSERTION: (0, 1),
        DELETION: (0, 1),
    }
    for call in calls.values():
        fraction = call.alt_depth / call.depth
        assert 0.25 < fraction < 0.75 if call.genotype == (0, 1) else fraction == 1
        assert call.genotype_quality > 50


def test_depths_are_what_the_reads_show(carrier_reads: list[Read]) -> None:
    (call,) = observe(CARRIER, carrier_reads, [HETEROZYGOUS])
    shown = {}
    for read in carrier_reads:
        at = HETEROZYGOUS.start - read.start
        if (
            read.chrom == "21"
            and 0 <= at < read.end - read.start
            and not read.is_duplicate
            and "S" not in read.cigar
        ):
            shown[read.name] = read.sequence[at]
    # Sequencing errors and clips move a fragment or two.
    assert abs(sum(base == "T" for base in shown.values()) - call.alt_depth) <= 2
    assert abs(sum(base == "C" for base in shown.values()) - call.ref_depth) <= 2


def test_what_the_caller_misses_is_left_out(carrier_reads: list[Read]) -> None:
    calls = carried_calls(CARRIER, carrier_reads, [HETEROZYGOUS])
    assert HETEROZYGOUS not in {call.variant for call in calls}
    assert len(calls) == 3


def test_sites_that_are_not_carried_are_reference_and_uncovered_ones_not_called(
    carrier_reads: list[Read],
) -> None:
    there, not_there = observe(Person(Build.GRCH38), carrier_reads, [HETEROZYGOUS, UNCOVERED])
    assert (there.genotype, there.alt_depth) == ((0, 0), 0)
    assert (not_there.genotype, not_there.depth) == (None, 0)


@pytest.mark.parametrize(
    ("ref", "alt", "best"),
    [(30, 0, 0), (15, 15, 1), (22, 8, 1), (0, 30, 2)],
)
def test_the_likeliest_genotype_has_pl_0(ref: int, alt: int, best: int) -> None:
    likelihoods = Call(HETEROZYGOUS, (0, 1), ref, alt).likelihoods
    assert likelihoods.index(0) == best
    assert min(likelihoods) == 0


def test_overlapping_mates_count_once() -> None:
    region = Region("21", 31_667_250, 31_667_400)
    reads = pile("21", region.start, region.end, 30)
    assert set(depths(reads, region).tolist()) <= {29, 30, 31}
    # Mates that overlap wholly: one fragment a base.
    assert depths(reads[:1] + reads[:1], Region("21", reads[0].start, reads[0].end)).max() == 1
