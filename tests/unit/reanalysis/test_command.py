"""The commands: what they print, how they end, and that a question is refused in a line."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from als_screen.cli import main
from als_screen.integrity import CHECKSUMS, changed_files, write_checksums
from als_screen.patient import Patient
from reanalysis_runs import H275Y, NAME, evidence, release, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("commands")
    people = {"P1": evidence("P1", H275Y), "P2": evidence("P2")}
    run(made / "old", release(made / "k1", "2026-01-01", ("Uncertain significance", 2)), people)
    run(made / "new", release(made / "k2", "2026-02-01", ("Pathogenic", 2)), people)
    return made


def ended(*arguments: object) -> int | str | None:
    with pytest.raises(SystemExit) as found:
        main([str(one) for one in arguments])
    return found.value.code


def test_compare_prints_the_summary_and_history_the_states(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("compare", folder / "old", folder / "new", "--out", tmp_path / "out") == 0
    summary = (tmp_path / "out" / "summary.txt").read_text()
    assert capsys.readouterr().out == f"{summary}written: {tmp_path}/out/summary.json\n"
    database = tmp_path / "out" / "history.sqlite"
    assert ended("history", "--patient", "P1", "--database", database) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:5] == ["subject", "value", "reported", "first_seen", "last_changed"]
    assert [line[1] for line in lines if line[0] == NAME] == ["uncertain", "pathogenic"]


def test_without_out_the_comparison_is_one_of_the_results(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = shutil.copytree(folder / "new", tmp_path / "new")
    write_checksums(new / "results", new / "results" / CHECKSUMS)
    monkeypatch.chdir(tmp_path)
    for given in ("new", "new/results", str(new)):
        assert ended("compare", folder / "old", given) == 0
        assert f"written: {new}/results/reanalysis/summary.json" in capsys.readouterr().out
        assert changed_files(new / "results") == []
    assert ended("history", "--patient", "P1", "--directory", "new") == 0
    assert ended("compare", folder / "new", "new") == 0, "amended reports of before go from the list, too"
    assert changed_files(new / "results") == []


def test_a_comparison_that_a_run_made_is_not_replaced_by_one_with_another(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = shutil.copytree(folder / "new", tmp_path / "new")
    record = new / "results" / "run.json"
    record.write_text(json.dumps({"config": {"previous": str(folder / "new")}}))
    assert ended("compare", folder / "old", new) == 2
    assert f"are compared with those of {folder / 'new'} | name a directory" in capsys.readouterr().err
    record.write_text(json.dumps({"config": {"previous": str(folder / "old")}}))
    assert ended("compare", folder / "old" / "results", new) == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [("afile", "cannot be made"), ("afile/below", "cannot be made"), ("closed", "cannot be")],
)
def test_a_place_that_cannot_be_written_is_refused(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    said: str,
) -> None:
    (tmp_path / "afile").touch()
    (tmp_path / "closed").mkdir()
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "closed" and may(path, mode))
    assert ended("compare", folder / "old", folder / "new", "--out", tmp_path / place) == 2
    found = capsys.readouterr().err
    assert said in found
    assert "--out" in found
    assert found.count("\n") == 1


@pytest.mark.parametrize(
    ("out", "history", "named"),
    [
        ("old", "", ["--out"]),
        ("old/results/amended", "", ["--out"]),
        ("old/../old/x", "old/results/h.sqlite", ["--out", "--history"]),
        ("else", "old/results/reanalysis/history.sqlite", ["--history"]),
    ],
)
def test_nothing_is_written_into_the_earlier_run(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str, history: str, named: list[str]
) -> None:
    for name in ("old", "new"):
        shutil.copytree(folder / name, tmp_path / name)
    before = sorted(tmp_path.rglob("*"))
    given = ["--history", tmp_path / history] if history else []
    assert ended("compare", tmp_path / "old", tmp_path / "new", "--out", tmp_path / out, *given) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" | ")[2].split()[0] for line in lines] == named
    assert sorted(tmp_path.rglob("*")) == before
    assert ended("compare", tmp_path / "old", tmp_path / "old") == 0, "a run with itself, beside its results"


def test_a_history_that_is_a_directory_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("compare", folder / "old", folder / "new", "--out", tmp_path / "out", "--history", tmp_path)
    assert ended(*given) == 2
    assert "cannot be here" in capsys.readouterr().err
    assert not (tmp_path / "out" / "summary.json").exists()


def test_history_of_a_run_is_where_the_run_entered_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = shutil.copytree(folder / "new", tmp_path / "new")
    assert ended("compare", folder / "old", new) == 0
    shared = tmp_path / "shared.sqlite"
    (new / "results" / "run.json").write_text(json.dumps({"config": {"history": str(shared)}}))
    assert ended("history", "--patient", "P1", "--directory", new) == 0, "of its own where that is not there"
    shared.write_text("no database " * 100)
    assert ended("history", "--patient", "P1", "--directory", new) == 2
    assert str(shared) in capsys.readouterr().err


@pytest.mark.parametrize(("diagnosis", "reportable"), [("ALS", {"yes"}), ("unaffected", {"no"})])
def test_what_if_says_whose_report_would_say_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], diagnosis: str, reportable: set[str]
) -> None:
    (tmp_path / "asked.yaml").write_text("clinvar: {stars: 3}\n")
    rows = {"P1": Patient("P1", diagnosis=diagnosis)}
    run(tmp_path / "run", folder / "k2", {"P1": evidence("P1", H275Y)}, rows=rows)
    assert ended("what-if", "--policy", tmp_path / "asked.yaml", "--directory", tmp_path / "run") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines() if line.startswith("P1")]
    assert {line[-1] for line in lines} == reportable


@pytest.mark.parametrize("text", ["repeat: {policy: nope}\n", "repeat: 3\n", "policies: []\n"])
def test_nothing_is_printed_before_a_question_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "asked.yaml").write_text(text)
    assert ended("what-if", "--policy", tmp_path / "asked.yaml", "--directory", folder / "new") == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert "asked.yaml" in found.err
    assert "pydantic" not in found.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "{0}/nothing", "{0}/new", "--out", "{1}"), "findings of a run were expected"),
        (("history", "--patient", "P1", "--directory", "{0}/new"), "there is no history of results here"),
        (("what-if", "--directory", "{0}/new"), "nothing was asked"),
        (("what-if", "--policy", "{1}/none.yaml", "--directory", "{0}/new"), "none.yaml"),
        (("what-if", "--knowledge", "{1}/none", "--directory", "{0}/new"), "none"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert ended(*(one.format(folder, tmp_path) for one in arguments)) == 2
    found = capsys.readouterr()
    assert said in found.err
    assert "Traceback" not in found.err


def test_a_patient_of_no_run_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("compare", folder / "old", folder / "new", "--out", tmp_path) == 0
    for patient in ("P3", "' OR 1=1 --", "../P1"):
        assert ended("history", "--patient", patient, "--database", tmp_path / "history.sqlite") == 2
        assert "is in no run of this history" in capsys.readouterr().err
