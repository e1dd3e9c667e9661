from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.inputs.build import OTHER_BUILDS, identify
from als_screen.regions import CHROMOSOME_LENGTHS, Build
from inputs_files import GRCH37, GRCH38, named

ACCESSIONS = {"1": "NC_000001.11", "9": "NC_000009.12", "16": "NC_000016.10", "21": "NC_000021.9"}
CHROMOSOMES = ("1", "9", "16", "21")


@pytest.mark.parametrize(
    ("lengths", "build", "why"),
    [
        (named(GRCH38), Build.GRCH38, "chr"),
        (named(GRCH38, ""), Build.GRCH38, "no chr"),
        (named(GRCH37), Build.GRCH37, "chr on the older build (hg19)"),
        (named(GRCH37, ""), Build.GRCH37, "no chr on the older build (hs37d5)"),
        ({ACCESSIONS[chrom]: size for chrom, size in GRCH38.items()}, Build.GRCH38, "RefSeq accessions"),
        ({"NC_000021.8": GRCH37["21"]}, Build.GRCH37, "an accession of the older build"),
        ({"NC_000021.9": GRCH37["21"]}, Build.GRCH37, "lengths decide, not the version of the accession"),
        ({"chr21": GRCH38["21"]}, Build.GRCH38, "one chromosome"),
        ({"chr9": GRCH37["9"], "chr16": None}, Build.GRCH37, "a length for one of two"),
        ({**named(GRCH38), "chrM": 16_569, "chr1_KI270706v1_random": 175_055}, Build.GRCH38, "others too"),
        ({**named(GRCH37, ""), "MT": 16_569, "hs37d5": 35_477_943}, Build.GRCH37, "decoys too"),
        ({**named(GRCH38), "chr2": 1}, Build.GRCH38, "another chromosome of a strange length"),
    ],
)
def test_the_build_is_found_from_lengths(lengths: dict[str, int | None], build: Build, why: str) -> None:
    found = identify(lengths)
    assert (found.build, found.problem) == (build, ""), why
    assert set(found.names.values()) <= set(lengths)


@pytest.mark.parametrize("prefix", ["", "chr"])
@pytest.mark.parametrize("build", list(Build))
@given(chosen=st.sets(st.sampled_from(CHROMOSOMES), min_size=1))
def test_any_part_that_agrees_is_enough(build: Build, prefix: str, chosen: set[str]) -> None:
    lengths = {f"{prefix}{chrom}": CHROMOSOME_LENGTHS[build][chrom] for chrom in chosen}
    found = identify(lengths)
    assert found.build is build
    assert found.names == {chrom: f"{prefix}{chrom}" for chrom in chosen}


@pytest.mark.parametrize("other", list(OTHER_BUILDS))
@pytest.mark.parametrize("prefix", ["", "chr"])
def test_other_builds_are_refused_by_name(other: str, prefix: str) -> None:
    found = identify(named(OTHER_BUILDS[other], prefix))
    assert found.build is None
    assert found.names == {}
    assert found.problem == f"the build is {other}"
    assert found.action


def test_no_length_is_of_two_builds() -> None:
    known = {**{build.value: lengths for build, lengths in CHROMOSOME_LENGTHS.items()}, **OTHER_BUILDS}
    seen = [(chrom, size) for lengths in known.values() for chrom, size in lengths.items()]
    # T2T-CHM13 and no other build is allowed to share one.
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("lengths", "assumed", "problem", "action", "why"),
    [
        ({}, None, "the header names no contigs", "bcftools reheader", "no contig lines"),
        ({}, Build.GRCH38, "the header names no contigs", "bcftools reheader", "a setting does not help"),
        ({"chr2": 242_193_529}, None, "no contig is chromosome 1, 9, 16 or 21", "four genes", "another one"),
        ({"CM000683.2": 46_709_983}, None, "no contig is chromosome", "four genes", "GenBank accessions"),
        ({"chr21": None}, None, "gives no contig lengths", "set reference.build", "no length"),
        ({"chr21": 0}, None, "gives no contig lengths", "set reference.build", "a length of nothing"),
        (
            {"chr21": GRCH38["21"], "chr9": GRCH37["9"]},
            None,
            "mix builds (chromosome 21: GRCh38, chromosome 9: GRCh37)",
            "one build",
            "two builds",
        ),
        (
            {"chr21": GRCH38["21"], "chr9": 5},
            None,
            "mix builds (chromosome 21: GRCh38, chromosome 9: not known",
            "one build",
            "one known, one not",
        ),
        (
            {"chr21": 5},
            None,
            "the build is not known (chromosome 21 of 5 bases)",
            "GRCh37 or GRCh38",
            "not known",
        ),
        (
            {"chr21": 5, "chr9": 6},
            None,
            "the build is not known (chromosome 21 of 5 bases)",
            "GRCh37 or GRCh38",
            "two lengths, none known: no mixture",
        ),
        (
            {"21": GRCH38["21"], "chr21": GRCH38["21"]},
            None,
            "chromosome 21 is there under two names",
            "one naming",
            "two names",
        ),
        (named(GRCH38), Build.GRCH37, "the build is GRCh38, the configuration expects GRCh37", "auto", "set"),
        (named(OTHER_BUILDS["NCBI36 (hg18)"]), Build.GRCH37, "the build is NCBI36 (hg18)", "give", "set"),
    ],
)
def test_contigs_that_cannot_be_used(
    lengths: dict[str, int | None], assumed: Build | None, problem: str, action: str, why: str
) -> None:
    found = identify(lengths, assumed)
    assert found.build is None, why
    assert found.names == {}, why
    assert problem in found.problem, why
    assert action in found.action, why


def test_the_configured_build_stands_in_for_lengths_only() -> None:
    assert identify({"chr21": None}, Build.GRCH37).build is Build.GRCH37
    assert identify(named(GRCH37), Build.GRCH37).build is Build.GRCH37
