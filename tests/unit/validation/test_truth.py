"""The truth set: what is understood, and everything that is refused, at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.errors import InputError, Problem
from als_screen.evidence import Zygosity
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import RepeatState
from als_screen.validation.truth import Truth, plain_coding, read_truth
from unit.validation.samples import result, results, truth_file

KNOWN = results(result("A"), result("B"))
HEADER = "patient|repeat_state|repeat_short|repeat_long|variants\n"


def read(tmp_path: Path, rows: str) -> list[Truth]:
    return read_truth(truth_file(tmp_path, HEADER + rows), KNOWN, bundled())


def problems(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_truth(truth_file(tmp_path, text), KNOWN, bundled())
    return caught.value.problems


@pytest.mark.parametrize(
    ("cells", "state", "long"),
    [
        pytest.param("|||", None, None, id="not tested"),
        pytest.param("expanded|||", RepeatState.EXPANDED, None, id="RP-PCR gives the class only"),
        pytest.param("|2|23|", RepeatState.NOT_EXPANDED, 23, id="last normal size"),
        pytest.param("|2|24|", RepeatState.INTERMEDIATE, 24, id="first intermediate size"),
        pytest.param("|2|30|", RepeatState.INTERMEDIATE, 30, id="last intermediate size"),
        pytest.param("expanded|2|31|", RepeatState.EXPANDED, 31, id="both agree"),
    ],
)
def test_the_state_follows_from_the_size(
    tmp_path: Path, cells: str, state: RepeatState | None, long: int | None
) -> None:
    (truth,) = read(tmp_path, f"A|{cells}")
    assert (truth.state, truth.long, truth.variants) == (state, long, None)


@pytest.mark.parametrize(
    ("cell", "gene", "coding", "allele", "zygosity"),
    [
        ("NM_000454.5:c.14C>T", Gene.SOD1, "14C>T", None, None),
        ("NM_000454.4:c.14C>T het", Gene.SOD1, "14C>T", None, Zygosity.HETEROZYGOUS),
        ("sod1:c.14C>T homozygous", Gene.SOD1, "14C>T", None, Zygosity.HOMOZYGOUS),
        ("FUS:c.1509_1510delAG", Gene.FUS, "1509_1510del", None, None),
        ("chr21-31659783-C-T hom", Gene.SOD1, "", ("21", 31659783, "C", "T"), Zygosity.HOMOZYGOUS),
        ("21:31659783:C:T", Gene.SOD1, "", ("21", 31659783, "C", "T"), None),
        ("21:31659783 C>T", Gene.SOD1, "", ("21", 31659783, "C", "T"), None),
        ("21-31659782-GC-GT", Gene.SOD1, "", ("21", 31659783, "C", "T"), None),
    ],
)
def test_variants_in_the_ways_that_people_write_them(
    tmp_path: Path,
    cell: str,
    gene: Gene,
    coding: str,
    allele: tuple[str, int, str, str] | None,
    zygosity: Zygosity | None,
) -> None:
    (truth,) = read(tmp_path, f"A||||{cell}")
    assert truth.variants is not None
    (found,) = truth.variants
    assert (found.gene, found.coding, found.allele, found.zygosity) == (gene, coding, allele, zygosity)


@pytest.mark.parametrize(
    ("cell", "genomic"),
    [
        ("NC_000021.9:g.31659783C>T het", "NC_000021.9:g.31659783C>T"),
        ("NC_000021.9:g.31659783_31659784delCC", "NC_000021.9:g.31659783_31659784del"),
    ],
)
def test_names_on_the_chromosome(tmp_path: Path, cell: str, genomic: str) -> None:
    (truth,) = read(tmp_path, f"A||||{cell}")
    assert truth.variants is not None
    assert (truth.variants[0].gene, truth.variants[0].genomic) == (Gene.SOD1, genomic)


def test_a_name_on_the_other_build_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, HEADER + "A||||NC_000021.8:g.33032096C>T")
    assert "lies in none of the genes (GRCh38)" in problem.line()


def test_none_is_not_the_same_as_not_tested(tmp_path: Path) -> None:
    first, second = read(tmp_path, "A||||none\nB||||")
    assert (first.variants, second.variants) == ((), None)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = "A|bad|9|3|foo; NM_1.1:c.1A>C; 21-31659783-G-T; 21-5-A-C\nA|expanded|x|5|\nC||||\n"
    told = " ".join(problem.line() for problem in problems(tmp_path, HEADER + rows))
    for words in (
        "'bad' is not a state",
        "the short allele is longer than the long one",
        "'foo' is not a variant",
        "named on another transcript",
        "REF bases differ",
        "lies in none of the genes",
        "'x' is not a number of repeats",
        "5 repeats are not_expanded under policy STRchive, the row says expanded",
        "the results hold no such patient",
        "the patient is there more than once",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("patient|colour\nA|red", "unknown column 'colour'"),
        ("repeat_long\n3", "there is no column 'patient'"),
        ("patient|patient\nA|A", "a column is there twice"),
        ("patient", "there is no row below the header"),
    ],
)
def test_a_wrong_header(tmp_path: Path, text: str, words: str) -> None:
    assert any(words in problem.line() for problem in problems(tmp_path, text))


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_truth(tmp_path / "no.tsv", KNOWN, bundled())
    (tmp_path / "b.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_truth(tmp_path / "b.tsv", KNOWN, bundled())


def test_a_confirmation_cannot_validate_itself(tmp_path: Path) -> None:
    made = result("A")
    confirmed = made.model_copy(update={"repeat": made.repeat.model_copy(update={"basis": "orthogonal"})})
    with pytest.raises(InputError, match="itself a confirmation"):
        read_truth(truth_file(tmp_path, HEADER + "A|expanded|||"), results(confirmed), bundled())


def test_an_allele_is_read_in_the_patient_s_build(tmp_path: Path) -> None:
    old = result("A", genome_build=Build.GRCH37)
    path = truth_file(tmp_path, HEADER + "A||||21-33032096-C-T")
    (truth,) = read_truth(path, results(old), bundled())
    assert truth.variants is not None
    assert truth.variants[0].allele == ("21", 33032096, "C", "T")


@pytest.mark.parametrize(
    ("written", "plain"),
    [("10dupG", "10dup"), ("10_11delAG", "10_11del"), ("10delinsAG", "10delinsAG"), ("14C>T", "14C>T")],
)
def test_names_are_compared_without_redundant_bases(written: str, plain: str) -> None:
    assert plain_coding(written) == plain
