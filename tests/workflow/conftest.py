"""The demo cohort, screened once per test session with the real Snakemake."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from als_screen.simulate.demo import write_demo
from workflow_runs import ROOT, Run, run_cohort, start, write_sheet


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


@pytest.fixture(scope="session")
def small_rows(demo_rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Four patients of the demo with VCF and reads of their own."""
    rows = [row for row in demo_rows if row["vcf"].endswith(".vcf.gz") and row["reads"].endswith(".bam")]
    return [{**row, "batch": "b1", "library": "pcr_free"} for row in rows[:4]]


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory, small_rows: list[dict[str, str]]) -> Run:
    """Return a finished run of the small cohort, in two slices, with its own sheet and knowledge."""
    directory = tmp_path_factory.mktemp("small") / "run"
    directory.mkdir()
    write_sheet(directory / "samples.tsv", small_rows)
    shutil.copytree(ROOT / "resources" / "knowledge", directory / "knowledge")
    keys = ("samples: samples.tsv", "batch_size: 2", "knowledge: knowledge", "report: {pdf: false}")
    (directory / "my.yaml").write_text("\n".join(keys) + "\n")
    return start(directory)


@pytest.fixture
def cohort(tmp_path: Path, small_run: Run) -> Path:
    """Return a copy of the small run in a directory of its own."""
    shutil.copytree(small_run.directory, tmp_path / "run", symlinks=True)
    return tmp_path / "run"
