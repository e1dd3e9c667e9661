"""Findings of many simulated patients, as files that `report_cohort` reads: real records, cheaply made."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from als_screen.evidence import State, Zygosity
from als_screen.files import write_text
from als_screen.interpretation.fingerprint import Genotype, packed
from als_screen.interpretation.identity import common_snps
from als_screen.interpretation.knowledge.lookup import Knowledge
from als_screen.models import (
    AlleleSupport,
    ClinvarRecord,
    Conclusion,
    Coverage,
    Criterion,
    Fingerprints,
    GeneCoverage,
    GeneResult,
    Identity,
    Inheritance,
    PatientFields,
    Provenance,
    ReadSupport,
    RepeatAllele,
    RepeatPolicyName,
    RepeatResult,
    Report,
    ResourceVersion,
    Text,
    Variant,
    VariantClass,
)
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import bundled
from als_screen.states import (
    Basis,
    Classification,
    CriterionState,
    GeneState,
    IdentityState,
    ReadSupportState,
    RepeatState,
    Result,
    Status,
)

#: Patients in one findings file, and in one batch of the sheet.
SLICE, BATCH = 50, 96
CRITERIA = 28
SIZES = (2, 2, 2, 2, 2, 5, 5, 6, 8, 8, 10, 11, 14, 20)
PROTEINS = {Gene.SOD1: 153, Gene.TARDBP: 413, Gene.FUS: 525}


def write_findings(folder: Path, patients: int, variants: int, seed: int = 1) -> dict[str, Path]:
    """Write the findings of `patients` patients with `variants` alleles each; return the files by slice.

    One in a thousand is there twice, under two ids.
    """
    rng = np.random.default_rng(seed)
    carried = [_variant(rng, reported=False) for _ in range(variants)]
    knowledge = Knowledge.load()
    snps = common_snps(knowledge.builds[Build.GRCH38].frequency, bundled(), Build.GRCH38)
    files: dict[str, Path] = {}
    for start in range(0, patients, SLICE):
        name = f"RUN-{start // SLICE:04d}"
        reports = [
            _report(rng, number, tuple(carried), _persons(rng, snps, number))
            for number in range(start, min(start + SLICE, patients))
        ]
        files[name] = folder / f"{name}.jsonl"
        write_text(files[name], "".join(report.model_dump_json() + "\n" for report in reports))
    return files


def _persons(rng: np.random.Generator, snps: tuple, number: int) -> Fingerprints:
    """Return the genotypes of a person; every thousandth is the one before again."""
    own = np.random.default_rng(1_000_000 + number - (number % 1000 == 999))
    genotypes = [(snp, Genotype(int(own.binomial(2, snp.frequency)), looked_at=True)) for snp in snps]
    return Fingerprints(vcf=None, reads=packed(Build.GRCH38, genotypes))


def _report(
    rng: np.random.Generator, number: int, carried: tuple[Variant, ...], persons: Fingerprints
) -> Report:
    finding = _variant(rng, reported=True) if rng.random() < 0.15 else None
    failed = rng.random() < 0.01
    positive = finding is not None and not failed
    result = Result.NOT_ANALYSED if failed else Result.POSITIVE if positive else Result.NOT_FOUND
    whole = failed or rng.random() < 0.9
    states = dict.fromkeys(Gene, GeneState.NOT_ASSESSED if failed else GeneState.NOT_FOUND)
    if finding and not failed:
        states[finding.gene] = GeneState.POSITIVE
    depth = float(rng.normal(32, 4))
    return Report(
        patient=PatientFields(
            patient=f"SIM-{number:05d}",
            batch=f"RUN-{number // BATCH:04d}",
            library="pcr_free",
            sex=str(rng.choice(["female", "male"])),
            diagnosis=str(rng.choice(["ALS", "ALS", "ALS", "PLS", "FTD", "ALS-FTD", "unknown"])),
            family_history=str(rng.choice(["familial", "sporadic", "sporadic", "sporadic", "unknown"])),
            age_at_onset=int(rng.normal(60, 12)),
            research_consent="yes",
        ),
        status=Status.NOT_ANALYSED if failed else Status.ANALYSED,
        status_reason=f"SIM-{number:05d}.bam: the file is truncated; copy or make it again"
        if failed
        else None,
        genome_build=Build.GRCH38,
        conclusion=Conclusion(
            result=result,
            complete=whole and not failed,
            not_assessed=tuple(Gene) if failed else () if whole else (Gene.FUS,),
            text=Text(en="Simulated.", nl="Gesimuleerd.", fr="Simulé."),
        ),
        genes={
            gene: GeneResult(state=state, reason="every base of the coding sequence was callable")
            for gene, state in states.items()
        },
        repeat=_repeat(rng, depth, failed),
        variants=() if failed else (*carried, *([finding] if finding else [])),
        structural_variants=(),
        unusable_records=(),
        coverage=_coverage(rng, failed, whole),
        identity=Identity(state=IdentityState.SAME, informative_sites=24, concordance=1.0, log10_lr=7.9),
        recheck=(),
        recheck_absent=164,
        fingerprint=persons,
        provenance=Provenance(
            pipeline="als-screen 0.1.0",
            resources={
                f"resource_{index}": ResourceVersion(release="2026-06", sha256=f"{index:064x}")
                for index in range(14)
            },
            settings={},
            inputs={},
        ),
    )


def _repeat(rng: np.random.Generator, depth: float, failed: bool) -> RepeatResult:
    sizes = sorted(int(size) for size in rng.choice(SIZES, 2))
    state = RepeatState.NOT_EXPANDED
    if rng.random() < 0.08:
        sizes[1], state = int(rng.lognormal(6, 0.8)) + 31, RepeatState.EXPANDED
    return RepeatResult(
        locus_definition="pure (GGCCCC)n",
        hgvs_g=None,
        state=RepeatState.NOT_ASSESSED if failed else state,
        reason="simulated",
        alleles=() if failed else tuple(_allele(size) for size in sizes),
        probability_expanded=0.99 if state is RepeatState.EXPANDED else 0.0,
        log10_likelihood_ratio=0.0,
        policy=RepeatPolicyName(
            name="strchive-2026-06", version="2026-06", normal_max=23, intermediate_max=30
        ),
        quality={"flank_depth": round(depth, 2), "locus_depth": round(depth * 0.97, 2), "read_length": 150},
    )


def _allele(size: int) -> RepeatAllele:
    return RepeatAllele(
        repeats=size,
        ci=(size, size if size < 20 else 3 * size),
        bound="exact",
        support=AlleleSupport(spanning=14, flanking=3, in_repeat=0),
    )


def _coverage(rng: np.random.Generator, failed: bool, whole: bool) -> Coverage:
    fraction = 1.0 if whole else float(rng.uniform(0.9, 1.0))
    genes = {gene: GeneCoverage(callable_fraction=fraction, below=()) for gene in VARIANT_GENES}
    return Coverage(
        state=State.NOT_ASSESSED if failed else State.ASSESSED,
        basis="reads",
        min_depth=10,
        genes={} if failed else genes,
    )


def _variant(rng: np.random.Generator, reported: bool) -> Variant:
    gene = VARIANT_GENES[int(rng.integers(len(VARIANT_GENES)))]
    residue = int(rng.integers(2, PROTEINS[gene]))
    proposed = rng.choice([Classification.PATHOGENIC, Classification.UNCERTAIN]) if reported else "benign"
    return Variant(
        gene=gene,
        chrom="chr21",
        pos=31_659_000 + residue,
        ref="C",
        alt="T",
        hgvs_g=f"NC_000021.9:g.{31_659_000 + residue}C>T",
        hgvs_c=f"NM_000454.5:c.{3 * residue}C>T",
        hgvs_p=f"NP_000445.1:p.(Ala{residue}Val)",
        legacy=f"A{residue - 1}V",
        consequence="missense_variant",
        zygosity=Zygosity.HETEROZYGOUS,
        genotype="0/1",
        depth=30,
        alt_fraction=0.5,
        filter="PASS",
        source="vcf",
        known=reported,
        read_support=ReadSupport(state=ReadSupportState.CONFIRMED, ref=15, alt=15, forward=8, reverse=7),
        classification=VariantClass(
            proposed=Classification(proposed),
            basis=Basis.CRITERIA,
            conflict=None,
            points=0,
            criteria=tuple(_criterion(index) for index in range(CRITERIA)),
        ),
        clinvar=ClinvarRecord(variation_id=14_766, significance="Pathogenic", stars=2, release="2026-06"),
        frequency=None,
        inheritance=Inheritance(fits=True, note=""),
        reported=reported,
        not_reported_reason=None if reported else "benign",
    )


def _criterion(index: int) -> Criterion:
    return Criterion(
        code=f"PS{index}",
        state=CriterionState.NOT_MET,
        strength=None,
        because="a sentence about as long as the sentences that the criteria of this software have",
        source="simulated, 2026-06",
    )
