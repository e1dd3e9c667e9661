"""What a VCF says of the length of the repeat, held against the reads: its caller may be another method.

A record alone never makes an expansion, and reads that do not show it never take it away: where the VCF says
more than they do, no state without an expansion is beyond doubt. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from als_screen.evidence import Allele, State, StructuralRecord, VariantEvidence, VariantSource
from als_screen.models import RepeatResult
from als_screen.regions import Build, Gene, Region
from als_screen.repeat.locus import PolicyThresholds, load_locus
from als_screen.states import RepeatState

#: Bases beside the reference copies within which callers put an insertion of units: the tract to their left
#: is nearly repeat too, and what is assembled from long reads is placed to some tens of bases. No common
#: polymorphism so near adds as many bases as the units that count here.
NEAR = 100
_COPIES = re.compile(r"<STR(\d{1,6})>")
#: Symbols of an allele that SVLEN tells the added bases of; of a tandem repeat, wherever its record ends; and
#: of one that is not longer. What other symbols are, nothing tells.
_ADDS, _TANDEM, _NOT_LONGER = ("<INS", "<DUP"), ("<STR", "<TR", "<CNV:TR", "<VNTR"), ("<DEL", "<INV", "<CN0")
_RANK = {
    RepeatState.NOT_EXPANDED: 0,
    RepeatState.INTERMEDIATE: 1,
    RepeatState.POSSIBLE_EXPANSION: 2,
    RepeatState.EXPANDED: 3,
}
_CONFIRM = "size it by an orthogonal method before reporting"


@dataclass(frozen=True, slots=True)
class Claim:
    """A carried record over the repeat.

    Attributes:
        repeats: units of the whole allele, about; None where the record does not say.
        record: place and what is there, in a few characters.
        passed: it passed its filters.
    """

    repeats: int | None
    record: str
    passed: bool


def claims(build: Build, variants: VariantEvidence) -> tuple[Claim, ...]:
    """Return what the VCF has over the repeat that makes an allele longer than the reference, or of any size.

    Nothing where the variants were called from the reads: that is no other method.
    """
    if variants.state is not State.ASSESSED or variants.source is VariantSource.READS:
        return ()
    near = load_locus().builds[build].region.padded(NEAR)
    written = [_insertion(one) for one in variants.alleles if _is_longer(one, near)]
    return (*written, *_symbolic(variants.structural, near))


def held_against(repeat: RepeatResult, found: Sequence[Claim], use: PolicyThresholds) -> RepeatResult:
    """Return the repeat by the reads, where a record that passed says more no longer without doubt."""
    passed = [claim for claim in found if claim.passed]
    longest = max(
        (claim for claim in passed if claim.repeats), key=lambda one: one.repeats or 0, default=None
    )
    if longest is not None and longest.repeats is not None and longest.repeats > use.normal_max:
        return _contradicted(repeat, longest, longest.repeats, use)
    unsized = [claim for claim in passed if claim.repeats is None]
    if unsized and repeat.state is RepeatState.NOT_EXPANDED:
        reason = f"an expansion cannot be excluded: {_unsized(unsized[0])}"
        return repeat.model_copy(update={"state": RepeatState.NOT_ASSESSED, "reason": reason})
    return repeat


def claim_remarks(found: Sequence[Claim], use: PolicyThresholds) -> tuple[str, ...]:
    """Return a remark for each record that says more than normal, or does not say."""
    told = [
        _unsized(claim) if claim.repeats is None else _sized(claim)
        for claim in found
        if claim.repeats is None or claim.repeats > use.normal_max
    ]
    return tuple(f"{one}; {_CONFIRM}" for one in dict.fromkeys(told))


def _contradicted(repeat: RepeatResult, claim: Claim, repeats: int, use: PolicyThresholds) -> RepeatResult:
    """Return the repeat with what the VCF says, which is more than normal."""
    if repeat.state is RepeatState.NOT_ASSESSED:
        return repeat.model_copy(update={"reason": f"{repeat.reason}; {_sized(claim)}"})
    over = repeats > use.intermediate_max
    state = RepeatState.POSSIBLE_EXPANSION if over else RepeatState.INTERMEDIATE
    if _RANK[state] <= _RANK[repeat.state]:
        return repeat
    reason = f"{_sized(claim)}; by the reads alone: {repeat.reason}"
    return repeat.model_copy(update={"state": state, "reason": reason, "vcf_repeats": repeats})


def _sized(claim: Claim) -> str:
    return f"the VCF has an allele as long as about {claim.repeats} repeats of C9orf72 ({claim.record})"


def _unsized(claim: Claim) -> str:
    return f"a record of the VCF over the C9orf72 repeat does not say its length ({claim.record})"


def _is_longer(allele: Allele, near: Region) -> bool:
    inside = near.overlaps(allele.chrom, allele.pos - 1, allele.pos - 1 + len(allele.ref))
    return allele.gene is Gene.C9ORF72 and inside and len(allele.alt) > len(allele.ref)


def _insertion(allele: Allele) -> Claim:
    added = len(allele.alt) - len(allele.ref)
    return _claim(_with(added), allele.chrom, allele.pos, f"+{added} bp", allele.filter)


def _symbolic(records: Sequence[StructuralRecord], near: Region) -> Iterator[Claim]:
    """Yield what symbolic alleles say; another event than of the repeat is one that reaches beyond it."""
    for one in records:
        here = one.chrom == near.chrom and near.start <= one.pos <= near.end
        inside = here and (one.end <= near.end or one.alt.startswith(_TANDEM))
        if not inside or not one.alt.startswith("<") or one.alt.startswith(_NOT_LONGER):
            continue
        repeats = None
        if copies := _COPIES.fullmatch(one.alt):
            repeats = int(copies[1])
        elif one.length and one.alt.startswith(_ADDS):
            repeats = _with(one.length)
        yield _claim(repeats, one.chrom, one.pos, one.alt, one.filter)


def _with(added: int) -> int:
    """Return the units of an allele with so many bases more than the reference."""
    locus = load_locus()
    return locus.reference_units + round(added / len(locus.motif))


def _claim(repeats: int | None, chrom: str, pos: int, what: str, filters: str) -> Claim:
    failed = "" if filters == "PASS" else f" {filters}"
    return Claim(repeats, f"chr{chrom}:{pos} {what}{failed}", filters == "PASS")
