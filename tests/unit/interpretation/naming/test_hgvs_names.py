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
