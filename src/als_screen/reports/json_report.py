"""`report.json`, one line of `findings.jsonl`, and the JSON Schema of both."""

from __future__ import annotations

import json
import sys
from typing import Any

from als_screen.files import compact_json, indented_json
from als_screen.models import Report
from als_screen.reports.withhold import withheld

#: Columns of the sheet that identify a person and never leave the clinical report.
IDENTIFYING = frozenset(
    {"name", "specimen", "birth_date", "collected", "received", "requester", "indication"}
)
#: Fields that never leave the laboratory's findings: genotypes that identify a person.
INTERNAL = frozenset({"fingerprint"})


def report_json(report: Report) -> str:
    """Return `report.json`: fields in the order of the model, free dictionaries sorted, 2-space indent.

    Raises:
        ValueError: a number is not finite.
    """
    return indented_json(_plain(report), indent=2)


def report_text(report: Report) -> str:
    """Return the same on one line, to be hashed or compared."""
    return compact_json(_plain(report))


def finding_line(report: Report) -> str:
    """Return the same object on one line, without the columns that identify a person."""
    data = _plain(report)
    data["patient"] = {key: value for key, value in data["patient"].items() if key not in IDENTIFYING}
    return compact_json(data) + "\n"


def report_schema() -> str:
    """Return the JSON Schema of `report.json` and of a line of `findings.jsonl`.

    It is the text of `workflow/schemas/report.schema.json`; `python -m als_screen.reports.json_report`
    prints it.
    """
    schema = Report.model_json_schema(mode="validation")
    for private in INTERNAL:
        del schema["properties"][private]
    for private in ("Fingerprint", "Fingerprints"):
        del schema["$defs"][private]
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _plain(report: Report) -> dict[str, Any]:
    data = withheld(report).model_dump(exclude=set(INTERNAL))
    for free in ("settings", "inputs", "resources"):
        data["provenance"][free] = _sorted(data["provenance"][free])
    data["repeat"]["quality"] = _sorted(data["repeat"]["quality"])
    return data


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    sys.stdout.write(report_schema())
