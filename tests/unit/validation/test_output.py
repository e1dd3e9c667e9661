"""The page, the table and the JSON of a validation."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from als_screen.regions import Gene
from als_screen.states import RepeatState
from als_screen.validation.output import COLUMNS, interval, is_wrong, percent, write_validation
from als_screen.validation.score import PatientOutcome, Validation, proportion, validation
from als_screen.validation.truth import TruthVariant
from unit.reports.pages import HOSTILE, Page
from unit.reports.samples import variant
from unit.validation.samples import result, results, sized
from unit.validation.test_score import A5V, truth


@pytest.fixture(scope="module", name="found")
def fixture_found() -> Validation:
    hostile = TruthVariant(f"=1+1 {HOSTILE}", Gene.FUS, "1A>C", None, None)
    reports = results(
        sized("a", RepeatState.EXPANDED, 2, 600, 400, None),
        result("b", variants=(variant(),)),
        result("c", RepeatState.NOT_ASSESSED),
    )
    truths = [
        truth("a", RepeatState.EXPANDED, short=2, long=700),
        truth("b", RepeatState.NOT_EXPANDED, variants=(A5V, hostile)),
        truth("c", RepeatState.EXPANDED),
    ]
    return validation(truths, reports, [0.07])


def test_three_files_that_say_the_same(found: Validation, tmp_path: Path) -> None:
    write_validation(found, tmp_path)
    assert json.loads((tmp_path / "validation.json").read_text())["patients"] == 3
    lines = (tmp_path / "validation.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t"))
    assert tuple(rows[0]) == COLUMNS
    assert [row["state"] for row in rows] == ["expanded", "not_expanded", "not_assessed"]
    assert rows[0]["long_interval"] == ">=400"
    assert rows[1]["missed"].startswith("'=1+1"), "no spreadsheet runs it"
    html = (tmp_path / "validation.html").read_text(encoding="utf-8")
    text = Page(html).text
    assert (
        "Sensitivity: called expanded or possible expansion 100.0% (95 % interval 2.5%–100.0%; 1 of 1)"
        in text
    )
    assert "50.0% (95 % interval 1.3%–98.7%; 1 of 2)" in text, "the worst case"
    assert "<script" not in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_who_needs_a_look(found: Validation) -> None:
    assert [is_wrong(row) for row in found.rows] == [False, True, True]


@pytest.mark.parametrize(
    ("bounds", "text"), [(None, ""), ((2, 2), "2-2"), ((240, None), ">=240"), ((5, 9), "5-9")]
)
def test_intervals(bounds: tuple[int, int | None] | None, text: str) -> None:
    assert interval(bounds) == text


def test_nothing_to_count_is_said() -> None:
    assert percent(proportion(0, 0)) == "nothing to count"


def test_records_are_kept_whole(found: Validation) -> None:
    assert Validation.model_validate_json(found.model_dump_json()) == found
    assert isinstance(found.rows[0], PatientOutcome)
