"""The checksums of a run's results, and whether the files are still what the run wrote, or a person signed.

`results/checksums.sha256` and `results/run.sha256` are what `sha256sum --check` reads, too. They tell
accidents and careless edits, and anybody who changes a file without the list; they are no signature.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from als_screen.errors import InputError, Problem
from als_screen.files import checksum, is_temporary, read_jsonl, write_text

CHECKSUMS = "checksums.sha256"
#: Tell of this one run (times, machine): in a list of their own, so that two runs give one `CHECKSUMS`.
OF_THE_RUN, RUN_CHECKSUMS = ("ro-crate-metadata.json", "run.json"), "run.sha256"
#: Below `results/`: the lists, and what comes later: the end of the run, and people's commands.
NOT_LISTED = (CHECKSUMS, RUN_CHECKSUMS, *OF_THE_RUN, "complete.json", "failed.json", "authorised", "retired")
_ROW = re.compile(r"([0-9a-f]{64})  (.+)", re.DOTALL)


class _Written(BaseModel):
    """What is used of a row of a manifest (`reports.write.ManifestRow`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    patient: str
    files: dict[str, str]


class _DamagedError(ValueError):
    """A list of checksums is none."""


def write_checksums(results: Path, output: Path, workers: int = 1) -> None:
    """Write the list of every file below `results` that the run made; beside it, that of the run's record.

    Of reports it has what the manifests say was written, so that a report that was changed since is told
    by `als-screen verify`, and not taken for what the run wrote. `workers` read the others at once: nearly
    all of the work is reading and hashing, which threads share.
    """
    written = dict(_written(results))
    rows = {name: written.get(name, "") for name in _names(results)}
    names = [name for name, digest in rows.items() if not digest]
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(partial(_checksums, results), (names[first::workers] for first in range(workers)))
        _write(output, rows | {name: digest for part in parts for name, digest in part.items()})
    record = (name for name in OF_THE_RUN if (results / name).is_file())
    _write(output.with_name(RUN_CHECKSUMS), {name: checksum(results / name) for name in record})


def _written(results: Path) -> Iterator[tuple[str, str]]:
    """Yield the names of the files of reports, and their checksums when they were written."""
    for manifest in results.glob("reports/*/manifest.jsonl"):
        for row in read_jsonl(manifest, _Written):
            for name, digest in row.files.items():
                yield f"reports/{manifest.parent.name}/{row.patient}/{name}", digest


def _checksums(results: Path, names: Iterable[str]) -> dict[str, str]:
    return {name: checksum(results / name) for name in names}


def _write(output: Path, rows: Mapping[str, str]) -> None:
    write_text(output, "".join(f"{rows[name]}  {name}\n" for name in sorted(rows)))


def update_checksums(results: Path, changed: Iterable[Path]) -> None:
    """Put the checksums of files that a command changed on purpose into the list, where there is one.

    One that is damaged stays as it is, for `changed_files` to tell.
    """
    listed = results / CHECKSUMS
    try:
        rows = _listed(listed)
    except (FileNotFoundError, _DamagedError):
        return
    names = {path.relative_to(results).as_posix(): path for path in changed}
    rows |= {name: checksum(path) for name, path in names.items() if path.is_file()}
    _write(listed, {name: rows[name] for name in rows if name not in names or names[name].is_file()})


def forget_checksums(results: Path, paths: Iterable[Path]) -> None:
    """Take files, and what is in folders, that are about to be moved out of the list, where there is one."""
    names = {path.relative_to(results).as_posix() for path in paths}
    prefixes = tuple(f"{name}/" for name in names)
    listed = results / CHECKSUMS
    try:
        rows = _listed(listed)
    except (FileNotFoundError, _DamagedError):
        return
    kept = {
        name: digest for name, digest in rows.items() if name not in names and not name.startswith(prefixes)
    }
    if kept != rows:
        _write(listed, kept)


def changed_files(results: Path) -> list[Problem]:
    """Return what is missing, changed or new below `results` since the run ended; [] where nothing is.

    Raises:
        InputError: there are no results of a finished run.
    """
    if not (results / CHECKSUMS).is_file():
        expected = "there is no list of checksums"
        raise InputError([Problem("", str(results / CHECKSUMS), expected, "name a finished run")])
    record = [name for name in OF_THE_RUN if (results / name).is_file()]
    return [
        *_against_list(results, CHECKSUMS, _names(results)),
        *_against_list(results, RUN_CHECKSUMS, record),
        *_against_signatures(results),
    ]


def _against_list(results: Path, name_of_list: str, names: Iterable[str]) -> Iterator[Problem]:
    try:
        expected = _listed(results / name_of_list)
    except (OSError, _DamagedError) as error:
        why = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        yield Problem("", name_of_list, why, "run again, or take it from a backup")
        return
    there = set(names)
    for name in sorted(there | set(expected)):
        if name not in there:
            yield Problem("", name, "is missing", "run again, or take it from a backup")
        elif name not in expected:
            yield Problem("", name, "is not of this run", "remove it, or run again")
        elif checksum(results / name) != expected[name]:
            yield Problem("", name, "is not what the run wrote", "run again, or take it from a backup")


def _against_signatures(results: Path) -> Iterator[Problem]:
    from als_screen.reports.archive import altered_files

    for path, expected in altered_files(results / "authorised"):
        yield Problem("", path.relative_to(results).as_posix(), expected, "take it from a backup")


def _listed(listed: Path) -> dict[str, str]:
    """Return name -> checksum; raise `_DamagedError` where a line is none of `sha256sum`."""
    try:
        lines = listed.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise _DamagedError("it is no UTF-8 text") from error
    rows = [_ROW.fullmatch(line) for line in lines if lines != [""]]
    if None in rows:
        raise _DamagedError(f"line {rows.index(None) + 1} is no checksum with a name")
    return {row[2]: row[1] for row in rows if row}


def _names(results: Path) -> list[str]:
    """Return the names of the files below `results`, links to elsewhere included, sorted.

    What a killed process left half-written is none of them.
    """
    return sorted(_below(str(results), ""))


def _below(folder: str, prefix: str) -> Iterator[str]:
    """Yield the names of what is listed below a folder, `prefix` before each."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if name in NOT_LISTED or is_temporary(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, f"{name}/")
            elif entry.is_file() or entry.is_symlink():
                yield name
