"""The answers that the history reads are those of the whole result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError
from als_screen.models import Report
from als_screen.reanalysis.enter import subjects
from als_screen.reanalysis.said import Said, load_said
from als_screen.reanalysis.upgrade import load_report
from unit.reports.samples import EXPANSION, NEGATIVE, VUS_REPORT

KEPT = Path(__file__).resolve().parents[2] / "data" / "results" / "1.0.jsonl"
LINES = [one.model_dump_json().encode() for one in (EXPANSION, NEGATIVE, VUS_REPORT)]
LINES += KEPT.read_bytes().splitlines()


@pytest.mark.parametrize("number", range(len(LINES)))
def test_the_answers_are_those_of_the_whole(number: int) -> None:
    line = LINES[number]
    found = load_said(line, "b.jsonl")
    assert subjects(found) == subjects(load_report(line, "b.jsonl"))
    assert isinstance(found, Said)


def test_a_line_of_another_writer_is_read_as_a_whole() -> None:
    spaced = json.dumps(json.loads(LINES[0])).encode()
    found = load_said(spaced, "b.jsonl")
    assert isinstance(found, Report)
    assert subjects(found) == subjects(EXPANSION)


@pytest.mark.parametrize("line", [LINES[0][:-40], LINES[0].replace(b'"repeat":', b'"other":', 1)])
def test_what_is_no_result_is_refused(line: bytes) -> None:
    with pytest.raises(AlsScreenError, match=r"b\.jsonl \| not a result"):
        load_said(line, "b.jsonl")
