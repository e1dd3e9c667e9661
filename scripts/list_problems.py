"""Print every problem found in any patient's files, together -> inputs.json."""

import sys
from pathlib import Path

from als_screen.config import Settings
from als_screen.evidence import BatchCheck
from als_screen.files import write_text
from als_screen.job import main, parser
from als_screen.run_record import inputs_json, problem_lines
from als_screen.slicing import read_slices


def run() -> None:
    """Print one line a problem on standard error."""
    arguments = parser(__doc__)
    arguments.add_argument("--checks", type=Path, required=True, help="directory of the checks")
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    batches = read_slices(settings.samples, settings.batch_size)
    paths = [given.checks / f"{batch}.json" for batch in batches]
    checks = [BatchCheck.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]
    for line in problem_lines(checks):
        print(line, file=sys.stderr)
    write_text(given.output, inputs_json(checks))


if __name__ == "__main__":
    main(run)
