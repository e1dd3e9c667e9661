"""Titles of columns and values of cells in words."""

from __future__ import annotations

import pytest

from als_screen.regions import Gene
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.cohort.outliers import Measure
from als_screen.reports.cohort.rows import COLUMNS
from als_screen.reports.cohort.words import FLAGS, MEASURES, title, value
from unit.reports.pages import HOSTILE

DUTCH = gettext(Language.DUTCH)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_has_a_title(column: str) -> None:
    assert column in set(Gene) or title(column, str) != column


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [
        pytest.param("result", "not_found", "Niets gevonden", id="a state"),
        pytest.param("flags", "depth_low; duplicate P7", "lage dekking; misschien dezelfde persoon als P7",
                     id="flags, an id stays"),
        pytest.param("flags", "sex_differs", "ander geslacht in de reads", id="sex"),
        pytest.param("flags", "second_person", "reads van een tweede persoon", id="a second person"),
        pytest.param("flags", "", "", id="nothing stands out"),
        pytest.param("sex_in_reads", "male", "man", id="sex by the reads"),
        pytest.param("patient", "not_found", "not_found", id="an id that looks like a state stays"),
        pytest.param("family", HOSTILE, HOSTILE, id="hostile text stays as it is"),
    ],
)  # fmt: skip
def test_what_a_cell_shows(column: str, cell: str, shown: str) -> None:
    assert value(column, cell, DUTCH) == shown


def test_every_measure_and_its_flag_has_words() -> None:
    assert set(MEASURES) == set(Measure)
    assert {"depth_low", "depth_high", "repeat_depth_low", "callability_low"} <= set(FLAGS)
