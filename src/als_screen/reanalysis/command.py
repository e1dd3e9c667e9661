"""The commands `als-screen compare`, `history` and `what-if`."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from als_screen.reanalysis.folder import RunFolder


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to those of `als-screen`."""
    _add_compare(commands)
    _add_history(commands)
    _add_what_if(commands)


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "compare two runs: what changed, for whom, and why"
    parser = commands.add_parser(
        "compare",
        help=text,
        description=f"{text.capitalize()}. Findings and reports are only read. See docs/reanalysis.md.",
    )
    parser.add_argument("old", type=Path, metavar="OLD", help="directory of the earlier run")
    parser.add_argument("new", type=Path, metavar="NEW", help="directory of the later run")
    parser.add_argument("--out", type=Path, help="directory to write to (default: NEW/results/reanalysis)")
    parser.add_argument("--history", type=Path, help="SQLite file to enter both runs in (default: in --out)")
    parser.set_defaults(command=_compare)


def _compare(options: argparse.Namespace) -> int:
    from als_screen.integrity import update_checksums
    from als_screen.job import collect_rarely
    from als_screen.reanalysis.folder import RunFolder
    from als_screen.reanalysis.publish import screenful
    from als_screen.reanalysis.run import reanalyse
    from als_screen.resources import bundled

    collect_rarely()
    old, new = RunFolder(options.old), RunFolder(options.new)
    place = options.out or _beside(old, new)
    _refuse_within(old, new, place, options.history)
    out = _place(place)
    results, before = new.results.resolve(), set(out.rglob("*"))
    outcome = reanalyse(old, new, out, bundled(), history=options.history)
    if out.is_relative_to(results):
        update_checksums(results, before | set(out.rglob("*")))
    print(screenful(outcome))  # noqa: T201
    print(f"written: {out / 'summary.json'}")  # noqa: T201
    return 0


def _beside(old: RunFolder, new: RunFolder) -> Path:
    """Return where the comparison of a run belongs; raise `InputError` where it has one with another run."""
    from als_screen.errors import InputError, Problem
    from als_screen.files import results_of
    from als_screen.reanalysis.run import FOLDER

    previous = new.record.get("config", {}).get("previous")
    if previous and results_of(Path(previous)).resolve() != old.results.resolve():
        expected = f"the results here are compared with those of {previous}"
        raise InputError([Problem("", str(new.results / FOLDER), expected, "name a directory with --out")])
    return new.results / FOLDER


def _refuse_within(old: RunFolder, new: RunFolder, out: Path, history: Path | None) -> None:
    """Raise `InputError` where something would be written into the earlier run."""
    from als_screen.errors import InputError, Problem

    place, own = out.resolve(), new.results.resolve()
    wrong = {}
    if place.is_relative_to(old.directory) and not place.is_relative_to(own):
        wrong["--out"] = out
    if history and history.resolve().is_relative_to(old.results.resolve()):
        wrong["--history"] = history
    if wrong:
        said = "is in the earlier run, of which nothing is written"
        action = "name a place outside of it"
        raise InputError([Problem("", str(path), f"{key} {said}", action) for key, path in wrong.items()])


def _place(place: Path) -> Path:
    """Return the directory to write a comparison to, made; raise `InputError` where it cannot be written."""
    from als_screen.errors import InputError, Problem
    from als_screen.files import make_directory

    out = place.resolve()
    make_directory(out, "the directory of the comparison (--out)")
    if not os.access(out, os.W_OK):
        raise InputError([Problem("", str(out), "cannot be written to", "name another directory with --out")])
    return out


def _add_history(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "every result of a patient over all runs, with first_seen and last_changed"
    parser = commands.add_parser("history", help=text, description=f"Print {text}, separated by tabs.")
    parser.add_argument("--patient", required=True, help="the patient's id")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--directory", type=Path, default=Path(), help="directory of a run that was compared")
    where.add_argument("--database", type=Path, help="the SQLite file itself")
    parser.set_defaults(command=_history)


def _history(options: argparse.Namespace) -> int:
    from als_screen.reanalysis.history import history, printed
    from als_screen.reanalysis.run import history_of

    path = options.database or history_of(options.directory)
    print(printed(history(path, options.patient)))  # noqa: T201
    return 0


def _add_what_if(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "who would change class or state under another policy or other knowledge"
    parser = commands.add_parser(
        "what-if",
        help=text,
        description=f"Print {text}; results are not touched.",
    )
    parser.add_argument("--policy", type=Path, help="YAML or JSON with the keys of a policy that change")
    parser.add_argument("--knowledge", type=Path, help="a knowledge directory")
    parser.add_argument("--directory", type=Path, default=Path(), help="directory of the run")
    parser.set_defaults(command=_what_if)


def _what_if(options: argparse.Namespace) -> int:
    from als_screen.errors import InputError, Problem, one_line
    from als_screen.job import collect_rarely
    from als_screen.reanalysis.folder import RunFolder
    from als_screen.reanalysis.what_if import what_if
    from als_screen.resources import bundled

    if not (options.policy or options.knowledge):
        raise InputError([Problem("", "what-if", "nothing was asked", "give --policy, --knowledge, or both")])
    collect_rarely()
    run = RunFolder(options.directory)
    with tempfile.TemporaryDirectory(prefix="als-screen.") as scratch:
        found = list(what_if(run, bundled(), Path(scratch), options.policy, options.knowledge))
    print("\t".join(("patient", "batch", "subject", "kind", "before", "after", "reportable")))  # noqa: T201
    for one in found:
        printed = bool(one.changes) and not run.withholds(run.report(one.patient))
        for change in one.changes:
            reportable = "yes" if change.reportable and printed else "no"
            cells = (one.patient, one.batch, change.subject, change.kind, change.before, change.after)
            print("\t".join(map(one_line, (*cells, reportable))))  # noqa: T201
        if one.unknown:
            print("\t".join((one.patient, one.batch, "", "unknown", "", "", one.unknown)))  # noqa: T201
    changed, unknown = sum(bool(one.changes) for one in found), sum(bool(one.unknown) for one in found)
    said = f"{changed} of {len(run.lines)} patients would change; {unknown} cannot be told"
    print(f"# {said}; no result was touched")  # noqa: T201
    return 0
