"""A run on disk: who is in it, and what is kept of each."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError, InputError
from als_screen.essence import parts
from als_screen.interpretation.basis import basis_beside
from als_screen.reanalysis.folder import RunFolder
from reanalysis_runs import H275Y, evidence, keep_bases, release, run

PEOPLE = {"P1": evidence("P1", H275Y), "P2": evidence("P2")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    return run(folder / "run", release(folder / "k", "2026-01-01", None), PEOPLE)


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


def test_the_directory_and_its_results_are_the_same_run(folder: Path) -> None:
    one, other = RunFolder(folder), RunFolder(folder / "results")
    assert list(one.lines) == list(other.lines) == ["P1", "P2"]
    assert one.batches() == {"b.0001": ["P1", "P2"]}
    assert one.raw("P2") == (folder / "results/findings/b.0001.jsonl").read_bytes().splitlines(True)[1]
    assert one.report("P1").patient.patient == "P1"


def test_evidence_is_that_of_the_patient(folder: Path) -> None:
    assert RunFolder(folder).evidence("P1") == PEOPLE["P1"]


@pytest.mark.parametrize(
    "lost", ["checks/b.0001.json", "evidence/b.0001/repeat.jsonl", "evidence/b.0001/coverage.jsonl"]
)
@pytest.mark.parametrize("how", ["lost", "damaged", "of other software"])
def test_evidence_that_cannot_be_read_is_none(folder: Path, lost: str, how: str) -> None:
    path = folder / "results" / lost
    if how == "lost":
        path.unlink()
    else:
        path.write_text("{" if how == "damaged" else '{"patient": "P1", "later": 1}\n')
    assert RunFolder(folder).evidence("P1") is None


def test_files_are_those_of_the_record(folder: Path) -> None:
    assert RunFolder(folder).files_of("P1") == []
    inputs = [{"patient": "P1", "path": "../data/a.vcf.gz", "bytes": 12, "modified": 7}]
    record = {"batches": {"b.0001": 2}, "inputs": inputs}
    (folder / "results" / "run.json").write_text(json.dumps(record))
    found = RunFolder(folder)
    assert found.files_of("P1") == [("a.vcf.gz", 12, 7)]
    assert found.files_of("P2") == []


def test_slices_that_the_record_does_not_name_do_not_count(folder: Path) -> None:
    findings = folder / "results" / "findings"
    shutil.copy(findings / "b.0001.jsonl", findings / "left-over.0001.jsonl")
    (folder / "results" / "run.json").write_text('{"batches": {"b.0001": 2}}')
    assert len(RunFolder(folder).lines) == 2
    (findings / "b.0001.jsonl").unlink()
    with pytest.raises(InputError, match=r"missing: b\.0001\.jsonl"):
        RunFolder(folder)


def test_a_run_that_is_not_finished_is_told_what_it_will_record(folder: Path) -> None:
    inputs = [{"patient": "P1", "path": "a.bam", "bytes": 1, "modified": 2}]
    found = RunFolder(folder, {"batches": {"b.0001": 2}, "inputs": inputs})
    assert found.files_of("P1") == [("a.bam", 1, 2)]
    with pytest.raises(InputError, match=r"missing: c\.0001\.jsonl"):
        RunFolder(folder, {"batches": {"b.0001": 2, "c.0001": 1}})


def test_a_damaged_record_and_a_damaged_line_are_named(folder: Path) -> None:
    (folder / "results" / "run.json").write_text("{")
    with pytest.raises(AlsScreenError, match="cannot be read as the record of a run"):
        RunFolder(folder)
    (folder / "results" / "run.json").unlink()
    (folder / "results" / "findings" / "b.0001.jsonl").write_text("nothing\n")
    with pytest.raises(InputError, match="a line is no result of a patient"):
        RunFolder(folder)


@pytest.mark.parametrize("kept", [-1, -40, -3000])
def test_findings_that_are_cut_off_are_refused(folder: Path, kept: int) -> None:
    path = folder / "results" / "findings" / "b.0001.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:kept])
    if kept == -1:  # the end of the line alone, as an editor may leave it
        assert list(RunFolder(folder).lines) == ["P1", "P2"]
        return
    with pytest.raises(InputError, match="a line is no result of a patient"):
        RunFolder(folder)


def test_fewer_results_than_the_record_says_are_refused(folder: Path) -> None:
    (folder / "results" / "run.json").write_text('{"batches": {"b.0001": 2}}')
    path = folder / "results" / "findings" / "b.0001.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(InputError, match="results of 2 patients were expected, 1 are there"):
        RunFolder(folder)


@pytest.mark.parametrize("name", ["run.json", "complete.json", "failed.json"])
def test_a_run_that_has_no_end_is_refused(folder: Path, name: str) -> None:
    (folder / "results" / "complete.json").unlink()
    with pytest.raises(InputError, match="the run has not finished"):
        RunFolder(folder).refuse_unfinished()
    RunFolder(folder, {"batches": {"b.0001": 2}}).refuse_unfinished()
    (folder / "results" / name).write_text('{"batches": {"b.0001": 2}}')
    RunFolder(folder).refuse_unfinished()


def test_software_is_what_the_record_says(folder: Path) -> None:
    assert (RunFolder(folder).commit, RunFolder(folder).stages) == ("", {})
    for modified, commit in ((False, "abc"), (True, "abc with changes"), (None, "abc")):
        pipeline = {"commit": "abc", "modified": modified}
        found = RunFolder(
            folder, {"batches": {"b.0001": 2}, "pipeline": pipeline, "stages": {"interpret": 4}}
        )
        assert (found.commit, found.stages) == (commit, {"interpret": 4})


def test_only_a_file_of_several_people_tells_the_sample(folder: Path) -> None:
    assert RunFolder(folder).columns_of("P1") == ()
    path = folder / "results" / "checks" / "b.0001.json"
    path.write_text(path.read_text().replace('"samples":1', '"samples":2'))
    assert RunFolder(folder).columns_of("P1") == (("P1.vcf.gz", "P1"),)
    path.unlink()
    assert RunFolder(folder).columns_of("P1") is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("[]", "the whole"),
        ("3", "the whole"),
        ('{"config": null}', "config"),
        ('{"config": {"knowledge": 5}}', "config.knowledge"),
        ('{"inputs": null}', "inputs"),
        ('{"inputs": [{"patient": "P1", "path": "a.bam"}]}', "inputs.0.bytes"),
        ('{"inputs": [3]}', "inputs.0"),
        ('{"batches": {"b.0001": null}}', "batches.b.0001"),
        ('{"batches": "b.0001"}', "batches"),
        ('{"stages": []}', "stages"),
        ('{"pipeline": null}', "pipeline"),
    ],
)
def test_an_odd_record_is_refused_by_name(folder: Path, record: str, said: str) -> None:
    (folder / "results" / "run.json").write_text(record)
    with pytest.raises(InputError, match=r"run\.json \| cannot be read as the record of a run") as refused:
        RunFolder(folder)
    assert f": {said}: " in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_content_is_that_of_the_findings(folder: Path) -> None:
    before = RunFolder(folder).content
    (folder / "results" / "run.json").write_text("{}")
    assert RunFolder(folder).content == before
    findings = folder / "results" / "findings" / "b.0001.jsonl"
    findings.write_bytes(findings.read_bytes().replace(b'"P2"', b'"P3"'))
    assert RunFolder(folder).content != before


def test_what_was_kept_of_a_line_counts_while_the_line_is_the_same(folder: Path) -> None:
    findings = folder / "results" / "findings" / "b.0001.jsonl"
    keep_bases(folder)
    said = {one: parts(RunFolder(folder).raw(one)).essence for one in PEOPLE}
    assert {one: RunFolder(folder).parts(one).essence for one in PEOPLE} == said
    kept = basis_beside(findings)
    for one, essence in said.items():
        kept.write_text(kept.read_text().replace(essence, f"kept of {one}"))
    findings.write_bytes(findings.read_bytes().replace(b'"heterozygous"', b'"homozygous"'))
    now = RunFolder(folder)
    assert now.parts("P2").essence == "kept of P2"
    assert now.parts("P1").essence == parts(now.raw("P1")).essence != said["P1"]
    kept.write_text(kept.read_text()[:-9])
    assert RunFolder(folder).parts("P2").essence == said["P2"], "what was kept is damaged"
