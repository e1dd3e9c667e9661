"""The cohort's page compared as text in each language: a change of any word shows up as a difference here.

`python -m unit.reports.cohort.test_golden` in `tests/` writes them again: read the difference first.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from als_screen.models import RepeatResult, SexCheck
from als_screen.reports.catalogue import Language
from als_screen.reports.cohort.collect import Cohort
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.page import render_cohort
from als_screen.reports.cohort.relatedness import Hint, Relatedness
from als_screen.states import SexState
from unit.reports import samples
from unit.reports.cohort.people import renamed
from unit.reports.samples import SAMPLES, SETTINGS
from unit.reports.test_golden import lines

GOLDEN = Path(__file__).with_name("golden")


def everything() -> Cohort:
    """Return a cohort in which every section of the page has something to say."""
    differs = SexCheck(state=SexState.DIFFERS, shown="male", x_ratio=0.5, y_ratio=0.23)
    cousin = renamed(samples.SOD1_POSITIVE, "P010", family="F2").model_copy(update={"sex_check": differs})
    shallow = samples.NOT_EXPANDED.model_copy(update={"quality": {"flank_depth": 9.0, "locus_depth": 9.0}})
    deep = [
        renamed(samples.report(repeat=_depth(30.0 + n % 3)), f"P1{n:02d}", batch="RUN8") for n in range(1, 9)
    ]
    odd = renamed(samples.report(repeat=shallow), "P109", batch="RUN8")
    mixed = renamed(samples.EXPANSION, "P110").model_copy(update={"contamination": samples.MIXED})
    reports = [*SAMPLES.values(), cousin, mixed, *deep, odd]
    hint = Hint("P101", "P102", sites=40, concordance=1.0, score=9.5, same_family=False)
    findings = tuple(map(of_report, reports))
    links = {one.patient.patient: f"../reports/b/{one.patient.patient}/report.html" for one in findings}
    return Cohort(findings, links, Relatedness((hint,), limit=5.25, files=20, telling=18))


def _depth(depth: float) -> RepeatResult:
    return samples.NOT_EXPANDED.model_copy(update={"quality": {"flank_depth": depth, "locus_depth": depth}})


def page_text(language: Language) -> str:
    """Return the page as lines of text; styles, scripts and versions of the libraries left out."""
    html = render_cohort(everything(), SETTINGS.model_copy(update={"language": language}))
    html = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"(itables|plotly) [\d.]+", r"\1", lines(html))


@pytest.mark.parametrize("language", Language)
def test_the_page_is_what_was_read_and_approved(language: Language) -> None:
    assert page_text(language) == (GOLDEN / f"cohort.{language}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for one in Language:
        (GOLDEN / f"cohort.{one}.txt").write_text(page_text(one), encoding="utf-8")
