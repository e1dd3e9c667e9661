"""Record versions, checksums, configuration, input sizes and times per step -> run.json.

Knowledge and policies that were used are kept beside it, so that a later run can tell why a result changed.
"""

from pathlib import Path

from als_screen.config import Settings
from als_screen.files import write_text
from als_screen.job import main, parser
from als_screen.reanalysis.archive import keep
from als_screen.run_record import run_json


def run() -> None:
    """Write the record of the run."""
    arguments = parser(__doc__)
    arguments.add_argument("--logs", type=Path, required=True, help="directory of the logs and benchmarks")
    arguments.add_argument("--command", required=True, help="command line that started the run")
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    knowledge = settings.knowledge or given.resources / "knowledge"
    keep(given.output.parent, given.resources, knowledge, settings.local)
    write_text(given.output, run_json(settings, given.resources, given.logs, given.command))


if __name__ == "__main__":
    main(run)
