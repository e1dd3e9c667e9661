"""When the storage fails, not the data: network file systems and dying disks answer a read with an error.

What such an error spoils says nothing of the patient. It is told as such, and the next start tries again.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

#: Errors that come from the storage or the network below it, whatever the file holds. Source: errno(3).
FAULTS = frozenset(
    getattr(errno, name)
    for name in (
        "EIO", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EREMOTEIO", "ENOLINK", "ECONNRESET", "EHOSTDOWN",
        "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH",
    )
)  # fmt: skip
AGAIN = "the next start of the run tries again"
#: Files up to this many bytes are read whole; of larger ones, as many places as fit in it.
PROBED = 1 << 28
PIECE = 1 << 20


def failure(error: BaseException, paths: Iterable[Path]) -> str:
    """Return what to tell where the storage is behind `error`, else ""; `paths` are what was being read.

    htslib does not always hand the reason on, so where `error` does not name it the files are read again.
    """
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, OSError) and chain.errno in FAULTS:
            return f"{told(chain)}; {AGAIN}"
        chain = chain.__cause__ or chain.__context__
    why = failing(paths)
    return why and f"{why}; {AGAIN}"


def failing(paths: Iterable[Path]) -> str:
    """Return what is wrong with the storage of the first file that it cannot give, "" where it gives all."""
    for path in paths:
        try:
            _read(path)
        except OSError as error:
            if error.errno in FAULTS:
                return told(error)
    return ""


def told(error: OSError) -> str:
    """Return an error of the storage in words."""
    return f"the storage fails ({os.strerror(error.errno or 0)})"


def _read(path: Path) -> None:
    """Read a file, or pieces all over a large one; a pipe would block, so only files are opened."""
    if not path.is_file():
        return
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        step = max(PIECE, size // (PROBED // PIECE))
        for offset in (*range(0, size, step), max(size - PIECE, 0)):
            os.pread(file.fileno(), PIECE, offset)
