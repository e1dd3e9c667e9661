"""The C9orf72 repeat on one scale: both alleles with their intervals over the ranges of the policy.

Within each range the scale is linear, in the last one logarithmic, because expansions run to thousands.
All lengths are in the drawing's own units. There is a narrow drawing for phones, because a part of the scale
that is out of sight would be the part with the expansion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from als_screen.models import RepeatAllele, RepeatPolicyName

LEFT, HEIGHT = 16.0, 158.0
#: Room of a tick's label.
LABEL = 30.0
_LARGEST = 4000.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing's class in the style sheet, its width, and the shares of the three ranges in it."""

    name: str
    width: float
    shares: tuple[float, float, float]


WIDE = Frame("wide", 680.0, (0.44, 0.2, 0.36))
NARROW = Frame("narrow", 320.0, (0.35, 0.29, 0.36))


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled size on the axis."""

    x: float
    size: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A range of the policy: `low`..`high` in units, `high` None where it is open."""

    name: str
    x: float
    width: float
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """One allele: the point estimate (None: there is none) and its interval; `open` has no upper limit."""

    x: float | None
    low: float
    high: float
    open: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The drawing."""

    zones: tuple[Zone, Zone, Zone]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    name: str
    width: float
    height: float = HEIGHT


def position(units: float, policy: RepeatPolicyName, frame: Frame = WIDE) -> float:
    """Return the x of a repeat size; sizes outside the scale stay at its ends. Never falls as size grows."""
    edges = _edges(policy, frame)
    normal_end, intermediate_end = policy.normal_max + 0.5, policy.intermediate_max + 0.5
    if units <= normal_end:
        return edges[0] + max(0.0, units) / normal_end * (edges[1] - edges[0])
    if units <= intermediate_end:
        share = (units - normal_end) / (intermediate_end - normal_end)
        return edges[1] + share * (edges[2] - edges[1])
    share = math.log(min(units, _LARGEST) / intermediate_end) / math.log(_LARGEST / intermediate_end)
    return edges[2] + share * (edges[3] - edges[2])


def scales_of(
    alleles: tuple[RepeatAllele, ...], policy: RepeatPolicyName, *, paper: bool = False
) -> tuple[Scale, ...]:
    """Return the drawings of a page; paper is never narrow."""
    return tuple(scale_of(alleles, policy, frame) for frame in ((WIDE,) if paper else (WIDE, NARROW)))


def scale_of(alleles: tuple[RepeatAllele, ...], policy: RepeatPolicyName, frame: Frame = WIDE) -> Scale:
    """Return the drawing of the alleles over the ranges of the policy."""
    edges = _edges(policy, frame)
    bounds = (
        (0, policy.normal_max),
        (policy.normal_max + 1, policy.intermediate_max),
        (policy.intermediate_max + 1, None),
    )
    names = ("normal", "intermediate", "expanded")
    zones = tuple(
        Zone(name, edges[i], edges[i + 1] - edges[i], low, high)
        for i, (name, (low, high)) in enumerate(zip(names, bounds, strict=True))
    )
    marks = tuple(_mark(allele, policy, frame) for allele in alleles)
    return Scale((zones[0], zones[1], zones[2]), _ticks(policy, frame), marks, frame.name, frame.width)


def _edges(policy: RepeatPolicyName, frame: Frame) -> tuple[float, float, float, float]:
    """Return the x of the range borders; a policy without intermediate sizes has no middle range."""
    middle = frame.shares[1] if policy.intermediate_max > policy.normal_max else 0.0
    usable = frame.width - 2 * LEFT
    first = LEFT + usable * frame.shares[0]
    return (LEFT, first, first + usable * middle, frame.width - LEFT)


def _ticks(policy: RepeatPolicyName, frame: Frame) -> tuple[Tick, ...]:
    threshold = policy.intermediate_max + 1
    sizes = {*range(0, policy.normal_max - 2, 5), policy.normal_max, threshold}
    if policy.intermediate_max > policy.normal_max:
        sizes |= {policy.intermediate_max}
    sizes |= {size for size in (60, 100, 300, 1000, 4000) if size > threshold * 1.5}
    ticks = [Tick(position(size, policy, frame), size) for size in sorted(sizes)]
    return _spaced(ticks, keep={policy.normal_max, threshold})


def _spaced(ticks: list[Tick], keep: set[int]) -> tuple[Tick, ...]:
    """Drop ticks whose labels would touch, never those of `keep`."""
    kept = [tick for tick in ticks if tick.size in keep]
    for tick in ticks:
        if all(abs(tick.x - other.x) >= LABEL for other in kept):
            kept.append(tick)
    return tuple(sorted(kept, key=lambda tick: tick.x))


def _mark(allele: RepeatAllele, policy: RepeatPolicyName, frame: Frame) -> Mark:
    low, high = allele.ci
    right = frame.width - LEFT if high is None else position(high, policy, frame)
    point = None if allele.repeats is None else position(allele.repeats, policy, frame)
    return Mark(point, position(low, policy, frame), right, high is None)
