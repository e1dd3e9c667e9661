"""How much of a patient's data could be used."""

from __future__ import annotations

import pytest

from als_screen.evidence import (
    CoverageEvidence,
    FileProblem,
    PatientCheck,
    ReadsCheck,
    RepeatEvidence,
    Severity,
    State,
    VariantEvidence,
    VariantSource,
    VcfCheck,
)
from als_screen.interpretation.status import reads_broken, standing
from als_screen.models import Identity
from als_screen.regions import Build
from als_screen.states import IdentityState, Status

VCF = VcfCheck(path="/in/p.vcf.gz", contigs={}, sample="P", samples=1, indexed=True, gvcf=False)
READS = ReadsCheck(path="/in/p.bam", contigs={}, sample="P", is_cram=False)
BROKEN = FileProblem(patient="P", path="/in/p.bam", expected="the file is truncated", action="copy it again")
WARNING = BROKEN.model_copy(update={"severity": Severity.WARNING})


def identity(state: IdentityState) -> Identity:
    return Identity(state=state, informative_sites=9, concordance=0.1, log10_lr=-9.0)


def check(*, vcf: bool, reads: bool, problems: tuple[FileProblem, ...] = ()) -> PatientCheck:
    build = Build.GRCH38 if vcf or reads else None
    return PatientCheck(
        patient="P",
        build=build,
        vcf=(VCF,) if vcf else (),
        reads=READS if reads else None,
        problems=problems,
    )


@pytest.mark.parametrize(
    ("given", "failed", "same", "expected"),
    [
        (check(vcf=True, reads=True), (), IdentityState.SAME, Status.ANALYSED),
        (check(vcf=True, reads=False), (), IdentityState.NOT_ASSESSED, Status.ANALYSED),
        (check(vcf=True, reads=True, problems=(WARNING,)), (), IdentityState.SAME, Status.ANALYSED),
        (
            check(vcf=True, reads=False, problems=(BROKEN,)),
            (),
            IdentityState.NOT_ASSESSED,
            Status.ANALYSED_IN_PART,
        ),
        (
            check(vcf=False, reads=False, problems=(BROKEN,)),
            (),
            IdentityState.NOT_ASSESSED,
            Status.NOT_ANALYSED,
        ),
        (check(vcf=True, reads=True), ("variants",), IdentityState.NOT_ASSESSED, Status.ANALYSED_IN_PART),
        (check(vcf=False, reads=True), ("repeat",), IdentityState.NOT_ASSESSED, Status.NOT_ANALYSED),
        (
            check(vcf=False, reads=True),
            ("repeat", "coverage", "variants"),
            IdentityState.NOT_ASSESSED,
            Status.NOT_ANALYSED,
        ),
        (check(vcf=True, reads=True), (), IdentityState.DIFFERENT, Status.NOT_ANALYSED),
    ],
    ids=[
        "both sound",
        "a VCF alone",
        "a warning costs nothing",
        "reads broken, VCF sound",
        "the only file broken",
        "VCF breaks while it is read",
        "what one step found broken is sound for none",
        "every step fails on the only file",
        "two persons' files",
    ],
)
def test_status(given: PatientCheck, failed: tuple[str, ...], same: IdentityState, expected: Status) -> None:
    state = {
        name: State.NOT_ASSESSED if name in failed else State.ASSESSED
        for name in ("variants", "repeat", "coverage")
    }
    reason = {name: f"{name} broke" if name in failed else "" for name in state}
    found = standing(
        given,
        VariantEvidence(
            patient="P",
            state=state["variants"],
            failed="variants" in failed,
            reason=reason["variants"],
            source=VariantSource.VCF if given.vcf else VariantSource.READS,
        ),
        RepeatEvidence(
            patient="P", state=state["repeat"], failed="repeat" in failed, reason=reason["repeat"]
        ),
        CoverageEvidence(
            patient="P", state=state["coverage"], failed="coverage" in failed, reason=reason["coverage"]
        ),
        identity(same),
    )
    assert found.status is expected
    assert (found.reason is None) == (expected is Status.ANALYSED)


def test_reason_names_the_file_without_its_folder() -> None:
    given = check(vcf=False, reads=False, problems=(BROKEN,))
    nothing = State.NOT_ASSESSED
    found = standing(
        given,
        VariantEvidence(patient="P", state=nothing),
        RepeatEvidence(patient="P", state=nothing),
        CoverageEvidence(patient="P", state=nothing),
        identity(IdentityState.NOT_ASSESSED),
    )
    assert found.reason == "p.bam: the file is truncated; copy it again"


@pytest.mark.parametrize(
    ("failed", "vcf", "broken"),
    [
        ((), True, False),
        (("coverage",), True, True),
        (("repeat",), True, True),
        (("variants",), True, False),
        (("variants",), False, True),
    ],
    ids=[
        "sound",
        "found by coverage",
        "found by the repeat",
        "the VCF broke",
        "calling from the reads broke",
    ],
)
def test_reads_that_one_step_found_broken_are_broken_for_all(
    failed: tuple[str, ...], vcf: bool, broken: bool
) -> None:
    def state(step: str) -> dict[str, object]:
        wrong = step in failed
        return {"patient": "P", "state": State.ASSESSED, "failed": wrong, "reason": "broken" if wrong else ""}

    found = reads_broken(
        check(vcf=vcf, reads=True),
        VariantEvidence.model_validate(state("variants")),
        RepeatEvidence.model_validate(state("repeat")),
        CoverageEvidence.model_validate(state("coverage")),
    )
    assert bool(found) is broken
