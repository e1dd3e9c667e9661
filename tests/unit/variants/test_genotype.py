import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.evidence import Zygosity
from als_screen.variants.genotype import Copies, is_reference, zygosity

HET, HOM, HEMI, UNKNOWN = (
    Zygosity.HETEROZYGOUS,
    Zygosity.HOMOZYGOUS,
    Zygosity.HEMIZYGOUS,
    Zygosity.UNKNOWN,
)


@pytest.mark.parametrize(
    ("copies", "allele", "spanning", "deleted", "expected", "note"),
    [
        ((0, 1), 1, None, False, HET, "the usual heterozygote"),
        ((1, 0), 1, None, False, HET, "the order of copies means nothing here"),
        ((1, 1), 1, None, False, HOM, "both copies"),
        ((1, 2), 1, None, False, HET, "two different alternates: each on one copy"),
        ((1, 2), 2, None, False, HET, "the other one of the two"),
        ((2, 2), 2, None, False, HOM, "homozygous for the second alternate"),
        ((1,), 1, None, False, UNKNOWN, "haploid call on an autosome"),
        ((1,), 1, None, True, UNKNOWN, "a haploid call does not become hemizygous beside a deletion"),
        ((None, 1), 1, None, False, UNKNOWN, "half-call ./1"),
        ((1, None), 1, None, False, UNKNOWN, "half-call 1/."),
        ((1, 2), 1, 2, True, HEMI, "*/1 with the deletion called"),
        ((2, 1), 1, 2, True, HEMI, "the star first"),
        ((1, 2), 1, 2, False, UNKNOWN, "*/1 without a called deletion"),
        ((0, 1), 1, 2, True, HET, "the record has a star, but this patient does not carry it"),
        ((1, 1), 1, 2, True, HOM, "homozygous where the record has a star"),
        ((1, 1, 1), 1, None, False, HOM, "three copies, all of them"),
        ((0, 1, 1), 1, None, False, UNKNOWN, "three copies, two of them"),
        ((0, 0, 1, 1), 1, None, False, UNKNOWN, "four copies"),
        ((1, 1, None), 1, None, False, UNKNOWN, "three copies, one of them not called"),
    ],
)
def test_zygosity(
    copies: Copies, allele: int, spanning: int | None, deleted: bool, expected: Zygosity, note: str
) -> None:
    assert zygosity(copies, allele, spanning, deleted=deleted) is expected, note


def test_an_allele_that_is_not_carried_has_no_zygosity() -> None:
    with pytest.raises(ValueError, match="allele 2 is not in the genotype"):
        zygosity((0, 1), 2)


@pytest.mark.parametrize(
    ("copies", "expected", "note"),
    [
        ((0, 0), True, "both copies called"),
        ((0, 0, 0), True, "more than two"),
        ((0,), False, "a haploid call says nothing of the other copy"),
        ((0, None), False, "nor does a half-call"),
        ((None, None), False, "missing is not reference"),
        ((), False, "no genotype at all"),
        ((0, 1), False, "a carrier"),
    ],
)
def test_is_reference(copies: Copies, expected: bool, note: str) -> None:
    assert is_reference(copies) is expected, note


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=4), st.booleans())
def test_homozygous_needs_every_copy(copies: list[int | None], deleted: bool) -> None:
    for allele in {copy for copy in copies if copy}:
        found = zygosity(tuple(copies), allele, 3, deleted=deleted)
        assert (found is HOM) == (len(copies) > 1 and set(copies) == {allele})
