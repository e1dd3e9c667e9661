"""A real SLURM of one node on this machine: munged, slurmctld and slurmd, with a directory of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "scontrol", "squeue", "srun")
NODE = "node1"
CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=100000
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
MinJobAge=300
NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def why_not() -> str:
    """Return why SLURM cannot be started here, "" where it can."""
    missing = [program for program in PROGRAMS if not find(program)]
    if missing:
        return f"SLURM is not installed ({', '.join(missing)}); `make test` installs it"
    return "" if os.geteuid() == 0 else "SLURM's daemons can only be started by root"


def find(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


@dataclass(frozen=True)
class Slurm:
    """The running controller; every command goes to it alone, by `SLURM_CONF`."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what lets the commands find this controller; in a job, the plugin deletes `SLURM_CONF`."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": path}

    def ask(self, program: str, *arguments: str) -> str:
        """Return what a command of SLURM prints."""
        path = find(program)
        assert path
        done = subprocess.run(
            [path, *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    def jobs(self, state: str) -> list[tuple[str, str]]:
        """Return id and comment (which names the rule) of the jobs in a state."""
        lines = self.ask("squeue", "--noheader", f"--states={state}", "--format=%i|%k").splitlines()
        return [(number, comment) for number, _, comment in (line.partition("|") for line in lines)]


@contextmanager
def running(folder: Path) -> Iterator[Slurm]:
    """Start the three daemons, wait until the node is idle, and end them by their process at last."""
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    _write_key(folder / "munge.key")
    slurm = Slurm(folder)
    places = {"host": socket.gethostname().partition(".")[0], "node": NODE, "folder": folder}
    ports = {"controller_port": _free_port(), "node_port": _free_port()}
    (folder / "slurm.conf").write_text(CONFIGURATION.format(**places, **ports))
    _write_srun(folder)
    munge = [f"--{name}={folder}/munge.{end}" for name, end in MUNGE_FILES.items()]
    with (
        _daemon(folder, slurm, "munged", "--foreground", "--force", *munge),
        _daemon(folder, slurm, "slurmctld", "-D", "-c"),
        _daemon(folder, slurm, "slurmd", "-D", "-N", NODE),
    ):
        _wait_until_idle(slurm)
        yield slurm
        slurm.ask("scancel", "--state=RUNNING", "--user=root")


MUNGE_FILES = {
    "key-file": "key",
    "socket": "socket",
    "log-file": "log",
    "pid-file": "pid",
    "seed-file": "seed",
}


@contextmanager
def _daemon(folder: Path, slurm: Slurm, program: str, *arguments: str) -> Iterator[None]:
    path = find(program)
    assert path
    with (
        (folder / f"{program}.out").open("wb") as log,
        subprocess.Popen(
            [path, *arguments], env={**os.environ, **slurm.environment}, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _write_key(path: Path) -> None:
    path.write_bytes(secrets.token_bytes(128))
    path.chmod(0o600)


def _write_srun(folder: Path) -> None:
    wrapper = folder / "bin" / "srun"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {find("srun")} "$@"\n')
    wrapper.chmod(0o755)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_until_idle(slurm: Slurm) -> None:
    for _ in range(300):
        if "idle" in slurm.ask("sinfo", "--noheader", "--format=%T"):
            return
        time.sleep(0.1)
    said = "\n".join(path.read_text(errors="replace") for path in sorted(slurm.folder.glob("*.out")))
    raise RuntimeError(f"SLURM did not start:\n{said}")
