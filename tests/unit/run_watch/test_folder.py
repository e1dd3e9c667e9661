from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError
from als_screen.run_watch.diary import Diary
from als_screen.run_watch.folder import DiaryFolder, diary_path, forget, jobs_of
from als_screen.run_watch.state import RunState

JOB = ("screen_repeat", "a")


@pytest.fixture
def folder(tmp_path: Path) -> DiaryFolder:
    state = RunState(started=0, seen=0, host="h", process=1, batches={"a": 1}, planned={}, jobs=0)
    return DiaryFolder(tmp_path, state)


def test_only_what_is_new_is_read(folder: DiaryFolder, tmp_path: Path) -> None:
    assert folder.read() == {}
    diary = Diary(diary_path(tmp_path, *JOB))
    diary.start()
    diary.patient("P1")
    assert [seen.patient for seen in folder.read()[JOB].seen] == ["P1"]
    with diary_path(tmp_path, *JOB).open("a") as file:
        file.write('{"event":"patient",')
    assert [seen.patient for seen in folder.read()[JOB].seen] == ["P1"], "half a line"
    with diary_path(tmp_path, *JOB).open("a") as file:
        file.write('"patient":"P2"}\n')
    assert [seen.patient for seen in folder.read()[JOB].seen] == ["P1", "P2"]
    diary.end(1)
    assert folder.read()[JOB].ended is not None


def test_another_attempt_replaces_what_was_read(folder: DiaryFolder, tmp_path: Path) -> None:
    diary = Diary(diary_path(tmp_path, *JOB))
    diary.start()
    diary.patient("P1", "why")
    diary.end(1, "why")
    folder.read()
    diary.start()
    told = folder.read()[JOB]
    assert (told.seen, told.ended) == ((), None)


def test_what_is_done_again_is_forgotten(folder: DiaryFolder, tmp_path: Path) -> None:
    for job in jobs_of(["a"]):
        Diary(diary_path(tmp_path, *job)).start()
    forget(tmp_path, [JOB, ("report_cohort", "")])
    assert folder.read().keys() == set(jobs_of(["a"])) - {JOB, ("report_cohort", "")}


def test_a_damaged_diary_is_told(folder: DiaryFolder, tmp_path: Path) -> None:
    path = diary_path(tmp_path, *JOB)
    path.parent.mkdir()
    path.write_bytes(b"\xff\n")
    with pytest.raises(AlsScreenError, match="not what a job writes down"):
        folder.read()
