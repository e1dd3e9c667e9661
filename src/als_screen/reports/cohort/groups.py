"""Counts over patients: yield by what the sheet says, callability and depth by batch, sizes of the repeat."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from als_screen.evidence import State
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.cohort.finding import CohortFinding
from als_screen.states import RepeatState, Result

#: Upper ends of the bins of the allele sizes, in repeats; the last bin is open.
BINS = (*range(1, 41), 60, 100, 300, 1000)


@dataclass(frozen=True, slots=True)
class Yield:
    """Results of the patients with one value of a column; `analysed` are all but the not analysed."""

    name: str
    patients: int
    analysed: int
    results: Counter[Result]


@dataclass(frozen=True, slots=True)
class Spread:
    """Five numbers of a distribution."""

    low: float
    first: float
    middle: float
    third: float
    high: float


@dataclass(frozen=True, slots=True)
class BatchQuality:
    """What could be looked at in one batch.

    Attributes:
        assessed: patients whose callability was assessed.
        whole: of those, patients of whom every reportable base of every gene was callable.
        fractions: mean callable fraction of each gene, of those assessed.
        depth: of those in whom it was measured, beside the repeat; None where in nobody.
    """

    name: str
    patients: int
    assessed: int
    whole: int
    repeat_assessed: int
    fractions: dict[Gene, float | None]
    depth: Spread | None
    measured: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Alleles by size and by the state of the patient's repeat, of those whose repeat was assessed."""

    patients: int
    alleles: int
    counts: dict[RepeatState, list[int]]


def yields(findings: Sequence[CohortFinding], column: Callable[[CohortFinding], str]) -> list[Yield]:
    """Return the results by the values of a column, sorted by value."""
    groups: defaultdict[str, Counter[Result]] = defaultdict(Counter)
    for finding in findings:
        groups[column(finding)][finding.conclusion.result] += 1
    return [
        Yield(name, counts.total(), counts.total() - counts[Result.NOT_ANALYSED], counts)
        for name, counts in sorted(groups.items())
    ]


def batch_quality(findings: Sequence[CohortFinding]) -> list[BatchQuality]:
    """Return callability and depth of each batch, sorted by name."""
    batches: defaultdict[str, list[CohortFinding]] = defaultdict(list)
    for finding in findings:
        batches[finding.patient.batch or ""].append(finding)
    return [_batch_quality(name, members) for name, members in sorted(batches.items())]


def sizes(findings: Sequence[CohortFinding]) -> Sizes:
    """Return point estimates by bin; a repeat that was not assessed is in no bin."""
    states = [state for state in RepeatState if state is not RepeatState.NOT_ASSESSED]
    counts: dict[RepeatState, list[int]] = {state: [0] * (len(BINS) + 1) for state in states}
    assessed = [finding.repeat for finding in findings if finding.repeat.state in counts]
    for repeat in assessed:
        for allele in repeat.alleles:
            if allele.repeats is not None:
                counts[repeat.state][bisect_left(BINS, allele.repeats)] += 1
    return Sizes(len(assessed), sum(map(sum, counts.values())), counts)


def bin_label(index: int) -> str:
    """Return the sizes of a bin as text."""
    if index == len(BINS):
        return f">{BINS[-1]}"
    low = BINS[index - 1] + 1 if index else 0
    return str(BINS[index]) if low == BINS[index] else f"{low}–{BINS[index]}"


def _batch_quality(name: str, members: Sequence[CohortFinding]) -> BatchQuality:
    assessed = [member.coverage for member in members if member.coverage.state is State.ASSESSED]
    depths = [depth for member in members if (depth := member.repeat.quality.flank_depth) is not None]
    return BatchQuality(
        name=name,
        patients=len(members),
        assessed=len(assessed),
        whole=sum(all(gene.callable_fraction == 1 for gene in one.genes.values()) for one in assessed),
        repeat_assessed=sum(member.repeat.state is not RepeatState.NOT_ASSESSED for member in members),
        fractions={
            gene: _mean([one.genes[gene].callable_fraction for one in assessed if gene in one.genes])
            for gene in VARIANT_GENES
        },
        depth=_spread(depths),
        measured=len(depths),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    first, middle, third = quantiles(values, n=4, method="inclusive") if len(values) > 1 else [*values] * 3
    return Spread(min(values), first, middle, third, max(values))
