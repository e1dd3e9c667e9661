"""A bug that one patient's data meet: it ends that patient's result only, and never silently."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
BUG = "a fault of the software"


def told(error: Exception) -> str:
    """Print the traceback, for the job's log, and return the reason that the patient has no result.

    It says where, and nothing of the error's text: that may hold what the data say.
    """
    traceback.print_exception(error, file=sys.stderr)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    where = "".join(
        f" at {Path(frame.filename).relative_to(PACKAGE).as_posix()}:{frame.lineno}" for frame in own[-1:]
    )
    return f"{BUG}: {type(error).__name__}{where}; see the job's log, and tell who maintains als-screen"
