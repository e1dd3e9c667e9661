"""Write the cohort's page, table, workbook, findings and MultiQC content -> cohort/."""

from pathlib import Path

from als_screen.config import Settings
from als_screen.job import main, parser
from als_screen.slicing import read_slices
from als_screen.stages import report_cohort


def run() -> None:
    """Write the page to `--output` and the other files beside it."""
    arguments = parser(__doc__)
    arguments.add_argument("--findings", type=Path, required=True, help="directory of the findings")
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    batches = read_slices(settings.samples, settings.batch_size)
    findings = {batch: given.findings / f"{batch}.jsonl" for batch in batches}
    report_cohort(findings, settings, given.output)


if __name__ == "__main__":
    main(run)
