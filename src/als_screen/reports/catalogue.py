"""The words of the reports in each language, read from the `.po` files themselves.

A clinic edits `locales/<language>/LC_MESSAGES/als_screen.po` with any text editor or Poedit; nothing needs
compiling. In the English catalogue an empty translation stands for the message itself.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent
DOMAIN = "als_screen"


class Language(StrEnum):
    """A language in which patients' reports are written."""

    ENGLISH = "en"
    DUTCH = "nl"
    FRENCH = "fr"


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `message` for the catalogues without translating it here."""
    return message


def catalogue_path(language: Language) -> Path:
    """Return the `.po` file of a language."""
    return PACKAGE / "locales" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translations(language: Language) -> dict[str, str | tuple[str, ...]]:
    """Return message -> translation (singular and plural forms as a tuple), read once per process."""
    with catalogue_path(language).open("rb") as handle:
        catalogue = read_po(handle, locale=language.value, abort_invalid=True)
    return {
        key: forms
        for message in catalogue
        if (key := _singular(message.id)) and (forms := _forms(message.string))
    }


def _singular(message: str | list[str] | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _forms(translation: str | list[str] | tuple[str, ...] | None) -> str | tuple[str, ...]:
    """Return the translation, "" where any form of it is missing."""
    if isinstance(translation, list | tuple):
        return tuple(translation) if all(translation) else ""
    return translation or ""


def gettext(language: Language) -> Callable[[str], str]:
    """Return the function that translates one message; an untranslated one stays English."""
    known = translations(language)

    def translate(message: str) -> str:
        found = known.get(message, message)
        return found if isinstance(found, str) else found[0]

    return translate


def ngettext(language: Language) -> Callable[[str, str, int], str]:
    """Return the function that chooses between singular and plural; French counts 0 as singular."""
    known = translations(language)

    def translate(singular: str, plural: str, number: int) -> str:
        one = number in {0, 1} if language is Language.FRENCH else number == 1
        found = known.get(singular)
        forms = found if isinstance(found, tuple) else (singular, plural)
        return forms[0] if one else forms[1]

    return translate
