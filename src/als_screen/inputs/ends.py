"""How files begin and end: what they are, and whether they are whole.

Each function takes the path of a file or, since shared storage pays for every opening, the open file.
"""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from als_screen.inputs.cram import GZIP_MAGIC

Source = Path | BinaryIO | FileIO

#: The empty block that ends every complete BGZF file. Source: SAM specification, section 4.1.2.
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
#: The empty container that ends every complete CRAM file, by major version. Source: CRAM specifications
#: 2.1 and 3.0, "End of file container".
CRAM_EOF = {
    2: bytes.fromhex("0b000000ffffffff0fe0454f460000000001000001000606010001000100"),
    3: bytes.fromhex("0f000000ffffffff0fe0454f4600000000010005bdd94f0001000606010001000100ee63014b"),
}


def is_gzip(file: Source) -> bool:
    """Tell whether a file is compressed with gzip, in blocks or not."""
    return ends(file, 2, 0)[0] == GZIP_MAGIC


def is_bgzf(file: Source) -> bool:
    """Tell block gzip, which says so in an extra field, from plain gzip."""
    return is_block(ends(file, 18, 0)[0])


def is_block(start: bytes) -> bool:
    """Tell whether bytes are the beginning of a BGZF block. Source: SAM specification, section 4.1."""
    return start[:2] == GZIP_MAGIC and len(start) == 18 and bool(start[3] & 4) and start[12:14] == b"BC"


def is_cut(file: Source) -> bool:
    """Tell whether a BGZF file or a CRAM lacks its end; of other files nothing can be told."""
    start = ends(file, 6, 0)[0]
    if start[:4] == b"CRAM":
        return _is_cut_cram(file, start)
    return is_bgzf(file) and ends(file, 0, len(BGZF_EOF))[1] != BGZF_EOF


def cram_end(major: int, minor: int) -> bytes:
    """Return the container that ends a whole CRAM of a version; CRAM 2.0 and older have none."""
    return b"" if (major, minor) <= (2, 0) else CRAM_EOF[2 if major == 2 else 3]


def _is_cut_cram(file: Source, start: bytes) -> bool:
    """Tell whether a CRAM lacks its empty container.

    pysam looks for the end of BGZF files only.
    """
    wanted = cram_end(*start[4:6]) if len(start) == 6 else b""
    if not wanted:
        return False
    # Early Java and C implementations differ in the upper half of the ninth byte.
    found = bytearray(ends(file, 0, len(wanted))[1])
    found[8:9] = bytes([found[8] & 0x0F]) if len(found) > 8 else b""
    return found != wanted


def ends(file: Source, first: int, last: int) -> tuple[bytes, bytes]:
    """Return the first and last bytes of a file; an open one is left at its end."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            return ends(opened, first, last)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(first)
    file.seek(size - min(last, size))
    return start, file.read(last)
