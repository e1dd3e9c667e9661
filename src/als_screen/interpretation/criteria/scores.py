"""Criteria from computed scores: PP3, BP4, BP7. Without the user's score files the first two do not apply."""

from __future__ import annotations

from als_screen.interpretation.criteria.answer import met, not_applicable, not_met
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Cutoffs, Policy
from als_screen.interpretation.naming.consequence import SplicePlace
from als_screen.models import Criterion, Strength

_STRONGEST_FIRST = (Strength.STRONG, Strength.MODERATE, Strength.SUPPORTING)
_ESSENTIAL = "the splice site itself is changed; a score adds nothing"


def _missense_score(facts: Facts, policy: Policy) -> float | None:
    score = facts.scores.revel if policy.missense.predictor == "revel" else facts.scores.alphamissense
    return score if facts.is_missense else None


def _cutoff(cutoffs: Cutoffs, strength: Strength) -> float:
    return {
        Strength.SUPPORTING: cutoffs.supporting,
        Strength.MODERATE: cutoffs.moderate,
        Strength.STRONG: cutoffs.strong,
    }[strength]


def pathogenic_strength(score: float, cutoffs: Cutoffs) -> Strength | None:
    """Return the strength that a score reaches upwards."""
    return next((each for each in _STRONGEST_FIRST if score >= _cutoff(cutoffs, each)), None)


def benign_strength(score: float, cutoffs: Cutoffs) -> Strength | None:
    """Return the strength that a score reaches downwards."""
    return next((each for each in _STRONGEST_FIRST if score <= _cutoff(cutoffs, each)), None)


def pp3(facts: Facts, policy: Policy) -> Criterion:
    """A computed score for damage to the protein or to splicing, whichever is stronger."""
    score, splice = _missense_score(facts, policy), facts.scores.spliceai
    if facts.name.splice is SplicePlace.ESSENTIAL:
        return not_applicable("PP3", _ESSENTIAL, policy.splicing.source)
    strength = None if score is None else pathogenic_strength(score, policy.missense.pathogenic)
    if strength is not None:
        return met("PP3", strength, f"{policy.missense.predictor} {score:.3g}", policy.missense.source)
    if splice is not None and splice >= policy.splicing.pathogenic:
        return met("PP3", Strength.SUPPORTING, f"SpliceAI {splice:.2g}", policy.splicing.source)
    if score is None and splice is None:
        return not_applicable("PP3", "no score was supplied for this variant", policy.missense.source)
    return not_met("PP3", _scores_said(facts, policy), policy.missense.source)


def bp4(facts: Facts, policy: Policy) -> Criterion:
    """Computed scores that speak against damage; splicing must not speak for it."""
    score, splice = _missense_score(facts, policy), facts.scores.spliceai
    source = policy.missense.source if facts.is_missense else policy.splicing.source
    if facts.name.splice is SplicePlace.ESSENTIAL:
        return not_applicable("BP4", _ESSENTIAL, policy.splicing.source)
    if splice is not None and splice > policy.splicing.benign:
        return not_met(
            "BP4", f"SpliceAI {splice:.2g} is above {policy.splicing.benign:g}", policy.splicing.source
        )
    if facts.is_missense:
        strength = None if score is None else benign_strength(score, policy.missense.benign)
    else:
        strength = None if splice is None else Strength.SUPPORTING
    if strength is not None and _can_be_neutral(facts):
        return met("BP4", strength, _scores_said(facts, policy), source)
    if score is None and splice is None:
        return not_applicable("BP4", "no score was supplied for this variant", source)
    return not_met("BP4", _scores_said(facts, policy), source)


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


def _scores_said(facts: Facts, policy: Policy) -> str:
    score, splice = _missense_score(facts, policy), facts.scores.spliceai
    parts = [] if score is None else [f"{policy.missense.predictor} {score:.3g}"]
    return ", ".join(parts + ([] if splice is None else [f"SpliceAI {splice:.2g}"]))


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
