from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from als_screen.regions import Build
from als_screen.simulate.bam import Sample
from als_screen.simulate.calls import Call, carried_calls, observe
from als_screen.simulate.contigs import primary_contigs
from als_screen.simulate.haplotype import Person
from als_screen.simulate.pairs import Read
from als_screen.simulate.vcf import write_vcf
from simulated_people import CARRIER, DELETION, HETEROZYGOUS, HOMOZYGOUS, INSERTION

SAMPLE = Sample("", Build.GRCH38)


@pytest.fixture
def calls(carrier_reads: list[Read]) -> list[Call]:
    return carried_calls(CARRIER, carrier_reads)


@pytest.mark.parametrize(("name", "index"), [("x.vcf", None), ("x.vcf.gz", ".tbi"), ("x.bcf", ".csi")])
def test_every_format_holds_the_same_records(
    name: str, index: str | None, tmp_path: Path, calls: list[Call]
) -> None:
    path = tmp_path / name
    write_vcf(path, {"P1": calls}, SAMPLE)
    with pysam.VariantFile(str(path)) as file:
        records = [
            (r.chrom, r.pos, r.ref, r.alts, r.samples["P1"]["GT"], r.samples["P1"]["AD"]) for r in file
        ]
        assert list(file.header.contigs) == [f"chr{name}" for name in (*range(1, 23), "X", "Y", "M")]
        assert file.header.contigs["chr21"].length == primary_contigs(Build.GRCH38)["21"]
    by_site = {call.variant: call for call in calls}
    assert records == [
        (f"chr{v.chrom}", v.pos, v.ref, (v.alt,), c.genotype, (c.ref_depth, c.alt_depth))
        for v in (INSERTION, DELETION, HETEROZYGOUS, HOMOZYGOUS)
        if (c := by_site[v])
    ]
    beside = {item.name for item in tmp_path.iterdir()} - {name}
    assert beside == ({f"{name}{index}"} if index else set())
    if index:
        with pysam.VariantFile(str(path)) as file:
            assert [record.pos for record in file.fetch("chr21", 31659782, 31659783)] == [HETEROZYGOUS.pos]


def test_a_joint_vcf_says_reference_where_a_sample_is_covered(
    tmp_path: Path, calls: list[Call], carrier_reads: list[Read]
) -> None:
    sites = [call.variant for call in calls]
    none = Person(Build.GRCH38)
    write_vcf(
        tmp_path / "j.vcf.gz",
        {"A": calls, "B": observe(none, carrier_reads, sites), "C": observe(none, [], sites)},
        SAMPLE,
    )
    with pysam.VariantFile(str(tmp_path / "j.vcf.gz")) as file:
        genotypes = {record.pos: [call["GT"] for call in record.samples.values()] for record in file}
    assert genotypes[HOMOZYGOUS.pos] == [(1, 1), (0, 0), (None, None)]
    assert genotypes[HETEROZYGOUS.pos] == [(0, 1), (0, 0), (None, None)]


def test_filters_and_names_of_contigs_are_as_asked(tmp_path: Path) -> None:
    call = Call(HETEROZYGOUS, (0, 1), 10, 3, filter="LowQual")
    write_vcf(tmp_path / "x.vcf", {"P1": [call]}, Sample("", Build.GRCH37, prefix=False))
    line = (tmp_path / "x.vcf").read_text().splitlines()[-1].split("\t")
    assert (line[0], line[6], line[9].split(":")[0]) == ("21", "LowQual", "0/1")


def test_the_same_calls_give_the_same_bytes(tmp_path: Path, calls: list[Call]) -> None:
    for folder in ("one", "two"):
        for name in ("x.vcf.gz", "x.bcf"):
            write_vcf(tmp_path / folder / name, {"P1": calls}, SAMPLE)
    for name in ("x.vcf.gz", "x.vcf.gz.tbi", "x.bcf", "x.bcf.csi"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
