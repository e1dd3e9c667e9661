"""The margins of printed pages: literals of CSS that nothing in them can end."""

from __future__ import annotations

import re

import pytest

from als_screen.reports.catalogue import Language
from als_screen.reports.margins import LONGEST, page_margins
from als_screen.reports.standing import Stage
from unit.reports.pages import HOSTILE


def shown(css: str) -> list[str]:
    """Return the strings of a style as a browser reads them."""
    return [
        re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), text)
        for text in re.findall(r'"([^"]*)"', css)
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ENGLISH, ["9 March 1971", "Draft – not authorised", "page ", " ", "of "]),
        (
            Language.DUTCH,
            ["9 maart 1971", "Concept – niet geautoriseerd", "pagina ", " ", "van "],
        ),
        (Language.FRENCH, ["9 mars 1971", "Provisoire – non validé", "page ", " ", "sur "]),
    ],
)
def test_who_status_and_number_are_in_the_language(language: Language, words: list[str]) -> None:
    who, *rest = shown(page_margins((("birth_date", "1971-03-09"),), Stage.DRAFT, language))
    assert [who.strip("\u2068\u2069"), *rest] == words


@pytest.mark.parametrize(
    "text",
    [HOSTILE, '"} body { display: none } @page { content: "', "</style><x>", "\\", "a\nb", ""],
)
def test_no_identifier_ends_its_string(text: str) -> None:
    css = page_margins((("patient", "P1"), ("name", text)), Stage.FINAL, Language.ENGLISH)
    assert "<" not in css
    assert re.sub(r'"[^"\n]*"', "s", css) == (
        "@page { @top-left { content: s } @top-right { content: s } "
        "@bottom-right { content: s counter(page) s s counter(pages) } }"
    )


def test_a_long_identifier_is_cut() -> None:
    css = page_margins((("name", "N" * 4000),), Stage.DRAFT, Language.ENGLISH)
    assert shown(css)[0] == "\u2068" + "N" * (LONGEST - 1) + "…\u2069"
