"""CPU seconds of a reanalysis: many patients who share a run's evidence under names of their own.

`python benchmarks/reanalysis/measure.py RUN KNOWLEDGE [PATIENTS]`: RUN is a finished run (the demo),
KNOWLEDGE another knowledge directory, as `als-screen update-knowledge` makes it. One process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from als_screen.config import Settings
from als_screen.files import write_jsonl
from als_screen.interpretation.interpret import Interpreter
from als_screen.reanalysis.causes import row_of, settings_of
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.run import reanalyse
from als_screen.resources import bundled

T = TypeVar("T")


def timed(what: str, patients: int, body: Callable[[], T]) -> T:
    """Run `body` and print the CPU seconds that it took."""
    before = time.process_time()
    found = body()
    spent = time.process_time() - before
    print(f"{what}: {spent:.1f} CPU s, {1000 * spent / patients:.1f} ms a patient")
    return found


def write_findings(run: RunFolder, knowledge: Path | None, patients: int, folder: Path) -> None:
    """Interpret `patients` patients and write their findings."""

    def reports() -> Iterator[object]:
        first = next(iter(run.lines))
        settings = Settings.model_validate_json('{"samples": "s", ' + settings_of(run.report(first))[1:])
        interpreter = Interpreter(settings.model_copy(update={"knowledge": knowledge}), bundled())
        for number, one in enumerate(islice(cycle(run.lines), patients)):
            evidence = run.evidence(one)
            assert evidence is not None
            yield interpreter.report(replace(row_of(run.report(one)), patient=f"{one}-{number}"), evidence)

    write_jsonl(folder / "results" / "findings" / "all.jsonl", reports())  # type: ignore[arg-type]


def main() -> None:
    """Measure and print."""
    run, knowledge = RunFolder(Path(sys.argv[1])), Path(sys.argv[2])
    patients = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    with tempfile.TemporaryDirectory() as scratch:
        old, new = Path(scratch) / "old", Path(scratch) / "new"
        write_findings(run, None, patients, old)
        timed("interpret and write", patients, lambda: write_findings(run, knowledge, patients, new))
        folders = RunFolder(old), RunFolder(new)
        out = Path(scratch) / "out"
        outcome = timed(
            "compare and publish", patients, lambda: reanalyse(*folders, out, bundled(), "2026-01-01")
        )
        print(outcome.summary.statement)


if __name__ == "__main__":
    main()
