import pytest

from als_screen.interpretation.knowledge.lookup import Knowledge, domains_at
from als_screen.interpretation.knowledge.records import DomainRole, Mode, Side
from als_screen.interpretation.naming.alleles import left_aligned
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import Classification
from interpretation_shared import annotator

D90A = ("21", 31667290, "A", "C")
A4V = ("21", 31659783, "C", "T")


def knowledge() -> Knowledge:
    return annotator().knowledge


@pytest.mark.parametrize("build", list(Build))
def test_every_allele_is_left_aligned_on_the_reference(build: Build) -> None:
    tables = knowledge().builds[build]
    keys = {*tables.clinvar, *tables.populations, *tables.catalogue, *tables.curated}
    assert len(keys) > 3000
    wrong = [
        key for key in keys if left_aligned(bundled().slices(build)[tables.genes[key]], *key[1:]) != key[1:]
    ]
    assert wrong == []


def test_both_builds_hold_the_same_alleles() -> None:
    old, new = knowledge().builds[Build.GRCH37], knowledge().builds[Build.GRCH38]
    for gene in Gene:
        shift = (
            bundled().gene_region(Build.GRCH37, gene).start - bundled().gene_region(Build.GRCH38, gene).start
        )
        moved = {
            (chrom, pos + shift, ref, alt)
            for chrom, pos, ref, alt in new.clinvar
            if new.genes[chrom, pos, ref, alt] is gene
        }
        assert moved == {key for key in old.clinvar if old.genes[key] is gene}


def test_known_pathogenic() -> None:
    known = {(one.chrom, one.pos, one.ref, one.alt) for one in knowledge().known_pathogenic(Build.GRCH38)}
    assert {A4V, D90A} <= known
    tables = knowledge().builds[Build.GRCH38]
    for key in known - {D90A}:
        assert tables.clinvar[key].side is Side.PATHOGENIC
        assert tables.clinvar[key].stars >= 1
    assert (
        "16",
        31191408,
        "C",
        "G",
    ) not in known  # FUS p.His517Gln: no stars, only its inheritance is curated


def test_known_pathogenic_is_sorted_and_the_same_on_both_builds() -> None:
    lists = [knowledge().known_pathogenic(build) for build in Build]
    assert [(one.gene, one.ref, one.alt) for one in lists[0]] == [
        (one.gene, one.ref, one.alt) for one in lists[1]
    ]
    assert lists[0] == knowledge().known_pathogenic(Build.GRCH37)


def test_clinvar_of_d90a_conflicts_and_the_curated_entry_decides() -> None:
    tables = knowledge().builds[Build.GRCH38]
    assert tables.clinvar[D90A].variation_id == 14766
    assert tables.clinvar[D90A].side is Side.CONFLICTING
    assert tables.curated[D90A].classification is Classification.PATHOGENIC
    assert tables.curated[D90A].mode is Mode.RECESSIVE
    assert tables.curated[D90A].frequency_exempt


def test_newest_release_comes_first() -> None:
    releases = [one.release for one in knowledge().builds[Build.GRCH38].populations[A4V]]
    assert releases == ["v4.1", "v2.1.1"]


@pytest.mark.parametrize(
    ("chrom", "pos", "covered"),
    [("21", 31659783, True), ("21", 31661000, False), ("1", 31659783, False)],
)
def test_covered(chrom: str, pos: int, covered: bool) -> None:
    found = knowledge().builds[Build.GRCH38].covered_chromosomes(chrom, pos)
    assert (found is not None) is covered
    assert found is None or found > 200_000


def test_versions_name_every_table() -> None:
    versions = knowledge().versions()
    assert versions["clinvar"].release == "2026-06-21"
    assert all(len(version.sha256) == 64 for version in versions.values())


@pytest.mark.parametrize(
    ("gene", "residue", "hot"),
    [
        (Gene.SOD1, 47, True),
        (Gene.SOD1, 20, False),
        (Gene.TARDBP, 274, True),
        (Gene.TARDBP, 273, False),
        (Gene.FUS, 500, False),
        (Gene.FUS, 501, True),
        (Gene.SOD1, 300, False),
    ],
)
def test_domains(gene: Gene, residue: int, hot: bool) -> None:
    found = list(domains_at(knowledge().domains, gene, residue, DomainRole.HOT_SPOT))
    assert bool(found) is hot
