"""Cuts long reads down to the part that is looked at. Pure functions."""

from __future__ import annotations

from als_screen.coverage.indels import DELETION, INSERTION, MATCHES, SKIP, SOFT_CLIP
from als_screen.coverage.reads import AlignedRead

#: Shorter reads are kept whole: cutting costs more than it saves.
LONG_READ = 1_000


def trimmed_read(read: AlignedRead, low: int, high: int) -> AlignedRead:
    """Return a long read cut to the 0-based half-open interval, short ones as they are.

    One base is kept of the first aligned block behind the interval, so that an indel at its end keeps
    its anchor.
    """
    if len(read.bases) <= LONG_READ:
        return read
    kept: list[tuple[int, int]] = []
    at, query, start, first, last = read.start, 0, read.start, 0, 0
    for operation, length in read.cigar:
        if operation in MATCHES:
            begin, end = max(at, low), max(min(at + length, high), at + 1)
            if begin < end:
                if not kept:
                    start, first = begin, query + begin - at
                kept.append((operation, end - begin))
                last = query + end - at
            at, query = at + length, query + length
            if at > high:
                break
            continue
        if kept and operation in (INSERTION, DELETION, SKIP):
            kept.append((operation, length))
        at += length if operation in (DELETION, SKIP) else 0
        query += length if operation in (INSERTION, SOFT_CLIP) else 0
    return read._replace(
        start=start,
        cigar=tuple(kept),
        bases=read.bases[first:last],
        qualities=read.qualities[first:last],
    )
