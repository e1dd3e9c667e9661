"""Every message is in every catalogue, translated, with its placeholders, and none is left over."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from als_screen.reports.catalogue import (
    N_,
    PACKAGE,
    Language,
    catalogue_path,
    gettext,
    ngettext,
    translations,
)

_JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
_TRANSLATED = [Language.DUTCH, Language.FRENCH]


@cache
def used_messages() -> frozenset[str | tuple[str, ...]]:
    found = extract_from_dir(
        PACKAGE,
        method_map=[("**.py", "python"), ("templates/**.j2", "jinja2")],
        options_map={"templates/**.j2": _JINJA},
        keywords={"_": None, "N_": None, "ngettext": (1, 2)},
    )
    return frozenset(message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found)


def catalogue(language: Language) -> Catalog:
    with catalogue_path(language).open("rb") as handle:
        return read_po(handle, locale=language.value, abort_invalid=True)


def entries(language: Language) -> dict[str | tuple[str, ...], tuple[str, ...]]:
    """Return message -> its translated forms."""
    found: dict[str | tuple[str, ...], tuple[str, ...]] = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else tuple(message.id)
            forms = message.string or ""
            found[key] = (forms,) if isinstance(forms, str) else tuple(forms)
    return found


def test_the_extraction_sees_the_templates_and_the_code() -> None:
    assert {"Draft – not authorised", "Likely pathogenic"} <= used_messages()
    assert ("%(num)s star", "%(num)s stars") in used_messages()


@pytest.mark.parametrize("language", Language)
def test_no_message_is_missing_or_unused(language: Language) -> None:
    assert set(entries(language)) ^ used_messages() == set()


@pytest.mark.parametrize("language", _TRANSLATED)
def test_every_message_is_translated(language: Language) -> None:
    untranslated = [key for key, forms in entries(language).items() if not all(forms)]
    assert untranslated == []
    assert [message.id for message in catalogue(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", _TRANSLATED)
def test_plural_messages_have_two_forms(language: Language) -> None:
    wrong = [key for key, forms in entries(language).items() if isinstance(key, tuple) != (len(forms) == 2)]
    assert wrong == []


@pytest.mark.parametrize("language", _TRANSLATED)
def test_placeholders_are_kept(language: Language) -> None:
    for key, forms in entries(language).items():
        wanted = _placeholders(key if isinstance(key, str) else key[0])
        assert all(_placeholders(form) == wanted for form in forms), key


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|%%", text))


def test_gene_and_method_names_survive_translation() -> None:
    names = re.compile(r"C9orf72|SOD1|TARDBP|FUS|ACMG/AMP|ClinVar|Sanger|Southern|report\.json")
    for language in _TRANSLATED:
        for key, forms in entries(language).items():
            wanted = sorted(set(names.findall(key if isinstance(key, str) else key[0])))
            assert all(sorted(set(names.findall(form))) == wanted for form in forms), key


def test_french_keeps_a_space_before_double_signs() -> None:
    loose = re.compile(r"[^\u00a0\u202f ](?=[;?!:](\s|$))| [;?!:]")
    wrong = [form for forms in entries(Language.FRENCH).values() for form in forms if loose.search(form)]
    assert wrong == []


def test_an_untranslated_message_stays_english() -> None:
    assert gettext(Language.DUTCH)("no such message") == "no such message"
    assert gettext(Language.ENGLISH)(N_("Positive")) == "Positive"
    assert gettext(Language.DUTCH)("Positive") == "Positief"


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        pytest.param(Language.ENGLISH, 0, "%(num)s stars", id="English counts none as many"),
        pytest.param(Language.ENGLISH, 1, "%(num)s star", id="English one"),
        pytest.param(Language.DUTCH, 1, "%(num)s ster", id="Dutch one"),
        pytest.param(Language.DUTCH, 0, "%(num)s sterren", id="Dutch counts none as many"),
        pytest.param(Language.FRENCH, 0, "%(num)s étoile", id="French counts none as one"),
        pytest.param(Language.FRENCH, 2, "%(num)s étoiles", id="French two"),
    ],
)
def test_plural_forms(language: Language, number: int, expected: str) -> None:
    assert ngettext(language)("%(num)s star", "%(num)s stars", number) == expected


def test_a_plural_message_used_as_singular_gives_its_first_form() -> None:
    assert translations(Language.DUTCH)["%(num)s star"] == ("%(num)s ster", "%(num)s sterren")
    assert gettext(Language.DUTCH)("%(num)s star") == "%(num)s ster"
