"""The alleles of one patient as they are reported: the VCF's own, and those that only the reads show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Literal

from als_screen.coverage.chance import binomial_at_least
from als_screen.evidence import Allele, VariantEvidence, VariantSource, Zygosity
from als_screen.interpretation.annotate import PATHOGENIC, Annotation, Annotator, passed
from als_screen.interpretation.recheck import Placed, ReadLookup
from als_screen.models import ReadSupport, Variant
from als_screen.regions import Build, Gene
from als_screen.states import ReadSupportState

#: Share of alternate fragments from which an allele that only the reads show is taken as homozygous.
HOMOZYGOUS_SHARE = 0.9
#: Up to here it is taken as heterozygous; between the two its zygosity is unknown.
HETEROZYGOUS_SHARE = 0.75
#: Longest insertion whose share tells its zygosity: in a longer one many reads end, are clipped and seem
#: to lack it, so that homozygous looks heterozygous. Measured: 12 bases show in 60 % of 150-base reads.
TELLING_INSERTION = 5
#: A called zygosity is not believed where the reads would show so less often than this.
ZYGOSITY_CHANCE = 1e-3
#: Share of fragments without the allele in a homozygote at most (errors, contamination), and with it in a
#: heterozygote at most (allele bias); indels are left out, which lose fragments beside them.
MOST_REFERENCE, MOST_ALTERNATE = 0.05, 0.75
#: The genotype of an allele that no caller called.
UNCALLED = "./."
Source = Literal["vcf", "reads", "recheck"]


def carried_variants(
    build: Build,
    evidence: VariantEvidence,
    shown: Iterable[Placed],
    lookup: ReadLookup,
    annotator: Annotator,
    min_depth: int,
) -> tuple[Variant, ...]:
    """Return every allele that the patient carries in the gene regions, by gene and position.

    Args:
        build: the patient's genome build.
        evidence: the alleles of the VCF, or called from the reads.
        shown: alleles that the reads show, whatever the VCF says; the same one may come twice.
        lookup: the patient's reads.
        annotator: knowledge, policy and names.
        min_depth: fragments that make a base callable.
    """
    alleles = [_believed(allele, lookup, min_depth) for allele in evidence.alleles]
    called = {(allele.chrom, allele.pos, allele.ref, allele.alt) for allele in alleles}
    each = {(one.chrom, one.pos, one.ref, one.alt): one for one in shown}
    from_reads = [_from_reads(one, lookup, min_depth) for key, one in each.items() if key not in called]
    counts = partial(_is_present, lookup, min_depth)
    said = annotator.annotate_all(build, [*alleles, *from_reads], counts)
    source: Source = "reads" if evidence.source is VariantSource.READS else "vcf"
    variants = [
        _variant(
            allele,
            "recheck" if allele.genotype == UNCALLED else source,
            _support(lookup, allele, min_depth),
            words,
        )
        for allele, words in said
    ]
    order = list(Gene)
    return tuple(sorted(variants, key=lambda one: (order.index(one.gene), one.pos, one.ref, one.alt)))


def _is_present(lookup: ReadLookup, min_depth: int, allele: Allele) -> bool:
    """Tell whether an allele counts as present: passed and not denied by the reads, or confirmed by them."""
    state = _support(lookup, allele, min_depth).state
    return state is ReadSupportState.CONFIRMED or (
        passed(allele) and state is not ReadSupportState.NOT_CONFIRMED
    )


def _support(lookup: ReadLookup, allele: Allele, min_depth: int) -> ReadSupport:
    """Return whether the reads show an allele; without reads, what the caller says of them.

    A substitution that is called although the caller counted no read of it (AD) is contradicted by the reads.
    """
    found = lookup.support(allele, min_depth)
    substituted = len(allele.ref) == len(allele.alt)
    if found.alt is None and substituted and allele.alt_depth == 0 and (allele.depth or 0) >= min_depth:
        return ReadSupport(state=ReadSupportState.NOT_CONFIRMED, ref=allele.depth, alt=0)
    return found


def _believed(allele: Allele, lookup: ReadLookup, min_depth: int) -> Allele:
    """Return the called allele, of unknown zygosity where the reads show another."""
    state = lookup.support(allele, min_depth).state
    if state is not ReadSupportState.CONFIRMED or len(allele.ref) != len(allele.alt):
        return allele
    without, alt = _fragments(lookup, allele)
    if allele.zygosity is Zygosity.HOMOZYGOUS:
        chance = binomial_at_least(without, without + alt, MOST_REFERENCE)
    elif allele.zygosity is Zygosity.HETEROZYGOUS and "0" in allele.genotype:
        chance = binomial_at_least(alt, without + alt, MOST_ALTERNATE)
    else:
        return allele
    return allele if chance >= ZYGOSITY_CHANCE else allele.model_copy(update={"zygosity": Zygosity.UNKNOWN})


def _from_reads(shown: Placed, lookup: ReadLookup, min_depth: int) -> Allele:
    """Return an allele that the VCF has not, with the zygosity that the reads suggest."""
    without, alt = _fragments(lookup, shown)
    share = alt / (without + alt) if without + alt else 0.0
    enough = without + alt >= min_depth
    return Allele(
        gene=shown.gene,
        chrom=shown.chrom,
        pos=shown.pos,
        ref=shown.ref,
        alt=shown.alt,
        zygosity=_suggested(share, len(shown.alt) - len(shown.ref)) if enough else Zygosity.UNKNOWN,
        genotype=UNCALLED,
        allele_index=1,
        depth=without + alt,
        alt_depth=alt,
    )


def _fragments(lookup: ReadLookup, allele: Placed) -> tuple[int, int]:
    """Return the fragments without an allele, whatever they show instead, and those with it."""
    seen = lookup.observed(allele)
    return (seen.usable - seen.alt.total, seen.alt.total) if seen else (0, 0)


def _suggested(share: float, inserted: int) -> Zygosity:
    """Return the zygosity that the share of alternate fragments suggests; `inserted`: how many bases more."""
    if share >= HOMOZYGOUS_SHARE:
        return Zygosity.HOMOZYGOUS
    telling = share <= HETEROZYGOUS_SHARE and inserted <= TELLING_INSERTION
    return Zygosity.HETEROZYGOUS if telling else Zygosity.UNKNOWN


def _variant(allele: Allele, source: Source, support: ReadSupport, said: Annotation) -> Variant:
    reason = said.not_reported_reason or _filtered_reason(allele, support, said)
    fraction = allele.alt_depth / allele.depth if allele.depth and allele.alt_depth is not None else None
    return Variant(
        gene=allele.gene,
        chrom=f"chr{allele.chrom}",
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        hgvs_g=said.name.hgvs_g,
        hgvs_c=said.name.hgvs_c,
        hgvs_p=said.name.hgvs_p,
        legacy=said.name.legacy,
        consequence=said.name.consequence,
        name_problem=said.name.problem or None,
        zygosity=allele.zygosity,
        genotype=allele.genotype,
        depth=allele.depth,
        alt_fraction=None if fraction is None else round(min(1.0, fraction), 3),
        filter=allele.filter,
        source=source,
        known=said.known,
        read_support=support,
        classification=said.classification,
        clinvar=said.clinvar,
        frequency=said.frequency,
        inheritance=said.inheritance,
        reported=reason is None,
        not_reported_reason=reason,
    )


def _filtered_reason(allele: Allele, support: ReadSupport, said: Annotation) -> str | None:
    """Return why a filtered allele is left out: only pathogenic ones are shown without the reads' word."""
    if allele.filter == "PASS" or support.state is ReadSupportState.CONFIRMED:
        return None
    if said.known or said.classification.proposed in PATHOGENIC:
        return None
    return f"filtered by the caller ({allele.filter}) and not confirmed by the reads"
