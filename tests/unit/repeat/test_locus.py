from __future__ import annotations

import pytest
from pydantic import ValidationError

from als_screen.regions import CHROMOSOME_ACCESSIONS, Build, Gene
from als_screen.repeat.locus import (
    PolicyThresholds,
    PriorBand,
    RepeatPrior,
    load_locus,
    load_policies,
    load_policy,
)
from als_screen.resources import bundled


@pytest.mark.parametrize("build", list(Build))
def test_the_locus_is_in_the_reference(build: Build) -> None:
    locus = load_locus()
    placed = locus.builds[build]
    part = bundled().slices(build)[Gene.C9ORF72]
    assert part.fetch(placed.start, placed.end) == locus.motif_plus * locus.reference_units
    assert part.fetch(placed.start - 1000, placed.start) == locus.left_flank
    assert part.fetch(placed.end, placed.end + 1000) == locus.right_flank


@pytest.mark.parametrize("build", list(Build))
def test_the_pure_copies_end_where_the_locus_ends(build: Build) -> None:
    locus = load_locus()
    assert not locus.left_flank.endswith(locus.motif_plus)
    assert not locus.right_flank.startswith(locus.motif_plus)


@pytest.mark.parametrize("build", list(Build))
def test_the_hgvs_name_is_of_the_locus(build: Build) -> None:
    placed = load_locus().builds[build]
    accession = CHROMOSOME_ACCESSIONS[build][placed.chrom]
    assert placed.hgvs == f"{accession}:g.{placed.start + 1}_{placed.end}GGCCCC[{{units}}]"


def test_the_motif_is_the_gene_strand() -> None:
    locus = load_locus()
    assert locus.motif[::-1].translate(str.maketrans("ACGT", "TGCA")) == locus.motif_plus


@pytest.mark.parametrize(("build", "number"), [(Build.GRCH38, 75), (Build.GRCH37, 29)])
def test_off_target_regions(build: Build, number: int) -> None:
    regions = load_locus().off_target_regions(build)
    assert len(regions) == number
    placed = load_locus().builds[build]
    assert not any(region.overlaps("9", placed.start, placed.end) for region in regions)


def test_the_default_policy_is_the_documented_one() -> None:
    policy = load_policy()
    assert (policy.thresholds.normal_max, policy.thresholds.intermediate_max) == (23, 30)
    assert policy.prior.name == "diagnostic"


def test_the_priors_agree_with_their_sources() -> None:
    """29 % homozygotes; a tenth of patients and one in a thousand people carry an expansion above 60."""
    priors = load_policies().priors
    for name, carriers in (("diagnostic", 0.10), ("population", 0.001)):
        prior = priors[name]
        homozygous = sum(prior.share(n - 0.5, n + 0.5) ** 2 for n in range(40))
        assert homozygous == pytest.approx(0.29, abs=0.04)
        assert 1 - (1 - prior.share(60.5, 1e9)) ** 2 == pytest.approx(carriers, rel=0.1)


def test_shares_add_up() -> None:
    prior = load_policy().prior
    assert sum(prior.share(n - 0.5, n + 0.5) for n in range(5001)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "bands",
    [
        [(0, 10, 0.5), (12, 20, 0.5)],
        [(1, 10, 1.0)],
        [(0, 10, 0.5), (11, 20, 0.4)],
    ],
)
def test_a_prior_with_a_gap_is_refused(bands: list[tuple[int, int, float]]) -> None:
    made = tuple(PriorBand(first=a, last=b, share=s) for a, b, s in bands)
    with pytest.raises(ValidationError, match="prior x"):
        RepeatPrior(name="x", description="", sources=(), bands=made)


def test_overlapping_classes_are_refused() -> None:
    given = load_policy().thresholds.model_dump() | {"normal_max": 40}
    with pytest.raises(ValidationError, match="normal_max"):
        PolicyThresholds(**given)
