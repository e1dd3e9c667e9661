from __future__ import annotations

import pytest

from als_screen.reports import formats
from als_screen.reports.catalogue import Language

EN, NL, FR = Language.ENGLISH, Language.DUTCH, Language.FRENCH


@pytest.mark.parametrize(
    ("value", "language", "digits", "expected"),
    [
        pytest.param(61234.5, EN, 2, "61,234.5", id="English"),
        pytest.param(61234.5, NL, 2, "61.234,5", id="Dutch"),
        pytest.param(61234.5, FR, 2, "61\u202f234,5", id="French groups with a narrow space"),
        pytest.param(29.131, EN, 2, "29.13", id="rounded"),
        pytest.param(31.0, EN, 2, "31", id="no empty decimals"),
        pytest.param(10_000, EN, 0, "10,000", id="whole number"),
        pytest.param(1113, EN, 0, "1113", id="four digits, as in the sentences of the conclusion"),
        pytest.param(-1234.5, NL, 2, "-1234,5", id="four digits before the comma"),
    ],
)
def test_number(value: float, language: Language, digits: int, expected: str) -> None:
    assert formats.number(value, language, digits) == expected


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        pytest.param(0.0, EN, "0", id="none"),
        pytest.param(0.25, FR, "0,25", id="large"),
        pytest.param(0.00123, EN, "0.0012", id="two significant digits"),
        pytest.param(0.0000124, EN, "1.2 × 10⁻⁵", id="power of ten"),
        pytest.param(0.0000124, NL, "1,2 × 10⁻⁵", id="power of ten, Dutch"),
    ],
)
def test_small_number(value: float, language: Language, expected: str) -> None:
    assert formats.small_number(value, language) == expected


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        pytest.param(1.0, EN, "100%", id="all"),
        pytest.param(0.99999, EN, "> 99.9%", id="nearly all is never 100 %"),
        pytest.param(0.00001, EN, "< 0.1%", id="nearly none is never 0 %"),
        pytest.param(0.0, EN, "0%", id="none"),
        pytest.param(0.9127, NL, "91,3%", id="Dutch"),
        pytest.param(0.9127, FR, "91,3\u00a0%", id="French has a space before the sign"),
    ],
)
def test_percent(value: float, language: Language, expected: str) -> None:
    assert formats.percent(value, language) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0.0, "< 0.1%", id="rounded to nothing is not impossible"),
        pytest.param(1.0, "> 99.9%", id="rounded to all is not certain"),
        pytest.param(0.5, "50%", id="between"),
    ],
)
def test_probability(value: float, expected: str) -> None:
    assert formats.probability(value, EN) == expected


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        pytest.param("2026-06-12", EN, "12 June 2026", id="English"),
        pytest.param("2026-06-12", NL, "12 juni 2026", id="Dutch"),
        pytest.param("2026-06-12", FR, "12 juin 2026", id="French"),
        pytest.param("12/06/26", FR, "12/06/26", id="not ISO: as it was written, nothing guessed"),
        pytest.param(None, EN, "", id="none"),
    ],
)
def test_day(value: str | None, language: Language, expected: str) -> None:
    assert formats.day(value, language) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(("chr21", 31659700, 31659720), "chr21:31659701-31659720", id="0-based to 1-based"),
        pytest.param(("21", 99, 100), "chr21:100", id="one base, chr added"),
    ],
)
def test_interval(place: tuple[str, int, int], expected: str) -> None:
    assert formats.interval(*place) == expected


def test_a_long_allele_is_cut_with_its_length() -> None:
    assert formats.allele("ACGT") == "ACGT"
    assert formats.allele("A" * 5000) == "A" * 40 + "…(5000)"


def test_control_characters_are_shown_and_words_are_kept() -> None:
    assert formats.printable("a\x00b\x1b[31m\x85") == "a�b�[31m�"
    assert formats.printable("line\nbreak\tname שלום 🧬") == "line break name שלום 🧬"
