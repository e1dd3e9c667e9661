"""The commands: what they print, how they end, and that a question is refused in a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.cli import main
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
    assert capsys.readouterr().out == (tmp_path / "out" / "summary.txt").read_text()
    database = tmp_path / "out" / "history.sqlite"
    assert ended("history", "--patient", "P1", "--database", database) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:5] == ["subject", "value", "reported", "first_seen", "last_changed"]
    assert [line[1] for line in lines if line[0] == NAME] == ["uncertain", "pathogenic"]


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
