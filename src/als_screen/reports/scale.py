"""The C9orf72 repeat on one scale: both alleles with their intervals over the ranges of the policy.

Within each range the scale is linear, in the last one logarithmic, because expansions run to thousands.
All lengths are in the drawing's own units (`WIDTH` x `HEIGHT`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from als_screen.models import RepeatAllele, RepeatPolicyName

LEFT, WIDTH, HEIGHT = 16.0, 680.0, 158.0
#: Room of a tick's label.
LABEL = 24.0
_SHARES = (0.44, 0.2, 0.36)
_LARGEST = 4000.0


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
    width: float = WIDTH
    height: float = HEIGHT


def position(units: float, policy: RepeatPolicyName) -> float:
    """Return the x of a repeat size; sizes outside the scale stay at its ends. Never falls as size grows."""
    edges = _edges(policy)
    normal_end, intermediate_end = policy.normal_max + 0.5, policy.intermediate_max + 0.5
    if units <= normal_end:
        return edges[0] + max(0.0, units) / normal_end * (edges[1] - edges[0])
    if units <= intermediate_end:
        share = (units - normal_end) / (intermediate_end - normal_end)
        return edges[1] + share * (edges[2] - edges[1])
    share = math.log(min(units, _LARGEST) / intermediate_end) / math.log(_LARGEST / intermediate_end)
    return edges[2] + share * (edges[3] - edges[2])


def scale_of(alleles: tuple[RepeatAllele, ...], policy: RepeatPolicyName) -> Scale:
    """Return the drawing of the alleles over the ranges of the policy."""
    edges = _edges(policy)
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
    marks = tuple(_mark(allele, policy) for allele in alleles)
    return Scale((zones[0], zones[1], zones[2]), _ticks(policy), marks)


def _edges(policy: RepeatPolicyName) -> tuple[float, float, float, float]:
    """Return the x of the range borders; a policy without intermediate sizes has no middle range."""
    middle = _SHARES[1] if policy.intermediate_max > policy.normal_max else 0.0
    usable = WIDTH - 2 * LEFT
    first = LEFT + usable * _SHARES[0]
    return (LEFT, first, first + usable * middle, WIDTH - LEFT)


def _ticks(policy: RepeatPolicyName) -> tuple[Tick, ...]:
    threshold = policy.intermediate_max + 1
    sizes = {*range(0, policy.normal_max - 2, 5), policy.normal_max, threshold}
    if policy.intermediate_max > policy.normal_max:
        sizes |= {policy.intermediate_max}
    sizes |= {size for size in (60, 100, 300, 1000, 4000) if size > threshold * 1.5}
    ticks = [Tick(position(size, policy), size) for size in sorted(sizes)]
    return _spaced(ticks, keep={policy.normal_max, threshold})


def _spaced(ticks: list[Tick], keep: set[int]) -> tuple[Tick, ...]:
    """Drop ticks whose labels would touch, never those of `keep`."""
    kept = [tick for tick in ticks if tick.size in keep]
    for tick in ticks:
        if all(abs(tick.x - other.x) >= LABEL for other in kept):
            kept.append(tick)
    return tuple(sorted(kept, key=lambda tick: tick.x))


def _mark(allele: RepeatAllele, policy: RepeatPolicyName) -> Mark:
    low, high = allele.ci
    right = WIDTH - LEFT if high is None else position(high, policy)
    point = None if allele.repeats is None else position(allele.repeats, policy)
    return Mark(point, position(low, policy), right, high is None)
