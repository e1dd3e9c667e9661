"""The result of one patient, `report.json`: names and values are the contract with other systems.

Fields may be added, never renamed; a change of meaning raises `SCHEMA_VERSION`.
"""

from __future__ import annotations

from operator import not_
from typing import Any, Literal

from pydantic import Field

from als_screen.evidence import Record, State, Zygosity
from als_screen.regions import Build, Gene
from als_screen.states import (
    Basis,
    Classification,
    ConfirmationResult,
    ContaminationState,
    CriterionState,
    GeneState,
    IdentityState,
    ReadSupportState,
    RecheckState,
    RepeatState,
    Result,
    SexState,
    Status,
    Strength,
)

SCHEMA_VERSION = "1.0"


class Text(Record):
    """A sentence in the three languages of the reports."""

    en: str
    nl: str
    fr: str


class PatientFields(Record):
    """The patient's row of the sheet. The second group is printed on the clinical report only."""

    patient: str
    batch: str | None = None
    library: str = "unknown"
    sex: str = "unknown"
    diagnosis: str = "unknown"
    family_history: str = "unknown"
    age_at_onset: int | None = None
    family: str | None = None
    research_consent: str = "unknown"
    name: str | None = None
    specimen: str | None = None
    birth_date: str | None = None
    collected: str | None = None
    received: str | None = None
    requester: str | None = None
    indication: str | None = None


class Conclusion(Record):
    """The answer, whether it is complete, and what was not (wholly) assessed."""

    result: Result
    complete: bool
    not_assessed: tuple[Gene, ...]
    text: Text


class GeneResult(Record):
    """The answer for one gene, with the reason in English."""

    state: GeneState
    reason: str


class AlleleSupport(Record):
    """Fragments behind one repeat allele."""

    spanning: int
    flanking: int
    in_repeat: int


class RepeatAllele(Record):
    """One allele of the repeat; `repeats` is the point estimate, `ci` the 95 % credible interval."""

    repeats: int | None
    ci: tuple[int, int | None]
    bound: Literal["exact", "at_least", "estimate"]
    support: AlleleSupport


class RepeatPolicyName(Record):
    """The policy that turned sizes into a state."""

    name: str
    version: str
    normal_max: int
    intermediate_max: int


class RepeatResult(Record):
    """The C9orf72 repeat.

    `vcf_repeats` is what a record of the VCF says of the long allele, where the reads say less.
    Where `basis` is orthogonal, `state`, `reason` and `orthogonal_size` (bounds of the long allele, None
    where the method gave none) are another method's; alleles and probability are the reads' all the same.
    """

    locus: str = "C9orf72"
    motif: str = "GGGGCC"
    locus_definition: str
    hgvs_g: str | None
    state: RepeatState
    reason: str
    alleles: tuple[RepeatAllele, ...]
    probability_expanded: float | None
    log10_likelihood_ratio: float | None
    basis: Literal["reads", "orthogonal"] = "reads"
    orthogonal_size: tuple[int, int | None] | None = None
    vcf_repeats: int | None = Field(None, exclude_if=not_)
    policy: RepeatPolicyName
    quality: dict[str, Any]


class ReadSupport(Record):
    """The reads at a variant: fragments by allele, and alternate fragments by strand."""

    state: ReadSupportState
    ref: int | None = None
    alt: int | None = None
    forward: int | None = None
    reverse: int | None = None


class Confirmation(Record):
    """What another method showed of a finding, as the laboratory wrote it down.

    Attributes:
        finding: "C9orf72" for the repeat, else the HGVS name of a variant.
        size: bounds of the long allele in repeats, both inclusive; None above for no upper bound.
        date: ISO date.
        by: who answers for it.
    """

    finding: str
    method: str
    result: ConfirmationResult
    size: tuple[int, int | None] | None = None
    date: str
    by: str


class Criterion(Record):
    """One ACMG/AMP criterion as applied to one variant."""

    code: str
    state: CriterionState
    strength: Strength | None
    because: str
    source: str


class VariantClass(Record):
    """The proposed class with its evidence; `points` are from criteria alone, whatever the basis."""

    proposed: Classification
    basis: Basis
    conflict: str | None
    points: int
    criteria: tuple[Criterion, ...]


class ClinvarRecord(Record):
    """What ClinVar says of exactly this allele."""

    variation_id: int
    significance: str
    stars: int
    release: str


class Frequency(Record):
    """What a population database says of exactly this allele; `faf95` in the group where it is highest."""

    source: str
    af: float
    faf95: float | None
    ac: int
    an: int
    hom: int | None


class Inheritance(Record):
    """Whether the zygosity fits the inheritance of this allele."""

    fits: bool
    note: str


class Variant(Record):
    """One allele that the patient carries in a gene region; left-aligned, 1-based, build as given.

    `may_be_others`: a second person's reads are mixed in, and they alone could explain it.
    """

    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str
    hgvs_g: str | None
    hgvs_c: str | None
    hgvs_p: str | None
    legacy: str | None
    consequence: str | None
    name_problem: str | None = None
    zygosity: Zygosity
    genotype: str
    depth: int | None
    alt_fraction: float | None
    filter: str
    source: Literal["vcf", "reads", "recheck"]
    known: bool
    read_support: ReadSupport
    classification: VariantClass
    clinvar: ClinvarRecord | None
    frequency: Frequency | None
    inheritance: Inheritance
    reported: bool
    not_reported_reason: str | None
    may_be_others: bool = False


class GeneCoverage(Record):
    """Callable fraction of a gene's reportable range, and where it is below (0-based half-open)."""

    callable_fraction: float
    below: tuple[tuple[str, int, int], ...]


class Coverage(Record):
    """Callability of the reportable range of the genes whose sequence variants count."""

    state: State
    basis: Literal["reads", "gvcf", "callable_bed", "none"]
    min_depth: int
    reason: str = ""
    genes: dict[Gene, GeneCoverage]


class Identity(Record):
    """Whether the VCF and the reads are one person's; `log10_lr` favours "same" where positive."""

    state: IdentityState
    informative_sites: int
    concordance: float | None
    log10_lr: float | None
    reason: str = ""


class SexCheck(Record):
    """The sex in the sheet beside the reads of a whole genome.

    Attributes:
        shown: "female" or "male" by the reads, "" where they leave it open.
        x_ratio, y_ratio: reads per base of X and Y against the autosomes; None where not measured.
        reason: in English, why nothing was compared.
    """

    state: SexState = SexState.NOT_ASSESSED
    shown: Literal["female", "male", ""] = ""
    x_ratio: float | None = None
    y_ratio: float | None = None
    reason: str = ""


class Contamination(Record):
    """Whether a second person's reads are mixed in, by the counts at common SNVs.

    Attributes:
        share: of the reads, the likeliest; at most one half. None unless detected.
        excluded_from: shares from here to one half are excluded; None unless not detected.
        sites: SNVs that spoke.
        log10_lr: of the likeliest mixture against none, without the chromosome that speaks loudest for it.
        reason: in English, why nothing was assessed.
    """

    state: ContaminationState = ContaminationState.NOT_ASSESSED
    share: float | None = None
    excluded_from: float | None = None
    sites: int = 0
    log10_lr: float | None = None
    reason: str = ""


class Fingerprint(Record):
    """Genotypes of one file at SNVs, to tell persons apart; `interpretation/fingerprint.py` packs them.

    `genotypes`: by chromosome the sites in order, separated by spaces: 1-based position, REF, ALT, genotype.
    "0", "1", "2" are copies of ALT at a site that was looked at whatever it shows; "a" and "b" are 1 and 2
    copies at a site that is known only because ALT is carried.
    """

    build: Build
    genotypes: dict[str, str]


class Fingerprints(Record):
    """The fingerprint of each file of a patient, None where there is none; never leaves the findings."""

    vcf: Fingerprint | None
    reads: Fingerprint | None


class Recheck(Record):
    """What the reads show at one known pathogenic allele, by fragments."""

    variant: str
    gene: Gene
    state: RecheckState
    ref: int
    alt: int


class StructuralFinding(Record):
    """A structural record over a gene, "structural variant, not interpreted"; `length`: its SVLEN."""

    gene: Gene
    chrom: str
    pos: int
    end: int
    alt: str
    genotype: str
    filter: str
    length: int | None = Field(None, exclude_if=not_)


class Unusable(Record):
    """A record that could not be read as alleles, with the reason."""

    chrom: str
    pos: int
    end: int = 0
    record: str
    reason: str


class ResourceVersion(Record):
    """Release and checksum of one resource that was used."""

    release: str
    sha256: str


class Provenance(Record):
    """What the result was made from."""

    pipeline: str
    resources: dict[str, ResourceVersion]
    settings: dict[str, Any]
    inputs: dict[str, Any]


class Report(Record):
    """`report.json`, and one line of `results/findings/{batch}.jsonl`.

    `remarks` are what is odd about files that were used all the same, in English. `fingerprint` stays in
    `results/findings`: it is no part of report.json, of the cohort's findings, or of any export.
    """

    schema_version: str = SCHEMA_VERSION
    patient: PatientFields
    status: Status
    status_reason: str | None
    genome_build: Build | None
    conclusion: Conclusion
    genes: dict[Gene, GeneResult]
    repeat: RepeatResult
    variants: tuple[Variant, ...]
    structural_variants: tuple[StructuralFinding, ...]
    unusable_records: tuple[Unusable, ...]
    coverage: Coverage
    identity: Identity
    recheck: tuple[Recheck, ...]
    recheck_absent: int
    remarks: tuple[str, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    sex_check: SexCheck = SexCheck()
    contamination: Contamination = Contamination()
    fingerprint: Fingerprints | None = None
    provenance: Provenance
