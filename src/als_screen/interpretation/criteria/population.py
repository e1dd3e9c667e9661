"""Criteria from how often the allele is seen: BA1, BS1, PM2 in the population, PS4 in patients."""

from __future__ import annotations

from als_screen.interpretation.criteria.answer import met, not_applicable, not_met
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Policy
from als_screen.models import Criterion
from als_screen.states import Strength


def _said(facts: Facts) -> str:
    """Return the frequency as a phrase."""
    seen = facts.population
    if seen is None:
        return "not seen in gnomAD"
    group = f" in {seen.population.group}" if seen.population.group else ""
    return f"filtering frequency {seen.faf95:.2g}{group} ({seen.source}, {seen.how})"


def _faf95(facts: Facts) -> float:
    return facts.population.faf95 if facts.population else 0.0


def _exempt(facts: Facts) -> str | None:
    curated = facts.curated
    return curated.source if curated is not None and curated.frequency_exempt else None


def ba1(facts: Facts, policy: Policy) -> Criterion:
    """Too common for a dominant disease, whatever else speaks for it."""
    limit, source = policy.frequency.ba1, policy.frequency.source
    if (exempt := _exempt(facts)) is not None:
        return not_applicable("BA1", "a recessive founder allele for which it does not hold", exempt)
    if _faf95(facts) >= limit:
        return met("BA1", Strength.STAND_ALONE, f"{_said(facts)}, at least {limit:g}", source)
    return not_met("BA1", f"{_said(facts)}, below {limit:g}", source)


def bs1(facts: Facts, policy: Policy) -> Criterion:
    """More common than the disease allows."""
    limit, source = policy.frequency.bs1, policy.frequency.source
    if (exempt := _exempt(facts)) is not None:
        return not_applicable("BS1", "a recessive founder allele for which it does not hold", exempt)
    if _faf95(facts) >= policy.frequency.ba1:
        return not_applicable("BS1", "BA1 is met by the same frequency", source)
    if _faf95(facts) >= limit:
        return met("BS1", Strength.STRONG, f"{_said(facts)}, at least {limit:g}", source)
    return not_met("BS1", f"{_said(facts)}, below {limit:g}", source)


def pm2(facts: Facts, policy: Policy) -> Criterion:
    """Rare enough; absence counts only where gnomAD could have seen it."""
    rule = policy.frequency
    if facts.population is None and (facts.covered or 0) < rule.covered_chromosomes:
        return not_applicable("PM2", "not in gnomAD, and gnomAD is not known to cover this site", rule.source)
    if facts.population is None:
        because = f"not seen in gnomAD, which read about {facts.covered} chromosomes here"
        return met("PM2", Strength.SUPPORTING, because, rule.source)
    if facts.population.population.filtered:
        return not_applicable("PM2", _said(facts), rule.source)
    if facts.population.faf95 < rule.pm2:
        return met("PM2", Strength.SUPPORTING, f"{_said(facts)}, below {rule.pm2:g}", rule.source)
    return not_met("PM2", f"{_said(facts)}, not below {rule.pm2:g}", rule.source)


def ps4(facts: Facts, policy: Policy) -> Criterion:
    """Seen in several unrelated patients and hardly in the population."""
    entry, source = facts.catalogue, policy.ps4.source
    if entry is None:
        return not_met("PS4", "not in the published list of ALS variants", source)
    if _faf95(facts) >= policy.frequency.pm2:
        return not_met("PS4", f"published in patients ({entry.reported_in}), but {_said(facts)}", source)
    where = f"published in {entry.reported_in}; populations: {', '.join(entry.populations) or 'not named'}"
    if len(entry.populations) >= policy.ps4.populations_moderate:
        return met("PS4", Strength.MODERATE, where, source)
    if entry.several:
        return met("PS4", policy.ps4.several, where, source)
    return not_met("PS4", f"{where}: one patient or family is not enough", source)
