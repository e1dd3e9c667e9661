from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from als_screen import stages
from als_screen.errors import PatientDataError
from als_screen.evidence import PatientCheck, RepeatEvidence, State
from als_screen.patient import Patient
from als_screen.read_views import RepeatReads
from als_screen.resources import Resources, bundled
from als_screen.stages import ALONE
from als_screen.workers import Crew

PATIENTS = [Patient(patient=f"P{number}", reads=Path(f"/data/P{number}.bam")) for number in range(5)]
CHECKS = [PatientCheck(patient=row.patient, build=None) for row in PATIENTS]


def fake_screen(
    patient: Patient, check: PatientCheck, resources: Resources, fasta: Path | None, bam: Path
) -> tuple[RepeatEvidence, RepeatReads]:
    """P1's file is broken; P3's ends the process, where that is not the test's own."""
    if patient.patient == "P1":
        raise PatientDataError("/data/P1.bam", "the file is cut", "copy it again")
    if patient.patient == "P3" and os.getpid() != TEST:
        os.kill(os.getpid(), signal.SIGSEGV)
    evidence = RepeatEvidence(patient=patient.patient, state=State.NOT_ASSESSED, reason="fake", build=None)
    return evidence, RepeatReads(patient=patient.patient, state=State.NOT_ASSESSED, reason="fake")


TEST = os.getpid()


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("als_screen.repeat.keep.screen_and_keep", fake_screen)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_ends_a_worker_is_the_failure_of_its_patient_only(tmp_path: Path, workers: int) -> None:
    alone, _ = stages.screen_repeat(PATIENTS, CHECKS, bundled(), None, tmp_path, ALONE)
    found, reads = stages.screen_repeat(PATIENTS, CHECKS, bundled(), None, tmp_path, Crew(workers))
    assert [(record.patient, record.reason) for record in reads] == [
        (record.patient, record.reason) for record in found
    ]
    assert [record.patient for record in found] == ["P0", "P1", "P2", "P3", "P4"]
    assert [record.failed for record in found] == [False, True, False, True, False]
    assert found[1].reason == "P1.bam: the file is cut; copy it again"
    assert "SIGSEGV" in found[3].reason
    assert [found[number] for number in (0, 1, 2, 4)] == [alone[number] for number in (0, 1, 2, 4)]


def test_a_file_that_ends_the_process_that_opens_it_is_a_problem_of_its_patient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check(patient: Patient, build: object, fasta: object) -> PatientCheck:
        if patient.patient == "P3":
            os.kill(os.getpid(), signal.SIGABRT)
        return PatientCheck(patient=patient.patient, build=None)

    monkeypatch.setattr("als_screen.inputs.check.check_patient", check)
    found = stages.check_inputs("b", PATIENTS, "auto", None, Crew(2)).patients
    assert [one.patient for one in found] == [row.patient for row in PATIENTS]
    (problem,) = [problem for one in found for problem in one.problems]
    assert (problem.patient, problem.path) == ("P3", "/data/P3.bam")
    assert "SIGABRT" in problem.expected
