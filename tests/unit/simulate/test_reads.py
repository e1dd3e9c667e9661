from __future__ import annotations

import re
from collections import Counter, defaultdict

import numpy as np
import pytest

from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from als_screen.simulate.calls import depths
from als_screen.simulate.haplotype import REPEAT_LOCUS, Carried, Person, SmallVariant
from als_screen.simulate.pairs import Read
from als_screen.simulate.reads import contaminated, sequence_person
from als_screen.simulate.settings import Sequencing, gene_windows, small_windows
from simulated_people import CARRIER, EXPANDED

#: The repeat between the bases that flank it.
SPANNING = re.compile("ACCACGCCCC((?:GGCCCC)+)TAGCGCG")
SOD1_WINDOW = [Region("21", 31_667_000, 31_668_000)]


def cigar_steps(cigar: str) -> list[tuple[int, str]]:
    return [(int(length), kind) for length, kind in re.findall(r"(\d+)([MIDS])", cigar)]


def reference_bases(build: Build, read: Read) -> str:
    gene = bundled().gene_at(build, read.chrom or "", read.start, read.end)
    assert gene is not None
    return bundled().slices(build)[gene].fetch(read.start, read.end)


def edits(build: Build, read: Read) -> int:
    """Count the edit distance of a line from its CIGAR, the reference and its bases."""
    reference, ref_at, read_at, count = reference_bases(build, read), 0, 0, 0
    for length, kind in cigar_steps(read.cigar):
        if kind == "M":
            own, other = read.sequence[read_at : read_at + length], reference[ref_at : ref_at + length]
            count += sum(one != two for one, two in zip(own, other, strict=True))
        count += length if kind in "ID" else 0
        ref_at += length if kind in "MD" else 0
        read_at += length if kind in "MIS" else 0
    return count


def test_depth_is_what_was_asked_for(carrier_reads: list[Read]) -> None:
    windows = small_windows(Build.GRCH38)
    depth = np.concatenate([depths(carrier_reads, window) for window in windows])
    # Mates overlap in short fragments, which is why fragments are a little fewer than reads.
    assert 27 < depth.mean() < 30.5
    assert depth.min() >= 8


def test_both_haplotypes_and_strands_are_sequenced_alike(carrier_reads: list[Read]) -> None:
    second = np.mean([read.haplotype for read in carrier_reads])
    reverse = np.mean([bool(read.flag & 0x10) for read in carrier_reads])
    first = np.mean([bool(read.flag & 0x40) for read in carrier_reads if read.flag & 0x10])
    assert 0.45 < second < 0.55
    assert 0.49 < reverse < 0.51
    assert 0.45 < first < 0.55


@pytest.mark.parametrize(("person", "sizes"), [(CARRIER, {2, 8}), (EXPANDED, {2})], ids=["2/8", "2/300"])
def test_spanning_reads_show_the_right_size(
    person: Person, sizes: set[int], carrier_reads: list[Read], expanded_reads: list[Read]
) -> None:
    reads = carrier_reads if person is CARRIER else expanded_reads
    found = Counter(len(hit[1]) // 6 for read in reads if (hit := SPANNING.search(read.sequence)))
    assert set(found) == sizes
    assert min(found.values()) >= 4


def test_the_cigar_and_nm_of_every_read_fit_its_bases(carrier_reads: list[Read]) -> None:
    for read in carrier_reads:
        steps = cigar_steps(read.cigar)
        assert sum(length for length, kind in steps if kind in "MIS") == len(read.sequence)
        assert sum(length for length, kind in steps if kind in "MD") == read.end - read.start
        assert edits(Build.GRCH38, read) == read.nm
    assert np.mean([read.nm for read in carrier_reads if read.nm is not None]) < 2


def test_indels_are_written_as_indels_and_clipped_at_the_ends(carrier_reads: list[Read]) -> None:
    for kind, chrom, pos, haplotype in (("I", "1", 11020666, 1), ("D", "16", 31184438, 0)):
        over = [
            read
            for read in carrier_reads
            if read.chrom == chrom
            and read.start <= pos - 20
            and pos + 20 <= read.end
            and "S" not in read.cigar
        ]
        assert {(kind in read.cigar, read.haplotype == haplotype) for read in over} == {
            (True, True),
            (False, False),
        }


def test_mates_agree(carrier_reads: list[Read], expanded_reads: list[Read]) -> None:
    for reads in (carrier_reads, expanded_reads):
        pairs = defaultdict(list)
        for read in reads:
            pairs[read.name].append(read)
        for one, other in pairs.values():
            for read, mate in ((one, other), (other, one)):
                assert bool(read.flag & 0x8) == bool(mate.flag & 0x4)
                assert bool(read.flag & 0x20) == bool(mate.flag & 0x10)
                assert read.flag & 0x402 == mate.flag & 0x402
                assert read.template_length == -mate.template_length
                assert read.mate_place == ((mate.chrom, mate.start) if mate.chrom else None)
                assert read.mate_cigar == (mate.cigar if mate.is_mapped else None)
            assert {one.flag & 0xC0, other.flag & 0xC0} == {0x40, 0x80}


def test_a_few_reads_are_duplicates_and_a_few_are_clipped(carrier_reads: list[Read]) -> None:
    duplicates = [read for read in carrier_reads if read.is_duplicate]
    originals = {(read.start, read.template_length) for read in carrier_reads if not read.is_duplicate}
    assert 0.015 < len(duplicates) / len(carrier_reads) < 0.05
    # The place of a clipped read is moved by its clip.
    assert np.mean([(read.start, read.template_length) in originals for read in duplicates]) > 0.95
    assert 0.005 < np.mean(["S" in read.cigar for read in carrier_reads]) < 0.03


def test_reads_in_an_expansion_are_where_an_aligner_leaves_them(expanded_reads: list[Read]) -> None:
    locus = REPEAT_LOCUS[Build.GRCH37]
    inside = [
        read for read in expanded_reads if "GGCCCC" * 10 in read.sequence or "GGGGCC" * 10 in read.sequence
    ]
    lost = [read for read in inside if read.is_mapped and not locus.overlaps(read.chrom or "", *span(read))]
    at_locus = [read for read in inside if read.is_mapped and locus.overlaps(read.chrom or "", *span(read))]
    assert len(lost) > 50
    assert all(read.mapq == 0 for read in lost if read.chrom != "9" or abs(read.start - locus.start) > 2000)
    assert all("S" in read.cigar for read in at_locus)
    assert any(not read.is_mapped and read.chrom == "9" for read in inside)
    assert any(read.chrom is None for read in inside)


def span(read: Read) -> tuple[int, int]:
    return read.start, read.end


def test_reads_without_an_expansion_are_sure_of_their_place(carrier_reads: list[Read]) -> None:
    assert {read.chrom for read in carrier_reads} == {"1", "9", "16", "21"}
    assert np.mean([read.mapq == 60 for read in carrier_reads]) > 0.99


def test_the_same_arguments_give_the_same_reads(carrier_reads: list[Read]) -> None:
    assert sequence_person(CARRIER, Sequencing(), "carrier") == carrier_reads
    assert sequence_person(CARRIER, Sequencing(), "another")[0].start != carrier_reads[0].start


def test_an_uncovered_region_has_no_read() -> None:
    hole = Region("21", 31_667_400, 31_667_500)
    reads = sequence_person(Person(Build.GRCH38), Sequencing(uncovered=(hole,)), "hole", SOD1_WINDOW)
    assert depths(reads, hole).max() == 0
    assert depths(reads, SOD1_WINDOW[0]).max() > 20


def test_a_library_can_lose_gc_rich_fragments() -> None:
    person = Person(Build.GRCH38, repeats=(2, 400))
    window = [REPEAT_LOCUS[Build.GRCH38].padded(500)]
    lossy = sequence_person(person, Sequencing(gc_loss=1.0), "gc", window)
    whole = sequence_person(person, Sequencing(), "gc", window)
    assert sum("GGCCCC" * 10 in read.sequence for read in whole) > 100
    assert sum("GGCCCC" * 10 in read.sequence for read in lossy) < 15


@pytest.mark.parametrize("lengths", [(100,), (250,), (100, 150)], ids=str)
def test_read_lengths_can_be_chosen_and_mixed(lengths: tuple[int, ...]) -> None:
    reads = sequence_person(Person(Build.GRCH38), Sequencing(read_lengths=lengths), "l", SOD1_WINDOW)
    assert {len(read.sequence) for read in reads} == set(lengths)
    assert 24 < depths(reads, SOD1_WINDOW[0]).mean() < 33


def test_whole_genes_can_be_sequenced() -> None:
    region = bundled().gene_region(Build.GRCH37, Gene.SOD1)
    assert region in gene_windows(Build.GRCH37)
    reads = sequence_person(Person(Build.GRCH37), Sequencing(depth=4), "whole", [region])
    inner = Region(region.chrom, region.start + 1000, region.end - 1000)
    assert depths(reads, inner).mean() > 3


def test_contamination_brings_the_other_person_s_alleles_in_proportion() -> None:
    variant = SmallVariant(
        "21", 31667500, bundled().slices(Build.GRCH38)[Gene.SOD1].fetch(31667499, 31667500), "N"
    )
    other = Person(Build.GRCH38, (Carried(variant, (1, 1)),))
    settings = Sequencing(depth=400, chimeric=0)
    reads = contaminated((Person(Build.GRCH38), other), 0.25, settings, "mix", SOD1_WINDOW)
    over = [read for read in reads if read.chrom == "21" and read.start <= 31667499 < read.end]
    foreign = [read for read in over if read.sequence[31667499 - read.start] == "N"]
    assert 0.18 < len(foreign) / len(over) < 0.32
