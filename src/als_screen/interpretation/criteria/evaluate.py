"""The ACMG/AMP criteria of one allele, as pure functions of its facts and the policy.

Each returns code, state, strength, the sentence why, and the source. Points and double counting are in
`classify.py`; criteria that need a person are `not_automated` unless a curation file supplies them.
"""

from __future__ import annotations

from collections.abc import Callable

from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Policy
from als_screen.interpretation.criteria.population import ba1, bs1, pm2, ps4
from als_screen.interpretation.criteria.protein import bp3, pm1, pm4, pm5, pp2, ps1, pvs1
from als_screen.interpretation.criteria.scores import bp4, bp7, pp3
from als_screen.models import Criterion
from als_screen.states import CriterionState

RICHARDS = "Richards et al. 2015, Genet Med 17:405"

AUTOMATED: tuple[Callable[[Facts, Policy], Criterion], ...] = (
    pvs1,
    ps1,
    ps4,
    pm1,
    pm2,
    pm4,
    pm5,
    pp2,
    pp3,
    ba1,
    bs1,
    bp3,
    bp4,
    bp7,
)

#: Criteria that need a person, and what the person has to know.
NOT_AUTOMATED = {
    "PS2": "needs both parents, confirmed",
    "PS3": "needs a person's reading of functional studies",
    "PM3": "needs the phase against another pathogenic allele",
    "PM6": "needs both parents",
    "PP1": "needs relatives and their disease",
    "PP4": "the disease is not specific for one gene; needs a person",
    "BS2": "needs healthy adults beyond the age of onset; penetrance is incomplete",
    "BS3": "needs a person's reading of functional studies",
    "BS4": "needs relatives and their disease",
    "BP2": "needs the phase against another pathogenic allele",
    "BP5": "needs another proven cause; patients with variants in two of the genes exist",
}

#: Criteria that are never used here, with the reason.
NOT_USED = {
    "BP1": "missense variants are the main cause of disease in these genes",
    "PP5": "another laboratory's opinion is no evidence; ClinVar is shown beside the criteria",
    "BP6": "another laboratory's opinion is no evidence; ClinVar is shown beside the criteria",
}

ORDER = (
    *("PVS1", "PS1", "PS2", "PS3", "PS4", "PM1", "PM2", "PM3", "PM4", "PM5", "PM6"),
    *("PP1", "PP2", "PP3", "PP4", "PP5", "BA1", "BS1", "BS2", "BS3", "BS4"),
    *("BP1", "BP2", "BP3", "BP4", "BP5", "BP6", "BP7"),
)


def assessed(facts: Facts, policy: Policy) -> tuple[Criterion, ...]:
    """Return all criteria in their usual order; what a person supplied replaces the automated answer."""
    found = {criterion.code: criterion for criterion in (function(facts, policy) for function in AUTOMATED)}
    for code, reason in NOT_AUTOMATED.items():
        found[code] = _without(code, CriterionState.NOT_AUTOMATED, reason)
    for code, reason in NOT_USED.items():
        found[code] = _without(code, CriterionState.NOT_APPLICABLE, reason)
    found.update({criterion.code: criterion for criterion in facts.supplied})
    return tuple(found[code] for code in ORDER)


def _without(code: str, state: CriterionState, reason: str) -> Criterion:
    return Criterion(code=code, state=state, strength=None, because=reason, source=RICHARDS)
