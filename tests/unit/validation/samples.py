"""Results with a truth, for the tests of validation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from als_screen.models import Report
from als_screen.states import RepeatState
from unit.reports.samples import NEGATIVE, NO_REPEAT, NOT_EXPANDED, allele, report


def result(patient: str, state: RepeatState = RepeatState.NOT_EXPANDED, **changes: Any) -> Report:
    """A result with a state of the repeat."""
    repeat = NO_REPEAT if state is RepeatState.NOT_ASSESSED else NOT_EXPANDED
    who = NEGATIVE.patient.model_copy(update={"patient": patient})
    fields = {"patient": who, "repeat": repeat.model_copy(update={"state": state}), "variants": ()} | changes
    return report(**fields)


def sized(patient: str, state: RepeatState, short: int, long: int, low: int, high: int | None) -> Report:
    """A result with sizes."""
    alleles = (allele(short, short, short), allele(long, low, high, "estimate"))
    made = result(patient, state)
    return made.model_copy(update={"repeat": made.repeat.model_copy(update={"alleles": alleles})})


def results(*reports: Report) -> dict[str, Report]:
    return {one.patient.patient: one for one in reports}


def truth_file(folder: Path, text: str) -> Path:
    """Write a truth set; columns are separated by | for reading."""
    path = folder / "truth.tsv"
    path.write_text("\n".join(line.strip().replace("|", "\t") for line in text.strip().splitlines()) + "\n")
    return path
