"""Whether an allele is reported, by the contract's rule. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.policy import Policy
from als_screen.interpretation.naming.alleles import Change
from als_screen.interpretation.naming.consequence import SplicePlace
from als_screen.regions import Gene, Region
from als_screen.states import Classification

C9ORF72_REASON = "sequence variant of C9orf72: no established association with ALS"
OUTSIDE_REASON = "outside the reportable range"

_BENIGN = {Classification.BENIGN: "benign", Classification.LIKELY_BENIGN: "likely benign"}
_UNTRANSLATED = frozenset(
    {"5_prime_UTR_variant", "3_prime_UTR_variant", "upstream_gene_variant", "downstream_gene_variant"}
)


def not_reported_reason(
    facts: Facts,
    proposed: Classification,
    reportable: Sequence[Region],
    policy: Policy,
    *,
    known: bool,
) -> str | None:
    """Return why the allele is not reported; None where it is.

    A known pathogenic allele, or one with a splice score at the policy's limit, is reported wherever it
    lies; one proposed as benign is not, and C9orf72 sequence variants never are.
    """
    if facts.gene is Gene.C9ORF72:
        return C9ORF72_REASON
    if known:
        return None
    if proposed in _BENIGN:
        return _BENIGN[proposed]
    splice = facts.scores.spliceai
    if splice is not None and splice >= policy.splicing.reported:
        return None
    return _place_reason(facts, reportable)


def unnamed_reason(gene: Gene, chrom: str, pos: int, ref: str, reportable: Sequence[Region]) -> str | None:
    """Return why an allele that could not be named (1-based `pos`) is not reported; None where it is."""
    if gene is Gene.C9ORF72:
        return C9ORF72_REASON
    touches = any(region.overlaps(chrom, pos - 1, pos - 1 + len(ref)) for region in reportable)
    return None if touches else OUTSIDE_REASON


def _place_reason(facts: Facts, reportable: Sequence[Region]) -> str | None:
    """Return what about the place, or the silence, of the change keeps it out of the report."""
    name = facts.name
    if name.change is None:
        return None
    terms = set(name.consequences) - {"splice_region_variant"}
    doubled = "coding_sequence_variant" in terms  # also by a copy that lies behind the range
    if not doubled and not any(_touches(region, name.change) for region in reportable):
        return OUTSIDE_REASON
    if terms <= _UNTRANSLATED:
        return "in an untranslated region, outside the reportable range"
    if name.splice in {SplicePlace.ESSENTIAL, SplicePlace.NEAR}:
        return None
    if terms <= {"synonymous_variant", "stop_retained_variant"}:
        return "synonymous, away from the splice sites"
    if terms <= {"intron_variant"} | _UNTRANSLATED:
        return "intronic, away from the splice sites"
    return None


def _touches(region: Region, change: Change) -> bool:
    """Tell whether the change alters a base of the region, or inserts inside it or at its edge."""
    if change.start == change.end:
        return region.start <= change.start <= region.end
    return region.overlaps(region.chrom, change.start, change.end)
