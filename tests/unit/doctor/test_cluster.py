"""What the doctor says of answers that SLURM's commands give; tests/slurm asks a real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from als_screen.doctor.check import Check, Health
from als_screen.doctor.cluster import cluster_checks, read_profile
from als_screen.errors import InputError

ANSWERS = {
    "sbatch": "",
    "squeue": "",
    "scancel": "",
    "srun": "",
    "sinfo": 'case "$1" in --version) echo slurm 22.05.8;; *) printf "main|up\\nold|down\\n";; esac',
    "scontrol": 'printf "AccountingStorageType   = accounting_storage/none\\nMinJobAge = 300 sec\\n"',
    "sacctmgr": "echo als",
}
PROFILE = {"executor": "slurm", "slurm-status-command": "squeue"}


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands that answer as SLURM's do, and no others."""
    for name, answer in ANSWERS.items():
        command(tmp_path, name, answer)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def command(folder: Path, name: str, answer: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{answer}\n")
    (folder / name).chmod(0o755)


def checks(**more: Any) -> dict[str, Check]:
    return {check.subject: check for check in cluster_checks(PROFILE | more)}


@pytest.mark.usefixtures("commands")
def test_a_cluster_that_is_well() -> None:
    found = checks()
    assert {check.health for check in found.values()} == {Health.OK}
    assert found["SLURM"].found == "slurm 22.05.8, answers"
    assert found["accounting"].found == "accounting is off, jobs are watched by squeue"


def test_commands_that_are_missing(commands: Path) -> None:
    (commands / "squeue").unlink()
    found = checks()["SLURM"]
    assert (found.health, found.found) == (Health.PROBLEM, "not found: squeue")


def test_a_controller_that_does_not_answer(commands: Path) -> None:
    command(commands, "sinfo", "exit 1")
    assert checks()["SLURM"].health is Health.PROBLEM


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize(
    ("resources", "health", "text"),
    [
        ({"slurm_partition": "main"}, Health.OK, "main"),
        (["slurm_partition='main'"], Health.OK, "main"),
        ({"slurm_partition": "old"}, Health.PROBLEM, "old is down"),
        ({"slurm_partition": "none"}, Health.PROBLEM, "there is no none"),
        (None, Health.OK, "SLURM's default, of main, old"),
    ],
)
def test_the_partition_of_the_profile(resources: object, health: Health, text: str) -> None:
    found = checks(**{"default-resources": resources})["partition"]
    assert (found.health, found.found) == (health, text)


ON = 'printf "AccountingStorageType = accounting_storage/slurmdbd\\nMinJobAge = {} sec\\n"'


@pytest.mark.parametrize(
    ("scontrol", "watched", "health"),
    [
        (ANSWERS["scontrol"], "sacct", Health.PROBLEM),
        (ON.format(300), "sacct", Health.OK),
        (ON.format(5), "squeue", Health.WARNING),
        (ON.format(300), "squeue", Health.OK),
    ],
    ids=["off", "on", "forgetful", "both"],
)
def test_how_jobs_are_watched(commands: Path, scontrol: str, watched: str, health: Health) -> None:
    command(commands, "scontrol", scontrol)
    assert checks(**{"slurm-status-command": watched})["accounting"].health is health


@pytest.mark.parametrize(("account", "health"), [("als", Health.OK), ("other", Health.PROBLEM)])
def test_the_account_where_accounting_is_on(commands: Path, account: str, health: Health) -> None:
    command(commands, "scontrol", ON.format(300))
    assert checks(**{"default-resources": {"slurm_account": account}})["account"].health is health
    command(commands, "sacctmgr", "exit 1")
    assert checks(**{"default-resources": {"slurm_account": account}})["account"].health is Health.WARNING


def test_other_executors_and_none() -> None:
    assert list(cluster_checks({"cores": 2})) == []
    (found,) = cluster_checks({"executor": "cluster-generic"})
    assert found.health is Health.WARNING


def test_a_profile_is_a_folder_with_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no profile"):
        read_profile(tmp_path)
    (tmp_path / "config.yaml").write_text("executor: local")
    assert read_profile(tmp_path) == {"executor": "local"}
    (tmp_path / "config.v9+.yaml").write_text("executor: slurm")
    assert read_profile(tmp_path) == {"executor": "slurm"}
    shipped = read_profile(Path(__file__).resolve().parents[3] / "profiles" / "slurm")
    assert (shipped["executor"], shipped["slurm-status-command"]) == ("slurm", "squeue")
