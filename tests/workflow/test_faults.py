"""Faults of the machine: full, read-only and failing disks, odd locales and clocks; a new start mends all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from workflow_runs import ROOT, Run, files_of, run_cohort, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]

#: Every Python process of a run takes the time with what a file says beside it.
OTHER_CLOCK = """
import os, time
from pathlib import Path
real = time.time
time.time = lambda: real() + float(Path(os.environ["CLOCK"]).read_text() or 0)
"""

Mount = Callable[[Path, str], None]


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Mount]:
    """Return a function that mounts a small file system; a machine that may not mount cannot run the test."""
    if os.geteuid() != 0:
        pytest.skip("mounting takes root")
    mounted: list[Path] = []

    def one(target: Path, options: str) -> None:
        target.mkdir()
        try:
            mount("-t", "tmpfs", "-o", options, "tmpfs", str(target))
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this machine does not mount: {error.stderr!r}")
        mounted.append(target)

    yield one
    for target in reversed(mounted):
        subprocess.run(["umount", str(target)], check=True)


@pytest.fixture(scope="module")
def config(demo_rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the configuration of a cohort of one: a carrier with VCF and reads."""
    folder = tmp_path_factory.mktemp("one")
    row = next(row for row in demo_rows if row["patient"] == "DEMO-03-SOD1-A5V")
    write_sheet(folder / "samples.tsv", [row])
    (folder / "my.yaml").write_text(f"samples: {folder}/samples.tsv\nreport: {{pdf: false}}\n")
    return folder / "my.yaml"


def copy_inputs(demo_rows: list[dict[str, str]], folder: Path) -> None:
    """Put the files of the carrier, and a sheet that names them, into a folder."""
    row = next(row for row in demo_rows if row["patient"] == "DEMO-03-SOD1-A5V")
    for column, index in (("vcf", ".tbi"), ("reads", ".bai")):
        for suffix in ("", index):
            shutil.copy2(f"{row[column]}{suffix}", folder)
        row = {**row, column: Path(row[column]).name}
    write_sheet(folder / "samples.tsv", [row])


def start(directory: Path, config: Path, **environment: str) -> Run:
    return run_cohort(directory, "--configfile", str(config), **environment)


@pytest.fixture(scope="module")
def undisturbed(config: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    run = start(tmp_path_factory.mktemp("undisturbed") / "run", config)
    assert run.code == 0, run.output
    return files_of(run.directory)


@pytest.mark.parametrize("kilobytes", [60, 160, 300])
def test_a_full_disk_stops_the_run_and_nothing_half_written_is_seen(
    config: Path, undisturbed: dict[str, bytes], tmpfs: Mount, tmp_path: Path, kilobytes: int
) -> None:
    directory = tmp_path / "run"
    tmpfs(directory, f"size={kilobytes}k")
    run = start(directory, config)
    assert run.code == 1, run.output
    assert "No space left on device" in run.output
    there = files_of(directory)
    assert {name: undisturbed.get(name) for name in there} == there
    mount("-o", "remount,size=50m", str(directory))
    assert start(directory, config).code == 0
    assert files_of(directory) == undisturbed


def test_a_directory_that_cannot_be_written_is_told_in_a_line(
    config: Path, tmpfs: Mount, tmp_path: Path
) -> None:
    directory = tmp_path / "run"
    tmpfs(directory, "ro,size=1m")
    run = start(directory, config)
    assert run.code == 2, run.output
    assert "Traceback" not in run.output
    assert f"{directory} | cannot be written: Read-only file system" in run.output


def test_inputs_on_a_read_only_disk_are_enough(
    demo_rows: list[dict[str, str]], undisturbed: dict[str, bytes], tmpfs: Mount, tmp_path: Path
) -> None:
    inputs = tmp_path / "inputs"
    tmpfs(inputs, "size=50m")
    copy_inputs(demo_rows, inputs)
    mount("-o", "remount,ro", str(inputs))
    (tmp_path / "my.yaml").write_text(f"samples: {inputs}/samples.tsv\nreport: {{pdf: false}}\n")
    run = start(tmp_path / "run", tmp_path / "my.yaml")
    assert run.code == 0, run.output
    assert files_of(run.directory).keys() == undisturbed.keys()


@pytest.mark.parametrize("locale", ["C", "tr_TR.UTF-8"])
def test_the_locale_changes_no_byte(
    config: Path, undisturbed: dict[str, bytes], tmp_path: Path, locale: str
) -> None:
    run = start(tmp_path / "run", config, LC_ALL=locale, LANG=locale, PYTHONUTF8="0")
    assert run.code == 0, run.output
    assert files_of(run.directory) == undisturbed


@dataclass(frozen=True)
class FailingDisk:
    """A mounted folder that fails as `control` says (see `tests/failing_disk.py`)."""

    folder: Path
    control: Path

    def fail(self, operation: str, ending: str, error: str) -> None:
        self.control.write_text(f"{operation} {ending} {error}")

    def mend(self) -> None:
        self.control.unlink()


@pytest.fixture
def failing_disk(tmp_path: Path) -> Iterator[FailingDisk]:
    disk = FailingDisk(tmp_path / "disk", tmp_path / "control")
    (tmp_path / "beneath").mkdir()
    disk.folder.mkdir()
    program = [sys.executable, str(ROOT / "tests" / "failing_disk.py")]
    server = subprocess.Popen([*program, str(tmp_path / "beneath"), str(disk.folder), str(disk.control)])
    while not disk.folder.is_mount():
        if server.poll() is not None:
            pytest.skip("this machine has no FUSE (libfuse, /dev/fuse and the right to mount)")
        time.sleep(0.05)
    yield disk
    server.send_signal(signal.SIGTERM)
    server.wait()


@pytest.mark.parametrize(
    ("operation", "ending", "error"),
    [("read", ".bam", "EIO"), ("read", ".vcf.gz", "ESTALE"), ("open", ".bam", "ETIMEDOUT")],
)
def test_storage_that_fails_is_told_and_the_next_start_mends_it(
    demo_rows: list[dict[str, str]],
    failing_disk: FailingDisk,
    tmp_path: Path,
    operation: str,
    ending: str,
    error: str,
) -> None:
    copy_inputs(demo_rows, failing_disk.folder)
    config = tmp_path / "my.yaml"
    config.write_text(f"samples: {failing_disk.folder}/samples.tsv\nreport: {{pdf: false}}\n")
    # Snakemake reads small inputs itself; those of real patients are large.
    large = ["--max-checksum-file-size", "0"]
    undisturbed = run_cohort(tmp_path / "undisturbed", "--configfile", str(config), *large)
    failing_disk.fail(operation, ending, error)
    run = run_cohort(tmp_path / "run", "--configfile", str(config), *large)
    assert run.code == 3, run.output
    assert "DEMO-03-SOD1-A5V | analysed in part" in run.output
    assert "the storage fails" in run.output
    failing_disk.mend()
    run = run_cohort(tmp_path / "run", "--configfile", str(config), *large)
    assert run.code == 0, run.output
    assert files_of(run.directory) == files_of(undisturbed.directory)
    run = run_cohort(tmp_path / "run", "--configfile", str(config), *large)
    assert "screen_repeat" not in run.output


@pytest.mark.parametrize(("operation", "error"), [("write", "EIO"), ("rename", "EIO"), ("create", "ESTALE")])
def test_results_on_storage_that_fails_are_whole_or_not_there(
    config: Path, undisturbed: dict[str, bytes], failing_disk: FailingDisk, operation: str, error: str
) -> None:
    directory = failing_disk.folder / "run"
    failing_disk.fail(operation, ".jsonl" if operation == "rename" else ".tmp", error)
    run = start(directory, config)
    assert run.code == 1, run.output
    assert "Traceback" not in run.output
    there = files_of(directory)
    assert {name: undisturbed.get(name) for name in there} == there
    failing_disk.mend()
    assert start(directory, config).code == 0
    assert files_of(directory) == undisturbed


@pytest.mark.parametrize(("stage", "seconds"), [("checks", -3600), ("findings", 3600)])
def test_a_clock_that_jumps_while_the_run_goes_on_changes_no_byte(
    config: Path, undisturbed: dict[str, bytes], tmp_path: Path, stage: str, seconds: int
) -> None:
    directory = tmp_path / "run"
    run = jumping(directory, config, tmp_path / "clock", stage, str(seconds))
    assert run.code == 0, run.output
    assert files_of(directory) == undisturbed
    steps = json.loads((directory / "results" / "run.json").read_text())["steps"]
    started = {step["rule"]: step["started"] for step in steps}
    apart = started["report_cohort"] - started["check_inputs"]
    assert abs(apart - seconds) < 600, "the jobs saw the jump"


def jumping(directory: Path, config: Path, clock: Path, stage: str, offset: str) -> Run:
    """Screen while the clock of every process jumps by seconds once a stage has written something."""
    clock.write_text("0")
    directory.mkdir(exist_ok=True)
    arguments = ["run", "--cores", "2", "--directory", str(directory), "--configfile", str(config)]
    (clock.parent / "sitecustomize.py").write_text(OTHER_CLOCK)
    faked = {"PYTHONPATH": str(clock.parent), "CLOCK": str(clock)}
    with (clock.parent / "log").open("w+") as log:
        run = subprocess.Popen(
            [sys.executable, "-m", "als_screen.cli", *arguments],
            env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", **faked},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        while run.poll() is None and not list((directory / "results" / stage).glob("*")):
            time.sleep(0.02)
        assert run.poll() is None, f"it ended before there were {stage}"
        clock.write_text(offset)
        code = run.wait()
        log.seek(0)
        return Run(directory, code, log.read())


@pytest.mark.parametrize("years", [-2, 2])
def test_times_of_files_from_another_clock_change_no_byte(
    config: Path, undisturbed: dict[str, bytes], tmp_path: Path, years: int
) -> None:
    directory = tmp_path / "run"
    assert start(directory, config).code == 0
    then = time.time() + years * 365 * 86400
    for path in [*directory.rglob("evidence/**/*"), *directory.rglob("checks/*")]:
        os.utime(path, (then, then))
    assert start(directory, config).code == 0
    assert files_of(directory) == undisturbed
