"""What two runs were made with, whoever wrote their lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from als_screen.errors import InputError
from als_screen.files import write_text
from als_screen.models import Report
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.versions import provenances, versions
from unit.reports.samples import EXPANSION


def made(folder: Path, *reports: Report, spaced: bool = False, **record: Any) -> RunFolder:
    lines = [one.model_dump_json() for one in reports]
    if spaced:
        lines = [json.dumps(json.loads(line)) for line in lines]
    write_text(folder / "results/findings/b.0001.jsonl", "".join(f"{line}\n" for line in lines))
    return RunFolder(folder, {"batches": {"b.0001": len(reports)}, **record})


def person(number: int, **settings: Any) -> Report:
    named = EXPANSION.patient.model_copy(update={"patient": f"P{number}"})
    provenance = EXPANSION.provenance.model_copy(update={"settings": settings})
    return EXPANSION.model_copy(update={"patient": named, "provenance": provenance})


@pytest.mark.parametrize("spaced", [False, True])
def test_every_set_of_versions_is_read_once(tmp_path: Path, spaced: bool) -> None:
    people = [
        person(0, repeat={"prior": "a"}),
        person(1, repeat={"prior": "b"}),
        person(2, repeat={"prior": "a"}),
    ]
    found = provenances(made(tmp_path, *people, spaced=spaced))
    assert [one.settings for one in found] == [{"repeat": {"prior": "a"}}, {"repeat": {"prior": "b"}}]
    assert found[0].resources == EXPANSION.provenance.resources


def test_versions_of_all_results_are_told(tmp_path: Path) -> None:
    old = made(tmp_path / "old", person(0, prior="a"), person(1, prior="b"))
    new = made(tmp_path / "new", person(2, prior="b"), spaced=True)
    moved = {one.name: (one.old, one.new) for one in versions(old, new) if one.old != one.new}
    assert moved == {"prior": (("a", "b"), ("b",))}
    assert "als-screen" in {one.name for one in versions(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ({}, {}, {}),
        ({"stages": {"interpret": 1}}, {"stages": {"interpret": 1}}, {}),
        (
            {"stages": {"interpret": 1}},
            {"stages": {"interpret": 2}},
            {"stage interpret": (("1",), ("2",))},
        ),
        ({}, {"pipeline": {"commit": "abc"}}, {"commit": (("not recorded",), ("abc",))}),
        ({"pipeline": {"commit": None}}, {"pipeline": {"commit": None, "modified": None}}, {}),
    ],
)
def test_software_is_more_than_a_version(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], moved: dict[str, Any]
) -> None:
    found = versions(made(tmp_path / "old", person(0), **old), made(tmp_path / "new", person(0), **new))
    assert {one.name: (one.old, one.new) for one in found if one.old != one.new} == moved


@pytest.mark.parametrize(
    ("old", "new"), [('"resources":{', '"resources":['), ('"pipeline":"', '"pipelime":"')]
)
def test_damaged_versions_are_told_in_a_line(tmp_path: Path, old: str, new: str) -> None:
    made(tmp_path, person(0))
    path = tmp_path / "results" / "findings" / "b.0001.jsonl"
    head, found, rest = path.read_text().rpartition('"provenance":{')
    assert old in rest
    path.write_text(head + found + rest.replace(old, new))
    with pytest.raises(
        InputError, match=r"b\.0001\.jsonl, patient P0 \| the versions of a result are damaged"
    ):
        provenances(RunFolder(tmp_path))
