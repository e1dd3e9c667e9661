from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from als_screen.config import Settings
from als_screen.errors import AlsScreenError, InputError
from als_screen.evidence import State
from als_screen.files import write_jsonl
from als_screen.finish import AT_THE_END, FAILED, SAID_AT_THE_END, finish, reopen, retire
from als_screen.integrity import CHECKSUMS, RUN_CHECKSUMS, changed_files, write_checksums
from als_screen.models import (
    Conclusion,
    Contamination,
    Coverage,
    Identity,
    PatientFields,
    Provenance,
    Report,
    Text,
)
from als_screen.reports.cohort.relatedness import COLUMNS
from als_screen.states import ContaminationState, IdentityState, Result, Status
from conclusion_records import repeat


def report(patient: str, status: Status = Status.ANALYSED, reason: str | None = None) -> Report:
    return Report(
        patient=PatientFields(patient=patient),
        status=status,
        status_reason=reason,
        genome_build=None,
        conclusion=Conclusion(
            result=Result.INCOMPLETE, complete=False, not_assessed=(), text=Text(en="", nl="", fr="")
        ),
        genes={},
        repeat=repeat(),
        variants=(),
        structural_variants=(),
        unusable_records=(),
        coverage=Coverage(state=State.NOT_ASSESSED, basis="none", min_depth=10, genes={}),
        identity=Identity(
            state=IdentityState.NOT_ASSESSED, informative_sites=0, concordance=None, log10_lr=None
        ),
        recheck=(),
        recheck_absent=0,
        provenance=Provenance(pipeline="", resources={}, settings={}, inputs={}),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "a.vcf").touch()
    rows = "".join(f"P{number}\ta.vcf\n" for number in (1, 2, 3))
    (tmp_path / "s.tsv").write_text(f"patient\tvcf\n{rows}")
    return Settings(samples=tmp_path / "s.tsv", batch_size=2)


def wrote(settings: Settings, results: Path, third: Status, reason: str | None = None) -> tuple[str, ...]:
    first = [report("P1"), report("P2", Status.ANALYSED_IN_PART if third is not Status.ANALYSED else third)]
    write_jsonl(results / "findings" / "unbatched.0001.jsonl", first)
    write_jsonl(results / "findings" / "unbatched.0002.jsonl", [report("P3", third, reason)])
    return finish(settings, results, results / "complete.json").failures


def test_all_is_well(settings: Settings, tmp_path: Path) -> None:
    assert wrote(settings, tmp_path, Status.ANALYSED) == ()
    found = json.loads((tmp_path / "complete.json").read_text())
    assert found == {
        "patients": 3,
        "batches": 2,
        "not_analysed": [],
        "analysed_in_part": [],
        "lines": [],
        "matches": [],
        "mixtures": [],
    }
    assert not (tmp_path / FAILED).exists()


def test_failures_are_one_line_each_and_no_completion(settings: Settings, tmp_path: Path) -> None:
    lines = wrote(settings, tmp_path, Status.NOT_ANALYSED, "a.vcf: cut\n\x1b[31m")
    assert lines == (
        "P2 | analysed in part |  | see the patient's report",
        r"P3 | not analysed | a.vcf: cut\n\x1b[31m | see the patient's report",
    )
    assert not (tmp_path / "complete.json").exists()
    found = json.loads((tmp_path / FAILED).read_text())
    assert (found["not_analysed"], found["analysed_in_part"]) == (["P3"], ["P2"])


def test_failures_may_be_tolerated_and_are_told_all_the_same(settings: Settings, tmp_path: Path) -> None:
    tolerant = settings.model_copy(update={"tolerate_failures": True})
    assert len(wrote(tolerant, tmp_path, Status.NOT_ANALYSED)) == 2
    assert (tmp_path / "complete.json").read_text() == (tmp_path / FAILED).read_text()


def test_a_run_that_ends_well_takes_back_the_failure_of_the_last(settings: Settings, tmp_path: Path) -> None:
    wrote(settings, tmp_path, Status.NOT_ANALYSED)
    wrote(settings, tmp_path, Status.ANALYSED)
    assert not (tmp_path / FAILED).exists()


def test_who_matches_a_mixed_up_patient_is_named(settings: Settings, tmp_path: Path) -> None:
    different = {"identity": report("P1").identity.model_copy(update={"state": IdentityState.DIFFERENT})}
    mixed = report("P1", Status.NOT_ANALYSED, "mixed up")
    nothing = {"conclusion": mixed.conclusion.model_copy(update={"result": Result.NOT_ANALYSED})}
    first = [mixed.model_copy(update=different | nothing), report("P2")]
    write_jsonl(tmp_path / "findings" / "unbatched.0001.jsonl", first)
    write_jsonl(tmp_path / "findings" / "unbatched.0002.jsonl", [report("P3"), report("P4")])
    (tmp_path / "cohort").mkdir()
    rows = "P1\tP3\t9\t1.0\t7.1\tno\nP2\tP4\t9\t1.0\t7.1\tno\n"
    (tmp_path / "cohort" / "same_person.tsv").write_text("\t".join(COLUMNS) + "\n" + rows)
    end = finish(settings, tmp_path, tmp_path / "complete.json")
    assert [line.split(" | ")[:3] for line in end.matches] == [
        ["P3", "identity", "the data match a file of P1, whose files are of different persons"]
    ], "P2 and P4 are one person, and neither is mixed up"
    assert json.loads((tmp_path / FAILED).read_text())["matches"] == list(end.matches)


def test_who_has_a_second_persons_reads_is_named_though_the_run_ends_well(
    settings: Settings, tmp_path: Path
) -> None:
    found = Contamination(state=ContaminationState.DETECTED, share=0.15, sites=100, log10_lr=9.0)
    first = [report("P1"), report("P2").model_copy(update={"contamination": found})]
    write_jsonl(tmp_path / "findings" / "unbatched.0001.jsonl", first)
    write_jsonl(tmp_path / "findings" / "unbatched.0002.jsonl", [report("P3")])
    end = finish(settings, tmp_path, tmp_path / "complete.json")
    assert end.mixtures == (
        "P2 | mixture | about 15% of the reads are a second person's | repeat with a new sample",
    )
    assert json.loads((tmp_path / "complete.json").read_text())["mixtures"] == list(end.mixtures)


def test_reports_of_who_left_the_sheet_are_kept_aside(tmp_path: Path) -> None:
    for name in ("b.0001/P1", "b.0001/P2", "old.0001/P1"):
        (tmp_path / "reports" / name).mkdir(parents=True)
        (tmp_path / "reports" / name / "report.html").write_text(name)
    (tmp_path / "reports" / "b.0001" / "manifest.jsonl").touch()
    retire(tmp_path, {"b.0001": ["P1"]}, compared=False)
    left = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("report.html"))
    assert left == [
        "reports/b.0001/P1/report.html",
        "retired/b.0001/P2/report.html",
        "retired/old.0001/P1/report.html",
    ]
    assert (tmp_path / "reports" / "b.0001" / "manifest.jsonl").exists()


def test_findings_of_slices_that_are_no_more_are_retired(tmp_path: Path) -> None:
    """Else a patient whose batch has another name would have two results and two rows in lists."""
    names = (
        *("findings/{}.jsonl", "findings/{}.basis.json"),
        *("reports/{}/manifest.jsonl", "reports/{}/rendered.jsonl"),
    )
    for batch in ("old.0001", "b.0001"):
        for name in names:
            path = tmp_path / name.format(batch)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text('{"patient":"P1","files":{}}')
    write_checksums(tmp_path, tmp_path / CHECKSUMS)
    retire(tmp_path, {"b.0001": ["P1"]}, compared=False)
    assert changed_files(tmp_path) == []
    (tmp_path / CHECKSUMS).unlink()
    (tmp_path / RUN_CHECKSUMS).unlink()
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        *(name.format("b.0001") for name in names),
        "retired/findings/old.0001.jsonl",
        "retired/findings/old.0001.basis.json",
        "retired/old.0001/manifest.jsonl",
        "retired/old.0001/rendered.jsonl",
    }


def test_nothing_retired_is_ever_overwritten(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / "reports" / "b.0001" / "P1").mkdir(parents=True)
        (tmp_path / "reports" / "b.0001" / "P1" / "report.html").write_text(str(number))
        retire(tmp_path, {}, compared=False)
    kept = {path.parent.name: path.read_text() for path in (tmp_path / "retired").rglob("report.html")}
    assert kept == {"P1": "1", "P1.2": "2", "P1.3": "3"}


@pytest.mark.parametrize(
    ("sheet", "error", "why"),
    [
        ("patient\tvcf\n", InputError, "it was emptied while the run went on"),
        ("patient\tvcf\tbatch\nP1\ta.vcf\tb\n", AlsScreenError, "it names a slice that was not made"),
    ],
)
def test_nothing_is_retired_for_a_sheet_that_is_not_that_of_the_run(
    settings: Settings, tmp_path: Path, sheet: str, error: type[Exception], why: str
) -> None:
    wrote(settings, tmp_path, Status.ANALYSED)
    (tmp_path / "reports/unbatched.0001/P1").mkdir(parents=True)
    (tmp_path / "complete.json").unlink()
    settings.samples.write_text(sheet)
    with pytest.raises(error):
        finish(settings, tmp_path, tmp_path / "complete.json")
    assert not (tmp_path / "retired").exists(), why
    assert not (tmp_path / "complete.json").exists(), why


def test_nothing_to_retire(tmp_path: Path) -> None:
    retire(tmp_path, {"b.0001": ["P1"]}, compared=False)
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_with_no_run_that_is_configured_is_kept_aside(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "reanalysis" / "amended").mkdir(parents=True)
    for name in ("summary.json", "amended/P1.json"):
        (tmp_path / "reanalysis" / name).write_text(name)
    write_checksums(tmp_path, tmp_path / CHECKSUMS)
    wrote(settings.model_copy(update={"previous": tmp_path}), tmp_path, Status.ANALYSED)
    assert (tmp_path / "reanalysis" / "amended" / "P1.json").is_file()
    wrote(settings, tmp_path, Status.ANALYSED)
    assert not (tmp_path / "reanalysis").exists()
    kept = tmp_path / "retired" / "reanalysis"
    assert [(kept / name).read_text() for name in ("summary.json", "amended/P1.json")] == [
        "summary.json",
        "amended/P1.json",
    ]
    assert "reanalysis" not in (tmp_path / CHECKSUMS).read_text()


def test_retired_reports_are_no_missing_files(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "reports" / "old.0001" / "P9").mkdir(parents=True)
    (tmp_path / "reports" / "old.0001" / "P9" / "report.html").touch()
    wrote(settings, tmp_path / "other", Status.ANALYSED)
    shutil.copytree(tmp_path / "other" / "findings", tmp_path / "findings")
    write_checksums(tmp_path, tmp_path / CHECKSUMS)
    finish(settings, tmp_path, tmp_path / "complete.json")
    assert "P9" not in (tmp_path / CHECKSUMS).read_text()


@pytest.mark.parametrize(
    ("rules", "removed"),
    [
        (set(), False),
        ({"all", "record_run", "list_checksums", "finish", "compare_runs", "list_problems"}, False),
        ({"report_cohort", "record_run", "list_checksums", "finish"}, True),
        ({"interpret"}, True),
    ],
)
def test_nothing_says_that_a_run_has_finished_while_it_is_worked_on(
    tmp_path: Path, rules: set[str], removed: bool
) -> None:
    names = {*SAID_AT_THE_END, "inputs.json"}
    for name in names - {FAILED}:
        (tmp_path / name).touch()
    reopen(tmp_path, rules)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == ({"inputs.json"} if removed else names - {FAILED})


def test_the_rules_of_the_end_are_rules() -> None:
    snakefiles = Path(__file__).parents[2] / "workflow" / "rules"
    text = "".join(path.read_text() for path in snakefiles.glob("*.smk"))
    assert all(f"\nrule {name}:" in text for name in AT_THE_END - {"all"})


def test_a_run_that_is_stopped_while_it_retires_lists_no_file_that_is_not_there(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("reports/old.0001/P8", "reports/old.0001/P9", "reanalysis"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "report.html").touch()
    wrote(settings, tmp_path / "other", Status.ANALYSED)
    shutil.copytree(tmp_path / "other" / "findings", tmp_path / "findings")
    shutil.rmtree(tmp_path / "other")
    write_checksums(tmp_path, tmp_path / CHECKSUMS)
    moved: list[Path] = []

    def stop_at_the_second(folder: Path, target: Path) -> Path:
        moved.append(folder)
        if len(moved) == 2:
            raise KeyboardInterrupt
        return rename(folder, target)

    rename = Path.rename
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stop_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            finish(settings, tmp_path, tmp_path / "complete.json")
    finish(settings, tmp_path, tmp_path / "complete.json")
    assert changed_files(tmp_path) == []
