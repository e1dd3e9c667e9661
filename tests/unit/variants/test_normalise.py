import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.regions import Build, Gene, Region
from als_screen.resources import ReferenceSlice, bundled
from als_screen.variants.normalise import Placed, normalise
from variant_files import genome, other, part

SLICES = bundled().slices(Build.GRCH38)
SOD1 = SLICES[Gene.SOD1]
ANCHOR = 31663806


def place(pos: int, ref: str, alt: str, gene: Gene = Gene.SOD1) -> Placed:
    return Placed(gene, pos, ref, alt)


def repeat_of(unit: str, copies: int) -> int:
    """Return the 1-based position of the base before the first such repeat that no further unit precedes."""
    sequence = SOD1.sequence
    at = sequence.index(unit * copies)
    assert sequence[at - len(unit) : at] != unit
    return SOD1.region.start + at


RUN = repeat_of("T", 12)
BEFORE = genome("21", RUN)


FOUR = genome("21", ANCHOR, 4)
FIRST, SECOND, THIRD, FOURTH = map(other, FOUR)


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ((RUN + 5, "TT", "T"), (RUN, f"{BEFORE}T", BEFORE), "a deletion in a run goes to its left end"),
        ((RUN + 5, "T", "TT"), (RUN, BEFORE, f"{BEFORE}T"), "so does an insertion"),
        ((RUN + 3, "TTTT", "TT"), (RUN, f"{BEFORE}TT", BEFORE), "two bases"),
        ((RUN, BEFORE, f"{BEFORE}T"), (RUN, BEFORE, f"{BEFORE}T"), "already there"),
        ((ANCHOR, FOUR, FOUR[:3] + FOURTH), (ANCHOR + 3, FOUR[3], FOURTH), "three shared bases in front"),
        ((ANCHOR, FOUR, FIRST + FOUR[1:]), (ANCHOR, FOUR[0], FIRST), "three shared bases behind"),
        (
            (ANCHOR, FOUR, FIRST + FOUR[1:3] + FOURTH),
            (ANCHOR, FOUR, FIRST + FOUR[1:3] + FOURTH),
            "stays whole",
        ),
        (
            (ANCHOR, FOUR, FOUR[0] + SECOND + THIRD + FOUR[3]),
            (ANCHOR + 1, FOUR[1:3], SECOND + THIRD),
            "trimmed",
        ),
    ],
)
def test_left_aligned_and_trimmed(
    before: tuple[int, str, str], after: tuple[int, str, str], note: str
) -> None:
    assert normalise([place(*before)], SLICES) == [place(*after)], note


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ((1002, "AA", "A"), (1002, "AA", "A"), "a deletion that could begin before the region"),
        ((1003, "A", "AA"), (1003, "A", "AA"), "an insertion likewise"),
        ((1001, "AAAC", "AAAG"), (1004, "C", "G"), "a substitution is trimmed wherever it begins"),
        ((1010, "GG", "G"), (1006, "TG", "T"), "further in it is moved"),
    ],
)
def test_an_indel_that_would_move_to_the_first_base_of_the_region_stays_as_written(
    before: tuple[int, str, str], after: tuple[int, str, str], note: str
) -> None:
    sequence = "AAACTTGGGGGGC"
    slices = {Gene.SOD1: ReferenceSlice(Gene.SOD1, Region("21", 1000, 1000 + len(sequence)), sequence)}
    assert normalise([place(*before)], slices) == [place(*after)], note


def test_the_order_given_is_kept_and_genes_do_not_mix() -> None:
    fus = SLICES[Gene.FUS]
    one = place(fus.region.start + 501, fus.sequence[500:503], fus.sequence[500], Gene.FUS)
    two = place(RUN + 5, "TT", "T")
    three = place(ANCHOR, genome("21", ANCHOR), "A")
    found = normalise([two, one, three, two], SLICES)
    assert [item.gene for item in found] == [Gene.SOD1, Gene.FUS, Gene.SOD1, Gene.SOD1]
    assert found[0] == found[3] == place(RUN, f"{BEFORE}T", BEFORE)
    assert found[2] == three


def test_nothing_gives_nothing() -> None:
    assert normalise([], SLICES) == []


def test_a_ref_that_is_not_the_genomes_is_refused() -> None:
    wrong = "A" if genome("21", ANCHOR) != "A" else "C"
    with pytest.raises(ValueError, match="bcftools norm"):
        normalise([place(ANCHOR, f"{wrong}G", wrong)], SLICES)


def haplotype(allele: Placed) -> str:
    """Return the gene region with the allele in it."""
    sequence, start = SLICES[allele.gene].sequence, allele.pos - 1 - SLICES[allele.gene].region.start
    assert sequence[start : start + len(allele.ref)] == allele.ref
    return sequence[:start] + allele.alt + sequence[start + len(allele.ref) :]


def is_minimal(allele: Placed) -> bool:
    """Tell whether neither a shared last base nor (beyond an anchor) a shared first base is left."""
    if allele.ref[-1] == allele.alt[-1]:
        return False
    return min(len(allele.ref), len(allele.alt)) == 1 or allele.ref[0] != allele.alt[0]


def drawn(seed: int) -> Placed:
    """Return an allele as a caller might write it: padded, in repeats, of any kind."""
    source = random.Random(seed)
    gene = source.choice(list(Gene))
    sequence, region = SLICES[gene].sequence, SLICES[gene].region
    start = source.randrange(1000, len(sequence) - 1000)
    ref = sequence[start : start + source.randrange(1, 9)]
    inner = "".join(source.choices("ACGT", k=source.randrange(0, 4)))
    if source.random() < 0.5:
        inner = sequence[start : start + source.randrange(0, 12)]
    front, back = (
        sequence[start - source.randrange(1, 4) : start],
        sequence[start + len(ref) :][: source.randrange(0, 4)],
    )
    return Placed(gene, region.start + start - len(front) + 1, front + ref + back, front + inner + back)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_the_haplotype_stays_and_every_way_to_write_it_comes_out_the_same(seed: int) -> None:
    alleles = [allele for number in range(40) if (allele := drawn(seed + number)).ref != allele.alt]
    found = normalise(alleles, SLICES)
    assert [haplotype(one) for one in alleles] == [haplotype(one) for one in found]
    assert all(map(is_minimal, found))
    assert normalise(found, SLICES) == found
    by_haplotype: dict[tuple[Gene, str], set[Placed]] = {}
    for one in found:
        if len(one.ref) != len(one.alt) and 1 in (len(one.ref), len(one.alt)):
            by_haplotype.setdefault((one.gene, haplotype(one)), set()).add(one)
    assert all(len(ways) == 1 for ways in by_haplotype.values())


@settings(max_examples=20, deadline=None)
@given(st.integers(1100, 15000), st.integers(1, 6), st.integers(0, 8))
def test_a_deletion_in_a_repeat_comes_out_the_same_from_every_copy(at: int, size: int, shift: int) -> None:
    sequence, start = part("21").sequence, part("21").region.start
    ways = [
        place(start + move, sequence[move - 1 : move + size], sequence[move - 1])
        for move in range(at, at + shift + 1)
    ]
    target = haplotype(ways[0])
    same = [way for way in ways if haplotype(way) == target]
    assert len(set(normalise(same, SLICES))) == 1
