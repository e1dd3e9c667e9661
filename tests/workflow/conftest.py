"""The demo cohort, screened once per test session with the real Snakemake."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from als_screen.simulate.demo import write_demo
from workflow_runs import ROOT, Run, run_cohort


@pytest.fixture(scope="session")
def demo_inputs() -> Path:
    """Return the directory of the demo's input files, made where they are not there yet."""
    write_demo(ROOT / "demo")
    return ROOT / "demo"


@pytest.fixture(scope="session")
def demo_rows(demo_inputs: Path) -> list[dict[str, str]]:
    """Return the demo's sample sheet with absolute paths."""
    sheet = ROOT / "config" / "samples.tsv"
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        for column in ("vcf", "reads", "callable"):
            if row.get(column):
                row[column] = str((sheet.parent / row[column]).resolve())
    return rows


@pytest.fixture(scope="session")
def demo_run(demo_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return the finished run of the whole demo cohort."""
    return run_cohort(tmp_path_factory.mktemp("demo") / "run")
