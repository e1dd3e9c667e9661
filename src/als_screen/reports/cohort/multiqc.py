"""The cohort for MultiQC: a table as custom content in `als_screen_mqc.json`, which it finds by the name.

MultiQC puts cells into its page as they are. So only numbers, the software's own words and ids go in,
escaped; no free text, which is in `cohort.tsv`.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

from als_screen.reports.cohort.collect import Cohort
from als_screen.reports.cohort.rows import NUMBERS

_HEADERS: dict[str, dict[str, Any]] = {
    "result": {"title": "Result", "description": "Conclusion over the four genes"},
    "not_assessed": {"title": "Not assessed", "description": "Genes that were not, or not wholly, assessed"},
    "repeat_state": {"title": "C9orf72 repeat", "description": "State of the C9orf72 repeat"},
    "repeat_long": {"title": "Long allele", "description": "Point estimate, in repeats", "format": "{:,.0f}"},
    "SOD1": {"title": "SOD1", "description": "State of SOD1"},
    "TARDBP": {"title": "TARDBP", "description": "State of TARDBP"},
    "FUS": {"title": "FUS", "description": "State of FUS"},
    **{
        f"callable_{gene}": {
            "title": f"Callable, {gene}",
            "description": f"Callable fraction of the reportable range of {gene}",
            "min": 0,
            "max": 1,
            "format": "{:,.4f}",
            "hidden": True,
        }
        for gene in ("SOD1", "TARDBP", "FUS")
    },
    "flank_depth": {
        "title": "Depth",
        "description": "Mean depth beside the C9orf72 repeat, in fragments",
        "min": 0,
        "format": "{:,.1f}",
    },
    "identity": {"title": "Identity", "description": "Whether variant file and reads are one person's"},
}


def multiqc_json(cohort: Cohort) -> str:
    """Return the custom content; an empty cell is left out, as MultiQC expects."""
    content = {
        "id": "als_screen",
        "section_name": "als-screen",
        "description": "C9orf72 repeat and SOD1, TARDBP and FUS variants. Not assessed is not negative.",
        "plot_type": "table",
        "pconfig": {"id": "als_screen_table", "title": "als-screen: results", "namespace": "als-screen"},
        "headers": _HEADERS,
        "data": {escape(row["patient"]): _cells(row.named) for row in cohort.rows},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _cells(row: dict[str, str]) -> dict[str, str | float]:
    return {
        column: float(row[column]) if column in NUMBERS else escape(row[column])
        for column in _HEADERS
        if row[column]
    }
