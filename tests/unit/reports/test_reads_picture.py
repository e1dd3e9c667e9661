"""The picture of the reads over a variant."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from als_screen.read_views import SiteRead, SiteReads
from als_screen.reports.reads_picture import MOST_ROWS, drawn_rows, reads_svg, runs, shows_allele
from als_screen.reports.svg import letter
from unit.reports.pages import HOSTILE
from unit.reports.picture_reads import site_reads


def texts(svg: str) -> list[str]:
    return [
        element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")
    ]


def written(svg: str, base: str) -> int:
    """Return how often the letter of a base is drawn."""
    return svg.count(letter(0, 0, base).removeprefix("M0 0"))


def indel(
    ref: str, alt: str, row: str, inserted: tuple[tuple[int, str], ...] = ()
) -> tuple[SiteReads, SiteRead]:
    read = SiteRead(reverse=False, row=row, inserted=inserted)
    return site_reads(ref=ref, alt=alt, reference="A" * 40 + ref + "G" * 40, reads=[read]), read


def test_reads_with_the_allele_are_on_top_and_their_base_is_written() -> None:
    site = site_reads()
    rows = drawn_rows(site)
    assert [shows_allele(site, row) for row in rows] == [True] * 8 + [False] * 12
    svg = reads_svg(site, "NM_000454.5:c.14C>T", str, "reads-1")
    assert written(svg, "T") == 8 + site.reference.count("T")
    found = texts(svg)
    assert "chr21:31 659 783" in found
    assert "Reads drawn: 20 of 20" in found


def test_many_reads_are_thinned_and_told() -> None:
    many = site_reads(reads=site_reads().reads * 3, total=5_000)
    assert len(drawn_rows(many)) == MOST_ROWS
    assert f"Reads drawn: {MOST_ROWS} of 5000" in texts(reads_svg(many, "x", str, "reads-1"))


@pytest.mark.parametrize(
    ("ref", "alt", "row", "inserted", "seen"),
    [
        pytest.param("CAT", "C", "." * 41 + "--" + "." * 30, (), True, id="deletion"),
        pytest.param("CAT", "C", "." * 70, (), False, id="no deletion"),
        pytest.param("C", "CTT", "." * 70, ((41, "TT"),), True, id="insertion"),
        pytest.param("C", "CTT", "." * 70, ((3, "TT"),), False, id="insertion elsewhere"),
        pytest.param("CA", "TG", "." * 40 + "TG" + "." * 20, (), True, id="two bases"),
        pytest.param("CA", "TG", "." * 40 + "T" + "." * 20, (), False, id="one of two bases"),
        pytest.param("C", "T", "." * 30, (), False, id="does not reach the site"),
    ],
)
def test_which_reads_show_the_allele(
    ref: str, alt: str, row: str, inserted: tuple[tuple[int, str], ...], seen: bool
) -> None:
    site, read = indel(ref, alt, row, inserted)
    assert shows_allele(site, read) is seen
    ElementTree.fromstring(reads_svg(site, "x", str, "reads-1"))


def test_runs_of_one_look() -> None:
    assert runs("  ..,T-a~") == [
        (2, 4, "."),
        (4, 5, ","),
        (5, 6, "A"),
        (6, 7, "-"),
        (7, 8, "a"),
        (8, 9, "~"),
    ]


def test_a_long_allele_has_no_letters_but_a_picture() -> None:
    site, _ = indel("C" + "A" * 300, "C", "." * 41 + "-" * 300 + "." * 40)
    svg = reads_svg(site, "x", str, "reads-1")
    assert texts(svg)
    assert written(svg, "A") == 0


def test_a_hostile_name_stays_text() -> None:
    assert "<script" not in reads_svg(site_reads(), HOSTILE, str, "reads-1")
