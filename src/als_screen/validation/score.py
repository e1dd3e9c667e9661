"""Compare results with the truth. Pure functions of records.

`not_assessed` is never counted as a negative: it is left out of the proportions and told beside them, and
every proportion is given a second time with each `not_assessed` counted as wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from als_screen.evidence import Record
from als_screen.models import Report, Variant
from als_screen.states import Classification, GeneState, RepeatState
from als_screen.validation.truth import STATES, Truth, TruthVariant, plain_coding

#: Part of the true size within which a long allele counts as sized.
WITHIN = 0.25
CONFIDENCE = 0.95

_FLAGGED = (RepeatState.EXPANDED, RepeatState.POSSIBLE_EXPANSION)
_DISEASE = (Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC)


class Outcome(StrEnum):
    """What became of a variant that a patient is known to carry."""

    FOUND = "found"
    NOT_REPORTED = "not_reported"  # listed, but not as a finding
    MISSED = "missed"
    NOT_ASSESSED = "not_assessed"  # not listed, and the gene was not wholly looked at


class Proportion(Record):
    """`hits` of `total` with the exact (Clopper-Pearson) interval; None where there is nothing to count."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None


class Measure(Record):
    """A proportion over what was assessed, and with every `not_assessed` counted as wrong."""

    assessed: Proportion
    not_assessed: int
    worst_case: Proportion


class Predictive(Record):
    """Predictive values at one prevalence; the intervals combine the ends of those that they follow from."""

    prevalence: float
    ppv: float | None
    ppv_low: float | None
    ppv_high: float | None
    npv: float | None


class VariantOutcome(Record):
    """One known variant; `zygosity_right` is None where either side does not know it."""

    variant: str
    gene: str
    outcome: Outcome
    zygosity_right: bool | None = None


class PatientOutcome(Record):
    """One patient: truth beside result."""

    patient: str
    status: str
    truth_state: str | None
    state: str
    truth_short: int | None
    truth_long: int | None
    short: int | None
    long: int | None
    short_interval: tuple[int, int | None] | None
    long_interval: tuple[int, int | None] | None
    variants: tuple[VariantOutcome, ...] | None
    extra: tuple[str, ...] = ()
    extra_pathogenic: tuple[str, ...] = ()
    variants_assessed: bool = False


class Validation(Record):
    """All that is written.

    `confusion` is truth -> state -> patients. `flagged`: `expanded` or `possible_expansion`.
    """

    schema_version: str = "1.0"
    patients: int
    without_truth: int
    policies: tuple[str, ...]
    confusion: dict[str, dict[str, int]]
    sensitivity_expanded: Measure
    sensitivity_flagged: Measure
    specificity_expanded: Measure
    specificity_flagged: Measure
    predictive: tuple[Predictive, ...]
    short_exact: Proportion
    long_within: Proportion
    interval_holds: Proportion
    variant_outcomes: dict[str, int]
    variant_sensitivity: Measure
    variant_precision: Proportion
    zygosity_right: Proportion
    negative_specificity: Measure
    rows: tuple[PatientOutcome, ...]


def validation(
    truths: Sequence[Truth], results: dict[str, Report], prevalences: Sequence[float]
) -> Validation:
    """Return the comparison; every patient of `truths` is among `results`."""
    rows = tuple(_row(truth, results[truth.patient]) for truth in truths)
    sensitivity = _measure(rows, (RepeatState.EXPANDED,), lambda state: state in _FLAGGED)
    others = (RepeatState.INTERMEDIATE, RepeatState.NOT_EXPANDED)
    specificity = _measure(rows, others, lambda state: state not in _FLAGGED)
    return Validation(
        patients=len(rows),
        without_truth=len(results) - len(rows),
        policies=tuple(sorted({_policy(results[truth.patient]) for truth in truths})),
        confusion=_confusion(rows),
        sensitivity_expanded=_measure(
            rows, (RepeatState.EXPANDED,), lambda state: state == RepeatState.EXPANDED
        ),
        sensitivity_flagged=sensitivity,
        specificity_expanded=_measure(rows, others, lambda state: state != RepeatState.EXPANDED),
        specificity_flagged=specificity,
        predictive=tuple(
            _predictive(rate, sensitivity.assessed, specificity.assessed) for rate in prevalences
        ),
        **_sizes(rows),
        **_variants(rows),
        rows=rows,
    )


def proportion(hits: int, total: int) -> Proportion:
    """Return a proportion with its exact interval (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    if not total:
        return Proportion(hits=hits, total=0, value=None, low=None, high=None)
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, hits, total - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, total - hits)) if hits < total else 1.0
    return Proportion(
        hits=hits, total=total, value=round(hits / total, 6), low=round(low, 6), high=round(high, 6)
    )


def predictive_value(prevalence: float, right: float | None, other: float | None) -> float | None:
    """Return P(condition | test says so) from its prevalence, and the two rates of being right.

    For the positive predictive value: prevalence, sensitivity, specificity; for the negative one
    1 - prevalence, specificity, sensitivity.
    """
    if right is None or other is None:
        return None
    said = prevalence * right + (1 - prevalence) * (1 - other)
    return round(prevalence * right / said, 6) if said else None


# ---------------------------------------------------------------------------------------------- repeat


def _measure(rows: Iterable[PatientOutcome], truth: Sequence[str], right: Callable[[str], bool]) -> Measure:
    states = [row.state for row in rows if row.truth_state in truth]
    looked = [state for state in states if state != RepeatState.NOT_ASSESSED]
    return _with_worst_case(sum(map(right, looked)), len(looked), len(states))


def _with_worst_case(hits: int, assessed: int, every: int) -> Measure:
    return Measure(
        assessed=proportion(hits, assessed), not_assessed=every - assessed, worst_case=proportion(hits, every)
    )


def _predictive(prevalence: float, sensitivity: Proportion, specificity: Proportion) -> Predictive:
    return Predictive(
        prevalence=prevalence,
        ppv=predictive_value(prevalence, sensitivity.value, specificity.value),
        ppv_low=predictive_value(prevalence, sensitivity.low, specificity.low),
        ppv_high=predictive_value(prevalence, sensitivity.high, specificity.high),
        npv=predictive_value(1 - prevalence, specificity.value, sensitivity.value),
    )


def _confusion(rows: Iterable[PatientOutcome]) -> dict[str, dict[str, int]]:
    counts = Counter((row.truth_state, row.state) for row in rows if row.truth_state)
    return {
        truth.value: {state.value: counts[truth.value, state.value] for state in RepeatState}
        for truth in STATES
    }


def _sizes(rows: Sequence[PatientOutcome]) -> dict[str, Proportion]:
    short = [
        (row.truth_short, row.short) for row in rows if row.truth_short is not None and row.short is not None
    ]
    long = [(row.truth_long, row.long) for row in rows if row.truth_long is not None and row.long is not None]
    held = [
        low <= size and (high is None or size <= high)
        for row in rows
        for size, interval in ((row.truth_short, row.short_interval), (row.truth_long, row.long_interval))
        if size is not None and interval is not None
        for low, high in (interval,)
    ]
    return {
        "short_exact": proportion(sum(truth == size for truth, size in short), len(short)),
        "long_within": proportion(
            sum(abs(size - truth) <= WITHIN * truth for truth, size in long), len(long)
        ),
        "interval_holds": proportion(sum(held), len(held)),
    }


# -------------------------------------------------------------------------------------------- patients


def _row(truth: Truth, report: Report) -> PatientOutcome:
    alleles = report.repeat.alleles if report.repeat.state is not RepeatState.NOT_ASSESSED else ()
    short, long = (alleles[0], alleles[-1]) if alleles else (None, None)
    known = None if truth.variants is None else tuple(_outcome(one, report) for one in truth.variants)
    extra = [] if truth.variants is None else _extra(truth.variants, report)
    return PatientOutcome(
        patient=truth.patient,
        status=report.status,
        truth_state=truth.state,
        state=report.repeat.state,
        truth_short=truth.short,
        truth_long=truth.long,
        short=short.repeats if short else None,
        long=long.repeats if long else None,
        short_interval=short.ci if short else None,
        long_interval=long.ci if long else None,
        variants=known,
        extra=tuple(_name(variant) for variant in extra),
        extra_pathogenic=tuple(
            _name(variant) for variant in extra if variant.classification.proposed in _DISEASE
        ),
        variants_assessed=all(
            result.state not in (GeneState.NOT_ASSESSED, GeneState.INCOMPLETE)
            for gene, result in report.genes.items()
            if gene != "C9orf72"
        ),
    )


def _outcome(known: TruthVariant, report: Report) -> VariantOutcome:
    found = next((variant for variant in report.variants if _same(known, variant)), None)
    if found is None:
        looked = report.genes[known.gene].state not in (GeneState.NOT_ASSESSED, GeneState.INCOMPLETE)
        outcome = (
            Outcome.MISSED
            if looked and known.gene not in report.conclusion.not_assessed
            else Outcome.NOT_ASSESSED
        )
        return VariantOutcome(variant=known.text, gene=known.gene, outcome=outcome)
    agrees = (
        None if known.zygosity is None or found.zygosity == "unknown" else found.zygosity is known.zygosity
    )
    outcome = Outcome.FOUND if found.reported else Outcome.NOT_REPORTED
    return VariantOutcome(variant=known.text, gene=known.gene, outcome=outcome, zygosity_right=agrees)


def _same(known: TruthVariant, variant: Variant) -> bool:
    if known.gene is not variant.gene:
        return False
    if known.allele is not None:
        return known.allele == (variant.chrom.removeprefix("chr"), variant.pos, variant.ref, variant.alt)
    if known.genomic:
        return plain_coding(variant.hgvs_g or "") == known.genomic
    named = (variant.hgvs_c or "").partition(":c.")[2]
    return bool(named) and plain_coding(named) == known.coding


def _extra(known: Sequence[TruthVariant], report: Report) -> list[Variant]:
    reported = [variant for variant in report.variants if variant.reported]
    return [variant for variant in reported if not any(_same(one, variant) for one in known)]


def _name(variant: Variant) -> str:
    return variant.hgvs_c or variant.hgvs_g or f"{variant.chrom}-{variant.pos}-{variant.ref}-{variant.alt}"


def _policy(report: Report) -> str:
    return f"{report.repeat.policy.name} {report.repeat.policy.version}"


# -------------------------------------------------------------------------------------------- variants


def _variants(rows: Sequence[PatientOutcome]) -> dict[str, object]:
    known = [one for row in rows for one in row.variants or ()]
    counts = Counter(one.outcome for one in known)
    looked = len(known) - counts[Outcome.NOT_ASSESSED]
    extra = sum(len(row.extra) for row in rows)
    zygosity = [one.zygosity_right for one in known if one.zygosity_right is not None]
    negative = [row for row in rows if row.variants == ()]
    clean = [row for row in negative if not row.extra_pathogenic]
    return {
        "variant_outcomes": {one.value: counts[one] for one in Outcome} | {"extra": extra},
        "variant_sensitivity": _with_worst_case(counts[Outcome.FOUND], looked, len(known)),
        "variant_precision": proportion(counts[Outcome.FOUND], counts[Outcome.FOUND] + extra),
        "zygosity_right": proportion(sum(zygosity), len(zygosity)),
        "negative_specificity": _negatives(negative, clean),
    }


def _negatives(negative: Sequence[PatientOutcome], clean: Sequence[PatientOutcome]) -> Measure:
    """Return how many patients without a known variant have no pathogenic one reported.

    A patient counts as assessed where every gene was, or where one was reported all the same.
    """
    looked = [row for row in negative if row.variants_assessed or row.extra_pathogenic]
    return _with_worst_case(sum(row in clean for row in looked), len(looked), len(negative))
