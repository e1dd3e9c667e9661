"""The end of a run: whether every patient was wholly analysed, and reports of people who left the sheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from als_screen.config import Settings
from als_screen.errors import Problem
from als_screen.files import write_text
from als_screen.patient import Patient
from als_screen.reports.cohort.finding import read_lines
from als_screen.slicing import read_slices
from als_screen.states import ContaminationState, IdentityState, Status

FAILED = "failed.json"


@dataclass(frozen=True, slots=True)
class _Ended:
    """How it ended for one patient: all that is kept of a result, for ten thousand do not fit in memory."""

    patient: str
    status: Status
    reason: str
    mixed: bool
    foreign: float | None


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended, one printable line each.

    Attributes:
        failures: patients that are not (wholly) analysed.
        matches: patients whose data match a file of one whose files are of different persons.
        mixtures: patients in whose reads a second person's are mixed in.
    """

    failures: tuple[str, ...]
    matches: tuple[str, ...]
    mixtures: tuple[str, ...]


def finish(settings: Settings, results: Path, output: Path) -> End:
    """Return how the run ended.

    Writes `output` where there is none or failures are tolerated, `failed.json` beside it where there is
    any, and moves reports of patients who are no longer in the sheet to `retired/`.
    """
    batches = read_slices(settings.samples, settings.batch_size)
    retire(results, batches)
    patients = [one for batch in batches for one in _ended(results / "findings" / f"{batch}.jsonl")]
    failed = [one for one in patients if one.status is not Status.ANALYSED]
    matches = _matches(patients, results / "cohort" / "same_person.tsv")
    end = End(tuple(map(_line, failed)), tuple(matches), tuple(_mixtures(patients)))
    summary = {
        "patients": len(patients),
        "batches": len(batches),
        "not_analysed": _ids(failed, Status.NOT_ANALYSED),
        "analysed_in_part": _ids(failed, Status.ANALYSED_IN_PART),
        "lines": end.failures,
        "matches": end.matches,
        "mixtures": end.mixtures,
    }
    text = json.dumps(summary, indent=1) + "\n"
    if failed:
        write_text(results / FAILED, text)
    else:
        (results / FAILED).unlink(missing_ok=True)
    if not failed or settings.tolerate_failures:
        write_text(output, text)
    return end


def retire(results: Path, batches: dict[str, list[Patient]]) -> None:
    """Move `reports/{batch}/{patient}` of whoever is not there in the sheet any more to `retired/`."""
    current = {(batch, row.patient) for batch, rows in batches.items() for row in rows}
    for folder in sorted((results / "reports").glob("*/*/")):
        batch, patient = folder.parent.name, folder.name
        if (batch, patient) in current:
            continue
        target = _free(results / "retired" / batch / patient)
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)


def _free(target: Path) -> Path:
    number = 1
    candidate = target
    while candidate.exists():
        number += 1
        candidate = target.with_name(f"{target.name}.{number}")
    return candidate


def _ended(path: Path) -> Iterator[_Ended]:
    """Yield how it ended for each patient of a findings file."""
    for line in read_lines(path):
        one = line.finding
        mixed = one.identity.state is IdentityState.DIFFERENT
        second = one.contamination
        foreign = second.share if second.state is ContaminationState.DETECTED else None
        yield _Ended(one.patient.patient, one.status, one.status_reason or "", mixed, foreign)


def _ids(patients: list[_Ended], status: Status) -> list[str]:
    return [one.patient for one in patients if one.status is status]


def _line(one: _Ended) -> str:
    status = one.status.value.replace("_", " ")
    return Problem(one.patient, status, one.reason, "see the patient's report").line()


def _mixtures(patients: list[_Ended]) -> Iterator[str]:
    """Yield a line for each patient in whose reads a second person's are mixed in."""
    for one in patients:
        if one.foreign is not None:
            why = f"about {one.foreign:.0%} of the reads are a second person's"
            yield Problem(one.patient, "mixture", why, "repeat with a new sample").line()


def _matches(patients: list[_Ended], same_person: Path) -> Iterator[str]:
    """Yield a line for each patient of the run whose data match a file of a mixed-up patient."""
    mixed = {one.patient for one in patients if one.mixed}
    if not mixed:
        return
    with same_person.open(encoding="utf-8", newline="") as file:
        pairs = [(row["patient"], row["other"]) for row in csv.DictReader(file, delimiter="\t")]
    for one, other in sorted({*pairs, *((other, one) for one, other in pairs)}):
        if other in mixed:
            why = f"the data match a file of {other}, whose files are of different persons"
            yield Problem(
                one, "identity", why, "find out which file is whose before the result is used"
            ).line()
