"""From criteria to a proposed class: double counting, points, and what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from als_screen.interpretation.criteria.evaluate import assessed
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Ceiling, Policy
from als_screen.interpretation.knowledge.records import ClinvarEntry, Side
from als_screen.models import Criterion, VariantClass
from als_screen.states import Basis, Classification, CriterionState, Strength

_PATHOGENIC_CODES = ("PVS", "PS", "PM", "PP")


def classify(facts: Facts, policy: Policy) -> VariantClass:
    """Return the proposed class of an allele, with every criterion.

    The laboratory's curated class goes first, then ClinVar where it may set the class, then the points.
    """
    criteria = without_double_counting(assessed(facts, policy), policy)
    total = points(criteria, policy)
    by_points = class_of(criteria, policy)
    proposed, basis, conflict = _proposed(facts, criteria, total, by_points, policy)
    return VariantClass(proposed=proposed, basis=basis, conflict=conflict, points=total, criteria=criteria)


# ---------------------------------------------------------------------------------------------- points


def is_pathogenic_code(code: str) -> bool:
    """Tell on which side a criterion counts."""
    return code.startswith(_PATHOGENIC_CODES)


def _is_met(criterion: Criterion) -> bool:
    return criterion.state is CriterionState.MET


def points(criteria: Sequence[Criterion], policy: Policy) -> int:
    """Return the sum of the points (Tavtigian et al. 2020); BA1 stands alone and has none."""
    total = 0
    for criterion in criteria:
        value = worth(criterion, policy)
        total += value if is_pathogenic_code(criterion.code) else -value
    return total


def worth(criterion: Criterion, policy: Policy) -> int:
    """Return the points of one criterion, without sign; 0 where it is not met or stands alone."""
    if not _is_met(criterion) or criterion.strength in {None, Strength.STAND_ALONE}:
        return 0
    return policy.points[Strength(criterion.strength or "")]


def class_of(criteria: Sequence[Criterion], policy: Policy) -> Classification:
    """Return the class from criteria alone.

    Likely benign asks for more than the published system: enough points, and two benign criteria or a
    strong one.
    """
    total, rule = points(criteria, policy), policy.classes
    if any(_is_met(criterion) and criterion.strength is Strength.STAND_ALONE for criterion in criteria):
        return Classification.BENIGN
    if total >= rule.pathogenic:
        return Classification.PATHOGENIC
    if total >= rule.likely_pathogenic:
        return Classification.LIKELY_PATHOGENIC
    if total <= rule.benign:
        return Classification.BENIGN
    benign = [each for each in criteria if _is_met(each) and not is_pathogenic_code(each.code)]
    strong = any(each.strength in {Strength.STRONG, Strength.VERY_STRONG} for each in benign)
    enough = strong or len(benign) >= rule.benign_criteria
    return (
        Classification.LIKELY_BENIGN if total <= rule.likely_benign and enough else Classification.UNCERTAIN
    )


# ------------------------------------------------------------------------------------- double counting


def without_double_counting(criteria: Sequence[Criterion], policy: Policy) -> tuple[Criterion, ...]:
    """Return the criteria with those taken back that say the same as another.

    PS1 excludes PM5; PM1 excludes PP2; PP3 counts only up to what the ceilings of the policy leave.
    """
    by_code = {criterion.code: criterion for criterion in criteria}
    if _is_met(by_code["PS1"]) and _is_met(by_code["PM5"]):
        by_code["PM5"] = _taken_back(by_code["PM5"], "PS1 is met at the same residue")
    if _is_met(by_code["PM1"]) and _is_met(by_code["PP2"]):
        by_code["PP2"] = _taken_back(by_code["PP2"], "PM1 is met and says more")
    for ceiling in policy.pp3_ceilings:
        by_code["PP3"] = _capped(by_code["PP3"], ceiling, by_code, policy)
    return tuple(by_code[criterion.code] for criterion in criteria)


def _taken_back(criterion: Criterion, why: str) -> Criterion:
    because = f"not counted, {why}; {criterion.because}"
    return criterion.model_copy(
        update={"state": CriterionState.NOT_APPLICABLE, "strength": None, "because": because}
    )


def _capped(
    score: Criterion, ceiling: Ceiling, by_code: Mapping[str, Criterion], policy: Policy
) -> Criterion:
    """Return PP3 with the strength that a ceiling leaves beside what else says the same."""
    beside = [code for code in ceiling.codes if _is_met(by_code[code])]
    room = ceiling.points - sum(worth(by_code[code], policy) for code in beside)
    if not beside or worth(score, policy) <= room:
        return score
    fitting = [strength for strength, value in policy.points.items() if value <= room]
    if not fitting:
        return _taken_back(score, f"{' and '.join(beside)} fill what all of them may count")
    strength = max(fitting, key=lambda each: policy.points[each])
    because = f"{score.because}; lowered beside {' and '.join(beside)}"
    source = f"{score.source}; {ceiling.source}"
    return score.model_copy(update={"strength": strength, "because": because, "source": source})


# ----------------------------------------------------------------------------------- what is known


def _proposed(
    facts: Facts, criteria: Sequence[Criterion], total: int, by_points: Classification, policy: Policy
) -> tuple[Classification, Basis, str | None]:
    if facts.curated is not None and facts.curated.classification is not None:
        return facts.curated.classification, Basis.CURATED, _clinvar_differs(facts)
    entry = facts.clinvar
    if entry is None:
        return by_points, Basis.CRITERIA, None
    named = _clinvar_class(entry, facts, policy)
    if named is None:
        return by_points, Basis.CRITERIA, _clinvar_unsettled(entry, by_points)
    against = _against(entry, criteria, total, policy)
    if against is not None:
        return Classification.UNCERTAIN, Basis.CLINVAR, against
    return named, Basis.CLINVAR, None


def _clinvar_class(entry: ClinvarEntry, facts: Facts, policy: Policy) -> Classification | None:
    """Return the class that ClinVar sets, None where it sets none.

    Two stars set it; one star sets likely pathogenic where the published ALS list holds the variant too and
    it is not too common: two sources that do not rest on each other.
    """
    if entry.side not in {Side.PATHOGENIC, Side.BENIGN}:
        return None
    if entry.stars >= policy.clinvar.stars:
        return entry.classification
    common = facts.population is not None and facts.population.faf95 >= policy.frequency.bs1
    if entry.side is Side.PATHOGENIC and entry.stars == 1 and facts.catalogue is not None and not common:
        return Classification.LIKELY_PATHOGENIC
    return None


def _against(entry: ClinvarEntry, criteria: Sequence[Criterion], total: int, policy: Policy) -> str | None:
    """Return why the criteria stand against ClinVar's class, None where they do not.

    Against a pathogenic class: BA1, or points as low as the policy says that rest on frequency or on a
    person's strong evidence; never on computation alone. Against a benign class: points of likely
    pathogenic.
    """
    if entry.stars >= policy.clinvar.stars_final:
        return None
    said = _said(entry)
    if entry.side is Side.BENIGN:
        return (
            f"{said}, but the criteria give {total} points"
            if total >= policy.classes.likely_pathogenic
            else None
        )
    weighty = [each.code for each in criteria if _is_met(each) and _weighty(each, policy)]
    alone = any(_is_met(each) and each.strength is Strength.STAND_ALONE for each in criteria)
    if weighty and (alone or total <= policy.clinvar.against):
        return f"{said}; against it: {', '.join(weighty)} ({total} points)"
    return None


def _weighty(criterion: Criterion, policy: Policy) -> bool:
    """Tell whether a benign criterion may contradict ClinVar: frequency, or a person's strong one."""
    if criterion.code in policy.clinvar.against_codes:
        return True
    return criterion.code in {"BS2", "BS3", "BS4"} and criterion.strength in {
        Strength.STRONG,
        Strength.VERY_STRONG,
    }


def _clinvar_differs(facts: Facts) -> str | None:
    """Return what ClinVar says where it stands on another side than what is curated."""
    entry, curated = facts.clinvar, facts.curated
    if entry is None or curated is None or entry.side is _SIDES.get(curated.classification or ""):
        return None
    return _said(entry)


_SIDES: dict[str, Side] = {
    Classification.PATHOGENIC: Side.PATHOGENIC,
    Classification.LIKELY_PATHOGENIC: Side.PATHOGENIC,
    Classification.UNCERTAIN: Side.UNCERTAIN,
    Classification.LIKELY_BENIGN: Side.BENIGN,
    Classification.BENIGN: Side.BENIGN,
}


def _clinvar_unsettled(entry: ClinvarEntry, by_points: Classification) -> str | None:
    """Return what ClinVar says where the points decide and it conflicts, or stands on the other side."""
    pathogenic = {Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC}
    opposed = {
        Side.PATHOGENIC: by_points not in {*pathogenic, Classification.UNCERTAIN},
        Side.BENIGN: by_points in pathogenic,
        Side.CONFLICTING: True,
    }
    return _said(entry) if opposed.get(entry.side, False) else None


def _said(entry: ClinvarEntry) -> str:
    stars = "1 star" if entry.stars == 1 else f"{entry.stars} stars"
    return f"ClinVar {entry.variation_id}: {entry.significance} ({stars})"
