"""Whether the earlier run of `previous`, and the history, can be used: told before anything starts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from als_screen.config import Settings
from als_screen.errors import InputError, Problem
from als_screen.files import has_ended, is_cut, results_of, why_not_there

_NOT_THERE = "does not exist"
_RESTORE = "restore it from a backup, or start that run again"


def wrong_previous(folder: Path | None, directory: Path) -> list[Problem]:
    """Return why an earlier run cannot be compared with: it is none, or `directory`, where this one is."""
    if folder is None:
        return []
    if not why_not_there(folder) and folder.resolve() in (
        directory.resolve(),
        directory.resolve() / "results",
    ):
        action = "copy the earlier run with `cp -a` and run in the copy, see docs/reanalysis.md"
        return [Problem("", str(folder), "previous is the directory of this run", action)]
    why = {place: _why_no_findings(place / "findings") for place in (folder / "results", folder)}
    found = [place for place in why if not why[place]]
    if not found:
        denied = next((one for one in why.values() if one != _NOT_THERE), "")
        expected = denied or "is not the directory of a run: it holds no results/findings"
        action = "let this user read it" if denied else "correct the path in the configuration"
        return [Problem("", str(folder), f"previous {expected}", action)]
    if has_ended(found[0]):
        return []
    expected = "previous has not finished: neither run.json nor complete.json is there"
    return [Problem("", str(folder), expected, "start that run again, or name one that has finished")]


def _why_no_findings(place: Path) -> str:
    """Return "" where findings can be looked for in a directory, else why not."""
    why = why_not_there(place)
    if why or not place.is_dir():
        return why if why.startswith("cannot") else _NOT_THERE
    return "" if os.access(place, os.R_OK | os.X_OK) else "cannot be read: Permission denied"


def unusable_previous(settings: Settings) -> list[Problem]:
    """Return what of a finished earlier run, or of the history, would stop the comparison at the end.

    Records are read, findings only at their ends; the comparison reads them wholly.
    """
    if settings.previous is None:
        return []
    results = results_of(settings.previous)
    return [*_wrong_results(results), *_wrong_histories(settings.history, results)]


def _wrong_results(results: Path) -> Iterator[Problem]:
    from als_screen.reanalysis.folder import read_record

    try:
        record = read_record(results)
    except InputError as error:
        yield from error.problems
        return
    folder = results / "findings"
    named = [folder / f"{batch}.jsonl" for batch in record.get("batches", ())]
    for path in named or sorted(folder.glob("*.jsonl")):
        try:
            if is_cut(path):
                yield Problem("", str(path), "the findings of previous are cut off at their end", _RESTORE)
        except FileNotFoundError:
            yield Problem("", str(path), "the findings of previous are not all there", _RESTORE)
        except OSError as error:
            why = f"the findings of previous cannot be read: {error.strerror}"
            yield Problem("", str(path), why, "let this user read it")


def _wrong_histories(shared: Path | None, results: Path) -> Iterator[Problem]:
    """Yield what is wrong with the database of `history`, and with the one that is carried on."""
    from als_screen.reanalysis.database import why_unusable
    from als_screen.reanalysis.run import HISTORY

    for path in filter(None, (shared, results / HISTORY)):
        missing = why_not_there(path)
        why = missing.replace(_NOT_THERE, "") if missing else why_unusable(path)
        if path == shared:
            why = _why_not_written(path) or why
        if why:
            action = "restore it from a backup, mend its rights, or name another file as `history`"
            yield Problem("", str(path), f"the history of results {why}", action)


def _why_not_written(path: Path) -> str:
    """Return "" where a database can be changed, or made; SQLite writes a second file beside it."""
    above = next(folder for folder in path.absolute().parents if folder.is_dir())
    fine = os.access(above, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))
    return "" if fine else "cannot be written"
