"""One row a patient: what the cohort's page and `cohort.tsv` say of each, without identifying columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from als_screen.errors import one_line
from als_screen.models import RepeatAllele, RepeatState, Report, Variant
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.withhold import withheld

#: The contract's columns first, then what helps to browse.
COLUMNS = (
    "patient",
    "batch",
    "status",
    "status_reason",
    "result",
    *Gene,
    "repeat_state",
    "repeat_short",
    "repeat_long",
    "findings",
    "complete",
    "not_assessed",
    "repeat_short_interval",
    "repeat_long_interval",
    "probability_expanded",
    "identity",
    *(f"callable_{gene}" for gene in VARIANT_GENES),
    "genome_build",
    "library",
    "sex",
    "diagnosis",
    "family_history",
    "age_at_onset",
    "family",
    "pipeline",
    "resources",
    "repeat_basis",
)

#: First characters that a spreadsheet takes for a formula, ASCII and full width.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A patient's cells, in the order of `COLUMNS`; an empty cell is a value that does not exist."""

    cells: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        """Return the cell of a column."""
        return self.cells[COLUMNS.index(column)]


def cohort_row(report: Report) -> CohortRow:
    """Return the row of one patient."""
    shown = withheld(report)
    cells = {**_answer(shown), **_repeat(shown), **_quality(shown), **_person(shown)}
    return CohortRow(tuple(cells[column] for column in COLUMNS))


def tsv_cell(text: str) -> str:
    """Return a cell that stays on its line and that no spreadsheet runs.

    Unprintable characters are escaped, and a value that starts with `= + - @` (also full width), tab or
    carriage return gets an apostrophe in front.
    """
    guard = "'" if text.startswith(_FORMULA) else ""
    return guard + one_line(text)


def cohort_tsv(reports: Iterable[Report]) -> str:
    """Return `cohort.tsv`: a header, one row a patient in the order given, no identifying column."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(map(tsv_cell, cohort_row(report).cells)) for report in reports]
    return "\n".join(lines) + "\n"


def variant_name(variant: Variant) -> str:
    """Return the shortest full name of a variant: gene, coding name or position, and legacy name."""
    name = variant.hgvs_c or variant.hgvs_g or f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}"
    protein = f" {variant.hgvs_p.rpartition(':')[2]}" if variant.hgvs_p else ""
    return f"{variant.gene} {name}{protein}"


def _answer(report: Report) -> dict[str, str]:
    findings = [
        f"{variant_name(v)} {v.zygosity} {v.classification.proposed}" for v in report.variants if v.reported
    ]
    return {
        "patient": report.patient.patient,
        "batch": report.patient.batch or "",
        "status": report.status,
        "status_reason": report.status_reason or "",
        "result": report.conclusion.result,
        **{gene: report.genes[gene].state if gene in report.genes else "" for gene in Gene},
        "findings": "; ".join(findings),
        "complete": "yes" if report.conclusion.complete else "no",
        "not_assessed": ", ".join(report.conclusion.not_assessed),
    }


def _repeat(report: Report) -> dict[str, str]:
    alleles = report.repeat.alleles
    short = alleles[0] if alleles else None
    long = alleles[1] if len(alleles) > 1 else None
    chance = report.repeat.probability_expanded
    return {
        "repeat_state": report.repeat.state,
        "repeat_basis": report.repeat.basis if report.repeat.state is not RepeatState.NOT_ASSESSED else "",
        "repeat_short": _size(short),
        "repeat_long": _size(long),
        "repeat_short_interval": _interval(short),
        "repeat_long_interval": _interval(long),
        "probability_expanded": "" if chance is None else f"{chance:.4g}",
    }


def _size(allele: RepeatAllele | None) -> str:
    return "" if allele is None or allele.repeats is None else str(allele.repeats)


def _interval(allele: RepeatAllele | None) -> str:
    if allele is None:
        return ""
    low, high = allele.ci
    return f">={low}" if high is None else f"{low}..{high}"


def _quality(report: Report) -> dict[str, str]:
    genes = report.coverage.genes
    fractions = {
        f"callable_{gene}": f"{genes[gene].callable_fraction:.4f}" if gene in genes else ""
        for gene in VARIANT_GENES
    }
    resources = sorted(report.provenance.resources.items())
    return {
        **fractions,
        "identity": report.identity.state,
        "genome_build": report.genome_build or "",
        "pipeline": report.provenance.pipeline,
        "resources": "; ".join(f"{name} {version.release}" for name, version in resources),
    }


def _person(report: Report) -> dict[str, str]:
    who = report.patient
    return {
        "library": who.library,
        "sex": who.sex,
        "diagnosis": who.diagnosis,
        "family_history": who.family_history,
        "age_at_onset": "" if who.age_at_onset is None else str(who.age_at_onset),
        "family": who.family or "",
    }
