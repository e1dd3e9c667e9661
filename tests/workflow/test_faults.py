"""Faults of the machine: full and read-only disks, odd locales; a new start gives the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workflow_runs import Run, files_of, run_cohort, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]

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
    row = next(row for row in demo_rows if row["patient"] == "DEMO-03-SOD1-A5V")
    for column, index in (("vcf", ".tbi"), ("reads", ".bai")):
        for suffix in ("", index):
            shutil.copy(f"{row[column]}{suffix}", inputs)
        row = {**row, column: Path(row[column]).name}
    write_sheet(inputs / "samples.tsv", [row])
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
