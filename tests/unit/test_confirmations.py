from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from als_screen.confirmations import (
    COLUMNS,
    in_the_future,
    of_repeat,
    of_variant,
    parsed_size,
    read_confirmations,
    strangers,
)
from als_screen.errors import InputError, Problem
from als_screen.models import Confirmation
from als_screen.states import ConfirmationResult
from unit.reports.samples import variant

GOOD = {
    "patient": "P1",
    "finding": "C9orf72",
    "method": "repeat-primed PCR",
    "result": "confirmed",
    "date": "2025-11-20",
    "by": "Lab",
}
Write = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(*rows: dict[str, str], header: tuple[str, ...] = COLUMNS) -> Path:
        lines = ["\t".join(header), *("\t".join(row.get(name, "") for name in header) for row in rows)]
        path = tmp_path / "confirmations.tsv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_confirmations(path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "size", "note"),
    [
        ("145", (145, 145), "exact"),
        (">145", (146, None), "above"),
        ("> 145", (146, None), "above, with a space"),
        (">=145", (145, None), "at least"),
        ("≥145", (145, None), "at least, as people write it"),
        ("100-200", (100, 200), "from, to"),
        ("200-100", None, "the wrong way round"),
        ("~800", None, "about"),
        ("145.5", None, "no whole number"),
        ("6-10 kb", None, "not in repeats"),
        ("-5", None, "negative"),
        ("1٣", None, "digits of another script"),
        ("999999", None, "longer than any"),
    ],
)
def test_sizes(text: str, size: tuple[int, int | None] | None, note: str) -> None:
    assert parsed_size(text) == size, note


@pytest.mark.parametrize(
    ("cells", "result", "size", "note"),
    [
        ({}, "confirmed", None, "shown, not sized"),
        ({"result": "not_confirmed"}, "not_confirmed", None, "not shown"),
        ({"result": ">145"}, "sized", (146, None), "a size is a result"),
        ({"size": "800"}, "confirmed", (800, 800), "both"),
        ({"result": "27", "size": "27"}, "sized", (27, 27), "the size twice, alike"),
        ({"finding": "NM_000454.5:c.14C>T"}, "confirmed", None, "a variant"),
        ({"finding": "NC_000021.9:g.31659783C>T"}, "confirmed", None, "by its genomic name"),
    ],
)
def test_a_row(
    table: Write, cells: dict[str, str], result: str, size: tuple[int, int | None] | None, note: str
) -> None:
    (found,) = read_confirmations(table({**GOOD, **cells}))["P1"]
    assert (found.result, found.size) == (result, size), note
    assert (found.method, found.date, found.by) == ("repeat-primed PCR", "2025-11-20", "Lab")


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        ({"patient": "a b"}, "patient", "cannot be a patient id"),
        ({"patient": ""}, "patient", "the cell is empty"),
        ({"finding": "SOD1"}, "finding", "not a finding"),
        ({"finding": "c.14C>T"}, "finding", "not a finding"),
        ({"result": "yes"}, "result", "not a result"),
        ({"result": "Confirmed"}, "result", "not a result"),
        ({"result": ""}, "result", "the cell is empty"),
        ({"size": "big"}, "size", "not a size"),
        ({"result": "30", "size": "31"}, "size", "differs from the size"),
        ({"finding": "NM_000454.5:c.14C>T", "size": "31"}, "size", "a variant has no size"),
        ({"finding": "NM_000454.5:c.14C>T", "result": "31"}, "size", "a variant has no size"),
        ({"date": "20-11-2026"}, "date", "not a date"),
        ({"date": "2026-02-30"}, "date", "not a date"),
        ({"date": "20261120"}, "date", "not a date"),
        ({"date": ""}, "date", "the cell is empty"),
        ({"by": ""}, "by", "the cell is empty"),
        ({"method": "a\x1bb"}, "method", "a control character"),
        ({"by": "x" * 5000}, "by", "5000 characters"),
    ],
)
def test_a_wrong_cell_is_one_problem(table: Write, cells: dict[str, str], column: str, expected: str) -> None:
    (problem,) = problems_of(table({**GOOD, **cells}))
    assert problem.path == f"confirmations.tsv, row 2, {column}"
    assert expected in problem.expected
    assert problem.action
    assert "\n" not in problem.line()


def test_all_problems_are_told_at_once(table: Write) -> None:
    rows = [{**GOOD, "result": "?"}, GOOD, {**GOOD, "date": "?", "by": ""}]
    found = problems_of(table(*rows, header=(*COLUMNS, "colour")))
    assert [problem.expected for problem in found] == [
        "unknown column 'colour'",
        "not a result",
        "the cell is empty",
        "not a date",
    ]


def test_a_missing_column_and_a_missing_file(table: Write, tmp_path: Path) -> None:
    (problem,) = problems_of(table(GOOD, header=tuple(name for name in COLUMNS if name != "by")))
    assert problem.expected == "there is no column 'by'"
    (problem,) = problems_of(tmp_path / "none.tsv")
    assert problem.expected == "the file of confirmations does not exist"


def test_size_may_be_left_out(table: Write) -> None:
    assert read_confirmations(table(GOOD, header=tuple(name for name in COLUMNS if name != "size")))


def test_rows_stand_by_patient_in_the_order_of_the_file(table: Write) -> None:
    rows = [("a", "P2"), ("b", "P1"), ("c", "P2")]
    found = read_confirmations(table(*({**GOOD, "method": method, "patient": who} for method, who in rows)))
    methods = {who: [one.method for one in each] for who, each in found.items()}
    assert methods == {"P2": ["a", "c"], "P1": ["b"]}


def test_patients_that_are_not_in_the_sheet_are_one_warning() -> None:
    confirmed = [f"P{number}" for number in range(9)]
    (warning,) = strangers(Path("c.tsv"), confirmed, ["P0"])
    assert warning.expected == "warning: not in the sample sheet: P1, P2, P3, P4, P5 and 3 more"
    assert strangers(Path("c.tsv"), ["P0"], ["P0", "P1"]) == []


def test_a_finding_is_found_by_either_name() -> None:
    names = ("C9orf72", "NM_000454.5:c.14C>T", "NC_000021.9:g.31659783C>T", "NM_000454.5:c.15C>T")
    rows = [
        Confirmation(finding=name, method="m", result=ConfirmationResult.CONFIRMED, date="2025-11-20", by="L")
        for name in names
    ]
    assert of_repeat(rows) == (rows[0],)
    assert of_variant(rows, variant()) == (rows[1], rows[2])
    assert of_variant(rows, variant(hgvs_c=None, hgvs_g=None)) == ()


@pytest.mark.parametrize(
    ("day", "told"), [("2025-11-20", []), ("2025-11-21", []), ("2025-11-22", ["P1"]), ("2999-01-01", ["P1"])]
)
def test_what_was_not_done_yet_confirms_nothing(table: Write, day: str, told: list[str]) -> None:
    path = table({**GOOD, "date": day})
    problems = in_the_future(read_confirmations(path), path, date(2025, 11, 20))
    assert [problem.patient for problem in problems] == told


def test_no_problem_repeats_a_cell(table: Write) -> None:
    """A person's name may have slipped into any column."""
    for column in COLUMNS:
        for cell in ("Jan Jansen", "Jansen\x07", "Jansen" * 1000):
            path = table({**GOOD, "result": "?", column: cell})
            assert not any("Jansen" in problem.line() for problem in problems_of(path)), column
