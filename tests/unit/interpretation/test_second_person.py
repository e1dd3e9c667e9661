"""What a second person's reads do to the answers."""

from __future__ import annotations

import pytest

from als_screen.interpretation.conclusion import Assessed, Doubt, Weight, doubt, weight
from als_screen.interpretation.second_person import (
    MIXED_IN,
    doubted_genes,
    doubted_repeat,
    doubted_variants,
    is_mixed,
)
from als_screen.models import Contamination, ReadSupport
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.states import ContaminationState, ReadSupportState, RepeatState
from conclusion_records import repeat, variant

MIXED = Contamination(state=ContaminationState.DETECTED, share=0.2, sites=100, log10_lr=20.0)
OTHERS = [
    Contamination(),
    Contamination(state=ContaminationState.NOT_DETECTED, excluded_from=0.05, sites=100, log10_lr=-1.0),
]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RepeatState.EXPANDED, RepeatState.POSSIBLE_EXPANSION),
        (RepeatState.POSSIBLE_EXPANSION, RepeatState.POSSIBLE_EXPANSION),
        (RepeatState.INTERMEDIATE, RepeatState.INTERMEDIATE),
        (RepeatState.NOT_EXPANDED, RepeatState.NOT_ASSESSED),
        (RepeatState.NOT_ASSESSED, RepeatState.NOT_ASSESSED),
    ],
)
def test_no_state_of_the_repeat_is_beyond_doubt(state: RepeatState, expected: RepeatState) -> None:
    found = doubted_repeat(repeat(state), MIXED)
    assert found.state is expected
    assert (MIXED_IN in found.reason) == (state is not RepeatState.NOT_ASSESSED)
    assert found.reason.startswith("an expansion cannot be excluded" if state == "not_expanded" else "why")


@pytest.mark.parametrize("found", OTHERS)
def test_nothing_changes_without_one(found: Contamination) -> None:
    assert not is_mixed(found)
    assert doubted_repeat(repeat(RepeatState.EXPANDED), found) == repeat(RepeatState.EXPANDED)
    assert doubted_variants([variant()], found) == (variant(),)
    whole = dict.fromkeys(VARIANT_GENES, Assessed(complete=True, some=True))
    assert doubted_genes(whole, found) == whole


@pytest.mark.parametrize(
    ("ref", "alt", "share", "may_be", "why"),
    [
        (15, 15, 0.1, False, "half of the fragments, a tenth is the other's"),
        (27, 3, 0.1, True, "a tenth"),
        (25, 5, 0.2, True, "a heterozygote of the patient's may show so, and so may the other's"),
        (20, 10, 0.5, True, "half and half"),
        (1, 29, 0.5, False, "both of the patient's copies"),
        (None, None, 0.05, True, "not counted"),
    ],
)
def test_whose_an_allele_may_be(
    ref: int | None, alt: int | None, share: float, may_be: bool, why: str
) -> None:
    support = ReadSupport(state=ReadSupportState.CONFIRMED, ref=ref, alt=alt)
    carried = variant().model_copy(update={"read_support": support})
    (found,) = doubted_variants([carried], MIXED.model_copy(update={"share": share}))
    assert found.may_be_others is may_be, why
    assert weight(found) is (Weight.UNCERTAIN if may_be else Weight.POSITIVE)
    assert doubt(found) is (Doubt.MAY_BE_OTHERS if may_be else None)


def test_no_gene_is_wholly_assessed() -> None:
    genes = {
        Gene.SOD1: Assessed(complete=True, some=True),
        Gene.FUS: Assessed(False, some=False, reason="why"),
    }
    found = doubted_genes(genes, MIXED)
    assert found == {
        Gene.SOD1: Assessed(complete=False, some=True, reason=MIXED_IN),
        Gene.FUS: Assessed(complete=False, some=False, reason=f"why; {MIXED_IN}"),
    }
