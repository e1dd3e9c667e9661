"""What an amended report says on top."""

from __future__ import annotations

import pytest

from als_screen.evidence import Zygosity
from als_screen.models import Confirmation, Report, ResourceVersion
from als_screen.reports.amend import causes, changes_between
from als_screen.states import ConfirmationResult
from unit.reports import samples


def _as(report: Report, **more: object) -> Report:
    """Return the report as one of the same patient."""
    return report.model_copy(update={"patient": samples.NEGATIVE.patient, **more})


def _lines(before: Report, after: Report) -> list[tuple[str, str, str]]:
    return [(one.subject, one.before, one.after) for one in changes_between(before, after)]


def test_nothing_changed() -> None:
    assert changes_between(samples.NEGATIVE, samples.NEGATIVE) == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            samples.NEGATIVE,
            _as(samples.EXPANSION),
            [
                ("conclusion", "not_found", "positive"),
                ("repeat", "not_expanded", "expanded"),
                ("repeat", "2 / 8", "2 / ≥ 240"),
            ],
            id="an expansion is seen now",
        ),
        pytest.param(
            _as(samples.SOD1_POSITIVE),
            samples.NEGATIVE,
            [("conclusion", "positive", "not_found"), ("NM_000454.5:c.14C>T", "pathogenic", "absent")],
            id="a finding is gone",
        ),
        pytest.param(
            _as(samples.SOD1_POSITIVE),
            _as(samples.SOD1_POSITIVE, variants=(samples.variant(zygosity=Zygosity.HOMOZYGOUS),)),
            [("NM_000454.5:c.14C>T", "heterozygous", "homozygous")],
            id="the zygosity",
        ),
        pytest.param(
            samples.NEGATIVE,
            _as(samples.DIFFERENT),
            [
                ("conclusion", "not_found", "not_analysed"),
                ("FUS", "assessed", "not_assessed"),
                ("SOD1", "assessed", "not_assessed"),
                ("TARDBP", "assessed", "not_assessed"),
                ("repeat", "not_expanded", "not_assessed"),
                ("repeat", "2 / 8", ""),
            ],
            id="different persons: nothing of what may be another's",
        ),
    ],
)
def test_changes(before: Report, after: Report, expected: list[tuple[str, str, str]]) -> None:
    found = _lines(before, after)
    assert [line for line in found if line[0] != "NM_004960.4:c.147C>A"] == expected


def test_a_corrected_person_comes_first() -> None:
    patient = samples.NEGATIVE.patient.model_copy(update={"name": "Other", "birth_date": None})
    after = samples.NEGATIVE.model_copy(update={"patient": patient})
    assert _lines(samples.NEGATIVE, after) == [
        ("name", "Example Person", "Other"),
        ("birth_date", "1971-03-09", ""),
    ]
    assert {one.cause for one in changes_between(samples.NEGATIVE, after)} == {"input"}


def test_a_confirmation_is_a_change() -> None:
    one = Confirmation(
        finding="C9orf72", method="RP-PCR", result=ConfirmationResult.CONFIRMED, date="2026-07-01", by="Lab"
    )
    confirmed = samples.NEGATIVE.model_copy(update={"confirmations": (one,)})
    text = "RP-PCR: confirmed (2026-07-01, Lab)"
    assert _lines(samples.NEGATIVE, confirmed) == [("C9orf72", "", text)]
    assert _lines(confirmed, samples.NEGATIVE) == [("C9orf72", text, "")]


@pytest.mark.parametrize(
    ("more", "cause"),
    [
        ({"pipeline": "als-screen 0.2.0"}, "software"),
        ({"resources": {"clinvar": ResourceVersion(release="2026-09-01", sha256="d" * 64)}}, "knowledge"),
        (
            {
                "resources": {
                    **samples.PROVENANCE.resources,
                    "acmg_policy": ResourceVersion(release="2", sha256="d" * 64),
                }
            },
            "policy",
        ),
        ({"settings": {"splice_bases": 10}}, "policy"),
        ({"inputs": {"vcf": ["new.vcf.gz"]}}, "input"),
        ({"inputs": {}, "pipeline": "als-screen 0.2.0"}, "input;software"),
        ({}, ""),
    ],
)
def test_causes(more: dict[str, object], cause: str) -> None:
    after = _as(samples.EXPANSION, provenance=samples.PROVENANCE.model_copy(update=more))
    assert causes(samples.NEGATIVE, after) == cause
