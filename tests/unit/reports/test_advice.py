from __future__ import annotations

import pytest

from als_screen.models import Inheritance, Report
from als_screen.regions import Gene
from als_screen.reports import advice
from als_screen.states import RepeatState, Result
from unit.reports import samples


def texts(report: Report) -> list[str]:
    return [advice.TEXTS[topic] for topic in advice.recommended(report)]


def _with(report: Report, **fields: object) -> Report:
    return report.model_copy(update=fields)


_UNAFFECTED = _with(
    samples.SOD1_POSITIVE, patient=samples.PERSON.model_copy(update={"diagnosis": "unaffected"})
)
_CARRIER = _with(
    samples.SOD1_POSITIVE,
    variants=(samples.variant(inheritance=Inheritance(fits=False, note="recessive")),),
)
_ORTHOGONAL = _with(samples.EXPANSION, repeat=samples.LARGE.model_copy(update={"basis": "orthogonal"}))
_POSSIBLE = _with(
    samples.EXPANSION, repeat=samples.LARGE.model_copy(update={"state": RepeatState.POSSIBLE_EXPANSION})
)
_MIXED = _with(
    samples.SOD1_POSITIVE, contamination=samples.MIXED, variants=(samples.variant(may_be_others=True),)
)
_TWO = _with(samples.EXPANSION, variants=(samples.variant(),))
_NO_REPEAT = _with(
    samples.NEGATIVE,
    repeat=samples.NO_REPEAT,
    conclusion=samples.conclusion(Result.INCOMPLETE, "Nothing found.", (Gene.C9ORF72,)),
)


@pytest.mark.parametrize(
    ("report", "present", "absent"),
    [
        pytest.param(
            samples.EXPANSION, ["repeat-primed PCR, and size", "counselling"], ["Sanger"], id="expansion"
        ),
        pytest.param(_ORTHOGONAL, ["counselling"], ["repeat-primed PCR, and size"], id="already confirmed"),
        pytest.param(_POSSIBLE, ["neither establish nor exclude"], ["and size"], id="possible expansion"),
        pytest.param(samples.INTERMEDIATE_REPORT, ["not diagnostic"], ["and size"], id="intermediate"),
        pytest.param(samples.SOD1_POSITIVE, ["Sanger", "gene-directed"], ["second variant"], id="SOD1"),
        pytest.param(_CARRIER, ["second variant"], ["gene-directed"], id="zygosity does not fit"),
        pytest.param(_TWO, ["more than one gene", "Sanger", "and size"], [], id="oligogenic"),
        pytest.param(samples.VUS_REPORT, ["uncertain significance"], ["Sanger"], id="VUS"),
        pytest.param(samples.NEGATIVE, ["wider gene panel", "reinterpreted"], ["Sanger"], id="negative"),
        pytest.param(samples.INCOMPLETE, ["regions listed"], ["not (wholly) assessed"], id="a hole"),
        pytest.param(_NO_REPEAT, ["not (wholly) assessed"], ["regions listed"], id="no repeat"),
        pytest.param(samples.VCF_ONLY, ["not (wholly) assessed", "regions listed"], [], id="VCF only"),
        pytest.param(samples.NOT_ANALYSED, ["Mend the reason"], ["counselling"], id="not analysed"),
        pytest.param(samples.DIFFERENT, ["belongs to whom"], ["Sanger", "Mend"], id="different persons"),
        pytest.param(_MIXED, ["with a new sample", "Sanger"], ["gene-directed"], id="a second person"),
        pytest.param(_UNAFFECTED, ["not a diagnosis"], [], id="predictive"),
    ],
)
def test_recommendations(report: Report, present: list[str], absent: list[str]) -> None:
    found = " ".join(texts(report))
    assert [part for part in present if part not in found] == []
    assert [part for part in absent if part in found] == []


def test_the_warning_of_a_predictive_test_comes_first() -> None:
    assert "not a diagnosis" in texts(_UNAFFECTED)[0]


@pytest.mark.parametrize(
    ("report", "present"),
    [
        pytest.param(
            samples.NEGATIVE, ["does not exclude", "reference method", "no affected relatives"], id="negative"
        ),
        pytest.param(_NO_REPEAT, ["says nothing about it"], id="repeat not assessed"),
        pytest.param(samples.INCOMPLETE, ["relatives may be at risk"], id="familial"),
        pytest.param(samples.SOD1_POSITIVE, [], id="a positive has none"),
        pytest.param(samples.NOT_ANALYSED, [], id="not analysed has none"),
    ],
)
def test_residual_risk(report: Report, present: list[str]) -> None:
    texts = " ".join(advice.residual_risk(report))
    assert bool(texts) == bool(present)
    assert all(part in texts for part in present)


def test_unknown_family_history_adds_no_sentence() -> None:
    unknown = samples.NEGATIVE.patient.model_copy(update={"family_history": "unknown"})
    assert len(advice.residual_risk(_with(samples.NEGATIVE, patient=unknown))) == 4


def test_findings_and_uncertain_variants_are_apart_and_reported() -> None:
    both = _with(samples.VUS_REPORT, variants=(samples.VUS, samples.variant(), samples.UNREPORTED))
    assert [v.legacy for v in advice.findings(both)] == ["A4V"]
    assert advice.uncertain(both) == (samples.VUS,)
