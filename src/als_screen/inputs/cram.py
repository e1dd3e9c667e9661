"""What the bytes of a CRAM say of it. Pure functions of bytes.

Whether they are as they were written, by checksums: htslib fails in the same way at a damaged block and at a
missing reference. To how much its header unfolds, and where a container ends. Layout: CRAM specification 3.0,
sections 2.3 (integers), 6 (file definition), 7 (containers), 8 (blocks).
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

#: Bytes of the file definition, and of a checksum.
DEFINITION, CHECKSUM = 26, 4
GZIP_MAGIC = b"\x1f\x8b"


def is_sound(data: bytes) -> bool:
    """Tell whether all checksums of containers and blocks fit, up to where `data` breaks off.

    CRAM before 3.0 has none.
    """
    if len(data) < DEFINITION:
        return False
    if data[4:5] < b"\3":
        return True
    reader = _Reader(data, DEFINITION)
    try:
        while reader.at < len(data):
            end = reader.container()
            while reader.at < end:
                reader.block()
    except IndexError:
        return True
    except DamagedError:
        return False
    return True


def header_size(data: bytes) -> int:
    """Return the bytes to which the header, the first block of a CRAM, says it unfolds.

    Raises:
        IndexError: `data` breaks off before.
    """
    reader = _Reader(data, DEFINITION)
    if data[4:5] < b"\2":  # no container, no block
        return int.from_bytes(reader.take(4), "little")
    reader.fields_of_container()
    if data[4:5] >= b"\3":
        reader.take(CHECKSUM)
    return reader.fields_of_block()[1]


def container_at(data: bytes, at: int, major: int) -> tuple[int, int]:
    """Return where a container ends, and how many reads it holds.

    Args:
        data: its first bytes.
        at: where in the file they begin.
        major: version of CRAM; from 3 on the header has a checksum.

    Raises:
        IndexError: `data` breaks off before its header ends.
        DamagedError: it is no header.
    """
    reader = _Reader(data, 0)
    length, records = reader.fields_of_container()
    if major >= 3:
        reader.check(0)
    return at + reader.at + length, records


class DamagedError(Exception):
    """A checksum does not fit."""


@dataclass(slots=True)
class _Reader:
    """Reads from `at` on; `IndexError` at the end of the data."""

    data: bytes
    at: int

    def container(self) -> int:
        """Read the header of a container; return where its last block ends."""
        start = self.at
        length, _ = self.fields_of_container()
        self.check(start)
        return self.at + length

    def fields_of_container(self) -> tuple[int, int]:
        """Read the header of a container without its checksum; return the length of its blocks, and reads."""
        length = int.from_bytes(self.take(4), "little")
        for _ in range(3):  # reference, start, span
            self._number()
        records = self._number()
        self._long()  # record counter
        self._long()  # bases
        self._number()  # blocks
        for _ in range(self._number()):  # landmarks
            self._number()
        return length, records

    def block(self) -> None:
        """Read a block."""
        start = self.at
        self.take(self.fields_of_block()[0])
        self.check(start)

    def fields_of_block(self) -> tuple[int, int]:
        """Read the header of a block; return its size, and that of what it unfolds to."""
        self.take(2)  # method, content type
        self._number()  # content id
        return self._number(), self._number()

    def check(self, start: int) -> None:
        """Hold the bytes from `start` on against the checksum that follows."""
        found = crc32(self.data[start : self.at])
        if int.from_bytes(self.take(CHECKSUM), "little") != found:
            raise DamagedError

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if self.at + size > len(self.data):
            raise IndexError
        self.at += size
        return self.data[self.at - size : self.at]

    def _number(self) -> int:
        """Return an ITF-8 integer: leading ones of the first byte count the bytes that follow, at most 4."""
        first = self.take(1)[0]
        more = min(4, _leading_ones(first))
        value = int.from_bytes(self.take(more), "big")
        if more < 4:
            return (first & (0x7F >> more)) << 8 * more | value
        return ((first & 0x0F) << 28 | (value >> 8) << 4 | value & 0x0F) & 0xFFFFFFFF

    def _long(self) -> None:
        """Pass over an LTF-8 integer."""
        self.take(_leading_ones(self.take(1)[0]))


def _leading_ones(byte: int) -> int:
    return 8 - (byte ^ 0xFF).bit_length()
