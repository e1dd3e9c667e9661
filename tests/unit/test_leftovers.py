"""What a process that was killed while it wrote leaves, and that the next start removes it."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest

from als_screen.files import replacing, write_text
from als_screen.integrity import CHECKSUMS, changed_files, write_checksums
from als_screen.leftovers import remove_leftovers, remove_leftovers_of_last
from als_screen.run_watch.state import End, RunState, write_state

STATE = RunState(started=0, seen=0, host="here", process=1, batches={}, planned={}, jobs=0)


def _write_for_ever(path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_text("half")
        time.sleep(600)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """Return what a process leaves that is killed while it writes a report."""
    report = tmp_path / "results" / "reports" / "b" / "P1" / "report.json"
    writer = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=(report,))
    writer.start()
    while not (found := [*report.parent.glob(".*.tmp")] if report.parent.is_dir() else []):
        time.sleep(0.01)
    writer.kill()
    writer.join()
    write_text(report, "{}")
    return found[0]


def test_what_is_half_written_is_never_listed_nor_told(tmp_path: Path, left: Path) -> None:
    results = tmp_path / "results"
    signed = results / "reports" / ".0001.12.tmp" / "report.pdf"
    write_text(signed, "half")
    write_checksums(results, results / CHECKSUMS)
    assert (results / CHECKSUMS).read_text().split()[1::2] == ["reports/b/P1/report.json"]
    assert changed_files(results) == []


def test_half_written_files_and_folders_are_removed_and_nothing_else(tmp_path: Path, left: Path) -> None:
    results = tmp_path / "results"
    write_text(results / "authorised" / "P1" / ".0001.12.tmp" / "report.pdf", "half")
    write_text(tmp_path / "logs" / ".run.json.7.tmp", "half")
    others = (".x.tmp", "x.1.tmp", ".x.y.tmp", ".x.1.tmp.gz", ".1.tmp", "P1.tmp")
    for name in others:
        write_text(results / name, "")
    outside = tmp_path / "outside"
    write_text(outside / ".a.1.tmp", "")
    (results / "link").symlink_to(outside)
    (results / ".link.1.tmp").symlink_to(outside)
    remove_leftovers(tmp_path)
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    expected = [f"results/{name}" for name in others]
    assert found == sorted([*expected, "results/reports/b/P1/report.json", "outside/.a.1.tmp"])
    assert [*(results / "authorised" / "P1").iterdir()] == []
    assert not (results / ".link.1.tmp").is_symlink()


@pytest.mark.parametrize(
    ("end", "stays", "why"),
    [
        (None, False, "the run was killed"),
        (End.BROKEN, False, "a job of it was killed"),
        (End.STOPPED, False, "its jobs were stopped"),
        (End.FINISHED, True, "its end removed what was left: nobody looks through ten thousand folders"),
        (End.FINISHED_WITH_FAILURES, True, "the same"),
    ],
)
def test_the_next_start_looks_where_the_last_run_did_not_end_well(
    tmp_path: Path, left: Path, end: End | None, stays: bool, why: str
) -> None:
    write_state(tmp_path, STATE.model_copy(update={"end": end}))
    remove_leftovers_of_last(tmp_path)
    assert left.exists() == stays, why


@pytest.mark.parametrize("state", ["", "{}", None])
def test_a_last_run_that_cannot_be_read_did_not_end_well(
    tmp_path: Path, left: Path, state: str | None
) -> None:
    if state is not None:
        write_text(tmp_path / "logs" / "run.json", state)
    remove_leftovers_of_last(tmp_path)
    assert not left.exists()


def test_what_cannot_be_removed_stops_no_run(
    tmp_path: Path, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)  # the tests may run as root, who may remove anything
    remove_leftovers(tmp_path)
    assert left.exists()


def test_a_directory_without_results_has_no_leftovers(tmp_path: Path) -> None:
    remove_leftovers_of_last(tmp_path)
    assert [*tmp_path.iterdir()] == []
