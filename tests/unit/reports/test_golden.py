"""Whole pages compared as text: a change of any word of a report shows up as a difference here.

`python -m unit.reports.test_golden` in `tests/` writes them again; read the difference before committing it.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from als_screen.reports.clinic import load_clinic
from als_screen.reports.patient import render_patient
from als_screen.reports.settings import ReportSettings
from als_screen.reports.standing import DRAFT, Change, Standing
from unit.reports.samples import SAMPLES, SIGNATURE

GOLDEN = Path(__file__).with_name("golden")
SETTINGS = ReportSettings(
    **dict(load_clinic(Path(__file__).resolve().parents[3] / "config" / "demo" / "clinic.yaml")),
    report_date="2026-06-12",
    pipeline_version="0.1.0",
)
_CHANGE = Change(subject="conclusion", before="not_found", after="positive", cause="knowledge;software")
AMENDED = Standing(earlier=SIGNATURE, changes=(_CHANGE,))
SIGNED = Standing(authorised=SIGNATURE.model_copy(update={"unconfirmed": "no DNA is left"}))
#: File name -> sample, language, standing.
PAGES = {
    "expansion.en": ("large expansion", "en", DRAFT),
    "expansion-signed.nl": ("large expansion", "nl", SIGNED),
    "intermediate.fr": ("intermediate", "fr", DRAFT),
    "sod1.nl": ("SOD1 heterozygous", "nl", DRAFT),
    "sod1-amended.fr": ("SOD1 heterozygous", "fr", AMENDED),
    "vus.fr": ("VUS", "fr", DRAFT),
    "negative.nl": ("negative", "nl", DRAFT),
    "uncovered.fr": ("negative, uncovered exon", "fr", DRAFT),
    "vcf-only.nl": ("VCF only", "nl", DRAFT),
    "not-analysed.en": ("not analysed", "en", DRAFT),
}
_INLINE = {"a", "bdi", "i", "span", "strong", "sub", "tspan"}


class _Lines(HTMLParser):
    """The text of a page, a line for each block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "" if tag in _INLINE else "\n"

    def handle_endtag(self, tag: str) -> None:
        self.text += "" if tag in _INLINE else "\n"

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\n", " ")


def page_text(name: str) -> str:
    """Return a page as lines of text, the style left out."""
    sample, language, standing = PAGES[name]
    html = render_patient(SAMPLES[sample], SETTINGS, language, standing=standing)
    return lines(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def lines(html: str) -> str:
    """Return the text of a page, a line for each block; other spaces than the plain one stay."""
    found = (" ".join(line.split(" ")).strip(" ") for line in _Lines(html).text.split("\n"))
    return "".join(f"{re.sub(' +', ' ', line)}\n" for line in found if line)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_was_read_and_approved(name: str) -> None:
    assert page_text(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_no_golden_page_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(PAGES)


if __name__ == "__main__":
    for page in PAGES:
        (GOLDEN / f"{page}.txt").write_text(page_text(page), encoding="utf-8")
