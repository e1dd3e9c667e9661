import pytest

from als_screen.interpretation.naming.alleles import (
    Change,
    NotAnAlleleError,
    equivalents,
    joined,
    left_aligned,
    reverse_complement,
    single_bases,
    trimmed,
)
from als_screen.regions import Gene, Region
from als_screen.resources import ReferenceSlice

# position (1-based)                         101 …
REFERENCE = ReferenceSlice(Gene.SOD1, Region("21", 100, 119), "GCACACATTTTGACCCATG")


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "expected", "note"),
    [
        (108, "T", "A", (108, "T", "A"), "a single base stays"),
        (106, "CATT", "CATA", (109, "T", "A"), "untrimmed single base"),
        (111, "TG", "G", (107, "AT", "A"), "deletion in a run, written at its right end"),
        (107, "ATT", "AT", (107, "AT", "A"), "the same deletion with a base too many"),
        (111, "T", "TT", (107, "A", "AT"), "insertion in a run"),
        (106, "C", "CAC", (101, "G", "GCA"), "insertion of a two-base unit"),
        (107, "ATTTTG", "AGACG", (108, "TTTT", "GAC"), "replacement is trimmed, not moved"),
        (108, "t", "a", (108, "T", "A"), "lower case"),
        (101, "G", "T", (101, "G", "T"), "first base of the region"),
        (119, "G", "C", (119, "G", "C"), "last base of the region"),
    ],
)
def test_left_aligned(pos: int, ref: str, alt: str, expected: tuple[int, str, str], note: str) -> None:
    assert left_aligned(REFERENCE, pos, ref, alt) == expected, note


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "said"),
    [
        (108, "T", "N", "bases A, C, G and T"),
        (108, "T", "", "bases A, C, G and T"),
        (118, "TGA", "T", "outside the SOD1 region"),
        (100, "A", "T", "outside the SOD1 region"),
        (108, "G", "A", "differ from the reference"),
        (108, "T", "T", "are the same"),
        (101, "G", "TG", "edge of the SOD1 region"),
        (119, "G", "GG", "edge of the SOD1 region"),
    ],
)
def test_no_allele(pos: int, ref: str, alt: str, said: str) -> None:
    with pytest.raises(NotAnAlleleError, match=said):
        left_aligned(REFERENCE, pos, ref, alt)


def test_equivalents_are_both_ends_of_a_run() -> None:
    assert equivalents(REFERENCE, Change(108, "T", "")) == (Change(107, "T", ""), Change(110, "T", ""))
    assert equivalents(REFERENCE, Change(105, "", "CA")) == (Change(101, "", "CA"), Change(107, "", "CA"))
    assert equivalents(REFERENCE, Change(108, "T", "A")) == (Change(108, "T", "A"),)


def test_trimmed_takes_the_end_first() -> None:
    assert trimmed(10, "AAA", "AA") == Change(10, "A", "")


def test_single_bases_leave_out_what_stays() -> None:
    assert single_bases(Change(107, "TTT", "ATG")) == [Change(107, "T", "A"), Change(109, "T", "G")]
    assert single_bases(Change(107, "TT", "A")) == [Change(107, "TT", "A")]


def test_joined_fills_with_the_reference() -> None:
    parts = [Change(110, "T", "G"), Change(107, "T", "A")]
    assert joined(REFERENCE, parts) == Change(107, "TTTT", "ATTG")


def test_joined_refuses_overlap() -> None:
    with pytest.raises(NotAnAlleleError):
        joined(REFERENCE, [Change(107, "TT", "A"), Change(108, "T", "G")])


def test_reverse_complement() -> None:
    assert reverse_complement("AACG") == "CGTT"
