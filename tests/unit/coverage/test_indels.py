"""Indels: which a CIGAR holds, and that however they are placed they are written in one way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.coverage.indels import Indel, RawIndel, allele_span, normalised, raw_indels, read_indels
from als_screen.regions import Region
from coverage_reads import aligned, parsed_cigar, small_slice

#                    100       110       120
REFERENCE = small_slice("ACGTAAAAAACGCGCGTTTGACCATG")


@pytest.mark.parametrize(
    ("cigar", "expected", "note"),
    [
        ("10M", [], "none"),
        ("4M2I4M", [RawIndel(104, 0, 4, 6)], "insertion"),
        ("4M2D4M", [RawIndel(104, 2, 4, 4)], "deletion"),
        ("2I4M2D", [], "at an end of the read there is no anchor"),
        ("3S4M1D4M", [RawIndel(104, 1, 7, 7)], "soft clip moves along the read"),
        ("5H4M1D4M", [RawIndel(104, 1, 4, 4)], "hard clip does not"),
        ("4M2I1D4M", [RawIndel(104, 1, 4, 6)], "adjoining I and D are one"),
        ("4M1D2I4M", [RawIndel(104, 1, 4, 6)], "in either order"),
        ("4M1I1P1I4M", [RawIndel(104, 0, 4, 6)], "padding between"),
        ("4M50N4M", [], "a skip is no deletion"),
        ("4M5N2I4M", [], "nothing is anchored in a skip"),
        ("2=1X1D3=", [RawIndel(103, 1, 3, 3)], "= and X are matches"),
        ("4M1D4M1I2M", [RawIndel(104, 1, 4, 4), RawIndel(109, 0, 8, 9)], "two"),
    ],
)
def test_raw_indels(cigar: str, expected: list[RawIndel], note: str) -> None:
    assert list(raw_indels(parsed_cigar(cigar), 100)) == expected, note


@pytest.mark.parametrize("start", range(104, 110))
def test_a_base_of_a_run_is_deleted_in_one_spelling(start: int) -> None:
    assert normalised(REFERENCE, start, 1, "") == Indel(104, "TA", "T", Region("21", 103, 111))


@pytest.mark.parametrize(
    ("start", "inserted"), [(110, "CG"), (111, "GC"), (112, "CG"), (114, "CG"), (115, "GC"), (116, "CG")]
)
def test_a_unit_is_inserted_in_one_spelling(start: int, inserted: str) -> None:
    assert normalised(REFERENCE, start, 0, inserted) == Indel(110, "A", "ACG", Region("21", 109, 117))


@st.composite
def placements(draw: st.DrawFn) -> tuple[str, tuple[int, int, str], tuple[int, int, str]]:
    """A reference, and start, deleted and inserted bases of one change, written in two ways."""
    sequence = "GT" + draw(st.text("AC", min_size=12, max_size=30)) + "GT"
    deleted = draw(st.integers(0, 3))
    inserted = "" if deleted else draw(st.text("AC", min_size=1, max_size=3))
    start = draw(st.integers(2, len(sequence) - deleted - 2))
    result = applied(sequence, start, deleted, inserted)
    others = [(at, deleted, result[at : at + len(inserted)]) for at in range(1, len(sequence) - deleted)]
    same = [other for other in others if applied(sequence, *other) == result]
    return sequence, (start, deleted, inserted), draw(st.sampled_from(same))


def applied(sequence: str, start: int, deleted: int, inserted: str) -> str:
    return sequence[:start] + inserted + sequence[start + deleted :]


@settings(max_examples=200, deadline=None)
@given(placements())
def test_every_placement_gives_the_same_allele(
    case: tuple[str, tuple[int, int, str], tuple[int, int, str]],
) -> None:
    sequence, one, other = case
    reference = small_slice(sequence)
    found = normalised(reference, 100 + one[0], *one[1:])
    assert found is not None
    assert found == normalised(reference, 100 + other[0], *other[1:])
    assert applied(sequence, found.pos - 101, len(found.ref), found.alt) == applied(sequence, *one)


def test_what_cannot_be_written() -> None:
    assert normalised(REFERENCE, 100, 1, "") is None, "no anchor in the bundled sequence"
    assert normalised(REFERENCE, 120, 50, "") is None, "reaches outside"
    assert normalised(REFERENCE, 104, 2, "AA") is None, "changes nothing"
    assert normalised(small_slice("AAAA"), 102, 1, "") is None, "its leftmost place has no base before it"


def test_delins_is_trimmed() -> None:
    found = normalised(REFERENCE, 118, 3, "TC")
    assert found is not None
    assert (found.pos, found.ref, found.alt) == (120, "GA", "C")


@pytest.mark.parametrize(
    ("bases", "qualities", "expected", "note"),
    [
        ("ACGTGGAAAA", 30, 1, "good"),
        ("ACGTGGAAAA", 19, 0, "poor all over"),
        ("ACGTGNAAAA", 30, 0, "ambiguous base inserted"),
        ("ACGTGGAAAA", None, 1, "no qualities: passes"),
        ("ACGTGGAAAA", [2, 2, 2, 30, 30, 30, 30, 2, 2, 2], 1, "only its own and its neighbours count"),
    ],
)
def test_quality_of_an_indel(bases: str, qualities: int | list[int] | None, expected: int, note: str) -> None:
    read = aligned("a", 100, "4M2I4M", bases, qualities)
    assert len(list(read_indels(read, REFERENCE, 20))) == expected, note


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "expected", "note"),
    [
        (104, "T", "G", Region("21", 103, 104), "SNV: its base"),
        (104, "TA", "GC", Region("21", 103, 105), "MNV: its bases"),
        (104, "TA", "T", Region("21", 103, 111), "deletion in a run: to behind the run"),
        (110, "A", "ACG", Region("21", 109, 117), "insertion in a repeat"),
        (120, "GA", "C", Region("21", 118, 122), "delins: with a base on both sides"),
    ],
)
def test_allele_span(pos: int, ref: str, alt: str, expected: Region, note: str) -> None:
    assert allele_span(REFERENCE, pos, ref, alt) == expected, note
