"""Sentences of the steps in the language of a page, and English that says so."""

from __future__ import annotations

import pytest

from als_screen.reports.catalogue import Language
from als_screen.reports.reasons import REASONS, changed, said

NL, FR, EN = Language.DUTCH, Language.FRENCH, Language.ENGLISH


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        pytest.param(
            "no reads were given", NL, (("er werden geen reads aangeleverd", False),), id="a fixed sentence"
        ),
        pytest.param(
            "both alleles have at most 23 repeats",
            FR,
            (("les deux allèles ont au plus 23 répétitions", False),),
            id="a sentence with a number",
        ),
        pytest.param(
            "P1.bam: the file is truncated; copy or make it again",
            NL,
            (("P1.bam: het bestand is afgebroken", False), ("kopieer of maak het opnieuw", False)),
            id="two parts",
        ),
        pytest.param(
            "the reads cannot be used; something new",
            NL,
            (("de reads zijn niet bruikbaar", False), ("something new", True)),
            id="an unknown part stays English beside a known one",
        ),
        pytest.param("something new; and more", NL, (("something new; and more", True),), id="unknown"),
        pytest.param(
            "an expansion cannot be excluded: too few fragments show the alleles",
            NL,
            (("een expansie kan niet worden uitgesloten: te weinig fragmenten tonen de allelen", False),),
            id="a reason inside a reason",
        ),
        pytest.param(
            "the reads could not be used: a new reason",
            NL,
            (("the reads could not be used: a new reason", True),),
            id="an unknown reason inside a known one keeps both English",
        ),
        pytest.param("NM_000454.5:c.272A>C", NL, (("NM_000454.5:c.272A>C", False),), id="a name"),
        pytest.param("benign", EN, (("benign", False),), id="English on an English page"),
        pytest.param("", NL, (("", True),), id="nothing"),
    ],
)
def test_said(text: str, language: Language, expected: tuple[tuple[str, bool], ...]) -> None:
    assert said(text, language) == expected


@pytest.mark.parametrize("language", [NL, FR])
def test_every_reason_is_found_by_its_own_text(language: Language) -> None:
    for message in REASONS:
        text = message.replace("%(reason)s", "benign").replace("%(", "<").replace(")s", ">")
        assert all(not english for _, english in said(text, language)), message


def test_hostile_text_is_text() -> None:
    assert said("%(number)s %s <b>", NL) == (("%(number)s %s <b>", True),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("filtering frequency 2.2e-07 (gnomAD v4.1, of 2/161), below 1.25e-05",
                     "2,2 × 10⁻⁷ (gnomAD v4.1, of 2/161), lager dan 1,25 × 10⁻⁵", id="every digit"),
        pytest.param("probability of an expansion 0.0125", "0,0125", id="a decimal"),
        pytest.param("86 bases of the reportable range are not callable", "86 basen", id="a whole number"),
        pytest.param("known pathogenic at the same residue: p.D91V, 1.2.3", "p.D91V, 1.2.3", id="names"),
    ],
)  # fmt: skip
def test_decimal_numbers_follow_the_language(text: str, shown: str) -> None:
    assert shown in said(text, Language.DUTCH)[0][0]


@pytest.mark.parametrize(
    ("subject", "value", "language", "expected"),
    [
        ("birth_date", "1964-03-01", "fr", "1er mars 1964"),
        ("specimen", "20260101", "fr", "20260101"),
        ("conclusion", "not_found", "nl", "Niets gevonden"),
        ("C9orf72", "RP-PCR: not confirmed (2026-11-20, Lab)", "fr",
         "RP-PCR\xa0: non confirmé (20 novembre 2026, Lab)"),
        ("C9orf72", "Southern: blot: sized, 146– (2026-11-20, A (B))", "nl",
         "Southern: blot: lengte bepaald, 146– (20 november 2026, A (B))"),
        ("C9orf72", "RP-PCR: confirmed (2026-11-20, Lab)", "en", "RP-PCR: confirmed (20 November 2026, Lab)"),
    ],
)  # fmt: skip
def test_what_changed_is_said_in_the_language(subject: str, value: str, language: str, expected: str) -> None:
    assert changed(subject, value, Language(language)) == expected
