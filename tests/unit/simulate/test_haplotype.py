from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.haplotype import (
    REPEAT_LOCUS,
    REPEAT_UNIT,
    Block,
    Carried,
    Person,
    SmallVariant,
    build_haplotype,
    haplotypes,
)

SOD1 = bundled().slices(Build.GRCH38)[Gene.SOD1]
START = SOD1.region.start + 1000


def text(start: int, end: int) -> str:
    return SOD1.fetch(start, end)


def variant(offset: int, ref_length: int, added: str) -> SmallVariant | None:
    """A change `offset` bases into the test stretch: all bases but the first become `added`."""
    ref = text(START + offset, START + offset + ref_length)
    return None if ref == ref[0] + added else SmallVariant("21", START + offset + 1, ref, ref[0] + added)


def indel(offset: int, ref_length: int, added: str) -> SmallVariant:
    change = variant(offset, ref_length, added)
    assert change is not None
    return change


@pytest.mark.parametrize("build", Build)
@pytest.mark.parametrize("units", [0, 2, 3, 8, 700])
def test_the_repeat_has_the_size_asked_for_between_untouched_flanks(build: Build, units: int) -> None:
    part, locus = bundled().slices(build)[Gene.C9ORF72], REPEAT_LOCUS[build]
    sequence = build_haplotype(part, [], (locus, units)).sequence.tobytes().decode()
    left, right = part.fetch(part.region.start, locus.start), part.fetch(locus.end, part.region.end)
    assert sequence == left + REPEAT_UNIT * units + right


@pytest.mark.parametrize("build", Build)
def test_the_reference_has_three_units_at_the_locus(build: Build) -> None:
    locus = REPEAT_LOCUS[build]
    part = bundled().slices(build)[Gene.C9ORF72]
    assert part.fetch(locus.start, locus.end) == REPEAT_UNIT * 3
    assert len(build_haplotype(part, [], (locus, 3)).blocks) == 1


def test_a_substitution_stays_within_its_block() -> None:
    base = text(START, START + 1)
    snv = SmallVariant("21", START + 1, base, "A" if base != "A" else "C")
    haplotype = build_haplotype(SOD1, [snv])
    assert haplotype.blocks == (Block(0, SOD1.region.start, len(SOD1.region)),)
    assert chr(haplotype.sequence[1000]) == snv.alt


@pytest.mark.parametrize(
    ("change", "blocks", "note"),
    [
        (indel(0, 1, "GGG"), [(0, 0), (1004, 1001)], "insertion of three bases behind the first"),
        (indel(0, 4, ""), [(0, 0), (1001, 1004)], "deletion of three bases behind the first"),
    ],
    ids=["insertion", "deletion"],
)
def test_an_indel_parts_the_reference_into_blocks(
    change: SmallVariant, blocks: list[tuple[int, int]], note: str
) -> None:
    haplotype = build_haplotype(SOD1, [change])
    found = [(block.start, block.ref_start - SOD1.region.start) for block in haplotype.blocks]
    assert found == blocks, note


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 5), st.sampled_from(["", "A", "GT", "CCCC"])), max_size=6
    )
)
def test_every_block_is_the_reference_and_lift_finds_it(drawn: list[tuple[int, int, str]]) -> None:
    places = sorted({place for place, _, _ in drawn})
    forms = [(length, alt) for _, length, alt in drawn]
    changes = [
        change
        for place, (length, alt) in zip(places, forms, strict=False)
        if (change := variant(place * 20, length, alt)) is not None
    ]
    haplotype = build_haplotype(SOD1, changes)
    for block in haplotype.blocks:
        own = haplotype.sequence[block.start : block.start + block.length].tobytes().decode()
        reference = SOD1.fetch(block.ref_start, block.ref_start + block.length)
        # The replaced bases of a change of equal length are the only ones that may differ.
        assert sum(one != other for one, other in zip(own, reference, strict=True)) <= 4 * len(changes)
        assert haplotype.lift(block.ref_start) == block.start
        assert haplotype.lift(block.ref_start + block.length - 1) == block.start + block.length - 1


def test_a_deleted_base_lifts_to_the_next_one_left() -> None:
    haplotype = build_haplotype(SOD1, [indel(0, 4, "")])
    assert haplotype.lift(START + 2) == 1001


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([SmallVariant("21", START + 1, "N", "A")], "the reference has"),
        ([indel(0, 4, ""), indel(2, 3, "")], "overlapping"),
    ],
    ids=["wrong reference base", "two on the same bases"],
)
def test_what_does_not_fit_is_refused(changes: list[SmallVariant], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_haplotype(SOD1, changes)


def test_no_change_is_no_variant() -> None:
    with pytest.raises(ValueError, match="not a variant"):
        SmallVariant("21", 1, "A", "A")


def test_each_haplotype_gets_its_own_copies() -> None:
    change = indel(0, 4, "")
    person = Person(Build.GRCH38, (Carried(change, (0, 1)),))
    first, second = haplotypes(person, Gene.SOD1)
    assert len(first.sequence) - len(second.sequence) == 3
