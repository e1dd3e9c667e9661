"""A comparison from directory to directory: read, compare, write, remember."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from als_screen.files import replacing
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.history import enter, opened
from als_screen.reanalysis.outcome import Outcome
from als_screen.reanalysis.publish import publish
from als_screen.reanalysis.reanalyse import compare_runs
from als_screen.resources import Resources

HISTORY = Path("reanalysis") / "history.sqlite"


def reanalyse(
    old: RunFolder, new: RunFolder, out: Path, resources: Resources, today: str, history: Path | None = None
) -> Outcome:
    """Compare two runs and write everything into `out`; `summary.json` comes last.

    Args:
        old: the earlier run; nothing of it is written.
        new: the later run.
        out: directory, made where it is not there.
        resources: bundled with this software.
        today: ISO date of the new run, for the history.
        history: the database to enter both runs in; None: `out/history.sqlite`, a copy of the old run's with
            both runs in it.
    """
    for left in (*out.glob(".*.tmp*"), *out.glob("amended/.*.tmp")):  # by a comparison that was killed
        left.unlink()
    outcome = compare_runs(old, new, resources)
    if history is not None:
        _remember(history, old, new, today, outcome)
    else:
        with replacing(out / HISTORY.name) as temporary:
            os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY, 0o600))
            if (old.results / HISTORY).is_file():
                shutil.copyfile(old.results / HISTORY, temporary)
            _remember(temporary, old, new, today, outcome)
    publish(outcome, out, _links(new, out, {row.patient for row in outcome.changes}))
    return outcome


def _remember(path: Path, old: RunFolder, new: RunFolder, today: str, outcome: Outcome) -> None:
    with opened(path) as database:
        enter(database, old, _date_of(old))
        enter(database, new, today, outcome.changes)


def _date_of(run: RunFolder) -> str:
    """Return the day on which a run wrote its results last."""
    newest = max(line.path.stat().st_mtime for line in run.lines.values())
    return datetime.fromtimestamp(newest, UTC).date().isoformat()


def _links(run: RunFolder, out: Path, patients: Iterable[str]) -> dict[str, str]:
    """Return the reports of patients relative to `out`, where there are any."""
    found = {}
    for patient in patients:
        report = run.results / "reports" / run.lines[patient].batch / patient / "report.html"
        if report.is_file():
            found[patient] = os.path.relpath(report, out)
    return found
