"""`als-screen validate` as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.cli import main
from als_screen.files import write_jsonl
from als_screen.states import RepeatState
from unit.validation.samples import result, truth_file

TRUTH = "patient|repeat_state\nA|expanded"


def call(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["validate", *map(str, arguments)])
    return int(ended.value.code or 0)


@pytest.fixture(name="run")
def fixture_run(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "results" / "findings" / "x.0001.jsonl", [result("A", RepeatState.EXPANDED)])
    return tmp_path / "results"


def test_a_run_is_validated_and_left_as_it_is(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = truth_file(tmp_path, TRUTH)
    monkeypatch.chdir(tmp_path)
    assert call("--truth", truth, "--results", run, "--prevalence", "0.07", "0.001") == 0
    assert (tmp_path / "validation" / "validation.html").is_file()
    assert [path.name for path in run.iterdir()] == ["findings"]
    assert (
        "sensitivity (expanded or possible): 100.0% (95 % interval 2.5%–100.0%; 1 of 1)"
        in capsys.readouterr().out
    )


def test_one_patient_of_screen(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "report.json").write_text(result("A").model_dump_json())
    out = tmp_path / "out"
    assert call("--truth", truth_file(tmp_path, TRUTH), "--results", tmp_path / "one", "--out", out) == 0
    assert {path.name for path in out.iterdir()} == {"validation.html", "validation.tsv", "validation.json"}


@pytest.mark.parametrize(
    ("truth", "results", "more", "words"),
    [
        pytest.param("patient\nB", "results", (), "no such patient", id="unknown patient"),
        pytest.param(TRUTH, "nowhere", (), "does not exist", id="no results"),
        pytest.param(TRUTH, ".", (), "no findings are there", id="another folder"),
        pytest.param(TRUTH, "results", ("--prevalence", "7"), "is not a prevalence", id="a percentage"),
    ],
)
def test_wrong_requests_end_with_2_and_write_nothing(
    run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    truth: str,
    results: str,
    more: tuple[str, ...],
    words: str,
) -> None:
    out = tmp_path / "out"
    path = truth_file(tmp_path, truth)
    assert call("--truth", path, "--results", tmp_path / results, "--out", out, *more) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()
    assert run.is_dir()


def test_only_who_is_in_the_truth_set_is_read(run: Path, tmp_path: Path) -> None:
    with (run / "findings" / "more.jsonl").open("w") as file:
        file.write('{"patient":{"patient":"Z"},"a result of":"another version"}\n')
    path = truth_file(tmp_path, TRUTH)
    assert call("--truth", path, "--results", run, "--out", tmp_path / "out") == 0
    assert call("--truth", truth_file(tmp_path, "patient\nZ"), "--results", run, "--out", tmp_path / "z") == 1
