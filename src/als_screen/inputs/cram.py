"""Whether the beginning of a CRAM is as it was written, by its checksums. Pure functions of bytes.

htslib fails in the same way at a damaged block and at a missing reference. Layout: CRAM specification 3.0,
sections 2.3 (integers), 6 (file definition), 7 (containers), 8 (blocks).
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

#: Bytes of the file definition, and of a checksum.
DEFINITION, CHECKSUM = 26, 4


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
    except _DamagedError:
        return False
    return True


class _DamagedError(Exception):
    """A checksum does not fit."""


@dataclass(slots=True)
class _Reader:
    """Reads from `at` on; `IndexError` at the end of the data."""

    data: bytes
    at: int

    def container(self) -> int:
        """Read the header of a container; return where its last block ends."""
        start = self.at
        length = int.from_bytes(self._take(4), "little")
        for _ in range(4):  # reference, start, span, records
            self._number()
        self._long()  # record counter
        self._long()  # bases
        self._number()  # blocks
        for _ in range(self._number()):  # landmarks
            self._number()
        self._check(start)
        return self.at + length

    def block(self) -> None:
        """Read a block."""
        start = self.at
        self._take(2)  # method, content type
        self._number()  # content id
        size = self._number()
        self._number()  # size unpacked
        self._take(size)
        self._check(start)

    def _check(self, start: int) -> None:
        found = crc32(self.data[start : self.at])
        if int.from_bytes(self._take(CHECKSUM), "little") != found:
            raise _DamagedError

    def _take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise IndexError
        self.at += size
        return self.data[self.at - size : self.at]

    def _number(self) -> int:
        """Return an ITF-8 integer: leading ones of the first byte count the bytes that follow, at most 4."""
        first = self._take(1)[0]
        more = min(4, _leading_ones(first))
        value = int.from_bytes(self._take(more), "big")
        if more < 4:
            return (first & (0x7F >> more)) << 8 * more | value
        return ((first & 0x0F) << 28 | (value >> 8) << 4 | value & 0x0F) & 0xFFFFFFFF

    def _long(self) -> None:
        """Pass over an LTF-8 integer."""
        self._take(_leading_ones(self._take(1)[0]))


def _leading_ones(byte: int) -> int:
    return 8 - (byte ^ 0xFF).bit_length()
