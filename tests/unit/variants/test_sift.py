import pytest

from als_screen.variants.records import UNKNOWN_END, RawRecord
from als_screen.variants.sift import LeftOut, sift
from variant_files import genome, other, part, raw

POS = 31663810
REF = genome("21", POS)
ALT = other(REF)
LONG = genome("21", POS, 4)
REGION = part("21").region
BEFORE = REGION.start - 50
HERE = (POS - 1, POS)


def at(ref: str, alts: str, call: str | None = "0/1", pos: int = POS, **more: object) -> RawRecord:
    return raw(f"21:{pos}", ref, alts, call, **more)


@pytest.mark.parametrize(
    ("record", "alleles", "uncertain", "note"),
    [
        (at(REF, ALT), [(1, REF, ALT)], False, "a substitution"),
        (at(REF.lower(), ALT.lower()), [(1, REF, ALT)], False, "lower case is the same allele"),
        (at("N", ALT), [(1, REF, ALT)], False, "an ambiguity code that stands for the genome's base"),
        (at(REF, f"{ALT},{REF}A", "1/2"), [(1, REF, ALT), (2, REF, f"{REF}A")], False, "two alternates"),
        (at(REF, f"{ALT},{REF}A", "0/2"), [(2, REF, f"{REF}A")], False, "only what the patient carries"),
        (at(REF, f"{ALT},*", "1/2"), [(1, REF, ALT)], True, "a star is no allele"),
        (at(REF, f"{ALT},<NON_REF>"), [(1, REF, ALT)], False, "a gVCF"),
        (at(REF, ALT, filters=("LowQual",)), [(1, REF, ALT)], True, "a filtered allele is kept"),
        (at(REF, ALT, "./1"), [(1, REF, ALT)], True, "a half-call of the alternate"),
    ],
)
def test_alleles_that_are_carried(
    record: RawRecord, alleles: list[tuple[int, str, str]], uncertain: bool, note: str
) -> None:
    found = sift(record, part("21"))
    assert [(one.index, one.ref, one.alt) for one in found.candidates] == alleles, note
    assert (found.left_out, found.unusable, found.reference) == (None, (), None), note
    assert (found.around is None) == (found.hole == HERE) == uncertain, note


@pytest.mark.parametrize(
    ("record", "left_out", "reason", "note"),
    [
        (at(REF, ALT, None), LeftOut.NO_GENOTYPE, "no genotype", "GT is not in FORMAT"),
        (at(REF, ALT, "./.", single=False), LeftOut.NO_GENOTYPE, None, "missing, as in any joint VCF"),
        (at(REF, ALT, ".", single=False), LeftOut.NO_GENOTYPE, None, "missing and haploid"),
        (at(REF, ALT, "./."), LeftOut.NO_GENOTYPE, "no genotype", "missing in the patient's own file"),
        (at(REF, ".", "0/1"), LeftOut.CONTRADICTION, "does not list", "no alternate allele, carried"),
        (at(REF, ALT, "0/7"), LeftOut.CONTRADICTION, "does not list", "an allele too high"),
        (at(REF, f"{ALT},{ALT.lower()}", "1/2"), LeftOut.CONTRADICTION, "twice", "one allele twice"),
        (at(REF, "<NON_REF>", "./."), LeftOut.NO_GENOTYPE, None, "a block that could not be called"),
        (at(REF, ALT, "0"), LeftOut.HALF_REFERENCE, "leaves a copy open", "haploid reference"),
        (at(REF, ALT, "0/."), LeftOut.HALF_REFERENCE, "leaves a copy open", "half a reference"),
        (at(REF, ".", "0/."), LeftOut.HALF_REFERENCE, None, "no allele is in question"),
        (at(REF, ALT, "0/0", filters=("q",)), LeftOut.FILTERED_REFERENCE, None, "failed its filters"),
        (at(REF, f"{ALT},*", "0/2"), LeftOut.SPANNING, None, "the deletion is in another record"),
        (at(REF, f"{ALT},<NON_REF>", "0/2"), LeftOut.UNNAMED, "does not name", "some other allele"),
        (at(ALT, REF), LeftOut.NOT_GENOME, f"REF is {ALT}, the genome has {REF}", "REF and ALT swapped"),
        (at("R" if REF in "CT" else "Y", ALT), LeftOut.NOT_GENOME, "REF is", "a code without the base"),
        (at(ALT, ".", "0/0"), LeftOut.NOT_GENOME, "REF is", "a reference call on another genome"),
        (at("?", ".", "0/0"), LeftOut.NOT_BASES, "reference allele", "a reference call of nothing"),
        (at(REF, "N"), LeftOut.NOT_BASES, "alternate allele", "which allele is unknown"),
        (at(REF, "R"), LeftOut.NOT_BASES, "alternate allele", "one of two alleles"),
        (at("A-", "A"), LeftOut.NOT_BASES, "reference allele", "a gap sign"),
        (at(REF, REF), LeftOut.NOT_GENOME, "what the genome has", "no change"),
        (at("N", REF), LeftOut.NOT_GENOME, "what the genome has", "no change, hidden by a code"),
    ],
)
def test_what_gives_no_allele(record: RawRecord, left_out: LeftOut, reason: str | None, note: str) -> None:
    found = sift(record, part("21"))
    assert (found.candidates, found.left_out, found.reference) == ((), left_out, None), note
    assert [record.described()] * bool(reason) == [one.record for one in found.unusable], note
    assert all(reason in one.reason for one in found.unusable if reason), note
    assert found.hole == (POS - 1, POS - 1 + len(record.ref)), note


@pytest.mark.parametrize(
    ("pos", "ref", "note"),
    [
        (REGION.start, "A" + genome("21", REGION.start + 1, 3), "begins a base before the region"),
        (REGION.end - 1, genome("21", REGION.end - 1, 2) + "A", "ends a base behind it"),
    ],
)
def test_a_record_that_sticks_out_is_unusable(pos: int, ref: str, note: str) -> None:
    found = sift(at(ref, ref[0], pos=pos), part("21"))
    assert found.left_out is LeftOut.OUTSIDE, note
    assert [(one.pos, one.end) for one in found.unusable] == [(pos, pos + len(ref) - 1)], note


def test_a_record_that_fills_the_region_to_its_last_base_is_used() -> None:
    ref = genome("21", REGION.end - 1, 2)
    assert sift(at(ref, ref[0], pos=REGION.end - 1), part("21")).candidates


@pytest.mark.parametrize(
    ("record", "carried", "left_out", "note"),
    [
        (at(REF, "<DEL>", "0/1", end=POS + 900), ["<DEL>"], LeftOut.STRUCTURAL, "carried"),
        (at(REF, "<DEL>,<DUP>", "1/2"), ["<DEL>", "<DUP>"], LeftOut.STRUCTURAL, "two of them"),
        (at(REF, "<CNV>", None), ["<CNV>"], LeftOut.STRUCTURAL, "no genotype in a file of one sample"),
        (at(REF, "<CNV>", "./."), ["<CNV>"], LeftOut.STRUCTURAL, "nor a copy number"),
        (at(REF, "<DEL>", "./.", single=False), [], LeftOut.NO_GENOTYPE, "missing in a joint VCF"),
        (at(REF, "<DEL>", "0/0"), [], LeftOut.NO_STRUCTURAL, "not carried"),
        (at(REF, "G[9:1000[", "0/1"), ["G[9:1000["], LeftOut.STRUCTURAL, "a breakend"),
        (at(REF, "<INV>", "1", filters=("q",)), ["<INV>"], LeftOut.STRUCTURAL, "filtered, haploid"),
        (at(REF, f"{ALT},<DEL>", "1/2"), ["<DEL>"], None, "beside an allele"),
    ],
)
def test_structural_records(
    record: RawRecord, carried: list[str], left_out: LeftOut | None, note: str
) -> None:
    found = sift(record, part("21"))
    assert [one.alt for one in found.structural] == carried, note
    assert (found.left_out, found.reference) == (left_out, None), note
    for one in found.structural:
        assert (one.gene, one.pos, one.end, one.filter) == ("SOD1", POS, record.end, record.filter), note
        assert one.genotype == (record.genotype or "."), note


def test_each_structural_allele_has_its_own_length() -> None:
    found = sift(at(REF, f"{ALT},<INS>,<DUP>", "2/3", lengths=(None, 30, 1800)), part("21"))
    assert [(one.alt, one.length) for one in found.structural] == [("<INS>", 30), ("<DUP>", 1800)]
    bare = sift(at(REF, f"{ALT},<INS>", None, lengths=(None, 30)), part("21"))
    assert [(one.alt, one.length) for one in bare.structural] == [("<INS>", 30)]


def test_a_structural_record_without_genotype_in_a_joint_file_is_listed() -> None:
    found = sift(at(REF, "<DEL>", None, single=False), part("21"))
    assert [one.pos for one in found.unusable] == [POS]


@pytest.mark.parametrize(
    ("record", "span", "depth", "quality", "note"),
    [
        (at(REF, ALT, "0/0", depth=30, genotype_quality=90), HERE, 30, 90, "a site of a joint VCF"),
        (at(LONG, LONG[0], "0/0"), (POS - 1, POS + 3), None, None, "all bases of REF"),
        (at(REF, ".", "0|0", end=POS + 99, depth=9), (POS - 1, POS + 99), 9, None, "a block to its END"),
        (
            at(REF, "<NON_REF>", "0/0", end=POS + 9, depth=9, min_depth=5),
            (POS - 1, POS + 9),
            5,
            None,
            "MIN_DP",
        ),
        (at(REF, f"{ALT},<NON_REF>", "0/0", end=POS + 9), HERE, None, None, "a site, whatever END says"),
        (at("N", ".", "0/0"), HERE, None, None, "REF was not written out"),
        (
            at("A", ".", "0/0", pos=REGION.start - 50, end=POS),
            (REGION.start - 51, POS),
            None,
            None,
            "before the gene",
        ),
        (at(REF, "*", "0/0"), HERE, None, None, "another sample has the deletion"),
    ],
)
def test_reference_calls(
    record: RawRecord, span: tuple[int, int], depth: int | None, quality: int | None, note: str
) -> None:
    found = sift(record, part("21"))
    assert (found.left_out, found.hole) == (LeftOut.REFERENCE, None), note
    block = found.reference
    assert block is not None
    assert ((block.start, block.end), block.depth, block.genotype_quality) == (span, depth, quality), note


@pytest.mark.parametrize(
    ("ref", "alt", "deleted", "note"),
    [
        (LONG, LONG[0], range(POS + 1, POS + 4), "anchored deletion"),
        (LONG, ALT, range(POS, POS + 3), "replaced by a base: what it removes begins at once"),
        (REF, REF + "A", range(POS + 1, POS + 1), "an insertion removes nothing"),
        (REF, ALT, range(POS, POS), "nor does a substitution"),
    ],
)
def test_what_an_allele_deletes(ref: str, alt: str, deleted: range, note: str) -> None:
    (candidate,) = sift(at(ref, alt), part("21")).candidates
    assert candidate.deleted == deleted, note


@pytest.mark.parametrize(("filters", "listed"), [((), 1), (("q",), 0)])
@pytest.mark.parametrize("call", ["0/1", "./."])
def test_an_allele_of_which_nothing_tells_the_end_may_reach_over_the_gene(
    filters: tuple[str, ...], listed: int, call: str
) -> None:
    found = sift(
        at(REF, "<DEL>", call, pos=REGION.start - 5000, end=UNKNOWN_END, filters=filters), part("21")
    )
    assert [(one.alt, one.end) for one in found.structural] == [("<DEL>", REGION.end)]
    assert [one.end for one in found.unusable] == [REGION.end] * listed


def test_a_duplicate_allele_of_others_is_no_matter() -> None:
    assert sift(at(REF, f"{ALT},{ALT}", "0/0"), part("21")).reference
