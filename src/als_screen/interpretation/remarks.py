"""What a report remarks besides its findings: files that are doubtful, confirmations of nothing in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from als_screen.confirmations import REPEAT
from als_screen.evidence import PatientCheck, Severity
from als_screen.models import Confirmation, Variant


def file_remarks(check: PatientCheck) -> tuple[str, ...]:
    """Return what is doubtful about files that are used all the same."""
    return tuple(
        f"{Path(problem.path).name}: {problem.expected}; {problem.action}"
        for problem in check.problems
        if problem.severity is Severity.WARNING
    )


def unmatched(confirmed: Sequence[Confirmation], variants: Sequence[Variant]) -> tuple[str, ...]:
    """Return the confirmations of what the report does not have."""
    names = {REPEAT, *(name for one in variants for name in (one.hgvs_c, one.hgvs_g) if name)}
    return tuple(
        f"confirmations: {one.finding} ({one.method}, {one.date}) is not among the variants of this report"
        for one in confirmed
        if one.finding not in names
    )
