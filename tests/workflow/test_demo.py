"""The demo cohort: every patient's report holds the expected answer, and the run ends as it should."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from pathlib import Path

import jsonschema
import pysam
import pytest

from als_screen.samples import PERSONAL, RESERVED
from als_screen.simulate.expected import differences
from workflow_runs import ROOT, Run, als_screen, text_of

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]


def patient_reports(run: Run) -> dict[str, Path]:
    return {path.parent.name: path for path in sorted(run.results.glob("reports/*/*/report.json"))}


def test_every_expected_answer_holds(demo_run: Run) -> None:
    assert differences(demo_run.results) == [], demo_run.output


def test_run_ends_with_3_and_names_the_failed(demo_run: Run) -> None:
    assert demo_run.code == 3, demo_run.output
    failed = json.loads((demo_run.results / "failed.json").read_text())
    named = failed["not_analysed"] + failed["analysed_in_part"]
    assert len(named) >= 2
    for patient in named:
        assert f"{patient} | " in demo_run.output
    assert not (demo_run.results / "complete.json").exists()
    assert "Traceback" not in demo_run.output


def test_every_patient_has_its_three_files(demo_run: Run, demo_rows: list[dict[str, str]]) -> None:
    reports = patient_reports(demo_run)
    assert set(reports) == {row["patient"] for row in demo_rows}
    for path in reports.values():
        assert (path.with_name("report.html")).stat().st_size < 2_000_000
        assert (path.with_name("report.pdf")).read_bytes().startswith(b"%PDF")


def test_json_validates_against_the_schema_of_the_contract(demo_run: Run) -> None:
    schema = json.loads((ROOT / "workflow" / "schemas" / "report.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for path in patient_reports(demo_run).values():
        assert list(validator.iter_errors(json.loads(path.read_text()))) == [], path


def test_fingerprints_stay_in_the_findings(demo_run: Run) -> None:
    lines = [
        json.loads(line)
        for path in demo_run.results.glob("findings/*.jsonl")
        for line in path.read_text().splitlines()
    ]
    texts = [
        text
        for line in lines
        for side in (line["fingerprint"] or {}).values()
        for text in (side or {"genotypes": {}})["genotypes"].values()
    ]
    assert len(texts) > len(lines)
    outside = [path for path in demo_run.results.glob("*/*.jsonl") if path.parent.name != "findings"]
    outside += [*patient_reports(demo_run).values(), *demo_run.results.glob("reports/*/*/report.html")]
    for path in outside:
        assert not [text for text in texts if text in path.read_text()], path


def test_cohort_lists_the_failed_first(demo_run: Run, demo_rows: list[dict[str, str]]) -> None:
    with (demo_run.results / "cohort" / "cohort.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {row["patient"] for row in rows} == {row["patient"] for row in demo_rows}
    page = (demo_run.results / "cohort" / "report.html").read_text()
    assert all(row["patient"] in page for row in rows)
    lines = (demo_run.results / "cohort" / "findings.jsonl").read_text().splitlines()
    assert len(lines) == len(rows)


def test_run_record_has_versions_checksums_and_steps(demo_run: Run) -> None:
    record = json.loads((demo_run.results / "run.json").read_text())
    assert record["packages"]["pysam"]
    assert record["resources"]["genes.bed"]
    assert {step["rule"] for step in record["steps"]} >= {"screen_variants", "screen_repeat", "interpret"}
    assert "als-screen" in record["pipeline"]["name"]


def test_personal_fields_stay_out_of_everything_but_the_reports(
    demo_run: Run, demo_rows: list[dict[str, str]]
) -> None:
    personal = {column: {row[column] for row in demo_rows if row.get(column)} for column in PERSONAL}
    assert all(personal.values())
    words = sorted(set().union(*personal.values()))
    assert [word for word in words if word in demo_run.output] == []
    for path in demo_run.directory.rglob("*"):
        inside_reports = (demo_run.results / "reports") in path.parents
        if path.is_file() and not inside_reports:
            assert [word for word in words if word in text_of(path)] == [], path


def test_nothing_is_written_beside_the_inputs(demo_run: Run, demo_inputs: Path) -> None:
    names = {path.suffix for path in demo_inputs.rglob("*") if path.is_file()}
    assert names <= {
        ".bam",
        ".bai",
        ".cram",
        ".crai",
        ".gz",
        ".tbi",
        ".bcf",
        ".csi",
        ".vcf",
        ".json",
        ".bed",
        "",
    }
    assert not list(demo_inputs.rglob("*.tmp"))


def test_nobody_else_can_read_what_the_run_wrote(demo_run: Run) -> None:
    hidden = demo_run.directory / ".snakemake"  # below it Snakemake sets modes of its own
    written = [hidden, hidden / "log", hidden / "als-screen.lock", *hidden.glob("log/*.snakemake.log")]
    assert len(written) > 3
    for part in (demo_run.results, demo_run.directory / "logs"):
        written += [part, *part.rglob("*")]
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []


def test_no_patient_can_be_called_like_a_file_beside_the_folders_of_patients(demo_run: Run) -> None:
    found = {path.name.lower() for path in demo_run.results.glob("reports/*/*") if path.is_file()}
    assert found == set(RESERVED)


def test_verify_finds_the_run_whole_and_then_the_change(demo_run: Run, tmp_path: Path) -> None:
    copied = tmp_path / "run"
    shutil.copytree(demo_run.directory / "results", copied / "results")
    assert als_screen("verify", str(copied)).code == 0
    report = next(copied.glob("results/reports/*/*/report.html"))
    report.write_text(report.read_text().replace("a", "e", 1))
    run = als_screen("verify", str(copied))
    assert run.code == 1
    assert report.relative_to(copied / "results").as_posix() in run.output


def test_the_reads_behind_an_answer_are_shown(demo_run: Run) -> None:
    reports = patient_reports(demo_run)
    carrier, swapped = reports["DEMO-03-SOD1-A5V"], reports["DEMO-18-SWAPPED-VCF"]
    page = carrier.with_name("report.html").read_text(encoding="utf-8")
    assert "repeat-reads-title" in page
    assert "reads-1-title" in page
    assert carrier.with_name("repeat.svg").read_text(encoding="utf-8").startswith("<svg")
    missed = reports["DEMO-20-MISSED-BY-CALLER"].with_name("report.html").read_text(encoding="utf-8")
    assert "reads-1-title" in missed, "an allele that only the reads hold"
    assert "repeat-reads-title" not in swapped.with_name("report.html").read_text(encoding="utf-8")
    assert not swapped.with_name("repeat.svg").exists()
    assert "./.:." in swapped.with_name("repeat.vcf").read_text(encoding="utf-8")


def test_the_small_bam_of_each_patient_can_be_fetched(demo_run: Run) -> None:
    found = sorted((demo_run.results / "evidence").glob("*/repeat/*.bam"))
    assert {path.stem for path in found} >= {"DEMO-01-C9-EXPANDED", "DEMO-11-GRCH37", "DEMO-13-CRAM-ONLY"}
    for path in found:
        with pysam.AlignmentFile(str(path)) as file:
            contig = next(name for name in file.references if name.removeprefix("chr") == "9")
            assert any(record.get_tag("XC") == "spanning" for record in file.fetch(contig)), path
            assert file.header.to_dict()["RG"][0]["SM"] == path.stem
        assert path.stat().st_size < 100_000


def test_snakemakes_own_report_holds_the_files_of_the_cohort(demo_run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.zip"
    arguments = ("run", "--cores", "1", "--directory", str(demo_run.directory), "--report", str(target))
    done = als_screen(*arguments)
    assert done.code == 0, done.output
    with zipfile.ZipFile(target) as archive:
        names = {Path(name).name for name in archive.namelist()}
        page = archive.read("report/report.html").decode()
    assert {"cohort.tsv", "cohort.xlsx", "findings.jsonl", "als_screen_mqc.json", "run.json"} <= names
    assert "failed and not wholly assessed patients first" in " ".join(page.split())
