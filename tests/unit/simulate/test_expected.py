from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from als_screen.simulate.expected import differences

WANTED = {
    "patient": "P1",
    "status": "analysed",
    "result": "positive",
    "complete": "true",
    "C9orf72": "not_found",
    "SOD1": "positive",
    "TARDBP": "not_found",
    "FUS": "not_found",
    "repeat_state": "not_expanded",
    "repeat_short": "2",
    "repeat_long_low": "8",
    "repeat_long_high": "10",
    "findings": "c.1",
    "identity": "same",
    "note": "x",
}
SIZES = ("repeat_short", "repeat_long_low", "repeat_long_high")
UNKNOWN = {
    **WANTED,
    **dict.fromkeys(("C9orf72", "SOD1", "TARDBP", "FUS", "repeat_state", "identity"), "not_assessed"),
    **dict.fromkeys(("status", "result"), "not_analysed"),
    **dict.fromkeys((*SIZES, "findings"), ""),
    "complete": "false",
}


def report(**changes: Any) -> dict[str, Any]:
    return {
        "status": "analysed",
        "conclusion": {"result": "positive", "complete": True},
        "genes": {
            gene: {"state": "positive" if gene == "SOD1" else "not_found"}
            for gene in ("C9orf72", "SOD1", "TARDBP", "FUS")
        },
        "repeat": {"state": "not_expanded", "alleles": [{"repeats": 2}, {"repeats": 9}]},
        "variants": [
            {"hgvs_c": "c.1", "hgvs_g": "g.1", "reported": True},
            {"hgvs_c": "c.2", "hgvs_g": "g.2", "reported": False},
        ],
        "identity": {"state": "same"},
        **changes,
    }


def checked(tmp_path: Path, found: dict[str, Any], row: dict[str, str]) -> list[str]:
    table, path = tmp_path / "expected.tsv", tmp_path / "reports" / "b.0001" / "P1" / "report.json"
    table.write_text("\t".join(row) + "\n" + "\t".join(row.values()) + "\n")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(found))
    return differences(tmp_path, table)


def test_the_expected_answer_is_no_difference(tmp_path: Path) -> None:
    assert checked(tmp_path, report(), WANTED) == []


NOTHING = {
    "status": "not_analysed",
    "conclusion": {"result": "not_analysed", "complete": False},
    "genes": {gene: {"state": "not_assessed"} for gene in ("C9orf72", "SOD1", "TARDBP", "FUS")},
    "variants": [],
    "identity": {"state": "not_assessed"},
}


@pytest.mark.parametrize(
    ("alleles", "note"),
    [
        ([], "no read spoke"),
        ([{"repeats": 2}, {"repeats": None}], "the best estimate may be printed though nothing is concluded"),
    ],
)
def test_sizes_do_not_count_where_the_repeat_is_not_assessed(
    alleles: list[dict[str, int]], note: str, tmp_path: Path
) -> None:
    found = report(**NOTHING, repeat={"state": "not_assessed", "alleles": alleles})
    assert checked(tmp_path, found, UNKNOWN) == [], note


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"status": "analysed_in_part"}, "P1: status is analysed_in_part, expected analysed"),
        ({"conclusion": {"result": "positive", "complete": False}}, "P1: complete is false, expected true"),
        (
            {"repeat": {"state": "not_expanded", "alleles": [{"repeats": 2}, {"repeats": 11}]}},
            "P1: repeat_long is 11, expected 8-10",
        ),
        (
            {"repeat": {"state": "not_expanded", "alleles": [{"repeats": 2}, {"repeats": None}]}},
            "P1: repeat_long is None, expected 8-10",
        ),
        (
            {"repeat": {"state": "not_expanded", "alleles": [{"repeats": 3}, {"repeats": 9}]}},
            "P1: repeat_short is 3, expected 2",
        ),
        ({"variants": []}, "P1: findings is empty, expected c.1"),
        ({"identity": {"state": "different"}}, "P1: identity is different, expected same"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_other_answer_is_named(change: dict[str, Any], line: str, tmp_path: Path) -> None:
    assert checked(tmp_path, report(**change), WANTED) == [line]


def test_a_missing_report_is_named(tmp_path: Path) -> None:
    table = tmp_path / "expected.tsv"
    table.write_text("\t".join(WANTED) + "\n" + "\t".join(WANTED.values()) + "\n")
    assert differences(tmp_path, table) == [f"P1: 0 reports instead of one below {tmp_path / 'reports'}"]
