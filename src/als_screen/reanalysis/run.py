"""A comparison from directory to directory: read, compare, write, remember."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from als_screen.files import replacing, results_of
from als_screen.reanalysis.database import asked, carry_on, opened, pack
from als_screen.reanalysis.enter import enter, enter_first, number_of
from als_screen.reanalysis.folder import RunFolder, read_record
from als_screen.reanalysis.outcome import Outcome
from als_screen.reanalysis.publish import publish
from als_screen.reanalysis.reanalyse import compare_runs
from als_screen.resources import Resources

#: Below `results/`: where a run's comparison with an earlier one is, and the history that it carries on.
FOLDER = Path("reanalysis")
HISTORY = FOLDER / "history.sqlite"


def reanalyse(
    old: RunFolder,
    new: RunFolder,
    out: Path,
    resources: Resources,
    today: str | None = None,
    history: Path | None = None,
) -> Outcome:
    """Compare two runs and write everything into `out`; `summary.json` comes last.

    Args:
        old: the earlier run; nothing of it is written.
        new: the later run.
        out: directory, made where it is not there.
        resources: bundled with this software.
        today: ISO date of a new run that is being made; None: it was made when its results say.
        history: the database to enter both runs in; None: `out/history.sqlite`. Where it is not there, or
            that of `out` does not know the old run, the history of the old run is carried on.
    """
    for left in (*out.glob(".*.tmp*"), *out.glob("amended/.*.tmp")):  # by a comparison that was killed
        left.unlink()
    outcome = compare_runs(old, new, resources)
    earlier = _earlier(out / HISTORY.name, old)
    if history is not None:
        _remember(history, earlier, old, new, today, outcome)
    else:
        with replacing(out / HISTORY.name) as temporary:
            os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY, 0o600))
            if earlier:
                shutil.copyfile(earlier, temporary)
            if _remember(temporary, None, old, new, today, outcome):
                pack(temporary)
    publish(outcome, out, _links(new, out, {row.patient for row in outcome.changes}))
    return outcome


def history_of(directory: Path) -> Path:
    """Return where the history is that the run of a directory was entered in."""
    results = results_of(directory)
    shared = read_record(results).get("config", {}).get("history")
    return Path(shared) if shared and Path(shared).is_file() else results / HISTORY


def _earlier(own: Path, old: RunFolder) -> Path | None:
    """Return the history to carry on: that of the earlier comparison here, or of the old run, or none."""
    if own.is_file():
        with asked(own) as database:
            if number_of(database, old) is not None:
                return own
    of_old = old.results / HISTORY
    return of_old if of_old.is_file() else None


def _remember(
    path: Path, earlier: Path | None, old: RunFolder, new: RunFolder, today: str | None, outcome: Outcome
) -> bool:
    """Enter both runs, and tell whether the new one was not there yet.

    A run that is being made is newer than any, whatever the times of copied files. A database that is new
    begins with what `earlier` has.
    """
    before, after = _date_of(old), today or _date_of(new)
    with opened(path) as database:
        if earlier:
            carry_on(database, earlier)
        enter_first(database, old, min(before, after) if today else before)
        return enter(database, old, new, after, outcome.changes, outcome.people)


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
