"""What cannot be signed, and that every reason is told at once."""

from __future__ import annotations

from typing import Any

import pytest

from als_screen.models import Report
from als_screen.reports.refusals import Request, refusals
from als_screen.reports.settings import Signatory
from als_screen.reports.standing import Standing, Whose
from als_screen.reports.withhold import withheld
from als_screen.states import RepeatState
from unit.reports import samples

SIGNATORIES = (Signatory(name="A Name", role="geneticist"), Signatory(name="B Name", role="biologist"))
_NAMELESS = samples.PERSON.model_copy(update={"name": None, "specimen": None, "birth_date": None})
_ORTHOGONAL = samples.EXPANSION.model_copy(
    update={"repeat": samples.LARGE.model_copy(update={"basis": "orthogonal"})}
)
_POSSIBLE = samples.EXPANSION.model_copy(
    update={"repeat": samples.LARGE.model_copy(update={"state": RepeatState.POSSIBLE_EXPANSION})}
)


def request(**more: Any) -> Request:
    return Request(**{"patient": "P1", "by": "A Name", "role": "geneticist", **more})


@pytest.mark.parametrize(
    ("report", "more", "expected"),
    [
        pytest.param(samples.NEGATIVE, {}, [], id="a negative"),
        pytest.param(samples.SOD1_POSITIVE, {}, [], id="a variant"),
        pytest.param(_POSSIBLE, {}, [], id="a possible expansion claims nothing"),
        pytest.param(_ORTHOGONAL, {}, [], id="a confirmed expansion"),
        pytest.param(samples.EXPANSION, {}, ["not confirmed by another method"], id="an expansion"),
        pytest.param(samples.EXPANSION, {"unconfirmed": "no DNA left"}, [], id="an expansion with a reason"),
        pytest.param(samples.EXPANSION, {"unconfirmed": " "}, ["--unconfirmed is no text"], id="no reason"),
        pytest.param(
            samples.NEGATIVE, {"unconfirmed": "x"}, ["no unconfirmed expansion"], id="a reason for nothing"
        ),
        pytest.param(
            _ORTHOGONAL, {"unconfirmed": "x"}, ["no unconfirmed expansion"], id="confirmed all the same"
        ),
        pytest.param(samples.NOT_ANALYSED, {}, ["not analysed: P008.bam"], id="not analysed"),
        pytest.param(withheld(samples.DIFFERENT), {}, ["of different persons"], id="different persons"),
        pytest.param(samples.report(patient=_NAMELESS), {}, ["fewer than two of name"], id="one identifier"),
        pytest.param(
            samples.report(patient=_NAMELESS.model_copy(update={"specimen": "S1"})), {}, [], id="two"
        ),
        pytest.param(samples.NEGATIVE, {"by": "C Name"}, ["no signatory of the clinic"], id="another"),
        pytest.param(samples.NEGATIVE, {"role": "biologist"}, ["no signatory of the clinic"], id="role"),
        pytest.param(
            samples.NEGATIVE, {"by": ""}, ["--by is no text", "no signatory of the clinic"], id="nobody"
        ),
        pytest.param(
            samples.EXPANSION,
            {"by": "A\nB", "role": "x" * 600},
            ["--by is no text", "--role is no text", "no signatory", "not confirmed"],
            id="everything at once",
        ),
    ],
)
def test_refusals(report: Report, more: dict[str, Any], expected: list[str]) -> None:
    found = refusals(request(**more), report, SIGNATORIES)
    assert len(found) == len(expected)
    for problem, part in zip(found, expected, strict=True):
        assert part in problem.expected
        assert problem.action
        assert "\n" not in problem.line()


EARLIER = samples.SIGNATURE.model_copy(update={"number": 4})


@pytest.mark.parametrize(
    ("whose", "reason", "expected"),
    [
        pytest.param(Whose.ANOTHER, None, "signed report no. 4 are of two persons", id="another person's"),
        pytest.param(Whose.DOUBTFUL, None, "no. 4 are rather of two persons", id="rather another person's"),
        pytest.param(Whose.ANOTHER, "the tubes were swapped", None, id="somebody knows that it is right"),
        pytest.param(Whose.ANOTHER, " ", "--other-person is no text", id="without a reason"),
        pytest.param(Whose.NOT_SHOWN, None, None, id="genotypes cannot tell"),
        pytest.param(Whose.NOT_SHOWN, "x", "no signed report is of another", id="a reason for nothing"),
        pytest.param(None, "x", "no signed report is of another", id="a reason for the same person"),
    ],
)
def test_the_report_before_is_another_persons(
    whose: Whose | None, reason: str | None, expected: str | None
) -> None:
    standing = Standing(earlier=EARLIER, whose=whose)
    found = refusals(request(other_person=reason), samples.NEGATIVE, SIGNATORIES, standing)
    assert [expected in one.expected for one in found if expected] == ([True] if expected else [])
    assert bool(found) is bool(expected)


def test_anybody_signs_where_the_clinic_names_nobody() -> None:
    assert refusals(request(by="Anybody"), samples.NEGATIVE, ()) == []
