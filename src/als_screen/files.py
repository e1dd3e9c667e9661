"""Writing: to a temporary name beside the target, then renamed, so that no half-written file is ever seen."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from als_screen.errors import AlsScreenError, InputError, Problem

RecordT = TypeVar("RecordT", bound=BaseModel)

#: The patient's id, early in a line of findings or evidence.
_PATIENT = re.compile(rb'"patient":\s*"([A-Za-z0-9][A-Za-z0-9._-]*)"')

#: The name that a file, or a folder, has while it is written: of the target, and the process that writes.
_TEMPORARY = re.compile(r"\..+\.[0-9]+\.tmp", re.DOTALL)

#: Umask by the configuration's `permissions`: results are about people's health.
UMASKS = {"private": 0o077, "group": 0o027}


def restrict(permissions: str) -> None:
    """Let nobody else, or only the group, read what this process and its children write from now on."""
    os.umask(UMASKS[permissions])


def share(permissions: str, directory: Path) -> None:
    """Set who may read what is in a directory already, such as Snakemake's own, which it opens before us."""
    for path in (directory, directory / "log", *directory.glob("log/*.log"), *directory.glob("*.lock")):
        with suppress(OSError):  # it is another person's, or not there
            path.chmod((0o777 if path.is_dir() else 0o666) & ~UMASKS[permissions])


def make_directory(path: Path, option: str) -> None:
    """Make the directory that an option of a command names; raise `InputError` where it cannot be."""
    action = "name another directory"
    if why := why_not_named(str(path)):
        raise InputError([Problem("", str(path), f"{option} {why}", action)])
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        expected = f"{option} cannot be made: {error.strerror}"
        raise InputError([Problem("", str(path), expected, action)]) from error


def temporary_name(path: Path) -> Path:
    """Return the name that `path` has while this process writes it."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def is_temporary(name: str) -> bool:
    """Tell whether a name, without folder, is one of `temporary_name`."""
    return bool(_TEMPORARY.fullmatch(name))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` when the block ends well, and vanishes when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_name(path)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_jsonl(path: Path, records: Iterable[BaseModel]) -> None:
    """Write one record a line."""
    write_text(path, "".join(record.model_dump_json() + "\n" for record in records))


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, which may be a megabyte long, with their ends."""
    with path.open("rb", buffering=1 << 22) as file:
        yield from file


def read_jsonl(path: Path, kind: type[RecordT]) -> list[RecordT]:
    """Read what `write_jsonl` wrote; raise `AlsScreenError` where it is not that."""
    try:
        return [kind.model_validate_json(line) for line in lines_of(path)]
    except (OSError, ValueError) as error:
        raise AlsScreenError(f"{path}: not a file of {kind.__name__} records ({error})") from error


def parse_json(text: str | bytes) -> Any:  # noqa: ANN401
    """Return what a JSON text holds; raise `ValueError` where it is none, or deeper than Python goes."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def compact_json(value: object) -> str:
    """Return a value as JSON on one line; raise `ValueError` where a number is not finite."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def indented_json(value: object, indent: int = 1) -> str:
    """Return the same over many lines, with a line end; in some 60 % of the time of `json.dumps`."""
    compact_json(value)  # the other writer would let a number that is not finite pass
    return to_json(value, indent=indent).decode() + "\n"


def results_of(directory: Path) -> Path:
    """Return the results of a run, whose working directory or `results` is given."""
    inside = directory / "results"
    return inside if inside.is_dir() else directory


def has_ended(results: Path) -> bool:
    """Tell whether a run came to its end, whatever the end: else some of its findings may be missing."""
    return any((results / name).is_file() for name in ("run.json", "complete.json", "failed.json"))


def is_cut(path: Path) -> bool:
    """Tell whether a file of JSON lines is empty or its last line not whole; only that is looked at."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        if file.read() == b"\n":
            return False
    *_, last = lines_of(path)
    return is_cut_line(last)


def is_cut_line(line: bytes) -> bool:
    """Tell whether a line, the last of a file, is not whole JSON: every other has its end."""
    if line.endswith(b"\n"):
        return False
    try:
        parse_json(line)
    except ValueError:
        return True
    return False


def patient_of(line: bytes) -> str | None:
    """Return whose record a line of findings or evidence is, without reading all of it."""
    found = _PATIENT.search(line[:400])
    return found[1].decode() if found else None


def lines_by_patient(path: Path) -> dict[str, bytes]:
    """Return the lines of a file of findings or evidence; raise `AlsScreenError` where one is nobody's."""
    found = {}
    for line in lines_of(path):
        patient = patient_of(line)
        if patient is None:
            raise AlsScreenError(f"{path}: a line is no record of a patient; restore the file")
        found[patient] = line
    return found


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write lines, with their ends, as they are."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.writelines(lines)


def why_not_there(path: Path | str) -> str:
    """Return "" where something is at `path` (a link to nothing is not), else why it cannot be reached."""
    found = stat_or_why(path)
    return found if isinstance(found, str) else ""


def stat_or_why(path: Path | str) -> os.stat_result | str:
    """Return what the storage says of what is at `path`, or why it cannot be reached."""
    try:
        return os.stat(path)  # noqa: PTH116 (a Path takes longer to make than to look for)
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    except ValueError:  # a NUL character
        return "cannot be the name of a file"
    except OSError as error:
        return f"cannot be reached: {error.strerror}"


def why_not_named(path: str) -> str:
    """Return "" where a path can be written down and given to htslib, else why not."""
    if not path.isascii() and any("\ud800" <= char <= "\udfff" for char in path):
        return "has a name that is not UTF-8"
    return "has ##idx## in its path, which htslib takes for the name of an index" if "##idx##" in path else ""


def why_not_read(path: Path, limit: int) -> str:
    """Return "" where what is there is a file of at most `limit` bytes, else why it is not to be opened."""
    if not path.is_file():  # a pipe would block, and is empty when it is read again
        return "is not a regular file"
    return f"is larger than {limit >> 20} MB" if path.stat().st_size > limit else ""


class State(NamedTuple):
    """What tells a file from its earlier self without reading it.

    Attributes:
        path: of the file.
        size: in bytes; None where there is no file.
        modified: when, in nanoseconds since the epoch; None where there is no file.
    """

    path: str
    size: int | None
    modified: int | None


def state_of(path: str) -> State:
    """Return the state of a file, or of what a link points to, now."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return State(path, None, None)
    return State(path, found.st_size, found.st_mtime_ns)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    digest = sha256()
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 (nearly all are small and many: see `state_of`)
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
