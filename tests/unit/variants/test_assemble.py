from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.evidence import Allele, ReferenceBlock, Zygosity
from als_screen.regions import Build
from als_screen.resources import bundled
from als_screen.variants.assemble import Assembled, assemble
from als_screen.variants.records import RawRecord
from variant_files import genome, other, raw

POS = 31663810
REF = genome("21", POS)
ALT = other(REF)
HET, HOM, HEMI, UNKNOWN = (
    Zygosity.HETEROZYGOUS,
    Zygosity.HOMOZYGOUS,
    Zygosity.HEMIZYGOUS,
    Zygosity.UNKNOWN,
)


def together(*records: RawRecord, bed: Sequence[ReferenceBlock] = ()) -> Assembled:
    return assemble(records, bed, Build.GRCH38, bundled())


def at(ref: str, alts: str, call: str | None = "0/1", pos: int = POS, **more: object) -> RawRecord:
    return raw(f"21:{pos}", ref, alts, call, **more)


def deletion(call: str = "0/1", pos: int = POS - 2, **more: object) -> RawRecord:
    """Return a record that removes the two bases before POS, POS, and the next two."""
    ref = genome("21", pos - 1, 6)
    return at(ref, ref[0], call, pos - 1, **more)


def zygosities(found: Assembled) -> dict[str, Zygosity]:
    return {f"{one.pos} {one.ref}>{one.alt}": one.zygosity for one in found.alleles}


def test_every_field_of_an_allele() -> None:
    record = at(
        REF,
        f"{ALT},{REF}A",
        "1|2",
        contig="21",
        phase_set="77",
        depth=40,
        allele_depths=(0, 18, 22),
        quality=99.5,
        genotype_quality=87,
        filters=("q10", "SB"),
    )
    found = together(record).alleles
    assert found[0] == Allele(
        gene="SOD1",
        chrom="21",
        pos=POS,
        ref=REF,
        alt=ALT,
        zygosity=HET,
        genotype="1|2",
        allele_index=1,
        phase_set="77",
        depth=40,
        alt_depth=18,
        quality=99.5,
        genotype_quality=87,
        filter="q10;SB",
        record=f"21:{POS} {REF}>{ALT},{REF}A",
    )
    assert (found[1].allele_index, found[1].alt_depth, found[1].genotype) == (2, 22, "1|2")


def test_records_outside_the_genes_count_nowhere() -> None:
    found = together(at("A", "G", pos=5), raw("9:5", "A", "G"), raw("X:31663810", "A", "G", None))
    assert found == Assembled((), (), (), (), (), {}, 0)


def test_what_is_left_out_is_counted_by_reason() -> None:
    found = together(
        at(REF, ALT, "0/0"),
        at(REF, ALT, "0/0", pos=POS),
        at(REF, ALT, "./."),
        at(ALT, REF),
        at(REF, "<DEL>", end=POS + 9),
    )
    assert found.left_out == {
        "REF differs from the genome": 1,
        "homozygous reference": 2,
        "no genotype": 1,
        "structural variant, not interpreted": 1,
    }
    assert (found.records, len(found.unusable), len(found.structural)) == (5, 2, 1)


@pytest.mark.parametrize(
    ("records", "expected", "note"),
    [
        ([deletion()], HEMI, "a called deletion covers the star"),
        ([deletion("1|0")], HEMI, "phased"),
        ([], UNKNOWN, "no deletion"),
        ([deletion(filters=("q",))], UNKNOWN, "a deletion that failed its filters"),
        ([deletion("1/1")], UNKNOWN, "a homozygous deletion leaves no copy"),
        ([deletion("./1")], UNKNOWN, "a half-called deletion"),
        ([deletion(pos=POS - 20)], UNKNOWN, "a deletion elsewhere"),
        ([at(REF, "<DEL>", "0/1", POS - 50, end=POS + 50)], HEMI, "a symbolic deletion"),
        ([at(REF, "<DEL>", "0/1", POS - 50, end=POS + 50, filters=("q",))], UNKNOWN, "a filtered one"),
        ([at(REF, "<DEL>", "1/1", POS - 50, end=POS + 50)], UNKNOWN, "a homozygous one"),
        ([at(REF, "<DUP>", "0/1", POS - 50, end=POS + 50)], UNKNOWN, "a duplication"),
        ([raw(f"1:{POS}", "A", "<DEL>", "0/1", end=POS + 50)], UNKNOWN, "another chromosome"),
    ],
)
def test_hemizygous_only_beside_a_called_deletion(
    records: list[RawRecord], expected: Zygosity, note: str
) -> None:
    found = together(*records, at(REF, f"{ALT},*", "1/2"))
    assert zygosities(found)[f"{POS} {REF}>{ALT}"] is expected, note


def test_alleles_come_sorted_and_left_aligned_whatever_the_order_of_records() -> None:
    fus, tardbp = (
        raw("16:31190000", genome("16", 31190000), other(genome("16", 31190000))),
        raw("1:11020000", genome("1", 11020000), other(genome("1", 11020000))),
    )
    found = together(at(REF, ALT), fus, tardbp)
    assert [one.chrom for one in found.alleles] == ["1", "16", "21"]


@pytest.mark.parametrize(
    ("first", "second", "left_out", "zygosity", "note"),
    [
        ("0/1", "0/1", "duplicate record", HET, "the same twice"),
        ("0/1", "1/0", "duplicate record", HET, "unphased copies have no order"),
        ("1/1", "1/1", "duplicate record", HOM, "homozygous twice"),
        ("0/1", "1/1", "second record of an allele with another genotype", UNKNOWN, "a contradiction"),
        ("0/1", "./1", "second record of an allele with another genotype", UNKNOWN, "known and unknown"),
        ("0|1", "1|0", "second record of an allele with another genotype", UNKNOWN, "on both haplotypes"),
        ("0|1", "0|1", "duplicate record", HET, "on one haplotype"),
        ("0/1", "0|1", "duplicate record", HET, "only one of them is phased"),
    ],
)
def test_two_records_of_one_allele(
    first: str, second: str, left_out: str, zygosity: Zygosity, note: str
) -> None:
    found = together(at(REF, ALT, first), at(REF, ALT, second))
    assert zygosities(found) == {f"{POS} {REF}>{ALT}": zygosity}, note
    assert found.left_out == {left_out: 1}, note
    assert len(found.unusable) == (zygosity is UNKNOWN), note


def test_two_ways_of_writing_one_allele_may_be_two_copies() -> None:
    padded = genome("21", POS, 3)
    found = together(at(REF, ALT), at(padded, ALT + padded[1:]))
    assert zygosities(found) == {f"{POS} {REF}>{ALT}": UNKNOWN}
    assert "is the same allele" in found.unusable[0].reason


def test_the_record_that_passed_is_the_one_kept() -> None:
    found = together(at(REF, ALT, filters=("q",), depth=9), at(REF, ALT, depth=30))
    assert [(one.filter, one.depth) for one in found.alleles] == [("PASS", 30)]


def test_a_split_multiallelic_record_gives_two_alleles_and_no_reference() -> None:
    found = together(at(REF, ALT, "0/1", depth=30), at(REF, f"{REF}A", "0/0", depth=30))
    assert (len(found.alleles), found.reference) == (1, ())
    assert found.left_out == {"homozygous reference": 1}


def test_what_a_record_spans_beside_its_alleles_is_reference_where_the_file_tells_reference() -> None:
    ref = genome("21", POS, 5)
    padded = at(ref, f"{other(ref[0])}{ref[1:]},{ref[0]}", "0/1", depth=30)
    elsewhere = at("N", "C", "0/0", POS + 50, depth=20)
    assert together(padded).reference == ()
    blocks = [(one.start - POS, one.end - POS, one.depth) for one in together(padded, elsewhere).reference]
    assert blocks == [(0, 4, 30), (49, 50, 20)]
    filtered = together(at(ref, f"{other(ref[0])}{ref[1:]}", "0/1", filters=("q",)), elsewhere)
    assert [one.start - POS for one in filtered.reference] == [49]


def test_reference_keeps_clear_of_records_that_say_something_else() -> None:
    bed = ReferenceBlock(chrom="21", start=POS - 11, end=POS + 9, depth=None, genotype_quality=None)
    found = together(at(REF, ALT, filters=("q",)), at("N", "C", "./.", POS + 4), bed=[bed])
    assert [(one.start, one.end) for one in found.callable_regions] == [
        (POS - 11, POS - 1),
        (POS, POS + 3),
        (POS + 4, POS + 9),
    ]


@st.composite
def drawn(draw: st.DrawFn) -> list[RawRecord]:
    """Return records of one stretch of SOD1 that may repeat and contradict each other."""
    records = []
    for offset in draw(st.lists(st.integers(0, 6), min_size=1, max_size=8)):
        pos = POS + offset
        ref = genome("21", pos, draw(st.integers(1, 3)))
        alt = draw(st.sampled_from([ref[0], other(ref[0]), f"{ref[0]}TT", "<NON_REF>", "*", "<DEL>"]))
        call = draw(st.sampled_from(["0/1", "1/1", "1", "./1", "0/0", "./.", "0|1"]))
        filters = draw(st.sampled_from([(), ("q",)]))
        records.append(at(ref, alt, call, pos, filters=filters))
    return records


@settings(max_examples=60, deadline=None)
@given(drawn(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter_and_none_is_lost(
    records: list[RawRecord], random: object
) -> None:
    found = together(*records)
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert together(*shuffled) == found
    places = [(one.pos, one.ref, one.alt) for one in found.alleles]
    assert places == sorted(set(places))
    assert len(found.alleles) + sum(found.left_out.values()) == len(records)
    assert not any(block.start < one.pos <= block.end for block in found.reference for one in found.alleles)


def test_a_record_that_says_reference_contradicts_one_that_says_allele() -> None:
    found = together(at(REF, ALT, "0/1"), at(REF, ALT, "0/0"))
    assert zygosities(found) == {f"{POS} {REF}>{ALT}": UNKNOWN}
    (listed,) = found.unusable
    assert "genotype 0/0" in listed.reason
    assert together(at(REF, ALT, "0/1"), at(REF, ALT, "0/0", filters=("LowQual",))).unusable == ()
    assert together(at(REF, ALT, "0/1"), at(REF, f"{REF}AA", "0/0")).unusable == ()
