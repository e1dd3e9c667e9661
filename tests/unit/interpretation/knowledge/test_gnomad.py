from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.knowledge.frequency import filtering_frequency
from als_screen.interpretation.knowledge.gnomad import Count, gnomad
from als_screen.interpretation.knowledge.records import FILTERED
from als_screen.interpretation.knowledge.update import Downloads, update_knowledge
from als_screen.models import Criterion
from als_screen.regions import CHROMOSOME_LENGTHS, Build, Gene
from als_screen.resources import bundled
from als_screen.states import CriterionState
from interpretation_shared import allele

A4V = 31659783


def sites(path: Path, names: str, *rows: tuple[str, str, str]) -> Path:
    """Write a sites VCF at SOD1 codon 5: INFO names declared, and ALT, FILTER and INFO of each row."""
    header = [
        "##fileformat=VCFv4.2",
        f"##contig=<ID=chr21,length={CHROMOSOME_LENGTHS[Build.GRCH38]['21']}>",
        *(f'##INFO=<ID={name},Number=A,Type=Integer,Description="x">' for name in names.split()),
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    body = [f"chr21\t{A4V}\trs1\tC\t{alt}\t.\t{filters}\t{info}" for alt, filters, info in rows]
    path.write_text("\n".join([*header, *body]) + "\n")
    return path


def read(*paths: Path) -> dict[str, tuple[str, ...]]:
    """Return the cells behind the release by alternate allele."""
    return {place.alt: row[1:] for place, row in gnomad(bundled(), paths, "v4.1").rows.items()}


@pytest.mark.parametrize(
    ("names", "info", "expected", "note"),
    [
        (
            "AC_joint AN_joint",
            "AC_joint=6;AN_joint=2000;nhomalt_joint=1;faf95_joint_nfe=0.002;faf95_joint_mid=0.4;AC_exomes=1",
            ("6", "2000", "0.003", "1", "nfe", "", "", "0.002", ""),
            "v4.1 joint, the small group left out",
        ),
        (
            "AC AN AC_joint AN_joint",
            "AC=4;AN=1000;AC_joint=6;AN_joint=2000;fafmax_faf95_max=0.001;fafmax_faf95_max_gen_anc=afr",
            ("4", "1000", "0.004", "0", "afr", "", "", "0.001", ""),
            "v4 exomes or genomes",
        ),
        (
            "AC AN",
            "AC=40;AN=1000;fafmax_faf95_max=0.2;fafmax_faf95_max_gen_anc=mid;AC_fin=30;AN_fin=99;AC_nfe=9;AN_nfe=300",
            ("40", "1000", "0.04", "0", "nfe", "9", "300", "", ""),
            "no published one of a group that counts: the group whose filtering frequency is highest",
        ),
        (
            "AC AN",
            "AC=5;AN=1000;popmax=amr;AC_popmax=4;AN_popmax=100",
            ("5", "1000", "0.005", "0", "amr", "4", "100", "", ""),
            "v2 as the browser exports it",
        ),
        ("AC AN", "AC=5;AN=1000", ("5", "1000", "0.005", "0", "", "", "", "", ""), "counts alone"),
    ],
)
def test_names_of_every_release(
    tmp_path: Path, names: str, info: str, expected: tuple[str, ...], note: str
) -> None:
    assert read(sites(tmp_path / "g.vcf", names, ("T", "PASS", info))) == {"T": expected}, note


def test_alternate_alleles_share_their_chromosomes(tmp_path: Path) -> None:
    path = sites(tmp_path / "g.vcf", "AC AN", ("T,G", "PASS", "AC=5,2;AN=1000;AC_nfe=4,1;AN_nfe=600"))
    assert read(path) == {
        "T": ("5", "1000", "0.005", "0", "nfe", "4", "600", "", ""),
        "G": ("2", "1000", "0.002", "0", "nfe", "1", "600", "", ""),
    }


def test_exomes_and_genomes_are_added_up(tmp_path: Path) -> None:
    exomes = sites(tmp_path / "e.vcf", "AC AN", ("T", "PASS", "AC=50;AN=1000;nhomalt=1;AC_nfe=50;AN_nfe=800"))
    genomes = sites(
        tmp_path / "g.vcf",
        "AC AN",
        ("T", "PASS", "AC=1;AN=200;nhomalt=1;AC_nfe=1;AN_nfe=100;AC_afr=0;AN_afr=9"),
    )
    assert read(exomes, genomes) == read(genomes, exomes)
    assert read(exomes, genomes) == {"T": ("51", "1200", "0.0425", "2", "nfe", "51", "900", "", "")}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_record_that_failed_gives_way_to_one_that_passed(tmp_path: Path, order: tuple[int, int]) -> None:
    paths = (
        sites(tmp_path / "e.vcf", "AC AN", ("T", "AS_VQSR", "AC=50;AN=1000")),
        sites(tmp_path / "g.vcf", "AC AN", ("T", "PASS", "AC=1;AN=200")),
    )
    assert read(*(paths[index] for index in order))["T"][:2] == ("1", "200")


def test_what_failed_the_filters_is_neither_rare_nor_common(tmp_path: Path) -> None:
    path = sites(tmp_path / "e.vcf", "AC AN", ("A", "AS_VQSR", "AC=500;AN=1000;AC_nfe=500;AN_nfe=900"))
    assert read(path)["A"][-1] == FILTERED
    update_knowledge(Downloads(gnomad=(path,), gnomad_release="v4.1"), tmp_path / "mine")
    found = Annotator.load(tmp_path / "mine").annotate(Build.GRCH38, allele(Gene.SOD1, A4V, "C", "A"))
    criteria: dict[str, Criterion] = {each.code: each for each in found.classification.criteria}
    assert [criteria[code].state for code in ("PM2", "BS1", "BA1")] == [
        CriterionState.NOT_APPLICABLE,
        CriterionState.NOT_MET,
        CriterionState.NOT_MET,
    ]
    assert "failed the database's filters" in criteria["PM2"].because


def test_another_vcf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="declares no INFO AC and AN, or AC_joint and AN_joint"):
        read(sites(tmp_path / "x.vcf", "CLNSIG", ("T", "PASS", "CLNSIG=Benign")))


def test_the_group_is_chosen_by_its_filtering_frequency() -> None:
    count = Count(11, 1010, 0, {"afr": (1, 10), "nfe": (10, 1000)})
    assert filtering_frequency(1, 10) < filtering_frequency(10, 1000)
    assert count.row("v4.1")[5] == "nfe"
