"""What is the same for every table; the sheet's and the confirmations' own rules have their own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.errors import InputError, Problem
from als_screen.tables import HIDDEN, MAX_CELL, Form, cell_problem, read_table

FORM = Form("the list", "make it", ("a", "b", "c"), ("a", "b"))


def rows(path: Path, text: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    path.write_bytes(text)
    problems: list[Problem] = []
    return list(read_table(path, FORM, problems)), [problem.expected for problem in problems]


@pytest.mark.parametrize(
    ("text", "cells", "note"),
    [
        (b"a\tb\n1\t2\n", [(2, {"a": "1", "b": "2"})], "plain"),
        (b"\xef\xbb\xbfa\tb\r\n1\t2\r\n", [(2, {"a": "1", "b": "2"})], "from Windows"),
        (b"b\ta\t\n1\t\n", [(2, {"b": "1"})], "any order, empty cells are left out"),
        (
            b'a\tb\n"x ""y"""\t"\n',
            [(2, {"a": 'x "y"', "b": '"'})],
            "quotes, and a stray one",
        ),
        (b"a\tb\n\n1\t2", [(3, {"a": "1", "b": "2"})], "empty lines count as lines"),
    ],
)
def test_rows(tmp_path: Path, text: bytes, cells: list[tuple[int, dict[str, str]]], note: str) -> None:
    assert rows(tmp_path / "t.tsv", text) == (cells, []), note


def test_every_problem_of_the_header(tmp_path: Path) -> None:
    found, problems = rows(tmp_path / "t.tsv", b"x\tx\tb\n1\t2\t3\n")
    assert found == [], "without a required column no row can be read"
    assert problems == ["unknown column number 1", "there is no column 'a'"]


@pytest.mark.parametrize(
    ("header", "unknown", "note"),
    [
        (b"a\tb\tcolour\tShoe_Size", ["'colour'", "'Shoe_Size'"], "a header: plain words are told"),
        (b"a\tb\tJan Jansen\t1964-03-12", ["number 3", "number 4"], "no names of columns"),
        (b"a\tJansen\tfemale", ["number 2", "number 3"], "b is not there: a row may stand first"),
        (b"A\tb\tJansen", ["'A'", "number 3"], "one of ours misspelt"),
        (b"P1\tJansen\tfemale", [], "no header at all"),
    ],
)
def test_unknown_columns_are_told_where_they_are_names(
    tmp_path: Path, header: bytes, unknown: list[str], note: str
) -> None:
    told = [one for one in rows(tmp_path / "t.tsv", header)[1] if one.startswith("unknown")]
    assert told == [f"unknown column {one}" for one in unknown], note


def test_a_stray_tab_is_told(tmp_path: Path) -> None:
    assert rows(tmp_path / "t.tsv", b"a\tb\n1\t2\t3\n")[1] == ["row 2 has 3 cells for 2 columns"]


@pytest.mark.parametrize("text", [b"\xff\xfea\x00", b"a\tb\n\xe9\n", b"a\0"])
def test_what_is_not_text_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(InputError, match="the list is not UTF-8 text"):
        rows(tmp_path / "t.tsv", text)


def test_cells_that_no_column_may_hold() -> None:
    assert cell_problem("x" * (MAX_CELL + 1), HIDDEN) == ("4097 characters in one cell", "at most 4096")
    assert cell_problem("a\u202eb", HIDDEN) == ("a control character (U+202E)", "remove it")
    assert cell_problem("José", HIDDEN) is None


def test_a_stray_tab_names_the_patient_and_no_other_cell(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("b\tpatient\nJan Jansen\tP1\tx\nx\tJan Jansen\tx\n")
    problems: list[Problem] = []
    list(read_table(path, Form("the list", "make it", ("patient", "b"), ("patient",)), problems))
    assert [problem.patient for problem in problems] == ["P1", ""]
