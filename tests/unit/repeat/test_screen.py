from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.evidence import PatientCheck, ReadClass, ReadsCheck, RepeatEvidence, State
from als_screen.interpretation.repeat import interpret_repeat
from als_screen.models import RepeatAllele
from als_screen.patient import Patient
from als_screen.regions import Build
from als_screen.repeat.limits import Limit
from als_screen.repeat.locus import load_policy
from als_screen.repeat.screen import screen_repeat
from als_screen.resources import bundled
from als_screen.states import RepeatState


def _alleles(evidence: RepeatEvidence) -> tuple[RepeatAllele, ...]:
    """Return the sizes under the default policy."""
    return interpret_repeat(evidence, load_policy()).alleles


@pytest.mark.parametrize(
    ("alleles", "note"),
    [
        ((2, 2), "the most frequent genotype"),
        ((2, 8), "heterozygous, both shorter than a read"),
        ((3, 3), "as in the reference"),
        ((5, 17), "long but spanned"),
        ((2, 20), "few spanning reads, short anchors"),
    ],
)
@pytest.mark.parametrize(("build", "prefix"), [(Build.GRCH38, True), (Build.GRCH37, False)])
def test_spanned_alleles_are_exact(
    bench: Any, alleles: tuple[int, int], note: str, build: Build, prefix: bool
) -> None:
    evidence = bench.evidence(alleles, build=build, prefix=prefix)
    assert tuple(allele.repeats for allele in _alleles(evidence)) == alleles, note
    assert {allele.bound for allele in _alleles(evidence)} == {"exact"}
    assert interpret_repeat(evidence, load_policy()).state is RepeatState.NOT_EXPANDED


@pytest.mark.parametrize("units", [60, 150, 600])
def test_an_expansion_is_found_and_its_interval_holds_the_truth(bench: Any, units: int) -> None:
    evidence = bench.evidence((2, units))
    short, long = _alleles(evidence)
    assert (short.repeats, short.bound) == (2, "exact")
    assert long.ci[0] <= units <= (long.ci[1] or units)
    assert long.support.in_repeat > 0
    assert interpret_repeat(evidence, load_policy()).state is RepeatState.EXPANDED


def test_two_expanded_alleles_are_expanded(bench: Any) -> None:
    evidence = bench.evidence((150, 600))
    assert interpret_repeat(evidence, load_policy()).state is RepeatState.EXPANDED
    assert _alleles(evidence)[0].ci[0] > 30


def test_fragments_are_counted_once(bench: Any) -> None:
    evidence = bench.evidence((2, 2), fragments=(200,))  # both reads of a pair span
    spanning = sum(c.fragments for c in evidence.counts if c.read_class is ReadClass.SPANNING)
    assert spanning <= evidence.library.flank_depth / (2 * 150) * 200 + 2


def test_the_short_allele_has_its_own_support(bench: Any) -> None:
    short, long = _alleles(bench.evidence((2, 8)))
    assert short.support.spanning >= 8
    assert long.support.spanning >= 8


def _no_mates(record: pysam.AlignedSegment) -> None:
    record.flag = 16 if record.is_reverse else 0
    record.next_reference_id, record.next_reference_start, record.template_length = -1, -1, 0


def _duplicate(record: pysam.AlignedSegment) -> None:
    record.is_duplicate = True


def _other_bases(record: pysam.AlignedSegment) -> None:
    qualities = record.query_qualities
    record.query_sequence = "".join("TGAC"["ACGT".index(base)] for base in record.query_sequence or "")[::-1]
    record.query_qualities = qualities


def _worthless(record: pysam.AlignedSegment) -> None:
    record.query_qualities = pysam.qualitystring_to_array("!" * record.query_length)


def _only(name: str) -> Callable[[pysam.AlignedSegment], bool]:
    return lambda record: record.query_name != name or record.is_read2


def _number(record: pysam.AlignedSegment) -> int:
    return int(str(record.query_name).partition(".")[2])


def _over_locus(record: pysam.AlignedSegment) -> bool:
    return 27573528 - 400 < record.reference_start < 27573546 + 400


@pytest.mark.parametrize(
    ("changes", "limit", "note"),
    [
        (
            {"change": _no_mates},
            Limit.NO_MATES,
            "single reads: nothing from inside an expansion has an anchor",
        ),
        ({"change": _duplicate}, Limit.ONLY_DUPLICATES, "one molecule, many times"),
        ({"drop": lambda record: True}, Limit.NO_READS, "a BAM of other genes"),
        ({"drop": _only("h0.90")}, Limit.DEPTH_TOO_LOW, "one read"),
        ({"read_length": 30, "fragments": (120,)}, Limit.READS_TOO_SHORT, "reads of 30 bases"),
        ({"change": _other_bases}, Limit.REFERENCE_MISMATCH, "another genome"),
        ({"change": _worthless}, Limit.BASES_UNUSABLE, "base quality 0 throughout"),
        ({"drop": _over_locus}, Limit.LOCUS_NOT_COVERED, "a panel without the locus"),
        ({"depth": 3.0}, Limit.DEPTH_TOO_LOW, "3x"),
    ],
)
@pytest.mark.parametrize("alleles", [(2, 2), (2, 8)])
def test_bad_input_is_named_and_never_normal(
    bench: Any, alleles: tuple[int, int], changes: dict[str, Any], limit: Limit, note: str
) -> None:
    evidence = bench.evidence(alleles, **changes)
    result = interpret_repeat(evidence, load_policy())
    assert limit.value in result.quality["limits"], note
    assert result.state in (RepeatState.NOT_ASSESSED, RepeatState.POSSIBLE_EXPANSION)
    assert result.reason


def test_lost_mates_of_an_expansion_keep_it_possible(bench: Any) -> None:
    """A file cut to the region: the mates inside the repeat are gone, their anchors point at them."""
    evidence = bench.evidence((2, 400), drop=lambda record: record.reference_name != "chr9")
    assert {Limit.DISTANT_MATES_MISSING, Limit.NO_OFF_TARGET_READS} <= set(evidence.limits)
    result = interpret_repeat(evidence, load_policy())
    assert result.state in (RepeatState.POSSIBLE_EXPANSION, RepeatState.EXPANDED)
    assert result.alleles[1].bound == "at_least"


def test_mates_anywhere_are_found(bench: Any) -> None:
    """In-repeat reads outside the listed regions, at many places, and unmapped ones."""

    def scatter(record: pysam.AlignedSegment) -> None:
        if record.reference_name != "chr9":
            record.reference_name, record.reference_start = "chr4", 1_000_000 + 7919 * _number(record)
        if record.next_reference_name != "chr9":
            record.next_reference_name = "chr4"
            record.next_reference_start = 1_000_000 + 7919 * _number(record)

    evidence = bench.evidence((2, 60), change=scatter)
    assert Limit.MATES_MISSING not in evidence.limits
    assert sum(c.fragments for c in evidence.counts if c.read_class is ReadClass.IN_REPEAT) > 5


def test_pairs_in_a_tract_that_is_not_listed_are_found_through_mates(bench: Any) -> None:
    def elsewhere(record: pysam.AlignedSegment) -> None:
        if record.reference_name != "chr9":
            record.reference_name, record.reference_start = "chr4", 1_000_000
        if record.next_reference_name != "chr9":
            record.next_reference_name, record.next_reference_start = "chr4", 1_000_000

    listed, moved = bench.evidence((2, 300)), bench.evidence((2, 300), change=elsewhere)
    assert moved.in_repeat_pairs == listed.in_repeat_pairs > 10


def test_pairs_without_a_place_make_a_lower_bound(bench: Any) -> None:
    """An aligner that leaves reads of the repeat unmapped: pairs of them have no place in the file."""

    def unmap(record: pysam.AlignedSegment) -> None:
        if record.reference_name != "chr9":
            bases, qualities = record.query_sequence, record.query_qualities
            record.is_unmapped, record.cigarstring, record.is_reverse = True, None, False
            record.reference_name, record.reference_start = "chr9", record.next_reference_start
            record.query_sequence, record.query_qualities = bases, qualities
        elif record.next_reference_name != "chr9":
            record.mate_is_unmapped, record.next_reference_name = True, "chr9"

    def both(record: pysam.AlignedSegment) -> bool:
        return bool(record.reference_name != "chr9" and record.next_reference_name != "chr9")

    evidence = bench.evidence((2, 300), change=unmap, drop=both)
    assert Limit.IN_REPEAT_PAIRS_UNSEEN in evidence.limits
    long = interpret_repeat(evidence, load_policy()).alleles[1]
    assert long.bound == "at_least"
    assert long.ci[0] <= 300


@pytest.mark.parametrize("mates_too", [False, True])
def test_reads_of_an_expansion_without_a_place_are_read(bench: Any, mates_too: bool) -> None:
    """Pairs inside the repeat are at the end of the file, and mates beside their anchor, or there as well."""

    def unmap(record: pysam.AlignedSegment) -> None:
        far, mate_far = record.reference_name != "chr9", record.next_reference_name != "chr9"
        if far:
            bases = record.get_forward_sequence()
            record.is_unmapped, record.cigarstring, record.is_reverse = True, None, False
            record.query_sequence = bases
            record.query_qualities = pysam.qualitystring_to_array("F" * record.query_length)
        if mate_far:
            record.mate_is_unmapped = True
        if far and (mates_too or mate_far):
            record.reference_id, record.reference_start = -1, -1
        elif far:
            record.reference_name, record.reference_start = "chr9", record.next_reference_start
        if mate_far and (mates_too or far):
            record.next_reference_id, record.next_reference_start = -1, -1
        elif mate_far:
            record.next_reference_name, record.next_reference_start = "chr9", record.reference_start

    listed, moved = bench.evidence((2, 300)), bench.evidence((2, 300), change=unmap)
    assert moved.in_repeat_pairs == listed.in_repeat_pairs > 10
    assert moved.limits == listed.limits
    assert _alleles(moved) == _alleles(listed)


def test_more_reads_without_a_place_than_are_searched_are_named(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unmap(record: pysam.AlignedSegment) -> None:
        if record.reference_name != "chr9":
            record.is_unmapped, record.cigarstring = True, None
            record.reference_id, record.reference_start = -1, -1
        if record.next_reference_name != "chr9":
            record.mate_is_unmapped = True
            record.next_reference_id, record.next_reference_start = -1, -1

    monkeypatch.setattr("als_screen.repeat.reads.MAX_UNPLACED", 5)
    assert Limit.MATES_MISSING in bench.evidence((2, 300), change=unmap).limits


def test_unknown_bases_do_not_shorten_an_expansion(bench: Any) -> None:
    def mask(record: pysam.AlignedSegment) -> None:
        qualities, bases = record.query_qualities, list(record.query_sequence or "")
        for at in range(_number(record) % 10, len(bases), 10):
            bases[at] = "N"
        record.query_sequence = "".join(bases)
        record.query_qualities = qualities

    whole, masked = bench.evidence((2, 300)), bench.evidence((2, 300), change=mask)
    assert masked.in_repeat_pairs == whole.in_repeat_pairs > 10


def test_mapping_quality_0_is_used_and_named(bench: Any) -> None:
    def unsure(record: pysam.AlignedSegment) -> None:
        record.mapping_quality = 0

    evidence = bench.evidence((2, 8), change=unsure)
    assert [allele.repeats for allele in _alleles(evidence)] == [2, 8]
    assert Limit.MAPPING_UNSURE in evidence.limits


def test_unknown_bases_are_no_mismatches(bench: Any) -> None:
    def mask(record: pysam.AlignedSegment) -> None:
        qualities, bases = record.query_qualities, list(record.query_sequence or "")
        bases[::8] = "N" * len(bases[::8])
        blank = _number(record) % 4 == 0
        record.query_sequence = "N" * len(bases) if blank else "".join(bases)
        record.query_qualities = qualities

    evidence = bench.evidence((2, 8), change=mask, depth=60.0)
    assert Limit.REFERENCE_MISMATCH not in evidence.limits
    assert [allele.repeats for allele in _alleles(evidence)] == [2, 8]


def test_missing_qualities_are_not_zero(bench: Any) -> None:
    def forget(record: pysam.AlignedSegment) -> None:
        record.query_qualities = None

    evidence = bench.evidence((2, 8), change=forget)
    assert [allele.repeats for allele in _alleles(evidence)] == [2, 8]


def test_a_lost_allele_is_not_taken_for_two_equal_ones(bench: Any) -> None:
    """Half the fragments over the repeat, all in the flanks: those of one haplotype are gone."""

    def lost(record: pysam.AlignedSegment) -> bool:
        low = min(record.reference_start, record.next_reference_start)
        over = low < 27573546 and low + abs(record.template_length) > 27573528
        return str(record.query_name).startswith("h1") and over

    evidence = bench.evidence((2, 2), depth=60.0, drop=lost)
    result = interpret_repeat(evidence, load_policy())
    assert result.quality["dropout_suspected"]
    assert result.state in (RepeatState.NOT_ASSESSED, RepeatState.POSSIBLE_EXPANSION)


def test_mixed_read_lengths_are_named(bench: Any) -> None:
    def trim(record: pysam.AlignedSegment) -> None:
        if str(record.query_name).endswith("5") and record.cigarstring == "150M":
            record.query_sequence, record.cigarstring = str(record.query_sequence)[:90], "90M"
            record.query_qualities = pysam.qualitystring_to_array("F" * 90)

    assert Limit.MIXED_READ_LENGTHS in bench.evidence((2, 8), change=trim).limits


def test_without_reads_nothing_is_assessed() -> None:
    check = PatientCheck(patient="P", build=None)
    evidence = screen_repeat(Patient("P"), check, bundled(), None)
    assert (evidence.state, bool(evidence.reason)) == (State.NOT_ASSESSED, True)


def test_without_the_contig_nothing_is_assessed(bench: Any) -> None:
    reads = ReadsCheck(path="/nowhere.bam", contigs={"21": "21"}, sample="P", is_cram=False)
    check = PatientCheck(patient="P", build=Build.GRCH37, reads=reads)
    evidence = screen_repeat(Patient("P"), check, bundled(), None)
    assert evidence.limits == (Limit.CONTIG_MISSING.value,)


def test_a_truncated_file_raises(bench: Any) -> None:
    check = bench.check((2, 60))
    path = bench.made[0]
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(PatientDataError, match="the file is truncated"):
        screen_repeat(Patient("P"), check, bundled(), None)


def test_the_same_file_gives_the_same_evidence(bench: Any) -> None:
    check = bench.check((2, 60))
    first, second = (screen_repeat(Patient("P"), check, bundled(), None) for _ in range(2))
    assert first == second
