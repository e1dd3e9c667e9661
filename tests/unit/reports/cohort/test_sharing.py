"""Rare variants that several patients carry are a hint that these are related."""

from __future__ import annotations

import pytest

from als_screen.models import Frequency, Report
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.sharing import RARE, Shared, shared_variants, sites_for_relatives
from unit.reports import samples
from unit.reports.cohort.people import renamed

NAME = "SOD1 NM_000454.5:c.14C>T p.(Ala5Val)"


def carrier(
    patient: str, family: str | None = None, af: float | None = None, *, reported: bool = True
) -> Report:
    seen = None if af is None else Frequency(source="s", af=af, faf95=None, ac=1, an=10, hom=0)
    variant = samples.variant(frequency=seen, reported=reported)
    return renamed(samples.report(variants=(variant,)), patient, family=family)


def shared(*reports: Report) -> list[Shared]:
    return shared_variants([of_report(report) for report in reports])


@pytest.mark.parametrize(
    ("reports", "families", "alone"),
    [
        pytest.param((carrier("A", "F1"), carrier("B", "F2")), ("F1", "F2"), 0, id="two families"),
        pytest.param((carrier("A", "F1"), carrier("B")), ("F1",), 1, id="one without a family"),
        pytest.param((carrier("A"), carrier("B", af=RARE)), (), 2, id="just rare"),
    ],
)
def test_who_carries_the_same_rare_variant(
    reports: tuple[Report, ...], families: tuple[str, ...], alone: int
) -> None:
    assert shared(*reports) == [Shared(NAME, ("A", "B"), families, alone)]


@pytest.mark.parametrize(
    "reports",
    [
        pytest.param((carrier("A"),), id="one carrier"),
        pytest.param((carrier("A", "F1"), carrier("B", "F1")), id="known to be one family"),
        pytest.param((carrier("A", af=2 * RARE), carrier("B", af=2 * RARE)), id="not rare"),
        pytest.param((carrier("A"), carrier("B", reported=False)), id="not reported"),
        pytest.param((carrier("A"), samples.NEGATIVE), id="not carried"),
    ],
)
def test_what_is_no_hint(reports: tuple[Report, ...]) -> None:
    assert shared(*reports) == []


def test_the_most_carriers_first() -> None:
    other = samples.variant(hgvs_c="NM_000454.5:c.272A>C", hgvs_p=None)
    three = [renamed(samples.report(variants=(other,)), name) for name in "XYZ"]
    assert [len(one.patients) for one in shared(carrier("A"), carrier("B"), *three)] == [3, 2]


@pytest.mark.parametrize(("files", "sites"), [(2, 67), (100, 129), (10_000, 195)])
def test_how_many_sites_relatives_would_take(files: int, sites: int) -> None:
    assert sites_for_relatives(files) == sites
