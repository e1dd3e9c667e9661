"""How much of each gene was looked at for sequence variants, and what stands in the way."""

from __future__ import annotations

from als_screen.evidence import PatientCheck, State, StructuralRecord, VariantEvidence
from als_screen.interpretation.callability import CallableMap
from als_screen.interpretation.conclusion import Assessed
from als_screen.models import Coverage
from als_screen.regions import VARIANT_GENES, Build, Gene, Region
from als_screen.resources import Resources


def assess_genes(
    build: Build,
    check: PatientCheck,
    variants: VariantEvidence,
    coverage: Coverage,
    callable_map: CallableMap,
    resources: Resources,
    splice_bases: int,
) -> dict[Gene, Assessed]:
    """Return for each gene whether it was wholly, partly or not at all looked at, and why not wholly."""
    if variants.state is State.NOT_ASSESSED:
        unknown = Assessed(complete=False, some=False, reason=f"variants: {variants.reason}")
        return dict.fromkeys(VARIANT_GENES, unknown)
    found = {}
    for gene in VARIANT_GENES:
        reportable = resources.reportable(build, gene, splice_bases)
        unread = _not_in_vcf(reportable[0].chrom, check) + _unread(gene, variants, reportable)
        reasons = _gaps(gene, coverage) + unread
        whole = gene in coverage.genes and callable_map.whole_gene(resources, build, gene)
        clear = whole and not unread
        fraction = coverage.genes[gene].callable_fraction if gene in coverage.genes else 0.0
        found[gene] = Assessed(complete=clear, some=fraction > 0, reason="; ".join(reasons))
    return found


def _gaps(gene: Gene, coverage: Coverage) -> list[str]:
    if gene not in coverage.genes:
        return [coverage.reason or "not covered by the data"]
    missing = sum(end - start for _, start, end in coverage.genes[gene].below)
    return [f"{missing} bases of the reportable range are not callable"] if missing else []


def _not_in_vcf(chrom: str, check: PatientCheck) -> list[str]:
    """Return that a chromosome is in no VCF of a patient who has one, so that its silence says nothing."""
    if not check.vcf or any(chrom in vcf.contigs for vcf in check.vcf):
        return []
    return [f"no VCF of the patient has chromosome {chrom}"]


def _unread(gene: Gene, variants: VariantEvidence, reportable: list[Region]) -> list[str]:
    """Return what the VCF says within the range that could not be interpreted."""
    reasons = [
        f"structural variant {record.alt} at chr{record.chrom}:{record.pos}, not interpreted"
        for record in variants.structural
        if record.gene is gene and record.filter == "PASS" and _touches(record, reportable)
    ]
    reasons += [
        f"record at chr{record.chrom}:{record.pos} could not be read: {record.reason}"
        for record in variants.unusable
        if any(part.overlaps(record.chrom, record.pos - 1, record.end or record.pos) for part in reportable)
    ]
    return reasons


def _touches(record: StructuralRecord, reportable: list[Region]) -> bool:
    """Tell whether a structural record can change the coding sequence.

    A breakend does wherever between the first and the last coding base it, or what is between it and its
    mate on the same chromosome, lies.
    """
    if "[" in record.alt or "]" in record.alt:
        whole = Region(reportable[0].chrom, reportable[0].start, reportable[-1].end)
        return whole.overlaps(record.chrom, record.pos - 1, record.end)
    return any(part.overlaps(record.chrom, record.pos - 1, record.end) for part in reportable)
