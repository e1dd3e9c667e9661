"""als-screen as a module of another workflow, under a prefix, beside a rule that uses its results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workflow_runs import ROOT, als_screen, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]
OTHER = f"""
module als_screen:
    snakefile: {str(ROOT / "Snakefile")!r}
    config: config["als"]
    prefix: "als"

use rule * from als_screen as als_*

rule summary:
    default_target: True
    input:
        table=rules.als_report_cohort.output.table,
        complete="als/results/complete.json",
    output: "patients.txt"
    shell: "cut -f 1,5 {{input.table:q}} > {{output:q}}"
"""


def snakemake(directory: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--configfile", "my.yaml"],
        cwd=directory,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_another_workflow_uses_the_rules_and_an_unchanged_run_does_nothing(
    tmp_path: Path, demo_rows: list[dict[str, str]]
) -> None:
    row = next(row for row in demo_rows if row["patient"] == "DEMO-03-SOD1-A5V")
    write_sheet(tmp_path / "samples.tsv", [row])
    (tmp_path / "Snakefile").write_text(OTHER)
    (tmp_path / "my.yaml").write_text("als:\n  samples: samples.tsv\n  report: {pdf: false}\n")
    snakemake(tmp_path)
    assert (tmp_path / "patients.txt").read_text() == "patient\tresult\nDEMO-03-SOD1-A5V\tpositive\n"
    assert not (tmp_path / "results").exists()
    record = json.loads((tmp_path / "als" / "results" / "run.json").read_text())
    assert record["totals"]["screen_repeat"]["cpu_time"] > 0
    status = als_screen("status", str(tmp_path / "als"))
    assert (status.code, status.output) == (0, f"{tmp_path / 'als'}: finished\n")
    assert als_screen("verify", str(tmp_path / "als")).code == 0
    assert "Nothing to be done" in snakemake(tmp_path)
