"""What a person is told of a real run: progress, failures, where it stands, its end, its record."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from als_screen.run_watch.diary import read_diary
from als_screen.run_watch.progress import KILLED
from workflow_runs import Run, als_screen, files_of, run_cohort, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]
SWAPPED = "DEMO-18-SWAPPED-VCF | interpret | the VCF and the reads are of different persons"


def test_failed_patients_are_told_when_it_happens_and_the_end(demo_run: Run) -> None:
    text = (demo_run.directory / "logs" / "progress.log").read_text(encoding="utf-8")
    log = [line.partition(" | ")[2] for line in text.splitlines()]
    assert [line for line in log if line.startswith(f"failed patient | {SWAPPED}")]
    assert log[-1].startswith("finished with failures | 18 of 21 patients done, 3 failed, 0 left | 100 %")
    for line in log:
        assert f"als-screen | {line}" in demo_run.output
    assert demo_run.output.index(f"| {SWAPPED}") < demo_run.output.index("Error in rule finish")


def test_where_a_finished_run_stands(demo_run: Run) -> None:
    run = als_screen("status", "--json", str(demo_run.directory))
    found = json.loads(run.output)
    assert (run.code, found["state"], found["patients"]) == (3, "finished_with_failures", 21)
    assert found["failed_patients"] == json.loads((demo_run.results / "failed.json").read_text())["lines"]
    assert found["failed_jobs"] == []
    assert {step: jobs["done"] for step, jobs in found["jobs"].items()} == dict.fromkeys(found["jobs"], 2)


def test_the_record_of_a_run_has_what_every_step_took(demo_run: Run) -> None:
    record = json.loads((demo_run.results / "run.json").read_text())
    steps = {(step["rule"], step["batch"]): step for step in record["steps"]}
    assert len(steps) == 6 * 2 + 1
    assert all(step["cpu_time"] > 0 and step["max_rss"] > 10 for step in steps.values())
    assert sum(step["patients"] or 0 for step in steps.values()) == 6 * 21
    assert record["pipeline"].keys() == {"name", "version", "commit", "modified"}
    assert {"patient", "path", "bytes", "modified"} == record["inputs"][0].keys()


def test_the_crate_names_what_is_there(demo_run: Run) -> None:
    graph = json.loads((demo_run.results / "ro-crate-metadata.json").read_text())["@graph"]
    entities: dict[str, Any] = {entity["@id"]: entity for entity in graph}
    made = [one["@id"] for one in entities["#run"]["result"]]
    assert {"cohort/cohort.tsv", "run.json", "reports/"} <= set(made)
    assert [name for name in made if not (demo_run.results / name).exists()] == []
    files = [entity for entity in graph if entity["@id"].startswith("file://")]
    assert len(files) > 21
    assert all(Path(one["@id"].removeprefix("file://")).exists() for one in files)


@pytest.fixture
def two(tmp_path: Path, demo_rows: list[dict[str, str]]) -> Path:
    """A configuration of two patients, each a slice, so that there are many short jobs."""
    rows = [row for row in demo_rows if row["patient"] in ("DEMO-03-SOD1-A5V", "DEMO-09-NEGATIVE")]
    write_sheet(tmp_path / "samples.tsv", rows)
    keys = (f"samples: {tmp_path}/samples.tsv", "batch_size: 1", "report: {pdf: false}")
    (tmp_path / "my.yaml").write_text("\n".join(keys) + "\n")
    return tmp_path / "my.yaml"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory, demo_rows: list[dict[str, str]]) -> Path:
    """A configuration of one patient."""
    folder = tmp_path_factory.mktemp("one")
    write_sheet(folder / "samples.tsv", [row for row in demo_rows if row["patient"] == "DEMO-03-SOD1-A5V"])
    (folder / "my.yaml").write_text(f"samples: {folder}/samples.tsv\nreport: {{pdf: false}}\n")
    return folder / "my.yaml"


@pytest.fixture(scope="module")
def undisturbed(one: Path) -> dict[str, bytes]:
    run = run_cohort(one.parent / "run", "--configfile", str(one))
    assert run.code == 0, run.output
    return files_of(run.directory)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_so_stands_so_and_goes_on(
    one: Path, undisturbed: dict[str, bytes], tmp_path: Path, number: signal.Signals
) -> None:
    """The whole group gets the signal, as from a terminal or when a batch system ends the job of a run."""
    arguments = ["run", "--cores", "1", "--configfile", str(one), "--directory", str(tmp_path / "run")]
    with subprocess.Popen(
        [sys.executable, "-m", "als_screen.cli", *arguments],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        while process.poll() is None and not list(tmp_path.glob("run/logs/check_inputs/*.jsonl")):
            time.sleep(0.05)
        running = als_screen("status", str(tmp_path / "run"))
        os.killpg(process.pid, number)
        said = process.communicate()[0].decode()
    assert (running.code, process.returncode) == (0, 1), said
    assert ": running\n" in running.output
    assert f"Stopped by {number.name}. What is done is kept" in said
    stopped = als_screen("status", "--json", str(tmp_path / "run"))
    found = json.loads(stopped.output)
    assert (stopped.code, found["state"], found["run"]["stopped_by"]) == (1, "stopped", number.name)
    assert found["failed_patients"] == [], "nobody's data are the reason"
    assert not list((tmp_path / "run" / "results").rglob("*.tmp"))
    again = run_cohort(tmp_path / "run", "--configfile", str(one))
    assert again.code == 0, again.output
    assert files_of(tmp_path / "run") == undisturbed


def kill_a_job(directory: Path, process: subprocess.Popen[bytes]) -> str:
    """Kill the first job of evidence that is seen at work, as memory that runs out would; return its name."""
    while process.poll() is None:
        for path in directory.glob("logs/screen_*/*.jsonl"):
            told = read_diary(path)
            if told.started and not told.ended:
                os.kill(told.started.process, signal.SIGKILL)
                return f"{path.parent.name}/{path.stem}"
        time.sleep(0.01)
    raise AssertionError("no job was seen at work")


def test_a_killed_job_is_named_with_its_log_and_the_others_go_on(two: Path, tmp_path: Path) -> None:
    arguments = ["run", "--cores", "1", "--configfile", str(two), "--directory", str(tmp_path / "run")]
    with subprocess.Popen(
        [sys.executable, "-m", "als_screen.cli", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        name = kill_a_job(tmp_path / "run", process)
        said = process.communicate()[0].decode()
    assert process.returncode == 1, said
    line = f"- | {name} | {KILLED} | see logs/{name}.log"
    assert f"als-screen | failed job | {line}" in said
    assert "als-screen | broken | 1 of 2 patients done, 0 failed, 1 left" in said
    run = als_screen("status", str(tmp_path / "run"))
    assert run.code == 1
    assert f"jobs that failed: 1\n  {line}\n" in run.output
