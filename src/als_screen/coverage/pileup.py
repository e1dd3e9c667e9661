"""The reads over one allele, base under base with the reference. Pure functions.

A read becomes a row of characters as documented in `als_screen.read_views.SiteRead`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32

from als_screen.coverage.counts import ASSUMED_QUALITY
from als_screen.coverage.indels import DELETION, INSERTION, MATCHES, SKIP, SOFT_CLIP
from als_screen.coverage.reads import AlignedRead
from als_screen.read_views import GOOD_QUALITY, SiteRead

#: Reads that are kept of a site.
KEPT = 60
#: Inserted bases that are kept of one insertion.
LONGEST_INSERTION = 40


@dataclass(slots=True)
class Sample:
    """At most `KEPT` of the reads over a site: which ones depends on the reads alone, not on their order.

    Attributes:
        total: reads that were added.
    """

    total: int = 0
    _held: list[AlignedRead] = field(default_factory=list)

    def add(self, read: AlignedRead) -> None:
        """Take one read."""
        self.total += 1
        self._held.append(read)
        if len(self._held) > 4 * KEPT:
            self._held = self._drawn()

    def reads(self) -> list[AlignedRead]:
        """Return the sample by position."""
        return sorted(self._drawn(), key=lambda read: (read.start, read.end, read.name, read.reverse))

    def _drawn(self) -> list[AlignedRead]:
        return sorted(self._held, key=_lot)[:KEPT]


def _lot(read: AlignedRead) -> tuple[int, str, bool, int]:
    return crc32(read.name.encode("utf-8", "surrogateescape")), read.name, read.reverse, read.start


def site_read(read: AlignedRead, start: int, reference: str) -> SiteRead:
    """Return the part of a read that lies over the window, whose + strand bases are `reference`."""
    row, inserted = [" "] * len(reference), []
    at, query = read.start, 0
    for index, (operation, length) in enumerate(read.cigar):
        if operation in MATCHES:
            _match(row, read, at - start, query, length, reference)
        elif operation == INSERTION and 0 < at - start < len(row):
            bases = read.bases[query : query + min(length, LONGEST_INSERTION)].decode("ascii")
            inserted.append((at - start, bases))
        elif operation == SOFT_CLIP:
            first = at - start - (length if index == 0 or read.cigar[index - 1][0] not in MATCHES else 0)
            _fill(row, first, length, "~")
        elif operation in (DELETION, SKIP):
            _fill(row, at - start, length, "-")
        at += length if operation in MATCHES or operation in (DELETION, SKIP) else 0
        query += length if operation in MATCHES or operation in (INSERTION, SOFT_CLIP) else 0
    return SiteRead(reverse=read.reverse, row="".join(row).rstrip(), inserted=tuple(inserted))


def _match(row: list[str], read: AlignedRead, column: int, query: int, length: int, reference: str) -> None:
    for step in range(max(0, -column), min(length, len(row) - column)):
        quality = read.qualities[query + step] if read.qualities else ASSUMED_QUALITY
        base, same = chr(read.bases[query + step]).upper(), reference[column + step]
        good = quality >= GOOD_QUALITY
        if base in ("=", same):
            row[column + step] = "." if good else ","
        else:
            row[column + step] = base if good else base.lower()


def _fill(row: list[str], column: int, length: int, character: str) -> None:
    for place in range(max(0, column), min(column + length, len(row))):
        row[place] = character
