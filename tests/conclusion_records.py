"""Variants, repeats and rechecked alleles as results carry them, with one thing changed at a time."""

from __future__ import annotations

from typing import Any

from als_screen.evidence import Zygosity
from als_screen.models import (
    AlleleSupport,
    Inheritance,
    ReadSupport,
    Recheck,
    RepeatAllele,
    RepeatPolicyName,
    RepeatResult,
    Variant,
    VariantClass,
)
from als_screen.regions import Gene
from als_screen.states import Basis, Classification, ReadSupportState, RecheckState, RepeatState


def variant(
    proposed: Classification = Classification.PATHOGENIC,
    support: ReadSupportState = ReadSupportState.CONFIRMED,
    fits: bool = True,
    **fields: Any,
) -> Variant:
    """Return SOD1 p.Ala5Val, heterozygous, passed, confirmed and reported, unless told otherwise."""
    usual: dict[str, Any] = {
        "gene": Gene.SOD1,
        "chrom": "chr21",
        "pos": 31_659_783,
        "ref": "C",
        "alt": "T",
        "hgvs_g": "NC_000021.9:g.31659783C>T",
        "hgvs_c": "NM_000454.5:c.14C>T",
        "hgvs_p": "NP_000445.1:p.(Ala5Val)",
        "legacy": "A4V",
        "consequence": "missense_variant",
        "zygosity": Zygosity.HETEROZYGOUS,
        "genotype": "0/1",
        "depth": 30,
        "alt_fraction": 0.5,
        "filter": "PASS",
        "source": "vcf",
        "known": True,
        "clinvar": None,
        "frequency": None,
        "reported": True,
        "not_reported_reason": None,
    }
    return Variant(
        **{**usual, **fields},
        read_support=ReadSupport(state=support),
        classification=VariantClass(
            proposed=proposed, basis=Basis.CRITERIA, conflict=None, points=0, criteria=()
        ),
        inheritance=Inheritance(fits=fits, note=""),
    )


def repeat(
    state: RepeatState = RepeatState.NOT_EXPANDED, *alleles: RepeatAllele, reason: str = "why"
) -> RepeatResult:
    """Return a repeat in a state."""
    return RepeatResult(
        locus_definition="",
        hgvs_g=None,
        state=state,
        reason=reason,
        alleles=alleles,
        probability_expanded=None,
        log10_likelihood_ratio=None,
        policy=RepeatPolicyName(name="", version="", normal_max=23, intermediate_max=30),
        quality={},
    )


def repeat_allele(repeats: int | None, low: int, high: int | None, bound: Any = "estimate") -> RepeatAllele:
    """Return an allele with its interval."""
    support = AlleleSupport(spanning=0, flanking=0, in_repeat=0)
    return RepeatAllele(repeats=repeats, ci=(low, high), bound=bound, support=support)


def recheck(state: RecheckState, gene: Gene = Gene.SOD1) -> Recheck:
    """Return a known allele as the reads show it."""
    return Recheck(variant="NM_000454.5:c.272A>C", gene=gene, state=state, ref=30, alt=2)
