from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.cli import main


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "a.vcf").touch()
    (tmp_path / "s.tsv").write_text("patient\tvcf\tname\nP1\ta.vcf\tSecret\n")
    (tmp_path / "my.yaml").write_text("samples: s.tsv\nreport: {pdf: false}\n")
    return tmp_path


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as caught:
        main(["doctor", *arguments])
    return int(str(caught.value.code)), capsys.readouterr().out


def test_paths_are_relative_to_the_run_as_they_will_be(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = asked(capsys, "--configfile", str(run / "my.yaml"), "--directory", str(run))
    assert code == 0, told
    assert told.startswith("ok      | configuration | 1 patients in 1 batches, every named file is there\n")
    assert "Secret" not in told


def test_every_problem_is_a_line(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "a.vcf").unlink()
    (run / "my.yaml").write_text("samples: s.tsv\nbatch_size: many\n")
    given = ("--configfile", str(run / "my.yaml"), "--directory", str(run), "--profile", str(run))
    code, told = asked(capsys, *given, "--json")
    assert code == 2
    found = [check for check in json.loads(told)["checks"] if check["health"] == "problem"]
    assert [check["subject"] for check in found] == ["profile", "configuration", "configuration"]
    assert found[1]["found"].startswith("config: batch_size: ")
    assert found[2]["found"] == f"P1 {run / 'a.vcf'}: the file in column vcf does not exist"


def test_a_configuration_that_is_not_there(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = asked(capsys, "--configfile", str(run / "none.yaml"), "--directory", str(run))
    assert code == 2
    assert f"problem | configuration | {run / 'none.yaml'}: the configuration does not exist" in told


def test_the_arguments_of_a_run_are_taken(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "more.yaml").write_text("batch_size: 7\n")
    files = ("--configfile", str(run / "my.yaml"), str(run / "more.yaml"))
    code, told = asked(capsys, "--cores", "2", *files, "-d", str(run))
    assert code == 0, told
    assert "ok      | arguments | left to Snakemake: --cores 2" in told
    code, told = asked(capsys, *files, "--directory", str(run), "--config", "batch_size=0")
    assert (code, "config: batch_size: " in told) == (2, True)
    code, told = asked(capsys, *files, "--directory", str(run), "--config", "batch_size")
    assert (code, "--config" in told) == (2, True)


def test_an_earlier_run_that_is_this_one_is_a_problem(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "results" / "findings").mkdir(parents=True)
    (run / "results" / "complete.json").touch()
    given = ("--configfile", str(run / "my.yaml"), "--directory", str(run), "--config", f"previous={run}")
    code, told = asked(capsys, *given)
    assert code == 2
    assert "previous is the directory of this run" in told


def test_other_commands_take_no_unknown_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["status", ".", "--cores", "2"])
    assert caught.value.code == 2
    assert "unrecognized arguments: --cores 2" in capsys.readouterr().err
