"""The pages in real Chromium: quiet, offline, readable, and usable with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from als_screen.reports.catalogue import Language
from als_screen.reports.patient import render_patient
from browser.chromium import EXECUTABLE, Chromium, chromium
from unit.reports.pages import HOSTILE
from unit.reports.samples import SAMPLES, SETTINGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(EXECUTABLE is None, reason="Chromium is not installed: apt-get install chromium"),
]

#: Every visible text whose contrast with its background is below WCAG AA, by the formula of WCAG 2.2.
CONTRAST = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const linear = (v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.slice(0, 3).map((v) => linear(v / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const bad = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const shown = walker.currentNode.data.trim() && element.checkVisibility();
    if (!shown || element.closest("svg, script")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push([walker.currentNode.data.trim().slice(0, 40), ratio]);
  }
  return bad;
})()
"""
#: Elements that are wider than the window and not inside a box that scrolls.
OVERFLOW = """
[...document.querySelectorAll("body *")]
  .filter((e) => e.checkVisibility() && !e.closest(".scroll, .unseen, .person h2"))
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 80))
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


def _write(path: Path, html: str) -> Path:
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SAMPLES)
def test_a_patient_page_is_quiet_and_asks_for_nothing(browser: Chromium, tmp_path: Path, name: str) -> None:
    path = _write(tmp_path / "report.html", render_patient(SAMPLES[name], SETTINGS, "nl"))
    browser.open(path)
    assert browser.complaints() == []
    assert browser.requests() == [path.as_uri()]
    assert browser.evaluate("getComputedStyle(document.querySelector('.status')).borderTopWidth") == "2px"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["SOD1 heterozygous", "VUS", "negative, uncovered exon", "not analysed"])
def test_text_has_contrast_and_fits_a_phone(
    browser: Chromium, tmp_path: Path, name: str, language: Language
) -> None:
    path = _write(tmp_path / "report.html", render_patient(SAMPLES[name], SETTINGS, language))
    browser.open(path, width=360, height=800)
    assert browser.evaluate(CONTRAST) == []
    assert browser.evaluate(OVERFLOW) == []


def test_the_contrast_check_sees_pale_text(browser: Chromium, tmp_path: Path) -> None:
    browser.open(_write(tmp_path / "pale.html", '<body><p style="color:#999">pale</p><p>dark</p>'))
    assert [text for text, _ in browser.evaluate(CONTRAST)] == ["pale"]


def test_folded_criteria_open_with_the_keyboard(browser: Chromium, tmp_path: Path) -> None:
    browser.open(_write(tmp_path / "report.html", render_patient(SAMPLES["VUS"], SETTINGS, "en")))
    focused = "document.activeElement.closest('article details') !== null"
    for _ in range(20):
        browser.press("Tab", 9)
        if browser.evaluate(focused):
            break
    assert browser.evaluate("document.activeElement.tagName") == "SUMMARY"
    browser.press("Enter", 13)
    assert browser.evaluate("document.activeElement.parentElement.open") is True


def test_hostile_text_runs_nothing(browser: Chromium, tmp_path: Path) -> None:
    person = SAMPLES["negative"].patient.model_copy(update={"name": HOSTILE, "indication": HOSTILE * 40})
    report = SAMPLES["negative"].model_copy(update={"patient": person, "remarks": (HOSTILE,)})
    browser.open(_write(tmp_path / "report.html", render_patient(report, SETTINGS, "fr")), width=360)
    assert browser.complaints() == []
    assert browser.evaluate("document.scripts.length + document.images.length") == 0
    assert browser.evaluate(OVERFLOW) == []
