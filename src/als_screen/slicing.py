"""Which patients are worked on together: every rule handles one slice in one process.

An ordinary batch has slices of its own. Where a sheet has many batches, its small ones share slices: 5,000
batches of two patients would else be 30,000 jobs of a second each, and 420 batches of 24 2,500. A slice is a
unit of work and nothing else: what groups patients for people uses the batch of the sheet (`Patient.batch`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from als_screen.patient import Patient
from als_screen.samples import UNBATCHED, NumberedRow, read_part, read_rows

RowT = TypeVar("RowT")

#: The first batches of a sheet have slices of their own whatever their size. After them a batch is tiny where
#: it has fewer than this share of `batch_size` patients. An appended row changes neither, but for the size of
#: its own batch. So 10,000 patients in batches of 50 or fewer are 314 to 333 slices at most, and fewer than
#: 2,000 jobs.
OWN_SLICES, TINY_SHARE = 20, 5 / 8
#: The slices of tiny batches. Those of a batch end in a full stop and a number: none is called like these.
SHARED = "small-batches-"


def read_slices(path: Path, batch_size: int) -> dict[str, list[str]]:
    """Return who is in which unit of work of a run that has been started; no row is checked again."""
    found = _cut(read_rows(path), _batch_of_row, batch_size)
    return {name: [cells.get("patient", "") for _, cells in rows] for name, rows in found.items()}


def read_slice(path: Path, batch_size: int, name: str) -> list[Patient]:
    """Return the patients of one of them, none where it has left the sheet; no other row is checked."""
    return read_part(path, lambda rows: _cut(rows, _batch_of_row, batch_size).get(name, []))


def slices(patients: Iterable[Patient], batch_size: int) -> dict[str, list[Patient]]:
    """Cut the patients into units of work of at most `batch_size`, in sheet order.

    They are `{batch}.0001`, … (`unbatched.0001`, … for rows without a batch), and `small-batches-0001`, … for
    tiny batches. A row at the end of the sheet changes one slice, unless its batch stops being tiny by it.
    """
    return _cut(list(patients), _batch, batch_size)


def _cut(rows: list[RowT], batch_of: Callable[[RowT], str], batch_size: int) -> dict[str, list[RowT]]:
    batches = list(map(batch_of, rows))
    tiny = _tiny(batches, batch_size)
    groups: dict[str, list[RowT]] = {}
    for row, batch in zip(rows, batches, strict=True):
        groups.setdefault(SHARED if batch in tiny else f"{batch}.", []).append(row)
    return {
        f"{name}{number:04d}": members[start : start + batch_size]
        for name, members in groups.items()
        for number, start in enumerate(range(0, len(members), batch_size), start=1)
    }


def _tiny(batches: Iterable[str], batch_size: int) -> set[str]:
    """Return the batches that share slices, from the batch of each row."""
    sizes = Counter(batches)  # in the order in which the sheet names them first
    return {batch for batch in list(sizes)[OWN_SLICES:] if sizes[batch] < TINY_SHARE * batch_size}


def _batch(row: Patient) -> str:
    return row.batch or UNBATCHED


def _batch_of_row(row: NumberedRow) -> str:
    return row[1].get("batch", UNBATCHED)
