"""The directory of the run: may it be written, has it room, can a run guard it, do other machines see it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from als_screen.doctor.check import Check, ok, problem, warning
from als_screen.doctor.machine import free_mb
from als_screen.run_watch.state import is_locked

#: Of a patient, with PDF and the reads behind pictures (docs/performance.md), rounded up; and of any run.
PATIENT_MB, RUN_MB = 1.5, 100
PATIENT_FILES = 30
#: File systems that only this machine sees.
OF_ONE_MACHINE = {"tmpfs", "ramfs", "overlay", "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "squashfs"}
SUBJECT = "run directory"


def place_checks(directory: Path, patients: int, cluster: bool) -> Iterator[Check]:
    """Yield what can be said of a directory that may not be there yet; nothing in it is changed."""
    base = directory.absolute()
    while not base.exists() and base != base.parent:
        base = base.parent
    if not base.is_dir():
        yield problem(SUBJECT, f"{base} is not a directory", "name another with --directory")
        return
    try:
        yield _can_lock(base)
    except OSError as error:
        action = "name another with --directory, or mend its rights"
        yield problem(SUBJECT, f"{base} cannot be written: {error.strerror}", action)
        return
    if is_locked(directory):
        yield problem(SUBJECT, "another run is working there", "wait for it, or stop it")
    yield _room(base, patients)
    if cluster:
        yield _shared(base)


def _can_lock(base: Path) -> Check:
    """Write, rename, lock and remove a file."""
    number, name = tempfile.mkstemp(prefix=".als-screen-doctor.", dir=base)
    path = Path(name)
    try:
        os.write(number, b"x")
        path = path.replace(path.with_suffix(".tmp"))
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            action = "never start two runs there: nothing would guard against it"
            return warning(SUBJECT, f"{base} has no file locks", action)
    finally:
        os.close(number)
        path.unlink()
    return ok(SUBJECT, f"{base} can be written and locked")


def _room(base: Path, patients: int) -> Check:
    subject = "disk space"
    need = int(RUN_MB + PATIENT_MB * patients)
    free, files = free_mb(base), os.statvfs(base).f_favail
    text = f"{free:,} MB free, about {need:,} MB needed for {patients:,} patients"
    action = "free some, or name another --directory"
    if free < need:
        return problem(subject, text, action)
    if files and files < patients * PATIENT_FILES:  # 0: a file system that does not count them
        return problem(subject, f"only {files:,} more files fit, {patients * PATIENT_FILES:,} needed", action)
    return warning(subject, text, action) if free < 2 * need else ok(subject, text)


def _shared(base: Path) -> Check:
    subject = "shared storage"
    kind = _file_system(base, Path("/proc/self/mounts"))
    if kind in OF_ONE_MACHINE:
        action = "make sure that compute nodes see this directory, the checkout and the patients' files"
        return warning(subject, f"{base} is on {kind}, which other machines usually do not see", action)
    return ok(subject, f"{base} is on {kind or 'an unknown file system'}")


def _file_system(path: Path, mounts: Path) -> str:
    """Return the type of the file system that a path lies on, "" where it cannot be told."""
    try:
        rows = [line.split(" ") for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    real = path.resolve()
    fitting = [row for row in rows if len(row) > 2 and real.is_relative_to(row[1].replace("\\040", " "))]
    return max(fitting, key=lambda row: len(row[1]))[2] if fitting else ""
