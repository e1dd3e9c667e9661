"""Counts over patients: nobody is lost, and who was not looked at is in no share."""

from __future__ import annotations

import pytest

from als_screen.regions import Gene
from als_screen.reports.cohort.finding import of_report
from als_screen.reports.cohort.groups import BINS, Spread, batch_quality, bin_label, sizes, yields
from als_screen.states import RepeatState, Result
from unit.reports import samples
from unit.reports.cohort.people import renamed

FINDINGS = [of_report(report) for report in samples.SAMPLES.values()]


def test_every_patient_is_in_one_group() -> None:
    found = yields(FINDINGS, lambda finding: finding.patient.diagnosis)
    assert sum(one.patients for one in found) == len(FINDINGS)
    assert [one.name for one in found] == sorted(one.name for one in found)


def test_the_not_analysed_are_patients_but_not_analysed() -> None:
    reports = (samples.NOT_ANALYSED, samples.SOD1_POSITIVE, samples.NEGATIVE)
    (found,) = yields([of_report(one) for one in reports], lambda _finding: "all")
    assert (found.patients, found.analysed, found.results[Result.POSITIVE]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("index", "label"),
    [(0, "0–1"), (1, "2"), (39, "40"), (40, "41–60"), (43, "301–1000"), (len(BINS), ">1000")],
)
def test_names_of_bins(index: int, label: str) -> None:
    assert bin_label(index) == label


@pytest.mark.parametrize(("repeats", "label"), [(2, "2"), (60, "41–60"), (1000, "301–1000"), (1001, ">1000")])
def test_an_allele_is_in_the_bin_that_holds_it(repeats: int, label: str) -> None:
    allele = samples.LARGE.alleles[0].model_copy(update={"repeats": repeats})
    report = samples.report(repeat=samples.LARGE.model_copy(update={"alleles": (allele,)}))
    counts = sizes([of_report(report)]).counts[RepeatState.EXPANDED]
    assert [bin_label(index) for index, count in enumerate(counts) if count] == [label]


def test_a_repeat_that_was_not_assessed_is_in_no_bin() -> None:
    unseen = samples.LARGE.model_copy(update={"state": RepeatState.NOT_ASSESSED})
    found = sizes([of_report(samples.report(repeat=unseen))])
    assert (found.patients, found.alleles) == (0, 0)


def test_callability_is_of_those_whose_callability_is_known() -> None:
    reports = (samples.INCOMPLETE, samples.NEGATIVE, samples.NOT_ANALYSED)
    (found,) = batch_quality([of_report(renamed(one, f"P{n}", batch="B")) for n, one in enumerate(reports)])
    assert (found.patients, found.assessed, found.whole) == (3, 2, 1)
    expected = (1.0 + samples.INCOMPLETE.coverage.genes[Gene.FUS].callable_fraction) / 2
    assert found.fractions[Gene.FUS] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("depths", "spread"),
    [
        pytest.param([], None, id="in nobody"),
        pytest.param([30.0], Spread(30, 30, 30, 30, 30), id="in one"),
        pytest.param([10.0, 20.0, 30.0, 40.0, 50.0], Spread(10, 20, 30, 40, 50), id="in five"),
        pytest.param([30.0, None], Spread(30, 30, 30, 30, 30), id="not measured is not nothing"),
    ],
)
def test_depth_of_a_batch(depths: list[float | None], spread: Spread | None) -> None:
    quality = [samples.NOT_EXPANDED.model_copy(update={"quality": {"flank_depth": one}}) for one in depths]
    reports = [renamed(samples.report(repeat=one), f"P{n}", batch="B") for n, one in enumerate(quality)]
    found = batch_quality([of_report(one) for one in reports])
    assert [one.depth for one in found] == ([spread] if depths else [])


def test_patients_without_a_batch_are_a_group_of_their_own() -> None:
    reports = (renamed(samples.NEGATIVE, "A", batch=None), renamed(samples.NEGATIVE, "B", batch="B"))
    assert [one.name for one in batch_quality([of_report(one) for one in reports])] == ["", "B"]
