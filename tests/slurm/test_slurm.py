"""The demo on a real SLURM, where a job is cancelled and the node is lost: the results stay the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from als_screen.run_watch.diary import read_diary
from als_screen.simulate.demo import write_demo
from controller import NODE, Slurm, running, why_not
from workflow_runs import ROOT, Run, als_screen, clinvar_vcf, run_cohort, write_sheet

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]
SETTINGS = ["--config", "report={pdf: false}"]
#: What a cluster needs time for, and a test has not.
QUICK = ["--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "9", "--jobs", "4"]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    with running(tmp_path_factory.mktemp("slurm") / "controller") as started:
        yield started


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Run:
    write_demo(ROOT / "demo")
    return run_cohort(tmp_path_factory.mktemp("local") / "run", *SETTINGS)


def when_running(slurm: Slurm, rule: str, act: Callable[[str], None]) -> None:
    """Wait for a job of a rule to run, then do something to it."""
    for _ in range(1200):
        for number, comment in slurm.jobs("RUNNING"):
            if f"rule_{rule}_" in comment:
                act(number)
                return
        time.sleep(0.1)
    raise AssertionError(f"no job of {rule} was seen running")


def lose_node(slurm: Slurm) -> None:
    """Let the controller think that the node is down, and then that it is back."""
    slurm.ask("scontrol", "update", f"nodename={NODE}", "state=down", "reason=test")
    time.sleep(1)
    slurm.ask("scontrol", "update", f"nodename={NODE}", "state=resume")


def files_of(results: Path) -> dict[str, bytes]:
    """Return the results that are the same bytes wherever they are made."""
    paths = [path for path in results.rglob("*") if path.is_file() and path.name not in OF_THE_RUN]
    return {str(path.relative_to(results)): path.read_bytes() for path in sorted(paths)}


OF_THE_RUN = {"run.json", "run.sha256", "ro-crate-metadata.json"}


def test_the_doctor_finds_the_cluster_well(slurm: Slurm, tmp_path: Path) -> None:
    write_demo(ROOT / "demo")
    given = ("--profile", str(ROOT / "profiles" / "slurm"), "--directory", str(tmp_path), "--json")
    run = als_screen("doctor", *given, cwd=ROOT, **slurm.environment)
    assert run.code == 0, run.output
    found = {check["subject"]: check for check in json.loads(run.output)["checks"]}
    assert found["SLURM"]["found"].startswith("slurm")
    assert found["partition"]["found"] == "SLURM's default, of main"
    assert found["accounting"]["found"] == "accounting is off, jobs are watched by squeue"
    assert {found[name]["health"] for name in ("SLURM", "partition", "accounting")} == {"ok"}


def cancel(slurm: Slurm, job: str) -> None:
    slurm.ask("scancel", job)


def test_a_cancelled_job_and_a_lost_node_change_no_result(slurm: Slurm, local: Run, tmp_path: Path) -> None:
    arguments = ["run", "--profile", str(ROOT / "profiles" / "slurm"), "--directory", str(tmp_path / "run")]
    log = tmp_path / "output.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "als_screen.cli", *arguments, *QUICK, *SETTINGS],
            cwd=ROOT,
            env={**os.environ, **slurm.environment, "SOURCE_DATE_EPOCH": "1767225600"},
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            when_running(slurm, "check_inputs", lambda job: cancel(slurm, job))
            when_running(slurm, "screen_repeat", lambda _: lose_node(slurm))
            standing = als_screen("status", str(tmp_path / "run"))
            code = process.wait(240)
        finally:
            process.kill()
    said = log.read_text()
    assert code == local.code == 3, said
    assert "SLURM status is: 'CANCELLED'" in said
    assert "node failure" in said
    assert said.count("Trying to restart job") >= 2
    assert said.count("Error in rule finish") == 1, "what fails on purpose is not retried"
    found = re.findall(r"(?ms)^rule check_inputs:.*?mem_mb=(\d+),.*?runtime=(\d+)$", said)
    asked = {(int(memory), int(minutes)) for memory, minutes in found}
    twice = {(2 * memory, 2 * minutes - 1) for memory, minutes in asked}
    assert asked & twice, "the cancelled job asks for twice as much"
    assert standing.code == 0, standing.output
    assert ": running\n" in standing.output
    steps = json.loads((tmp_path / "run" / "results" / "run.json").read_text())["steps"]
    assert len(steps) == 13
    assert all(step["cpu_time"] > 0 for step in steps)
    started = [read_diary(path).started for path in (tmp_path / "run" / "logs").glob("*/*.jsonl")]
    assert all(one and one.slurm_job for one in started)
    assert "als-screen | finished with failures | 18 of 21 patients done, 3 failed, 0 left" in said
    here, there = files_of(local.results), files_of(tmp_path / "run" / "results")
    assert [name for name in here.keys() | there.keys() if here.get(name) != there.get(name)] == []
    assert len(list((tmp_path / "run" / "results" / "reports").glob("*/*/report.html"))) == 21


def test_a_scheduler_that_is_told_by_commands_gives_the_same_results(slurm: Slurm, tmp_path: Path) -> None:
    """`profiles/cluster-generic`, as for PBS, LSF and SGE, with the commands of SLURM; a job is cancelled."""
    sheet = tmp_path / "samples.tsv"
    vcf = ROOT / "demo" / "variants" / "DEMO-12-VCF-ONLY.vcf.gz"
    write_demo(ROOT / "demo")
    write_sheet(sheet, [{"patient": "P1", "vcf": str(vcf), "vcf_sample": "DEMO-12-VCF-ONLY"}])
    settings = ["--config", f"samples={sheet}", "report={pdf: false}"]
    here = run_cohort(tmp_path / "local", *settings)
    profile = ROOT / "profiles" / "cluster-generic"
    commands = {
        "submit": "sbatch --parsable --cpus-per-task={threads} --mem={resources.mem_mb}"
        f" --time={{resources.runtime}} --output={tmp_path}/job-%j.out --comment=rule_{{rule}}_",
        "status": f"sh {profile / 'status.sh'} slurm",
        "cancel": "scancel",
    }
    given = [f"--cluster-generic-{name}-cmd={command}" for name, command in commands.items()]
    arguments = ["run", "--profile", str(profile), "--directory", str(tmp_path / "run"), *given]
    log = tmp_path / "output.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "als_screen.cli", *arguments, "--latency-wait", "5", *settings],
            cwd=ROOT,
            env={**os.environ, **slurm.environment, "SOURCE_DATE_EPOCH": "1767225600"},
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            when_running(slurm, "check_inputs", lambda job: cancel(slurm, job))
            code = process.wait(240)
        finally:
            process.kill()
    said = log.read_text()
    assert code == here.code == 0, said
    assert said.count("Trying to restart job") == 1, said
    assert files_of(tmp_path / "run" / "results") == files_of(here.results)


def test_the_monthly_job_queues_the_next_one_and_goes_on_where_it_was(slurm: Slurm, tmp_path: Path) -> None:
    """`docs/recipes/reanalyse.sbatch`: cancelled in the middle, submitted again."""
    home, recipes = tmp_path / "home of runs", ROOT / "docs" / "recipes"
    home.mkdir()
    write_demo(ROOT / "demo")
    vcf = ROOT / "demo" / "variants" / "DEMO-12-VCF-ONLY.vcf.gz"
    write_sheet(home / "samples.tsv", [{"patient": "P1", "vcf": str(vcf), "vcf_sample": "DEMO-12-VCF-ONLY"}])
    (home / "my.yaml").write_text(f"samples: {home / 'samples.tsv'}\nreport: {{pdf: false}}\n")
    assert run_cohort(home / "first", "--configfile", str(home / "my.yaml")).code == 0
    (home / "current").symlink_to("first")
    clinvar = clinvar_vcf(tmp_path / "clinvar.vcf", {})
    path = f"{Path(sys.executable).parent}:{slurm.environment['PATH']}"
    submit = ("sbatch", "--parsable", f"--output={tmp_path}/job-%j.out", f"--export=ALL,PATH={path}")
    given = (str(recipes / "reanalyse.sbatch"), str(recipes), str(home), str(clinvar))

    first = slurm.ask(*submit, *given)
    assert wait_until(lambda: list(home.glob("20*/.snakemake/log/*"))), (
        tmp_path / f"job-{first}.out"
    ).read_text()
    slurm.ask("scancel", first)
    assert wait_until(lambda: not running_jobs(slurm))
    assert (home / "current").readlink() == Path("first")
    again = slurm.ask(*submit, *given)
    said = tmp_path / f"job-{again}.out"
    assert wait_until(lambda: "JobState=COMPLETED" in slurm.ask("scontrol", "show", "job", again)), (
        said.read_text()
    )
    assert "1 compared with the earlier run" in said.read_text()
    assert re.fullmatch(r"20\d\d-\d\d", str((home / "current").readlink()))
    waiting = slurm.ask("squeue", "--noheader", "--states=PENDING", "--format=%j|%S|%o").splitlines()
    assert len(waiting) == 1, "one job waits for next month, however often this month's was submitted"
    name, begin, command = waiting[0].split("|")
    assert (name, begin[8:]) == ("als-screen-reanalysis", "01T03:00:00")
    assert command == " ".join(given)
    slurm.ask("scancel", "--state=PENDING", "--user=root")


def running_jobs(slurm: Slurm) -> list[str]:
    return slurm.ask("squeue", "--noheader", "--states=RUNNING,COMPLETING", "--format=%i").split()


def wait_until(is_so: Callable[[], object]) -> bool:
    """Wait until something is so, four minutes at most."""
    for _ in range(1200):
        if is_so():
            return True
        time.sleep(0.2)
    return False
