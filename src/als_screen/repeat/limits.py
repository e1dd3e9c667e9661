"""The conditions that forbid or weaken a conclusion about the repeat, found in the data."""

from __future__ import annotations

from enum import StrEnum


class Limit(StrEnum):
    """One condition; the values stand in evidence files and reports."""

    CONTIG_MISSING = "contig_missing"
    NO_READS = "no_reads_at_locus"
    ONLY_DUPLICATES = "only_duplicates"
    DEPTH_TOO_LOW = "depth_too_low"
    FEW_FRAGMENTS = "few_fragments"
    LOCUS_NOT_COVERED = "locus_not_covered"
    LOCUS_DEPTH_LOW = "locus_depth_low"
    FLANKS_NOT_COVERED = "flanks_not_covered"
    BASES_UNUSABLE = "bases_unusable"
    MAPPING_UNSURE = "mapping_unsure"
    REFERENCE_MISMATCH = "reference_mismatch"
    READS_TOO_SHORT = "reads_too_short"
    LONG_READS = "long_reads"
    NO_MATES = "no_mates"
    MATES_MISSING = "mates_missing"
    DISTANT_MATES_MISSING = "distant_mates_missing"
    IN_REPEAT_PAIRS_UNSEEN = "in_repeat_pairs_unseen"
    NO_OFF_TARGET_READS = "no_off_target_reads"
    MIXED_READ_LENGTHS = "mixed_read_lengths"
    FRAGMENT_LENGTH_UNKNOWN = "fragment_length_unknown"
    GC_LOSS = "gc_loss"
    UNEXPLAINED_IN_REPEAT = "unexplained_in_repeat"
    ALLELE_MAY_BE_LOST = "allele_may_be_lost"
