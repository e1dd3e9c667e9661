"""Whether the index of a VCF or BCF points to the records of its own file.

htslib finds what the index points to, and nothing else: that of another file, or one from before an edit,
hides records without an error. Layouts: SAM specification 4.1 (BGZF), VCF specification 6.3 (BCF records).
"""

from __future__ import annotations

import gzip
import re
import struct
from io import FileIO
from pathlib import Path

import numpy as np

from als_screen.errors import PatientDataError
from als_screen.inputs.ends import is_block
from als_screen.inputs.index import LARGEST_BLOCK, Index

#: Chunks of an index that are looked at, evenly over the file: an edit moves every block behind it.
SAMPLED = 16
#: Contig and position of a record are in its first bytes.
BEGINNING = 1 << 10
_PLACE = re.compile(rb"([^\t\n]+)\t([0-9]{1,10})\t")


def check_places(path: Path, file: FileIO, index: Index, *, bcf: bool) -> None:
    """Raise `PatientDataError` where the index is of another file, or of this one before an edit.

    Each sampled chunk must begin with a record of its contig and bin, and nothing may follow the last chunk.

    Args:
        path: the VCF or BCF.
        file: it, open; it is left at any place.
        index: what its .tbi or .csi says.
        bcf: it is a BCF.
    """
    order = np.argsort(index.begins, kind="stable")
    sampled = order[np.unique(np.linspace(0, len(order) - 1, SAMPLED).astype(int))] if len(order) else order
    fits = all(_fits(file, index, int(chunk), bcf=bcf) for chunk in sampled)
    if not fits or (len(order) and _unpacked(file, index.last, 1) != b""):
        expected = f"the index {index.path.name} belongs to another file, or the file was changed after it"
        raise PatientDataError(str(path), expected, "make the index again")


def _fits(file: FileIO, index: Index, chunk: int, *, bcf: bool) -> bool:
    found = _unpacked(file, int(index.begins[chunk]), BEGINNING)
    place = _place(found, bcf=bcf) if found else None
    if place is None:
        return False
    contig, pos = place
    number = int(index.owners[chunk])
    begin, end = map(int, index.spans[chunk])
    named = (number,) if bcf else (index.names or ())[number : number + 1]
    return (contig,) == named and (not end or begin <= max(pos, 0) < end)


def _place(record: bytes, *, bcf: bool) -> tuple[str | int, int] | None:
    """Return the contig (of a BCF its number) and 0-based position of a record that bytes begin with."""
    if bcf:
        return struct.unpack_from("<ii", record, 8) if len(record) >= 16 else None
    found = _PLACE.match(record)
    return (found[1].decode("utf-8", "replace"), int(found[2]) - 1) if found else None


def _unpacked(file: FileIO, offset: int, size: int) -> bytes | None:
    """Return so many bytes from a virtual offset on, fewer at the end; None where no block begins there."""
    at, skipped = offset >> 16, offset & 0xFFFF
    data = b""
    while len(data) < skipped + size:
        file.seek(at)
        raw = file.read(LARGEST_BLOCK)
        if not raw and at > offset >> 16:
            break
        if not is_block(raw[:18]):
            return None
        length = int.from_bytes(raw[16:18], "little") + 1
        data += gzip.decompress(raw[:length])
        at += length
    return data[skipped : skipped + size] if len(data) >= skipped else None
