"""Criteria from what happens to the protein: PVS1, PS1, PM1, PM4, PM5, PP2, BP3."""

from __future__ import annotations

from als_screen.interpretation.criteria.answer import met, not_applicable, not_met
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Policy, TruncationRule
from als_screen.interpretation.knowledge.records import Domain, DomainRole
from als_screen.models import Criterion
from als_screen.states import Strength

_TRUNCATING = frozenset(
    {
        "stop_gained",
        "frameshift_variant",
        "splice_donor_variant",
        "splice_acceptor_variant",
        "start_lost",
    }
)
_LENGTH_CHANGES = frozenset(
    {"inframe_insertion", "inframe_deletion", "protein_altering_variant", "stop_lost"}
)
_GENE_MECHANISM = "loss of function is not the mechanism of disease in this gene"
_MECHANISM_SOURCE = (
    "Abou Tayoun et al. 2018, Hum Mutat 39:1517: PVS1 asks for loss of function as the mechanism"
)


def pvs1(facts: Facts, policy: Policy) -> Criterion:
    """A truncation that takes away what the gene's rule names; never loss of function as such."""
    rule = policy.truncation.get(facts.gene)
    if not _TRUNCATING & set(facts.name.consequences):
        return not_applicable("PVS1", "no truncating variant", _MECHANISM_SOURCE)
    if rule is not None and _truncates(facts, rule):
        return met("PVS1", rule.strength, f"{facts.name.consequence}: {rule.because}", rule.source)
    return not_applicable("PVS1", _GENE_MECHANISM, _MECHANISM_SOURCE)


def _truncates(facts: Facts, rule: TruncationRule) -> bool:
    if set(facts.name.unspliced_exons) & set(rule.splice_exons):
        return True
    protein, change = facts.name.protein, facts.name.change
    if protein is None or protein.length is None or not (protein.frameshift or "*" in protein.alt):
        return False
    grown = len(change.alt) - len(change.ref) if change else 0
    stop = max(protein.pos, round((3 * protein.length - grown) / 3) + 1)  # where the reference has that base
    return stop >= rule.stop_from and protein.pos <= rule.last_residue


def ps1(facts: Facts, policy: Policy) -> Criterion:
    """The same residue change as a known pathogenic allele, by another nucleotide change."""
    if not facts.is_missense or facts.name.protein is None:
        return not_applicable("PS1", "no missense variant", policy.ps1.source)
    same = [known for known in facts.known_at_residue if known.alt == facts.name.protein.alt]
    if same:
        strength = policy.ps1.strength
        return met("PS1", strength, f"{same[0]} by another base change is known", policy.ps1.source)
    return not_met("PS1", "no known pathogenic allele makes the same residue change", policy.ps1.source)


def pm5(facts: Facts, policy: Policy) -> Criterion:
    """Another residue change at a residue where a known pathogenic allele is."""
    source = policy.pm5.source
    if not facts.is_missense or facts.name.protein is None:
        return not_applicable("PM5", "no missense variant", source)
    others = [known for known in facts.known_at_residue if known.alt != facts.name.protein.alt]
    if not others:
        return not_met("PM5", "no other known pathogenic change of this residue", source)
    named = ", ".join(dict.fromkeys(str(known) for known in others))
    if any(known.certain for known in others):
        return met("PM5", policy.pm5.pathogenic, f"known pathogenic at the same residue: {named}", source)
    return met(
        "PM5", policy.pm5.likely_pathogenic, f"known likely pathogenic at the same residue: {named}", source
    )


def _domain(facts: Facts, role: DomainRole) -> Domain | None:
    return next((domain for domain in facts.domains if domain.role is role), None)


def pm1(facts: Facts, policy: Policy) -> Criterion:
    """A missense change in a stretch where missense variants cause disease."""
    if not facts.is_missense:
        return not_applicable("PM1", "no missense variant", policy.pm1.source)
    domain = _domain(facts, DomainRole.HOT_SPOT)
    if domain is None:
        return not_met("PM1", "outside the stretches known for disease", policy.pm1.source)
    because = f"residue {facts.residue}: {domain.name} ({domain.start}-{domain.end})"
    return met("PM1", policy.pm1.strength, because, domain.source)


def pm4(facts: Facts, policy: Policy) -> Criterion:
    """The protein changes its length without losing the frame, outside low-complexity stretches."""
    source = policy.pm4.source
    if not _LENGTH_CHANGES & set(facts.name.consequences):
        return not_applicable("PM4", "the length of the protein is kept, or the frame is lost", source)
    if facts.gene not in policy.pm4.genes:
        return not_applicable("PM4", "not used in this gene", source)
    if (domain := _domain(facts, DomainRole.LOW_COMPLEXITY)) is not None:
        return not_met("PM4", f"in a low-complexity stretch: {domain.name}", source)
    return met(
        "PM4", policy.pm4.strength, f"{facts.name.consequence} outside low-complexity stretches", source
    )


def pp2(facts: Facts, policy: Policy) -> Criterion:
    """A missense change in a gene whose missense changes are rarely benign."""
    source = policy.pp2.source
    if not facts.is_missense or facts.gene not in policy.pp2.genes:
        return not_applicable("PP2", "no missense variant of SOD1", source)
    return met(
        "PP2", Strength.SUPPORTING, "missense variants of SOD1 are a common cause and rarely benign", source
    )


def bp3(facts: Facts, policy: Policy) -> Criterion:
    """An in-frame change of a low-complexity stretch."""
    source = policy.bp3.source
    if facts.name.consequence not in {"inframe_insertion", "inframe_deletion"}:
        return not_applicable("BP3", "no in-frame insertion or deletion", source)
    domain = _domain(facts, DomainRole.LOW_COMPLEXITY)
    if domain is None:
        return not_met("BP3", "outside low-complexity stretches", source)
    return met("BP3", Strength.SUPPORTING, f"in a low-complexity stretch: {domain.name}", domain.source)
