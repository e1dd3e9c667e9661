"""What stands in the margins of every printed page: the person, the status, the page's number.

The texts are literals in a style of the page's own, because browsers print margin boxes too but know no
running strings. Only the mark "continued" or "end" needs one, and is for the PDF.
"""

from __future__ import annotations

from als_screen.reports import formats
from als_screen.reports.catalogue import N_, Language, gettext
from als_screen.reports.labels import label
from als_screen.reports.standing import Stage

#: Characters of an identifier; a longer one is cut.
LONGEST = 40


def page_margins(heading: tuple[tuple[str, str], ...], stage: Stage, language: Language) -> str:
    """Return the CSS of the margins.

    Args:
        heading: identifiers of the person as (sheet column, value).
        stage: of the report.
        language: of the page.
    """
    translate = gettext(language)
    who = " · ".join(_identifier(column, value, language) for column, value in heading)
    page, of = (_string(f"{translate(word)} ") for word in (N_("page"), N_("of")))
    number = f'{page} counter(page) " " {of} counter(pages)'
    return (
        f"@page {{ @top-left {{ content: {_string(who)} }} "
        f"@top-right {{ content: {_string(translate(label(stage)))} }} "
        f"@bottom-right {{ content: {number} }} }}"
    )


def _identifier(column: str, value: str, language: Language) -> str:
    """Return an identifier, isolated so that its direction changes nothing around it."""
    shown = formats.day(value, language) if column == "birth_date" else value
    cut = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    return f"\u2068{formats.printable(cut)}\u2069"


def _string(text: str) -> str:
    """Return a CSS string in which only letters, digits and spaces stand as they are: no text ends it."""
    return '"' + "".join(one if one.isalnum() or one == " " else f"\\{ord(one):x} " for one in text) + '"'
