"""What can be wrong, in two kinds: the person's request, and one patient's data.

`InputError` stops everything before it starts (exit code 2). `PatientDataError` is raised by the readers
when a file of one patient cannot be used; the batch loop turns it into that patient's recorded reason and
goes on (exit code 3 at the end). Anything else is a bug and keeps its traceback (exit code 1).
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass

from als_screen.storage import FAULTS

#: The disk, not the data and not the program: nothing half-written is left, and a new start goes on.
CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, *FAULTS}


#: Characters of a name, and of a whole reason, that a line or a report has: a header may hold megabytes.
LONGEST_NAME = 80
LONGEST_REASON = 1000
#: No part of a line is longer; paths have at most 4,096.
LONGEST_PART = 5000
#: Names that a reason lists; the others are counted.
LISTED = 5


def shortened(text: str, most: int = LONGEST_NAME) -> str:
    """Return a name, or another text, that fits its place."""
    return text if len(text) <= most else f"{text[:most]}…"


def listed(names: Sequence[str]) -> str:
    """Return the first of some names as text, and how many more there are; "none" for none."""
    shown = ", ".join(repr(shortened(name)) for name in names[:LISTED])
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return shown + more or "none"


def cannot_write(error: OSError) -> str:
    """Return an error of the disk as one line."""
    return one_line(f"{error.strerror} ({error.filename or 'results'}); mend that, then start again")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, said so that the reader can mend it.

    Attributes:
        patient: whose, or "" where it is nobody's in particular (the config).
        path: the file, sheet or config key it is about.
        expected: what is wrong against what was expected.
        action: what to do.
    """

    patient: str
    path: str
    expected: str
    action: str

    def line(self) -> str:
        """Return the problem as one printable line: control characters cannot forge a second one."""
        parts = [self.patient or "-", self.path or "-", self.expected, self.action]
        return " | ".join(shortened(one_line(part), LONGEST_PART) for part in parts)


def one_line(text: str) -> str:
    r"""Return `text` with everything that is not printable written as an escape (`\n`, `\x1b`, `\u202e`)."""
    if text.isprintable():  # nearly always, and ten times as fast
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class AlsScreenError(Exception):
    """Base of every error that is told in one line instead of a traceback."""


class InputError(AlsScreenError):
    """The request itself is wrong; nothing was started. Carries all problems at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line() for problem in self.problems))


class PatientDataError(AlsScreenError):
    """A file of one patient cannot be used; says which and what to do."""

    def __init__(self, path: str, expected: str, action: str) -> None:
        self.path = path
        self.expected = shortened(expected, LONGEST_REASON)
        self.action = action
        super().__init__(f"{path}: {self.expected}; {action}")
