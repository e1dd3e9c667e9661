"""What a report remarks besides its findings: files that are doubtful, confirmations of nothing in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from als_screen.confirmations import REPEAT
from als_screen.evidence import PatientCheck, Severity
from als_screen.interpretation.repeat_in_vcf import Claim, claim_remarks
from als_screen.interpretation.sex import sex_remark
from als_screen.interpretation.silent_vcf import Silence, silence_remarks
from als_screen.models import Confirmation, SexCheck, Variant
from als_screen.repeat.locus import PolicyThresholds


def remarks(
    check: PatientCheck,
    said: Sequence[Claim],
    use: PolicyThresholds,
    silent: Silence,
    sex: SexCheck,
    stated: str,
) -> tuple[str, ...]:
    """Return all of them: of the files, of what the VCF says of the repeat or leaves out, and of the sex."""
    of_vcf = (*claim_remarks(said, use), *silence_remarks(silent))
    return (*file_remarks(check), *of_vcf, *sex_remark(sex, stated))


def file_remarks(check: PatientCheck) -> tuple[str, ...]:
    """Return what is doubtful about files that are used all the same."""
    return tuple(
        f"{Path(problem.path).name}: {problem.expected}; {problem.action}"
        for problem in check.problems
        if problem.severity is Severity.WARNING
    )


def unmatched(confirmed: Sequence[Confirmation], variants: Sequence[Variant]) -> tuple[str, ...]:
    """Return the confirmations of what the report does not have."""
    names = {REPEAT, *(name for one in variants for name in (one.hgvs_c, one.hgvs_g) if name)}
    return tuple(
        f"confirmations: {one.finding} ({one.method}, {one.date}) is not among the variants of this report"
        for one in confirmed
        if one.finding not in names
    )
