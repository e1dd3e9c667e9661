import pytest

from als_screen.evidence import Allele, Zygosity
from als_screen.interpretation.inheritance import Partner
from als_screen.interpretation.naming.haplotype import phase, put_together, taken_apart
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from interpretation_shared import allele

REFERENCE = bundled().slices(Build.GRCH38)[Gene.SOD1]
TRANSCRIPT = bundled().transcript(Build.GRCH38, Gene.SOD1)


def _first(genotype: str, **fields: object) -> Allele:
    return allele(Gene.SOD1, 31659782, "G", "T", genotype, **fields)


def _second(genotype: str, **fields: object) -> Allele:
    return allele(Gene.SOD1, 31659783, "C", "T", genotype, **fields)


def _one_record(genotype: str, index: int) -> Allele:
    alt = "AT"[index - 1]
    fields = {"allele_index": index, "record": "chr21:31659783 C>A,T", "zygosity": Zygosity.HETEROZYGOUS}
    return allele(Gene.SOD1, 31659783, "C", alt, genotype).model_copy(update=fields)


@pytest.mark.parametrize(
    ("one", "other", "expected", "note"),
    [
        (_first("0/1"), _second("0/1"), Partner.UNPHASED, "not phased"),
        (_first("0|1", phase_set="7"), _second("0|1", phase_set="7"), Partner.CIS, "same copy"),
        (_first("0|1", phase_set="7"), _second("1|0", phase_set="7"), Partner.TRANS, "other copy"),
        (_first("0|1", phase_set="7"), _second("0|1", phase_set="8"), Partner.UNPHASED, "other phase sets"),
        (_first("0|1", phase_set=""), _second("0|1", phase_set=""), Partner.CIS, "phased without PS"),
        (_first("0|1"), _second("0|1"), Partner.UNPHASED, "no phase set at all"),
        (_first("1/1"), _second("0/1"), Partner.TRANS, "homozygous is on the other copy too"),
        (_one_record("1/2", 1), _one_record("1/2", 2), Partner.TRANS, "one record has one on each copy"),
        (_one_record("0/1/2", 1), _one_record("0/1/2", 2), Partner.UNPHASED, "three copies"),
        (_first("1|.", phase_set=""), _second("1|0", phase_set=""), Partner.CIS, "half-call that is phased"),
    ],
)
def test_phase(one: Allele, other: Allele, expected: Partner, note: str) -> None:
    assert phase(one, other) is expected, note
    assert phase(other, one) is expected, note


@pytest.mark.parametrize(
    ("one", "other", "zygosity"),
    [
        (_first("0|1", phase_set="7"), _second("0|1", phase_set="7"), Zygosity.HETEROZYGOUS),
        (_first("1/1"), _second("1/1"), Zygosity.HOMOZYGOUS),
        (_first("1/1"), _second("0/1"), Zygosity.HETEROZYGOUS),
    ],
)
def test_one_codon_on_one_copy_is_put_together(one: Allele, other: Allele, zygosity: Zygosity) -> None:
    [found] = put_together(REFERENCE, TRANSCRIPT, [one, other])
    assert (found.allele.pos, found.allele.ref, found.allele.alt) == (31659782, "GC", "TT")
    assert found.allele.zygosity is zygosity
    assert found.parts == (one, other)


@pytest.mark.parametrize(
    ("alleles", "note"),
    [
        ([_first("0/1"), _second("0/1")], "not phased"),
        ([_first("0|1", phase_set="7"), _second("1|0", phase_set="7")], "on two copies"),
        ([_first("1/1"), allele(Gene.SOD1, 31659785, "C", "T", "1/1")], "another codon"),
        ([_first("1/1"), allele(Gene.SOD1, 31659782, "GC", "G", "1/1")], "a deletion"),
        ([_first("1/1"), allele(Gene.SOD1, 31659782, "G", "A", "1/1")], "two changes of one base"),
        ([allele(Gene.SOD1, 31659700, "T", "A", "1/1"), allele(Gene.SOD1, 31659701, "G", "A", "1/1")], "UTR"),
        ([_first("1/1")], "alone"),
    ],
)
def test_not_put_together(alleles: list[Allele], note: str) -> None:
    assert put_together(REFERENCE, TRANSCRIPT, alleles) == [], note


def test_a_filter_of_a_part_is_kept() -> None:
    [found] = put_together(REFERENCE, TRANSCRIPT, [_first("1/1", filter="LowQual"), _second("1/1")])
    assert found.allele.filter == "LowQual"


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "expected", "note"),
    [
        (31659783, "C", "T", [(31659783, "C", "T")], "single base"),
        (31659782, "GC", "TT", [(31659782, "GC", "TT")], "one codon"),
        (31659783, "CCG", "TCA", [(31659783, "C", "T"), (31659785, "G", "A")], "two codons"),
        (31659782, "GC", "G", [(31659782, "GC", "G")], "deletion"),
    ],
)
def test_taken_apart(pos: int, ref: str, alt: str, expected: list[tuple[int, str, str]], note: str) -> None:
    found = taken_apart(REFERENCE, TRANSCRIPT, allele(Gene.SOD1, pos, ref, alt))
    assert [(one.pos, one.ref, one.alt) for one in found] == expected, note
