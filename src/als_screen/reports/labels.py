"""The words for every state; each is a message of the catalogues.

Keyed by the type first, because values are shared between enumerations: an "uncertain" result and an
"uncertain" class are different words.
"""

from __future__ import annotations

from enum import StrEnum

from als_screen.evidence import State, Zygosity
from als_screen.repeat.limits import Limit
from als_screen.reports.catalogue import N_
from als_screen.reports.standing import Stage, Whose
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
    Status,
    Strength,
)

LABELS: dict[type[StrEnum], dict[str, str]] = {
    Result: {
        Result.POSITIVE: N_("Positive"),
        Result.UNCERTAIN: N_("Uncertain"),
        Result.NOT_FOUND: N_("Nothing found"),
        Result.INCOMPLETE: N_("Incomplete"),
        Result.NOT_ANALYSED: N_("Not analysed"),
    },
    Status: {
        Status.ANALYSED: N_("analysed"),
        Status.ANALYSED_IN_PART: N_("analysed in part"),
        Status.NOT_ANALYSED: N_("not analysed"),
    },
    GeneState: {
        GeneState.POSITIVE: N_("Positive"),
        GeneState.UNCERTAIN: N_("Uncertain"),
        GeneState.NOT_FOUND: N_("Nothing found"),
        GeneState.INCOMPLETE: N_("Incomplete"),
        GeneState.NOT_ASSESSED: N_("Not assessed"),
    },
    RepeatState: {
        RepeatState.EXPANDED: N_("Expanded"),
        RepeatState.POSSIBLE_EXPANSION: N_("Possible expansion"),
        RepeatState.INTERMEDIATE: N_("Intermediate"),
        RepeatState.NOT_EXPANDED: N_("Not expanded"),
        RepeatState.NOT_ASSESSED: N_("Not assessed"),
    },
    ConfirmationResult: {
        ConfirmationResult.CONFIRMED: N_("confirmed"),
        ConfirmationResult.NOT_CONFIRMED: N_("not confirmed"),
        ConfirmationResult.SIZED: N_("size measured"),
    },
    Classification: {
        Classification.PATHOGENIC: N_("Pathogenic"),
        Classification.LIKELY_PATHOGENIC: N_("Likely pathogenic"),
        Classification.UNCERTAIN: N_("Uncertain significance"),
        Classification.LIKELY_BENIGN: N_("Likely benign"),
        Classification.BENIGN: N_("Benign"),
    },
    Basis: {
        Basis.CRITERIA: N_("ACMG/AMP criteria"),
        Basis.CLINVAR: N_("ClinVar classification"),
        Basis.CURATED: N_("curated entry of this software, with its source"),
    },
    CriterionState: {
        CriterionState.MET: N_("met"),
        CriterionState.NOT_MET: N_("not met"),
        CriterionState.NOT_APPLICABLE: N_("not applicable"),
        CriterionState.NOT_AUTOMATED: N_("to be judged by a person"),
    },
    Strength: {
        Strength.SUPPORTING: N_("supporting"),
        Strength.MODERATE: N_("moderate"),
        Strength.STRONG: N_("strong"),
        Strength.VERY_STRONG: N_("very strong"),
        Strength.STAND_ALONE: N_("stand-alone"),
    },
    ReadSupportState: {
        ReadSupportState.CONFIRMED: N_("confirmed by the reads"),
        ReadSupportState.NOT_CONFIRMED: N_("not confirmed by the reads"),
        ReadSupportState.NOT_ASSESSED: N_("not checked in the reads"),
    },
    IdentityState: {
        IdentityState.SAME: N_("The variant file and the reads are of the same person."),
        IdentityState.DIFFERENT: N_("The variant file and the reads are of different persons."),
        IdentityState.NOT_ASSESSED: N_(
            "Whether the variant file and the reads are of the same person was not assessed."
        ),
    },
    ContaminationState: {
        ContaminationState.DETECTED: N_("A second person's reads are mixed in."),
        ContaminationState.NOT_DETECTED: N_("No second person's reads were found."),
        ContaminationState.NOT_ASSESSED: N_("Whether a second person's reads are mixed in was not assessed."),
    },
    RecheckState: {
        RecheckState.ABSENT: N_("absent"),
        RecheckState.PRESENT: N_("present"),
        RecheckState.POSSIBLE: N_("possibly present"),
        RecheckState.NOT_COVERED: N_("not covered"),
    },
    Zygosity: {
        Zygosity.HETEROZYGOUS: N_("heterozygous"),
        Zygosity.HOMOZYGOUS: N_("homozygous"),
        Zygosity.HEMIZYGOUS: N_("hemizygous"),
        Zygosity.UNKNOWN: N_("zygosity unknown"),
    },
    Stage: {
        Stage.DRAFT: N_("Draft – not authorised"),
        Stage.AMENDED_DRAFT: N_("Amended draft – not authorised"),
        Stage.FINAL: N_("Final report"),
        Stage.AMENDED: N_("Amended report"),
    },
    Whose: {
        Whose.ANOTHER: N_(
            "By genotype, the data of this report and those of the signed report are of two different "
            "persons."
        ),
        Whose.DOUBTFUL: N_(
            "By genotype, the data of this report and those of the signed report are rather of two different "
            "persons."
        ),
        Whose.NOT_SHOWN: N_(
            "The data of this report are not those of the signed report; genotypes cannot tell whether both "
            "are of the same person."
        ),
    },
    State: {State.ASSESSED: N_("assessed"), State.NOT_ASSESSED: N_("not assessed")},
}

#: Values of free columns of the sheet; another value is printed as it is.
FIELD_VALUES: dict[str, dict[str, str]] = {
    "sex": {"female": N_("female"), "male": N_("male"), "unknown": N_("not stated")},
    "diagnosis": {
        "ALS": N_("ALS"),
        "PLS": N_("PLS"),
        "PMA": N_("PMA"),
        "FTD": N_("FTD"),
        "ALS-FTD": N_("ALS-FTD"),
        "unaffected": N_("unaffected"),
        "unknown": N_("not stated"),
    },
    "family_history": {
        "familial": N_("familial"),
        "sporadic": N_("sporadic"),
        "unknown": N_("not stated"),
    },
    "library": {
        "pcr_free": N_("genome, PCR-free"),
        "pcr": N_("genome, with PCR"),
        "exome": N_("exome"),
        "panel": N_("gene panel"),
        "hifi": N_("long reads (HiFi)"),
        "ont": N_("long reads (nanopore)"),
        "unknown": N_("not stated"),
    },
    "coverage_basis": {
        "reads": N_("from the reads"),
        "gvcf": N_("from the reference blocks of the gVCF"),
        "callable_bed": N_("from the caller's callable regions"),
        "none": N_("no source"),
    },
    "variant_source": {
        "vcf": N_("variant file"),
        "reads": N_("called from the reads"),
        "recheck": N_("seen in the reads only, at a known position"),
    },
}

#: Sequence Ontology terms in words; another term is printed as it is.
CONSEQUENCES: dict[str, str] = {
    "missense_variant": N_("missense"),
    "synonymous_variant": N_("synonymous"),
    "stop_gained": N_("stop gained"),
    "stop_lost": N_("stop lost"),
    "start_lost": N_("start lost"),
    "frameshift_variant": N_("frameshift"),
    "inframe_deletion": N_("in-frame deletion"),
    "inframe_insertion": N_("in-frame insertion"),
    "splice_acceptor_variant": N_("splice acceptor"),
    "splice_donor_variant": N_("splice donor"),
    "splice_region_variant": N_("splice region"),
    "intron_variant": N_("intronic"),
    "5_prime_UTR_variant": N_("5′ untranslated region"),
    "3_prime_UTR_variant": N_("3′ untranslated region"),
    "protein_altering_variant": N_("protein altering"),
    "stop_retained_variant": N_("stop codon kept"),
    "coding_sequence_variant": N_("in the coding sequence, effect not known"),
    "upstream_gene_variant": N_("before the gene"),
    "downstream_gene_variant": N_("behind the gene"),
}

#: What `RepeatResult.quality` measures; another key is printed as it is.
REPEAT_QUALITY: dict[str, str] = {
    "locus_depth": N_("Depth at the repeat"),
    "flank_depth": N_("Depth beside the repeat"),
    "read_length": N_("Read length (bases)"),
    "read_length_min": N_("Shortest read length (bases)"),
    "read_length_max": N_("Longest read length (bases)"),
    "fragment_length": N_("Fragment length (bases)"),
    "fragment_length_sd": N_("Standard deviation of the fragment length (bases)"),
    "error_rate": N_("Base error rate"),
    "gc_ratio": N_("Depth of GC-rich flanks against expected"),
    "dropout_suspected": N_("Drop-out of an expanded allele suspected"),
    "in_repeat_pairs": N_("Fragments with both reads inside the repeat"),
    "probability_lost": N_("Probability that an expanded allele gave no reads"),
    "prior": N_("Prior"),
    "limits": N_("Limits found in the data"),
}

#: Conditions in the data that forbid or weaken a conclusion about the repeat.
REPEAT_LIMITS: dict[str, str] = {
    Limit.CONTIG_MISSING: N_("the chromosome is not in the file"),
    Limit.NO_READS: N_("no reads at the repeat"),
    Limit.ONLY_DUPLICATES: N_("only duplicate reads"),
    Limit.DEPTH_TOO_LOW: N_("the depth beside the repeat is too low"),
    Limit.FEW_FRAGMENTS: N_("too few fragments show the alleles"),
    Limit.LOCUS_NOT_COVERED: N_("no read covers the repeat"),
    Limit.LOCUS_DEPTH_LOW: N_("fewer reads over the repeat than beside it"),
    Limit.FLANKS_NOT_COVERED: N_("no reads beside the repeat"),
    Limit.BASES_UNUSABLE: N_("the bases of the reads over the repeat are unknown or have no quality"),
    Limit.MAPPING_UNSURE: N_("most reads beside the repeat have mapping quality 0"),
    Limit.REFERENCE_MISMATCH: N_("the flanks do not fit the reference"),
    Limit.READS_TOO_SHORT: N_("the reads are too short"),
    Limit.LONG_READS: N_("long reads"),
    Limit.NO_MATES: N_("the reads have no mates in the file"),
    Limit.MATES_MISSING: N_("mates are missing, as in a file cut to regions"),
    Limit.DISTANT_MATES_MISSING: N_("mates that should lie where reads of an expansion do are missing"),
    Limit.IN_REPEAT_PAIRS_UNSEEN: N_("pairs of reads inside the repeat have no place in the file"),
    Limit.NO_OFF_TARGET_READS: N_("no reads at the off-target places, as in a file cut to regions"),
    Limit.MIXED_READ_LENGTHS: N_("reads of mixed length"),
    Limit.FRAGMENT_LENGTH_UNKNOWN: N_("the fragment length could not be measured"),
    Limit.GC_LOSS: N_("the library lost GC-rich fragments"),
    Limit.UNEXPLAINED_IN_REPEAT: N_("reads from inside a long repeat that the alleles seen do not explain"),
    Limit.ALLELE_MAY_BE_LOST: N_("an expanded allele may have given no reads"),
}


#: What a change against an earlier report is about; the name of a variant is printed as it is.
SUBJECTS: dict[str, str] = {
    "conclusion": N_("Conclusion"),
    "repeat": N_("C9orf72 repeat"),
    "not_assessed": N_("Not assessed"),
    "status": N_("Analysis"),
    "report": N_("Report"),
    "patient": N_("Patient number"),
    "name": N_("Name"),
    "birth_date": N_("Date of birth"),
    "specimen": N_("Specimen"),
    "sex": N_("Sex"),
    "diagnosis": N_("Diagnosis"),
    "family_history": N_("Family history"),
    "age_at_onset": N_("Age at onset"),
    "library": N_("Library"),
    "collected": N_("Collected"),
    "received": N_("Received"),
    "requester": N_("Requested by"),
    "indication": N_("Indication"),
}

#: What brought a change about.
CAUSES: dict[str, str] = {
    "knowledge": N_("new knowledge"),
    "policy": N_("another policy or setting"),
    "software": N_("another version of the software"),
    "input": N_("other data or details of the patient"),
}


#: Answers of the conclusion as `reanalysis.compare` writes them.
_CONCLUSIONS: dict[str, str] = {
    **{str(value): text for value, text in LABELS[Result].items()},
    "positive, incomplete": N_("Positive, not complete"),
    "uncertain, incomplete": N_("Uncertain, not complete"),
    "not_found, incomplete": N_("Nothing found, not complete"),
}
#: What `reanalysis.compare` says of a gene or a variant.
_STATES: dict[str, str] = {
    **{str(value): text for value, text in LABELS[Classification].items()},
    **{str(value): text for value, text in LABELS[Zygosity].items()},
    "absent": N_("absent"),
    "possible": N_("possibly present"),
    "structural_variant": N_("structural variant"),
    "not_reported": N_("not reported"),
    "not_assessed": N_("not assessed"),
    "assessed_in_part": N_("Assessed in part"),
    "assessed": N_("assessed"),
}


def change_value(subject: str, value: str) -> str:
    """Return the message for a value before or after a change, or the value itself."""
    if subject in FIELD_VALUES:
        return field_label(subject, value)
    kinds = {"conclusion": _CONCLUSIONS, "repeat": LABELS[RepeatState]}
    return kinds.get(subject, _STATES).get(value, value)


def label(value: StrEnum) -> str:
    """Return the message for a state, in English."""
    return LABELS[type(value)][value]


def field_label(field: str, value: str) -> str:
    """Return the message for a sheet value, or the value itself."""
    return FIELD_VALUES[field].get(value, value)
