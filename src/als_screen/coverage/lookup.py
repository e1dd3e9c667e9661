"""Looks up the counts of one patient by position. Pure functions of `CoverageEvidence`.

Positions are 1-based, as in the evidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from als_screen.evidence import CoverageEvidence, IndelCount, OtherBase, RegionCounts
from als_screen.regions import Region
from als_screen.resources import ReferenceSlice, Resources

#: A place where this share of the fragments, and at least two, differ from the reference is no error.
VARIANT_SHARE = 0.2
#: No person differs at more bases of a stretch than this share: where more do, the reads are not of this
#: genome, or hardly of any. Single bases are not asked: they are counted because they vary.
MOST_VARIANT = 0.05
#: No library is taken to be better than this (errors of PCR and of other patients' reads), per base and kind.
LEAST_ERROR = 1e-4
#: Nor worse: bases that are wrong more often than right are no measure of anything.
MOST_ERROR = 0.5


@dataclass(frozen=True, slots=True)
class Strands:
    """Fragments by strand."""

    forward: int = 0
    reverse: int = 0

    @property
    def total(self) -> int:
        """Return the fragments of both strands."""
        return self.forward + self.reverse


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """What the reads show at one base.

    Attributes:
        depth: fragments of base quality >= 10.
        reference: fragments of base quality >= 20 that show the reference base.
        others: the same for each other base that was seen.
        usable: fragments of base quality >= 20.
    """

    depth: int
    reference: Strands
    others: Mapping[str, Strands]
    usable: int = field(init=False)

    def __post_init__(self) -> None:
        """Add up, once: the known alleles of a gene ask many times."""
        seen = self.reference.total
        if self.others:
            seen += sum(strands.total for strands in self.others.values())
        object.__setattr__(self, "usable", seen)


class Counts:
    """The counts of one patient, by position."""

    def __init__(self, coverage: CoverageEvidence) -> None:
        self.coverage = coverage
        self._regions: dict[str, list[RegionCounts]] = defaultdict(list)
        for region in sorted(coverage.regions, key=lambda one: (one.chrom, one.start)):
            self._regions[region.chrom].append(region)
        self._starts = {chrom: [one.start for one in each] for chrom, each in self._regions.items()}
        self._others: dict[tuple[str, int], dict[str, Strands]] = defaultdict(dict)
        for other in coverage.other:
            self._others[other.chrom, other.pos][other.base] = Strands(other.forward, other.reverse)
        self._sites: dict[tuple[str, int], SiteCounts | None] = {}
        self._errors: ErrorRates | None = None

    def has(self, chrom: str) -> bool:
        """Tell whether anything of a chromosome was counted."""
        return chrom in self._regions

    def _region(self, chrom: str, pos: int) -> RegionCounts | None:
        index = bisect_right(self._starts.get(chrom, []), pos - 1) - 1
        region = self._regions[chrom][index] if index >= 0 else None
        return region if region is not None and pos - 1 - region.start < len(region.depth) else None

    def in_stretch(self, chrom: str, pos: int) -> bool:
        """Tell whether a 1-based position was counted together with its neighbours."""
        region = self._region(chrom, pos)
        return region is not None and len(region.depth) > 1

    def site(self, chrom: str, pos: int) -> SiteCounts | None:
        """Return the counts at a 1-based position, None where it was not counted."""
        key = (chrom, pos)
        if key not in self._sites:  # the known alleles and the fingerprint ask for the same bases again
            self._sites[key] = self._site(chrom, pos)
        return self._sites[key]

    def _site(self, chrom: str, pos: int) -> SiteCounts | None:
        region = self._region(chrom, pos)
        if region is None:
            return None
        at = pos - 1 - region.start
        reference = Strands(region.forward[at], region.reverse[at])
        return SiteCounts(region.depth[at], reference, self._others.get((chrom, pos), {}))

    def sites(self, region: Region) -> list[SiteCounts] | None:
        """Return the counts of every base of a region, None where one of them was not counted."""
        found = [self.site(region.chrom, at + 1) for at in range(region.start, region.end)]
        sites = [site for site in found if site is not None]
        return sites if len(sites) == len(region) else None

    def below(self, region: Region, min_depth: int) -> list[Region]:
        """Return the stretches of a region with fewer than `min_depth` fragments, or not counted."""
        stretches: list[tuple[int, int]] = []
        for start, depth in self._pieces(region):
            if depth and min(depth) >= min_depth:
                continue
            low = [start + at for at, seen in enumerate(depth) if seen < min_depth]
            for at in low:
                if stretches and stretches[-1][1] == at:
                    stretches[-1] = (stretches[-1][0], at + 1)
                else:
                    stretches.append((at, at + 1))
        return [Region(region.chrom, start, end) for start, end in stretches]

    def _pieces(self, region: Region) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the depths of a region in order, from 0-based starts; -1 where a base was not counted."""
        starts = self._starts.get(region.chrom, [])
        at = region.start
        while at < region.end:
            index = bisect_right(starts, at) - 1
            until = min(region.end, starts[index + 1]) if index + 1 < len(starts) else region.end
            depth: Sequence[int] = ()
            if index >= 0:
                counted = self._regions[region.chrom][index]
                depth = counted.depth[at - counted.start : until - counted.start]
            yield at, depth
            yield at + len(depth), (-1,) * (until - at - len(depth))
            at = until

    @cached_property
    def indels(self) -> dict[tuple[str, int], list[IndelCount]]:
        """Return the indels by chromosome and 1-based position."""
        found: dict[tuple[str, int], list[IndelCount]] = defaultdict(list)
        for indel in self.coverage.indels:
            found[indel.chrom, indel.pos].append(indel)
        return dict(found)

    def errors(self, resources: Resources) -> ErrorRates:
        """Return what `measured_errors` says, measured once."""
        if self._errors is None:
            self._errors = _measured_errors(self, resources)
        return self._errors


class _Latest:
    """The patient who was asked for last; several judgements of one patient follow each other."""

    counts: Counts | None = None


def counts_of(coverage: CoverageEvidence) -> Counts:
    """Return the counts of a patient, indexed once for all judgements that follow each other."""
    if _Latest.counts is None or _Latest.counts.coverage is not coverage:
        _Latest.counts = Counts(coverage)
    return _Latest.counts


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Wrong bases of quality >= 20, measured in one patient.

    Attributes:
        wrong: fragments by (reference base, wrong base).
        seen: fragments that show the reference, by base.
        all_wrong: fragments with any wrong base.
        all_seen: fragments that show the reference, at least 1.
    """

    wrong: Mapping[tuple[str, str], int]
    seen: Mapping[str, int]
    all_wrong: int = field(init=False)
    all_seen: int = field(init=False)

    def __post_init__(self) -> None:
        """Add up, once: each known allele asks."""
        object.__setattr__(self, "all_wrong", sum(self.wrong.values()))
        object.__setattr__(self, "all_seen", max(1, sum(self.seen.values())))

    @property
    def overall(self) -> float:
        """Return the share of fragments with any wrong base, at least `LEAST_ERROR`."""
        return min(MOST_ERROR, max(LEAST_ERROR, self.all_wrong / self.all_seen))

    def rate(self, ref: str, alt: str, own: int = 0) -> float:
        """Return the share with `alt` where `ref` is right; at least a third of all errors.

        `own` fragments of the place that is judged are left out: they must not excuse themselves.
        """
        wrong = (self.wrong.get((ref, alt), 0) - own) / max(1, self.seen.get(ref, 0))
        others = (self.all_wrong - own) / self.all_seen
        return min(MOST_ERROR, max(LEAST_ERROR, wrong, others / 3))


def looks_like_error(number: int, usable: int) -> bool:
    """Tell whether `number` of `usable` fragments with another base are too few for a variant."""
    return number <= 1 or number < VARIANT_SHARE * usable


def measured_errors(counts: Counts, resources: Resources) -> ErrorRates:
    """Measure the sequencing error of a patient over all counted bases, places of variants left out."""
    return counts.errors(resources)


def _is_error(counts: Counts, other: OtherBase) -> bool:
    """Tell whether too few fragments show another base; nearly all are single, and need no look."""
    number = other.forward + other.reverse
    site = counts.site(other.chrom, other.pos) if number > 1 else None
    return site is None or looks_like_error(number, site.usable)


def _measured_errors(counts: Counts, resources: Resources) -> ErrorRates:
    if counts.coverage.build is None:
        return ErrorRates({}, {})
    parts = resources.slices(counts.coverage.build).values()
    slices = {part.region.chrom: part for part in parts}
    wrong: Counter[tuple[str, str]] = Counter()
    for other in counts.coverage.other:
        number = other.forward + other.reverse
        if _is_error(counts, other):
            wrong[slices[other.chrom].fetch(other.pos - 1, other.pos), other.base] += number
    return ErrorRates(wrong, _reference_bases(counts.coverage.regions, slices))


def fits_reference(counts: Counts) -> bool:
    """Tell whether no more bases of the counted stretches look like variants than one person can have."""
    bases = sum(len(region.depth) for region in counts.coverage.regions if len(region.depth) > 1)
    different = {
        (other.chrom, other.pos)
        for other in counts.coverage.other
        if not _is_error(counts, other) and counts.in_stretch(other.chrom, other.pos)
    }
    return len(different) <= MOST_VARIANT * bases


def _reference_bases(regions: Iterable[RegionCounts], slices: Mapping[str, ReferenceSlice]) -> Counter[str]:
    """Return how many fragments show the reference base, by base."""
    seen: Counter[str] = Counter()
    stretches = np.zeros(128, np.int64)
    for region in regions:
        bases = slices[region.chrom].fetch(region.start, region.start + len(region.depth))
        if len(bases) == 1:
            seen[bases] += region.forward[0] + region.reverse[0]
            continue
        fragments = np.array(region.forward, np.int64) + np.array(region.reverse, np.int64)
        letters = np.frombuffer(bases.encode("ascii"), np.uint8)
        np.add.at(stretches, letters, fragments)
    return seen + Counter({chr(letter): int(stretches[letter]) for letter in np.flatnonzero(stretches)})
