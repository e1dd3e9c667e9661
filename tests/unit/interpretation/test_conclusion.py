"""The conclusion against an oracle written from the contract's table, over all combinations."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.interpretation.conclusion import (
    Assessed,
    Doubt,
    Weight,
    doubt,
    not_assessed,
    repeat_gene,
    result,
    variant_gene,
    weight,
)
from als_screen.models import GeneResult, Recheck, Variant
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.states import (
    Classification,
    GeneState,
    ReadSupportState,
    RecheckState,
    RepeatState,
    Result,
    Status,
)
from conclusion_records import recheck, repeat, variant

COMPLETE = Assessed(complete=True, some=True)
PART = Assessed(complete=False, some=True, reason="12 bases below 10 fragments")
NOTHING = Assessed(complete=False, some=False, reason="no data")
#: Every kind of variant that can be seen: class, reads, inheritance, filter, reported, source, whose.
FINDINGS = [
    variant(proposed, support, fits, filter=filtered, reported=reported, source=source, may_be_others=others)
    for proposed, support, fits, filtered, reported, source, others in product(
        Classification,
        ReadSupportState,
        (True, False),
        ("PASS", "LowQual"),
        (True, False),
        ("vcf", "recheck"),
        (False, True),
    )
]


def weight_by_contract(found: Variant) -> Weight:
    """Return the weight by the words of the contract's table.

    positive: a pathogenic / likely pathogenic allele that passed its filters, is not contradicted by the
    reads, and whose zygosity fits its inheritance; a filtered or missing allele that the reads confirm counts
    as passed. uncertain: a reported variant of uncertain significance; a pathogenic allele whose zygosity
    does not fit, or that the reads do not confirm; or that may be a second person's.
    """
    if not found.reported:
        return Weight.NONE
    name = found.classification.proposed.value
    if name in ("benign", "likely_benign"):
        return Weight.NONE
    if name == "uncertain":
        return Weight.UNCERTAIN
    reads = found.read_support.state.value
    passed = found.filter == "PASS" or reads == "confirmed"
    contradicted = reads == "not_confirmed"
    own = found.inheritance.fits and not found.may_be_others
    return Weight.POSITIVE if passed and not contradicted and own else Weight.UNCERTAIN


def test_every_kind_of_variant_weighs_what_the_contract_says() -> None:
    assert len(FINDINGS) == 5 * 3 * 2 * 2 * 2 * 2 * 2
    assert [weight(found) for found in FINDINGS] == [weight_by_contract(found) for found in FINDINGS]


def test_a_pathogenic_allele_is_positive_exactly_where_nothing_is_in_doubt() -> None:
    pathogenic = (Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC)
    asked = [one for one in FINDINGS if one.reported and one.classification.proposed in pathogenic]
    assert [weight(one) is Weight.POSITIVE for one in asked] == [doubt(one) is None for one in asked]
    assert {doubt(one) for one in asked} == {None, *Doubt}


@pytest.mark.parametrize(
    ("support", "filtered", "fits", "expected", "why"),
    [
        ("confirmed", "PASS", True, None, "all well"),
        ("not_assessed", "PASS", True, None, "without reads the caller's filters are all there is"),
        ("confirmed", "LowQual", True, None, "the reads outweigh the filter"),
        ("not_confirmed", "PASS", True, Doubt.NOT_CONFIRMED, "the reads contradict it"),
        ("not_confirmed", "LowQual", False, Doubt.NOT_CONFIRMED, "first of all it may not be there"),
        ("not_assessed", "LowQual", True, Doubt.FILTERED, "filtered, and no reads to ask"),
        ("not_assessed", "LowQual", False, Doubt.FILTERED, "then it may be an artefact"),
        ("confirmed", "PASS", False, Doubt.DOES_NOT_FIT, "there, but recessive"),
    ],
)
def test_the_doubt_that_is_named(
    support: str, filtered: str, fits: bool, expected: Doubt | None, why: str
) -> None:
    found = variant(support=ReadSupportState(support), fits=fits, filter=filtered)
    assert doubt(found) is expected, why


# ------------------------------------------------------------------------------------------------- genes


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RepeatState.EXPANDED, GeneState.POSITIVE),
        (RepeatState.POSSIBLE_EXPANSION, GeneState.UNCERTAIN),
        (RepeatState.INTERMEDIATE, GeneState.UNCERTAIN),
        (RepeatState.NOT_EXPANDED, GeneState.NOT_FOUND),
        (RepeatState.NOT_ASSESSED, GeneState.NOT_ASSESSED),
    ],
)
def test_the_answer_for_the_repeat(state: RepeatState, expected: GeneState) -> None:
    assert repeat_gene(repeat(state)) == GeneResult(state=expected, reason="why")


def test_every_state_of_the_repeat_has_an_answer() -> None:
    assert {repeat_gene(repeat(state)).state for state in RepeatState} == {
        GeneState.POSITIVE,
        GeneState.UNCERTAIN,
        GeneState.NOT_FOUND,
        GeneState.NOT_ASSESSED,
    }


VUS = variant(Classification.UNCERTAIN, hgvs_c="NM_000454.5:c.1A>G")
BENIGN = variant(Classification.BENIGN)
POSITIVE = variant()
RECHECKS: dict[str, list[Recheck]] = {state.value: [recheck(state)] for state in RecheckState} | {"none": []}


def gene_by_contract(carried: list[Variant], rechecked: str, assessed: Assessed) -> str:
    weights = {weight_by_contract(one).value for one in carried}
    if "positive" in weights:
        return "positive"
    if "uncertain" in weights or rechecked == "possible":
        return "uncertain"
    if assessed.complete:
        return "not_found"
    return "incomplete" if assessed.some else "not_assessed"


@pytest.mark.parametrize("assessed", [COMPLETE, PART, NOTHING], ids=["complete", "part", "nothing"])
@pytest.mark.parametrize("rechecked", RECHECKS)
@pytest.mark.parametrize(
    "carried", [[], [BENIGN], [VUS], [POSITIVE], [VUS, POSITIVE], [POSITIVE, BENIGN]], ids=str(len).format
)
def test_the_answer_for_a_variant_gene(carried: list[Variant], rechecked: str, assessed: Assessed) -> None:
    found = variant_gene(carried, RECHECKS[rechecked], assessed)
    assert found.state.value == gene_by_contract(carried, rechecked, assessed)
    assert found.reason


def test_the_reason_names_the_finding_that_decides() -> None:
    found = variant_gene([VUS, BENIGN, POSITIVE], RECHECKS["possible"], COMPLETE)
    assert found.reason == "NM_000454.5:c.14C>T"
    assert variant_gene([VUS, BENIGN], [], COMPLETE).reason == "NM_000454.5:c.1A>G"
    assert (
        variant_gene([], RECHECKS["possible"], COMPLETE).reason == "the reads may show NM_000454.5:c.272A>C"
    )
    assert variant_gene([], [], PART).reason == PART.reason
    assert variant_gene([variant(hgvs_c=None)], [], PART).reason == "NC_000021.9:g.31659783C>T"


def test_a_reason_names_a_few_in_short_and_counts_the_rest() -> None:
    many = [variant(hgvs_c=f"NM_000454.5:c.{n}del{'A' * 900}") for n in range(1, 9)]
    reason = variant_gene(many, [], COMPLETE).reason
    assert reason.startswith("NM_000454.5:c.1delAAA")
    assert reason.endswith("…; and 3 more")
    assert len(reason) < 500
    possible = [recheck(RecheckState.POSSIBLE)] * 7
    assert variant_gene([], possible, COMPLETE).reason.endswith("; and 2 more")


# ----------------------------------------------------------------------------------------------- patient


def result_by_contract(status: str, repeat_state: str, genes: tuple[str, ...]) -> str:
    """Return the first line of the contract's table that applies."""
    if status == "not_analysed":
        return "not_analysed"
    if repeat_state == "expanded" or "positive" in genes:
        return "positive"
    if repeat_state in ("possible_expansion", "intermediate") or "uncertain" in genes:
        return "uncertain"
    whole = repeat_state != "not_assessed" and set(genes) == {"not_found"} and status == "analysed"
    return "not_found" if whole else "incomplete"


def answers(repeat_state: RepeatState, states: tuple[GeneState, ...]) -> dict[Gene, GeneResult]:
    genes = {
        gene: GeneResult(state=state, reason="") for gene, state in zip(VARIANT_GENES, states, strict=True)
    }
    return {Gene.C9ORF72: repeat_gene(repeat(repeat_state)), **genes}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("repeat_state", list(RepeatState))
def test_all_combinations(status: Status, repeat_state: RepeatState) -> None:
    for states in product(GeneState, repeat=3):
        names = tuple(state.value for state in states)
        expected = result_by_contract(status.value, repeat_state.value, names)
        assert result(status, answers(repeat_state, states)).value == expected, names


@pytest.mark.parametrize("repeat_state", list(RepeatState))
@pytest.mark.parametrize("which", list(product([True, False], repeat=3)))
def test_what_was_not_assessed_is_told_whatever_was_found(
    repeat_state: RepeatState, which: tuple[bool, ...]
) -> None:
    assessed = {gene: COMPLETE if whole else PART for gene, whole in zip(VARIANT_GENES, which, strict=True)}
    expected = [Gene.C9ORF72] if repeat_state is RepeatState.NOT_ASSESSED else []
    expected += [gene for gene, whole in zip(VARIANT_GENES, which, strict=True) if not whole]
    assert list(not_assessed(repeat(repeat_state), assessed)) == expected


# -------------------------------------------------------------------------------------------- properties

RANK = {
    Result.INCOMPLETE: 0,
    Result.NOT_FOUND: 0,
    Result.UNCERTAIN: 1,
    Result.POSITIVE: 2,
}
COMPLETENESS = st.sampled_from([COMPLETE, PART, NOTHING])
VARIANTS = st.lists(st.sampled_from(FINDINGS), max_size=4)
CHECKED = st.lists(st.sampled_from([recheck(state) for state in RecheckState]), max_size=3)
PATIENTS = st.tuples(
    st.sampled_from([Status.ANALYSED, Status.ANALYSED_IN_PART]),
    st.sampled_from(list(RepeatState)),
    st.tuples(*[st.tuples(VARIANTS, CHECKED, COMPLETENESS)] * 3),
)
Seen = tuple[list[Variant], list[Recheck], Assessed]
Person = tuple[Status, RepeatState, tuple[Seen, Seen, Seen]]


def conclude(person: Person) -> Result:
    status, repeat_state, seen = person
    genes = {gene: variant_gene(*part) for gene, part in zip(VARIANT_GENES, seen, strict=True)}
    return result(status, {Gene.C9ORF72: repeat_gene(repeat(repeat_state)), **genes})


def with_gene(person: Person, which: int, part: Seen) -> Person:
    status, repeat_state, seen = person
    first, second, third = (part if at == which else old for at, old in enumerate(seen))
    return status, repeat_state, (first, second, third)


@given(PATIENTS, st.integers(0, 2), st.sampled_from([PART, NOTHING]))
def test_missing_data_never_makes_a_negative(person: Person, which: int, less: Assessed) -> None:
    carried, rechecked, _ = person[2][which]
    after = conclude(with_gene(person, which, (carried, rechecked, less)))
    assert after is not Result.NOT_FOUND
    before = conclude(person)
    if before is Result.INCOMPLETE:
        assert after is Result.INCOMPLETE
    assert RANK[after] == RANK[before], "what was found stays found"


@given(PATIENTS)
def test_an_unread_repeat_or_file_never_makes_a_negative(person: Person) -> None:
    assert conclude((person[0], RepeatState.NOT_ASSESSED, person[2])) is not Result.NOT_FOUND
    assert conclude((Status.ANALYSED_IN_PART, *person[1:])) is not Result.NOT_FOUND
    assert conclude((Status.NOT_ANALYSED, *person[1:])) is Result.NOT_ANALYSED


@given(PATIENTS, st.integers(0, 2), st.sampled_from(FINDINGS))
def test_a_further_finding_never_lowers_the_result(person: Person, which: int, more: Variant) -> None:
    carried, rechecked, assessed = person[2][which]
    after = conclude(with_gene(person, which, ([*carried, more], rechecked, assessed)))
    assert RANK[after] >= RANK[conclude(person)]


@given(PATIENTS, st.permutations([0, 1, 2]))
def test_order_does_not_matter(person: Person, order: list[int]) -> None:
    status, repeat_state, seen = person
    first, second, third = (seen[at] for at in order)
    assert conclude((status, repeat_state, (first, second, third))) is conclude(person)
    turned = [(carried[::-1], rechecked[::-1], assessed) for carried, rechecked, assessed in seen]
    assert conclude((status, repeat_state, (turned[0], turned[1], turned[2]))) is conclude(person)
