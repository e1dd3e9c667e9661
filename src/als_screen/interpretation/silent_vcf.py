"""A VCF that does not speak of what the reads plainly show: emptied, cut, filtered, or another person's.

The reads are held against it in the coding exons alone, which a caller with a list of targets calls too. Each
allele that it lacks is found by the reads (`unlisted.py`); what is judged here is what else it may lack. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from als_screen.evidence import State, VariantEvidence, VariantSource
from als_screen.interpretation.conclusion import Assessed
from als_screen.interpretation.unlisted import Seen
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import Resources

#: Exons in which a VCF has to lack a substitution. One may be an artefact of mapping, of which several lie
#: beside each other; two are not. By the frequencies of the bundled gnomAD (sites taken as independent) 41 %
#: of people carry at least the two common ones of FUS, c.147C>A and c.291C>T.
LEAST_EXONS = 2


@dataclass(frozen=True, slots=True)
class Silence:
    """What a VCF does not say.

    Attributes:
        empty: it has no record over any of the four genes, not even one of reference.
        missed: exons with substitutions that only the reads show, of each gene of whose exons it lists none.
    """

    empty: bool
    missed: Mapping[Gene, int]

    @property
    def of_all(self) -> bool:
        """Tell whether it says nothing although the reads show that there is something to say."""
        return self.empty and sum(self.missed.values()) >= LEAST_EXONS


def silence(
    build: Build, variants: VariantEvidence, unseen: Sequence[Seen], resources: Resources, splice_bases: int
) -> Silence:
    """Return what the VCF does not say; `unseen` are the alleles that only the reads show."""
    if variants.state is not State.ASSESSED or variants.source not in (VariantSource.VCF, VariantSource.GVCF):
        return Silence(False, {})
    said = (variants.alleles, variants.structural, variants.unusable, variants.reference, variants.left_out)
    missed = {}
    for gene in VARIANT_GENES:
        exons = resources.reportable(build, gene, splice_bases)
        listed = [one for one in variants.alleles if len(one.ref) == len(one.alt)]
        if not any(exon.overlaps(one.chrom, one.pos - 1, one.pos) for exon in exons for one in listed):
            shown = [one for one in unseen if len(one.ref) == len(one.alt)]
            missed[gene] = sum(
                any(exon.overlaps(one.chrom, one.pos - 1, one.pos) for one in shown) for exon in exons
            )
    return Silence(not any(said), missed)


def doubted_by_silence(assessed: Mapping[Gene, Assessed], found: Silence) -> Mapping[Gene, Assessed]:
    """Return how much of the genes could be looked at: a VCF that says nothing is none."""
    if not found.of_all:
        return assessed
    number = sum(found.missed.values())
    why = f"the VCF says nothing of the genes, the reads show substitutions in {number} coding exons"
    return {
        gene: replace(one, complete=False, reason="; ".join(filter(None, (one.reason, why))))
        for gene, one in assessed.items()
    }


def silence_remarks(found: Silence) -> tuple[str, ...]:
    """Return what the report remarks: of a right VCF too, where a person just has no variant there."""
    empty = (
        "the VCF has no record over the four genes; that of a whole genome has many: check that it is whole"
    )
    lacks = (
        f"the VCF lists no substitution in the exons of {gene}, the reads show some in {number}; "
        "check that it is whole, not filtered, and of this patient"
        for gene, number in found.missed.items()
        if number >= LEAST_EXONS
    )
    return (*([empty] if found.empty else []), *lacks)
