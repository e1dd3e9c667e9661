"""The drawing surface writes well-formed SVG and escapes what it is given."""

from __future__ import annotations

from xml.etree import ElementTree

from als_screen.reports.svg import WIDTH, Drawing, Mark, box, letter, num
from unit.reports.pages import HOSTILE


def test_everything_is_escaped_and_named() -> None:
    drawing = Drawing()
    drawing.text(1, 2.25, HOSTILE, 10)
    drawing.path([box(0, 0, 1, 1)], fill='"><script>')
    svg = drawing.svg(20, "x-1", HOSTILE, HOSTILE)
    root = ElementTree.fromstring(svg)
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags == ["svg", "title", "desc", "text", "path"]
    assert root.get("aria-labelledby") == "x-1-title x-1-desc"
    assert "<script" not in svg
    assert "<style" not in svg


def test_nothing_is_drawn_for_no_pieces() -> None:
    drawing = Drawing()
    drawing.path([], fill="none")
    assert drawing.parts == []


def test_numbers_are_short() -> None:
    assert [num(2.0), num(2.25), num(-0.31)] == ["2", "2.2", "-0.3"]


def test_letters_differ_and_what_is_no_base_is_an_n() -> None:
    drawn = {base: letter(1, 2, base) for base in "ACGTN"}
    assert len(set(drawn.values())) == 5
    assert letter(1, 2, "a") == drawn["A"]
    assert letter(1, 2, "R") == drawn["N"]
    assert all(path.startswith("M1 2m") for path in drawn.values())


def test_a_legend_goes_on_in_the_next_line() -> None:
    drawing = Drawing()
    end = drawing.legend(0, [Mark("some words that are long enough", ())] * 5)
    assert end == 12 + 14 + 6
    places = [float(part.split('x="')[1].split('"')[0]) for part in drawing.parts]
    assert max(places) < WIDTH
