"""Whether a zygosity fits the inheritance of an allele. Pure functions."""

from __future__ import annotations

from enum import StrEnum

from als_screen.evidence import Zygosity
from als_screen.interpretation.knowledge.records import CuratedEntry, Mode
from als_screen.models import Inheritance

_DOMINANT_NOTES = {
    Zygosity.HETEROZYGOUS: "one allele is enough (dominant)",
    Zygosity.HOMOZYGOUS: "dominant: one allele is enough; both alleles, or a deletion beside it, were called",
    Zygosity.HEMIZYGOUS: "dominant: one allele is enough; beside a called deletion",
    Zygosity.UNKNOWN: "dominant: one allele is enough; how many there are is not known",
}


class Partner(StrEnum):
    """What is known of another pathogenic allele of the same gene in the same person."""

    NONE = "none"
    TRANS = "trans"  # on the other copy of the gene
    CIS = "cis"  # on the same copy
    UNPHASED = "unphased"  # there is one, on which copy is not known


def inheritance(
    zygosity: Zygosity, curated: CuratedEntry | None, partner: Partner = Partner.NONE
) -> Inheritance:
    """Return whether the zygosity explains disease; alleles are dominant unless curated otherwise."""
    if curated is None or curated.mode is Mode.DOMINANT:
        return Inheritance(fits=True, note=_DOMINANT_NOTES[zygosity])
    if zygosity is Zygosity.HOMOZYGOUS:
        return Inheritance(fits=True, note="recessive, homozygous")
    if zygosity is Zygosity.HEMIZYGOUS:
        return Inheritance(fits=True, note="recessive, no other copy beside a called deletion")
    if partner is Partner.TRANS:
        return Inheritance(
            fits=True, note="recessive, another pathogenic allele on the other copy of the gene"
        )
    return Inheritance(fits=False, note=_not_fitting(zygosity, curated, partner))


def _not_fitting(zygosity: Zygosity, curated: CuratedEntry, partner: Partner) -> str:
    if zygosity is Zygosity.UNKNOWN:
        return f"recessive, and how many copies carry it is not known: {curated.note}"
    if partner is Partner.UNPHASED:
        why = "another pathogenic allele was found, on which copy is not known (test the parents)"
        return f"{curated.note}; {why}"
    return curated.note
