"""Record versions, checksums, configuration, inputs and what each step took -> run.json, RO-Crate metadata.

Knowledge and policies that were used are kept beside it, so that a later run can tell why a result changed.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from als_screen.config import Settings
from als_screen.files import write_text
from als_screen.job import main, parser
from als_screen.reanalysis.archive import keep
from als_screen.run_crate import write_crate
from als_screen.run_record import run_json


def run() -> None:
    """Write the record of the run."""
    arguments = parser(__doc__)
    arguments.add_argument("--logs", type=Path, required=True, help="directory of the logs")
    arguments.add_argument("--command", required=True, help="command line that started the run")
    given = arguments.parse_args()
    settings = Settings.model_validate_json(given.settings)
    knowledge = settings.knowledge or given.resources / "knowledge"
    keep(given.output.parent, given.resources, knowledge, settings.local)
    text = run_json(settings, given.resources, given.logs, given.command)
    write_crate(given.output.parent, given.resources.parent, json.loads(text), datetime.now(UTC))
    write_text(given.output, text)


if __name__ == "__main__":
    main(run)
