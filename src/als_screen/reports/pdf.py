"""The same report as PDF: A4, identifiers and page number on every page, the same bytes every time."""

from __future__ import annotations

import base64
import gc
import hashlib
import html as markup
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

_TITLE = re.compile(r"<title[^>]*>([^<]*)</title>")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SVG = re.compile(r"<svg\b([^>]*)>(.*?)</svg>", re.DOTALL)


def render_pdf(html: str) -> bytes:
    """Return the PDF of a rendered report; the print rules are in the page's own style.

    The identifier is taken from the content and no date is written, so that the same page gives the same
    bytes. Nothing but `data:` is ever fetched. Fonts and style are read once per process, since every page
    of a batch has the same.
    """
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    styles = [_style(text) for text in _STYLE.findall(html)]
    with _collecting_later():
        document = HTML(string=with_images(_STYLE.sub("", html)), url_fetcher=_fetcher())
        pdf = document.write_pdf(
            stylesheets=styles, font_config=_fonts(), pdf_identifier=identifier, pdf_tags=True
        )
        return bytes(pdf)


def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols=("data",), fail_on_errors=True)


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=8)
def _style(text: str) -> CSS:
    return CSS(string=text, url_fetcher=_fetcher(), font_config=_fonts())


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Put garbage collection off: a page is a million live objects, and looking through them is a tenth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def with_images(html: str) -> str:
    """Return a page with its inline drawings as images: else each of their elements is styled as text is."""
    return _SVG.sub(_image, html)


def _image(found: re.Match[str]) -> str:
    attributes, inside = found.groups()
    space = "" if "xmlns=" in attributes else ' xmlns="http://www.w3.org/2000/svg"'
    drawing = f"<svg{space}{attributes}>{inside}</svg>"
    uri = base64.b64encode(drawing.encode()).decode()
    kept = {name: _attribute(attributes, name) for name in ("class", "width", "height")}
    shown = "".join(f' {name}="{value}"' for name, value in kept.items() if value)
    title = _TITLE.search(inside)
    words = _attribute(attributes, "aria-label") or (title[1] if title else "")
    return f'<img src="data:image/svg+xml;base64,{uri}" alt="{words}"{shown}>'


def _attribute(attributes: str, name: str) -> str:
    """Return the value of an attribute, ready to be written again; "" where it is not there."""
    found = re.search(rf'\b{name}="([^"]*)"', attributes)
    return markup.escape(markup.unescape(found[1])) if found else ""
