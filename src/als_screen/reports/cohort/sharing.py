"""Rare reported variants that several patients carry: a hint that they are related, nearer or further.

Genotypes of four genes cannot tell relatives from strangers: a parent and child gain about `PER_SITE` on the
log10 scale of the likelihood ratio for each independent site, and the genes are a handful of independent
stretches. A rare allele in two people says more, because it mostly came down to both from one ancestor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from als_screen.interpretation.identity import DECISIVE_LOG10_LR
from als_screen.reports.cohort.finding import CarriedVariant, CohortFinding
from als_screen.reports.cohort.rows import variant_name

#: An allele that more people of the population carry says little of who is related.
RARE = 1e-4
#: Mean log10 likelihood ratio of parent and child against strangers at one independent site: 0.045 where the
#: rarer allele has 10 %, 0.073 where it has half, with the 5 % of wrong genotypes of `identity`.
PER_SITE = 0.06


@dataclass(frozen=True, slots=True)
class Shared:
    """A rare variant with the patients who carry it, in the order of the sheet.

    Attributes:
        families: that the sheet names among them.
        alone: carriers without a family in the sheet.
    """

    name: str
    patients: tuple[str, ...]
    families: tuple[str, ...]
    alone: int


def shared_variants(findings: Sequence[CohortFinding]) -> list[Shared]:
    """Return the rare reported variants with carriers that the sheet does not put into one family."""
    carriers: defaultdict[str, list[CohortFinding]] = defaultdict(list)
    for finding in findings:
        for name in dict.fromkeys(variant_name(one) for one in finding.reported if _is_rare(one)):
            carriers[name].append(finding)
    shared = [_shared(name, who) for name, who in carriers.items() if len(who) > 1]
    apart = [one for one in shared if len(one.families) + one.alone > 1]
    return sorted(apart, key=lambda one: (-len(one.patients), one.name))


def sites_for_relatives(files: int) -> int:
    """Return how many independent sites a hint at parent and child would take among so many files."""
    pairs = max(1, files * (files - 1) // 2)
    return ceil((DECISIVE_LOG10_LR + log10(pairs)) / PER_SITE)


def _shared(name: str, who: Sequence[CohortFinding]) -> Shared:
    families = sorted({one.patient.family for one in who if one.patient.family})
    alone = sum(not one.patient.family for one in who)
    return Shared(name, tuple(one.patient.patient for one in who), tuple(families), alone)


def _is_rare(variant: CarriedVariant) -> bool:
    return variant.frequency is None or variant.frequency.af <= RARE
