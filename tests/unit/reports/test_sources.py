from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from als_screen.reports import sources
from als_screen.reports.catalogue import PACKAGE


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "reports")
    monkeypatch.setattr(sources, "PACKAGE", tmp_path / "reports")
    return tmp_path / "reports"


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("locales/nl/LC_MESSAGES/als_screen.po", True),
        ("templates/_answer.html.j2", True),
        ("static/patient.css", True),
        ("advice.py", True),
        ("templates/cohort.html.j2", False),
        ("locales/README.md", False),
    ],
)
def test_what_a_report_depends_on(copy: Path, name: str, covered: bool) -> None:
    before = sources.printed_by.__wrapped__()
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert (sources.printed_by.__wrapped__() != before) is covered
