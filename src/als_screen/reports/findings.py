"""`findings.tsv`: one row a finding of one patient, and one for each gene that was not wholly assessed.

The second kind keeps an empty list from being read as a negative result.
"""

from __future__ import annotations

from als_screen.models import GeneResult, RepeatResult, Report, Variant
from als_screen.regions import Gene
from als_screen.reports.cohort.rows import tsv_cell
from als_screen.reports.withhold import withheld
from als_screen.states import GeneState, Result

COLUMNS = (
    "patient", "specimen", "genome_build", "result", "complete", "gene", "kind", "state", "hgvs_c", "hgvs_p",
    "hgvs_g", "legacy", "consequence", "zygosity", "genotype", "depth", "alt_fraction", "reads", "forward",
    "reverse", "repeats", "repeats_interval", "basis", "policy", "points", "criteria", "clinvar",
    "allele_frequency", "inheritance_fits", "reason",
)  # fmt: skip


def findings_tsv(report: Report) -> str:
    """Return the table, safe to open in a spreadsheet; only the header where nothing was analysed."""
    shown = withheld(report)
    rows = [] if shown.conclusion.result is Result.NOT_ANALYSED else _rows(shown)
    common = {
        "patient": shown.patient.patient,
        "specimen": shown.patient.specimen or "",
        "genome_build": shown.genome_build or "",
        "result": shown.conclusion.result,
        "complete": _yes(shown.conclusion.complete),
    }
    lines = [COLUMNS, *(tuple(({**common, **row}).get(name, "") for name in COLUMNS) for row in rows)]
    return "".join("\t".join(map(tsv_cell, line)) + "\n" for line in lines)


def _rows(report: Report) -> list[dict[str, str]]:
    variants = [_variant(variant) for variant in report.variants if variant.reported]
    gaps = [_gap(gene, found) for gene, found in report.genes.items() if gene is not Gene.C9ORF72]
    return [_repeat(report.repeat), *variants, *filter(None, gaps)]


def _repeat(repeat: RepeatResult) -> dict[str, str]:
    policy = repeat.policy
    return {
        "gene": repeat.locus,
        "kind": "repeat",
        "state": repeat.state,
        "hgvs_g": repeat.hgvs_g or "",
        "repeats": "/".join("" if one.repeats is None else str(one.repeats) for one in repeat.alleles),
        "repeats_interval": "/".join(
            f"{one.ci[0]}..{'' if one.ci[1] is None else one.ci[1]}" for one in repeat.alleles
        ),
        "basis": repeat.basis,
        "policy": f"{policy.name} {policy.version}: normal to {policy.normal_max}, "
        f"intermediate to {policy.intermediate_max}",
        "reason": repeat.reason,
    }


def _variant(variant: Variant) -> dict[str, str]:
    met = [item.code for item in variant.classification.criteria if item.state == "met"]
    clinvar, support = variant.clinvar, variant.read_support
    values = {
        "gene": variant.gene,
        "kind": "variant",
        "state": variant.classification.proposed,
        "hgvs_c": variant.hgvs_c,
        "hgvs_p": variant.hgvs_p,
        "hgvs_g": variant.hgvs_g or f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}",
        "legacy": variant.legacy,
        "consequence": variant.consequence,
        "zygosity": variant.zygosity,
        "genotype": variant.genotype,
        "depth": variant.depth,
        "alt_fraction": variant.alt_fraction,
        "reads": support.state,
        "forward": support.forward,
        "reverse": support.reverse,
        "basis": variant.classification.basis,
        "points": variant.classification.points,
        "criteria": ",".join(met),
        "clinvar": clinvar
        and f"{clinvar.variation_id} {clinvar.significance} {clinvar.stars}* {clinvar.release}",
        "allele_frequency": variant.frequency and variant.frequency.af,
        "inheritance_fits": _yes(variant.inheritance.fits),
        "reason": variant.inheritance.note,
    }
    return {key: "" if value is None else str(value) for key, value in values.items()}


def _gap(gene: Gene, found: GeneResult) -> dict[str, str] | None:
    if found.state not in {GeneState.INCOMPLETE, GeneState.NOT_ASSESSED}:
        return None
    return {"gene": gene, "kind": "gap", "state": found.state, "reason": found.reason}


def _yes(value: bool) -> str:
    return "yes" if value else "no"
