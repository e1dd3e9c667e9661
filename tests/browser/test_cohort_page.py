"""The cohort's page in real Chromium: quiet, offline, accessible, and its table and plots in use."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from als_screen.reports.catalogue import Language
from als_screen.reports.cohort.page import render_cohort
from browser.chromium import EXECUTABLE, Chromium, chromium
from unit.reports import samples
from unit.reports.cohort.people import cohort, renamed
from unit.reports.pages import HOSTILE
from unit.reports.samples import SAMPLES, SETTINGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(EXECUTABLE is None, reason="Chromium is not installed: apt-get install chromium"),
]
ROWS = "[...document.querySelectorAll('#table tbody tr')].map((row) => row.cells[0].textContent)"
SHOWN = "document.querySelector('.dt-info').textContent"
READY = "document.documentElement.classList.contains('scripted')"
#: Violations of WCAG A and AA that axe-core finds. Plots are pictures with a name and a table beside.
AXE = """
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
  .then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 120))]))
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reports = [renamed(list(SAMPLES.values())[n % 9], f"Q{n:04d}") for n in range(270)]
    links = {f"Q{n:04d}": f"../reports/b/Q{n:04d}/report.html" for n in range(270)}
    target = tmp_path_factory.mktemp("page") / "report.html"
    target.write_text(render_cohort(cohort(reports, links), SETTINGS), encoding="utf-8")
    return target


@pytest.fixture
def page(browser: Chromium, path: Path) -> Chromium:
    browser.open(path)
    assert browser.evaluate(READY) is True
    return browser


def _type(tab: Chromium, words: str) -> None:
    tab.evaluate("document.querySelector('.dt-search input').focus()")
    tab.command("Input.insertText", text=words)
    tab.evaluate("new Promise((done) => setTimeout(done, 50))")


def _choose(tab: Chromium, column: str, word: str) -> None:
    tab.evaluate(
        f"""(() => {{ const select = document.querySelector("select[name={column}]");
        select.value = [...select.options].find((o) => o.text === "{word}").value;
        select.dispatchEvent(new Event("change")); }})()"""
    )


def test_it_is_quiet_and_asks_for_nothing(page: Chromium, path: Path) -> None:
    assert page.complaints() == []
    assert page.requests() == [path.as_uri()]


def test_axe_finds_nothing(page: Chromium) -> None:
    spec = find_spec("axe_core_python")
    assert spec
    assert spec.submodule_search_locations
    page.evaluate((Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8"))
    assert page.evaluate(AXE) == []


def test_the_failed_come_first_with_links(page: Chromium) -> None:
    assert page.evaluate(ROWS)[:2] == ["Q0007", "Q0008"]
    link = "document.querySelector('#table tbody a').getAttribute('href')"
    assert page.evaluate(link) == "../reports/b/Q0007/report.html"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("Q0003", "1 to 1 of 1 patients", id="one patient"),
        pytest.param("TARDBP significance", "1 to 25 of 30 patients", id="all words must be there"),
        pytest.param("no such thing", "No patient", id="nothing"),
    ],
)
def test_search(page: Chromium, words: str, shown: str) -> None:
    _type(page, words)
    assert page.evaluate(SHOWN).startswith(shown)


def test_filter_sort_and_clear(page: Chromium) -> None:
    _choose(page, "result", "Positive")
    assert "of 60 patients" in page.evaluate(SHOWN)
    longest = (
        "cohort.cells({ page: 'current' }, 'repeat_long:name').nodes().toArray().map((c) => c.textContent)"
    )
    page.evaluate("void cohort.order([7, 'asc']).draw()")
    assert page.evaluate(longest)[0] == "8"
    page.evaluate("void cohort.order([7, 'desc']).draw()")
    assert page.evaluate(longest)[0] == "610"
    page.evaluate("document.querySelector('#filters button').click()")
    assert "of 270 patients" in page.evaluate(SHOWN)


def test_plots_are_drawn_and_a_mark_filters_the_table(page: Chromium) -> None:
    assert page.evaluate("document.querySelectorAll('.plot .main-svg').length") >= 8
    page.evaluate(
        """void document.getElementById("plot-SOD1").emit("plotly_click",
        { points: [{ customdata: document.getElementById("plot-SOD1").data[1].customdata[0] }] })"""
    )
    assert "of 30 patients" in page.evaluate(SHOWN)


@pytest.mark.parametrize("language", Language)
def test_it_fits_a_phone(browser: Chromium, tmp_path: Path, language: Language) -> None:
    target = tmp_path / "report.html"
    settings = SETTINGS.model_copy(update={"language": language})
    target.write_text(render_cohort(cohort(list(SAMPLES.values())), settings), encoding="utf-8")
    browser.open(target, width=360, height=800)
    assert browser.complaints() == []
    width: Any = browser.evaluate("document.documentElement.scrollWidth")
    assert width <= 361
    reasons = "[...document.querySelectorAll('.stacked .why')].map((e) => e.getBoundingClientRect().right)"
    seen = browser.evaluate(reasons)
    assert max(seen) <= 360, "why a patient failed is never out of sight"


def test_hostile_text_runs_nothing_and_shows_as_text(browser: Chromium, tmp_path: Path) -> None:
    report = samples.NOT_ANALYSED.model_copy(update={"status_reason": HOSTILE})
    report = renamed(report, "P008", batch=HOSTILE, family="=1+1", diagnosis=HOSTILE)
    target = tmp_path / "report.html"
    html = render_cohort(cohort([report], {"P008": "../reports/b/P008/report.html"}), SETTINGS)
    target.write_text(html, encoding="utf-8")
    browser.open(target)
    _type(browser, "onerror")
    assert browser.complaints() == []
    assert browser.evaluate("document.images.length") == 0
    cells = browser.evaluate("[...document.querySelectorAll('#table tbody td')].map((c) => c.textContent)")
    assert HOSTILE in cells
    assert "<img src=x" in browser.evaluate("document.getElementById('plot-batch').textContent")
