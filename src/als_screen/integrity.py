"""The checksums of a run's results, and whether the files are still what the run wrote.

`results/checksums.sha256` is what `sha256sum --check` reads, too. It tells accidents and careless edits, and
anybody who changes a file without the list; it is no signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.files import checksum, is_temporary, write_text

CHECKSUMS = "checksums.sha256"
#: Below `results/`: what tells of this one run (times), or comes later: its end, and people's commands. The
#: list itself is the same bytes in two runs.
NOT_LISTED = (CHECKSUMS, "run.json", "ro-crate-metadata.json", "complete.json", "failed.json",
              "authorised", "retired")  # fmt: skip


def write_checksums(results: Path, output: Path) -> None:
    """Write the list of every file below `results` that the run made, sorted by name."""
    write_text(output, "".join(f"{checksum(results / name)}  {name}\n" for name in _names(results)))


def update_checksums(results: Path, changed: Iterable[Path]) -> None:
    """Put the checksums of files that a command changed on purpose into the list, where there is one."""
    listed = results / CHECKSUMS
    if not listed.is_file():
        return
    rows = _listed(listed)
    names = {path.relative_to(results).as_posix(): path for path in changed}
    rows |= {name: checksum(path) for name, path in names.items() if path.is_file()}
    kept = sorted(name for name in rows if name not in names or names[name].is_file())
    write_text(listed, "".join(f"{rows[name]}  {name}\n" for name in kept))


def changed_files(results: Path) -> list[Problem]:
    """Return what is missing, changed or new below `results` since the run ended; [] where nothing is.

    Raises:
        InputError: there are no results of a finished run.
    """
    listed = results / CHECKSUMS
    if not listed.is_file():
        expected = "there is no list of checksums"
        raise InputError([Problem("", str(listed), expected, "name a finished run")])
    return [*_against_list(results, listed)]


def _against_list(results: Path, listed: Path) -> Iterator[Problem]:
    expected = _listed(listed)
    there = set(_names(results))
    for name in sorted(there | set(expected)):
        if name not in there:
            yield Problem("", name, "is missing", "run again, or take it from a backup")
        elif name not in expected:
            yield Problem("", name, "is not of this run", "remove it, or run again")
        elif checksum(results / name) != expected[name]:
            yield Problem("", name, "is not what the run wrote", "run again, or take it from a backup")


def _listed(listed: Path) -> dict[str, str]:
    """Return name -> checksum."""
    rows = [line.partition("  ") for line in listed.read_text(encoding="utf-8").splitlines()]
    return {name: digest for digest, _, name in rows}


def _names(results: Path) -> list[str]:
    """Return the names of the files below `results`, links to elsewhere included, sorted.

    What a killed process left half-written is none of them.
    """
    found = (path.relative_to(results) for path in results.rglob("*") if path.is_file() or path.is_symlink())
    listed = (name for name in found if name.parts[0] not in NOT_LISTED)
    return sorted(name.as_posix() for name in listed if not any(map(is_temporary, name.parts)))
