import pytest

from als_screen.regions import CHROMOSOME_LENGTHS, Build
from als_screen.simulate.contigs import contig_name, primary_contigs


@pytest.mark.parametrize("build", Build)
def test_the_lengths_that_decide_the_build_agree(build: Build) -> None:
    lengths = primary_contigs(build)
    assert {chrom: lengths[chrom] for chrom in CHROMOSOME_LENGTHS[build]} == CHROMOSOME_LENGTHS[build]


@pytest.mark.parametrize(
    ("build", "total"),
    [
        pytest.param(Build.GRCH37, 3_095_693_983, id="sum of hg19 chromosomes 1-22, X, Y, and MT of GRCh37"),
        pytest.param(Build.GRCH38, 3_088_286_401, id="sum of hg38 chromosomes 1-22, X, Y, and MT"),
    ],
)
def test_the_lengths_add_up_to_the_genome(build: Build, total: int) -> None:
    lengths = primary_contigs(build)
    assert len(lengths) == 25
    # hg19's mitochondrion is 2 bases longer than MT of GRCh37.
    assert sum(lengths.values()) == total - (2 if build is Build.GRCH37 else 0)


@pytest.mark.parametrize(
    ("chrom", "prefix", "name"),
    [("21", True, "chr21"), ("21", False, "21"), ("MT", True, "chrM"), ("MT", False, "MT")],
)
def test_names_follow_the_convention_of_the_file(chrom: str, prefix: bool, name: str) -> None:
    assert contig_name(chrom, prefix=prefix) == name
