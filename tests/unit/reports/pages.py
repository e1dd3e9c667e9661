"""Reading a rendered page in tests, and text that tries to be more than text."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "br", "img", "input"}
HOSTILE = (
    "</style><script>alert(1)</script><img src=x onerror=alert(2)>"
    "'\"&{{ 7*7 }}{% x %} \u202eشلوم 🧬 %s %(num)s"
)


class Page(HTMLParser):
    """Elements, their balance, and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.parts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())
