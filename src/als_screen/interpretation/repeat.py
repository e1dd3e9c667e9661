"""From the likelihood over allele sizes to the state of the repeat, under a named policy.

Nothing here reads a file. The policy's prior turns the likelihood into a posterior; the state follows from
the probability that the long allele is expanded, after asking whether an expanded allele could have been
missed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from als_screen.evidence import Library, RepeatEvidence, State
from als_screen.interpretation.repeat_sizes import allele_sizes, cell_edges
from als_screen.models import RepeatAllele, RepeatResult
from als_screen.patient import LibraryKind
from als_screen.regions import Build
from als_screen.repeat.limits import Limit
from als_screen.repeat.locus import RepeatLocus, RepeatPolicy, RepeatPrior, load_locus
from als_screen.states import RepeatState

Floats = npt.NDArray[np.float64]

#: Fragments that must show the only allele seen, before the other is believed to be the same: one of two
#: equal alleles is missed by all of 8 with a chance of 1 in 256.
MIN_SPANNING = 8
#: Depth beside the repeat that an allele without exact size needs, before an expansion is excluded.
MIN_DEPTH_OPEN = 12.0
#: Fragments that must span each of two alleles, for both to be seen.
MIN_EACH = 3
#: Fragments that must speak at all.
MIN_FRAGMENTS = 5

#: So few fragments speak for an expansion where they make it more likely by this (log10); else not at all.
SPEAKS = 1.0

#: A single visible allele is ruled out where it is this much less likely (log10) than two.
ONE_ALLELE = -3.0

_NOT_DIAGNOSTIC = "not diagnostic of C9orf72 disease"
_SMALL = (
    "small expansion, significance depends on laboratory policy, "
    "size it by an orthogonal method before reporting"
)
_WHY = {
    Limit.DEPTH_TOO_LOW: "the depth beside the repeat is too low",
    Limit.FEW_FRAGMENTS: "too few fragments show the alleles",
    Limit.LOCUS_DEPTH_LOW: "fewer reads lie over the repeat than beside it",
    Limit.GC_LOSS: "the library lost GC-rich fragments",
    Limit.NO_MATES: "the reads have no mates in the file",
    Limit.MATES_MISSING: "mates of reads beside the repeat are not in the file",
    Limit.DISTANT_MATES_MISSING: "mates that lie where reads of an expansion do are not in the file",
    Limit.UNEXPLAINED_IN_REPEAT: "reads from inside a long repeat are not explained by the alleles seen",
    Limit.ALLELE_MAY_BE_LOST: "an expanded allele may have given no reads",
}
#: What keeps an expansion possible whatever alleles are seen.
_ALWAYS = {
    *(Limit.DEPTH_TOO_LOW, Limit.UNEXPLAINED_IN_REPEAT),
    *(Limit.NO_MATES, Limit.MATES_MISSING, Limit.DISTANT_MATES_MISSING),
}
#: What speaks for an expansion, not only against excluding one.
_SUSPICIOUS = {Limit.UNEXPLAINED_IN_REPEAT, Limit.DISTANT_MATES_MISSING}
#: What makes an expansion possible at most, however likely: no anchor, little depth, or reads left out.
_UNSOUND = {
    *(Limit.UNEXPLAINED_IN_REPEAT, Limit.DEPTH_TOO_LOW),
    *(Limit.MATES_MISSING, Limit.DISTANT_MATES_MISSING),
}
#: What makes drop-out of an expanded allele likely enough to say so.
_DROPOUT = {
    *(Limit.LOCUS_DEPTH_LOW, Limit.GC_LOSS, Limit.ALLELE_MAY_BE_LOST),
    *(Limit.MATES_MISSING, Limit.DISTANT_MATES_MISSING, Limit.UNEXPLAINED_IN_REPEAT),
}


@dataclass(frozen=True, slots=True)
class Odds:
    """What the reads and the prior say together.

    Attributes:
        expanded: probability that the long allele is above the policy's `intermediate_max`.
        log10_ratio: log10 likelihood ratio of expanded against not expanded.
        long: most probable class of the long allele, as sizes: its posterior median.
        lost: probability that one allele is expanded and gave no reads.
        alleles: the short and the long one.
    """

    expanded: float
    log10_ratio: float
    long: int
    lost: float
    alleles: tuple[RepeatAllele, RepeatAllele]


def interpret_repeat(
    evidence: RepeatEvidence | None,
    policy: RepeatPolicy,
    library_kind: LibraryKind = LibraryKind.UNKNOWN,
    *,
    locus: RepeatLocus | None = None,
) -> RepeatResult:
    """Return the result for one patient.

    Args:
        evidence: of the reads; None where the patient has none.
        policy: thresholds and prior.
        library_kind: how the library was made, from the sample sheet.
        locus: the definition that is printed; the bundled one where None.
    """
    where = locus or load_locus()
    odds = _odds(evidence, policy, library_kind) if evidence is not None and evidence.likelihood else None
    doubts = (
        _doubts(evidence, odds, policy, library_kind) if evidence is not None and odds is not None else []
    )
    state, reason = _state(evidence, odds, policy, doubts)
    if state is RepeatState.EXPANDED:
        doubts = []  # they say why one may have been missed
    return RepeatResult(
        locus=where.name,
        motif=where.motif,
        locus_definition=where.definition,
        hgvs_g=_hgvs(evidence, odds, where),
        state=state,
        reason=reason,
        alleles=odds.alleles if odds else (),
        probability_expanded=round(odds.expanded, 6) if odds else None,
        log10_likelihood_ratio=round(odds.log10_ratio, 2) if odds else None,
        policy=policy.label(),
        quality=_quality(evidence, odds, policy, doubts),
    )


def _odds(evidence: RepeatEvidence, policy: RepeatPolicy, kind: LibraryKind) -> Odds:
    """Apply the prior to the likelihood over pairs of sizes."""
    share = _shares(policy.prior, evidence.sizes)
    short, long, log10 = (np.array(column) for column in zip(*evidence.likelihood, strict=True))
    double = np.where(short == long, 1.0, 2.0)
    prior = np.array([share[a] * share[b] for a, b in zip(short, long, strict=True)]) * double
    mass = 10.0**log10 * prior
    over = long > policy.thresholds.intermediate_max
    expanded = float(mass[over].sum() / mass.sum())
    every = policy.prior.share(policy.thresholds.intermediate_max + 0.5, math.inf)
    alleles = allele_sizes(evidence, policy.thresholds.intermediate_max, every)
    partner = policy.lost_allele.chance[kind] * every
    lost = _lost(evidence, alleles[0], partner, share, float(mass.sum()))
    return Odds(expanded, _log_ratio(expanded, 1.0 - (1.0 - every) ** 2), _median(long, mass), lost, alleles)


@lru_cache(maxsize=8)
def _shares(prior: RepeatPrior, sizes: tuple[int, ...]) -> dict[int, float]:
    """Return the prior share of each size of the grid."""
    edges = cell_edges(np.array(sizes))
    cells = zip(sizes, edges[:-1], edges[1:], strict=True)
    return {size: prior.share(low, high) for size, low, high in cells}


def _log_ratio(probability: float, prior: float) -> float:
    """Return log10 of the likelihood ratio that turned `prior` into `probability`; held within +-12."""
    odds = np.clip(probability, 1e-15, 1 - 1e-15)
    ratio = math.log10(odds / (1 - odds)) - math.log10(prior / (1 - prior))
    return float(np.clip(ratio, -12.0, 12.0))


def _median(sizes: npt.NDArray[np.int64], mass: Floats) -> int:
    order = np.argsort(sizes, kind="stable")
    cumulated = np.cumsum(mass[order])
    return int(sizes[order][np.searchsorted(cumulated, cumulated[-1] / 2)])


def _lost(
    evidence: RepeatEvidence, seen: RepeatAllele, partner: float, share: dict[int, float], total: float
) -> float:
    """Return the probability that the only allele seen has an expanded partner without reads.

    `partner` is how likely that is beforehand, `total` the weight of all pairs that both gave reads.
    """
    if evidence.lost_allele is None or seen.repeats is None:
        return 0.0
    nearest = min(share, key=lambda size: abs(size - (seen.repeats or 0)))
    weight = 10.0**evidence.lost_allele * 2 * partner * share[nearest]
    return float(weight / (weight + total))


def _state(
    evidence: RepeatEvidence | None, odds: Odds | None, policy: RepeatPolicy, doubts: list[Limit]
) -> tuple[RepeatState, str]:
    """Return the state and why."""
    if evidence is None:
        return RepeatState.NOT_ASSESSED, "no reads were given"
    if evidence.state is State.NOT_ASSESSED or odds is None:
        return RepeatState.NOT_ASSESSED, evidence.reason or "no reads speak of the repeat"
    use = policy.thresholds
    if _is_silent(evidence) and odds.log10_ratio < SPEAKS:
        return RepeatState.NOT_ASSESSED, _WHY[Limit.FEW_FRAGMENTS]
    if odds.expanded >= use.expanded_probability:
        return _expanded(evidence, odds.alleles[1].ci[0], policy)
    if odds.expanded >= use.possible_probability:
        return RepeatState.POSSIBLE_EXPANSION, f"probability of an expansion {odds.expanded:.2f}"
    if _SUSPICIOUS & set(doubts):
        return RepeatState.POSSIBLE_EXPANSION, "; ".join(_WHY[doubt] for doubt in doubts)
    if doubts:
        return RepeatState.NOT_ASSESSED, "an expansion cannot be excluded: " + "; ".join(
            _WHY[d] for d in doubts
        )
    return _without_expansion(odds.long, policy)


def _expanded(evidence: RepeatEvidence, low: int, policy: RepeatPolicy) -> tuple[RepeatState, str]:
    """Return `expanded`, unless what speaks for it has no sound support; `low` units at least."""
    if _UNSOUND & {Limit(code) for code in evidence.limits}:
        why = [_WHY[limit] for limit in Limit if limit in evidence.limits and limit in _WHY]
        return RepeatState.POSSIBLE_EXPANSION, "; ".join(why)
    if low <= policy.thresholds.small_expansion_max:
        return RepeatState.EXPANDED, _SMALL
    return RepeatState.EXPANDED, f"the long allele has at least {low} repeats"


def _without_expansion(long: int, policy: RepeatPolicy) -> tuple[RepeatState, str]:
    """Return the class that holds the estimate."""
    use = policy.thresholds
    if long > use.intermediate_max:
        return RepeatState.POSSIBLE_EXPANSION, "the estimate lies above the threshold"
    if long > use.normal_max:
        return (
            RepeatState.INTERMEDIATE,
            f"{use.normal_max + 1} to {use.intermediate_max} repeats: {_NOT_DIAGNOSTIC}",
        )
    return RepeatState.NOT_EXPANDED, f"both alleles have at most {use.normal_max} repeats"


def _doubts(evidence: RepeatEvidence, odds: Odds, policy: RepeatPolicy, kind: LibraryKind) -> list[Limit]:
    """Return why an expansion may have been missed, in the order of the enum."""
    seen = {Limit(code) for code in evidence.limits}
    found = seen & _ALWAYS
    if _is_silent(evidence):
        found.add(Limit.FEW_FRAGMENTS)
    if odds.alleles[1].bound != "exact":
        found |= seen & {Limit.LOCUS_DEPTH_LOW, Limit.GC_LOSS} | _shallow(evidence)
    if not _two_alleles(evidence, *odds.alleles):
        found |= seen & {Limit.LOCUS_DEPTH_LOW, Limit.GC_LOSS}
        if odds.lost >= policy.thresholds.possible_probability or _amplified(kind):
            found.add(Limit.ALLELE_MAY_BE_LOST)
        if odds.alleles[0].support.spanning < MIN_SPANNING:
            found.add(Limit.FEW_FRAGMENTS)
    return [limit for limit in Limit if limit in found]


def _is_silent(evidence: RepeatEvidence) -> bool:
    """Tell whether too few fragments touch the repeat."""
    return sum(count.fragments for count in evidence.counts) < MIN_FRAGMENTS


def _amplified(kind: LibraryKind) -> bool:
    """Tell whether the library was amplified or captured, so that one allele seen proves little."""
    return kind in (LibraryKind.PCR, LibraryKind.EXOME, LibraryKind.PANEL)


def _shallow(evidence: RepeatEvidence) -> set[Limit]:
    """Return the limit where the depth does not allow to judge an allele that no read spans."""
    depth = evidence.library.flank_depth
    return {Limit.DEPTH_TOO_LOW} if depth is not None and depth < MIN_DEPTH_OPEN else set()


def _two_alleles(evidence: RepeatEvidence, short: RepeatAllele, long: RepeatAllele) -> bool:
    """Tell whether the reads show two alleles, so that none can be hidden behind the other."""
    if evidence.lost_allele is not None and evidence.lost_allele <= ONE_ALLELE:
        return True
    shown = min(short.support.spanning, long.support.spanning) >= MIN_EACH
    return shown and short.bound == long.bound == "exact" and short.repeats != long.repeats


def _hgvs(evidence: RepeatEvidence | None, odds: Odds | None, locus: RepeatLocus) -> str | None:
    """Return the HGVS name of both alleles, one where they are the same; uncertain sizes as (low_high)."""
    if evidence is None or odds is None or evidence.build is None:
        return None
    short, long = (_units(allele) for allele in odds.alleles)
    template = locus.builds[Build(evidence.build)].hgvs
    return template.format(units=short) + (f";[{long}]" if long != short else "")


def _units(allele: RepeatAllele) -> str:
    low, high = allele.ci
    if allele.bound == "exact":
        return str(allele.repeats)
    return f"({low}_{'?' if high is None else high})"


def _quality(
    evidence: RepeatEvidence | None, odds: Odds | None, policy: RepeatPolicy, doubts: list[Limit]
) -> dict[str, Any]:
    """Return what was measured of the library and what weakens the result."""
    if evidence is None:
        return Library().model_dump() | {"dropout_suspected": False, "limits": []}
    library = evidence.library.model_dump()
    limits = [limit.value for limit in Limit if limit.value in evidence.limits or limit in doubts]
    return library | {
        "dropout_suspected": bool(_DROPOUT & set(doubts)),
        "probability_lost": round(odds.lost, 6) if odds else None,
        "in_repeat_pairs": evidence.in_repeat_pairs,
        "prior": policy.prior.name,
        "limits": limits,
    }
