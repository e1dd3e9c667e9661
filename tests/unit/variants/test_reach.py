"""How far alleles reach that are not written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.variants.reach import last_base, place_of, reaches_far
from als_screen.variants.records import UNKNOWN_END


@pytest.mark.parametrize(
    ("alt", "info", "stop", "expected", "note"),
    [
        ("<DEL>", "SVTYPE=DEL;END=900", 100, 900, "END that htslib does not know"),
        ("<DEL>", "END=900;SVLEN=-2000", 900, 2100, "the longer of two"),
        ("<DEL>", "SVLEN=-800", 100, 900, "SVLEN alone"),
        ("<DUP>", "SVLEN=800", 100, 900, "of a duplication"),
        ("<DUP>", "SVLEN=.,800", 100, 900, "of one of two alleles"),
        ("<INV>", "IMPRECISE", 100, UNKNOWN_END, "neither"),
        ("<DEL>", "END=abc;SVLEN=-", 100, UNKNOWN_END, "neither is a number"),
        ("<DEL>", "END=20", 100, UNKNOWN_END, "an END before the begin"),
        ("<DEL>", "CIEND=900;MEND=900", 100, UNKNOWN_END, "fields that end alike"),
        ("<DEL>", f"END={'9' * 5000}", 100, UNKNOWN_END, "a number without end"),
        ("<DEL>", ".", 900, 900, "htslib knows"),
        ("<INS:ME:ALU>", "SVLEN=300", 100, 100, "an insertion is at one place"),
        ("<STR800>", "REF=3", 100, 100, "a tandem repeat too"),
        ("<STR800>", "SVLEN=4782", 118, 118, "as far as htslib knows"),
        ("C[chr21:900[", ".", 100, 900, "a mate behind it"),
        ("]chr21:50]C", ".", 100, 100, "a mate before it"),
        ("C[chr1:900[", ".", 100, 100, "a mate elsewhere"),
        ("C[<ctg>:900[", ".", 100, 100, "a mate in a contig of an assembly"),
        ("C.", ".", 100, 100, "a single breakend"),
    ],
)
def test_last_base(alt: str, info: str, stop: int, expected: int, note: str) -> None:
    assert reaches_far([alt])
    assert last_base("chr21", 100, stop, "C", [alt], info) == expected, note
    line = "\t".join(["chr21", "100", ".", "C", alt, ".", "PASS", info, "GT", "0/1"])
    if stop == 100:
        assert place_of(line.encode()) == ("chr21", 100, expected), note


def test_alleles_in_bases_reach_as_far_as_ref() -> None:
    assert not reaches_far(["C", "<NON_REF>", "*"])
    assert place_of(b"21\t100\t.\tCCC\tC\t.\t.\t.\n") == ("21", 100, 102)
    assert place_of(b"21\t100\t.\tC\t<NON_REF>\t.\t.\tEND=300\n") == ("21", 100, 300)


@given(st.binary(max_size=60) | st.text("chr21\t019.ACGT<DEL>END=;SVLEN[]:", max_size=60).map(str.encode))
def test_any_line_has_a_place_or_none(line: bytes) -> None:
    _, pos, end = place_of(line)
    assert pos <= end
