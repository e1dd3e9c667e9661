"""The picture of the repeat: who is drawn under which allele, and what is said."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.read_views import Lies, RepeatReads
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.repeat_picture import MOST_READS, MOST_ROWS, panels, repeat_svg
from als_screen.reports.svg import WIDTH
from unit.reports.picture_reads import EXPANDED_READS, repeat_read, repeat_reads
from unit.reports.samples import INTERMEDIATE, LARGE, NOT_EXPANDED, allele


def texts(svg: str) -> list[str]:
    return [
        element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")
    ]


def paths(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [element.get("d", "") for element in root.iter() if element.tag.endswith("path")]


def test_sizes_intervals_counts_and_ranges_are_in_words() -> None:
    found = texts(repeat_svg(LARGE, EXPANDED_READS, str))
    assert "Reference ranges: normal ≤ 23; intermediate 24–30; expanded ≥ 31" in found
    assert "Allele 1: 2 repeats (95 % interval 2)" in found
    assert "Allele 2: at least 240 repeats (95 % interval ≥ 240)" in found
    assert "Spanning fragments: 0 · Flanking fragments: 21 · Fragments inside the repeat: 38" in found
    assert "inside the repeat, place unknown" in found
    assert "(GGCCCC) × 2" in found


def test_reads_that_are_not_drawn_are_counted() -> None:
    shown = panels(LARGE.alleles, EXPANDED_READS)
    drawn = sum(len(row) for panel in shown for row in panel.rows)
    assert sum(panel.hidden for panel in shown) == len(EXPANDED_READS.reads) - drawn + 17
    assert any(text.startswith("Reads not drawn: ") for text in texts(repeat_svg(LARGE, EXPANDED_READS, str)))


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
    assert bool(found[panel].shared) is shared


def test_equal_alleles_are_one_panel() -> None:
    result = NOT_EXPANDED.model_copy(update={"alleles": (allele(2, 2, 2), allele(2, 2, 2))})
    svg = repeat_svg(result, repeat_reads(repeat_read(Lies.SPANNING, -60, 2)), str)
    assert "Both alleles: 2 repeats (95 % interval 2)" in texts(svg)
    assert not any(text.startswith("Allele ") for text in texts(svg))


def test_an_interruption_is_a_mark_of_its_own() -> None:
    clean = repeat_read(Lies.SPANNING, -60, 8)
    at = 60 + 14
    other = clean.bases[:at] + "A" + clean.bases[at + 1 :]
    weak = clean.bases[:at] + "a" + clean.bases[at + 1 :]

    def diamonds(bases: str) -> int:
        reads = repeat_reads(repeat_read(Lies.SPANNING, -60, 8, bases=bases))
        return sum(path.count("l3 4-3 4-3-4z") for path in paths(repeat_svg(NOT_EXPANDED, reads, str)))

    assert [diamonds(clean.bases), diamonds(other), diamonds(weak)] == [1, 2, 1], "one is the legend's"


def test_the_language_is_the_report_s() -> None:
    dutch = texts(repeat_svg(INTERMEDIATE, EXPANDED_READS, gettext(Language.DUTCH)))
    assert "linkerflank" in dutch
    assert not any(text == "flank" or "left" in text for text in dutch if text != "flank")


def test_the_same_reads_give_the_same_bytes() -> None:
    assert repeat_svg(LARGE, EXPANDED_READS, str) == repeat_svg(LARGE, EXPANDED_READS, str)


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
    assert isinstance(repeat_reads(*kept), RepeatReads)
