"""What the tests of names, knowledge and classes share: one annotator, one table reader, a short allele."""

from functools import cache
from pathlib import Path
from typing import Any

from als_screen.evidence import Allele, Zygosity
from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.criteria.policy import Policy
from als_screen.interpretation.naming.names import Namer
from als_screen.regions import Build, Gene
from als_screen.resources import bundled

DATA = Path(__file__).parent / "data" / "names"
CHROMOSOMES = {Gene.C9ORF72: "9", Gene.SOD1: "21", Gene.TARDBP: "1", Gene.FUS: "16"}


@cache
def annotator() -> Annotator:
    return Annotator.load()


def namer() -> Namer:
    return annotator().namer


def policy() -> Policy:
    return annotator().policy


def table(name: str) -> list[dict[str, str]]:
    lines = [line for line in (DATA / name).read_text().splitlines() if not line.startswith("#")]
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]


def position(row: dict[str, str], build: Build) -> int:
    return int(row[f"pos_{build.value.lower()}"])


def allele(gene: Gene, pos: int, ref: str, alt: str, genotype: str = "0/1", **fields: Any) -> Allele:
    called = set(genotype.replace("|", "/").split("/"))
    zygosity = Zygosity.HOMOZYGOUS if called == {"1"} else Zygosity.HETEROZYGOUS
    base = {"zygosity": zygosity, "genotype": genotype, "allele_index": 1, "chrom": CHROMOSOMES[gene]}
    return Allele(gene=gene, pos=pos, ref=ref, alt=alt, **{**base, **fields})


def other_build(gene: Gene, pos: int) -> int:
    """Return the GRCh37 position of a GRCh38 one: the gene regions are the same sequence."""
    regions = [bundled().gene_region(build, gene) for build in (Build.GRCH38, Build.GRCH37)]
    return pos - regions[0].start + regions[1].start
