from __future__ import annotations

import pytest

from als_screen.models import SexCheck
from als_screen.regions import Gene
from als_screen.reports.withhold import withheld
from als_screen.states import RepeatState, Result, SexState
from unit.reports.samples import DIFFERENT, SAMPLES, SOD1_POSITIVE, conclusion


def test_nothing_of_different_persons_is_left() -> None:
    seen = SexCheck(state=SexState.DIFFERS, shown="male", x_ratio=0.5, y_ratio=0.2)
    safe = withheld(DIFFERENT.model_copy(update={"sex_check": seen}))
    assert (safe.variants, safe.recheck, safe.repeat.alleles, safe.repeat.quality) == ((), (), (), {})
    assert safe.repeat.state is RepeatState.NOT_ASSESSED
    assert safe.repeat.probability_expanded is None
    assert {safe.genes[gene].state for gene in Gene} == {"not_assessed"}
    assert safe.sex_check.shown == ""
    text = safe.model_dump_json()
    assert "SECRETREASON" not in text
    assert "A4V" not in text


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "identity different"])
def test_every_other_report_is_left_as_it_is(name: str) -> None:
    assert withheld(SAMPLES[name]) is SAMPLES[name]


def test_a_result_beside_different_persons_is_a_bug_and_crashes() -> None:
    wrong = SOD1_POSITIVE.model_copy(
        update={"identity": DIFFERENT.identity, "conclusion": conclusion(Result.POSITIVE, "SOD1")}
    )
    with pytest.raises(ValueError, match="identity different, yet positive"):
        withheld(wrong)
