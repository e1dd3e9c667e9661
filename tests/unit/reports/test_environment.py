from __future__ import annotations

import base64
import hashlib

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from als_screen.reports.catalogue import Language
from als_screen.reports.environment import csp_hash, environment, static


def test_an_undefined_name_stops_the_page() -> None:
    with pytest.raises(UndefinedError):
        environment(Language.ENGLISH).from_string("{{ nobody.name }}").render()


def test_everything_is_escaped_and_made_printable() -> None:
    template = environment(Language.ENGLISH).from_string("{{ a }}{{ b }}{{ c }}")
    assert template.render(a="<b>\x07", b=Markup("<br>"), c=3) == "&lt;b&gt;�<br>3"


def test_values_inside_messages_are_escaped() -> None:
    template = environment(Language.DUTCH).from_string('{{ _("%(ac)s of %(an)s alleles", ac=a, an=2) }}')
    assert template.render(a="<i>") == "&lt;i&gt; van 2 allelen"


def test_the_policy_hash_is_that_of_the_inline_text() -> None:
    style = static("patient.css")
    wanted = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert csp_hash(style) == f"'sha256-{wanted}'"


@pytest.mark.parametrize("name", ["patient.css", "cohort.css"])
def test_a_style_loads_nothing_and_cannot_leave_its_element(name: str) -> None:
    style = static(name)
    assert "url(" not in style
    assert "@import" not in style
    assert "<" not in style


def test_the_script_cannot_leave_its_element() -> None:
    assert "</" not in static("cohort.js")
    assert "innerHTML" not in static("cohort.js")
