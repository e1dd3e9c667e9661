from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pysam
import pytest

from als_screen.errors import InputError, Problem
from als_screen.inputs import sites as module
from als_screen.inputs.sites import Site, autosomes, read_sites
from als_screen.regions import Build
from als_screen.resources import bundled
from sites_files import ACCESSIONS, SITES, table
from variant_files import genome, write

HEADER = "build\tchrom\tpos\tref\talt\taf\n"
INSIDE = ("21", 31_660_000)


def read(path: Path, text: str, build: Build | None = None) -> module.Sites:
    path.write_text(text, encoding="utf-8")
    return read_sites(path, build, bundled())


def problems_of(path: Path, text: str, build: Build | None = None) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(path, text, build)
    return caught.value.problems


def joint(path: Path, samples: int, records: int) -> Path:
    """Write a joint VCF of some megabytes, in text or packed."""
    head = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n"
    names = "\t".join(f"s{number}" for number in range(samples))
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
    rest = "\t.\tA\tC\t.\tPASS\tDP=1;AF=0.25\tGT" + "\t0|0" * samples + "\n"
    with (gzip.open if path.suffix == ".gz" else open)(path, "wt", encoding="utf-8") as file:
        file.write(f"{head}{columns}{names}\n")
        file.writelines(f"chr1\t{1000 + number}{rest}" for number in range(records))
    return path


@pytest.mark.parametrize("name", ["s.vcf", "s.vcf.gz"])
def test_of_a_joint_vcf_the_columns_of_samples_are_not_kept(tmp_path: Path, name: str) -> None:
    path = joint(tmp_path / name, 5000, 500)
    tracemalloc.start()
    try:
        found = read_sites(path, None, bundled())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found[Build.GRCH38]) == 500
    assert found[Build.GRCH38][0] == Site("1", 1000, "A", "C", 0.25)
    assert peak < 5_000_000, "its text has 10 MB"


@pytest.mark.parametrize(
    ("text", "what"),
    [("##x" + "y" * 2000, "header"), ("##xy\n" * 400, "header"), ("chr1\t" + "1" * 2000, "line")],
)
def test_a_line_or_header_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, what: str
) -> None:
    monkeypatch.setattr(module, "MAX_HEADER", 1000)
    (problem,) = problems_of(tmp_path / "s.vcf", text)
    assert f"has a {what} of more than" in problem.expected


def test_no_file_is_no_site() -> None:
    assert read_sites(None, None, bundled()) == {}


def test_a_table(tmp_path: Path) -> None:
    found = read(tmp_path / "s.tsv", table(SITES[::-1]))
    assert found == {Build.GRCH38: tuple(SITES), Build.GRCH37: ()}


def test_a_table_may_hold_both_builds(tmp_path: Path) -> None:
    text = table(SITES[:1]) + "GRCh37\t2\t7\tc\tt\t0.25\n"
    assert read(tmp_path / "s.tsv", text)[Build.GRCH37] == (Site("2", 7, "C", "T", 0.25),)


def test_the_configured_build_stands_in(tmp_path: Path) -> None:
    text = "chrom\tpos\tref\talt\taf\n2\t7\tC\tT\t0.25\n"
    assert read(tmp_path / "s.tsv", text, Build.GRCH37)[Build.GRCH37]
    (problem,) = problems_of(tmp_path / "s.tsv", text)
    assert problem.expected == "the build of the sites is not stated"


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        ("hg19\t2\t7\tA\tG\t0.5", "'hg19' is not a build", "another name"),
        ("GRCh38\tX\t7\tA\tG\t0.5", "'X' is not an autosome", "one copy in men"),
        ("GRCh38\t2\t0\tA\tG\t0.5", "position '0' is not on chromosome 2", "0-based"),
        (
            "GRCh38\t21\t46709984\tA\tG\t0.5",
            "position '46709984' is not on chromosome 21 of GRCh38",
            "beyond",
        ),
        ("GRCh38\t2\t1e3\tA\tG\t0.5", "position '1e3' is not", "no whole number"),
        ("GRCh38\t2\t7\tA\tGT\t0.5", "'A' to 'GT' is not an SNV", "an insertion"),
        ("GRCh38\t2\t7\tA\tA\t0.5", "'A' to 'A' is not an SNV", "no change"),
        ("GRCh38\t2\t7\tA\tG\t1.5", "frequency '1.5' is not between 0 and 1", "above 1"),
        ("GRCh38\t2\t7\tA\tG\tnan", "frequency 'nan' is not", "no number"),
        ("GRCh38\t2\t7\tA\tG\t", "frequency '' is not", "missing"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: str, expected: str, why: str) -> None:
    path = tmp_path / "s.tsv"
    (problem,) = problems_of(path, f"{HEADER}GRCh38\t3\t9\tA\tG\t0.5\n{row}\n")
    assert problem.path == f"{path}, line 3"
    assert problem.expected.startswith(expected), why
    assert problem.action


def test_ref_is_held_against_the_genes(tmp_path: Path) -> None:
    chrom, pos = INSIDE
    right = genome(chrom, pos)
    wrong = next(base for base in "ACGT" if base != right)
    (problem,) = problems_of(tmp_path / "s.tsv", f"{HEADER}GRCh38\t{chrom}\t{pos}\t{wrong}\t{right}\t0.5\n")
    assert problem.expected == f"ref is {wrong}, GRCh38 has {right} there"


def test_a_position_twice(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "s.tsv", table([SITES[0], SITES[0]]))
    assert (problem.path, problem.expected) == (f"{tmp_path}/s.tsv, line 3", "a second line for one position")


def test_many_wrong_lines_are_counted(tmp_path: Path) -> None:
    found = problems_of(tmp_path / "s.tsv", HEADER + "GRCh38\tX\t7\tA\tG\t0.5\n" * 30)
    assert len(found) == module.MOST_TOLD + 1
    assert found[-1].expected == "10 more lines of identity.sites are wrong"


def test_too_many_sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SITES", 39)
    (problem,) = problems_of(tmp_path / "s.tsv", table(SITES))
    assert problem.expected == "the file of identity.sites has more than 39 sites"


def test_a_table_without_sites(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "s.tsv", HEADER)
    assert "no autosomal SNV" in problem.expected


# ------------------------------------------------------------------------------------------------- VCF

VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr2,length=242193529>\n##contig=<ID=chr21,length={length}>\n"
    "##contig=<ID=chrX,length=156040895>\n"
    '##FILTER=<ID=bad,Description="x">\n##INFO=<ID=AF,Number=A,Type=Float,Description="x">\n'
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="x">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chr2\t10\t.\tA\tG\t.\t.\tDP=3;AF=0.5\n"
    "chr2\t20\t.\tA\tG\t.\tbad\tAF=0.5\n"
    "chr2\t30\t.\tA\tG,C\t.\tPASS\tAF=0.2,0.1\n"
    "chr2\t40\t.\tA\tG\t.\tPASS\tAF=0.2\n"
    "chr2\t40\t.\tA\tC\t.\tPASS\tAF=0.1\n"
    "chr2\t50\t.\tAC\tA\t.\tPASS\tAF=0.2\n"
    "chrX\t10\t.\tA\tG\t.\tPASS\tAF=0.2\n"
)


@pytest.mark.parametrize("name", ["s.vcf", "s.vcf.gz", "s.bcf"])
def test_a_vcf_gives_its_biallelic_autosomal_snvs_that_passed(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, VCF.format(length=46_709_983))
    assert read_sites(path, None, bundled())[Build.GRCH38] == (Site("2", 10, "A", "G", 0.5),)


def test_the_build_of_a_vcf_is_that_of_its_contigs(tmp_path: Path) -> None:
    found = read(tmp_path / "s.vcf", VCF.format(length=48_129_895))
    assert [build for build, sites in found.items() if sites] == [Build.GRCH37]
    (problem,) = problems_of(tmp_path / "s.vcf", VCF.format(length=45_090_682))
    assert "T2T" in problem.expected
    (problem,) = problems_of(tmp_path / "s.vcf", VCF.format(length=48_129_895), Build.GRCH38)
    assert "GRCh37" in problem.expected


def test_a_record_without_frequency_is_named_by_its_line(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path / "s.vcf", VCF.format(length=46_709_983) + "chr2\t60\t.\tA\tG\t.\t.\t.\n"
    )
    assert problem.path.endswith("s.vcf, line 16")


@pytest.mark.parametrize("damage", ["cut", "text", "binary", "missing", "folder", "columns"])
def test_a_file_that_is_none(tmp_path: Path, damage: str) -> None:
    path = write(tmp_path / "s.vcf.gz", VCF.format(length=46_709_983))
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage in ("text", "binary"):
        path.write_bytes(b"chrom\tpos\n" if damage == "text" else gzip.compress(b"\xff\xfe\0"))
    elif damage == "columns":
        path.write_bytes(gzip.compress((VCF.format(length=46_709_983) + "chr2\t60\n").encode()))
    else:
        path.unlink()
        if damage == "folder":
            path.mkdir()
    with pytest.raises(InputError) as caught:
        read_sites(path, None, bundled())
    assert all(problem.path.startswith(str(path)) for problem in caught.value.problems)


def test_a_broken_bcf(tmp_path: Path) -> None:
    path = write(tmp_path / "s.bcf", VCF.format(length=46_709_983))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(InputError) as caught:
        read_sites(path, None, bundled())
    assert "cannot be read to its end" in caught.value.problems[0].expected


@pytest.mark.parametrize(
    ("ours", "given", "found", "why"),
    [
        (["chr21"], ["chr21", "chr2", "2", "chrX"], {"21": "chr21", "2": "chr2"}, "with chr"),
        (["21"], ["21", "2", "chr2", "X"], {"21": "21", "2": "2"}, "without"),
        (["NC_000021.9"], [*ACCESSIONS.values(), "NC_000023.11", "NC_012920.1"], ACCESSIONS, "accessions"),
        (["chr21"], ["chr21"], {"21": "chr21"}, "one chromosome"),
    ],
)
def test_the_names_of_the_other_chromosomes(
    ours: list[str], given: list[str], found: dict[str, str], why: str
) -> None:
    assert autosomes(given, ours) == found, why


def test_pysam_stays_quiet_and_loud_again(tmp_path: Path) -> None:
    before = pysam.get_verbosity()
    test_a_broken_bcf(tmp_path)
    assert pysam.get_verbosity() == before
