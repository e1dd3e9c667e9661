"""From findings to the answer for a gene and for a patient: pure functions of states.

The table that they implement is in `docs/interpretation.md`; the tests walk through all combinations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from als_screen.errors import shortened
from als_screen.models import GeneResult, Recheck, RepeatResult, Variant
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.states import (
    Classification,
    GeneState,
    ReadSupportState,
    RecheckState,
    RepeatState,
    Result,
    Status,
)

PATHOGENIC = (Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC)
#: Variants that an answer names; the others are counted, so that one line stays one line.
MOST_NAMED = 5


class Weight(StrEnum):
    """What one finding does to the conclusion."""

    POSITIVE = "positive"
    UNCERTAIN = "uncertain"
    NONE = "none"


class Doubt(StrEnum):
    """Why a pathogenic allele is not positive."""

    NOT_CONFIRMED = "confirm_by_sanger"
    FILTERED = "filtered"
    MAY_BE_OTHERS = "may_be_others"
    DOES_NOT_FIT = "does_not_fit"


@dataclass(frozen=True, slots=True)
class Assessed:
    """How much of a gene could be looked at for sequence variants.

    Attributes:
        complete: every coding base and the +-2 splice bases callable, and the alleles known.
        some: at least a part of it.
        reason: what is missing, "" where nothing is.
    """

    complete: bool
    some: bool
    reason: str = ""


def doubt(variant: Variant) -> Doubt | None:
    """Return what keeps a pathogenic allele from being positive, None where nothing does."""
    support = variant.read_support.state
    if support is ReadSupportState.NOT_CONFIRMED:
        return Doubt.NOT_CONFIRMED
    if variant.filter != "PASS" and support is not ReadSupportState.CONFIRMED:
        return Doubt.FILTERED
    if variant.may_be_others:
        return Doubt.MAY_BE_OTHERS
    return None if variant.inheritance.fits else Doubt.DOES_NOT_FIT


def weight(variant: Variant) -> Weight:
    """Return what a variant does to its gene's answer."""
    if not variant.reported:
        return Weight.NONE
    if variant.classification.proposed in PATHOGENIC:
        return Weight.UNCERTAIN if doubt(variant) else Weight.POSITIVE
    uncertain = variant.classification.proposed is Classification.UNCERTAIN
    return Weight.UNCERTAIN if uncertain else Weight.NONE


def repeat_gene(repeat: RepeatResult) -> GeneResult:
    """Return the answer for C9orf72, which is its repeat's."""
    states = {
        RepeatState.EXPANDED: GeneState.POSITIVE,
        RepeatState.POSSIBLE_EXPANSION: GeneState.UNCERTAIN,
        RepeatState.INTERMEDIATE: GeneState.UNCERTAIN,
        RepeatState.NOT_EXPANDED: GeneState.NOT_FOUND,
        RepeatState.NOT_ASSESSED: GeneState.NOT_ASSESSED,
    }
    return GeneResult(state=states[repeat.state], reason=repeat.reason)


def variant_gene(variants: Iterable[Variant], rechecked: Iterable[Recheck], assessed: Assessed) -> GeneResult:
    """Return the answer for a gene whose sequence variants count; all arguments are of that gene."""
    carried = list(variants)
    weights = [weight(variant) for variant in carried]
    possible = [known for known in rechecked if known.state is RecheckState.POSSIBLE]
    if Weight.POSITIVE in weights:
        return GeneResult(state=GeneState.POSITIVE, reason=_named(carried, Weight.POSITIVE))
    if Weight.UNCERTAIN in weights:
        return GeneResult(state=GeneState.UNCERTAIN, reason=_named(carried, Weight.UNCERTAIN))
    if possible:
        names = _listed([known.variant for known in possible])
        return GeneResult(state=GeneState.UNCERTAIN, reason=f"the reads may show {names}")
    if assessed.complete:
        return GeneResult(state=GeneState.NOT_FOUND, reason="every base of the coding sequence was callable")
    state = GeneState.INCOMPLETE if assessed.some else GeneState.NOT_ASSESSED
    return GeneResult(state=state, reason=assessed.reason)


def gene_results(
    repeat: RepeatResult,
    variants: Sequence[Variant],
    rechecked: Sequence[Recheck],
    assessed: Mapping[Gene, Assessed],
) -> dict[Gene, GeneResult]:
    """Return the answer for each of the four genes, of one patient."""
    found = {Gene.C9ORF72: repeat_gene(repeat)}
    for gene in VARIANT_GENES:
        own = [variant for variant in variants if variant.gene is gene]
        known = [one for one in rechecked if one.gene is gene]
        found[gene] = variant_gene(own, known, assessed[gene])
    return found


def result(status: Status, genes: Mapping[Gene, GeneResult]) -> Result:
    """Return the first line of the contract's table that applies."""
    states = {found.state for found in genes.values()}
    if status is Status.NOT_ANALYSED:
        return Result.NOT_ANALYSED
    if GeneState.POSITIVE in states:
        return Result.POSITIVE
    if GeneState.UNCERTAIN in states:
        return Result.UNCERTAIN
    whole = status is Status.ANALYSED and states == {GeneState.NOT_FOUND}
    return Result.NOT_FOUND if whole else Result.INCOMPLETE


def not_assessed(repeat: RepeatResult, assessed: Mapping[Gene, Assessed]) -> tuple[Gene, ...]:
    """Return the genes that were not (wholly) assessed, whatever was found in them."""
    missing = [] if repeat.state is not RepeatState.NOT_ASSESSED else [Gene.C9ORF72]
    return (*missing, *(gene for gene in VARIANT_GENES if not assessed[gene].complete))


def _named(variants: Sequence[Variant], wanted: Weight) -> str:
    names = [
        variant.hgvs_c or variant.hgvs_g or f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}"
        for variant in variants
        if weight(variant) is wanted
    ]
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    named = ", ".join(map(shortened, names[:MOST_NAMED]))
    return f"{named}; and {more} more" if more > 0 else named
