"""`kill -9` while each rule writes, one after the other in one run: the end is the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workflow_runs import ROOT, Run, files_of, start, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]

#: Loaded by every Python process of the run: the first job of one of the rules that is about to give a
#: result its name says so, and waits there to be killed.
WAIT_TO_BE_KILLED = """import os, sys, time
from pathlib import Path
scripts = [Path(argument) for argument in sys.orig_argv if argument.endswith(".py")]
rule = next((path.stem for path in scripts if path.parent.name == "scripts"), "")
if rule in os.environ["KILL_AT"].split():
    real = os.replace
    def replace(source, target, **others):
        if "results" in Path(target).parts:
            mark = Path(os.environ["KILL_MARK"])
            mark.with_suffix(".new").write_text(f"{rule} {source}")
            real(mark.with_suffix(".new"), mark)
            time.sleep(600)
        return real(source, target, **others)
    os.replace = os.rename = replace
"""
#: Every rule has a script of its name (see `test_structure.py`).
RULES = {path.stem for path in (ROOT / "scripts").glob("*.py")}
SECONDS = 120


@pytest.fixture(scope="module")
def sound(small_run: Run, small_rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a finished run of two slices, compared with an earlier run."""
    directory = tmp_path_factory.mktemp("sound") / "run"
    directory.mkdir()
    write_sheet(directory / "samples.tsv", small_rows[:2])
    keys = (
        "samples: samples.tsv",
        "batch_size: 1",
        f"previous: {small_run.directory}",
        "report: {pdf: false}",
    )
    (directory / "my.yaml").write_text("\n".join(keys) + "\n")
    run = start(directory)
    assert run.code in (0, 3), run.output
    return directory


def test_killed_at_every_rule_the_run_ends_with_the_same_bytes(sound: Path, tmp_path: Path) -> None:
    directory = tmp_path / "run"
    directory.mkdir()
    for name in ("samples.tsv", "my.yaml"):
        shutil.copy(sound / name, directory / name)
    (tmp_path / "sitecustomize.py").write_text(WAIT_TO_BE_KILLED)
    whole, left = files_of(sound), set(RULES)
    while left:
        killed = kill_at_one_of(left, directory, tmp_path)
        left.remove(killed)
        there = {name: held for name, held in files_of(directory).items() if ".tmp" not in name}
        assert {name: whole.get(name) for name in there} == there, f"after {killed}"
    finished = start(directory)
    assert finished.code in (0, 3), finished.output
    assert files_of(directory) == whole
    assert [*directory.rglob("*.tmp")] == []


def kill_at_one_of(rules: set[str], directory: Path, work: Path) -> str:
    """Start the run and kill all of it when a job of one of the rules is about to name its result."""
    mark, log = work / "mark", work / "log"
    mark.unlink(missing_ok=True)
    arguments = ["run", "--cores", "1", "--directory", str(directory), "--configfile", f"{directory}/my.yaml"]
    hook = {"PYTHONPATH": str(work), "KILL_AT": " ".join(rules), "KILL_MARK": str(mark)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "als_screen.cli", *arguments],
            env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", **hook},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + SECONDS
    while not mark.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert alive, f"ended by itself before {sorted(rules)}: {log.read_text()}"
    assert mark.exists(), f"no job of {sorted(rules)} in {SECONDS} s: {log.read_text()}"
    rule, half = mark.read_text().split()
    assert Path(directory, half).exists(), "a file without its name is left, as a crash leaves it"
    return rule
