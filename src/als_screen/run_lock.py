"""One run at a time in a directory."""

from __future__ import annotations

import fcntl
import sys
import time
from pathlib import Path
from typing import TextIO

from als_screen.errors import InputError, Problem


def one_run_at_a_time(directory: Path) -> TextIO:
    """Take the lock of a working directory; raise `InputError` where another run holds it.

    The kernel frees it when the process ends, however it ends, so a killed run never has to be unlocked
    (Snakemake's own lock files would; `profiles/default` turns them off). Keep the returned file open.
    """
    try:
        directory.mkdir(exist_ok=True)
        lock = (directory / "als-screen.lock").open("a", encoding="utf-8")
    except OSError as error:
        action = "name another directory with --directory, or mend this one"
        raise InputError(
            [Problem("", str(Path.cwd()), f"cannot be written: {error.strerror}", action)]
        ) from error
    try:
        _take(lock)
    except BlockingIOError as error:
        lock.close()
        expected = "another run is working in this directory"
        raise InputError([Problem("", str(Path.cwd()), expected, "wait for it, or stop it")]) from error
    except OSError:  # a file system that has no locks
        action = "start no second run here: this file system cannot guard against it"
        print(Problem("", str(lock.name), "warning: no lock could be taken", action).line(), file=sys.stderr)  # noqa: T201
    return lock


def _take(lock: TextIO, tries: int = 5) -> None:
    """Lock a file; whoever only looks whether it is locked (`als-screen status`) has it for a moment."""
    for more in reversed(range(tries)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not more:
                raise
            time.sleep(0.05)
        else:
            return
