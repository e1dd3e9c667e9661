"""Hold the reports of a run of the demo against the table of expected answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from als_screen.regions import Gene
from als_screen.resources import DEFAULT_RESOURCES

EXPECTED = DEFAULT_RESOURCES.parent / "config" / "demo" / "expected.tsv"


def differences(results: Path, expected: Path = EXPECTED) -> list[str]:
    """Return one line for each answer in `results` that is not the expected one, [] where all are.

    The columns of `expected`: the sizes are of the point estimates, the long allele's within
    `repeat_long_low` and `repeat_long_high`; `findings` are the names of the reported variants joined by ";".
    """
    return [line for row in read_expected(expected) for line in _patient_differences(results, row)]


def read_expected(path: Path = EXPECTED) -> list[dict[str, str]]:
    """Return the rows of the table."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))


def _patient_differences(results: Path, row: dict[str, str]) -> Iterator[str]:
    patient = row["patient"]
    paths = sorted(results.glob(f"reports/*/{patient}/report.json"))
    if len(paths) != 1:
        yield f"{patient}: {len(paths)} reports instead of one below {results / 'reports'}"
        return
    found = answer(json.loads(paths[0].read_text(encoding="utf-8")))
    for column, value in found.items():
        if not _agrees(column, value, row):
            yield f"{patient}: {column} is {value or 'empty'}, expected {_wanted(column, row) or 'empty'}"


def answer(report: dict[str, Any]) -> dict[str, str]:
    """Return what the table compares of one `report.json`, by column."""
    sizes = [str(allele["repeats"]) for allele in report["repeat"]["alleles"]]
    state = report["repeat"]["state"]
    shown = sizes if len(sizes) == 2 and state != "not_assessed" else ["", ""]
    names = [variant["hgvs_c"] or variant["hgvs_g"] for variant in report["variants"] if variant["reported"]]
    return {
        "status": report["status"],
        "result": report["conclusion"]["result"],
        "complete": "true" if report["conclusion"]["complete"] else "false",
        **{gene: report["genes"][gene]["state"] for gene in Gene},
        "repeat_state": state,
        "repeat_short": shown[0],
        "repeat_long": shown[1],
        "findings": ";".join(names),
        "identity": report["identity"]["state"],
    }


def _agrees(column: str, value: str, row: dict[str, str]) -> bool:
    if column != "repeat_long":
        return value == row[column]
    low, high = row["repeat_long_low"], row["repeat_long_high"]
    return value == low if not low or not value.isdigit() else int(low) <= int(value) <= int(high)


def _wanted(column: str, row: dict[str, str]) -> str:
    if column != "repeat_long":
        return row[column]
    return "-".join(sorted({row["repeat_long_low"], row["repeat_long_high"]}, key=len))
