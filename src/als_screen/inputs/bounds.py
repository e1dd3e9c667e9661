"""How large a header may be once it is decompressed: half a megabyte on disk can unfold to gigabytes."""

from __future__ import annotations

import gzip
import zlib
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from als_screen.errors import PatientDataError

#: A header is never larger, nor a line of one: 10,000 samples take some 100 kB.
MAX_HEADER = 1 << 26
GZIP_MAGIC = b"\x1f\x8b"


def check_header_size(path: Path, limit: int = MAX_HEADER, *, file: FileIO | None = None) -> None:
    """Refuse a VCF, BCF or BAM with a header above `limit` bytes; what is broken is left to others.

    `file` is `path`, where it is open already; it is left at any place.
    """
    try:
        with path.open("rb") if file is None else _buffered(file) as packed:
            size = _header_size(packed, limit)
    except (OSError, EOFError, zlib.error):
        return
    if size > limit:
        expected = f"the header is larger than {limit >> 20} MB"
        raise PatientDataError(str(path), expected, "get the file again from where it was made")


def _buffered(file: FileIO) -> BinaryIO:
    """Return the open file, from its begin, read in large pieces; closing what is returned leaves it open."""
    file.seek(0)
    return open(file.fileno(), "rb", closefd=False)


def _header_size(file: BinaryIO, limit: int) -> int:
    """Return the size in bytes, or something above `limit`."""
    packed = file.read(2) == GZIP_MAGIC
    file.seek(0)
    text: BinaryIO = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
    start = text.read(9)
    # Source: SAM specification, section 4.2 (l_text), VCF specification, section 6.2 (l_text).
    if start.startswith(b"BAM\1"):
        return int.from_bytes(start[4:8], "little")
    if start.startswith(b"BCF"):
        return int.from_bytes(start[5:9], "little")
    return _comment_lines(text, start, limit)


def _comment_lines(file: BinaryIO, start: bytes, limit: int) -> int:
    """Return the bytes of the lines that begin with #; `start` is the beginning of the first one."""
    if not start.startswith(b"#"):
        return 0
    size = len(start) + len(file.readline(limit + 1))
    while size <= limit and (line := file.readline(limit + 1)).startswith(b"#"):
        size += len(line)
    return size
