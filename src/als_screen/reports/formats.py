"""Numbers, dates and genomic positions as people of each language write them."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent, get_decimal_symbol

from als_screen.reports.catalogue import Language

_LOCALES = {Language.ENGLISH: "en_GB", Language.DUTCH: "nl_BE", Language.FRENCH: "fr_BE"}

#: Longest reference or alternate allele that is printed in full, in bases.
ALLELE_BASES = 40


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(_LOCALES[language])


def number(value: float, language: Language, digits: int = 2) -> str:
    """Return a number with the language's separators and at most `digits` decimals.

    Thousands are set apart from five digits on, as running text has it in all three languages.
    """
    pattern = f"#,##0.{'#' * digits}" if digits else "#,##0"
    grouped = abs(value) >= 10_000
    return format_decimal(value, format=pattern, locale=_locale(language), group_separator=grouped)


def small_number(value: float, language: Language) -> str:
    """Return a frequency with two significant digits, below 0.0001 as a power of ten."""
    if value == 0 or value >= 0.1:
        return number(value, language, 3)
    if value >= 0.0001:
        return number(float(f"{value:.2g}"), language, 5)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{number(float(mantissa), language, 1)} × 10{_superscript(int(exponent))}"


def exact(text: str, language: Language) -> str:
    """Return a decimal number such as "1.25e-05" with all its digits, as the language writes it."""
    mantissa, _, exponent = text.partition("e")
    shown = mantissa.replace(".", get_decimal_symbol(_locale(language)))
    return f"{shown} × 10{_superscript(int(exponent))}" if exponent else shown


def _superscript(exponent: int) -> str:
    """Return an exponent in superscript."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def percent(value: float, language: Language) -> str:
    """Return a fraction as a percentage with one decimal; only all is 100 % and only none is 0 %."""
    return _percentage(value, language) if value in {0, 1} else probability(value, language)


def probability(value: float, language: Language) -> str:
    """Return a probability as a percentage with one decimal; none is certain or impossible."""
    smallest, largest = 0.001, 0.999
    if value < smallest:
        return f"< {_percentage(smallest, language)}"
    if value > largest:
        return f"> {_percentage(largest, language)}"
    return _percentage(value, language)


def _percentage(value: float, language: Language) -> str:
    sign = format_percent(1, locale=_locale(language)).removeprefix("100")
    return number(value * 100, language, 1) + sign


def day(value: str | None, language: Language) -> str:
    """Return an ISO date, or the date of a moment, in words of the language; anything else as it was."""
    try:
        parsed = datetime.fromisoformat(value or "").date()
    except ValueError:
        return value or ""
    words = str(format_date(parsed, format="long", locale=_locale(language)))
    return f"1er{words[1:]}" if language is Language.FRENCH and parsed.day == 1 else words


def moment(value: str, language: Language) -> str:
    """Return an ISO moment as a date in words and hours and minutes."""
    parsed = datetime.fromisoformat(value)
    return f"{day(value, language)}, {format_time(parsed.time(), format='HH:mm', locale=_locale(language))}"


def interval(chrom: str, start: int, end: int) -> str:
    """Return a 0-based half-open interval 1-based, as people write it, with `chr`."""
    name = chrom if chrom.startswith("chr") else f"chr{chrom}"
    return f"{name}:{start + 1}-{end}" if end - start > 1 else f"{name}:{start + 1}"


def allele(bases: str) -> str:
    """Return an allele, long ones cut with their length in bases."""
    return bases if len(bases) <= ALLELE_BASES else f"{bases[:ALLELE_BASES]}…({len(bases)})"


def printable(text: str) -> str:
    """Return `text` with control characters (not line breaks) shown as the replacement character."""
    if text.isprintable():
        return text
    return "".join(
        c if c >= " " and not "\x7f" <= c <= "\x9f" else " " if c in "\t\n\r" else "�" for c in text
    )
