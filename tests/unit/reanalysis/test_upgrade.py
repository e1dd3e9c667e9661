"""Old results load; results of newer software are refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from als_screen.errors import AlsScreenError
from als_screen.models import SCHEMA_VERSION, Report
from als_screen.reanalysis.upgrade import UPGRADERS, load_report

KEPT = Path(__file__).resolve().parents[2] / "data" / "results"
FILES = sorted(KEPT.glob("*.jsonl"))


def test_there_is_a_file_of_every_version() -> None:
    assert {path.stem for path in FILES} == {*UPGRADERS, SCHEMA_VERSION}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_results_of_every_version_load(path: Path) -> None:
    reports = [load_report(line, path.name) for line in path.read_bytes().splitlines()]
    assert len(reports) == 2
    assert {report.schema_version for report in reports} == {SCHEMA_VERSION}


def test_fields_that_were_added_later_may_be_absent() -> None:
    data = json.loads(FILES[-1].read_bytes().splitlines()[0])
    later = [name for name, field in Report.model_fields.items() if not field.is_required()]
    old = {key: value for key, value in data.items() if key not in later or key == "schema_version"}
    assert "fingerprint" in later
    assert load_report(json.dumps(old).encode(), "old").fingerprint is None


def test_upgraders_are_chained() -> None:
    data = json.loads(FILES[-1].read_bytes().splitlines()[0])
    data["state"] = data.pop("status")

    def first(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "schema_version": "0.9"}

    def second(one: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in one.items() if key != "state"}
        return {**rest, "status": one["state"], "schema_version": SCHEMA_VERSION}

    line = json.dumps({**data, "schema_version": "0.8"}).encode()
    assert load_report(line, "old", {"0.8": first, "0.9": second}).status == data["state"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"schema_version": "99.0"}', "schema_version '99.0' is not known"),
        (b"{}", "schema_version None is not known"),
        (b"[1]", "schema_version None is not known"),
        (b'{"schema', "not JSON"),
        (b'{"x": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"schema_version": "1.0"}', "not a result of schema_version 1.0"),
    ],
    ids=["newer", "none", "list", "cut", "deep", "lacks fields"],
)
def test_what_cannot_be_read_is_refused(line: bytes, said: str) -> None:
    with pytest.raises(AlsScreenError, match=said):
        load_report(line, "b.jsonl")
