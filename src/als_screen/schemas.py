"""The JSON Schemas of the configuration and of a row of the sample sheet, for editors and other programs.

They are written from `Settings` and from the tables of `samples`, which do the checking:
`python -m als_screen.schemas workflow/schemas` writes them again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from als_screen.config import Settings
from als_screen.files import write_text
from als_screen.samples import CHOICES, COLUMNS, ID_PATTERN, LANGUAGES, PERSONAL
from als_screen.tables import MAX_CELL

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: What each column of the sheet means.
MEANINGS = {
    "patient": "Id of the patient, unique also without regard to case; used in file names.",
    "vcf": "VCF, VCF.gz or BCF; several files separated by `;`, or one name with `{chrom}`.",
    "callable": "BED of the caller's callable regions: callability for a patient without reads.",
    "vcf_sample": "Sample in the VCFs; empty: the only one of all, else the one named like the patient.",
    "reads": "BAM or CRAM, indexed.",
    "reads_sample": "Read group sample (SM) expected in the reads; empty: the only one.",
    "library": "How the sequencing library was made.",
    "batch": "For example the sequencing run; rows without one are computed as `unbatched`.",
    "sex": "Sex of the patient.",
    "diagnosis": "Diagnosis; `unaffected` gets a report only with `allow_predictive`.",
    "family_history": "Whether relatives are affected.",
    "age_at_onset": "Age at onset in whole years.",
    "family": "Id of the family.",
    "research_consent": "Only `yes` enters research exports.",
    "language": "Language of the patient's report; empty: `report.language`.",
    "name": "Name of the patient.",
    "specimen": "Number of the specimen.",
    "birth_date": "Date of birth.",
    "collected": "Date on which the specimen was collected.",
    "received": "Date on which the laboratory received it.",
    "requester": "Who asked for the test.",
    "indication": "Why the test was asked for.",
}


def config_schema() -> dict[str, Any]:
    """Return the schema of the configuration after it was merged over the shipped one."""
    return {"$schema": DIALECT, **Settings.model_json_schema()}


def sheet_schema() -> dict[str, Any]:
    """Return the schema of one row of the sample sheet; cells are texts, empty ones are left out."""
    return {
        "$schema": DIALECT,
        "title": "Row of the sample sheet",
        "type": "object",
        "additionalProperties": False,
        "required": ["patient"],
        "anyOf": [{"required": ["vcf"]}, {"required": ["reads"]}],
        "properties": {column: _cell(column) for column in COLUMNS},
    }


def write_schemas(folder: Path) -> None:
    """Write both schemas."""
    for name, schema in (("config", config_schema()), ("samples", sheet_schema())):
        write_text(folder / f"{name}.schema.json", as_text(schema))


def as_text(schema: dict[str, Any]) -> str:
    """Return a schema as it is written."""
    return json.dumps(schema, indent=1) + "\n"


def _cell(column: str) -> dict[str, Any]:
    meaning = MEANINGS[column] + (" Printed on the clinical report only." if column in PERSONAL else "")
    cell: dict[str, Any] = {"description": meaning, "type": "string", "maxLength": MAX_CELL}
    if column in CHOICES:
        return {**cell, "enum": [str(value) for value in CHOICES[column]], "default": "unknown"}
    if column == "language":
        return {**cell, "enum": list(LANGUAGES)}
    if column in ("patient", "batch"):
        return {**cell, "pattern": f"^{ID_PATTERN.pattern}$"}
    if column == "age_at_onset":
        return {**cell, "pattern": "^([0-9]{1,2}|0[0-9]{2}|1[01][0-9]|120)$"}
    return {**cell, "minLength": 1}


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
