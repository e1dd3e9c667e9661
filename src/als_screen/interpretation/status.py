"""How much of a patient's data could be used: analysed, in part, or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from als_screen.evidence import (
    CoverageEvidence,
    PatientCheck,
    RepeatEvidence,
    Severity,
    State,
    VariantEvidence,
)
from als_screen.models import Identity
from als_screen.states import IdentityState, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """The status and its reason, None where all is well."""

    status: Status
    reason: str | None


def standing(
    check: PatientCheck,
    variants: VariantEvidence,
    repeat: RepeatEvidence,
    coverage: CoverageEvidence,
    same: Identity,
) -> Standing:
    """Return the status of a patient.

    An unreadable file beside a sound one is `analysed_in_part`; nothing usable, or inputs that contradict
    each other (builds, persons), is `not_analysed`.
    """
    if same.state is IdentityState.DIFFERENT:
        return Standing(Status.NOT_ANALYSED, "the VCF and the reads are of different persons")
    wrong = [
        f"{Path(problem.path).name}: {problem.expected}; {problem.action}"
        for problem in check.problems
        if problem.severity is Severity.ERROR
    ]
    # A step without its file fails too, but the file's own problem is there already.
    opened: list[VariantEvidence | RepeatEvidence | CoverageEvidence] = (
        [variants] if check.vcf or check.reads else []
    )
    opened += [repeat, coverage] if check.reads else []
    wrong += [one.reason for one in opened if one.failed]
    if not wrong:
        return Standing(Status.ANALYSED, None)
    vcf = bool(check.vcf) and variants.state is State.ASSESSED
    reads = check.reads is not None and not reads_broken(check, variants, repeat, coverage)
    usable = check.build is not None and (vcf or reads)
    reason = " / ".join(dict.fromkeys(wrong))
    return Standing(Status.ANALYSED_IN_PART if usable else Status.NOT_ANALYSED, reason)


def reads_broken(
    check: PatientCheck, variants: VariantEvidence, repeat: RepeatEvidence, coverage: CoverageEvidence
) -> str:
    """Return why the reads cannot be trusted, "" where they can.

    A file that one step found broken is whole for none: another step may have met fewer reads, not an error.
    """
    read: list[VariantEvidence | RepeatEvidence | CoverageEvidence] = [repeat, coverage]
    read += [] if check.vcf else [variants]
    return next((one.reason for one in read if one.failed and check.reads), "")
