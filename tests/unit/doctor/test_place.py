from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from als_screen.doctor import place
from als_screen.doctor.check import Check, Health
from als_screen.run_watch.state import LOCK


def healths(found: list[Check]) -> dict[str, Health]:
    return {check.subject: check.health for check in found}


def test_a_directory_that_is_not_there_yet_is_judged_by_where_it_would_be(tmp_path: Path) -> None:
    found = list(place.place_checks(tmp_path / "a" / "b", 2, cluster=False))
    assert healths(found) == {"run directory": Health.OK, "disk space": Health.OK}
    assert str(tmp_path) in found[0].found
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_more_patients_than_fit(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize // 2**20
    tight = int(free / place.PATIENT_MB * 0.7)
    assert healths(list(place.place_checks(tmp_path, tight, False)))["disk space"] is Health.WARNING
    assert healths(list(place.place_checks(tmp_path, 3 * tight, False)))["disk space"] is Health.PROBLEM


def test_more_files_than_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        f_favail = 10

    monkeypatch.setattr(place, "free_mb", lambda _: 1_000_000)
    monkeypatch.setattr(os, "statvfs", lambda _: Full)
    found = place._room(tmp_path, 5)
    assert (found.health, found.found) == (Health.PROBLEM, "only 10 more files fit, 150 needed")


def test_a_directory_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    (found,) = place.place_checks(tmp_path, 1, cluster=False)
    assert (found.health, found.found) == (
        Health.PROBLEM,
        f"{tmp_path} cannot be written: Read-only file system",
    )


def test_a_file_in_place_of_the_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (found,) = place.place_checks(tmp_path / "file" / "run", 1, cluster=False)
    assert (found.health, found.found) == (Health.PROBLEM, f"{tmp_path / 'file'} is not a directory")


def test_a_run_that_is_working_there(tmp_path: Path) -> None:
    (tmp_path / LOCK).parent.mkdir()
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = [check.found for check in place.place_checks(tmp_path, 1, cluster=False)]
    assert "another run is working there" in found


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert place._can_lock(tmp_path).health is Health.WARNING


def test_the_file_system_that_a_path_is_on(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} nfs4 rw 0 0\nnonsense\n")
    assert place._file_system(tmp_path / "run", mounts) == "nfs4"
    assert place._file_system(Path("/usr"), mounts) == "ext4"
    assert place._file_system(tmp_path, tmp_path / "none") == ""


@pytest.mark.parametrize(("kind", "health"), [("nfs4", Health.OK), ("tmpfs", Health.WARNING)])
def test_storage_that_compute_nodes_do_not_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, health: Health
) -> None:
    monkeypatch.setattr(place, "_file_system", lambda *_: kind)
    assert healths(list(place.place_checks(tmp_path, 1, cluster=True)))["shared storage"] is health
