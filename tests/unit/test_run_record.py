from __future__ import annotations

import json
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from als_screen import __version__
from als_screen.config import Settings
from als_screen.evidence import BatchCheck, FileProblem, PatientCheck, VcfCheck
from als_screen.run_record import inputs_json, problem_lines, run_json
from als_screen.run_watch.diary import Ended, Entry, Seen, Started
from als_screen.stages import STAGE_VERSIONS


def vcf(path: str, sample: str) -> VcfCheck:
    return VcfCheck(path=path, contigs={}, sample=sample, samples=1, indexed=False, gvcf=False)


def check(batch: str, *patients: PatientCheck) -> BatchCheck:
    return BatchCheck(batch=batch, patients=patients)


def patient(name: str, *problems: FileProblem, **fields: Any) -> PatientCheck:
    return PatientCheck(patient=name, build=None, problems=problems, **fields)


CUT = FileProblem(patient="P1", path="/x\n.bam", expected="the file is truncated", action="copy it again")


# ----------------------------------------------------------------------------------------------- problems


def test_problems_of_all_patients_are_lines() -> None:
    lines = problem_lines([check("a", patient("P1", CUT), patient("P2")), check("b", patient("P3", CUT))])
    assert lines == [r"P1 | /x\n.bam | the file is truncated | copy it again"] * 2


@pytest.mark.parametrize(
    ("first", "second", "warned", "why"),
    [
        (vcf("a.vcf", "S"), vcf("a.vcf", "S"), True, "one column for two patients"),
        (vcf("a.vcf", "S"), vcf("a.vcf", "T"), False, "two columns of a joint VCF"),
        (vcf("a.vcf", "S"), vcf("b.vcf", "S"), False, "two files"),
    ],
)
def test_one_sample_of_two_patients_is_a_warning(
    first: VcfCheck, second: VcfCheck, warned: bool, why: str
) -> None:
    checks = [check("a", patient("P1", vcf=(first,))), check("b", patient("P2", vcf=(second,)))]
    lines = problem_lines(checks)
    assert len(lines) == warned, why
    for line in lines:
        assert line.startswith("P2 | a.vcf | warning: sample 'S' is used for patient P1 too")


def test_a_sample_called_like_a_patient_of_another_slice_is_a_warning() -> None:
    swapped = patient("P1", vcf=(vcf("plain.vcf", "P2"),))
    (line,) = problem_lines([check("a", swapped), check("b", patient("P2"))])
    assert line.startswith("P1 | plain.vcf | the sample name in the file is that of another patient")


def test_vcfs_without_index_are_said_in_one_line() -> None:
    indexed = vcf("c.vcf.gz", "S").model_copy(update={"indexed": True})
    files = (vcf("b.bcf", "S"), vcf("a.vcf.gz", "S"), vcf("plain.vcf", "S"), indexed)
    (line,) = problem_lines([check("a", patient("P1", vcf=files))])
    assert line.startswith("- | a.vcf.gz | warning: no index beside this and 1 more VCF files")
    (line,) = problem_lines([check("a", patient("P1", vcf=files[:1]))])
    assert line.startswith("- | b.bcf | warning: no index beside this VCF, so it is read whole")


def test_what_was_found_is_written_for_people() -> None:
    found = json.loads(inputs_json([check("a", patient("P1", CUT), patient("P2"))]))
    assert [row["patient"] for row in found["patients"]] == ["P1", "P2"]
    assert [problem["expected"] for problem in found["problems"]] == ["the file is truncated"]


# -------------------------------------------------------------------------------------------- the record


def write_diary(path: Path, s: float | None, cpu_time: float = 0, max_rss: float = 0) -> None:
    entries: list[Entry] = [Started(time=1_700_000_000.4, host="h", process=1), Seen(patient="P1")]
    entries += [Ended(time=1_700_000_009, s=s, cpu_time=cpu_time, max_rss=max_rss)] if s is not None else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(entry.model_dump_json() + "\n" for entry in entries))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a run with a sheet, resources and what jobs wrote down, in the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.vcf.gz", "a.vcf.gz.tbi", "c.bed"):
        (tmp_path / name).write_text(name)
    (tmp_path / "s.tsv").write_text("patient\tvcf\tcallable\tname\nP1\ta.vcf.gz\tc.bed\tSecret\n")
    (tmp_path / "resources" / "below").mkdir(parents=True)
    (tmp_path / "resources" / "below" / "x.tsv").write_text("x")
    write_diary(tmp_path / "logs" / "screen_repeat" / "unbatched.0001.jsonl", 2, 1.5, 200.5)
    write_diary(tmp_path / "logs" / "screen_repeat" / "of-another-sheet.0001.jsonl", 9, 9, 9)
    write_diary(tmp_path / "logs" / "report_cohort.jsonl", None)
    return tmp_path


def record(run: Path) -> dict[str, Any]:
    text = run_json(Settings(samples=run / "s.tsv"), run / "resources", run / "logs", "als-screen run")
    assert text.endswith("\n")
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_record_of_a_run(run: Path) -> None:
    found = record(run)
    assert found["schema_version"] == "1.0"
    nowhere = {"commit": None, "modified": None}
    assert found["pipeline"] == {"name": "als-screen", "version": __version__, **nowhere}
    assert found["command"] == "als-screen run"
    assert found["stages"] == STAGE_VERSIONS
    assert found["resources"] == {"below/x.tsv": sha256(b"x").hexdigest()}
    assert (found["patients"], found["batches"]) == (1, {"unbatched.0001": 1})
    assert found["config"]["batch_size"] == 50
    assert {"pysam", "pydantic", "snakemake"} <= set(found["packages"])


def test_the_files_that_were_used_are_told_by_checksum(run: Path) -> None:
    for name in ("resources/knowledge/clinvar.tsv", "mine/clinvar.tsv", "classes.tsv", "g.fa", "g.fa.fai"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_text(name)
    chosen = {"knowledge": run / "mine", "local": {"classes": run / "classes.tsv"}}
    settings = Settings.model_validate(
        {"samples": run / "s.tsv", "reference": {"fasta": run / "g.fa"}, **chosen}
    )
    found = json.loads(run_json(settings, run / "resources", run / "logs", "als-screen run"))
    assert found["resources"]["knowledge/clinvar.tsv"] == sha256(b"mine/clinvar.tsv").hexdigest()
    told = {key: (file["path"], file["sha256"]) for key, file in found["configured"].items()}
    assert told == {
        "local.classes": ("classes.tsv", sha256(b"classes.tsv").hexdigest()),
        "reference.fasta": ("g.fa", None),
        "reference.fasta.fai": ("g.fa.fai", sha256(b"g.fa.fai").hexdigest()),
    }
    assert found["configured"]["reference.fasta"]["bytes"] == 4


def test_inputs_are_listed_with_their_indexes(run: Path) -> None:
    os.utime(run / "c.bed", (1_700_000_000, 1_700_000_000))
    inputs = record(run)["inputs"]
    assert [row["path"] for row in inputs] == ["a.vcf.gz", "a.vcf.gz.tbi", "c.bed"]
    assert inputs[2] == {"patient": "P1", "path": "c.bed", "bytes": 5, "modified": 1_700_000_000}


def test_what_the_steps_took(run: Path) -> None:
    began = {"patients": 1, "started": 1_700_000_000}
    assert record(run)["steps"] == [
        {
            "rule": "screen_repeat", "batch": "unbatched.0001", **began,
            "s": 2.0, "cpu_time": 1.5, "max_rss": 200.5,
        },
        {"rule": "report_cohort", "batch": None, **began, "s": None, "cpu_time": None, "max_rss": None},
    ]  # fmt: skip
    assert record(run)["totals"] == {
        "screen_repeat": {"jobs": 1, "s": 2.0, "cpu_time": 1.5, "max_rss": 200.5},
        "report_cohort": {"jobs": 1, "s": 0, "cpu_time": 0, "max_rss": 0},
    }


def test_no_personal_field_is_in_the_record(run: Path) -> None:
    assert "Secret" not in json.dumps(record(run))


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_the_commit_of_a_checkout(run: Path) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
    hooks = ["-c", "core.hooksPath=/dev/null"]
    subprocess.run([*git, "init", "-q"], cwd=run, check=True)
    subprocess.run([*git, *hooks, "commit", "-q", "--allow-empty", "-m", "t"], cwd=run, check=True)
    assert len(record(run)["pipeline"]["commit"]) == 40
    assert record(run)["pipeline"]["modified"] is False, "files that git does not know are none of its"
    subprocess.run([*git, "add", "s.tsv"], cwd=run, check=True)
    assert record(run)["pipeline"]["modified"] is True


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_a_directory_inside_somebody_elses_checkout_has_no_commit(run: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=run, check=True)
    text = run_json(Settings(samples=run / "s.tsv"), run / "resources" / "below", run / "logs", "x")
    assert json.loads(text)["pipeline"]["modified"] is None


def test_a_machine_without_git(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(run))
    assert record(run)["pipeline"]["commit"] is None
