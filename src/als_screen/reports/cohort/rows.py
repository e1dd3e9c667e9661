"""One row a patient: what the cohort's page, `cohort.tsv` and the workbook say of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from als_screen.errors import one_line
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.cohort.finding import CarriedVariant, CohortFinding, Size
from als_screen.states import RepeatState

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
    "callability_basis",
    "flank_depth",
    "repeat_depth",
    "read_length",
    "sex_in_reads",
    "flags",
    "contamination",
    "contamination_share",
)

#: Columns whose cells are fractions of one.
FRACTIONS = frozenset(
    {*(f"callable_{gene}" for gene in VARIANT_GENES), "probability_expanded", "contamination_share"}
)
#: Columns whose cells are numbers, where they are not empty.
NUMBERS = FRACTIONS | {
    "repeat_short",
    "repeat_long",
    "age_at_onset",
    "flank_depth",
    "repeat_depth",
    "read_length",
}

#: First characters that a spreadsheet takes for a formula, ASCII and full width.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A patient's cells, in the order of `COLUMNS`; an empty cell is a value that does not exist."""

    cells: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        """Return the cell of a column."""
        return self.cells[COLUMNS.index(column)]

    @property
    def named(self) -> dict[str, str]:
        """The cells by column."""
        return dict(zip(COLUMNS, self.cells, strict=True))


def cohort_row(finding: CohortFinding, flags: Iterable[str] = ()) -> CohortRow:
    """Return the row of one patient; `flags` are what stands out beside the rest of the cohort."""
    cells = {**_answer(finding), **_repeat(finding), **_quality(finding), **_person(finding)}
    cells["flags"] = "; ".join(flags)
    return CohortRow(tuple(cells[column] for column in COLUMNS))


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULA)


def tsv_cell(text: str) -> str:
    """Return a cell that stays on its line and that no spreadsheet runs.

    Unprintable characters are escaped, and a value that starts with `= + - @` (also full width), tab or
    carriage return gets an apostrophe in front.
    """
    guard = "'" if looks_like_formula(text) else ""
    return guard + one_line(text)


def tsv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as tab-separated text with harmless cells."""
    lines = ["\t".join(columns), *("\t".join(map(tsv_cell, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def cohort_tsv(rows: Iterable[CohortRow]) -> str:
    """Return `cohort.tsv`: a header, one row a patient in the order given, no identifying column."""
    return tsv(COLUMNS, (row.cells for row in rows))


def variant_name(variant: CarriedVariant) -> str:
    """Return the shortest full name of a variant: gene, coding name or position, and protein name."""
    name = variant.hgvs_c or variant.hgvs_g or f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}"
    protein = f" {variant.hgvs_p.rpartition(':')[2]}" if variant.hgvs_p else ""
    return f"{variant.gene} {name}{protein}"


def _answer(finding: CohortFinding) -> dict[str, str]:
    findings = [f"{variant_name(v)} {v.zygosity} {v.classification.proposed}" for v in finding.reported]
    return {
        "patient": finding.patient.patient,
        "batch": finding.patient.batch or "",
        "status": finding.status,
        "status_reason": finding.status_reason or "",
        "result": finding.conclusion.result,
        **{gene: finding.genes[gene].state if gene in finding.genes else "" for gene in Gene},
        "findings": "; ".join(findings),
        "complete": "yes" if finding.conclusion.complete else "no",
        "not_assessed": ", ".join(finding.conclusion.not_assessed),
    }


def _repeat(finding: CohortFinding) -> dict[str, str]:
    alleles = finding.repeat.alleles
    short = alleles[0] if alleles else None
    long = alleles[1] if len(alleles) > 1 else None
    chance = finding.repeat.probability_expanded
    return {
        "repeat_state": finding.repeat.state,
        "repeat_basis": finding.repeat.basis if finding.repeat.state is not RepeatState.NOT_ASSESSED else "",
        "repeat_short": _size(short),
        "repeat_long": _size(long),
        "repeat_short_interval": _interval(short),
        "repeat_long_interval": _interval(long),
        "probability_expanded": "" if chance is None else f"{chance:.4g}",
    }


def _size(allele: Size | None) -> str:
    return "" if allele is None or allele.repeats is None else str(allele.repeats)


def _interval(allele: Size | None) -> str:
    if allele is None:
        return ""
    low, high = allele.ci
    return f">={low}" if high is None else f"{low}..{high}"


def _quality(finding: CohortFinding) -> dict[str, str]:
    genes = finding.coverage.genes
    fractions = {
        f"callable_{gene}": f"{genes[gene].callable_fraction:.4f}" if gene in genes else ""
        for gene in VARIANT_GENES
    }
    depths = finding.repeat.quality
    resources = sorted(finding.provenance.resources.items())
    return {
        **fractions,
        "identity": finding.identity.state,
        "genome_build": finding.genome_build or "",
        "pipeline": finding.provenance.pipeline,
        "resources": "; ".join(f"{name} {version.release}" for name, version in resources),
        "callability_basis": finding.coverage.basis,
        "flank_depth": _number(depths.flank_depth),
        "repeat_depth": _number(depths.locus_depth),
        "read_length": _number(depths.read_length),
        "sex_in_reads": finding.sex_check.shown,
        "contamination": finding.contamination.state,
        "contamination_share": _number(finding.contamination.share),
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _person(finding: CohortFinding) -> dict[str, str]:
    who = finding.patient
    return {
        "library": who.library,
        "sex": who.sex,
        "diagnosis": who.diagnosis,
        "family_history": who.family_history,
        "age_at_onset": "" if who.age_at_onset is None else str(who.age_at_onset),
        "family": who.family or "",
    }
