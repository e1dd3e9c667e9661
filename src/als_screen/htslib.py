"""How pysam's files are kept quiet and closed, for all readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol, TypeVar

import pysam


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
