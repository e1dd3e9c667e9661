from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from als_screen.reports.settings import ReportSettings


@pytest.mark.parametrize(
    ("given", "match"),
    [
        pytest.param({"report_date": "12 June 2026"}, "isoformat", id="a date that is not ISO"),
        pytest.param(
            {"laboratory": {"logo": "https://example.org/a.png"}}, "data:image", id="a logo elsewhere"
        ),
        pytest.param({"laboratory": {"logo": "data:text/html;base64,AAAA"}}, "data:image", id="no image"),
        pytest.param({"labratory": {}}, "Extra inputs", id="a misspelt key"),
        pytest.param({"language": "de"}, "language", id="a language without catalogue"),
        pytest.param({"splice_bases": -1}, "greater than", id="negative intron"),
    ],
)
def test_nonsense_is_refused(given: dict[str, Any], match: str) -> None:
    with pytest.raises(ValidationError, match=match):
        ReportSettings.model_validate(given)


def test_everything_is_optional() -> None:
    settings = ReportSettings()
    assert (settings.laboratory.name, settings.report_date, settings.signatories) == (None, None, ())


def test_an_inline_logo_is_taken() -> None:
    logo = "data:image/png;base64,iVBORw0KGgo="
    assert ReportSettings.model_validate({"laboratory": {"logo": logo}}).laboratory.logo == logo
