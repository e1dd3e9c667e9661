"""What a second person's reads do to the answers: a finding may be that person's, and a negative is none.

Pure functions. A share of the fragments of up to one half is the other's, on top of the patient's own; which
of two alleles of the repeat is whose cannot be told, so neither an expansion nor its absence is the patient's
for sure. An allele with more fragments than the other person can have given is the patient's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from als_screen.coverage.chance import binomial_at_least
from als_screen.interpretation.conclusion import Assessed
from als_screen.models import Contamination, RepeatResult, Variant
from als_screen.regions import Gene
from als_screen.states import ContaminationState, RepeatState

#: An allele is the patient's where the other, homozygous for it, would give so many fragments less often.
OTHERS_CHANCE = 1e-3

MIXED_IN = "a second person's reads are mixed in"
_MAY_BE_OTHERS = f"{MIXED_IN}, and the allele may be that person's"


def is_mixed(found: Contamination) -> bool:
    """Tell whether a second person's reads were detected."""
    return found.state is ContaminationState.DETECTED


def doubted_repeat(repeat: RepeatResult, found: Contamination) -> RepeatResult:
    """Return the repeat by the reads, no longer expanded nor without expansion where two persons speak."""
    if not is_mixed(found) or repeat.state is RepeatState.NOT_ASSESSED:
        return repeat
    if repeat.state is RepeatState.NOT_EXPANDED:
        reason = f"an expansion cannot be excluded: {MIXED_IN}"
        return repeat.model_copy(update={"state": RepeatState.NOT_ASSESSED, "reason": reason})
    expanded = repeat.state is RepeatState.EXPANDED
    state = RepeatState.POSSIBLE_EXPANSION if expanded else repeat.state
    reason = "; ".join(filter(None, (repeat.reason, _MAY_BE_OTHERS)))
    return repeat.model_copy(update={"state": state, "reason": reason})


def doubted_variants(variants: Sequence[Variant], found: Contamination) -> tuple[Variant, ...]:
    """Return the variants, marked where the other person's fragments alone could explain them."""
    if not is_mixed(found):
        return tuple(variants)
    return tuple(
        variant.model_copy(update={"may_be_others": True})
        if _explained(variant, found.share or 0.5)
        else variant
        for variant in variants
    )


def _explained(variant: Variant, share: float) -> bool:
    """Tell whether the other person could give all fragments of an allele; so where they were not counted."""
    ref, alt = variant.read_support.ref, variant.read_support.alt
    if ref is None or alt is None:
        return True
    return binomial_at_least(alt, ref + alt, share) >= OTHERS_CHANCE


def doubted_genes(assessed: Mapping[Gene, Assessed], found: Contamination) -> Mapping[Gene, Assessed]:
    """Return how much of the genes could be looked at: the patient's alleles may be too thin to be seen."""
    if not is_mixed(found):
        return assessed
    return {
        gene: replace(one, complete=False, reason="; ".join(filter(None, (one.reason, MIXED_IN))))
        for gene, one in assessed.items()
    }
