"""The scatter plot of sizes."""

from __future__ import annotations

from xml.etree import ElementTree

from als_screen.states import RepeatState
from als_screen.validation.plot import sizes_svg
from als_screen.validation.score import validation
from unit.validation.samples import results, sized
from unit.validation.test_score import truth


def test_a_point_for_each_allele_with_truth_and_size() -> None:
    reports = results(sized("a", RepeatState.EXPANDED, 2, 600, 400, None))
    both = validation([truth("a", RepeatState.EXPANDED, short=2, long=9000)], reports, [])
    svg = sizes_svg(both.rows)
    ElementTree.fromstring(svg)
    assert "2 alleles; bars are 95 % intervals" in svg
    assert "0 alleles" in sizes_svg(validation([truth("a")], reports, []).rows)
