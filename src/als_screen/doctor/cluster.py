"""SLURM, as a profile asks for it: its commands, its answer, partition and account, how jobs are watched."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from als_screen.config import read_yaml
from als_screen.doctor.check import Check, ok, problem, warning
from als_screen.errors import InputError, Problem

SUBJECT = "SLURM"
COMMANDS = ("sbatch", "squeue", "scancel", "sinfo", "scontrol", "srun")
#: `squeue` forgets a finished job after MinJobAge seconds.
MIN_JOB_AGE = 120
NO_ACCOUNTING = ("", "(null)", "none", "accounting_storage/none")
SECONDS = 30


def read_profile(folder: Path) -> dict[str, Any]:
    """Return the settings of a Snakemake profile; raise `InputError` where it is none."""
    for name in ("config.v9+.yaml", "config.v8+.yaml", "config.yaml"):
        if (folder / name).is_file():
            return read_yaml(folder / name)
    raise InputError(
        [Problem("", str(folder), "is no profile: it holds no config.yaml", "correct --profile")]
    )


def cluster_checks(profile: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what can be said of the cluster that a profile asks for; nothing where it asks for none."""
    executor = profile.get("executor")
    if executor is None:
        return
    if executor != "slurm":
        yield warning("executor", f"{executor}", "not looked at: only SLURM is known here")
        return
    missing = [name for name in COMMANDS if not shutil.which(name)]
    if missing:
        action = "load SLURM's module, or start from a login node"
        yield problem(SUBJECT, f"not found: {', '.join(missing)}", action)
        return
    version = _ask("sinfo", "--version")
    partitions = _ask("sinfo", "--noheader", "--format=%R|%a")
    if partitions is None:
        yield problem(SUBJECT, "the controller does not answer", "see `sinfo`, and ask its administrators")
        return
    yield ok(SUBJECT, f"{version or 'a version that it does not tell'}, answers")
    chosen = _resources(profile)
    yield _partition(str(chosen.get("slurm_partition") or ""), partitions)
    yield from _watching(profile, str(chosen.get("slurm_account") or ""))


def _resources(profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default resources of a profile, as a mapping or as a list of `name=value`."""
    found = profile.get("default-resources") or {}
    if isinstance(found, Mapping):
        return dict(found)
    pairs = (str(item).partition("=") for item in found)
    return {name: value.strip("'\"") for name, _, value in pairs}


def _partition(wanted: str, listed: str) -> Check:
    states = dict(line.split("|") for line in listed.splitlines() if "|" in line)
    if not wanted:
        return ok("partition", f"SLURM's default, of {', '.join(sorted(states))}")
    if wanted not in states:
        action = f"set slurm_partition to one of {', '.join(sorted(states))}"
        return problem("partition", f"there is no {wanted}", action)
    if states[wanted] != "up":
        return problem("partition", f"{wanted} is {states[wanted]}", "choose another, or wait")
    return ok("partition", wanted)


def _watching(profile: Mapping[str, Any], account: str) -> Iterator[Check]:
    """Yield whether jobs can be watched as the profile says, and the account."""
    settings = _configuration(_ask("scontrol", "show", "config") or "")
    accounting = settings.get("AccountingStorageType", "").lower() not in (
        "",
        "(null)",
        "accounting_storage/none",
    )
    command = profile.get("slurm-status-command", "sacct")
    age = int("".join(filter(str.isdigit, settings.get("MinJobAge", "0"))) or 0)
    text = f"accounting is {'on' if accounting else 'off'}, jobs are watched by {command}"
    if command == "sacct" and not accounting:
        yield problem("accounting", text, "set slurm-status-command: squeue")
    elif command == "squeue" and age < MIN_JOB_AGE:
        action = f"ask for MinJobAge of {MIN_JOB_AGE} s or more" + (", or use sacct" if accounting else "")
        yield warning("accounting", f"{text}, which forgets a finished job after {age} s", action)
    else:
        yield ok("accounting", text)
    if account and accounting:
        yield _account(account)


def _account(account: str) -> Check:
    listed = _ask("sacctmgr", "--noheader", "--parsable2", "show", "accounts", account, "format=account")
    if listed is None:
        return warning("account", f"{account} could not be looked up", "see `sacctmgr show assoc`")
    if account not in listed.split():
        return problem("account", f"there is no {account}", "set slurm_account to one that you may use")
    return ok("account", account)


def _configuration(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _ask(program: str, *arguments: str) -> str | None:
    """Return what a command of SLURM prints, None where it fails or takes too long."""
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603
            [path, *arguments], capture_output=True, text=True, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
