"""Reads the tab-separated files that people write: strictly, literally, every problem told at once.

The text is UTF-8 (a byte-order mark and CRLF are fine). Cells are taken literally except that one pair of
enclosing double quotes is removed, as spreadsheet programs add it; a stray quote can therefore never swallow
the rows below it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.files import why_not_read, why_not_there
from als_screen.patient import known_id

MAX_CELL = 4096
#: A table is never larger, in bytes: ten thousand patients take some 10 MB.
MAX_TABLE = 1 << 28
#: Unicode categories that no cell may hold; in ids and paths also what cannot be seen or turns text around.
#: Names may hold the latter (right-to-left marks, joiners): they are printed, as text, and nothing else.
HIDDEN_IN_TEXT = ("Cc", "Cs", "Zl", "Zp")
HIDDEN = (*HIDDEN_IN_TEXT, "Cf")
#: From this likeness on, of 0 to 1, an unknown column is one of ours misspelt (`difflib`).
MISSPELT = 0.8
#: What may be the name of a column that is not ours.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Form:
    """What a table must look like.

    Attributes:
        name: in the words of an error, "the sample sheet".
        missing: what to do where the file is not there.
        columns: all that it may have.
        required: those that it must have.
    """

    name: str
    missing: str
    columns: Sequence[str]
    required: Sequence[str]


def read_table(path: Path, form: Form, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the row number (1 is the header) and the non-empty cells by column; problems go to `problems`.

    Nothing is yielded where a required column is not there.

    Raises:
        InputError: the file cannot be read as text at all.
    """
    lines = _lines(path, form)
    header = _header(lines[0])
    problems += _header_problems(header, path, form)
    if not set(form.required) <= set(header):
        return
    for number, line in enumerate(lines[1:], start=2):
        unquoted = _unquoted if '"' in line else str.strip
        cells = list(map(unquoted, line.split("\t")))
        if not any(cells):
            continue
        if len(cells) > len(header) and any(cells[len(header) :]):
            expected = f"row {number} has {len(cells)} cells for {len(header)} columns"
            patient = dict(zip(header, cells, strict=False)).get("patient")
            problems.append(Problem(known_id(patient), str(path), expected, "remove the stray tab"))
        yield number, {name: cell for name, cell in zip(header, cells, strict=False) if cell}


def cell_problem(cell: str, refused: Sequence[str]) -> tuple[str, str] | None:
    """Return what is wrong with a cell whatever its column, and what to do; None where nothing is.

    `refused` are the Unicode categories that it may not hold.
    """
    if len(cell) > MAX_CELL:
        return f"{len(cell)} characters in one cell", f"at most {MAX_CELL}"
    if hidden := _hidden(cell, refused):
        return f"a control character ({hidden})", "remove it"
    return None


def _hidden(cell: str, refused: Sequence[str]) -> str:
    """Return the first character of the refused Unicode categories (as "U+202E"), "" for none."""
    if cell.isprintable():
        return ""
    hidden = (char for char in cell if unicodedata.category(char) in refused)
    return next((f"U+{ord(char):04X}" for char in hidden), "")


def _lines(path: Path, form: Form) -> list[str]:
    if why := why_not_there(path):
        raise InputError([Problem("", str(path), f"{form.name} {why}", form.missing)])
    if why := why_not_read(path, MAX_TABLE):
        raise InputError([Problem("", str(path), f"{form.name} {why}", "give a text file")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        expected = f"{form.name} cannot be read: {error.strerror}"
        raise InputError([Problem("", str(path), expected, "give a readable file")]) from error
    except UnicodeDecodeError as error:
        raise _not_text(path, form) from error
    if "\0" in text:  # UTF-16 without its mark, or no text at all
        raise _not_text(path, form)
    return [line.rstrip("\r") for line in text.split("\n")]


def _not_text(path: Path, form: Form) -> InputError:
    action = "save it as tab-separated text in UTF-8"
    return InputError([Problem("", str(path), f"{form.name} is not UTF-8 text", action)])


def _header(line: str) -> list[str]:
    """Return the column names without the empty ones at the end that spreadsheets leave."""
    names = [_unquoted(cell) for cell in line.split("\t")]
    while names and not names[-1]:
        names.pop()
    return names


def _header_problems(header: list[str], path: Path, form: Form) -> list[Problem]:
    known = ", ".join(form.columns)
    problems = [
        Problem("", str(path), f"unknown column {said}", f"rename or remove it; the columns are {known}")
        for said in _unknown(header, form)
    ]
    problems += [
        Problem("", str(path), f"column {name!r} appears more than once", "keep one")
        for name in form.columns
        if header.count(name) > 1
    ]
    action = f"the first line must name the columns, separated by tabs; they are {known}"
    problems += [
        Problem("", str(path), f"there is no column {name!r}", action)
        for name in form.required
        if name not in header
    ]
    return problems


def _unknown(header: list[str], form: Form) -> list[str]:
    """Return what can be said of the columns that are not of the form: the name, else the number.

    Without a header the first line is a person's row, so a cell is told only where it looks like a name of a
    column: one of ours misspelt, or any plain word where the columns that must be there are.
    """
    if set(header).isdisjoint(form.columns):
        return [repr(name) for name in header if _misspelt(name, form)]
    whole = set(form.required) <= set(header)
    unknown = {name: number for number, name in reversed([*enumerate(header, 1)]) if name not in form.columns}
    shown = [name for name in unknown if _misspelt(name, form) or (whole and _WORD.fullmatch(name))]
    said = {name: repr(name) if name in shown else f"number {number}" for name, number in unknown.items()}
    return list(reversed(said.values()))


def _misspelt(name: str, form: Form) -> bool:
    return bool(get_close_matches(name.lower(), form.columns, 1, MISSPELT))


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"').strip()
    return cell
