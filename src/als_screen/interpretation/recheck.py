"""Looks up alleles in the counts: support of the VCF's own, recheck of the known. Pure functions.

SNVs and MNVs are judged by their bases, insertions and deletions by the same left-aligned allele in CIGARs.
A long indel shows in soft clips rather than in CIGARs, and callers may write together what aligners write
apart, so for such alleles only presence means something; absence does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from als_screen.coverage.chance import binomial_at_least, binomial_at_most
from als_screen.coverage.indels import allele_span
from als_screen.coverage.lookup import (
    Counts,
    Strands,
    counts_of,
    looks_like_error,
    measured_errors,
)
from als_screen.evidence import CoverageEvidence, IndelCount, State
from als_screen.models import ReadSupport, Recheck
from als_screen.regions import Build, Gene
from als_screen.resources import ReferenceSlice, Resources
from als_screen.states import ReadSupportState, RecheckState

#: `present`. Source: contract, "recheck"; both strands are asked for beside them.
PRESENT_FRAGMENTS, PRESENT_SHARE = 5, 0.25
#: `confirmed`: three fragments of base quality >= 20 are no error (below 1e-7 at 30x). Of heterozygotes 5 %
#: show less at 10x, and are then `not_assessed`, and 3 in 100,000 at 30x (binomial, 0.5).
CONFIRMED_FRAGMENTS, CONFIRMED_SHARE = 3, 0.15
#: `not_confirmed`: a heterozygote would show so few fragments less than once in 1,000, which is 0 of 10.
REJECTED_CHANCE = 1e-3
#: Share of fragments that show a heterozygous allele; of indels fewer, because reads that end beside or
#: within one are clipped or aligned without it.
SNV_SHARE, INDEL_SHARE = 0.5, 0.35
#: Longest indel whose absence from the CIGARs means something: BWA-MEM rather clips a 150-base read
#: (penalty 5) than opens a longer gap (6 + 1 a base) in most of its places.
LONGEST_CIGAR_INDEL = 20
#: `possible`: at most one patient in 1,000 gets one from sequencing errors, over all known alleles together
#: (Bonferroni), and three fragments at least.
POSSIBLE_CHANCE, POSSIBLE_FRAGMENTS = 1e-3, 3
#: Share of fragments with a wrong indel of one given kind, by how many bases its place is arbitrary (the
#: length of the run less one unit). Orders of magnitude of short reads, chosen high: runs of 8 slip often.
INDEL_ERRORS = ((4, 1e-3), (8, 1e-2))
LONG_RUN_INDEL_ERROR = 1e-1
NOBODY = Strands()


class Placed(Protocol):
    """An allele: chromosome without chr, 1-based, left-aligned and trimmed."""

    @property
    def gene(self) -> Gene:
        """Whose region it lies in."""

    @property
    def chrom(self) -> str:
        """Chromosome."""

    @property
    def pos(self) -> int:
        """1-based position."""

    @property
    def ref(self) -> str:
        """Reference bases."""

    @property
    def alt(self) -> str:
        """Alternate bases."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What the counts show at an allele.

    Attributes:
        depth: least fragments of base quality >= 10 where the allele would show.
        ref: fragments of base quality >= 20 that show the reference.
        alt: fragments that show it.
        other: fragments of base quality >= 20 that show something else: they speak against it too.
        exact: they show this very allele, rather than another indel of its size at its place.
        telling: absence means something.
        error: expected share of fragments that show it by error; of a base that fewer than
            `POSSIBLE_FRAGMENTS` show 0, since nobody asks.
    """

    depth: int
    ref: int
    alt: Strands
    exact: bool
    telling: bool
    error: float
    other: int = 0

    @property
    def usable(self) -> int:
        """Return the fragments that speak for or against it."""
        return self.ref + self.alt.total + self.other

    @property
    def share(self) -> float:
        """Return the share of these that show it."""
        return self.alt.total / self.usable if self.usable else 0.0


class ReadLookup:
    """The counts of one patient, asked for alleles.

    Args:
        coverage: the patient's counts; None or not assessed: nothing was seen.
        resources: bundled reference.
    """

    def __init__(self, coverage: CoverageEvidence | None, resources: Resources) -> None:
        self._resources = resources
        usable = coverage is not None and coverage.state is State.ASSESSED
        self._counts = counts_of(coverage) if usable and coverage is not None else None
        self._build = (coverage.build if coverage is not None else None) or Build.GRCH38
        self._supports: dict[tuple[str, int, str, str, int], ReadSupport] = {}

    def observed(self, allele: Placed) -> Observed | None:
        """Return what the reads show at an allele, None where it was not counted."""
        if self._counts is None:
            return None
        if len(allele.ref) == len(allele.alt):
            return _observed_bases(self._counts, allele, self._resources)
        reference = self._resources.slices(self._build)[allele.gene]
        return _observed_indel(self._counts, allele, reference)

    def support(self, allele: Placed, min_depth: int = 10) -> ReadSupport:
        """Return whether the reads show an allele that the patient carries by the VCF.

        `not_confirmed` contradicts the VCF; what is between it and `confirmed` is `not_assessed`.
        """
        key = (allele.chrom, allele.pos, allele.ref, allele.alt, min_depth)
        if key not in self._supports:  # several judgements of an allele ask for it
            self._supports[key] = self._support(allele, min_depth)
        return self._supports[key]

    def _support(self, allele: Placed, min_depth: int) -> ReadSupport:
        seen = self.observed(allele)
        if seen is None:
            return ReadSupport(state=ReadSupportState.NOT_ASSESSED)
        return ReadSupport(
            state=_support_state(seen, allele, min_depth),
            ref=seen.ref,
            alt=seen.alt.total,
            forward=seen.alt.forward,
            reverse=seen.alt.reverse,
        )

    def recheck_state(self, allele: Placed, known: int, min_depth: int = 10) -> tuple[RecheckState, int, int]:
        """Return the state of one of `known` alleles, and its reference and alternate fragments."""
        seen = self.observed(allele)
        if seen is None:
            return RecheckState.NOT_COVERED, 0, 0
        return _recheck_state(seen, known, min_depth), seen.ref, seen.alt.total


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What the reads show of the known alleles: those that are not absent, how many are, who is present."""

    listed: tuple[Recheck, ...]
    absent: int
    present: tuple[Placed, ...]


def recheck(
    known: Sequence[Placed], lookup: ReadLookup, name: Callable[[Placed], str], min_depth: int = 10
) -> Rechecked:
    """Look for every known pathogenic allele in the reads, whether or not the VCF has it.

    Args:
        known: left-aligned alleles in the patient's build; their order is kept.
        lookup: the patient's counts.
        name: HGVS name of an allele; asked only for those that are listed.
        min_depth: fragments that make a base callable.
    """
    found = [(allele, *lookup.recheck_state(allele, len(known), min_depth)) for allele in known]
    listed = tuple(
        Recheck(variant=name(allele), gene=allele.gene, state=state, ref=ref, alt=alt)
        for allele, state, ref, alt in found
        if state is not RecheckState.ABSENT
    )
    present = tuple(allele for allele, state, _, _ in found if state is RecheckState.PRESENT)
    return Rechecked(listed, len(found) - len(listed), present)


def _observed_bases(counts: Counts, allele: Placed, resources: Resources) -> Observed | None:
    """Judge an SNV or MNV by the changed base that the fewest fragments show."""
    if len(allele.ref) == 1:
        return _observed_base(counts, resources, allele.chrom, allele.pos, allele.ref, allele.alt)
    bases = enumerate(zip(allele.ref, allele.alt, strict=True), start=allele.pos)
    each = [
        _observed_base(counts, resources, allele.chrom, pos, ref, alt)
        for pos, (ref, alt) in bases
        if ref != alt
    ]
    seen = [one for one in each if one is not None]
    return _observed_together(seen) if len(seen) == len(each) else None


def _observed_base(
    counts: Counts, resources: Resources, chrom: str, pos: int, ref: str, alt: str
) -> Observed | None:
    site = counts.site(chrom, pos)
    if site is None:
        return None
    shown = site.others.get(alt, NOBODY)
    number, reference = shown.total, site.reference.total
    error = 0.0
    if number >= POSSIBLE_FRAGMENTS:  # seldom: who is not asked for errors is not measured
        own = number if looks_like_error(number, site.usable) else 0
        error = measured_errors(counts, resources).rate(ref, alt, own)
    other = site.usable - reference - number
    return Observed(site.depth, reference, shown, True, True, error, other)


def _observed_together(seen: Sequence[Observed]) -> Observed:
    """Return what is seen of several changed bases at once: the least of each count."""
    fewest = min(seen, key=lambda one: one.alt.total)
    reference = min(one.ref for one in seen)
    other = min(one.usable for one in seen) - reference - fewest.alt.total
    depth = min(one.depth for one in seen)
    return replace(fewest, depth=depth, ref=reference, other=max(0, other))


def _observed_indel(counts: Counts, allele: Placed, reference: ReferenceSlice) -> Observed | None:
    """Judge an insertion, deletion or delins by the indels of the CIGARs within its span."""
    span = allele_span(reference, allele.pos, allele.ref, allele.alt)
    sites = counts.sites(span)
    if sites is None:
        return None
    here = [
        one for pos in range(span.start, span.end + 1) for one in counts.indels.get((span.chrom, pos), ())
    ]
    same = [one for one in here if (one.pos, one.ref, one.alt) == (allele.pos, allele.ref, allele.alt)]
    alike = same or [one for one in here if _is_delins(allele) and _growth(one) == _growth(allele)]
    alt = max(map(_strands, alike), key=lambda strands: strands.total, default=Strands())
    inserted = sum(_strands(one).total for one in here if _growth(one) > 0)
    through = min(site.usable for site in sites) - inserted
    alone = len(here) == len(same)
    return Observed(
        depth=min(sites[0].depth, sites[-1].depth),
        ref=max(0, through),
        alt=alt,
        exact=bool(same),
        telling=abs(_growth(allele)) <= LONGEST_CIGAR_INDEL and alone and not _is_delins(allele),
        error=_indel_error(len(span) - 2 - max(0, -_growth(allele))),
    )


def _strands(indel: IndelCount) -> Strands:
    return Strands(indel.forward, indel.reverse)


def _growth(allele: Placed | IndelCount) -> int:
    """Return by how many bases the sequence grows."""
    return len(allele.alt) - len(allele.ref)


def _is_delins(allele: Placed) -> bool:
    """Tell whether bases are replaced, not only inserted or deleted behind an anchor."""
    return not (allele.ref.startswith(allele.alt) or allele.alt.startswith(allele.ref))


def _indel_error(slack: int) -> float:
    """Return the error for an indel whose place is arbitrary by `slack` bases."""
    return next((rate for below, rate in INDEL_ERRORS if slack < below), LONG_RUN_INDEL_ERROR)


def _support_state(seen: Observed, allele: Placed, min_depth: int) -> ReadSupportState:
    if seen.depth < min_depth:
        return ReadSupportState.NOT_ASSESSED
    if seen.alt.total >= CONFIRMED_FRAGMENTS and seen.share >= CONFIRMED_SHARE:
        return ReadSupportState.CONFIRMED
    share = SNV_SHARE if len(allele.ref) == len(allele.alt) else INDEL_SHARE
    rejected = binomial_at_most(seen.alt.total, seen.usable, share) < REJECTED_CHANCE
    return ReadSupportState.NOT_CONFIRMED if rejected and seen.telling else ReadSupportState.NOT_ASSESSED


def _recheck_state(seen: Observed, known: int, min_depth: int) -> RecheckState:
    """Return the first that applies; a find at low depth is still a find."""
    both = seen.alt.forward > 0 and seen.alt.reverse > 0
    many = seen.alt.total >= PRESENT_FRAGMENTS and seen.share >= PRESENT_SHARE
    if _above_error(seen, known):
        return RecheckState.PRESENT if seen.exact and both and many else RecheckState.POSSIBLE
    if many:
        return RecheckState.NOT_COVERED  # reads so wrong that a heterozygote would not stand out
    looked_at = min(seen.depth, seen.usable) >= min_depth and (seen.telling or seen.alt.total > 0)
    return RecheckState.ABSENT if looked_at else RecheckState.NOT_COVERED


def _above_error(seen: Observed, known: int) -> bool:
    """Tell whether more fragments show the allele than sequencing errors explain."""
    if seen.alt.total < POSSIBLE_FRAGMENTS:
        return False
    chance = binomial_at_least(seen.alt.total, seen.usable, seen.error)
    return chance < POSSIBLE_CHANCE / max(1, known)
