"""A patient whose files end the process that reads them, or hold it up, is that patient's matter alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workflow_runs import ROOT, Run, als_screen, run_cohort, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]

#: What becomes of the process of `screen_variants` that has the patient, and what the patient's report says.
DEATHS = {
    "SEGFAULT": ("os.kill(os.getpid(), signal.SIGSEGV)", "was ended by SIGSEGV"),
    "KILLED": (
        "os.kill(os.getpid(), signal.SIGKILL)",
        "was ended by SIGKILL, as happens when memory",
    ),
    "MEMORY": ("bytearray(2 << 30)", "needs more than 1000 MB of memory (limits.memory_mb)"),
    "ENDLESS": ("time.sleep(3600)", "took longer than 15 s (limits.seconds)"),
}
#: Loaded by every Python process of the run.
ONSET = """import os, signal, sys, tempfile, time
if any(argument.endswith("scripts/screen_variants.py") for argument in sys.orig_argv):
    from als_screen.variants import screen
    real, deaths = screen.screen_variants, {deaths}
    def screen_variants(patient, *others):
        tempfile.mkstemp()
        exec(deaths.get(patient.patient, ""))
        return real(patient, *others)
    screen.screen_variants = screen_variants
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, demo_inputs: Path) -> Run:
    """Return a run of a batch in which each patient but the first and the last ends its worker."""
    folder = tmp_path_factory.mktemp("deaths")
    vcf = ROOT / "demo" / "variants" / "DEMO-12-VCF-ONLY.vcf.gz"
    row = {"vcf": str(vcf), "vcf_sample": "DEMO-12-VCF-ONLY"}
    write_sheet(folder / "s.tsv", [{"patient": name, **row} for name in ("FIRST", *DEATHS, "LAST")])
    deaths = {name: code for name, (code, _) in DEATHS.items()}
    (folder / "sitecustomize.py").write_text(ONSET.format(deaths=deaths))
    settings = f"samples: {folder}/s.tsv\nreport: {{pdf: false}}\nlimits: {{seconds: 15, memory_mb: 1000}}\n"
    (folder / "my.yaml").write_text(settings)
    (folder / "tmp").mkdir()
    environment = {"PYTHONPATH": str(folder), "TMPDIR": str(folder / "tmp")}
    return run_cohort(folder / "run", "--configfile", str(folder / "my.yaml"), **environment)


def test_the_others_go_on(run: Run) -> None:
    assert run.code == 3, run.output
    status = {
        path.parent.name: json.loads(path.read_text())["status"]
        for path in run.results.glob("reports/*/*/report.json")
    }
    assert status == {**dict.fromkeys(("FIRST", "LAST"), "analysed"), **dict.fromkeys(DEATHS, "not_analysed")}


@pytest.mark.parametrize("patient", DEATHS)
def test_the_reason_is_told_in_a_line_and_in_the_report(run: Run, patient: str) -> None:
    reason = DEATHS[patient][1]
    (path,) = run.results.glob(f"reports/*/{patient}/report.json")
    assert reason in json.loads(path.read_text())["status_reason"]
    told = [line for line in run.output.splitlines() if f"{patient} | " in line and reason in line]
    assert sum(f"| failed patient | {patient} |" in line for line in told) == 1, "when it happens"
    assert sum(line.startswith(f"{patient} | not analysed | ") for line in told) >= 1, "at the end"
    assert reason in als_screen("status", str(run.directory)).output


def test_nothing_is_left_behind_in_the_temporary_folder(run: Run) -> None:
    assert [path.name for path in (run.directory.parent / "tmp").iterdir()] == []
