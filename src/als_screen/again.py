"""What the machine spoiled is tried again: patients whose worker died or whose storage failed.

Their slice is finished without them. A count of such ends, which is a parameter of the slice's rule, makes
Snakemake run it again at the next start. It lies beside Snakemake's own metadata: it is no result.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from als_screen.files import write_text

FOLDER = Path(".snakemake/als-screen-again")


class Faulty(Protocol):
    """A record of one patient that says whether the machine spoiled it."""

    @property
    def fault(self) -> bool:
        """Whether the machine is to blame, not the data."""


def note(stage: str, batch: str, records: Iterable[Faulty]) -> None:
    """Count one more end of a stage with faults, where there are any; before its output is written."""
    if any(record.fault for record in records):
        write_text(_path(stage, batch), str(times(stage, batch) + 1))


def times(stage: str, batch: str) -> int:
    """Return how often a stage has ended with faults for a slice."""
    try:
        return int(_path(stage, batch).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return 0


def _path(stage: str, batch: str) -> Path:
    return FOLDER / stage / batch
