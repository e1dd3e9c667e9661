"""List the checksum of every file of the run -> checksums.sha256, and of its record -> run.sha256."""

from pathlib import Path

from als_screen.integrity import write_checksums
from als_screen.job import main, parser


def run() -> None:
    """Write the lists."""
    arguments = parser(__doc__)
    arguments.add_argument("--results", type=Path, required=True, help="directory of the results")
    arguments.add_argument("--workers", type=int, default=1, help="files at once")
    given = arguments.parse_args()
    write_checksums(given.results, given.output, given.workers)


if __name__ == "__main__":
    main(run)
