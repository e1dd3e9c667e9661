"""Criteria from computed scores: PP3, BP4, BP7. Without the user's score files the first two do not apply."""

from __future__ import annotations

from dataclasses import dataclass

from als_screen.interpretation.criteria.answer import met, not_applicable, not_met
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Cutoffs, Policy, Predictor
from als_screen.interpretation.naming.consequence import SplicePlace
from als_screen.models import Criterion
from als_screen.states import Strength

_ESSENTIAL = "the splice site itself is changed; a score adds nothing"


@dataclass(frozen=True, slots=True)
class _Score:
    """The score of the predictor that speaks for a missense variant."""

    predictor: Predictor
    value: float

    def __str__(self) -> str:
        return f"{self.predictor.name} {self.value:.3g}"


def _missense_score(facts: Facts, policy: Policy) -> _Score | None:
    """Return the score of the first predictor of the policy that has one, whatever its value."""
    if not facts.is_missense:
        return None
    values = {"revel": facts.scores.revel, "alphamissense": facts.scores.alphamissense}
    found = ((predictor, values[predictor.name]) for predictor in policy.missense.predictors)
    return next((_Score(predictor, value) for predictor, value in found if value is not None), None)


def _by_strength(cutoffs: Cutoffs) -> tuple[tuple[Strength, float], ...]:
    """Return the strengths that can be reached, strongest first."""
    found = (
        (Strength.STRONG, cutoffs.strong),
        (Strength.MODERATE, cutoffs.moderate),
        (Strength.SUPPORTING, cutoffs.supporting),
    )
    return tuple((strength, cutoff) for strength, cutoff in found if cutoff is not None)


def pathogenic_strength(score: float, cutoffs: Cutoffs) -> Strength | None:
    """Return the strength that a score reaches upwards."""
    return next((strength for strength, cutoff in _by_strength(cutoffs) if score >= cutoff), None)


def benign_strength(score: float, cutoffs: Cutoffs) -> Strength | None:
    """Return the strength that a score reaches downwards."""
    return next((strength for strength, cutoff in _by_strength(cutoffs) if score <= cutoff), None)


def pp3(facts: Facts, policy: Policy) -> Criterion:
    """A computed score for damage to the protein or to splicing, whichever is stronger."""
    score, splice = _missense_score(facts, policy), facts.scores.spliceai
    if facts.name.splice is SplicePlace.ESSENTIAL:
        return not_applicable("PP3", _ESSENTIAL, policy.splicing.source)
    strength = pathogenic_strength(score.value, score.predictor.pathogenic) if score else None
    if score is not None and strength is not None:
        return met("PP3", strength, str(score), score.predictor.source)
    if splice is not None and splice >= policy.splicing.pathogenic:
        return met("PP3", Strength.SUPPORTING, f"SpliceAI {splice:.2g}", policy.splicing.source)
    if score is None and splice is None:
        return not_applicable("PP3", "no score was supplied for this variant", policy.missense.source)
    return not_met("PP3", _said(score, splice), _source(score, policy))


def bp4(facts: Facts, policy: Policy) -> Criterion:
    """Computed scores that speak against damage; splicing must not speak for it."""
    score, splice = _missense_score(facts, policy), facts.scores.spliceai
    source = _source(score, policy)
    if facts.name.splice is SplicePlace.ESSENTIAL:
        return not_applicable("BP4", _ESSENTIAL, policy.splicing.source)
    if splice is not None and splice > policy.splicing.benign:
        return not_met(
            "BP4", f"SpliceAI {splice:.2g} is above {policy.splicing.benign:g}", policy.splicing.source
        )
    if facts.is_missense:
        strength = benign_strength(score.value, score.predictor.benign) if score else None
    else:
        strength = None if splice is None else Strength.SUPPORTING
    if strength is not None and _can_be_neutral(facts):
        return met("BP4", strength, _said(score, splice), source)
    if score is None and splice is None:
        return not_applicable("BP4", "no score was supplied for this variant", source)
    return not_met("BP4", _said(score, splice), source)


def _can_be_neutral(facts: Facts) -> bool:
    """Tell whether the scores cover what the variant does: a splice score says nothing of a frameshift."""
    terms = set(facts.name.consequences)
    return facts.is_missense or not terms - {
        "splice_region_variant",
        "synonymous_variant",
        "intron_variant",
        "5_prime_UTR_variant",
        "3_prime_UTR_variant",
    }


def _said(score: _Score | None, splice: float | None) -> str:
    parts = [] if score is None else [str(score)]
    return ", ".join(parts + ([] if splice is None else [f"SpliceAI {splice:.2g}"]))


def _source(score: _Score | None, policy: Policy) -> str:
    return score.predictor.source if score else policy.splicing.source


def bp7(facts: Facts, policy: Policy) -> Criterion:
    """A silent or intronic change away from the splice sites, without a score that says otherwise."""
    source, splice = policy.splicing.source, facts.scores.spliceai
    silent = {"synonymous_variant", "intron_variant"} & set(facts.name.consequences)
    if not silent or facts.name.protein is not None:
        return not_applicable("BP7", "neither synonymous nor intronic", source)
    near = {SplicePlace.ESSENTIAL, SplicePlace.NEAR}
    if "intron_variant" in silent:
        near |= {SplicePlace.REGION, SplicePlace.TRACT}
    if facts.name.splice in near:
        return not_met("BP7", "next to a splice site", source)
    if splice is not None and splice > policy.splicing.benign:
        return not_met("BP7", f"SpliceAI {splice:.2g} is above {policy.splicing.benign:g}", source)
    return met("BP7", Strength.SUPPORTING, "no residue changes and no splice site is near", source)
