"""Reported variants along each protein: where, how many patients, which class; and the protein's domains."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from als_screen.evidence import Zygosity
from als_screen.interpretation.knowledge.lookup import Knowledge
from als_screen.interpretation.knowledge.records import Domain
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.reports.cohort.finding import CarriedVariant, CohortFinding
from als_screen.reports.cohort.rows import variant_name
from als_screen.resources import Resources
from als_screen.states import Classification

_RESIDUE = re.compile(r"p\.\(?(?:[A-Z][a-z]{2}|\*|\?)(\d+)")


@dataclass(frozen=True, slots=True)
class CohortVariant:
    """One reported allele: `residue` is 1-based, the initial Met is 1, None where it changes no residue."""

    gene: Gene
    name: str
    legacy: str
    consequence: str
    proposed: Classification
    residue: int | None
    patients: int
    homozygous: int
    variation_id: int | None


@dataclass(frozen=True, slots=True)
class Protein:
    """A protein of `length` residues with its domains and the variants that have a place along it."""

    gene: Gene
    accession: str
    length: int
    domains: tuple[Domain, ...]
    variants: tuple[CohortVariant, ...]


def cohort_variants(findings: Sequence[CohortFinding]) -> list[CohortVariant]:
    """Return every reported allele once for each proposed class, by gene and residue."""
    carriers: defaultdict[tuple[str, Classification], list[CarriedVariant]] = defaultdict(list)
    for finding in findings:
        for variant in finding.reported:
            carriers[variant_name(variant), variant.classification.proposed].append(variant)
    found = [_cohort_variant(name, carried) for (name, _), carried in carriers.items()]
    genes = list(Gene)
    return sorted(found, key=lambda one: (genes.index(one.gene), one.residue or 0, one.name, one.proposed))


def proteins(
    variants: Sequence[CohortVariant], resources: Resources, domains: Sequence[Domain]
) -> list[Protein]:
    """Return the proteins of the genes whose sequence variants count."""
    return [
        Protein(
            gene=gene,
            accession=resources.transcript(Build.GRCH38, gene).protein,
            length=_length(resources, gene),
            domains=tuple(domain for domain in domains if domain.gene is gene),
            variants=tuple(one for one in variants if one.gene is gene and one.residue is not None),
        )
        for gene in VARIANT_GENES
    ]


def known_domains() -> tuple[Domain, ...]:
    """Return the bundled domains."""
    return Knowledge.load().domains


def residue(hgvs_p: str | None) -> int | None:
    """Return the first residue that a protein name changes, None where there is none."""
    found = _RESIDUE.search(hgvs_p or "")
    return int(found[1]) if found else None


def _cohort_variant(name: str, carried: Sequence[CarriedVariant]) -> CohortVariant:
    first = carried[0]
    return CohortVariant(
        gene=first.gene,
        name=name,
        legacy=first.legacy or "",
        consequence=first.consequence or "",
        proposed=first.classification.proposed,
        residue=residue(first.hgvs_p),
        patients=len(carried),
        homozygous=sum(variant.zygosity is Zygosity.HOMOZYGOUS for variant in carried),
        variation_id=first.clinvar.variation_id if first.clinvar else None,
    )


def _length(resources: Resources, gene: Gene) -> int:
    """Return the residues of a protein: coding bases without the stop codon, by three."""
    exons = resources.transcript(Build.GRCH38, gene).coding_exons()
    return sum(len(exon) for exon in exons) // 3 - 1
