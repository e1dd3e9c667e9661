from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from als_screen import launch
from als_screen.errors import InputError
from als_screen.launch import SNAKEFILE, run


@pytest.mark.parametrize(
    ("given", "found", "why"),
    [
        ([], ".", "none"),
        (["--directory", "a"], "a", "its value"),
        (["-d", "a"], "a", "short"),
        (["-da"], "a", "short, without a blank"),
        (["--directory=a"], "a", "with an equals sign"),
        (["-d", "a", "results/x"], "a", "a target behind it is no directory"),
        (["-d", "a", "--directory", "b"], "b", "the last one counts"),
        (["--dry-run", "results/x"], ".", "other options"),
    ],
)
def test_the_directory(given: list[str], found: str, why: str) -> None:
    assert launch._directory(given) == Path(found), why


def test_the_directory_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text("cores: 2\ndirectory: /runs/a\n")
    assert launch._directory(["--profile", str(tmp_path)]) == Path("/runs/a")
    assert launch._directory([f"--profile={tmp_path}", "-d", "b"]) == Path("b")
    assert launch._directory(["--profile", str(tmp_path / "none")]) == Path()
    monkeypatch.setenv("SNAKEMAKE_PROFILE", str(tmp_path))
    assert launch._directory([]) == Path("/runs/a")


@pytest.mark.parametrize(
    ("given", "cores", "snakefile", "why"),
    [
        ([], True, True, "nothing said"),
        (["-n"], True, True, "another option"),
        (["--cores", "2"], False, True, "cores"),
        (["--cores=2"], False, True, "with an equals sign"),
        (["-c2"], False, True, "short"),
        (["-j", "4"], False, True, "jobs"),
        (["--profile", "profiles/slurm"], False, True, "a profile says it"),
        (["--executor=slurm"], False, True, "an executor"),
        (["-s", "x"], True, False, "a Snakefile"),
        (["--snakefile=x"], True, False, "a Snakefile"),
        (["--configfile", "x"], True, True, "a long option that begins like -c"),
    ],
)
def test_what_is_added_to_the_command(
    monkeypatch: pytest.MonkeyPatch, given: list[str], cores: bool, snakefile: bool, why: str
) -> None:
    for name in ("SNAKEMAKE_PROFILE", "SLURM_CPUS_PER_TASK"):
        monkeypatch.delenv(name, raising=False)
    command = launch._command(given)
    assert command[:3] == [sys.executable, "-m", "snakemake"]
    assert command[len(command) - len(given) :] == given, "the arguments stay as they are"
    added = command[3 : len(command) - len(given)]
    expected = ["--snakefile", str(SNAKEFILE)] if snakefile else []
    assert added == expected + (["--cores", "all"] if cores else []), why


def test_a_job_of_slurm_has_the_cores_that_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SNAKEMAKE_PROFILE", raising=False)
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "2")
    assert launch._command([])[-2:] == ["--cores", "2"]
    assert launch._command(["--cores", "1"])[-2:] == ["--cores", "1"]


def test_what_snakemake_opens_first_is_private_and_the_directory_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "new" / "run"
    code = "import pathlib, sys; pathlib.Path(sys.argv[1], 'log').touch()"
    monkeypatch.setattr(launch, "_command", lambda _: [sys.executable, "-c", code, str(directory)])
    before = os.umask(0o022)
    try:
        assert run(["--directory", str(directory)]) == 0
    finally:
        os.umask(before)
    assert (directory / "log").stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o755


def test_a_profile_of_the_environment_says_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNAKEMAKE_PROFILE", "p")
    assert "--cores" not in launch._command([])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["--configfile", "a", "b", "-n", "c"], ["a", "b"]),
        (["--configfile=a", "b"], ["a"]),
        (["--configfiles", "a", "--configfile", "b"], ["a", "b"]),
        (["-n"], []),
    ],
)
def test_the_configuration_files(given: list[str], found: list[str]) -> None:
    assert launch._values(given, "--configfile", "--configfiles") == found


def test_all_configuration_files_are_looked_at_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)  # nothing may be started
    (tmp_path / "bad.yaml").write_text("a: [1")
    with pytest.raises(InputError) as caught:
        run(["--configfile", str(tmp_path / "none.yaml"), str(tmp_path / "bad.yaml")])
    assert len(caught.value.problems) == 2


# --------------------------------------------------------------------------------- codes, by a stand-in

FAKE = """
import sys, os
from pathlib import Path
code, marker = int(sys.argv[1]), sys.argv[2]
assert os.environ["ALS_SCREEN_INPUT_EXIT"] == "2"
if marker == "writes":
    path = Path("results/failed.json")
    path.parent.mkdir(exist_ok=True)
    path.with_suffix(".new").write_text('{"patients": 2, "lines": ["P1 | not analysed | why | do"],'
                                         '"matches": ["P2 | identity | whose | do"],'
                                         '"mixtures": ["P3 | mixture | why | do"]}')
    path.with_suffix(".new").replace(path)
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("code", "writes", "before", "expected", "why"),
    [
        (0, False, False, 0, "done"),
        (0, True, False, 0, "failures that are tolerated"),
        (2, False, False, 2, "nothing was started"),
        (2, False, True, 2, "nothing was started, after a run with failures"),
        (1, True, False, 3, "finished, and patients failed"),
        (1, True, True, 3, "finished again, and patients failed again"),
        (1, False, False, 1, "a bug"),
        (1, False, True, 1, "a bug, after a run with failures"),
        (7, False, False, 1, "another code"),
    ],
)
def test_exit_codes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    code: int,
    writes: bool,
    before: bool,
    expected: int,
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if before:
        (tmp_path / "results").mkdir()
        (tmp_path / "results" / "failed.json").write_text("{}")
    fake = [sys.executable, "-c", FAKE, str(code), "writes" if writes else ""]
    monkeypatch.setattr(launch, "_command", lambda _: fake)
    assert run([]) == expected, why
    told = capfd.readouterr().err
    assert ("P1 | not analysed | why | do" in told) == (expected == 3)
    assert ("P2 | identity | whose | do" in told) == (expected == 3)
    assert ("P3 | mixture | why | do" in told) == (expected == 3)


WRAPPER = """
import sys
from als_screen import launch
child = "import os, signal, time\\n" + (
    "def stop(*_):\\n    os.write(1, b'cancelled\\\\n'); os._exit(5)\\n"
    "signal.signal(signal.SIGINT, stop); signal.signal(signal.SIGTERM, stop)\\n"
    "print('ready', flush=True); time.sleep(30)"
)
sys.exit(launch._run([sys.executable, "-c", child], {}))
"""


@pytest.mark.parametrize("whole_group", [True, False])
def test_a_run_that_is_stopped_waits_for_snakemake_to_cancel_its_jobs(whole_group: bool) -> None:
    command = [sys.executable, "-c", WRAPPER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as wrapper:
        assert wrapper.stdout
        assert wrapper.stdout.readline() == b"ready\n"
        if whole_group:
            os.killpg(wrapper.pid, signal.SIGINT)  # as Ctrl-C on a terminal does
        else:
            wrapper.send_signal(signal.SIGTERM)
        assert wrapper.stdout.read() == b"cancelled\n"
        assert wrapper.wait() == 5


# ------------------------------------------------------------------------------------ the real Snakemake

SNAKE = """
import os, sys
if config.get("wrong"):
    print("P1 | x | a | b", file=sys.stderr)
    sys.exit(int(os.environ.get("ALS_SCREEN_INPUT_EXIT", "1")))
rule all:
    output: "results/complete.json"
    params: kind=config.get("kind", "well")
    shell:
        "mkdir -p results; case {params.kind} in"
        " well) touch {output};;"
        " failed) cp failed.json results/.new && mv results/.new results/failed.json; exit 3;;"
        " *) exit 1;; esac"
"""


@pytest.mark.workflow
@pytest.mark.parametrize(
    ("more", "expected", "why"),
    [
        ([], 0, "done"),
        (["--config", "wrong=1"], 2, "nothing was started"),
        (["--config", "kind=failed"], 3, "finished, patients failed"),
        (["--config", "kind=bug"], 1, "a job broke"),
        (["--no-such-option"], 2, "an option that is none"),
    ],
)
def test_codes_of_the_real_snakemake(tmp_path: Path, more: list[str], expected: int, why: str) -> None:
    (tmp_path / "Snakefile").write_text(SNAKE)
    (tmp_path / "failed.json").write_text('{"patients": 2, "lines": [], "matches": [], "mixtures": []}')
    given = ["--snakefile", str(tmp_path / "Snakefile"), "--directory", str(tmp_path), "--cores", "1"]
    assert run([*given, *more]) == expected, why
