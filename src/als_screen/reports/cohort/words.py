"""The words of the cohort's page: titles of columns, values of cells, what stands out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.catalogue import N_
from als_screen.reports.cohort.outliers import Measure
from als_screen.reports.labels import FIELD_VALUES, LABELS
from als_screen.states import (
    ContaminationState,
    GeneState,
    IdentityState,
    RepeatState,
    Result,
    SexState,
    Status,
)

Translate = Callable[[str], str]

_TITLES = {
    "patient": N_("Patient"),
    "batch": N_("Batch"),
    "status": N_("Status"),
    "status_reason": N_("Reason"),
    "result": N_("Result"),
    "repeat_state": N_("Repeat"),
    "repeat_short": N_("Short allele"),
    "repeat_long": N_("Long allele"),
    "findings": N_("Findings"),
    "complete": N_("Complete"),
    "not_assessed": N_("Not assessed"),
    "repeat_short_interval": N_("Short allele, interval"),
    "repeat_long_interval": N_("Long allele, interval"),
    "probability_expanded": N_("Probability of expansion"),
    "identity": N_("Identity"),
    "genome_build": N_("Genome build"),
    "library": N_("Library"),
    "sex": N_("Sex"),
    "diagnosis": N_("Diagnosis"),
    "family_history": N_("Family history"),
    "age_at_onset": N_("Age at onset"),
    "family": N_("Family"),
    "pipeline": N_("Software"),
    "resources": N_("Knowledge"),
    "repeat_basis": N_("Repeat known from"),
    "callability_basis": N_("Callability known"),
    "flank_depth": N_("Depth beside the repeat"),
    "repeat_depth": N_("Depth at the repeat"),
    "read_length": N_("Read length (bases)"),
    "sex_in_reads": N_("Sex by the reads"),
    "flags": N_("Stands out"),
    "contamination": N_("Second person's reads"),
    "contamination_share": N_("Share of the second person"),
}
_CALLABLE = N_("Callable, %(gene)s")

IDENTITY = {
    IdentityState.SAME: N_("same person"),
    IdentityState.DIFFERENT: N_("different persons"),
    IdentityState.NOT_ASSESSED: N_("not assessed"),
}

SEX = {
    SexState.AGREES: N_("as in the sheet"),
    SexState.DIFFERS: N_("another than in the sheet"),
    SexState.NOT_ASSESSED: N_("not assessed"),
}

CONTAMINATION = {
    ContaminationState.DETECTED: N_("detected"),
    ContaminationState.NOT_DETECTED: N_("not detected"),
    ContaminationState.NOT_ASSESSED: N_("not assessed"),
}

FLAGS = {
    "depth_low": N_("low depth"),
    "depth_high": N_("high depth"),
    "repeat_depth_low": N_("low depth at the repeat"),
    "callability_low": N_("low callability"),
    "identity_different": N_("different persons"),
    "signed_report_another_person": N_("signed report of another person"),
    "signed_report_doubtful": N_("signed report, by genotype, rather of another person"),
    "second_person": N_("a second person's reads"),
    "sex_differs": N_("another sex in the reads"),
    "duplicate": N_("perhaps the same person as"),
}

MEASURES = {
    Measure.DEPTH: N_("Depth beside the repeat"),
    Measure.REPEAT_DEPTH: N_("Depth at the repeat, against beside it"),
    Measure.CALLABILITY: N_("Callable fraction of the worst gene"),
}

_BASIS = {"reads": N_("from the reads"), "orthogonal": N_("another method")}

_YES_NO = {"yes": N_("yes"), "no": N_("no")}

#: Values of the columns that hold states or the sheet's choices.
VALUES: Mapping[str, Mapping[str, str]] = {
    "status": LABELS[Status],
    "result": LABELS[Result],
    **dict.fromkeys(Gene, LABELS[GeneState]),
    "repeat_state": LABELS[RepeatState],
    "repeat_basis": _BASIS,
    "complete": _YES_NO,
    "identity": {str(state): word for state, word in IDENTITY.items()},
    "contamination": {str(state): word for state, word in CONTAMINATION.items()},
    "library": FIELD_VALUES["library"],
    "sex": FIELD_VALUES["sex"],
    "sex_in_reads": FIELD_VALUES["sex"],
    "diagnosis": FIELD_VALUES["diagnosis"],
    "family_history": FIELD_VALUES["family_history"],
    "callability_basis": FIELD_VALUES["coverage_basis"],
}


def title(column: str, translate: Translate) -> str:
    """Return the title of a column."""
    gene = column.removeprefix("callable_")
    if gene in VARIANT_GENES and gene != column:
        return translate(_CALLABLE) % {"gene": gene}
    return translate(_TITLES.get(column, column))


def value(column: str, cell: str, translate: Translate) -> str:
    """Return what the page shows of a cell; a cell without words of its own stays as it is."""
    if column == "flags":
        return "; ".join(_flag(flag, translate) for flag in cell.split("; ") if flag)
    return translate(VALUES.get(column, {}).get(cell, "")) or cell


def _flag(flag: str, translate: Translate) -> str:
    """Return a flag in words; what follows the first space, another patient's id, stays."""
    word, _, rest = flag.partition(" ")
    return f"{translate(FLAGS.get(word, word))} {rest}".rstrip()
