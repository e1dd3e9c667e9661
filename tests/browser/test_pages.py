"""The pages in real Chromium: quiet, offline, readable, and usable with the keyboard alone."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import axe_core_python
import pytest

from als_screen.config import Study
from als_screen.reports.catalogue import Language
from als_screen.reports.clinic import load_clinic
from als_screen.reports.patient import render_patient
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.settings import ReportSettings
from als_screen.reports.standing import DRAFT, Change, Standing
from browser.chromium import EXECUTABLE, Chromium, chromium
from unit.reports.pages import HOSTILE
from unit.reports.picture_reads import EXPANDED_READS, variant_reads
from unit.reports.samples import SAMPLES, SETTINGS, SIGNATURE

PDFTOTEXT = shutil.which("pdftotext")
_DEMO = Path(__file__).resolve().parents[2] / "config" / "demo" / "clinic.yaml"
#: The demo's clinic with logo, and a study with a link.
CLINIC = ReportSettings(
    **dict(load_clinic(_DEMO)),
    studies=(Study(gene="SOD1", result="positive", text="A study", link="https://example.org/study"),),
    report_date="2026-06-12",
)
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


#: What axe-core finds against WCAG 2.2 A and AA: the rule, and where.
AXE = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then((found) =>
  found.violations.map((v) => [v.id, v.nodes.map((node) => node.html.slice(0, 120))]))
"""
AXE_SOURCE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
#: A finding, an uncertain one, a hole, nothing at all: every part of the page is in one of them.
PAGES = ["SOD1 heterozygous", "VUS", "large expansion", "negative, uncovered exon", "not analysed"]
_CHANGE = Change(subject="conclusion", before="not_found", after="positive", cause="knowledge")
STANDINGS = {
    "draft": DRAFT,
    "amended draft": Standing(earlier=SIGNATURE, changes=(_CHANGE,)),
    "final": Standing(authorised=SIGNATURE.model_copy(update={"unconfirmed": "no DNA is left"})),
}


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


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_against_wcag_aa(
    browser: Chromium, tmp_path: Path, name: str, language: Language
) -> None:
    browser.open(_write(tmp_path / "report.html", render_patient(SAMPLES[name], CLINIC, language)))
    browser.evaluate(f"{AXE_SOURCE}; 0")
    assert browser.evaluate(AXE) == []


@pytest.mark.parametrize("standing", STANDINGS)
def test_axe_finds_nothing_whatever_the_standing(browser: Chromium, tmp_path: Path, standing: str) -> None:
    page = render_patient(SAMPLES["large expansion"], CLINIC, "nl", standing=STANDINGS[standing])
    browser.open(_write(tmp_path / "report.html", page), width=360)
    browser.evaluate(f"{AXE_SOURCE}; 0")
    assert browser.evaluate(AXE) == []
    assert browser.evaluate(OVERFLOW) == []


def test_axe_sees_what_is_wrong(browser: Chromium, tmp_path: Path) -> None:
    browser.open(_write(tmp_path / "wrong.html", "<body><img src='data:,'><p style='color:#aaa'>pale</p>"))
    browser.evaluate(f"{AXE_SOURCE}; 0")
    found = {rule for rule, _ in browser.evaluate(AXE)}
    assert {"image-alt", "color-contrast", "html-has-lang", "document-title"} <= found


@pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext (poppler-utils) is not installed")
def test_a_page_printed_from_the_browser_says_whose_it_is_on_every_sheet(
    browser: Chromium, tmp_path: Path
) -> None:
    hostile = SAMPLES["VUS"].patient.model_copy(update={"name": HOSTILE})
    report = SAMPLES["VUS"].model_copy(update={"patient": hostile})
    browser.open(_write(tmp_path / "report.html", render_patient(report, CLINIC, "nl")))
    printed = browser.command("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
    (tmp_path / "printed.pdf").write_bytes(base64.b64decode(printed))
    done = subprocess.run(
        [str(PDFTOTEXT), "-layout", tmp_path / "printed.pdf", "-"], capture_output=True, text=True, check=True
    )
    sheets = done.stdout.split("\f")[:-1]
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        assert "</style><script>" in sheet
        assert report.patient.patient in sheet
        assert "Concept – niet geautoriseerd" in sheet
        assert f"pagina {number} van {len(sheets)}" in sheet
    assert "Einde van het rapport" in sheets[-1]


def test_a_phone_shows_the_whole_scale(browser: Chromium, tmp_path: Path) -> None:
    path = _write(tmp_path / "report.html", render_patient(SAMPLES["large expansion"], CLINIC, "fr"))
    drawn = """[...document.querySelectorAll('.scale svg')].filter((e) => e.checkVisibility())
      .map((e) => [e.getAttribute('class'), e.getBoundingClientRect().right <= innerWidth])"""
    browser.open(path, width=360, height=800)
    assert browser.evaluate(drawn) == [["narrow", True]]
    texts = """[...document.querySelectorAll('.scale .narrow text')].every((e) => {
      const box = e.getBBox(); return box.x >= 0 && box.x + box.width <= 320; })"""
    assert browser.evaluate(texts) is True
    browser.open(path)
    assert browser.evaluate(drawn) == [["wide", True]]


def test_a_phone_never_scrolls_sideways(browser: Chromium, tmp_path: Path) -> None:
    long = SAMPLES["VUS"].patient.model_copy(update={"name": "N" * 300, "requester": "R" * 300})
    report = SAMPLES["VUS"].model_copy(update={"patient": long})
    browser.open(_write(tmp_path / "report.html", render_patient(report, CLINIC, "fr")), width=360)
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360


def test_tiles_say_their_state_in_a_word_and_a_shape(browser: Chromium, tmp_path: Path) -> None:
    browser.open(_write(tmp_path / "report.html", render_patient(SAMPLES["VCF only"], CLINIC, "en")))
    tiles = "[...document.querySelectorAll('.tile')]"
    assert browser.evaluate(f"{tiles}.map((tile) => tile.querySelector('strong').textContent)") == [
        "Not assessed", "Incomplete", "Incomplete", "Incomplete"
    ]  # fmt: skip
    shapes = browser.evaluate(f"{tiles}.map((tile) => tile.querySelector('svg').innerHTML)")
    assert shapes[0] != shapes[1]


def test_pictures_are_quiet_and_fit_a_phone(browser: Chromium, tmp_path: Path) -> None:
    shown = ReadsShown(EXPANDED_READS, variant_reads())
    html = render_patient(SAMPLES["SOD1 heterozygous"], SETTINGS, "fr", shown)
    browser.open(_write(tmp_path / "report.html", html), width=360, height=800)
    assert browser.complaints() == []
    assert browser.evaluate(OVERFLOW) == []
    assert browser.evaluate(CONTRAST) == []
    drawn = "[...document.querySelectorAll('.reads > svg')].map((e) => e.getBBox().width > 300)"
    assert browser.evaluate(drawn) == [True, True]


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
