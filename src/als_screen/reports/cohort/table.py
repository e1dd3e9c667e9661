"""The table of the page as data: columns, cells kept once and named by number, links."""

from __future__ import annotations

import json
from typing import Any

from als_screen.regions import Gene
from als_screen.reports.catalogue import Language
from als_screen.reports.cohort.collect import Cohort
from als_screen.reports.cohort.finding import CohortFinding
from als_screen.reports.cohort.rows import COLUMNS, FRACTIONS, NUMBERS, variant_name
from als_screen.reports.cohort.words import Translate, title, value
from als_screen.reports.formats import printable
from als_screen.reports.labels import label
from als_screen.reports.reasons import said
from als_screen.states import GeneState, RepeatState, Result, Status

#: Columns that are shown at first, in this order; the others can be switched on, and are searched as well.
SHOWN = (
    "patient",
    "batch",
    "result",
    *Gene,
    "repeat_long",
    "findings",
    "flags",
    "diagnosis",
    "status_reason",
)
ORDER = (*SHOWN, *(column for column in COLUMNS if column not in SHOWN))
#: Columns whose cells carry the colour of a state.
_STATES: dict[str, type[Status | Result | GeneState | RepeatState]] = {
    "status": Status,
    "result": Result,
    **dict.fromkeys(Gene, GeneState),
    "repeat_state": RepeatState,
}
_COLOURED: dict[str, str] = {
    RepeatState.EXPANDED: "positive",
    RepeatState.POSSIBLE_EXPANSION: "uncertain",
    RepeatState.INTERMEDIATE: "uncertain",
    RepeatState.NOT_EXPANDED: "not_found",
}


def table(cohort: Cohort, translate: Translate, language: Language) -> dict[str, Any]:
    """Return columns, cells and links, the failed first."""
    values: dict[str, int] = {}
    rows = []
    for index in cohort.by_urgency:
        cells = _cells(cohort, index, translate, language)
        rows.append([values.setdefault(cell, len(values)) for cell in cells])
    return {
        "columns": [_column(column, translate) for column in ORDER],
        "values": list(values),
        "states": _states(translate),
        "rows": rows,
        "links": [cohort.links.get(cohort.rows[index]["patient"], "") for index in cohort.by_urgency],
    }


def embedded(data: object) -> str:
    """Return JSON that is safe inside a script element: it holds no `<`, `>`, `&` and no line separators."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def findings_text(finding: CohortFinding, translate: Translate) -> str:
    """Return the reported variants in words."""
    return "; ".join(
        f"{variant_name(one)}{f' ({one.legacy})' if one.legacy else ''}, {translate(label(one.zygosity))}, "
        f"{translate(label(one.classification.proposed))}"
        for one in finding.reported
    )


def _cells(cohort: Cohort, index: int, translate: Translate, language: Language) -> list[str]:
    row = cohort.rows[index].named
    words = {
        "findings": findings_text(cohort.findings[index], translate),
        "status_reason": "; ".join(part for part, _ in said(row["status_reason"], language)),
    }
    return [printable(words.get(column, value(column, row[column], translate))) for column in ORDER]


def _column(column: str, translate: Translate) -> dict[str, Any]:
    kind = "fraction" if column in FRACTIONS else "number" if column in NUMBERS else "text"
    return {
        "name": column,
        "title": title(column, translate),
        "kind": kind,
        "shown": column in SHOWN,
        "state": column in _STATES,
    }


def _states(translate: Translate) -> dict[str, str]:
    """Return the class of each word that is a state."""
    return {
        translate(label(state)): _COLOURED.get(state, state.value)
        for kind in (Status, GeneState, RepeatState, Result)
        for state in kind
    }
