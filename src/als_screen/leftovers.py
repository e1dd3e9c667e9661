"""What processes that were killed while they wrote have left in the directory of a run.

Only the process that runs Snakemake, with the lock of the directory, looks for it: while no job is at work.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from als_screen.errors import AlsScreenError
from als_screen.files import is_temporary
from als_screen.run_watch.state import End, read_state

#: Parts of a run's directory in which files are written as `files.replacing` does.
WRITTEN = ("results", "logs")


def remove_leftovers_of_last(directory: Path) -> None:
    """Remove what the last run in a directory left, unless it ended well: its end did so then."""
    try:
        last = read_state(directory)
    except AlsScreenError:
        last = None
    if last is None or last.end not in (End.FINISHED, End.FINISHED_WITH_FAILURES):
        remove_leftovers(directory)


def remove_leftovers(directory: Path) -> None:
    """Remove files and folders with a temporary name of ours; what cannot be removed stays."""
    for part in WRITTEN:
        for folder, folders, names in os.walk(directory / part):
            for name in filter(is_temporary, [*folders, *names]):
                _remove(Path(folder, name))
            folders[:] = (name for name in folders if not is_temporary(name))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
