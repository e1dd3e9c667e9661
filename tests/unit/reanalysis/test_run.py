"""From directory to directory: what is written, and questions that write nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from als_screen.cli import main
from als_screen.errors import InputError
from als_screen.files import write_jsonl
from als_screen.reanalysis.database import asked, opened
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.history import EVENT, history
from als_screen.reanalysis.outcome import COLUMNS
from als_screen.reanalysis.publish import screenful
from als_screen.reanalysis.run import reanalyse
from als_screen.resources import bundled
from reanalysis_runs import H275Y, NAME, evidence, release, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("two")
    people = {"P1": evidence("P1", H275Y), "P2": evidence("P2")}
    run(made / "old", release(made / "k1", "2026-01-01", ("Uncertain significance", 2)), people)
    run(made / "new", release(made / "k2", "2026-02-01", ("Pathogenic", 2)), people)
    return made


def content(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }


def test_everything_is_written_and_again_the_same(folder: Path, tmp_path: Path) -> None:
    before = content(folder)
    old, new = RunFolder(folder / "old"), RunFolder(folder / "new")
    outcome = reanalyse(old, new, tmp_path, bundled(), "2026-03-01")
    first = content(tmp_path)
    reanalyse(old, new, tmp_path, bundled(), "2026-03-01")
    assert content(tmp_path) == first
    assert content(folder) == before
    names = {
        "changes.tsv",
        "unchanged.tsv",
        "report.html",
        "summary.json",
        "summary.txt",
        "history.sqlite",
        "amended/P1.json",
    }
    assert set(first) == names
    assert (tmp_path / "unchanged.tsv").read_text().splitlines()[1:] == ["P2\t\tnone\t\t"]
    lines = (tmp_path / "changes.tsv").read_text().splitlines()
    assert lines[0].split("\t") == list(COLUMNS)
    amended = json.loads(first["amended/P1.json"])
    assert {one["subject"] for one in amended["changes"]} == {NAME, "conclusion"}
    assert [one["name"] for one in amended["versions"]] == ["clinvar"]
    assert "amend the reports of: P1" in screenful(outcome)
    assert b"://" not in first["report.html"]


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed")
    reanalyse(RunFolder(folder / "old"), RunFolder(folder / "new"), out, bundled(), "2026-03-01")
    return content(out)


@pytest.mark.parametrize("writes", [1, 4, 7])
def test_a_comparison_that_is_killed_is_made_again(
    folder: Path, undisturbed: dict[str, bytes], tmp_path: Path, writes: int
) -> None:
    """Killed at three of the seven files that it writes: the history, a table, the summary."""
    runs = RunFolder(folder / "old"), RunFolder(folder / "new")
    child = os.fork()
    if child == 0:
        try:
            die_at(writes, tmp_path)
            reanalyse(*runs, tmp_path / "out", bundled(), "2026-03-01")
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert list((tmp_path / "out").rglob(".*.tmp*"))
    assert not (tmp_path / "out" / "summary.json").exists()
    reanalyse(*runs, tmp_path / "out", bundled(), "2026-03-01")
    assert content(tmp_path / "out") == undisturbed


def die_at(write: int, below: Path) -> None:
    """Let this process be killed when a file has been written and not yet renamed, the `write`-th time."""
    done = 0
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal done
        done += target.is_relative_to(below)
        if done == write:
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, target)

    Path.replace = replace  # type: ignore[method-assign,assignment]


def test_history_of_a_laboratory_is_carried_on(folder: Path, tmp_path: Path) -> None:
    old, new = RunFolder(folder / "old"), RunFolder(folder / "new")
    path = tmp_path / "all.sqlite"
    for _ in range(2):
        reanalyse(old, new, tmp_path / "out", bundled(), "2026-03-01", path)
    assert not (tmp_path / "out" / "history.sqlite").exists()
    with pytest.raises(SystemExit) as ended:
        main(["history", "--patient", "P1", "--database", str(path)])
    assert ended.value.code == 0


@pytest.fixture
def months(folder: Path, tmp_path: Path) -> list[Path]:
    """Three runs that wrote their results in June, July and August."""
    made = [shutil.copytree(folder / name, tmp_path / f"run{n}") for n, name in enumerate(("old", "new"))]
    people = {"P1": evidence("P1", H275Y), "P2": evidence("P2")}
    made.append(run(tmp_path / "run2", release(tmp_path / "k3", "2026-03-01", ("Benign", 2)), people))
    for month, one in enumerate(made, 6):
        for path in one.rglob("*"):
            os.utime(path, (datetime(2026, month, 1, 12, tzinfo=UTC).timestamp(),) * 2)
    return made


def entered(path: Path) -> list[tuple[str, str]]:
    """Return name and date of the runs in a history."""
    with asked(path) as database:
        return database.execute("SELECT name, date FROM run ORDER BY number").fetchall()


MONTHS = [("run0", "2026-06-01"), ("run1", "2026-07-01"), ("run2", "2026-08-01")]


def test_comparisons_by_hand_into_one_place_carry_the_history_on(months: list[Path], tmp_path: Path) -> None:
    first, second, third = map(RunFolder, months)
    for _ in range(2):
        reanalyse(first, second, tmp_path / "out", bundled())
    reanalyse(second, third, tmp_path / "out", bundled())
    assert entered(tmp_path / "out" / "history.sqlite") == MONTHS


def test_the_history_of_the_earlier_run_is_carried_on(months: list[Path], tmp_path: Path) -> None:
    first, second, third = map(RunFolder, months)
    reanalyse(first, second, second.results / "reanalysis", bundled())
    before = (second.results / "reanalysis" / "history.sqlite").read_bytes()
    reanalyse(second, third, tmp_path / "out", bundled())
    assert entered(tmp_path / "out" / "history.sqlite") == MONTHS
    reanalyse(second, third, tmp_path / "else", bundled(), history=tmp_path / "shared.sqlite")
    assert entered(tmp_path / "shared.sqlite") == MONTHS, "a new shared one begins with what there was"
    assert (second.results / "reanalysis" / "history.sqlite").read_bytes() == before


def as_earlier_versions(path: Path, *runs: RunFolder) -> list[str]:
    """Give runs in a history the ids that earlier versions gave them, and return all that it has."""
    with opened(path) as database:
        for one in runs:
            ids = (one.content_at_once, one.content)
            assert database.execute("UPDATE run SET id = ? WHERE id = ?", ids).rowcount == 1
    with asked(path) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("where", ["out", "of the earlier run", "shared"])
def test_a_history_of_an_earlier_version_is_carried_on(
    months: list[Path], tmp_path: Path, where: str
) -> None:
    first, second, third = map(RunFolder, months)
    shared = tmp_path / "shared.sqlite" if where == "shared" else None
    out = tmp_path / "out" if where == "out" else second.results / "reanalysis"
    path = shared or out / "history.sqlite"
    reanalyse(first, second, out, bundled(), history=shared)
    before = as_earlier_versions(path, first, second)
    reanalyse(first, second, out, bundled(), history=shared)
    with asked(path) as database:
        assert list(database.iterdump()) == before, "both runs are known"
    last = out if where == "out" else tmp_path / "last"
    reanalyse(second, third, last, bundled(), history=shared)
    path = shared or last / "history.sqlite"
    assert entered(path) == MONTHS
    with asked(path) as database:
        ids = [one for (one,) in database.execute("SELECT id FROM run ORDER BY number")]
        followed = [one for (one,) in database.execute("SELECT previous FROM run ORDER BY number")]
    assert ids == [first.content_at_once, second.content_at_once, third.content]
    assert followed == [None, 1, 2]
    classes = [(one.value, one.first_seen[:7]) for one in history(path, "P1") if one.subject == NAME]
    assert classes == [("uncertain", "2026-06"), ("pathogenic", "2026-06"), ("benign", "2026-06")]


def test_a_run_that_is_being_made_is_not_older_than_a_copied_one(months: list[Path], tmp_path: Path) -> None:
    first, second, _ = map(RunFolder, months)
    reanalyse(first, second, tmp_path / "out", bundled(), "2026-05-01")
    assert entered(tmp_path / "out" / "history.sqlite") == [("run0", "2026-05-01"), ("run1", "2026-05-01")]


def test_the_history_knows_whose_results_are_whose(months: list[Path], tmp_path: Path) -> None:
    """The notes of the comparison reach it: who left, who came."""
    first, second, _ = map(RunFolder, months)
    path = second.results / "findings" / "b.0001.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"patient":"P2"', b'"patient":"P9"'))
    reanalyse(first, RunFolder(months[1]), tmp_path, bundled())
    told = {one.value for one in history(tmp_path / "history.sqlite", "P9") if one.subject == EVENT}
    assert told == {"added"}
    assert {one.ended for one in history(tmp_path / "history.sqlite", "P2")} == {"", "left_out"}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("classes: {pathogenic: 40, likely_pathogenic: 39}\n", 0),
        ("clinvar: {stars: 4}\n", 1),
        ("coverage: {min_depth: 30}\n", 0),
    ],
)
def test_what_if_another_policy(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, changed: int
) -> None:
    (tmp_path / "policy.yaml").write_text(text)
    before = content(folder)
    with pytest.raises(SystemExit) as ended:
        main(["what-if", "--policy", str(tmp_path / "policy.yaml"), "--directory", str(folder / "new")])
    assert ended.value.code == 0
    assert f"# {changed} of 2 patients would change" in capsys.readouterr().out
    assert content(folder) == before


def test_what_if_other_knowledge(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["what-if", "--knowledge", str(folder / "k1"), "--directory", str(folder / "new")])
    assert f"{NAME}\tclass_down\tpathogenic\tuncertain\tyes" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["nonsense: 3\n", "- 1\n", "classes: {pathogenic: many}\n", "a: [\n"])
def test_what_is_no_policy_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "policy.yaml").write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["what-if", "--policy", str(tmp_path / "policy.yaml"), "--directory", str(folder / "new")])
    assert ended.value.code == 2
    assert "policy.yaml" in capsys.readouterr().err


def test_a_directory_without_findings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="findings of a run were expected"):
        RunFolder(tmp_path)


def test_a_patient_in_two_slices_is_refused(folder: Path, tmp_path: Path) -> None:
    source = folder / "old" / "results" / "findings" / "b.0001.jsonl"
    (tmp_path / "findings").mkdir()
    for name in ("a.0001", "b.0001"):
        (tmp_path / "findings" / f"{name}.jsonl").write_bytes(source.read_bytes())
    with pytest.raises(InputError, match=r"P1 is in a\.0001\.jsonl and b\.0001\.jsonl"):
        RunFolder(tmp_path)


@pytest.mark.parametrize(
    ("batch", "said", "why"),
    [("run7", "run7", "the sheet's, not the slice"), (None, "", "a row without a batch")],
)
def test_changes_name_the_batch_of_the_sheet(
    folder: Path, tmp_path: Path, batch: str | None, said: str, why: str
) -> None:
    shutil.copytree(folder / "new", tmp_path / "new")
    new = RunFolder(tmp_path / "new")
    reports = [new.report(patient) for patient in new.lines]
    write_jsonl(
        tmp_path / "new" / "results" / "findings" / "b.0001.jsonl",
        [
            one.model_copy(update={"patient": one.patient.model_copy(update={"batch": batch})})
            for one in reports
        ],
    )
    reanalyse(
        RunFolder(folder / "old"), RunFolder(tmp_path / "new"), tmp_path / "out", bundled(), "2026-03-01"
    )
    columns, first = (
        line.split("\t") for line in (tmp_path / "out" / "changes.tsv").read_text().splitlines()[:2]
    )
    assert dict(zip(columns, first, strict=True))["batch"] == said, why
    stayed = (tmp_path / "out" / "unchanged.tsv").read_text().splitlines()
    assert [line.split("\t")[1] for line in stayed] == ["batch", said], why
