from pathlib import Path

import pysam
import pysam.bcftools
import pytest

from als_screen.evidence import Allele, Zygosity
from als_screen.regions import CHROMOSOME_LENGTHS, Build, Gene
from als_screen.variants.output import index_of, remove_normalised_vcf, write_normalised_vcf


def allele(**more: object) -> Allele:
    usual: dict[str, object] = {
        "gene": Gene.SOD1,
        "chrom": "21",
        "pos": 31663810,
        "ref": "G",
        "alt": "A",
        "zygosity": Zygosity.HETEROZYGOUS,
        "genotype": "0/1",
        "allele_index": 1,
        "depth": 30,
        "alt_depth": 14,
        "quality": 222.41,
        "genotype_quality": 99,
        "record": "21:31663810 G>A,T",
    }
    return Allele.model_validate({**usual, **more})


EARLIER = allele(gene=Gene.TARDBP, chrom="1", pos=11020000, filter="q10;SB", phase_set="7", genotype="0|1")
BARE = allele(pos=31663900, depth=None, alt_depth=None, quality=None, genotype_quality=None, record="")


def written(tmp_path: Path, *alleles: Allele, build: Build = Build.GRCH38) -> Path:
    path = tmp_path / "out" / "P1.vcf.gz"
    write_normalised_vcf(path, "P1", build, alleles)
    return path


@pytest.mark.parametrize("build", list(Build))
def test_the_header_is_that_of_the_build(tmp_path: Path, build: Build) -> None:
    with pysam.VariantFile(str(written(tmp_path, build=build))) as file:
        contigs = {name: contig.length for name, contig in file.header.contigs.items()}
        assert contigs == {f"chr{chrom}": size for chrom, size in CHROMOSOME_LENGTHS[build].items()}
        assert list(file.header.samples) == ["P1"]
        assert list(file) == []


def test_what_is_read_again_is_what_was_written(tmp_path: Path) -> None:
    with pysam.VariantFile(str(written(tmp_path, BARE, allele(), EARLIER))) as file:
        rows = list(file)
        said = [(row.chrom, row.pos, row.ref, row.alts, row.filter.keys()) for row in rows]
        assert said == [
            ("chr1", 11020000, "G", ("A",), ["q10", "SB"]),
            ("chr21", 31663810, "G", ("A",), ["PASS"]),
            ("chr21", 31663900, "G", ("A",), ["PASS"]),
        ]
        call = rows[1].samples["P1"]
        assert (call["GT"], call["DP"], call["AO"], call["GQ"]) == ((0, 1), 30, (14,), 99)
        assert (call["ZYG"], call["OGT"], call["PS"]) == ("heterozygous", "0/1", ".")
        assert rows[1].qual == pytest.approx(222.41)
        assert rows[1].info["RECORD"] == "21:31663810%20G>A%2CT"
        assert (rows[0].samples["P1"]["PS"], rows[0].samples["P1"].phased) == ("7", True)
        bare = rows[2].samples["P1"]
        assert (bare["DP"], bare["AO"], bare["GQ"], rows[2].qual) == (None, (None,), None, None)


def test_the_index_finds_a_region(tmp_path: Path) -> None:
    path = written(tmp_path, BARE, allele(), EARLIER)
    with pysam.VariantFile(str(path)) as file:
        assert [row.pos for row in file.fetch("chr21", 31663850, 31663950)] == [31663900]
    assert index_of(path).stat().st_mtime >= path.stat().st_mtime


def test_bcftools_takes_it_without_a_word(tmp_path: Path) -> None:
    path = written(tmp_path, allele(filter="odd name,=<>"), EARLIER)
    text = str(pysam.bcftools.view("-H", str(path)))
    assert [line.split("\t")[6] for line in text.splitlines()] == ["q10;SB", "odd_name____"]
    pysam.bcftools.view("-Ob", "-o", str(tmp_path / "x.bcf"), str(path), catch_stdout=False)
    assert not pysam.bcftools.view.stderr


@pytest.mark.parametrize(
    ("genotype", "index", "expected", "note"),
    [
        ("1/1", 1, (1, 1), "homozygous"),
        ("1/2", 1, (1, None), "the other alternate has a row of its own"),
        ("1/2", 2, (None, 1), "and this is it"),
        ("2|0", 2, (1, 0), "phased"),
        ("./1", 1, (None, 1), "a half-call stays one"),
        ("1", 1, (1,), "so does a haploid one"),
        ("10/2", 10, (1, None), "a number of two digits"),
    ],
)
def test_the_genotype_speaks_of_this_allele_alone(
    tmp_path: Path, genotype: str, index: int, expected: tuple[int | None, ...], note: str
) -> None:
    path = written(tmp_path, allele(genotype=genotype, allele_index=index))
    with pysam.VariantFile(str(path)) as file:
        assert next(file).samples["P1"]["GT"] == expected, note


def test_the_same_alleles_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    first = written(tmp_path / "a", allele(), EARLIER, BARE)
    second = written(tmp_path / "b", BARE, EARLIER, allele())
    assert first.read_bytes() == second.read_bytes()
    assert index_of(first).read_bytes() == index_of(second).read_bytes()


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    path = written(tmp_path, allele())
    assert sorted(one.name for one in path.parent.iterdir()) == ["P1.vcf.gz", "P1.vcf.gz.tbi"]
    remove_normalised_vcf(path)
    remove_normalised_vcf(path)
    assert list(path.parent.iterdir()) == []
