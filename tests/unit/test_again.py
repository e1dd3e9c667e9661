from __future__ import annotations

from pathlib import Path

import pytest

from als_screen import again
from als_screen.evidence import PatientCheck

SOUND = PatientCheck(patient="P1", build=None)
SPOILED = PatientCheck(patient="P2", build=None, fault=True)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_ends_with_faults_are_counted_by_stage_and_slice() -> None:
    again.note("screen_repeat", "a.0001", [SOUND, SPOILED])
    again.note("screen_repeat", "a.0001", [SPOILED])
    again.note("screen_repeat", "b.0001", [SPOILED])
    assert again.times("screen_repeat", "a.0001") == 2
    assert again.times("screen_repeat", "b.0001") == 1
    assert again.times("screen_coverage", "a.0001") == 0


def test_a_sound_end_changes_nothing_so_that_nothing_runs_again() -> None:
    again.note("screen_repeat", "a.0001", [SOUND])
    assert not again.FOLDER.exists()
    again.note("screen_repeat", "a.0001", [SPOILED])
    again.note("screen_repeat", "a.0001", [SOUND])
    assert again.times("screen_repeat", "a.0001") == 1
