"""A sheet or configuration with mistakes stops everything before it starts, with one line per mistake."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from als_screen.samples import PERSONAL
from workflow_runs import ROOT, run_cohort, text_of, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]


def ten_mistakes(directory: Path, demo_rows: list[dict[str, str]]) -> Path:
    """Return a sheet with ten different mistakes in it."""
    good = next(row for row in demo_rows if row["vcf"] and row["reads"])
    changes = [
        {"patient": "twice"},
        {"patient": "twice"},  # 1: the same id again
        {"patient": "../escape"},  # 2: an id that is a path
        {"patient": "no-files", "vcf": "", "reads": ""},  # 3
        {"patient": "missing-vcf", "vcf": "nowhere.vcf.gz"},  # 4
        {"patient": "missing-reads", "reads": "nowhere.bam"},  # 5
        {"patient": "not-a-vcf", "vcf": "notes.txt"},  # 6
        {"patient": "bad-sex", "sex": "f"},  # 7
        {"patient": "bad-diagnosis", "diagnosis": "als?"},  # 8
        {"patient": "bad-age", "age_at_onset": "sixty"},  # 9
        {"patient": "Bad-Age"},  # 10: differs in case only
    ]
    return write_sheet(directory / "samples.tsv", [{**good, **change} for change in changes])


def test_ten_mistakes_print_ten_lines_and_exit_2(tmp_path: Path, demo_rows: list[dict[str, str]]) -> None:
    sheet = ten_mistakes(tmp_path, demo_rows)
    run = run_cohort(tmp_path / "run", "--config", f"samples={sheet}")
    assert run.code == 2, run.output
    lines = [line for line in run.output.splitlines() if " | " in line]
    assert len(lines) == 10, run.output
    assert all(line.count(" | ") == 3 for line in lines)
    assert "Traceback" not in run.output
    assert not (run.directory / "results").exists()


def test_plain_snakemake_prints_the_same_lines_and_exits_1(
    tmp_path: Path, demo_rows: list[dict[str, str]]
) -> None:
    sheet = ten_mistakes(tmp_path, demo_rows)
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--snakefile", str(ROOT / "Snakefile")]
    done = subprocess.run(
        [*command, "--directory", str(tmp_path), "--config", f"samples={sheet}"],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = run_cohort(tmp_path / "run", "--config", f"samples={sheet}")
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if " | " in line] == [
        line for line in ours.output.splitlines() if " | " in line
    ]
    assert "Traceback" not in done.stderr


def test_nothing_that_is_printed_or_logged_of_a_bad_sheet_is_personal(
    tmp_path: Path, demo_rows: list[dict[str, str]]
) -> None:
    sheet = sheet_with_names_everywhere(tmp_path, demo_rows)
    ours = run_cohort(tmp_path / "run", "--config", f"samples={sheet}")
    assert ours.code == 2, ours.output
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--snakefile", str(ROOT / "Snakefile")]
    plain = subprocess.run(
        [*command, "--directory", str(tmp_path / "plain"), "--config", f"samples={sheet}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert plain.returncode == 1, plain.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != sheet]
    texts = [ours.output, plain.stdout, plain.stderr, *map(text_of, written)]
    assert all("row 3, sex" in text for text in (ours.output, plain.stderr))
    assert [text for text in texts if "Confidential" in text] == []


def sheet_with_names_everywhere(directory: Path, demo_rows: list[dict[str, str]]) -> Path:
    """Return a sheet with something personal in every column that is meant for it, and in others."""
    good = next(row for row in demo_rows if row["vcf"] and row["reads"])
    personal = {column: f"Confidential {column}" for column in PERSONAL}
    columns = ("patient", "vcf", "callable", "reads", "library", "batch", "sex", "age_at_onset", "language")
    rows = [
        {**good, **personal, "patient": f"P{number}", column: "Confidential Person"}
        for number, column in enumerate(("name", *columns))
    ]
    rows[1]["sex"] = "Confidential Person"  # in row 3, whose id cannot be one either
    return write_sheet(directory / "samples.tsv", rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("samples: [", "cannot be read"),
        ("- a list", "not a mapping"),
        ("sampels: s.tsv", "unknown key"),
        ("batch_size: 0", "batch_size"),
        ("reference: {build: hg19}", "reference.build"),
    ],
    ids=["broken YAML", "no mapping", "misspelt key", "out of bounds", "unknown value"],
)
def test_bad_configuration_exits_2(tmp_path: Path, demo_inputs: Path, text: str, expected: str) -> None:
    config = tmp_path / "my.yaml"
    config.write_text(text)
    run = run_cohort(tmp_path / "run", "--configfile", str(config))
    assert run.code == 2, run.output
    assert expected in run.output
    assert "Traceback" not in run.output
