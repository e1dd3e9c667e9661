"""Align one read against left flank - (motif)n - right flank, for every n and every offset at once.

A read can lie in four ways: partly in the left flank (then it shows at least so many units), partly in the
right flank, in both (it spans exactly n units), or wholly in the repeat. Every way that explains the read
nearly as well as the best is kept with its log-likelihood, base by base and with base qualities, so that a
read with three bases of flank and a read with none compete instead of being sorted by a rule.

Positions: `L` and `S` placements count from the first base of the repeat, `R` from its end; a read with `a`
bases of left flank starts at -a, a read with `b` bases of right flank and length m starts at b - m.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from als_screen.repeat.records import Read

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

#: Chance of another base than the motif's inside the repeat, besides sequencing errors (interruptions).
INTERRUPTION = 0.006
#: Chance of a miscalled base that no base quality tells (PCR, phasing).
ERROR_FLOOR = 0.002
#: Placements this much (natural log) below the best are dropped.
KEEP = 12.0
MAX_PLACEMENTS = 24
#: Cost (natural log) of leaving an outer end of the read unaligned: an indel, adapter or chimera there.
CLIP_COST = 12.0
#: A read counts as in the repeat unless a placement with flank is better by this (natural log): more than one
#: base of low quality, less than one of high quality. There are many places inside, and one with that flank.
INSIDE_MARGIN = 4.0
#: A read that reaches less than this part of a perfect score is scored again with unaligned ends.
CLIP_BELOW = 0.85
#: A read must reach this part of the score of a perfect read over random bases.
MIN_FIT = 0.6

_CODE = np.full(256, 4, dtype=np.uint8)
for _index, _base in enumerate(b"ACGT"):
    _CODE[_base] = _index
_NOTHING = 9


class Kind(IntEnum):
    """How a read is placed."""

    LEFT = 0
    RIGHT = 1
    SPANNING = 2


@dataclass(frozen=True, slots=True)
class Placements:
    """The ways in which a read can lie.

    Attributes:
        length: bases of the read.
        kind, start, units, weight: one entry a placement. `units` is the exact number for spanning, the
            least number for the others; `weight` is the likelihood relative to the best way of all.
        inside: likelihood of lying wholly in the repeat, averaged over the motif's phases, on the same scale.
        margin: natural log by which the best placement with flank beats lying wholly in the repeat.
        fits: part of the score of a perfect read, over random bases, that the best way reaches.
        best: kind, start and units of the best placement with flank, None for none. A read spans only where
            flank on both sides shows clearly: flank that looks like repeat does not.
    """

    length: int
    kind: Ints
    start: Ints
    units: Ints
    weight: Floats
    inside: float
    margin: float
    fits: float
    best: tuple[Kind, int, int] | None = None

    @property
    def in_repeat(self) -> bool:
        """Tell whether the read counts as lying wholly in the repeat."""
        return self.margin <= INSIDE_MARGIN


@dataclass(frozen=True, slots=True)
class Template:
    """Left flank, motif and right flank as base codes.

    Attributes:
        left, motif, right: of the + strand.
        hidden_left: how many last bases of the left flank look like repeat.
        hidden_right: how many first bases of the right flank look like repeat.
    """

    left: Codes
    motif: Codes
    right: Codes
    hidden_left: int = field(init=False)
    hidden_right: int = field(init=False)

    def __post_init__(self) -> None:
        """Compare the flanks with the motif, once."""
        object.__setattr__(self, "hidden_left", _agreement(self.left[::-1], self.motif[::-1]))
        object.__setattr__(self, "hidden_right", _agreement(self.right, self.motif))

    @classmethod
    def of(cls, left: str, motif: str, right: str) -> Template:
        """Return the template of + strand sequences."""
        return cls(encode(left.encode()), encode(motif.encode()), encode(right.encode()))

    def __hash__(self) -> int:
        """Hash by identity: templates are made once per process."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Compare by identity, as the hash does."""
        return self is other


def _agreement(flank: Codes, motif: Codes) -> int:
    same = flank == np.resize(motif, len(flank))
    return int(np.argmin(same)) if not same.all() else len(flank)


def encode(bases: bytes) -> Codes:
    """Return A, C, G, T as 0 to 3 and anything else as 4."""
    return _CODE[np.frombuffer(bases, dtype=np.uint8)]


def placed_read(start: int, length: int, *, left: bool) -> Placements:
    """Return the single placement of a read that lies wholly in a flank.

    Args:
        start: from the repeat's first base (`left`) or from its end.
        length: of the read.
        left: which flank.
    """
    kind = Kind.LEFT if left else Kind.RIGHT
    one = np.ones(1, dtype=np.int64)
    return Placements(
        length, one * int(kind), one * start, one * 0, np.ones(1), 0.0, np.inf, 1.0, (kind, start, 0)
    )


@dataclass(frozen=True, slots=True)
class _Scores:
    """Log-likelihood of one read: `match` and `other` per base in flank, cumulated sums for the rest."""

    left: Floats  # [a]: first a bases against the last a of the left flank
    right: Floats  # [j]: bases from j on against the start of the right flank
    repeat: Floats  # [phase, j]: first j bases against the motif, base 0 at that phase
    clip: bool  # outer ends may stay unaligned


@dataclass(frozen=True, slots=True)
class _Ways:
    """Log-likelihood of every way to lie.

    Attributes:
        left: [a] bases of left flank, the rest repeat.
        left_units: [a] the least units that this shows.
        right: [j] bases of repeat, then right flank.
        right_units: [j] the least units that this shows.
        inside: [phase] wholly in the repeat.
        spanning: [n, a] bases of left flank, n units, then at least one base of right flank.
    """

    left: Floats
    left_units: Ints
    right: Floats
    right_units: Ints
    inside: Floats
    spanning: Floats

    @property
    def best(self) -> float:
        """Return the highest of all."""
        return max(float(way.max()) for way in (self.left, self.right, self.inside, self.spanning))


def realign(read: Read, template: Template) -> Placements:
    """Return the placements of a read that touches the repeat, or may.

    The read must be in + strand orientation. Reads that fit nowhere have `fits` below `MIN_FIT`.
    """
    codes = encode(read.bases)
    match, other = _base_scores(codes, read.qualities)
    random = len(codes) * np.log(4.0)
    perfect = float(match.sum()) + random
    ways = _ways(_score(codes, match, other, template, clip=False))
    if ways.best + random < CLIP_BELOW * perfect:
        ways = _ways(_score(codes, match, other, template, clip=True))
    return _placements(ways, (ways.best + random) / max(perfect, 1e-9))


def _ways(scores: _Scores) -> _Ways:
    return _Ways(*_left(scores), *_right(scores), scores.repeat[:, -1], _spanning(scores))


def _base_scores(codes: Codes, qualities: bytes) -> tuple[Floats, Floats]:
    """Return log-likelihoods of each base where it agrees, and where not; N says nothing."""
    quality = np.frombuffer(qualities, dtype=np.uint8).astype(np.float64)
    error = np.clip(10.0 ** (-quality / 10.0) + ERROR_FLOOR, 0.0, 0.75)
    match, other = np.log1p(-error), np.log(error / 3.0)
    unknown = codes > 3
    match[unknown] = other[unknown] = np.log(0.25)
    return match, other


def _score(codes: Codes, match: Floats, other: Floats, template: Template, *, clip: bool) -> _Scores:
    """Score the read against both flanks and the repeat; with `clip`, outer ends may stay unaligned."""
    left = _flank(codes, match, other, template.left, clip)
    right = _flank(codes[::-1], match[::-1], other[::-1], template.right[::-1], clip)[::-1]
    error = -np.expm1(match)
    inside = np.minimum(error + INTERRUPTION, 0.75)
    same = _motif_under(template, len(codes)) == codes[None, :]
    repeat = np.where(same, np.log1p(-inside), np.log(inside / 3.0))
    repeat[:, codes > 3] = np.log(0.25)
    cumulated = np.concatenate([np.zeros((6, 1)), np.cumsum(repeat, axis=1)], axis=1)
    return _Scores(left, right, cumulated, clip)


@lru_cache(maxsize=64)
def _motif_under(template: Template, length: int) -> Codes:
    """Return [phase, j]: the motif's base under read base j when base 0 is at that phase."""
    table: Codes = template.motif[(np.arange(length)[None, :] - np.arange(6)[:, None]) % 6]
    return table


def _flank(codes: Codes, match: Floats, other: Floats, flank: Codes, clip: bool) -> Floats:
    """Return [a]: log-likelihood of the first a bases against the last a of the flank, a from 0 on."""
    same = _windows(flank.tobytes(), len(codes)) == codes[None, :]
    if not clip:
        return np.asarray(
            np.concatenate([[0.0], np.cumsum(other)]) + same @ (match - other), dtype=np.float64
        )
    gain = np.where(same, match, other) + np.log(4.0)
    gain = np.where(_inner(len(codes)), gain, 0.0)
    from_base = np.cumsum(gain[:, ::-1], axis=1)[:, ::-1]
    best = np.maximum(from_base[:, 0], from_base.max(axis=1) - CLIP_COST)
    best[0] = 0.0
    return np.asarray(best - np.arange(len(codes) + 1) * np.log(4.0), dtype=np.float64)


@lru_cache(maxsize=64)
def _inner(length: int) -> Bools:
    """Return [a, j]: whether read base j is one of the first a."""
    return np.tri(length + 1, length, -1, dtype=bool)


@lru_cache(maxsize=64)
def _windows(flank: bytes, length: int) -> Codes:
    """Return [a, j]: the flank's base under read base j when the read has a bases in the flank."""
    codes = np.frombuffer(flank, dtype=np.uint8)
    table = np.full((length + 1, length), _NOTHING, dtype=np.uint8)
    for a in range(1, min(length, len(codes)) + 1):
        table[a, :a] = codes[len(codes) - a :]
    return table


def _left(scores: _Scores) -> tuple[Floats, Ints]:
    """Return [a]: a bases of left flank, the rest repeat, and the units; a = 0 is not one of them.

    Bases that need not be aligned may follow repeat too: a read that leaves the repeat for something else
    than the right flank shows a least number of units, not their number.
    """
    a = np.arange(len(scores.left))
    length, phase = len(a) - 1, a % 6
    gain, last = scores.repeat[phase, -1] - scores.repeat[phase, a], np.full(len(a), length)
    if scores.clip:
        outside = (length - a) * np.log(4.0) + CLIP_COST
        shorter = scores.repeat[phase] - scores.repeat[phase, a][:, None] - outside[None, :]
        shorter[a[None, :] < a[:, None]] = -np.inf
        gain, last = _better(gain, last, shorter)
    result = scores.left + gain
    result[0] = -np.inf
    return np.asarray(result, dtype=np.float64), -((a - last) // 6)


def _right(scores: _Scores) -> tuple[Floats, Ints]:
    """Return [j]: repeat up to base j, then right flank, and the units; the mirror of `_left`."""
    j = np.arange(len(scores.right))
    phase = j % 6
    gain, first = scores.repeat[phase, j], np.zeros(len(j), dtype=np.int64)
    if scores.clip:
        outside = j * np.log(4.0) + CLIP_COST
        shorter = scores.repeat[phase, j][:, None] - scores.repeat[phase] - outside[None, :]
        shorter[j[None, :] > j[:, None]] = -np.inf
        gain, first = _better(gain, first, shorter)
    result = gain + scores.right
    result[-1] = -np.inf
    return np.asarray(result, dtype=np.float64), -((first - j) // 6)


def _better(whole: Floats, end: Ints, shorter: Floats) -> tuple[Floats, Ints]:
    """Return the better of each row's `whole` score and its best `shorter` one, with the repeat's end."""
    best = shorter.argmax(axis=1)
    score = shorter[np.arange(len(best)), best]
    return np.maximum(whole, score), np.where(score > whole, best, end)


def _spanning(scores: _Scores) -> Floats:
    """Return [n, a]: a >= 1 bases of left flank, n units, at least one base of right flank."""
    a, phase, end, valid = _spans(len(scores.left) - 1)
    score = scores.left + scores.repeat[phase, end] - scores.repeat[phase, a] + scores.right[end]
    return np.where(valid, score, -np.inf)


@lru_cache(maxsize=64)
def _spans(length: int) -> tuple[Ints, Ints, Ints, Bools]:
    """Return [a], its phase, and [n, a]: the read base behind a bases and n units; whether it is one."""
    units, a = np.arange(length // 6 + 1)[:, None], np.arange(length + 1)
    end = a + 6 * units
    valid = (a >= 1) & (end < length)
    return a, a % 6, np.where(valid, end, 0), valid


def _placements(ways: _Ways, fits: float) -> Placements:
    """Keep the placements close to the best one."""
    length, least = len(ways.left) - 1, ways.best - KEEP
    a, j = np.flatnonzero(ways.left > least), np.flatnonzero(ways.right > least)
    n, s = np.nonzero(ways.spanning > least)
    kinds = np.array([Kind.LEFT, Kind.RIGHT, Kind.SPANNING], dtype=np.int64)
    kind = np.repeat(kinds, [len(a), len(j), len(n)])
    start = np.concatenate([-a, -j, -s])
    units = np.concatenate([ways.left_units[a], ways.right_units[j], n])
    score = np.concatenate([ways.left[a], ways.right[j], ways.spanning[n, s]]) - ways.best
    order = np.argsort(-score, kind="stable")[:MAX_PLACEMENTS]
    inside = ways.inside - ways.best
    kind, start, units, weight = kind[order], start[order], units[order], np.exp(score[order])
    return Placements(
        length=length,
        kind=kind,
        start=start,
        units=units,
        weight=weight,
        best=_best(kind, start, units, weight),
        inside=float(np.exp(inside).mean()),
        margin=float(score.max(initial=-np.inf)) - float(inside.max()),
        fits=fits,
    )


def _best(kind: Ints, start: Ints, units: Ints, weight: Floats) -> tuple[Kind, int, int] | None:
    """Return the best placement; a spanning one only where it is clearly better than an open-ended one."""
    if not len(weight):
        return None
    open_ended = np.where(kind == Kind.SPANNING, 0.0, weight)
    spans = open_ended.max() <= weight.max() * np.exp(-INSIDE_MARGIN)
    index = int(np.argmax(weight if spans else open_ended))
    return Kind(int(kind[index])), int(start[index]), int(units[index])
