import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.variants import fields


@pytest.mark.parametrize(
    ("value", "expected", "note"),
    [
        (12, 12, "a count"),
        (0, 0, "nothing was seen: a count"),
        ((12,), 12, "declared with Number=."),
        ("12", 12, "declared as text, or not declared"),
        (None, None, "missing"),
        ((None,), None, "missing, as a list"),
        (-1, None, "below zero"),
        (12.0, None, "a fraction is no count"),
        ("12.5", None, "nor is this"),
        ("abc", None, "text"),
        ("²", None, "a digit that is no number"),
        (True, None, "a flag"),
        ((1, 2), None, "two numbers"),
    ],
)
def test_integer(value: object, expected: int | None, note: str) -> None:
    assert fields.integer(value) == expected, note


@pytest.mark.parametrize(
    ("given", "alleles", "expected", "note"),
    [
        ({"AD": (10, 12)}, 2, (10, 12), "one count an allele"),
        ({"AD": "10,12"}, 2, (10, 12), "declared as text"),
        ({"AD": ("10,12",)}, 2, (10, 12), "declared as a list of text"),
        ({"AD": (10, None)}, 2, (10, None), "one of them is missing"),
        ({"AD": (12,)}, 2, (), "the alternate only: which allele it is about is a guess"),
        ({"AD": (1, 2, 3)}, 2, (), "more counts than alleles"),
        ({"AD": (None,)}, 2, (), "a dot"),
        ({"RO": 10, "AO": (12,)}, 2, (10, 12), "freebayes"),
        ({"RO": 10, "AO": (5, 7)}, 3, (10, 5, 7), "freebayes, two alternates"),
        ({"AO": 12}, 2, (None, 12), "freebayes without RO"),
        ({"RO": 10}, 1, (), "RO alone is not enough to say more"),
        ({"AD": (None,), "RO": 3, "AO": 4}, 2, (3, 4), "AD is there and empty"),
        ({}, 2, (), "nothing"),
        ({"AD": (9.5, 1.5)}, 2, (), "no counts"),
    ],
)
def test_allele_depths(
    given: dict[str, object], alleles: int, expected: tuple[int | None, ...], note: str
) -> None:
    assert fields.allele_depths(given, alleles) == expected, note


@pytest.mark.parametrize(
    ("given", "info", "depths", "expected", "note"),
    [
        ({"DP": 30}, {"DP": 99}, (10, 12), 30, "DP of the sample comes first"),
        ({}, {"DP": 99}, (10, 12), 22, "then the allele depths"),
        ({}, {"DP": 99}, (None, 12), 99, "which say nothing if one is missing"),
        ({}, {"DP": 99}, (), 99, "then INFO, which the reader gives for one sample only"),
        ({}, {}, (), None, "the file does not say"),
        ({"DP": 0}, {"DP": 99}, (), 0, "zero is an answer"),
    ],
)
def test_depth(
    given: dict[str, object],
    info: dict[str, object],
    depths: tuple[int | None, ...],
    expected: int | None,
    note: str,
) -> None:
    assert fields.depth(given, info, depths) == expected, note


@pytest.mark.parametrize(
    ("svlen", "alts", "expected", "note"),
    [
        (1800, 1, (1800,), "one"),
        ((18, 1800), 2, (18, 1800), "one an allele"),
        ("1800", 1, (1800,), "not declared"),
        ((-900, 1800), 2, (None, 1800), "what is lost adds nothing"),
        (1800, 2, (), "of which allele it is cannot be told"),
        (None, 1, (), "missing"),
        (True, 1, (), "a flag"),
    ],
)
def test_lengths(svlen: object, alts: int, expected: tuple[int | None, ...], note: str) -> None:
    assert fields.lengths(svlen, alts) == expected, note


def test_the_least_depth_of_a_block_is_in_format_or_info() -> None:
    assert fields.least_depth({"MIN_DP": 8}, {"MIN_DP": 9}) == 8
    assert fields.least_depth({}, {"MIN_DP": 9}) == 9
    assert fields.least_depth({"DP": 30}, {}) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"GQ": 40, "GQX": 20}, 40),
        ({"GQX": 20}, 20),
        ({"RGQ": 30}, 30),
        ({"GQ": None, "RGQ": 30}, 30),
        ({"GQ": 40.5}, None),
        ({}, None),
    ],
)
def test_genotype_quality(given: dict[str, object], expected: int | None) -> None:
    assert fields.genotype_quality(given) == expected


@pytest.mark.parametrize(
    ("given", "phased", "expected", "note"),
    [
        ({"PS": 31663810}, True, "31663810", "phased in a set"),
        ({"PS": "set-a"}, True, "set-a", "PS as text"),
        ({}, True, "", "phased over the whole chromosome"),
        ({"PS": None}, True, "", "PS is a dot"),
        ({"PS": "."}, True, "", "PS is a dot, as text"),
        ({"PS": 31663810}, False, None, "PS without | is not phased"),
    ],
)
def test_phase_set(given: dict[str, object], phased: bool, expected: str | None, note: str) -> None:
    assert fields.phase_set(given, phased=phased) == expected, note


@given(st.text("0123456789²٣-.,", max_size=40) | st.integers(0, 9999).map(lambda size: "9" * size))
def test_any_text_is_a_count_or_none(text: str) -> None:
    for count in (fields.integer(text), fields.integer((text,)), *fields.integers(text)):
        assert count is None or 0 <= count < 10**fields.MOST_DIGITS
