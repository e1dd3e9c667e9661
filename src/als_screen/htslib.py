"""How pysam's files are kept quiet and closed, and its errors told, for all readers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

import pysam
from pysam.utils import SamtoolsError

from als_screen.evidence import ReadsCheck
from als_screen.inputs.diagnosis import Kind, diagnosed

Errors = tuple[type[Exception], ...]
#: What pysam raises on files that are truncated, corrupt or malformed; UnicodeDecodeError is a ValueError, it
#: asserts on some headers, and EOFError and zlib.error are gzip's.
READ_ERRORS: Errors = (
    *(OSError, ValueError, SamtoolsError, NotImplementedError, AssertionError),
    *(EOFError, zlib.error),
)


class Closable(Protocol):
    """A file of pysam."""

    def close(self) -> None:
        """Close it."""


FileT = TypeVar("FileT", bound=Closable)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep htslib from writing to stderr; what matters is raised."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def kind_of(check: ReadsCheck) -> Kind:
    """Return what a file of reads should be."""
    return "CRAM" if check.is_cram else "BAM"


@contextmanager
def telling(
    path: str | Path,
    kind: Kind,
    fasta: Path | None = None,
    errors: Errors = READ_ERRORS,
    *,
    by_index: bool = True,
) -> Iterator[None]:
    """Turn what is raised on a bad file into the patient's reason; nothing else belongs in the block.

    `by_index` tells whether the block uses the index. The other arguments are those of `diagnosed`.
    """
    try:
        yield
    except errors as error:
        with quiet():
            found = diagnosed(Path(path), kind, error, fasta, by_index=by_index)
        raise found from error


@contextmanager
def opened(
    opening: Callable[[], FileT], refusing: Callable[[], AbstractContextManager[None]]
) -> Iterator[FileT]:
    """Open a file and close it after the block; `refusing` translates what opening and closing raise.

    Closing a file that turned out to be broken raises once more, which would hide the reason.
    """
    with refusing():
        file = opening()
    try:
        yield file
    except BaseException:
        with suppress(OSError):
            file.close()
        raise
    with refusing():
        file.close()
