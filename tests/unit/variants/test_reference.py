import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.evidence import ReferenceBlock
from als_screen.regions import Region
from als_screen.variants.reference import reference_blocks

GENE, OTHER = Region("21", 100, 200), Region("1", 100, 200)


def block(
    start: int, end: int, depth: int | None = 20, quality: int | None = 50, chrom: str = "21"
) -> ReferenceBlock:
    return ReferenceBlock(chrom=chrom, start=start, end=end, depth=depth, genotype_quality=quality)


def bed(start: int, end: int) -> ReferenceBlock:
    return block(start, end, None, None)


def hole(start: int, end: int, chrom: str = "21") -> Region:
    return Region(chrom, start, end)


LEFT, RIGHT = block(110, 120), block(120, 130)


@pytest.mark.parametrize(
    ("blocks", "expected", "note"),
    [
        ([LEFT], [LEFT], "within the gene"),
        ([block(50, 120)], [block(100, 120)], "begins before it"),
        ([block(190, 300)], [block(190, 200)], "ends behind it"),
        ([block(20, 300)], [block(100, 200)], "spans it"),
        ([block(20, 100), block(200, 300)], [], "only touches it"),
        ([block(110, 120, chrom="9")], [], "another chromosome"),
        ([RIGHT, LEFT], [block(110, 130)], "adjacent and equal"),
        ([LEFT, block(120, 130, 21)], [LEFT, block(120, 130, 21)], "another depth"),
        ([LEFT, block(120, 130, 20, 51)], [LEFT, block(120, 130, 20, 51)], "another quality"),
        ([LEFT, block(121, 130)], [LEFT, block(121, 130)], "a base between them"),
        ([block(110, 125), block(120, 122)], [block(110, 125)], "one within the other"),
        ([bed(110, 120), bed(120, 130)], [bed(110, 130)], "adjacent without numbers"),
        ([block(110, 120, 0), block(120, 130, None)], [block(110, 120, 0), block(120, 130, None)], "zero"),
        ([LEFT, block(110, 120, chrom="1")], [block(110, 120, chrom="1"), LEFT], "sorted by chromosome"),
    ],
)
def test_clipped_and_merged(blocks: list[ReferenceBlock], expected: list[ReferenceBlock], note: str) -> None:
    assert list(reference_blocks(blocks, [], [GENE, OTHER])) == expected, note


@pytest.mark.parametrize(
    ("holes", "expected", "note"),
    [
        ([hole(115, 116)], [(110, 115), (116, 130)], "in the middle"),
        ([hole(105, 115)], [(115, 130)], "at the start"),
        ([hole(125, 140)], [(110, 125)], "at the end"),
        ([hole(110, 130)], [], "all of it"),
        ([hole(115, 116, "1")], [(110, 130)], "elsewhere"),
        ([hole(112, 113), hole(120, 121), hole(112, 114)], [(110, 112), (114, 120), (121, 130)], "several"),
    ],
)
def test_holes(holes: list[Region], expected: list[tuple[int, int]], note: str) -> None:
    found = reference_blocks([block(110, 130)], holes, [GENE])
    assert [(one.start, one.end) for one in found] == expected, note


INTERVALS = st.tuples(st.integers(80, 219), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.tuples(INTERVALS, st.integers(0, 2)), max_size=8), st.lists(INTERVALS, max_size=5))
def test_a_base_is_reference_where_a_block_and_no_hole_says_so(
    spans: list[tuple[tuple[int, int], int]], holes: list[tuple[int, int]]
) -> None:
    blocks = [block(start, end, depth) for (start, end), depth in spans]
    found = reference_blocks(blocks, [hole(*span) for span in holes], [GENE])
    covered = {base for one in blocks for base in range(one.start, one.end)} & set(range(100, 200))
    outside = covered - {base for start, end in holes for base in range(start, end)}
    assert {base for one in found for base in range(one.start, one.end)} == outside
    assert [(one.start, one.end) for one in found] == sorted((one.start, one.end) for one in found)
