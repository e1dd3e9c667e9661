from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError, InputError, Problem
from als_screen.run_watch.diary import Diary, Told, diary_beside, read_diary, what_matters


def test_a_diary_tells_start_patients_and_end(tmp_path: Path) -> None:
    diary = diary_beside(tmp_path / "screen_repeat" / "b.0001.log")
    assert diary.path == tmp_path / "screen_repeat" / "b.0001.jsonl"
    diary.start()
    diary.patient("P1")
    diary.patient("P2", "b.bam: cut\nP3 | forged")
    told = read_diary(diary.path)
    assert told.started is not None
    assert told.started.process > 0
    assert [(seen.patient, seen.failed) for seen in told.seen] == [
        ("P1", None),
        ("P2", r"b.bam: cut\nP3 | forged"),
    ]
    assert told.ended is None
    sum(number * number for number in range(1_000_000))
    diary.end(1.5, "why")
    ended = read_diary(diary.path).ended
    assert ended is not None
    assert (ended.s, ended.error) == (1.5, "why")
    assert ended.cpu_time > 0
    assert ended.max_rss > 10


def test_another_attempt_begins_anew(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "x.jsonl")
    for _ in range(2):
        diary.start()
        diary.patient("P1", "why")
    assert len(read_diary(tmp_path / "x.jsonl").seen) == 1


def test_without_a_log_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    diary = diary_beside(None)
    diary.start()
    diary.patient("P1")
    diary.end(1)
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_is_being_written_is_not_read_yet(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    Diary(path).start()
    with path.open("a") as file:
        file.write('{"event": "patient", "pat')
    assert read_diary(path).seen == ()


def test_no_diary_tells_nothing_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert read_diary(tmp_path / "none.jsonl") == Told()
    (tmp_path / "x.jsonl").write_text(json.dumps({"event": "party"}) + "\n")
    with pytest.raises(AlsScreenError, match=r"x\.jsonl: not what a job writes down"):
        read_diary(tmp_path / "x.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(AlsScreenError, match="not what a job writes down"):
        read_diary(tmp_path / "folder.jsonl")


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "line", "why"),
    [
        (AlsScreenError("x.jsonl: cut\nmore"), "x.jsonl: cut", "a message for people, its first line"),
        (InputError([Problem("P1", "x", "a", "b")]), "P1 | x | a | b", "a problem"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device", "the disk"),
        (KeyboardInterrupt(), "stopped", "Ctrl-C"),
        (SystemExit(143), "stopped from outside: its time limit, or somebody", "SIGTERM"),
    ],
)
def test_the_one_line_that_matters(error: BaseException, line: str, why: str) -> None:
    assert what_matters(raised(error)) == line, why


def test_the_text_of_a_bug_could_quote_a_person_and_is_left_out() -> None:
    line = what_matters(raised(ValueError("Jan Jansen, 1950-01-01")))
    assert line.startswith("ValueError in test_diary.py, line ")
    assert "Jan" not in line
