"""Names of a seeded sample against an oracle; `benchmarks/interpretation/names.py` asks it many thousands."""

import pytest

from als_screen.interpretation.naming.names import Namer
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from hgvs_oracle import alleles, every_substitution, expected_c, expected_g, protein_faults, region
from interpretation_shared import CHROMOSOMES, namer, other_build


def faults(build: Build, gene: Gene, pos: int, ref: str, alt: str) -> list[str]:
    """Return where the names of a GRCh38 allele, named on `build`, differ from the oracle's."""
    if build is Build.GRCH37:
        pos = other_build(gene, pos)
    here = region(build, gene)
    name = namer().name(build, gene, CHROMOSOMES[gene], pos, ref, alt)
    edit = here.edit(pos, ref, alt)
    wanted = (expected_g(here, pos, ref, alt), expected_c(here, edit))
    found = [] if (name.hgvs_g, name.hgvs_c) == wanted else [f"{name.hgvs_g} {name.hgvs_c}, not {wanted}"]
    if name.hgvs_c is None:
        return found if name.problem else [*found, "no c. name and no reason"]
    return found + protein_faults(here, edit, name.hgvs_c, name.hgvs_p)


@pytest.mark.parametrize("build", list(Build))
@pytest.mark.parametrize("gene", list(Gene))
def test_names_of_every_kind_are_the_oracles(gene: Gene, build: Build) -> None:
    drawn = [*alleles(gene, seed=4, count=100), *list(every_substitution(gene))[::131]]
    wrong = {allele: found for allele in drawn if (found := faults(build, gene, *allele))}
    assert len(drawn) > 110
    assert wrong == {}


def test_a_fault_of_the_library_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise IndexError("string index out of range")

    fresh = Namer(bundled())
    monkeypatch.setattr("als_screen.interpretation.naming.hgvs_names.VariantMapper.c_to_p", fails)
    name = fresh.name(Build.GRCH38, Gene.SOD1, "21", 31659783, "C", "T")
    assert (name.hgvs_c, name.hgvs_p) == ("NM_000454.5:c.14C>T", None)
    assert name.problem == "no name on NP_000445.1: the change reaches behind the end of the protein"


@pytest.mark.parametrize("build", list(Build))
@pytest.mark.parametrize("gene", list(Gene))
def test_an_insertion_longer_than_its_way_to_the_edge_of_the_region_has_its_names(
    gene: Gene, build: Build
) -> None:
    """Shifting looks as far around an insertion as that is long, and nothing is known beyond the region."""
    whole = bundled().gene_region(build, gene)
    part = bundled().slices(build)[gene]
    for pos in (whole.start + 8, (whole.start + whole.end) // 2, whole.end - 8):
        for length in (1, 30, len(whole) + 1):
            base, inserted = part.fetch(pos - 1, pos), ("ACGGT" * length)[:length]
            name = namer().name(build, gene, CHROMOSOMES[gene], pos, base, base + inserted)
            assert f"{CHROMOSOMES[gene]:0>6}." in (name.hgvs_g or ""), (pos, length)
            assert name.problem is None or "beyond the bounds of transcript" in name.problem, (pos, length)


def test_an_expansion_in_a_vcf_has_its_names() -> None:
    name = namer().name(Build.GRCH38, Gene.C9ORF72, "9", 27573528, "C", "C" + "GGCCCC" * 900)
    assert (name.hgvs_g or "").startswith("NC_000009.12:g.27573546_27573547ins")
    assert name.problem is None


def test_what_cannot_be_shifted_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Namer(bundled())  # imports `hgvs` as it has to be
    from hgvs.exceptions import HGVSInvalidVariantError

    def fails(*_: object) -> None:
        raise HGVSInvalidVariantError("coordinates are out-of-bounds")

    monkeypatch.setattr("als_screen.interpretation.naming.hgvs_names.Normalizer.normalize", fails)
    name = fresh.name(Build.GRCH38, Gene.SOD1, "21", 31659783, "C", "CA")
    assert (name.hgvs_g, name.hgvs_c) == ("NC_000021.9:g.31659783_31659784insA", None)
    assert name.problem == "no name on NM_000454.5: coordinates are out-of-bounds"
