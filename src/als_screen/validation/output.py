"""Write a validation as a page that opens without network, a table and JSON."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from als_screen.files import write_text
from als_screen.reports.cohort.rows import tsv_cell
from als_screen.reports.environment import csp_hash
from als_screen.states import RepeatState
from als_screen.validation.plot import sizes_svg
from als_screen.validation.score import WITHIN, Outcome, PatientOutcome, Proportion, Validation

COLUMNS = (
    "patient", "status", "truth_state", "state", "truth_short", "short", "short_interval", "truth_long",
    "long", "long_interval", "found", "not_reported", "missed", "not_assessed", "extra", "zygosity_wrong",
)  # fmt: skip
_FOLDER = Path(__file__).resolve().parent


def write_validation(found: Validation, folder: Path) -> None:
    """Write `validation.html`, `.tsv` and `.json` below `folder`."""
    write_text(folder / "validation.json", found.model_dump_json(indent=1) + "\n")
    write_text(folder / "validation.tsv", validation_tsv(found))
    write_text(folder / "validation.html", validation_html(found))


def validation_tsv(found: Validation) -> str:
    """Return one row a patient; cells that a spreadsheet would run are guarded."""
    lines = ["\t".join(COLUMNS), *("\t".join(map(tsv_cell, _cells(row))) for row in found.rows)]
    return "\n".join(lines) + "\n"


def _cells(row: PatientOutcome) -> list[str]:
    variants = row.variants or ()
    listed = {
        outcome: ";".join(one.variant for one in variants if one.outcome is outcome) for outcome in Outcome
    }
    wrong = ";".join(one.variant for one in variants if one.zygosity_right is False)
    return [
        *(row.patient, row.status, row.truth_state or "", row.state),
        *(_text(row.truth_short), _text(row.short), interval(row.short_interval)),
        *(_text(row.truth_long), _text(row.long), interval(row.long_interval)),
        *(listed[outcome] for outcome in Outcome),
        *(";".join(row.extra), wrong),
    ]


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def interval(bounds: tuple[int, int | None] | None) -> str:
    """Return an interval of sizes, "" for none."""
    if bounds is None:
        return ""
    return f">={bounds[0]}" if bounds[1] is None else f"{bounds[0]}-{bounds[1]}"


def validation_html(found: Validation) -> str:
    """Return the page."""
    engine = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters.update(percent=percent, interval=interval)
    style = (_FOLDER / "validation.css").read_text(encoding="utf-8")
    return engine.get_template("validation.html.j2").render(
        found=found,
        states=[state.value for state in RepeatState],
        plot=Markup(sizes_svg(found.rows)),  # noqa: S704 - escapes all that it is given
        within=f"{WITHIN:.0%}",
        wrong=[row for row in found.rows if is_wrong(row)],
        style=Markup(style),  # noqa: S704 - ours
        style_hash=csp_hash(style),
    )


def is_wrong(row: PatientOutcome) -> bool:
    """Tell whether a row needs a look: another state, a variant not found, an extra one, another zygosity."""
    variants = row.variants or ()
    return bool(
        (row.truth_state and row.truth_state != row.state)
        or row.extra
        or any(one.outcome is not Outcome.FOUND or one.zygosity_right is False for one in variants)
    )


def percent(value: Proportion) -> str:
    """Return a proportion in words: "98.0 % (95 % interval 90.1-99.9 %; 49 of 50)"."""
    if value.value is None or value.low is None or value.high is None:
        return "nothing to count"
    bounds = f"{value.low:.1%}–{value.high:.1%}"
    return f"{value.value:.1%} (95 % interval {bounds}; {value.hits} of {value.total})"
