"""What runs again, and what does not: a small cohort, changed in one place at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from als_screen.files import checksum
from workflow_runs import EVIDENCE, ROOT, Run, als_screen, files_of, scheduled, start, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]
HOLD_THE_LOCK = """
import time
from pathlib import Path
from als_screen.run_lock import one_run_at_a_time
lock = one_run_at_a_time(Path(".snakemake"))
print("held", flush=True)
time.sleep(600)
"""


def differing(one: Path, other: Path) -> list[str]:
    """Return the results that are not the same bytes in two runs, or only in one of them."""
    first, second = files_of(one), files_of(other)
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def test_small_cohort_ends_well(small_run: Run) -> None:
    assert small_run.code in (0, 3), small_run.output
    assert (small_run.results / "run.json").exists()


def test_unchanged_run_does_no_evidence(cohort: Path) -> None:
    assert not set(scheduled(cohort)) & (EVIDENCE | {"interpret", "report_patients", "report_cohort"})


def test_two_runs_give_the_same_bytes(cohort: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    for name in ("samples.tsv", "my.yaml"):
        shutil.copy(cohort / name, again / name)
    shutil.copytree(cohort / "knowledge", again / "knowledge")
    start(again)
    assert differing(again, cohort) == []


def test_appended_patient_runs_its_slice_only(
    cohort: Path, small_rows: list[dict[str, str]], demo_rows: list[dict[str, str]]
) -> None:
    ids = {row["patient"] for row in small_rows}
    extra = next(row for row in demo_rows if row["patient"] not in ids and row["vcf"])
    write_sheet(cohort / "samples.tsv", [*small_rows, {**extra, "batch": "b1"}])
    jobs = scheduled(cohort)
    assert {rule: jobs.get(rule) for rule in (*EVIDENCE, "interpret", "report_patients")} == dict.fromkeys(
        (*EVIDENCE, "interpret", "report_patients"), 1
    )


def test_other_sites_of_identity_run_the_variants_again_and_no_header_check(cohort: Path) -> None:
    row = "build\tchrom\tpos\tref\talt\taf\nGRCh38\t2\t1000000\tA\tG\t{}\n"
    (cohort / "sites.tsv").write_text(row.format(0.5))
    keys = (cohort / "my.yaml").read_text()
    (cohort / "my.yaml").write_text(keys + "identity: {sites: sites.tsv}\n")
    jobs = scheduled(cohort)
    assert not {"check_inputs", "screen_repeat"} & set(jobs)
    assert jobs["screen_variants"] == 2


def test_an_appended_batch_runs_also_where_snakemake_remembers_nothing(
    cohort: Path, small_rows: list[dict[str, str]], demo_rows: list[dict[str, str]]
) -> None:
    """A copy without the hidden directory: the run must not look complete with a patient missing."""
    shutil.rmtree(cohort / ".snakemake")
    ids = {row["patient"] for row in small_rows}
    extra = next(row for row in demo_rows if row["patient"] not in ids and row["vcf"])
    write_sheet(cohort / "samples.tsv", [*small_rows, {**extra, "batch": "b2"}])
    jobs = scheduled(cohort)
    assert [jobs.get(rule) for rule in (*sorted(EVIDENCE), "interpret", "report_cohort")] == [1] * 6


def test_new_diagnosis_runs_no_evidence(cohort: Path, small_rows: list[dict[str, str]]) -> None:
    changed = [{**small_rows[0], "diagnosis": "FTD"}, *small_rows[1:]]
    write_sheet(cohort / "samples.tsv", changed)
    jobs = scheduled(cohort)
    assert not set(jobs) & EVIDENCE
    assert jobs["interpret"] == 1


def test_new_name_renders_reports_only(cohort: Path, small_rows: list[dict[str, str]]) -> None:
    changed = [{**small_rows[0], "name": "Another Name"}, *small_rows[1:]]
    write_sheet(cohort / "samples.tsv", changed)
    jobs = scheduled(cohort)
    assert "interpret" not in jobs
    assert jobs["report_patients"] == 1


def test_touched_reads_run_their_slice_only(
    cohort: Path, tmp_path: Path, small_rows: list[dict[str, str]]
) -> None:
    source = Path(small_rows[0]["reads"])
    for path in (source, Path(f"{source}.bai")):
        shutil.copy(path, tmp_path / path.name)
    write_sheet(
        cohort / "samples.tsv", [{**small_rows[0], "reads": str(tmp_path / source.name)}, *small_rows[1:]]
    )
    start(cohort)
    now = time.time() + 5
    os.utime(tmp_path / source.name, (now, now))
    os.utime(tmp_path / f"{source.name}.bai", (now, now))
    jobs = scheduled(cohort)
    assert [jobs.get(rule) for rule in sorted(EVIDENCE)] == [1, 1, 1, 1]


def test_reads_replaced_by_older_ones_run_their_slice_only(
    cohort: Path, tmp_path: Path, small_rows: list[dict[str, str]]
) -> None:
    """A file that comes from a backup keeps its time, which is before that of the results."""
    source = Path(small_rows[0]["reads"])
    for path in (source, Path(f"{source}.bai")):
        shutil.copy(path, tmp_path / path.name)
    changed = [{**small_rows[0], "reads": str(tmp_path / source.name)}, *small_rows[1:]]
    write_sheet(cohort / "samples.tsv", changed)
    start(cohort)
    assert not set(scheduled(cohort)) & EVIDENCE
    for path in (source, Path(f"{source}.bai")):
        os.utime(tmp_path / path.name, (1_000_000_000, 1_000_000_000))
    jobs = scheduled(cohort)
    assert [jobs.get(rule) for rule in sorted(EVIDENCE)] == [1, 1, 1, 1]


def test_knowledge_update_interprets_again_without_evidence(cohort: Path) -> None:
    table, manifest = (cohort / "knowledge" / name for name in ("clinvar.tsv", "manifest.json"))
    before = checksum(table)
    table.write_text(table.read_text() + "\n")
    manifest.write_text(manifest.read_text().replace(before, checksum(table)))
    jobs = scheduled(cohort)
    assert not set(jobs) & EVIDENCE
    assert jobs["interpret"] == 2


def test_confirmation_interprets_its_slice_again_without_evidence(
    cohort: Path, small_rows: list[dict[str, str]]
) -> None:
    who = small_rows[0]["patient"]
    header = "patient\tfinding\tmethod\tresult\tdate\tby"
    row = f"{who}\tC9orf72\tRP-PCR\t>145\t2025-11-20\tLab"
    (cohort / "confirmations.tsv").write_text(f"{header}\n{row}\n")
    with (cohort / "my.yaml").open("a") as file:
        file.write("confirmations: confirmations.tsv\n")
    jobs = scheduled(cohort)
    assert not set(jobs) & EVIDENCE
    assert (jobs["interpret"], jobs["report_patients"]) == (1, 1)
    start(cohort)
    folder = next(cohort.glob(f"results/reports/*/{who}"))
    report = json.loads((folder / "report.json").read_text())
    assert (report["repeat"]["state"], report["repeat"]["basis"]) == ("expanded", "orthogonal")
    assert report["conclusion"]["result"] == "positive"
    assert report["confirmations"][0]["size"] == [146, None]
    assert "RP-PCR" in (folder / "report.html").read_text()


def test_patient_who_left_is_retired(cohort: Path, small_rows: list[dict[str, str]]) -> None:
    gone = small_rows[3]["patient"]
    write_sheet(cohort / "samples.tsv", small_rows[:3])
    start(cohort)
    assert not list((cohort / "results" / "reports").glob(f"*/{gone}"))
    assert list((cohort / "results" / "retired").glob(f"*/{gone}/report.html"))


def test_reports_are_not_rendered_again_where_nothing_changed(
    cohort: Path, small_rows: list[dict[str, str]]
) -> None:
    reports = {path: path.stat().st_mtime_ns for path in cohort.glob("results/reports/*/*/report.html")}
    changed = [{**small_rows[0], "name": "Another Name"}, *small_rows[1:]]
    write_sheet(cohort / "samples.tsv", changed)
    start(cohort)
    rendered = [path.parent.name for path, before in reports.items() if path.stat().st_mtime_ns != before]
    assert rendered == [small_rows[0]["patient"]]


def test_two_runs_in_one_directory_are_refused(cohort: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK],
        cwd=cohort,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        run = start(cohort)
        assert run.code == 2
        assert "another run" in run.output
    finally:
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()


@pytest.mark.parametrize(
    ("permissions", "file", "folder"), [("private", 0o600, 0o700), ("group", 0o640, 0o750)]
)
def test_who_may_read_what_snakemake_writes(cohort: Path, permissions: str, file: int, folder: int) -> None:
    """Started as its own command, which opens its log before the configuration is known."""
    shutil.rmtree(cohort / ".snakemake")
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "1"]
    command += ["--directory", str(cohort), "--configfile", str(cohort / "my.yaml")]
    command += ["--config", f"permissions={permissions}", "--touch"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, umask=0o022)
    assert done.returncode == 0, done.stderr
    hidden = cohort / ".snakemake"
    modes = {
        path.name: path.stat().st_mode & 0o777 for path in (hidden, *hidden.glob("*"), *hidden.glob("log/*"))
    }
    logs = [name for name in modes if name.endswith(".snakemake.log")]
    assert logs
    assert {modes[name] for name in (*logs, "als-screen.lock")} == {file}
    assert {modes[name] for name in (".snakemake", "log", "metadata")} == {folder}


def test_one_patient_without_a_sheet(
    tmp_path: Path, small_run: Run, small_rows: list[dict[str, str]]
) -> None:
    row = small_rows[0]
    arguments = ["--vcf", row["vcf"], "--reads", row["reads"], "--patient", row["patient"]]
    run = als_screen("screen", *arguments, "--library", "pcr_free", "--out", str(tmp_path / "out"))
    assert run.code == 0, run.output
    assert (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "report.json").exists()


def test_a_signed_report_stays_and_a_changed_one_is_an_amended_draft(
    cohort: Path, small_rows: list[dict[str, str]]
) -> None:
    patient = small_rows[2]["patient"]
    by = ("--by", "A Name", "--role", "clinical geneticist", "--directory", str(cohort))
    assert als_screen("authorise", "--patient", patient, *by).code == 0
    assert als_screen("verify", str(cohort)).code == 0
    (page,) = (cohort / "results" / "reports").glob(f"*/{patient}/report.html")
    signed = cohort / "results" / "authorised" / patient / "0001" / "report.html"
    assert page.read_bytes() == signed.read_bytes()
    start(cohort)
    assert page.read_bytes() == signed.read_bytes(), "nothing has changed"
    write_sheet(cohort / "samples.tsv", [*small_rows[:2], {**small_rows[2], "name": "New"}, *small_rows[3:]])
    start(cohort)
    assert "Changed since report no. 1" in page.read_text(encoding="utf-8")
    assert "Final report" in signed.read_text(encoding="utf-8")
    assert als_screen("authorise", "--patient", patient, *by).code == 0
    assert (signed.parents[1] / "0002" / "report.html").is_file()
    refused = als_screen("authorise", "--patient", small_rows[0]["patient"], *by)
    assert refused.code == 2
    assert "not confirmed by another method" in refused.output
