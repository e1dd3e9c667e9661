"""The laboratory's confirmations: what another method showed of a finding (RP-PCR, Southern blot, Sanger …).

A tab-separated file that people write, named by the configuration key `confirmations`. Every problem is told
at once, before anything starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.models import Confirmation, Variant
from als_screen.patient import known_id
from als_screen.regions import Gene
from als_screen.states import ConfirmationResult
from als_screen.tables import HIDDEN, Form, cell_problem, read_table

COLUMNS = ("patient", "finding", "method", "result", "size", "date", "by")
FORM = Form(
    name="the file of confirmations",
    missing="correct `confirmations` in the configuration",
    columns=COLUMNS,
    required=tuple(column for column in COLUMNS if column != "size"),
)
#: How the repeat is called in the column `finding`; variants are called by an HGVS name with its accession.
REPEAT = Gene.C9ORF72.value
_VARIANT = re.compile(r"N[CM]_[0-9]+\.[0-9]+:[cg]\.\S+")
_SIZE = re.compile(
    r"(?P<exact>[0-9]{1,5})"
    r"|(?:>|(?P<equal>>=|≥)) ?(?P<above>[0-9]{1,5})"
    r"|(?P<low>[0-9]{1,5})-(?P<high>[0-9]{1,5})"
)
#: Ids that a warning names; the others are counted.
LISTED = 5

Confirmations = Mapping[str, tuple[Confirmation, ...]]


def read_confirmations(path: Path) -> Confirmations:
    """Return the confirmations by patient, in the order of the file.

    Raises:
        InputError: anything is wrong with the file or a row, with every problem.
    """
    problems: list[Problem] = []
    found: dict[str, list[Confirmation]] = {}
    for number, cells in read_table(path, FORM, problems):
        row = _Row(cells, f"{path.name}, row {number}", problems)
        if (confirmation := row.confirmation()) is not None:
            found.setdefault(cells["patient"], []).append(confirmation)
    if problems:
        raise InputError(problems)
    return {patient: tuple(rows) for patient, rows in found.items()}


def strangers(path: Path, confirmed: Iterable[str], patients: Iterable[str]) -> list[Problem]:
    """Return one warning of confirmations whose patients are not in the sheet."""
    known = set(patients)
    absent = [patient for patient in confirmed if patient not in known]
    if not absent:
        return []
    more = f" and {len(absent) - LISTED} more" if len(absent) > LISTED else ""
    expected = f"warning: not in the sample sheet: {', '.join(absent[:LISTED])}{more}"
    return [Problem("", str(path), expected, "check the ids if they should be")]


def in_the_future(found: Confirmations, path: Path, today: date) -> list[Problem]:
    """Return the confirmations that were not made yet; where it is tomorrow already may be a laboratory."""
    last = (today + timedelta(days=1)).isoformat()
    return [
        Problem(patient, str(path), f"date {one.date} is in the future", "correct the date")
        for patient, confirmations in found.items()
        for one in confirmations
        if one.date > last
    ]


def parsed_size(text: str) -> tuple[int, int | None] | None:
    """Return the bounds of a size in repeats, both inclusive and None for no upper one; None for no size.

    A size is `145`, `>145`, `>=145` or `100-200`.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    if found["exact"]:
        return int(found["exact"]), int(found["exact"])
    if found["above"]:
        return int(found["above"]) + (0 if found["equal"] else 1), None
    low, high = int(found["low"]), int(found["high"])
    return (low, high) if low <= high else None


class _Row:
    """One row being checked. No problem repeats a cell: it may hold a person's name."""

    def __init__(self, cells: Mapping[str, str], where: str, problems: list[Problem]) -> None:
        self._cells = cells
        self._where = where
        self._problems = problems

    def confirmation(self) -> Confirmation | None:
        """Return the row, None where something is wrong with it."""
        before = len(self._problems)
        self._check_cells()
        result, size = self._result()
        self._check_finding(size)
        self._check_date()
        if len(self._problems) > before or result is None:
            return None
        texts = {name: self._cells[name] for name in ("finding", "method", "date", "by")}
        return Confirmation(**texts, result=result, size=size)

    def _wrong(self, column: str, expected: str, action: str) -> None:
        patient = known_id(self._cells.get("patient"))
        self._problems.append(Problem(patient, f"{self._where}, {column}", expected, action))

    def _check_cells(self) -> None:
        for column, cell in self._cells.items():
            if wrong := cell_problem(cell, HIDDEN):
                self._wrong(column, *wrong)
        for column in FORM.required:
            if column not in self._cells:
                self._wrong(column, "the cell is empty", f"fill in `{column}`")
        if "patient" in self._cells and not known_id(self._cells["patient"]):
            self._wrong("patient", "cannot be a patient id", "write it as in the sample sheet")

    def _result(self) -> tuple[ConfirmationResult | None, tuple[int, int | None] | None]:
        """Return what the method showed, and the size in repeats where one is given."""
        text, given = self._cells.get("result", ""), self._cells.get("size")
        size = parsed_size(given) if given else None
        if given and size is None:
            self._wrong("size", "not a size", "use repeats: 145, >145, >=145 or 100-200")
        named = parsed_size(text)
        if named is not None:
            if given and size != named:
                self._wrong("size", "differs from the size in `result`", "give the size once")
            return ConfirmationResult.SIZED, named
        if text in (ConfirmationResult.CONFIRMED, ConfirmationResult.NOT_CONFIRMED):
            return ConfirmationResult(text), size
        if text:
            action = "use confirmed, not_confirmed, or for C9orf72 a size in repeats (145, >145, 100-200)"
            self._wrong("result", "not a result", action)
        return None, size

    def _check_finding(self, size: tuple[int, int | None] | None) -> None:
        finding = self._cells.get("finding")
        if finding is None or finding == REPEAT:
            return
        if not _VARIANT.fullmatch(finding):
            action = "use C9orf72 for the repeat, or the HGVS name of the report (NM_000454.5:c.14C>T)"
            self._wrong("finding", "not a finding", action)
        elif size is not None:
            self._wrong("size", "a variant has no size", "leave it empty; sizes are of C9orf72")

    def _check_date(self) -> None:
        text = self._cells.get("date")
        try:
            right = text is None or date.fromisoformat(text).isoformat() == text
        except ValueError:
            right = False
        if not right:
            self._wrong("date", "not a date", "use year-month-day, 2026-11-25")


def of_variant(confirmations: Sequence[Confirmation], variant: Variant) -> tuple[Confirmation, ...]:
    """Return the confirmations of a variant, by either of its HGVS names."""
    return tuple(one for one in confirmations if one.finding in (variant.hgvs_c, variant.hgvs_g))


def of_repeat(confirmations: Sequence[Confirmation]) -> tuple[Confirmation, ...]:
    """Return the confirmations of the C9orf72 repeat."""
    return tuple(one for one in confirmations if one.finding == REPEAT)
