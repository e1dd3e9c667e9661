"""Compare the run's findings with an earlier run's: what changed, for whom, and why -> reanalysis/."""

from pathlib import Path

from als_screen.config import Settings
from als_screen.job import main, parser
from als_screen.reanalysis.archive import keep
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.publish import screenful
from als_screen.reanalysis.run import reanalyse
from als_screen.reports.write import report_date
from als_screen.resources import Resources
from als_screen.run_record import what_is_run


def run() -> None:
    """Write everything beside `--output`, the summary, and print it."""
    arguments = parser(__doc__)
    arguments.add_argument("--results", type=Path, required=True, help="directory of the results")
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    if settings.previous is None:
        arguments.error("the settings name no previous run")
    keep(given.results, given.resources, settings.knowledge or given.resources / "knowledge", settings.local)
    outcome = reanalyse(
        RunFolder(settings.previous),
        RunFolder(given.results.absolute().parent, what_is_run(settings, given.resources.parent)),
        given.output.parent,
        Resources(given.resources),
        report_date(),
        settings.history,
    )
    print(screenful(outcome))


if __name__ == "__main__":
    main(run)
