import pytest

from als_screen.variants.records import is_structural
from variant_files import raw


@pytest.mark.parametrize(
    ("alt", "expected", "note"),
    [
        ("<DEL>", True, "symbolic"),
        ("<DUP:TANDEM>", True, "symbolic with a subtype"),
        ("<CN0>", True, "1000 Genomes"),
        ("G[9:27573528[", True, "breakend"),
        ("]9:27573528]G", True, "breakend, the other way"),
        (".G", True, "single breakend"),
        ("G.", True, "single breakend, the other way"),
        ("G", False, "a base"),
        ("*", False, "covered by a deletion"),
        ("<NON_REF>", False, "GATK's other alleles"),
        ("<*>", False, "bcftools' other alleles"),
    ],
)
def test_is_structural(alt: str, expected: bool, note: str) -> None:
    assert is_structural(alt) is expected, note


@pytest.mark.parametrize(
    ("filters", "text", "passed"),
    [((), "PASS", True), (("LowQual",), "LowQual", False), (("q10", "SB"), "q10;SB", False)],
)
def test_a_record_without_filters_passed(filters: tuple[str, ...], text: str, passed: bool) -> None:
    record = raw("21:31663810", "G", "A", filters=filters)
    assert (record.filter, record.passed) == (text, passed)


@pytest.mark.parametrize("call", ["0/1", "1|2", "./1", "1", ".", "0/1/1"])
def test_the_genotype_is_told_as_written(call: str) -> None:
    assert raw("21:31663810", "G", "A,T", call).genotype == call


def test_what_is_carried() -> None:
    assert raw("21:31663810", "G", "A,T", "2/1").carried == [1, 2]
    assert raw("21:31663810", "G", "A", "1/1").carried == [1]
    assert raw("21:31663810", "G", "A", "./0").carried == []
    assert raw("21:31663810", "G", "A", None).carried == []


def test_a_record_is_described_as_the_file_writes_it() -> None:
    assert raw("21:31663810", "G", "A,T", contig="21").described() == "21:31663810 G>A,T"
    assert raw("21:31663810", "G", ".", "0/0").described() == "chr21:31663810 G>."


def test_the_depth_of_an_allele_is_unknown_beyond_the_list() -> None:
    record = raw("21:31663810", "G", "A,T", allele_depths=(7, 8))
    assert [record.alt_depth(index) for index in (0, 1, 2)] == [7, 8, None]
