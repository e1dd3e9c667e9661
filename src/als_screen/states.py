"""The states of a result. Not looked at is a state of its own and never shares a value with nothing found."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How much of a patient's data could be used."""

    ANALYSED = "analysed"
    ANALYSED_IN_PART = "analysed_in_part"
    NOT_ANALYSED = "not_analysed"


class Result(StrEnum):
    """The answer for a patient."""

    POSITIVE = "positive"
    UNCERTAIN = "uncertain"
    NOT_FOUND = "not_found"
    INCOMPLETE = "incomplete"
    NOT_ANALYSED = "not_analysed"


class GeneState(StrEnum):
    """The answer for a gene."""

    POSITIVE = "positive"
    UNCERTAIN = "uncertain"
    NOT_FOUND = "not_found"
    INCOMPLETE = "incomplete"
    NOT_ASSESSED = "not_assessed"


class RepeatState(StrEnum):
    """The answer for the C9orf72 repeat."""

    EXPANDED = "expanded"
    POSSIBLE_EXPANSION = "possible_expansion"
    INTERMEDIATE = "intermediate"
    NOT_EXPANDED = "not_expanded"
    NOT_ASSESSED = "not_assessed"


class Classification(StrEnum):
    """ACMG/AMP class that the machine proposes."""

    PATHOGENIC = "pathogenic"
    LIKELY_PATHOGENIC = "likely_pathogenic"
    UNCERTAIN = "uncertain"
    LIKELY_BENIGN = "likely_benign"
    BENIGN = "benign"


class Basis(StrEnum):
    """What the proposed class rests on."""

    CRITERIA = "criteria"
    CLINVAR = "clinvar"
    CURATED = "curated"


class CriterionState(StrEnum):
    """Whether an ACMG/AMP criterion applies; `not_automated` needs a person."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_AUTOMATED = "not_automated"


class Strength(StrEnum):
    """Weight of a criterion; points 1, 2, 4, 8 and stand-alone (Tavtigian 2020)."""

    SUPPORTING = "supporting"
    MODERATE = "moderate"
    STRONG = "strong"
    VERY_STRONG = "very_strong"
    STAND_ALONE = "stand_alone"


class ReadSupportState(StrEnum):
    """Whether the reads show the allele."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_ASSESSED = "not_assessed"


class IdentityState(StrEnum):
    """Whether the VCF and the reads are one person's."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_ASSESSED = "not_assessed"


class RecheckState(StrEnum):
    """What the reads show at a known pathogenic allele."""

    ABSENT = "absent"
    PRESENT = "present"
    POSSIBLE = "possible"
    NOT_COVERED = "not_covered"


class ConfirmationResult(StrEnum):
    """What another method showed of a finding."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    SIZED = "sized"  # of the repeat: the size decides


class SexState(StrEnum):
    """Whether the sex in the sheet fits the reads on X and Y."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_ASSESSED = "not_assessed"


class ContaminationState(StrEnum):
    """Whether a second person's reads are mixed in."""

    DETECTED = "detected"
    NOT_DETECTED = "not_detected"
    NOT_ASSESSED = "not_assessed"
