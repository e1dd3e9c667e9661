from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from als_screen import stages, storage
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
    assert [record.fault for record in found] == [False, False, False, True, False]
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
    assert [one.fault for one in found] == [row.patient == "P3" for row in PATIENTS]


def test_storage_that_fails_is_no_fault_of_the_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def screen(patient: Patient, *_: object) -> tuple[RepeatEvidence, RepeatReads]:
        raise OSError(errno.ESTALE, "stale")

    monkeypatch.setattr("als_screen.repeat.keep.screen_and_keep", screen)
    found, reads = stages.screen_repeat(PATIENTS[:1], CHECKS, bundled(), None, tmp_path, ALONE)
    assert (found[0].failed, found[0].fault, found[0].state) == (True, True, State.NOT_ASSESSED)
    assert found[0].reason == f"the storage fails (Stale file handle); {storage.AGAIN}"
    assert reads[0].reason == found[0].reason


def test_storage_that_fails_for_a_moment_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tries: list[str] = []

    def screen(patient: Patient, *rest: object) -> tuple[RepeatEvidence, RepeatReads]:
        tries.append(patient.patient)
        if len(tries) == 1:
            raise PatientDataError("/data/P0.bam", "the file is cut", "copy it again")
        return fake_screen(patient, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("als_screen.repeat.keep.screen_and_keep", screen)
    found, _ = stages.screen_repeat(PATIENTS[:1], CHECKS, bundled(), None, tmp_path, ALONE)
    assert (found[0].failed, tries) == (False, ["P0", "P0"])


def test_an_error_that_is_nobodys_data_is_a_bug(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def screen(patient: Patient, *_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("als_screen.repeat.keep.screen_and_keep", screen)
    with pytest.raises(OSError, match="full"):
        stages.screen_repeat(PATIENTS[:1], CHECKS, bundled(), None, tmp_path, ALONE)


def test_files_that_the_storage_does_not_give_are_not_refused_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = FileProblem(patient="P0", path="/data/P0.bam", expected="cannot be read", action="copy it")

    def check(patient: Patient, build: object, fasta: object) -> PatientCheck:
        return PatientCheck(patient=patient.patient, build=None, problems=(refused,))

    monkeypatch.setattr("als_screen.inputs.check.check_patient", check)
    (found,) = stages.check_inputs("b", PATIENTS[:1], "auto", None).patients
    assert (found.problems, found.fault) == ((refused,), False)
    monkeypatch.setattr("als_screen.storage.failing", lambda paths: "the storage fails")
    (found,) = stages.check_inputs("b", PATIENTS[:1], "auto", None).patients
    assert (found.problems[0].expected, found.problems[0].action, found.fault) == (
        "the storage fails",
        storage.AGAIN,
        True,
    )


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


def test_a_file_that_the_storage_fails_at_is_told_beside_the_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stale(path: Path) -> None:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))

    monkeypatch.undo()
    monkeypatch.setattr("als_screen.inputs.check.read_vcf_header", stale)
    row = Patient(patient="P1", vcf=(tmp_path / "P1.vcf.gz",))
    (found,) = stages.check_inputs("b", [row], "auto", None).patients
    (problem,) = found.problems
    assert (problem.path, problem.expected) == (str(row.vcf[0]), "the storage fails (Stale file handle)")
    assert (problem.action, found.fault) == (storage.AGAIN, True)
