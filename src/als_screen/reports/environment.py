"""The template engine: escapes everything, refuses undefined names, speaks one language."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from als_screen.regions import Gene
from als_screen.reports import formats
from als_screen.reports.catalogue import PACKAGE, Language, gettext, ngettext
from als_screen.reports.labels import (
    CAUSES,
    CONSEQUENCES,
    REPEAT_LIMITS,
    REPEAT_QUALITY,
    SUBJECTS,
    field_label,
    label,
)
from als_screen.reports.reasons import changed, said
from als_screen.states import (
    Classification,
    ContaminationState,
    GeneState,
    IdentityState,
    RepeatState,
    Result,
    SexState,
)


@cache
def environment(language: Language) -> Environment:
    """Return the engine of a language; built once per process."""
    engine = Environment(
        loader=FileSystemLoader(PACKAGE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_finalize,
    )
    engine.install_gettext_callables(gettext(language), ngettext(language), newstyle=True)  # type: ignore[attr-defined]
    engine.globals.update(enums=_ENUMS, language=language)
    engine.filters.update(_filters(language))
    return engine


@cache
def static(name: str) -> str:
    """Return a file of `static/`."""
    return (PACKAGE / "static" / name).read_text(encoding="utf-8")


def csp_hash(text: str) -> str:
    """Return the Content-Security-Policy source that allows exactly this inline style or script."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


_ENUMS = {
    "Classification": Classification,
    "ContaminationState": ContaminationState,
    "Gene": Gene,
    "GeneState": GeneState,
    "IdentityState": IdentityState,
    "RepeatState": RepeatState,
    "Result": Result,
    "SexState": SexState,
}


def _finalize(value: object) -> object:
    """Show what cannot be printed; `Markup` is ours and passes."""
    return formats.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _known(words: dict[str, str], value: str) -> str:
    """Return the message for a value, or the value itself."""
    return words.get(value, value)


def _filters(language: Language) -> dict[str, Any]:
    translate = gettext(language)
    return {
        "word": lambda value: translate(label(value)),
        "field": lambda value, name: translate(field_label(name, value)),
        "consequence": lambda value: translate(_known(CONSEQUENCES, value)),
        "quality": lambda key: translate(_known(REPEAT_QUALITY, key)),
        "limit": lambda code: translate(_known(REPEAT_LIMITS, code)),
        "message": translate,
        "said": lambda text: said(text, language),
        "number": lambda value, digits=2: formats.number(value, language, digits),
        "small_number": lambda value: formats.small_number(value, language),
        "probability": lambda value: formats.probability(value, language),
        "percent": lambda value: formats.percent(value, language),
        "day": lambda value: formats.day(value, language),
        "moment": lambda value: formats.moment(value, language),
        "allele": formats.allele,
        "subject": lambda name: translate(_known(SUBJECTS, name)),
        "cause": lambda name: translate(_known(CAUSES, name)),
        "was": lambda value, subject: changed(subject, value, language),
    }
