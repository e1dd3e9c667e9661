"""Who is drawn under which allele, and that nothing leaves the frame."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.read_views import Lies
from als_screen.reports.repeat_layout import MOST_READS, MOST_ROWS, panels
from als_screen.reports.repeat_picture import repeat_svg
from als_screen.reports.svg import WIDTH
from unit.reports.picture_reads import repeat_read, repeat_reads
from unit.reports.samples import LARGE, NOT_EXPANDED, allele


def test_there_is_a_limit_to_the_reads_of_an_allele() -> None:
    many = repeat_reads(*(repeat_read(Lies.SPANNING, -70, 2) for _ in range(80)))
    panel = panels(LARGE.alleles, many)[0]
    assert len(panel.rows) == MOST_ROWS
    assert panel.hidden == 80 - MOST_ROWS
    assert sum(map(len, panel.rows)) <= MOST_READS


@pytest.mark.parametrize(
    ("lies", "start", "units", "panel", "shared"),
    [
        pytest.param(Lies.SPANNING, -60, 2, 0, False, id="spans the short allele"),
        pytest.param(Lies.SPANNING, -60, 8, 1, False, id="spans the long allele"),
        pytest.param(Lies.SPANNING, -60, 7, 1, False, id="stutter goes to the nearest"),
        pytest.param(Lies.LEFT, -140, 1, 0, True, id="may be of either"),
        pytest.param(Lies.RIGHT, -30, 5, 1, False, id="too long for the short one"),
        pytest.param(Lies.INSIDE, 0, 25, 1, False, id="inside is the long one's"),
    ],
)
def test_who_is_drawn_where(lies: Lies, start: int, units: int, panel: int, shared: bool) -> None:
    found = panels(NOT_EXPANDED.alleles, repeat_reads(repeat_read(lies, start, units)))
    assert [sum(map(len, one.rows)) for one in found] == [1 - panel, panel]
    assert (found[panel].shared and lies in (Lies.LEFT, Lies.RIGHT)) is shared


@given(
    reads=st.lists(
        st.tuples(st.sampled_from(list(Lies)), st.integers(-149, -1), st.integers(0, 24), st.integers(0, 40)),
        max_size=40,
    ),
    sizes=st.tuples(st.integers(0, 2000), st.integers(0, 2000)),
    bound=st.sampled_from(["exact", "estimate", "at_least"]),
)
@settings(max_examples=60, deadline=None)
def test_any_reads_give_a_picture_within_its_frame(
    reads: list[tuple[Lies, int, int, int]], sizes: tuple[int, int], bound: str
) -> None:
    short, long = sorted(sizes)
    kept = [
        repeat_read(
            lies,
            start % 6 if lies is Lies.INSIDE else start,
            min(units, (149 + start) // 6),
            clipped=(clip, 0),
        )
        for lies, start, units, clip in reads
        if lies is not Lies.SPANNING or min(units, (149 + start) // 6) >= 0
    ]
    kept = [
        read.model_copy(update={"clipped": (0, 0)}) if read.lies is not Lies.LEFT else read for read in kept
    ]
    alleles = (allele(short, short, short), allele(long, long, None if bound == "at_least" else long, bound))
    result = LARGE.model_copy(update={"alleles": alleles})
    svg = repeat_svg(result, repeat_reads(*kept), str)
    ElementTree.fromstring(svg)
    for panel in panels(alleles, repeat_reads(*kept)):
        for stretch in panel.stretches:
            assert 0 <= stretch.at(stretch.first) <= stretch.at(stretch.last) <= WIDTH + 0.1
