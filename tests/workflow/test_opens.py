"""How often each step opens a patient's files: shared storage pays for every opening."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from workflow_runs import ROOT, run_cohort, write_sheet

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.workflow,
    pytest.mark.xdist_group("workflow"),
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]
EVIDENCE = ["screen_variants", "screen_repeat", "screen_coverage"]
#: htslib reads the index of a VCF for the header's sake, and again to query.
TWICE = {("screen_variants", "a.vcf.gz.tbi"): 2}


def test_each_step_opens_each_file_once(tmp_path: Path, demo_rows: list[dict[str, str]]) -> None:
    row = next(row for row in demo_rows if row["patient"] == "DEMO-09-NEGATIVE")
    for column, name in (("vcf", "a.vcf.gz"), ("reads", "a.bam")):
        for ending in ("", ".tbi" if column == "vcf" else ".bai"):
            shutil.copy2(f"{row[column]}{ending}", tmp_path / f"{name}{ending}")
    sample = row["patient"]
    cells = {"patient": sample, "vcf": "a.vcf.gz", "reads": "a.bam", "library": "pcr_free"}
    write_sheet(tmp_path / "samples.tsv", [cells])
    settings = ["--config", f"samples={tmp_path / 'samples.tsv'}", "report={pdf: false}"]
    run = run_cohort(tmp_path / "run", *settings, "--until", "interpret")
    assert run.code == 0, run.output
    log = tmp_path / "strace.txt"
    traced = [STRACE, "-f", "-s", "4096", "-e", "trace=execve,openat,clone,clone3,fork,vfork", "-o", str(log)]
    again = ["run", "--cores", "1", "--directory", str(tmp_path / "run"), *settings, "--until", "interpret"]
    forced = ["--forcerun", "check_inputs"]
    subprocess.run(
        [*map(str, traced), sys.executable, "-m", "als_screen.cli", *again, *forced],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    found = opens(log.read_text(errors="replace"), tmp_path)
    expected = {(step, name) for step in ("check_inputs", *EVIDENCE) for name in names_of(step)}
    assert dict(found) == {key: TWICE.get(key, 1) for key in expected}


def names_of(step: str) -> list[str]:
    """Return the files that a step needs."""
    vcf, reads = ["a.vcf.gz", "a.vcf.gz.tbi"], ["a.bam", "a.bam.bai"]
    return {"check_inputs": [*vcf, *reads], "screen_variants": vcf}.get(step, reads)


def opens(trace: str, folder: Path) -> Counter[tuple[str, str]]:
    """Return how often each step opened each of the patient's files, which are in `folder`.

    What Snakemake itself opens, to take a checksum of the input that it looks at, is no step's.
    """
    lines = [line.split(maxsplit=1) for line in trace.splitlines()]
    parents = {
        born[1]: pid for pid, call in lines if (born := re.search(r"(?:clone3?|fork)\b.*= (\d+)$", call))
    }
    steps = {
        pid: begun[1] for pid, call in lines if (begun := re.search(r"execve\(.*/scripts/(\w+)\.py", call))
    }
    found: Counter[tuple[str, str]] = Counter()
    for pid, call in lines:
        opened = re.search(rf'openat\(.*"{re.escape(str(folder))}/(a\.[^"/]+)"', call)
        step = step_of(pid, steps, parents)
        if opened and step and " = -1 " not in call:
            found[step, opened[1]] += 1
    return found


def step_of(pid: str, steps: dict[str, str], parents: dict[str, str]) -> str | None:
    """Return the step that a process, or the one that started it, belongs to."""
    while pid not in steps and pid in parents:
        pid = parents[pid]
    return steps.get(pid)
