"""Whether files that a configuration names, and that steps open much later, can be used as they are."""

from __future__ import annotations

from pathlib import Path

from als_screen.errors import Problem
from als_screen.files import why_not_there

#: The first bytes of every SQLite 3 file. Source: SQLite, "Database File Format", section 1.2.1.
SQLITE = b"SQLite format 3\0"


def wrong_genome(fasta: Path | None) -> list[Problem]:
    """Return what a genome lacks; of one that is not there, nothing is said here."""
    if fasta is None or not fasta.is_file():
        return []
    from als_screen.inputs.genome import unindexed

    try:
        lacks = unindexed(fasta)
    except OSError as error:
        lacks = f"cannot be read: {error.strerror}", "make it readable"
    return [Problem("", str(fasta), f"reference.fasta {lacks[0]}", lacks[1])] if lacks else []


def wrong_history(path: Path | None) -> list[Problem]:
    """Return why results cannot be kept in the database of `history`, which need not be there yet."""
    why = why_no_database(path) if path else ""
    return [Problem("", str(path), f"history {why}", "correct the path in the configuration")] if why else []


def why_no_database(path: Path) -> str:
    """Return "" where an SQLite file is or can be made at `path`, else why not; it is not read to its end."""
    if missing := why_not_there(path):
        if missing != "does not exist" or path.is_symlink():
            return missing
        above = next(folder for folder in path.absolute().parents if not why_not_there(folder))
        return "" if above.is_dir() else f"cannot be made: {above} is not a directory"
    if not path.is_file():
        return "is not a regular file"
    try:
        with path.open("rb") as file:
            start = file.read(len(SQLITE))
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "" if start in (b"", SQLITE) else "is no SQLite file"
