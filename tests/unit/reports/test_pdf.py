from __future__ import annotations

import base64
import re
import shutil
import subprocess
from pathlib import Path
from urllib.request import OpenerDirector
from xml.etree import ElementTree

import pytest
from weasyprint.urls import FatalURLFetchingError

from als_screen.reports.patient import render_patient
from als_screen.reports.pdf import render_pdf, with_images
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.standing import Standing
from unit.reports.picture_reads import EXPANDED_READS
from unit.reports.samples import DIFFERENT, EXPANSION, NEGATIVE, SETTINGS, SIGNATURE, VUS_REPORT

_PDFTOTEXT = shutil.which("pdftotext")


@pytest.fixture(scope="module")
def expansion() -> bytes:
    return render_pdf(render_patient(EXPANSION, SETTINGS, "en"))


def _pages(pdf: bytes, tmp_path: Path) -> list[str]:
    assert _PDFTOTEXT is not None
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([_PDFTOTEXT, "-layout", path, "-"], check=True, capture_output=True, text=True)
    return done.stdout.split("\f")[:-1]


def test_the_same_page_gives_the_same_bytes(expansion: bytes) -> None:
    assert render_pdf(render_patient(EXPANSION, SETTINGS, "en")) == expansion


def test_it_carries_no_date_of_making(expansion: bytes) -> None:
    assert expansion.startswith(b"%PDF-")
    assert b"/CreationDate" not in expansion
    assert b"/ModDate" not in expansion


@pytest.mark.skipif(_PDFTOTEXT is None, reason="pdftotext (poppler-utils) is not installed")
def test_every_page_has_identifiers_number_and_status(expansion: bytes, tmp_path: Path) -> None:
    pages = _pages(expansion, tmp_path)
    assert len(pages) >= 2
    for number, text in enumerate(pages, 1):
        assert "P001" in text
        assert "Example Person" in text
        assert "9 March 1971" in text
        assert f"page {number} of {len(pages)}" in text
        assert "Draft – not authorised" in text
    assert "End of report" in pages[-1]
    assert all("continued on the next page" in text for text in pages[:-1])
    assert "continued on the next page" not in pages[-1]
    assert not any("End of report" in text for text in pages[:-1])


@pytest.mark.skipif(_PDFTOTEXT is None, reason="pdftotext (poppler-utils) is not installed")
def test_paper_names_every_criterion_and_counts_what_it_leaves_to_the_screen(tmp_path: Path) -> None:
    text = " ".join(_pages(render_pdf(render_patient(VUS_REPORT, SETTINGS, "en")), tmp_path))
    for part in ("PM2", "not met: PP3", "to be judged by a person: PS3", "1 variant: benign", "report.json"):
        assert part in text
    assert "c.147C>A" not in text


@pytest.mark.skipif(_PDFTOTEXT is None, reason="pdftotext (poppler-utils) is not installed")
def test_different_persons_show_nothing(tmp_path: Path) -> None:
    text = " ".join(_pages(render_pdf(render_patient(DIFFERENT, SETTINGS, "fr")), tmp_path))
    assert "page 1 sur" in text
    assert not [secret for secret in ("A4V", "c.14C", "610", "SECRETREASON") if secret in text]


@pytest.mark.skipif(_PDFTOTEXT is None, reason="pdftotext (poppler-utils) is not installed")
def test_a_signed_report_cannot_be_taken_for_a_draft(tmp_path: Path) -> None:
    standing = Standing(authorised=SIGNATURE)
    html = render_patient(EXPANSION, SETTINGS, "en", standing=standing, paper=True)
    pages = _pages(render_pdf(html), tmp_path)
    assert all("Final report" in text for text in pages)
    assert not any("not authorised" in text.lower() for text in pages)
    assert SIGNATURE.signed["report.json"] in pages[-1]


def _drawings(html: str) -> list[tuple[str, str]]:
    """Return the words of each image and the drawing in it."""
    found = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]*)" alt="([^"]*)"', with_images(html))
    return [(words, base64.b64decode(data).decode()) for data, words in found]


def test_every_drawing_becomes_an_image_that_can_be_read() -> None:
    html = render_patient(EXPANSION, SETTINGS, "en", ReadsShown(EXPANDED_READS), paper=True)
    drawings = _drawings(html)
    assert len(drawings) == html.count("<svg")
    assert "<svg" not in with_images(html)
    for _, drawing in drawings:
        assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
    words = [text for text, _ in drawings if text]
    assert words[0].startswith("Allele 1: 2, 95 % interval 2. Allele 2: at least 240")


def test_a_drawing_keeps_its_words_and_its_place() -> None:
    plain = '<svg class="a" width="3" aria-label="x &quot;y&quot;"><path d="M0 0"/></svg>'
    assert with_images(f"<p>{plain}</p>").startswith('<p><img src="data:image/svg+xml;base64,')
    assert with_images(plain).endswith('alt="x &quot;y&quot;" class="a" width="3">')
    titled = '<svg xmlns="http://www.w3.org/2000/svg"><title>T &amp; U</title></svg>'
    assert with_images(titled).endswith('alt="T &amp; U">')


@pytest.mark.parametrize("url", ["http://localhost/a.png", "file:///etc/hostname"])
def test_a_page_that_would_fetch_is_refused_unfetched(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(
        OpenerDirector, "open", lambda _self, request, *_args, **_more: opened.append(request)
    )
    with pytest.raises(FatalURLFetchingError):
        render_pdf(f'<img src="{url}"><p>text</p>')
    assert opened == []


def test_every_repeat_is_drawn_on_paper_too() -> None:
    for report in (NEGATIVE, EXPANSION):
        paper = render_patient(report, SETTINGS, "en", ReadsShown(EXPANDED_READS), paper=True)
        assert '<figure class="reads' in paper
