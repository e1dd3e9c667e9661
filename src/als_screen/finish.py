"""The end of a run: whether every patient was wholly analysed, and reports of people who left the sheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from als_screen.config import Settings
from als_screen.errors import AlsScreenError, Problem
from als_screen.files import lines_of, write_text
from als_screen.integrity import CHECKSUMS, OF_THE_RUN, RUN_CHECKSUMS, forget_checksums
from als_screen.interpretation.second_person import is_mixed
from als_screen.models import Contamination
from als_screen.reports.cohort.finding import without_variants
from als_screen.slicing import read_slices
from als_screen.states import IdentityState, Status

FAILED = "failed.json"
#: What says of a run that it has finished, or what it was; below `results/`.
SAID_AT_THE_END = ("complete.json", FAILED, CHECKSUMS, RUN_CHECKSUMS, *OF_THE_RUN)
#: Rules that change no result of a patient.
AT_THE_END = frozenset({"all", "list_problems", "compare_runs", "record_run", "list_checksums", "finish"})


class _Person(BaseModel):
    patient: str


class _Identity(BaseModel):
    state: IdentityState


class Ended(BaseModel):
    """What the end of a run needs of a finding: ten thousand whole ones would take 13 GB."""

    patient: _Person
    status: Status
    status_reason: str | None
    identity: _Identity
    contamination: Contamination = Contamination()


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
    any, and moves to `retired/` what is of patients or slices that are no longer in the sheet, and a
    comparison with an earlier run where the configuration names none.
    """
    batches = read_slices(settings.samples, settings.batch_size)
    reports = [one for batch in batches for one in _ends(results / "findings" / f"{batch}.jsonl")]
    retire(results, batches, compared=settings.previous is not None)
    failed = [report for report in reports if report.status is not Status.ANALYSED]
    matches = _matches(reports, results / "cohort" / "same_person.tsv")
    end = End(tuple(map(_line, failed)), tuple(matches), tuple(_mixtures(reports)))
    summary = {
        "patients": len(reports),
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


def reopen(results: Path, rules: Iterable[str]) -> None:
    """Remove what says that a run has finished, before jobs of these rules work on it again.

    Otherwise a run that is stopped then, such as a copy of an earlier one with newer knowledge, would count
    as finished while its results are of both. Where no result is made again, nothing is removed. What is
    removed are outputs of rules that come after all others, so that they are made again.
    """
    if not AT_THE_END.issuperset(rules):
        for name in SAID_AT_THE_END:
            (results / name).unlink(missing_ok=True)


def _ends(findings: Path) -> Iterator[Ended]:
    """Yield how it ended for each patient of a slice; raise `AlsScreenError` where a line is no finding."""
    try:
        yield from (Ended.model_validate_json(without_variants(line)) for line in lines_of(findings))
    except (OSError, ValueError) as error:
        raise AlsScreenError(f"{findings}: not a file of findings ({error})") from error


def retire(results: Path, batches: Mapping[str, Collection[str]], *, compared: bool) -> None:
    """Move to `retired/` reports of whoever is not there in the sheet any more, and findings of such slices.

    So it does with `reanalysis`, unless there is an earlier run that results are `compared` with.
    """
    current = {(batch, patient) for batch, patients in batches.items() for patient in patients}
    left = [
        folder
        for folder in sorted((results / "reports").glob("*/*/"))
        if (folder.parent.name, folder.name) not in current
    ]
    left += _of_other_slices(results, batches)
    if not compared and (results / "reanalysis").is_dir():
        left.append(results / "reanalysis")
    # First, so that a run that is stopped in between lists no file that is not there.
    forget_checksums(results, left)
    for path in left:
        _move(results, path)


def _of_other_slices(results: Path, batches: Collection[str]) -> Iterator[Path]:
    """Yield findings, and lists of reports, of slices that are not there in the sheet any more."""
    for path in sorted((results / "findings").glob("*.json*")):
        if path.name.removesuffix(".jsonl").removesuffix(".basis.json") not in batches:
            yield path
    for path in sorted((results / "reports").glob("*/*.jsonl")):
        if path.parent.name not in batches:
            yield path


def _move(results: Path, path: Path) -> None:
    """Move a directory or a file to `retired/`."""
    target = _free(results / "retired" / path.relative_to(results).as_posix().removeprefix("reports/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)


def _free(target: Path) -> Path:
    number = 1
    candidate = target
    while candidate.exists():
        number += 1
        candidate = target.with_name(f"{target.name}.{number}")
    return candidate


def _ids(reports: list[Ended], status: Status) -> list[str]:
    return [report.patient.patient for report in reports if report.status is status]


def _line(report: Ended) -> str:
    status = report.status.value.replace("_", " ")
    reason = report.status_reason or ""
    return Problem(report.patient.patient, status, reason, "see the patient's report").line()


def _mixtures(reports: list[Ended]) -> Iterator[str]:
    """Yield a line for each patient in whose reads a second person's are mixed in."""
    for one in reports:
        if is_mixed(one.contamination):
            why = f"about {one.contamination.share:.0%} of the reads are a second person's"
            yield Problem(one.patient.patient, "mixture", why, "repeat with a new sample").line()


def _matches(reports: list[Ended], same_person: Path) -> Iterator[str]:
    """Yield a line for each patient of the run whose data match a file of a mixed-up patient."""
    different = (one for one in reports if one.identity.state is IdentityState.DIFFERENT)
    mixed = {one.patient.patient for one in different}
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
