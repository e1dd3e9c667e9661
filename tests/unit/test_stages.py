from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from als_screen import stages
from als_screen.errors import PatientDataError
from als_screen.evidence import FileProblem, PatientCheck, RepeatEvidence, Severity, State
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


def test_a_crew_is_told_of_every_patient_and_why_one_failed(tmp_path: Path) -> None:
    told: dict[str, str | None] = {}
    stages.screen_repeat(PATIENTS, CHECKS, bundled(), None, tmp_path, Crew(2, tell=told.__setitem__))
    assert {name: why for name, why in told.items() if why is None} == dict.fromkeys(["P0", "P2", "P4"])
    assert told["P1"] == "P1.bam: the file is cut; copy it again"
    assert "SIGSEGV" in str(told["P3"])


def test_a_crew_is_told_of_problems_of_files_and_not_of_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(patient: Patient, build: object, fasta: object) -> PatientCheck:
        severity = Severity.ERROR if patient.patient == "P1" else Severity.WARNING
        fields = {"path": f"/data/{patient.patient}.bam", "expected": "is cut", "action": "copy it again"}
        problem = FileProblem(patient=patient.patient, severity=severity, **fields)
        return PatientCheck(patient=patient.patient, build=None, problems=(problem,))

    told: dict[str, str | None] = {}
    monkeypatch.setattr("als_screen.inputs.check.check_patient", check)
    stages.check_inputs("b", PATIENTS[:3], "auto", None, Crew(1, tell=told.__setitem__))
    assert told == {"P0": None, "P1": "P1.bam: is cut; copy it again", "P2": None}
