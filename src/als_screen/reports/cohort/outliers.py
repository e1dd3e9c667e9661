"""Who stands out from patients sequenced the same way, by depth and callability.

The modified z-score of Iglewicz and Hoaglin (1993): distance from the median in units of 1.4826 times the
median absolute deviation, an outlier beyond 3.5. Each measure has a smallest spread, so that in a batch of
nearly equal patients a harmless difference is none.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from als_screen.reports.cohort.finding import CohortFinding

#: Modified z-score beyond which a patient is an outlier.
LIMIT = 3.5
#: Median absolute deviation to standard deviation of a normal distribution.
_SCALE = 1.4826
#: Patients that a group needs before anyone can stand out from it.
MIN_GROUP = 8


class Measure(StrEnum):
    """What a patient can stand out by."""

    DEPTH = "depth"  # beside the repeat, in fragments
    REPEAT_DEPTH = "repeat_depth"  # over the repeat, as a ratio to beside it
    CALLABILITY = "callability"  # fraction, of the gene that is worst callable


@dataclass(frozen=True, slots=True)
class Outlier:
    """One patient beside the group: `value` and `middle` (the group's median) in the unit of the measure."""

    patient: str
    measure: Measure
    value: float
    middle: float
    score: float
    group: str
    size: int

    @property
    def flag(self) -> str:
        """The word in the table's column `flags`."""
        return f"{self.measure}_{'low' if self.score < 0 else 'high'}"


def outliers(findings: Sequence[CohortFinding]) -> list[Outlier]:
    """Return who stands out, furthest first.

    A patient is compared within batch and library where at least `MIN_GROUP` were measured, else with all of
    the same library; where those are too few as well, with nobody.
    """
    found = [one for measure in Measure for one in _of_measure(measure, findings)]
    return sorted(found, key=lambda one: (-abs(one.score), one.patient, one.measure))


@dataclass(frozen=True, slots=True)
class _How:
    """How a measure is taken: its value, the scale it is compared on, and the smallest spread there."""

    value: Callable[[CohortFinding], float | None]
    scaled: Callable[[float], float]
    least: float
    both_sides: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    """Middle and spread of those who were measured, `middle` also on the compared scale."""

    name: str
    size: int
    middle: float
    scaled: float
    spread: float


def _of_measure(measure: Measure, findings: Sequence[CohortFinding]) -> Iterator[Outlier]:
    how = _HOW[measure]
    values = [(finding, value) for finding in findings if (value := how.value(finding)) is not None]
    near, far = (_groups(values, name, how) for name in (_batch_and_library, _library))
    for finding, value in values:
        group = near.get(_batch_and_library(finding)) or far.get(_library(finding))
        if group is None:
            continue
        score = (how.scaled(value) - group.scaled) / group.spread
        if score < -LIMIT or (score > LIMIT and how.both_sides):
            yield Outlier(
                finding.patient.patient, measure, value, group.middle, score, group.name, group.size
            )


def _groups(
    values: Sequence[tuple[CohortFinding, float]], name: Callable[[CohortFinding], str], how: _How
) -> dict[str, _Group]:
    """Return the groups that are large enough, by name."""
    members: defaultdict[str, list[float]] = defaultdict(list)
    for finding, value in values:
        members[name(finding)].append(value)
    return {group: _group(group, found, how) for group, found in members.items() if len(found) >= MIN_GROUP}


def _group(name: str, values: list[float], how: _How) -> _Group:
    scaled = [how.scaled(value) for value in values]
    middle = median(scaled)
    spread = max(_SCALE * median(abs(value - middle) for value in scaled), how.least)
    return _Group(name, len(values), median(values), middle, spread)


def _batch_and_library(finding: CohortFinding) -> str:
    return f"{finding.patient.batch or '–'}, {finding.patient.library}"


def _library(finding: CohortFinding) -> str:
    return finding.patient.library


def _depth(finding: CohortFinding) -> float | None:
    return finding.repeat.quality.flank_depth


def _repeat_depth(finding: CohortFinding) -> float | None:
    quality = finding.repeat.quality
    if not quality.flank_depth or quality.locus_depth is None:
        return None
    return quality.locus_depth / quality.flank_depth


def _callability(finding: CohortFinding) -> float | None:
    return min((gene.callable_fraction for gene in finding.coverage.genes.values()), default=None)


def _log2(value: float) -> float:
    """Return log2, of nothing as of a hundredth."""
    return math.log2(max(value, 0.01))


def _same(value: float) -> float:
    return value


#: Smallest spreads: 0.1 of log2 depth is 7 %, 0.2 of log2 ratio is 15 %, 0.01 is one point of callability.
_HOW = {
    Measure.DEPTH: _How(_depth, _log2, 0.1, both_sides=True),
    Measure.REPEAT_DEPTH: _How(_repeat_depth, _log2, 0.2),
    Measure.CALLABILITY: _How(_callability, _same, 0.01),
}
