"""Two results of one patient -> what changed between them. Pure functions.

A finding is a variant, a known allele that the reads call `possible`, or a structural variant. Alleles are
matched by place where both results are on one build, else by name; a known allele that the reads only
suggested has a name alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from als_screen.evidence import Record
from als_screen.models import Report, Variant
from als_screen.reanalysis.said import Carried, Said
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.states import Classification, GeneState, RecheckState, RepeatState, Result

#: Stands for a finding that the other result does not have although it looked.
ABSENT = "absent"
NOT_ASSESSED = "not_assessed"
NOT_REPORTED = "not_reported"
CONCLUSION, REPEAT = "conclusion", "repeat"


class Kind(StrEnum):
    """What happened to a subject from the old result to the new one."""

    CONCLUSION_CHANGED = "conclusion_changed"
    REPEAT_STATE_CHANGED = "repeat_state_changed"
    NEW_FINDING = "new_finding"
    CLASS_UP = "class_up"
    CLASS_DOWN = "class_down"
    FINDING_GONE = "finding_gone"
    NOW_ASSESSED = "now_assessed"
    NO_LONGER_ASSESSED = "no_longer_assessed"
    DETAILS_CHANGED = "details_changed"


#: The kind that a change has when the old and the new result change places.
MIRROR = {
    Kind.CONCLUSION_CHANGED: Kind.CONCLUSION_CHANGED,
    Kind.REPEAT_STATE_CHANGED: Kind.REPEAT_STATE_CHANGED,
    Kind.NEW_FINDING: Kind.FINDING_GONE,
    Kind.FINDING_GONE: Kind.NEW_FINDING,
    Kind.CLASS_UP: Kind.CLASS_DOWN,
    Kind.CLASS_DOWN: Kind.CLASS_UP,
    Kind.NOW_ASSESSED: Kind.NO_LONGER_ASSESSED,
    Kind.NO_LONGER_ASSESSED: Kind.NOW_ASSESSED,
    Kind.DETAILS_CHANGED: Kind.DETAILS_CHANGED,
}


class Change(Record):
    """One change.

    Attributes:
        kind: what happened.
        subject: "conclusion", "repeat", a gene, or the name of a variant.
        gene: whose it is; None for the conclusion.
        before, after: state or class; "absent" where the result looked and has no such finding,
            "not_assessed" where it did not look, "not_reported" where only the reporting changed; of
            `details_changed` what is printed differently, joined by "; ".
        reportable: the clinic's report says it, before or after.
        facts: of `details_changed`, what differs, see `details.Difference`.
    """

    kind: Kind
    subject: str
    gene: Gene | None = None
    before: str
    after: str
    reportable: bool = True
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, reduced to what is compared.

    Attributes:
        name: as printed.
        place: chromosome, 1-based position, REF, ALT; None for what has a name only.
        value: class, "possible", or "structural_variant".
        rank: of the class, benign is 0; None where `value` is no class.
        record: what it was made from.
    """

    name: str
    gene: Gene
    place: tuple[str, int, str, str] | None
    value: str
    rank: int | None
    reported: bool
    record: BaseModel


_RANKS = {each: rank for rank, each in enumerate(reversed(Classification))}
_KINDS = list(Kind)


def compare_reports(old: Report, new: Report) -> tuple[Change, ...]:
    """Return what changed from `old` to `new`, the conclusion first; both are of one patient.

    Raises:
        ValueError: they are of different patients' ids. (Whether one id is one person, `people` tells.)
    """
    if old.patient.patient != new.patient.patient:
        raise ValueError(f"results of {old.patient.patient} and {new.patient.patient} are not compared")
    changes = [*_conclusion(old, new), *_repeat(old, new), *_findings(old, new), *_genes(old, new)]
    return tuple(
        sorted(changes, key=lambda one: (_KINDS.index(one.kind), one.subject, one.before, one.after))
    )


def mirrored(change: Change) -> Change:
    """Return the change as it is when the old and the new result change places."""
    return change.model_copy(
        update={"kind": MIRROR[change.kind], "before": change.after, "after": change.before}
    )


def answer(report: Report | Said) -> str:
    """Return the conclusion; a positive, uncertain or empty one that is not complete says so."""
    conclusion = report.conclusion
    said = conclusion.complete or conclusion.result in (Result.INCOMPLETE, Result.NOT_ANALYSED)
    return conclusion.result.value if said else f"{conclusion.result.value}, incomplete"


def looked_at(report: Report | Said, gene: Gene) -> str:
    """Return how much of a gene was looked at: not_assessed, assessed_in_part or assessed.

    What was found in it, which new knowledge can change, makes no difference.
    """
    if report.genes[gene].state is GeneState.NOT_ASSESSED:
        return NOT_ASSESSED
    if gene not in report.conclusion.not_assessed:
        return "assessed"
    covered = report.coverage.genes.get(gene)
    return "assessed_in_part" if covered and covered.callable_fraction > 0 else NOT_ASSESSED


def findings(report: Report | Said) -> list[Finding]:
    """Return the findings of a result: variants, reported or not, what the reads suggest, structural ones."""
    found = [_of_variant(variant) for variant in report.variants]
    found += [
        Finding(one.variant, one.gene, None, one.state.value, None, reported=True, record=one)
        for one in report.recheck
        if one.state is RecheckState.POSSIBLE
    ]
    return found + [
        Finding(
            f"{one.chrom}:{one.pos}-{one.end} {one.alt}",
            one.gene,
            (one.chrom, one.pos, str(one.end), one.alt),
            "structural_variant",
            None,
            reported=True,
            record=one,
        )
        for one in report.structural_variants
    ]


def name_of(variant: Variant | Carried) -> str:
    """Return the name under which a variant is listed."""
    place = f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}"
    return variant.hgvs_c or variant.hgvs_g or place


def _of_variant(variant: Variant | Carried) -> Finding:
    proposed = variant.classification.proposed
    place = (variant.chrom.removeprefix("chr"), variant.pos, variant.ref, variant.alt)
    rank, reported = _RANKS[proposed], variant.reported
    return Finding(name_of(variant), variant.gene, place, proposed.value, rank, reported, variant)


def _conclusion(old: Report, new: Report) -> list[Change]:
    before, after = answer(old), answer(new)
    if before == after:
        return []
    return [Change(kind=Kind.CONCLUSION_CHANGED, subject=CONCLUSION, before=before, after=after)]


def _repeat(old: Report, new: Report) -> list[Change]:
    before, after = old.repeat.state, new.repeat.state
    if before is after:
        return []
    kind = Kind.REPEAT_STATE_CHANGED
    if before is RepeatState.NOT_ASSESSED:
        kind = Kind.NOW_ASSESSED
    elif after is RepeatState.NOT_ASSESSED:
        kind = Kind.NO_LONGER_ASSESSED
    return [Change(kind=kind, subject=REPEAT, gene=Gene.C9ORF72, before=before.value, after=after.value)]


_LOOKED = (NOT_ASSESSED, "assessed_in_part", "assessed")


def _genes(old: Report, new: Report) -> list[Change]:
    changes = []
    for gene in VARIANT_GENES:
        before, after = looked_at(old, gene), looked_at(new, gene)
        if before != after:
            more = _LOOKED.index(after) > _LOOKED.index(before)
            kind = Kind.NOW_ASSESSED if more else Kind.NO_LONGER_ASSESSED
            changes.append(Change(kind=kind, subject=gene.value, gene=gene, before=before, after=after))
    return changes


def _findings(old: Report, new: Report) -> list[Change]:
    changed = (_change(one, other, old, new) for one, other in paired(old, new))
    return [change for change in changed if change is not None]


def paired(old: Report, new: Report) -> list[tuple[Finding | None, Finding | None]]:
    """Return every finding of two results with its counterpart, None where there is none."""
    return _pairs(findings(old), findings(new), by_place=old.genome_build is new.genome_build)


def _pairs(
    old: Sequence[Finding], new: Sequence[Finding], *, by_place: bool
) -> list[tuple[Finding | None, Finding | None]]:
    """Return every finding with its counterpart: by place, what is left by name, None where there is none."""
    places = _matched([one.place for one in old], [one.place for one in new]) if by_place else {}
    rest_old = [index for index in range(len(old)) if index not in places]
    taken = set(places.values())
    rest_new = [index for index in range(len(new)) if index not in taken]
    names = _matched(
        [(old[i].gene, old[i].name) for i in rest_old], [(new[i].gene, new[i].name) for i in rest_new]
    )
    both = places | {rest_old[one]: rest_new[other] for one, other in names.items()}
    matched = set(both.values())
    pairs: list[tuple[Finding | None, Finding | None]] = [
        (one, new[both[index]] if index in both else None) for index, one in enumerate(old)
    ]
    return pairs + [(None, one) for index, one in enumerate(new) if index not in matched]


def _matched(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Return the index in `new` of the equal key of each index of `old`; equal keys in their order."""
    where = {key: index for index, key in enumerate(_numbered(new)) if key[0] is not None}
    return {index: where[key] for index, key in enumerate(_numbered(old)) if key in where}


def _numbered(keys: Iterable[Hashable]) -> list[tuple[Hashable, int]]:
    seen: Counter[Hashable] = Counter()
    numbered = []
    for key in keys:
        numbered.append((key, seen[key]))
        seen[key] += 1
    return numbered


def _change(one: Finding | None, other: Finding | None, old: Report, new: Report) -> Change | None:
    if one is None or other is None:
        return _alone(one, other, old, new)
    reportable = one.reported or other.reported
    before, after = one.value, other.value
    if one.rank is not None and other.rank is not None and one.rank != other.rank:
        kind = Kind.CLASS_UP if other.rank > one.rank else Kind.CLASS_DOWN
    elif one.reported != other.reported:
        kind = Kind.NEW_FINDING if other.reported else Kind.FINDING_GONE
        before = before if one.reported else NOT_REPORTED
        after = after if other.reported else NOT_REPORTED
    elif before != after:
        kind = Kind.NEW_FINDING if other.rank is not None else Kind.FINDING_GONE
    else:
        return None
    name = max(one.name, other.name)  # they differ only where the software names the allele anew
    return Change(kind=kind, subject=name, gene=one.gene, before=before, after=after, reportable=reportable)


def _alone(one: Finding | None, other: Finding | None, old: Report, new: Report) -> Change | None:
    """Return the change of a finding that only one of the results has."""
    if other is not None:
        return Change(
            kind=Kind.NEW_FINDING,
            subject=other.name,
            gene=other.gene,
            before=_without(old, new, other),
            after=other.value,
            reportable=other.reported,
        )
    if one is None:
        return None
    return Change(
        kind=Kind.FINDING_GONE,
        subject=one.name,
        gene=one.gene,
        before=one.value,
        after=_without(new, old, one),
        reportable=one.reported,
    )


def _without(report: Report, other: Report, finding: Finding) -> str:
    """Return whether a result that has not the finding of the other one looked for it."""
    if finding.gene is Gene.C9ORF72:
        looked = report.genome_build is not None and report.conclusion.result is not Result.NOT_ANALYSED
        return ABSENT if looked else NOT_ASSESSED
    if looked_at(report, finding.gene) == NOT_ASSESSED:
        return NOT_ASSESSED
    if finding.place is not None and report.genome_build is other.genome_build:
        chrom, pos = finding.place[:2]
        gene = report.coverage.genes.get(finding.gene)
        below = gene.below if gene else ()
        if any(where == f"chr{chrom}" and start < pos <= end for where, start, end in below):
            return NOT_ASSESSED
    uncovered = (one.variant for one in report.recheck if one.state is RecheckState.NOT_COVERED)
    return NOT_ASSESSED if finding.name in uncovered else ABSENT
