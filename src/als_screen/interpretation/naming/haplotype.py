"""Substitutions that belong together, or apart, in the protein.

Two single-base changes of one codon on one haplotype make one residue change and are named together; a
multi-base substitution over several codons makes several and is taken apart, unless a database holds it.
Pure functions of evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from als_screen.evidence import Allele, Zygosity
from als_screen.interpretation.inheritance import Partner
from als_screen.interpretation.naming.alleles import (
    Change,
    NotAnAlleleError,
    joined,
    parsed,
    single_bases,
    vcf_form,
)
from als_screen.interpretation.naming.consequence import codon_at
from als_screen.resources import ReferenceSlice, Transcript


@dataclass(frozen=True, slots=True)
class Joined:
    """An allele made of `parts` that lie in one codon on one haplotype."""

    allele: Allele
    parts: tuple[Allele, ...]


def phase(one: Allele, other: Allele) -> Partner:
    """Return whether two alleles of a person lie on the same copy of the gene.

    Two homozygous alleles lie on both copies together; a homozygous one lies on the copy of any other and on
    the one without it, which counts as trans. Two alternate alleles of one record (1/2) are on two copies.
    Otherwise both must be phased in one phase set.
    """
    if Zygosity.HOMOZYGOUS in {one.zygosity, other.zygosity}:
        return Partner.TRANS
    if _are_both_copies(one, other):
        return Partner.TRANS
    copies = (_copy(one), _copy(other))
    if None in copies or one.phase_set is None or one.phase_set != other.phase_set:
        return Partner.UNPHASED
    return Partner.CIS if copies[0] == copies[1] else Partner.TRANS


def _are_both_copies(one: Allele, other: Allele) -> bool:
    """Tell whether a record calls these two alleles on the two copies."""
    called = sorted(one.genotype.replace("|", "/").split("/"))
    same_record = (one.record, one.genotype) == (other.record, other.genotype) and bool(one.record)
    return same_record and called == sorted(map(str, (one.allele_index, other.allele_index)))


def _copy(allele: Allele) -> int | None:
    """Return which copy of a phased genotype carries the allele; None where it is not phased or on both."""
    called = allele.genotype.split("|")
    places = [index for index, name in enumerate(called) if name == str(allele.allele_index)]
    return places[0] if len(called) > 1 and len(places) == 1 else None


def _share_a_copy(one: Allele, other: Allele) -> bool:
    """Tell whether some copy of the gene surely carries both."""
    return Zygosity.HOMOZYGOUS in {one.zygosity, other.zygosity} or phase(one, other) is Partner.CIS


def taken_apart(reference: ReferenceSlice, transcript: Transcript, allele: Allele) -> list[Allele]:
    """Return a substitution of several bases as one allele per codon; any other allele as it is.

    Bases outside the coding sequence stand alone.
    """
    change = _change(reference, allele)
    if change is None or not change.is_mnv:
        return [allele]
    groups: dict[int, list[Change]] = {}
    for base in single_bases(change):
        codon = codon_at(transcript, base.start)
        groups.setdefault(-1 - base.start if codon is None else codon, []).append(base)
    if len(groups) == 1:
        return [allele]
    return [_rewritten(allele, reference, joined(reference, bases)) for bases in groups.values()]


def _rewritten(allele: Allele, reference: ReferenceSlice, change: Change) -> Allele:
    pos, ref, alt = vcf_form(reference, change)
    return allele.model_copy(update={"pos": pos, "ref": ref, "alt": alt})


def put_together(
    reference: ReferenceSlice,
    transcript: Transcript,
    alleles: Sequence[Allele],
    known: Sequence[Change] = (),
) -> list[Joined]:
    """Return the alleles that substitutions on one haplotype make together: a known one, or one codon.

    More than two are joined where each shares a copy with each other.

    Args:
        reference: the gene's sequence.
        transcript: its reporting transcript.
        alleles: one person's, of this gene.
        known: substitutions of several bases that a database holds as they are, also over several codons.
    """
    bases = _substituted(reference, alleles)
    groups: dict[int, list[Allele]] = {}
    for allele, changes in bases:
        first, *more = {codon_at(transcript, base.start) for base in changes}
        if first is not None and not more:
            groups.setdefault(first, []).append(allele)
    groups_of_known = [_parts_of(change, bases) for change in known]
    whole = [found for group in groups_of_known if (found := _joined(reference, group)) is not None]
    codons = [found for group in groups.values() if (found := _joined(reference, group)) is not None]
    return whole + [one for one in codons if not any(set(one.parts) <= set(other.parts) for other in whole)]


def _substituted(
    reference: ReferenceSlice, alleles: Sequence[Allele]
) -> list[tuple[Allele, frozenset[Change]]]:
    """Return the alleles that are substitutions, with the single-base changes of each."""
    each = [(allele, _change(reference, allele)) for allele in alleles]
    return [
        (allele, frozenset(single_bases(change)))
        for allele, change in each
        if change is not None and len(change.ref) == len(change.alt)
    ]


def _parts_of(change: Change, alleles: Sequence[tuple[Allele, frozenset[Change]]]) -> list[Allele]:
    """Return the alleles whose bases are those of a substitution; none where one of its bases is missing."""
    wanted = frozenset(single_bases(change))
    parts = [(allele, bases) for allele, bases in alleles if bases <= wanted]
    found = frozenset().union(*(bases for _, bases in parts))
    return [allele for allele, _ in parts] if found == wanted else []


def _joined(reference: ReferenceSlice, group: Sequence[Allele]) -> Joined | None:
    """Return the group as one allele; None where it is one, or is not surely on one copy."""
    pairs = [(one, other) for index, one in enumerate(group) for other in group[index + 1 :]]
    if not pairs or not all(_share_a_copy(one, other) for one, other in pairs):
        return None
    try:
        change = joined(reference, [parsed(reference, each.pos, each.ref, each.alt) for each in group])
    except NotAnAlleleError:  # two changes of one base cannot be on one copy
        return None
    least = min(group, key=lambda each: each.zygosity is Zygosity.HOMOZYGOUS)
    described = _rewritten(least, reference, change)
    record = " + ".join(each.record or f"{each.chrom}:{each.pos} {each.ref}>{each.alt}" for each in group)
    filters = sorted({each.filter for each in group} - {"PASS"})
    update = {"record": record, "filter": ";".join(filters) or "PASS"}
    return Joined(described.model_copy(update=update), tuple(group))


def _change(reference: ReferenceSlice, allele: Allele) -> Change | None:
    try:
        return parsed(reference, allele.pos, allele.ref, allele.alt)
    except NotAnAlleleError:
        return None
