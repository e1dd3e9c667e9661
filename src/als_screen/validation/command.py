"""The command `als-screen validate`."""

from __future__ import annotations

import argparse
from collections.abc import Container
from pathlib import Path

from als_screen.errors import AlsScreenError, InputError, Problem
from als_screen.files import lines_by_patient, why_not_there
from als_screen.models import Report


def add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the commands of `als-screen`."""
    text = "hold results against a laboratory's own truth set"
    parser = commands.add_parser("validate", help=text, description=f"H{text[1:]}; see docs/validation.md.")
    parser.add_argument("--truth", type=Path, required=True, help="TSV with what is known of each patient")
    parser.add_argument(
        "--results", type=Path, required=True, help="results directory of a run, or of screen"
    )
    parser.add_argument("--out", type=Path, help="directory to write (default: ./validation)")
    parser.add_argument(
        "--prevalence",
        type=float,
        nargs="+",
        default=[],
        help="carriers among those tested, for predictive values: 0.07 for 7 %%; several are allowed",
    )
    parser.set_defaults(command=_validate)


def _validate(options: argparse.Namespace) -> int:
    from als_screen.resources import bundled
    from als_screen.validation.output import percent, write_validation
    from als_screen.validation.score import validation
    from als_screen.validation.truth import patients_of, read_truth

    wrong = [rate for rate in options.prevalence if not 0 < rate < 1]
    if wrong:
        expected = f"{wrong[0]} is not a prevalence"
        raise InputError([Problem("", "--prevalence", expected, "give numbers between 0 and 1")])
    results = read_results(options.results, patients_of(options.truth))
    truths = read_truth(options.truth, results, bundled())
    found = validation(truths, results, options.prevalence)
    folder = options.out or Path("validation")
    write_validation(found, folder)
    print(f"sensitivity (expanded or possible): {percent(found.sensitivity_flagged.assessed)}")  # noqa: T201
    print(f"specificity (neither of them): {percent(found.specificity_flagged.assessed)}")  # noqa: T201
    print(f"variants reported: {percent(found.variant_sensitivity.assessed)}")  # noqa: T201
    print(folder / "validation.html")  # noqa: T201
    return 0


def read_results(folder: Path, patients: Container[str]) -> dict[str, Report]:
    """Return the results of some patients of a run, or the one of `als-screen screen`.

    Only these are looked into: a truth set is small beside a cohort.

    Raises:
        InputError: there are no results at all.
    """
    why = why_not_there(folder)
    if why:
        raise InputError([Problem("", str(folder), f"the results directory {why}", "correct the path")])
    files = sorted((folder / "findings").glob("*.jsonl"))
    single = folder / "report.json"
    if not files and not single.is_file():
        action = "give the directory `results` of a run, or the one of `als-screen screen`"
        raise InputError([Problem("", str(folder), "no findings are there", action)])
    if not files:
        reports = [_report(single, single.read_bytes())]
    else:
        reports = [
            _report(path, line)
            for path in files
            for patient, line in lines_by_patient(path).items()
            if patient in patients
        ]
    return {report.patient.patient: report for report in reports}


def _report(path: Path, text: bytes) -> Report:
    try:
        return Report.model_validate_json(text)
    except ValueError as error:
        raise AlsScreenError(f"{path}: not a result of this version ({error})") from error
