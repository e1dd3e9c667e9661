"""How large a header, an index and a line may be: half a megabyte on disk can unfold to gigabytes."""

from __future__ import annotations

import gzip
import os
import zlib
from io import BytesIO, FileIO
from pathlib import Path
from typing import BinaryIO

from als_screen.errors import PatientDataError
from als_screen.inputs.cram import GZIP_MAGIC, header_size

#: A header is never larger, nor a line of one: 10,000 samples take some 100 kB.
MAX_HEADER = 1 << 26
#: An index is never larger: that of a whole genome takes 10 MB.
MAX_INDEX = 1 << 28
#: How many times smaller gzip can make what it packs. Source: zlib's technical details (deflate).
MOST_PACKED = 1032
#: Where the header of a CRAM says how large it is: after a container's header, however many landmarks it has.
CRAM_BEGINNING = 1 << 10


def check_header_size(path: Path, limit: int = MAX_HEADER, *, file: FileIO | None = None) -> None:
    """Refuse a VCF, BCF, BAM or CRAM with a header above `limit` bytes; what is broken is left to others.

    `file` is `path`, where it is open already; it is left at any place.
    """
    try:
        with path.open("rb") if file is None else _buffered(file) as packed:
            size = _header_size(packed, limit)
    except (OSError, EOFError, IndexError, zlib.error):
        return
    if size > limit:
        expected = f"the header is larger than {limit >> 20} MB"
        raise PatientDataError(str(path), expected, "get the file again from where it was made")


def read_index(path: Path, limit: int = MAX_INDEX) -> bytes:
    """Return the bytes of an index; refuse one that takes more than `limit` of them, or unfolds to more."""
    raw = b"" if path.stat().st_size > limit else path.read_bytes()
    if not raw or (len(raw) * MOST_PACKED > limit and _unfolds(raw, limit)):
        raise PatientDataError(str(path), f"it is larger than {limit >> 20} MB", "make it again")
    return raw


def _unfolds(raw: bytes, limit: int) -> bool:
    """Tell whether bytes hold more than `limit` in gzip; what is broken is left to others."""
    if raw[:2] != GZIP_MAGIC:
        return False
    try:
        return gzip.GzipFile(fileobj=BytesIO(raw)).seek(limit + 1) > limit
    except (OSError, EOFError, zlib.error):
        return False


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
    if start.startswith(b"CRAM"):
        return header_size(start + text.read(CRAM_BEGINNING))
    # Source: SAM specification, section 4.2 (l_text), VCF specification, section 6.2 (l_text).
    if start.startswith(b"BAM\1"):
        return _bam_size(text, int.from_bytes(start[4:8], "little"), limit)
    if start.startswith(b"BCF"):
        return int.from_bytes(start[5:9], "little")
    return _comment_lines(text, start, limit)


def _bam_size(file: BinaryIO, text: int, limit: int) -> int:
    """Return the bytes of a BAM header of so many bytes of text; its references follow it, in binary."""
    if text > limit:
        return text
    file.seek(8 + text)
    references = _number(file)
    size = 12 + text + 8 * references
    while size <= limit and references:
        length = _number(file)
        file.seek(length + 4, os.SEEK_CUR)
        size, references = size + length, references - 1
    return size


def _number(file: BinaryIO) -> int:
    data = file.read(4)
    if len(data) < 4:
        raise EOFError
    return int.from_bytes(data, "little")


def _comment_lines(file: BinaryIO, start: bytes, limit: int) -> int:
    """Return the bytes of the lines that begin with #; `start` is the beginning of the first one."""
    if not start.startswith(b"#"):
        return 0
    size = len(start) + len(file.readline(limit + 1))
    while size <= limit and (line := file.readline(limit + 1)).startswith(b"#"):
        size += len(line)
    return size
