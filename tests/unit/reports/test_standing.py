from __future__ import annotations

import pytest
from pydantic import ValidationError

from als_screen.reports.standing import DRAFT, Change, Stage, Standing, Whose
from unit.reports.samples import SIGNATURE

CHANGE = Change(subject="conclusion", before="not_found", after="positive")


@pytest.mark.parametrize(
    ("standing", "stage", "signed"),
    [
        pytest.param(DRAFT, Stage.DRAFT, False, id="never signed"),
        pytest.param(Standing(earlier=SIGNATURE), Stage.DRAFT, False, id="signed before, nothing changed"),
        pytest.param(
            Standing(earlier=SIGNATURE, changes=(CHANGE,)), Stage.AMENDED_DRAFT, False, id="changed since"
        ),
        pytest.param(Standing(authorised=SIGNATURE), Stage.FINAL, True, id="signed"),
        pytest.param(
            Standing(authorised=SIGNATURE, earlier=SIGNATURE, changes=(CHANGE,)),
            Stage.AMENDED,
            True,
            id="signed again",
        ),
        pytest.param(
            Standing(earlier=SIGNATURE, whose=Whose.ANOTHER), Stage.DRAFT, False, id="of another person"
        ),
        pytest.param(
            Standing(authorised=SIGNATURE, earlier=SIGNATURE, whose=Whose.DOUBTFUL),
            Stage.FINAL,
            True,
            id="signed under the id of another person",
        ),
        pytest.param(
            Standing(authorised=SIGNATURE, earlier=SIGNATURE, whose=Whose.NOT_SHOWN),
            Stage.AMENDED,
            True,
            id="signed again, the genotypes cannot tell",
        ),
    ],
)
def test_stage(standing: Standing, stage: Stage, signed: bool) -> None:
    assert standing.stage is stage
    assert standing.signed is signed


def test_a_signature_has_a_number_from_one() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        SIGNATURE.model_validate({**SIGNATURE.model_dump(), "number": 0})
