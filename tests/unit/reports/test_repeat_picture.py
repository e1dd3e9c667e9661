"""The picture of the repeat: who is drawn under which allele, and what is said."""

from __future__ import annotations

from xml.etree import ElementTree

from als_screen.read_views import Lies
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.repeat_layout import panels
from als_screen.reports.repeat_picture import repeat_svg
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
