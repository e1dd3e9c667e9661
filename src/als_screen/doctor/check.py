"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from als_screen.errors import one_line


class Health(StrEnum):
    """Ok; works, but look at it; or a run cannot work as it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found, and what to do where it is not ok."""

    subject: str
    health: Health
    found: str
    action: str = ""

    def line(self) -> str:
        """Return it in one printable line."""
        parts = [f"{self.health:<7}", self.subject, self.found, *([self.action] if self.action else [])]
        return " | ".join(one_line(part) for part in parts)


def ok(subject: str, found: str) -> Check:
    """Return a check without anything to do."""
    return Check(subject, Health.OK, found)


def warning(subject: str, found: str, action: str) -> Check:
    """Return a check that a run survives."""
    return Check(subject, Health.WARNING, found, action)


def problem(subject: str, found: str, action: str) -> Check:
    """Return a check that a run does not survive."""
    return Check(subject, Health.PROBLEM, found, action)
