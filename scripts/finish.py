"""End the run: complete.json where all is well, else the patients that failed, one line each, and exit 3."""

import sys
from pathlib import Path

from als_screen.config import Settings
from als_screen.finish import finish
from als_screen.job import main, parser


def run() -> int:
    """Return the exit code: 0, or 3 where patients could not (wholly) be analysed."""
    arguments = parser(__doc__)
    arguments.add_argument("--results", type=Path, required=True, help="directory of the results")
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    end = finish(settings, given.results, given.output)
    for line in (*end.failures, *end.matches, *end.mixtures):
        print(line, file=sys.stderr)
    return 3 if end.failures and not settings.tolerate_failures else 0


if __name__ == "__main__":
    main(run)
