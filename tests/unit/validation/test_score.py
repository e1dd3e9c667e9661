"""The comparison: proportions, intervals, and what not_assessed counts as."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.evidence import Zygosity
from als_screen.models import GeneResult, Report
from als_screen.regions import Gene
from als_screen.states import GeneState, RepeatState
from als_screen.validation.score import Outcome, predictive_value, proportion, validation
from als_screen.validation.truth import Truth, TruthVariant
from unit.reports.samples import VUS, genes, variant
from unit.validation.samples import result, results, sized

EXPANDED, POSSIBLE = RepeatState.EXPANDED, RepeatState.POSSIBLE_EXPANSION
NORMAL, NOT_ASSESSED = RepeatState.NOT_EXPANDED, RepeatState.NOT_ASSESSED
A5V = TruthVariant("SOD1:c.14C>T het", Gene.SOD1, "14C>T", None, Zygosity.HETEROZYGOUS)


def truth(patient: str, state: RepeatState | None = None, **changes: object) -> Truth:
    fields = {"short": None, "long": None, "variants": None} | changes
    return Truth(patient, state, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        pytest.param(0, 10, 0.0, 0.3085, id="none: the rule of three, exactly"),
        pytest.param(10, 10, 0.6915, 1.0, id="all"),
        pytest.param(49, 50, 0.8935, 0.9995, id="49 of 50"),
        pytest.param(5, 10, 0.1871, 0.8129, id="half"),
    ],
)
def test_exact_intervals(hits: int, total: int, low: float, high: float) -> None:
    found = proportion(hits, total)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


@given(total=st.integers(1, 400), share=st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_an_interval_holds_its_proportion(total: int, share: float) -> None:
    found = proportion(round(share * total), total)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_nothing_to_count_is_no_number() -> None:
    assert proportion(0, 0).value is None


@pytest.mark.parametrize(
    ("prevalence", "right", "other", "value"),
    [
        (0.001, 1.0, 0.998917, 0.480),
        (0.07, 0.99, 0.99, 0.8817),
        (0.5, 0.0, 1.0, None),
        (0.5, None, 1.0, None),
    ],
)
def test_predictive_values(prevalence: float, right: float, other: float, value: float | None) -> None:
    found = predictive_value(prevalence, right, other)
    assert found == (None if value is None else pytest.approx(value, abs=1e-3))


STATES = {"a": EXPANDED, "b": POSSIBLE, "c": NORMAL, "d": NOT_ASSESSED}


def test_not_assessed_is_no_negative() -> None:
    found = validation(
        [truth(name, EXPANDED) for name in STATES], results(*(result(n, s) for n, s in STATES.items())), []
    )
    assert (found.sensitivity_flagged.assessed.hits, found.sensitivity_flagged.assessed.total) == (2, 3)
    assert (found.sensitivity_expanded.assessed.hits, found.sensitivity_expanded.assessed.total) == (1, 3)
    assert found.sensitivity_flagged.not_assessed == 1
    assert (found.sensitivity_flagged.worst_case.hits, found.sensitivity_flagged.worst_case.total) == (2, 4)
    assert found.specificity_flagged.assessed.total == 0
    assert found.confusion["expanded"] == {
        "expanded": 1,
        "possible_expansion": 1,
        "intermediate": 0,
        "not_expanded": 1,
        "not_assessed": 1,
    }


def test_specificity_counts_the_unexpanded() -> None:
    found = validation(
        [truth(name, NORMAL) for name in STATES], results(*(result(n, s) for n, s in STATES.items())), [0.1]
    )
    assert (found.specificity_flagged.assessed.hits, found.specificity_flagged.assessed.total) == (1, 3)
    assert (found.specificity_expanded.assessed.hits, found.specificity_expanded.assessed.total) == (2, 3)
    assert (found.specificity_flagged.worst_case.hits, found.specificity_flagged.worst_case.total) == (1, 4)
    assert found.predictive[0].ppv is None, "no expansion was among them"


def test_patients_without_truth_are_counted_and_left_out() -> None:
    found = validation([truth("a")], results(result("a"), result("z")), [])
    assert (found.patients, found.without_truth) == (1, 1)
    assert found.sensitivity_flagged.assessed.total == found.specificity_flagged.assessed.total == 0


def test_sizes() -> None:
    reports = results(
        sized("a", EXPANDED, 2, 600, 400, 900),
        sized("b", EXPANDED, 3, 200, 150, None),
        result("c", NOT_ASSESSED),
    )
    truths = [
        truth("a", EXPANDED, short=2, long=500),
        truth("b", EXPANDED, short=2, long=100),
        truth("c", EXPANDED, short=2, long=100),
    ]
    found = validation(truths, reports, [])
    assert (found.short_exact.hits, found.short_exact.total) == (1, 2)
    assert (found.long_within.hits, found.long_within.total) == (1, 2)
    assert (found.interval_holds.hits, found.interval_holds.total) == (2, 4)


def incomplete(gene: Gene) -> dict[Gene, GeneResult]:
    return genes(**{gene.value: (GeneState.INCOMPLETE, "not covered")})


@pytest.mark.parametrize(
    ("report", "outcome", "zygosity"),
    [
        pytest.param(result("a", variants=(variant(),)), Outcome.FOUND, True, id="found"),
        pytest.param(
            result("a", variants=(variant(zygosity=Zygosity.HOMOZYGOUS),)),
            Outcome.FOUND,
            False,
            id="homozygous",
        ),
        pytest.param(
            result("a", variants=(variant(zygosity=Zygosity.UNKNOWN),)), Outcome.FOUND, None, id="half-call"
        ),
        pytest.param(
            result("a", variants=(variant(reported=False),)), Outcome.NOT_REPORTED, True, id="listed only"
        ),
        pytest.param(result("a", variants=(VUS,)), Outcome.MISSED, None, id="another variant"),
        pytest.param(
            result("a", genes=incomplete(Gene.SOD1)), Outcome.NOT_ASSESSED, None, id="gene not covered"
        ),
        pytest.param(
            result("a", genes=incomplete(Gene.FUS)), Outcome.MISSED, None, id="another gene not covered"
        ),
    ],
)
def test_what_becomes_of_a_known_variant(report: Report, outcome: Outcome, zygosity: bool | None) -> None:
    found = validation([truth("a", variants=(A5V,))], results(report), [])
    (row,) = found.rows
    assert row.variants is not None
    (one,) = row.variants
    assert (one.outcome, one.zygosity_right) == (outcome, zygosity)
    assert found.variant_sensitivity.not_assessed == (outcome is Outcome.NOT_ASSESSED)
    assert found.variant_sensitivity.assessed.hits == (outcome is Outcome.FOUND)


def test_an_allele_is_found_by_position() -> None:
    known = TruthVariant("x", Gene.SOD1, "", ("21", 31659783, "C", "T"), None)
    found = validation([truth("a", variants=(known,))], results(result("a", variants=(variant(),))), [])
    assert found.variant_outcomes == {
        "found": 1,
        "not_reported": 0,
        "missed": 0,
        "not_assessed": 0,
        "extra": 0,
    }


def test_an_allele_is_found_by_its_name_on_the_chromosome() -> None:
    known = TruthVariant("x", Gene.SOD1, "", None, None, "NC_000021.9:g.31659783C>T")
    other = TruthVariant("y", Gene.SOD1, "", None, None, "NC_000021.9:g.31659783C>G")
    found = validation([truth("a", variants=(known, other))], results(result("a", variants=(variant(),))), [])
    assert (found.variant_outcomes["found"], found.variant_outcomes["missed"]) == (1, 1)


def test_extra_variants_and_negatives() -> None:
    reports = results(
        result("a", variants=(variant(),)),
        result("b", variants=(VUS,)),
        result("c"),
        result("d", genes=incomplete(Gene.FUS)),
    )
    found = validation([truth(name, variants=()) for name in "abcd"], reports, [])
    assert [row.extra_pathogenic for row in found.rows] == [("NM_000454.5:c.14C>T",), (), (), ()]
    assert (found.negative_specificity.assessed.hits, found.negative_specificity.assessed.total) == (2, 3)
    assert (found.negative_specificity.worst_case.hits, found.negative_specificity.worst_case.total) == (2, 4)
    assert found.variant_outcomes["extra"] == 2
