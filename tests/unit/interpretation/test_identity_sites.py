"""Identity by the SNVs of `identity.sites`, from files to the verdict: the genes hold nothing that tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen import stages
from als_screen.evidence import (
    Allele,
    CoverageEvidence,
    PatientCheck,
    SiteCall,
    SiteCount,
    State,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.interpretation.fingerprint import MOST_SITES, compared, fingerprints
from als_screen.interpretation.identity import counted_genotypes, identity
from als_screen.models import Fingerprint, Identity
from als_screen.patient import Patient
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import IdentityState
from sites_files import SITES, bam_of, checked, person, table, vcf_of


def population(*_key: object) -> float | None:
    return None


def evidence(
    folder: Path, vcf: Path, bam: Path, sites: Path | None
) -> tuple[VariantEvidence, CoverageEvidence, PatientCheck]:
    patient = Patient("P1", vcf=(vcf,), reads=bam)
    checks = checked(patient).patients
    variants = stages.screen_variants([patient], checks, bundled(), None, folder / "out", sites=sites)
    coverage, _ = stages.screen_coverage([patient], checks, variants, bundled(), None, sites=sites)
    return variants[0], coverage[0], checks[0]


def verdict(folder: Path, vcf: Path, bam: Path, sites: Path | None) -> Identity:
    variants, coverage, _ = evidence(folder, vcf, bam, sites)
    return identity(variants, coverage, population, bundled())


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.tsv"
    path.write_text(table(SITES))
    return path


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("a.vcf.gz", "chr"),
        ("a.vcf.gz", ""),
        ("a.vcf.gz", "NC"),
        ("a.vcf", ""),
        ("a.vcf.gz.plain", "chr"),
        ("a.bcf", ""),
    ],
)
def test_a_swap_and_the_same_person(tmp_path: Path, sites: Path, name: str, style: str) -> None:
    vcf = vcf_of(tmp_path / name, person(1), style)
    own = bam_of(tmp_path / "own.bam", person(1), style)
    foreign = bam_of(tmp_path / "foreign.bam", person(2), style)
    assert verdict(tmp_path, vcf, own, None).state is IdentityState.NOT_ASSESSED, "the genes cannot tell"
    same, different = verdict(tmp_path, vcf, own, sites), verdict(tmp_path, vcf, foreign, sites)
    carried = sum(copies > 0 for copies in person(1).values())
    assert (same.state, same.concordance, same.informative_sites) == (IdentityState.SAME, 1.0, carried)
    assert different.state is IdentityState.DIFFERENT
    assert "informative sites" in different.reason


def test_files_may_name_their_contigs_differently(tmp_path: Path, sites: Path) -> None:
    vcf, bam = vcf_of(tmp_path / "a.vcf.gz", person(1), "NC"), bam_of(tmp_path / "a.bam", person(1), "chr")
    assert verdict(tmp_path, vcf, bam, sites).state is IdentityState.SAME


def test_reference_blocks_speak_too(tmp_path: Path, sites: Path) -> None:
    vcf = vcf_of(tmp_path / "a.vcf.gz", person(1), blocks=True)
    found = verdict(tmp_path, vcf, bam_of(tmp_path / "a.bam", person(1)), sites)
    assert (found.state, found.informative_sites) == (IdentityState.SAME, len(SITES))


def test_thin_reads_do_not_speak(tmp_path: Path, sites: Path) -> None:
    vcf = vcf_of(tmp_path / "a.vcf.gz", person(1))
    found = verdict(tmp_path, vcf, bam_of(tmp_path / "a.bam", person(2), depth=9), sites)
    assert (found.state, found.informative_sites) == (IdentityState.NOT_ASSESSED, 0)


def test_sites_of_the_other_build_say_nothing(tmp_path: Path, sites: Path) -> None:
    sites.write_text(table(SITES, "GRCh37"))
    vcf, bam = vcf_of(tmp_path / "a.vcf.gz", person(1)), bam_of(tmp_path / "a.bam", person(2))
    assert verdict(tmp_path, vcf, bam, sites).state is IdentityState.NOT_ASSESSED


def test_without_the_key_evidence_has_no_such_field(tmp_path: Path, sites: Path) -> None:
    vcf, bam = vcf_of(tmp_path / "a.vcf.gz", person(1)), bam_of(tmp_path / "a.bam", person(1))
    for record in evidence(tmp_path, vcf, bam, None)[:2]:
        assert '"sites"' not in record.model_dump_json()
    for record in evidence(tmp_path, vcf, bam, sites)[:2]:
        again = type(record).model_validate_json(record.model_dump_json())
        assert again == record
        assert again.sites


def test_a_site_in_a_gene_that_the_vcf_lists_is_compared_once() -> None:
    place = {"chrom": "21", "pos": 31_660_000, "ref": "A", "alt": "G"}
    call, count = (
        SiteCall(**place, frequency=0.5, copies=1),
        SiteCount(**place, frequency=0.5, reference=9, alternate=9, other=0),
    )
    known = {"patient": "P1", "state": State.ASSESSED, "build": Build.GRCH38}
    coverage = CoverageEvidence(**known, sites=(count,))
    alone = VariantEvidence(**known, source=VariantSource.VCF, sites=(call,))
    listed = Allele(**place, gene=Gene.SOD1, zygosity=Zygosity.HETEROZYGOUS, genotype="0/1", allele_index=1)
    found = [
        identity(one, coverage, population, bundled()).informative_sites
        for one in (alone, alone.model_copy(update={"alleles": (listed,)}))
    ]
    assert found == [1, 0], "the counts of the gene speak for it, of which there are none here"


@pytest.mark.parametrize(
    ("counts", "speaks", "why"),
    [
        ((10, 10, 0), True, "two bases"),
        ((10, 10, 1), True, "an error"),
        ((10, 10, 10), False, "a third base"),
        ((5, 4, 0), False, "nine fragments"),
    ],
)
def test_which_counts_speak(counts: tuple[int, int, int], speaks: bool, why: str) -> None:
    fields = dict(zip(("reference", "alternate", "other"), counts, strict=True))
    count = SiteCount(chrom="2", pos=1, ref="A", alt="G", frequency=0.5, **fields)
    assert (counted_genotypes(count, 0.005) is not None) == speaks, why


def test_fingerprints_of_the_same_sites_tell_persons_apart(tmp_path: Path, sites: Path) -> None:
    def prints(seed: int) -> Fingerprint:
        vcf = vcf_of(tmp_path / f"{seed}.vcf.gz", person(seed), blocks=True)
        variants, coverage, _ = evidence(tmp_path, vcf, bam_of(tmp_path / f"{seed}.bam", person(seed)), sites)
        found = fingerprints(Build.GRCH38, variants, coverage, (), bundled())
        assert found.vcf
        assert found.vcf == found.reads
        return found.vcf

    populations = dict.fromkeys(Build, population)
    one, other = prints(1), prints(2)
    assert compared(one, one, populations, bundled()).state is IdentityState.SAME
    assert compared(one, other, populations, bundled()).state is IdentityState.DIFFERENT


def test_a_fingerprint_holds_a_choice_of_many_sites() -> None:
    many = tuple(
        SiteCall(chrom="2", pos=pos, ref="A", alt="G", frequency=0.5, copies=1) for pos in range(1, 1000, 7)
    )
    variants = VariantEvidence(patient="P1", state=State.ASSESSED, build=Build.GRCH38, sites=many)
    coverage = CoverageEvidence(patient="P1", state=State.NOT_ASSESSED)
    found = fingerprints(Build.GRCH38, variants, coverage, (), bundled()).vcf
    assert found
    assert len(found.genotypes["2"].split()) == MOST_SITES
