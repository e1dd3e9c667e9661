from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from als_screen.config import Settings
from als_screen.doctor import machine
from als_screen.doctor.check import Health, problem


def test_this_machine_is_looked_at_without_a_problem() -> None:
    found = list(machine.machine_checks(Settings(samples=Path("s.tsv")), cluster=False))
    assert [check.subject for check in found] == [
        "software",
        "packages",
        "machine",
        "locale",
        "PDF",
        "temporary files",
    ]
    assert [check for check in found if check.health is Health.PROBLEM] == []


def test_the_login_node_of_a_cluster_does_no_work() -> None:
    assert "machine" not in [check.subject for check in machine.machine_checks(None, cluster=True)]


def test_an_old_python() -> None:
    assert machine._python((3, 10)).health is Health.PROBLEM
    assert machine._python((3, 11)).health is Health.OK


def test_packages_other_than_locked(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    assert machine._packages(lock).health is Health.WARNING
    lock.write_text("pytest==0.1 \\\n    --hash=sha256:00\nno-such-package==1\n")
    found = machine._packages(lock)
    assert (found.health, found.found) == (Health.WARNING, "2 are not as tested (no-such-package, pytest)")


@pytest.mark.parametrize(("encoding", "health"), [("utf-8", Health.OK), ("ascii", Health.PROBLEM)])
def test_the_encoding_of_file_names(encoding: str, health: Health) -> None:
    assert machine._encoding(encoding).health is health


def test_a_patient_may_not_take_more_than_the_machine_has() -> None:
    limits = {"samples": "s.tsv", "limits": {"memory_mb": 1_000_000}}
    assert machine._memory(Settings.model_validate(limits)).health is Health.WARNING
    assert machine._memory(Settings(samples=Path("s.tsv"))).health is Health.OK


def test_libraries_that_are_missing_are_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "Traceback\nOSError: cannot load library 'libpango'\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    found = machine._pdf()
    assert found.health is Health.PROBLEM
    assert found.found == "cannot be made: OSError: cannot load library 'libpango'"
    assert "report: {pdf: false}" in found.action


def test_no_pdf_needs_no_libraries() -> None:
    settings = Settings.model_validate({"samples": "s.tsv", "report": {"pdf": False}})
    assert "PDF" not in [check.subject for check in machine.machine_checks(settings, cluster=True)]


def test_temporary_files_that_cannot_be_written(tmp_path: Path) -> None:
    assert machine._temporary(tmp_path).health in (Health.OK, Health.WARNING)
    assert machine._temporary(tmp_path / "none").health is Health.PROBLEM
    assert list(tmp_path.iterdir()) == []


def test_a_check_is_one_printable_line() -> None:
    assert problem("a", "b\nc", "\x1b[31m").line() == r"problem | a | b\nc | \x1b[31m"
