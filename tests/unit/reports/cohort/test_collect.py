"""Who is in the cohort, in which order, and what stands out of each patient."""

from __future__ import annotations

import pytest

from als_screen.models import Report, SexCheck
from als_screen.regions import Gene
from als_screen.reports.cohort.collect import Cohort, reasons, why
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.relatedness import Hint, Relatedness
from als_screen.reports.standing import Whose
from als_screen.states import SexState, Status
from unit.reports import samples
from unit.reports.cohort.people import cohort, renamed

IN_PART = samples.SOD1_POSITIVE.model_copy(update={"status": Status.ANALYSED_IN_PART, "status_reason": "why"})


def test_failed_then_in_part_then_not_complete_then_everyone_else() -> None:
    reports = [samples.NEGATIVE, samples.INCOMPLETE, IN_PART, samples.NOT_ANALYSED, samples.SOD1_POSITIVE]
    assert cohort(reports).by_urgency == [3, 2, 1, 0, 4]


def test_what_stands_out_of_whom() -> None:
    differs = SexCheck(state=SexState.DIFFERS, shown="male", x_ratio=0.5, y_ratio=0.2)
    sex = renamed(samples.NEGATIVE, "SEX").model_copy(update={"sex_check": differs})
    mixed = renamed(samples.NEGATIVE, "MIX").model_copy(update={"contamination": samples.MIXED})
    reports = [samples.DIFFERENT, sex, mixed, renamed(samples.NEGATIVE, "A"), renamed(samples.NEGATIVE, "B")]
    hint = Hint("A", "B", sites=40, concordance=1.0, score=9.0, same_family=False)
    signed = {"S": Whose.ANOTHER, "D": Whose.DOUBTFUL, "N": Whose.NOT_SHOWN}
    found = Cohort(tuple(map(of_report, reports)), {}, Relatedness(hints=(hint,)), signed=signed).flags
    assert found == {
        "P009": ["identity_different"], "SEX": ["sex_differs"], "MIX": ["second_person"],
        "S": ["signed_report_another_person"], "D": ["signed_report_doubtful"],
        "A": ["duplicate B"], "B": ["duplicate A"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("report", "text"),
    [
        pytest.param(samples.NEGATIVE, "", id="wholly assessed"),
        pytest.param(IN_PART, "why", id="the reason of the status"),
        pytest.param(samples.INCOMPLETE, "FUS: 76 bases below 10 fragments", id="a gene"),
        pytest.param(
            samples.VCF_ONLY,
            "C9orf72: no reads; SOD1, TARDBP, FUS: absence from a VCF is not reference",
            id="one reason of several genes is said once",
        ),
    ],
)
def test_why_a_patient_was_not_wholly_assessed(report: Report, text: str) -> None:
    assert why(of_report(report)) == text


def test_reasons_name_their_genes() -> None:
    assert reasons(of_report(samples.INCOMPLETE)) == {"76 bases below 10 fragments": [Gene.FUS]}


def test_sets_of_versions_the_most_frequent_first() -> None:
    newer = samples.NEGATIVE.provenance.model_copy(update={"pipeline": "als-screen 9"})
    other = renamed(samples.NEGATIVE, "X").model_copy(update={"provenance": newer})
    found = cohort([other, samples.NEGATIVE, samples.SOD1_POSITIVE]).versions
    assert [(one.pipeline, one.builds.total()) for one in found][1] == ("als-screen 9", 1)
    assert found[0].builds.total() == 2
