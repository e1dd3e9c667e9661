"""Which genome build a set of contigs is: decided from the lengths of chromosomes 1, 9, 16 and 21 alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from als_screen.regions import CHROMOSOME_ACCESSIONS, CHROMOSOME_LENGTHS, Build

#: Builds that cannot be screened, known by the length of these chromosomes, so that they are refused by
#: name. Source: NCBI assembly reports of NCBI36, T2T-CHM13v2.0, GRCm38 and GRCm39.
OTHER_BUILDS: dict[str, dict[str, int]] = {
    "NCBI36 (hg18)": {"1": 247_249_719, "9": 140_273_252, "16": 88_827_254, "21": 46_944_323},
    "T2T-CHM13v2.0": {"1": 248_387_328, "9": 150_617_247, "16": 96_330_374, "21": 45_090_682},
    "GRCm38 (mouse)": {"1": 195_471_971, "9": 124_595_110, "16": 98_207_768},
    "GRCm39 (mouse)": {"1": 195_154_279, "9": 124_359_700, "16": 98_008_968},
}
KNOWN_BUILDS = {*CHROMOSOME_LENGTHS, *OTHER_BUILDS}
CHROMOSOMES = tuple(CHROMOSOME_LENGTHS[Build.GRCH38])
ADD_CONTIGS = "add contig lengths to the header (`bcftools reheader --fai`)"


@dataclass(frozen=True, slots=True)
class Contigs:
    """The contigs of ours in one file.

    Attributes:
        build: None where it cannot be told or is none of ours; `problem` then says why.
        names: the file's own name of each chromosome of ours that it has, {"21": "chr21"}.
        problem: "" where all is well.
        action: what to do about it.
    """

    build: Build | None
    names: dict[str, str]
    problem: str = ""
    action: str = ""


def identify(lengths: Mapping[str, int | None], assumed: Build | None = None) -> Contigs:
    """Return the build and the names of our chromosomes from a header's contigs.

    Args:
        lengths: contig name to length in bases, None where the header does not give it.
        assumed: the configured build, used only where no length is given, and held against them otherwise.
    """
    if not lengths:
        return Contigs(None, {}, "the header names no contigs, so the build cannot be told", ADD_CONTIGS)
    names, twice = _our_names(lengths)
    if twice:
        return Contigs(
            None, {}, f"chromosome {twice} is there under two names", "give a file with one naming"
        )
    if not names:
        problem = "no contig is chromosome 1, 9, 16 or 21 (as chr1, 1 or NC_000001)"
        return Contigs(None, {}, problem, "give human GRCh37 or GRCh38 data that cover the four genes")
    found = {chrom: _build_of(chrom, lengths[name]) for chrom, name in names.items()}
    told = sorted({name for name in found.values() if name})
    if not told:
        if assumed:
            return Contigs(assumed, names)
        action = f"{ADD_CONTIGS}, or set reference.build"
        return Contigs(None, {}, "the header gives no contig lengths, so the build cannot be told", action)
    if len(told) > 1 and not KNOWN_BUILDS.isdisjoint(told):
        each = ", ".join(f"chromosome {chrom}: {name}" for chrom, name in found.items() if name)
        return Contigs(None, {}, f"the contig lengths mix builds ({each})", "give data on one build")
    return _one_build(told[0], names, assumed)


def _one_build(name: str, names: dict[str, str], assumed: Build | None) -> Contigs:
    if name not in set(Build):
        return Contigs(None, {}, f"the build is {name}", "give data on GRCh37 or GRCh38")
    if assumed and assumed != name:
        problem = f"the build is {name}, the configuration expects {assumed}"
        return Contigs(None, {}, problem, "set reference.build to auto, or give data on that build")
    return Contigs(Build(name), names)


def _our_names(lengths: Mapping[str, int | None]) -> tuple[dict[str, str], str]:
    """Return {chromosome: the file's name}, and a chromosome that has two names or ""."""
    aliases: dict[str, str] = {}
    for chrom in CHROMOSOMES:
        accession = CHROMOSOME_ACCESSIONS[Build.GRCH38][chrom].partition(".")[0]
        aliases |= {chrom: chrom, f"chr{chrom}": chrom, accession: chrom}
    names: dict[str, str] = {}
    for name in lengths:
        chrom = aliases.get(name.partition(".")[0] if name.startswith("NC_") else name, "")
        if chrom and chrom in names:
            return {}, chrom
        if chrom:
            names[chrom] = name
    return names, ""


def _build_of(chrom: str, length: int | None) -> str:
    """Return the name of the build in which the chromosome has this length, "" where no length is given."""
    if not length:
        return ""
    candidates = {build.value: known for build, known in CHROMOSOME_LENGTHS.items()} | OTHER_BUILDS
    for name, known in candidates.items():
        if known.get(chrom) == length:
            return name
    return f"not known (chromosome {chrom} of {length} bases)"
