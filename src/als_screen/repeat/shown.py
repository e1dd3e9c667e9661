"""What is kept of the reads over the repeat: the alignments for a small BAM, and the reads of the picture.

Pure functions of the placed reads. Coordinates are 0-based on the patient's build.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from als_screen.read_views import GOOD_QUALITY, Lies, RepeatRead
from als_screen.regions import Region
from als_screen.repeat.fragments import Placed
from als_screen.repeat.realign import Codes, Kind, Placements, Template, encode
from als_screen.repeat.records import Read

#: Reads of each kind that are kept for the picture.
KEPT = {Lies.SPANNING: 80, Lies.LEFT: 60, Lies.RIGHT: 60, Lies.INSIDE: 40}
#: An end of a read counts as clipped where alignment to the flank costs more than this in `_SCORES`.
CLIP_COST = 12
#: Score of a base that agrees with the flank, that differs, and that differs with low quality.
_SCORES = (1, -4, -1)

_KINDS = {Kind.SPANNING: Lies.SPANNING, Kind.LEFT: Lies.LEFT, Kind.RIGHT: Lies.RIGHT}
_UNIT = 6
#: What makes a letter of ASCII a small one.
_SMALL = 0x20
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Alignment:
    """One read as it is written to the small BAM.

    Attributes:
        read: on the + strand.
        start: 0-based, on the chromosome; of reads inside the repeat where the repeat begins.
        cigar: "" for a read inside the repeat, which has no place of its own.
        shown: how it lies over the repeat; None for a mate that lies in the flank.
    """

    read: Read
    start: int
    cigar: str
    shown: RepeatRead | None


def alignments(placed: Placed, repeat: Region, template: Template) -> list[tuple[Alignment, ...]]:
    """Return the reads of every fragment that speaks of the repeat, realigned."""
    fragments = (*placed.fragments, *placed.inside)
    return [tuple(_aligned(*side, repeat, template) for side in fragment.shown) for fragment in fragments]


def kept_reads(
    fragments: Iterable[Sequence[Alignment]],
) -> tuple[tuple[RepeatRead, ...], dict[Lies, int]]:
    """Return the reads to draw, by kind and then in an order of their own, and how many are left out."""
    over = [(one.shown, one.read) for pair in fragments for one in pair if one.shown is not None]
    over.sort(key=lambda item: (crc32(item[1].name.encode("utf-8", "surrogateescape")), item[1].first))
    by_kind = {kind: [shown for shown, _ in over if shown.lies is kind] for kind in Lies}
    kept = tuple(shown for kind in Lies for shown in by_kind[kind][: KEPT[kind]])
    left = {kind: len(found) - KEPT[kind] for kind, found in by_kind.items() if len(found) > KEPT[kind]}
    return kept, left


def _aligned(read: Read, where: Placements, repeat: Region, template: Template) -> Alignment:
    if where.in_repeat:
        return Alignment(read, repeat.start, "", _inside(read, where, template))
    if where.best is None:  # cannot be: what is not in the repeat has a placement with flank
        raise ValueError("a read without placement")
    kind, start, units = where.best
    touches = _touches(kind, start, where.length)
    if read.placed and not touches:
        return Alignment(read, _aligned_start(read), read.cigar, None)
    shown = _shown(read, kind, start, units, template)
    return Alignment(read, *_realigned(shown, repeat), shown if touches else None)


def _touches(kind: Kind, start: int, length: int) -> bool:
    if kind is Kind.SPANNING:
        return True
    return start + length > 0 if kind is Kind.LEFT else start < 0


def _aligned_start(read: Read) -> int:
    """Return the first aligned base of a read that is left as the file has it."""
    clip, operation = _first(read.cigar)
    return read.start + (clip if operation == "S" else 0)


def _first(cigar: str) -> tuple[int, str]:
    digits = len(cigar) - len(cigar.lstrip("0123456789"))
    return int(cigar[:digits] or 0), cigar[digits : digits + 1]


def _shown(read: Read, kind: Kind, start: int, units: int, template: Template) -> RepeatRead:
    left, right = flank_bases(kind, start, units, len(read.bases))
    codes, good = encode(read.bases), np.frombuffer(read.qualities, dtype=np.uint8) >= GOOD_QUALITY
    return RepeatRead(
        lies=_KINDS[kind],
        start=start,
        units=units if kind is Kind.SPANNING else min(units, (len(read.bases) - left - right) // _UNIT),
        reverse=read.reverse,
        bases=_lettered(read),
        clipped=(
            _clip(codes[:left][::-1], template.left[::-1], good[:left][::-1]),
            _clip(codes[len(codes) - right :], template.right, good[len(codes) - right :]),
        ),
    )


def flank_bases(kind: Kind, start: int, units: int, length: int) -> tuple[int, int]:
    """Return how many bases of a placed read lie in the left, and in the right flank."""
    left = min(-start, length) if kind is not Kind.RIGHT else 0
    if kind is Kind.LEFT:
        return left, 0
    if kind is Kind.RIGHT:
        return 0, min(start + length, length)
    return left, length - left - _UNIT * units


def _clip(codes: Codes, flank: Codes, good: Bools) -> int:
    """Return how many bases at the outer end align nowhere; bases are given from the repeat outwards."""
    known = min(len(codes), len(flank))
    same = np.concatenate([codes[:known] == flank[:known], np.zeros(len(codes) - known, dtype=np.bool_)])
    scores = np.where(same, _SCORES[0], np.where(good, _SCORES[1], _SCORES[2]))
    total = np.concatenate([[0], np.cumsum(scores)])
    best = int(np.argmax(total))
    return len(same) - best if total[best] - total[-1] >= CLIP_COST else 0


def _inside(read: Read, where: Placements, template: Template) -> RepeatRead:
    codes = encode(read.bases)
    under = template.motif[(np.arange(_UNIT)[:, None] + np.arange(len(codes))) % _UNIT]
    return RepeatRead(
        lies=Lies.INSIDE,
        start=int(np.argmax((under == codes).sum(axis=1))),
        units=where.length // _UNIT,
        reverse=read.reverse,
        bases=_lettered(read),
    )


def _lettered(read: Read) -> str:
    bases = np.frombuffer(read.bases, dtype=np.uint8)
    good = np.frombuffer(read.qualities, dtype=np.uint8) >= GOOD_QUALITY
    return np.where(good, bases, bases | _SMALL).tobytes().decode("ascii")


def _realigned(shown: RepeatRead, repeat: Region) -> tuple[int, str]:
    """Return the 0-based start and the CIGAR on the reference, which has len(repeat) bases of repeat."""
    length, (lead, tail) = len(shown.bases), shown.clipped
    if shown.lies is Lies.SPANNING:
        return _spanning(shown, repeat)
    if shown.lies is Lies.LEFT:
        matched = min(length, len(repeat) - shown.start) - lead
        return repeat.start + shown.start + lead, _cigar(
            (lead, "S"), (matched, "M"), (length - lead - matched, "S")
        )
    beyond = max(0, -shown.start - len(repeat))
    begin = repeat.end + shown.start + beyond
    return begin, _cigar((beyond, "S"), (length - beyond - tail, "M"), (tail, "S"))


def _spanning(shown: RepeatRead, repeat: Region) -> tuple[int, str]:
    lead, tail = shown.clipped
    before, tract = -shown.start - lead, _UNIT * shown.units
    after = len(shown.bases) + shown.start - tract - tail
    change = tract - len(repeat)
    middle = ((change, "I") if change > 0 else (-change, "D"), (after, "M"))
    return repeat.start + shown.start + lead, _cigar(
        (lead, "S"), (before + min(tract, len(repeat)), "M"), *middle, (tail, "S")
    )


def _cigar(*parts: tuple[int, str]) -> str:
    """Return the CIGAR without empty operations, neighbouring matches as one."""
    merged: list[tuple[int, str]] = []
    for length, operation in parts:
        if length and merged and merged[-1][1] == operation:
            merged[-1] = (merged[-1][0] + length, operation)
        elif length:
            merged.append((length, operation))
    return "".join(f"{length}{operation}" for length, operation in merged)
