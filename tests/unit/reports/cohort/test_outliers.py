from __future__ import annotations

import pytest

from als_screen.models import Report
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.outliers import outliers
from unit.reports import samples
from unit.reports.cohort.people import renamed


def _deep(patient: str, flank: float | None, locus: float | None = None, batch: str = "B") -> Report:
    quality = {"flank_depth": flank, "locus_depth": flank if locus is None else locus}
    repeat = samples.NOT_EXPANDED.model_copy(update={"quality": quality})
    return renamed(samples.NEGATIVE.model_copy(update={"repeat": repeat}), patient, batch=batch)


EQUAL = [_deep(f"P{n}", 30 + n % 3) for n in range(9)]


@pytest.mark.parametrize(
    ("odd", "flags"),
    [
        pytest.param(_deep("X", 31), [], id="like the others"),
        pytest.param(_deep("X", 33), [], id="within the smallest spread"),
        pytest.param(_deep("X", 9), ["depth_low"], id="shallow"),
        pytest.param(_deep("X", 90), ["depth_high"], id="deep"),
        pytest.param(_deep("X", 30, 10), ["repeat_depth_low"], id="lost at the repeat"),
        pytest.param(_deep("X", 30, 60), [], id="more at the repeat is harmless"),
        pytest.param(_deep("X", None), [], id="not measured is not low"),
        pytest.param(_deep("X", 0.0), ["depth_low"], id="measured as nothing"),
        pytest.param(_deep("X", 9, batch="C"), ["depth_low"], id="small batch: with the library"),
        pytest.param(
            renamed(samples.INCOMPLETE, "X", batch="B"), ["callability_low"], id="a gene with a hole"
        ),
    ],
)
def test_who_stands_out(odd: Report, flags: list[str]) -> None:
    found = outliers([of_report(report) for report in (*EQUAL, odd)])
    assert [(one.patient, one.flag) for one in found] == [("X", flag) for flag in flags]


def test_nobody_stands_out_of_a_few() -> None:
    assert outliers([of_report(report) for report in (*EQUAL[:5], _deep("X", 3))]) == []
