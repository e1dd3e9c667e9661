"""Reanalysis with the real Snakemake: a copy of a finished run, one thing changed, and what is said of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pysam
import pytest

from als_screen.interpretation.knowledge.files import read_manifest, write_manifest
from workflow_runs import EVIDENCE, ROOT, Run, als_screen, clinvar_vcf, scheduled, start, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]
A5V = "NM_000454.5:c.14C>T"
CARRIER = "DEMO-03-SOD1-A5V"
Rows = list[dict[str, str]]


def reanalyse(cohort: Path, previous: Path, **environment: str) -> Run:
    """Run the copy of a run against that run."""
    run = start(cohort, "--config", f"previous={previous}", **environment)
    assert run.code == 0, run.output
    return run


def changes(cohort: Path) -> list[dict[str, str]]:
    """Return the rows of `changes.tsv`."""
    lines = (cohort / "results" / "reanalysis" / "changes.tsv").read_text().splitlines()
    head, *rows = (line.split("\t") for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows]


def summary(cohort: Path) -> dict[str, object]:
    """Return `summary.json`."""
    found: dict[str, object] = json.loads((cohort / "results/reanalysis/summary.json").read_text())
    return found


def say_uncertain(cohort: Path) -> None:
    """Let ClinVar say of SOD1 p.Ala5Val (14763) that its significance is uncertain."""
    table = cohort / "knowledge" / "clinvar.tsv"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text(
        "".join(
            line.replace("\tPathogenic\t", "\tUncertain significance\t") if "\t14763\t" in line else line
            for line in lines
        )
    )
    write_manifest(cohort / "knowledge", read_manifest(cohort / "knowledge").resources)


def say_four_stars(cohort: Path) -> None:
    """Let the laboratory's policy take only ClinVar records of four stars at their word."""
    policy = json.loads((ROOT / "resources" / "policies" / "acmg.json").read_text())
    policy |= {"name": "laboratory", "version": "2"}
    policy["clinvar"]["stars"] = 4
    (cohort / "policy.json").write_text(json.dumps(policy))
    with (cohort / "my.yaml").open("a") as file:
        file.write("local: {policy: policy.json}\n")


def test_newer_clinvar_reads_no_evidence_again(cohort: Path, small_run: Run) -> None:
    say_uncertain(cohort)
    previous = f"previous={small_run.directory}"
    assert not set(scheduled(cohort, "--config", previous)) & EVIDENCE
    run = reanalyse(cohort, small_run.directory)
    assert "1 with changes" in run.output
    (row,) = changes(cohort)
    assert (row["patient"], row["subject"], row["kind"]) == (CARRIER, A5V, "class_down")
    assert (row["cause"], row["derived"]) == ("knowledge", "yes")
    assert "14763" in row["record"]
    told = als_screen("history", "--patient", CARRIER, "--directory", str(cohort))
    assert f"{A5V}\tlikely_pathogenic" in told.output
    assert "compare_runs" not in scheduled(cohort, "--config", previous)


def test_another_policy_is_the_cause(cohort: Path, small_run: Run) -> None:
    say_four_stars(cohort)
    assert not set(scheduled(cohort, "--config", f"previous={small_run.directory}")) & EVIDENCE
    reanalyse(cohort, small_run.directory)
    row = next(row for row in changes(cohort) if row["subject"] == A5V)
    assert (row["kind"], row["cause"], row["derived"]) == ("class_down", "policy", "yes")
    assert row["new_release"] == "laboratory 2"


def test_policy_and_knowledge_are_both_causes(cohort: Path, small_run: Run) -> None:
    say_uncertain(cohort)
    say_four_stars(cohort)
    reanalyse(cohort, small_run.directory)
    row = next(row for row in changes(cohort) if row["subject"] == A5V)
    assert (row["cause"], row["derived"]) == ("knowledge;policy", "yes")


@pytest.fixture(scope="module")
def of_older_software(tmp_path_factory: pytest.TempPathFactory, small_run: Run) -> Path:
    """Return the small run as another version makes it, which takes no heterozygous allele as enough."""
    place = tmp_path_factory.mktemp("older")
    for name in ("Snakefile", "workflow", "scripts", "config", "resources"):
        (place / name).symlink_to(ROOT / name)
    package = shutil.copytree(ROOT / "src", place / "src", symlinks=True) / "als_screen"
    for name, now, then in (
        ("__init__.py", '"0.1.0"', '"0.0.9"'),
        ("interpretation/inheritance.py", "fits=True, note=_DOMINANT", "fits=False, note=_DOMINANT"),
    ):
        text = (package / name).read_text()
        assert now in text
        (package / name).write_text(text.replace(now, then))
    shutil.copytree(small_run.directory, place / "run", symlinks=True)
    shutil.rmtree(place / "run" / "results" / "findings")
    run = start(place / "run", PYTHONPATH=str(place / "src"))
    assert run.code == 0, run.output
    return place / "run"


def test_what_other_software_says_is_its_cause(cohort: Path, of_older_software: Path) -> None:
    reanalyse(cohort, of_older_software)
    rows = [row for row in changes(cohort) if row["patient"] == CARRIER]
    (conclusion,) = (row for row in rows if row["subject"] == "conclusion")
    assert (conclusion["before"], conclusion["after"]) == ("uncertain", "positive")
    assert (conclusion["cause"], conclusion["derived"]) == ("software", "yes")
    assert (conclusion["old_release"], conclusion["new_release"]) == ("als-screen 0.0.9", "als-screen 0.1.0")
    assert {row["patient"] for row in changes(cohort)} == {CARRIER}


def test_who_left_came_was_renamed_or_has_other_files(
    cohort: Path, tmp_path: Path, small_run: Run, small_rows: Rows, demo_rows: Rows
) -> None:
    """One patient under another id, one whose files are somebody else's, one with other reads, one left."""
    first, second, third, _ = small_rows
    taken = {row["patient"] for row in small_rows}
    others = {row["patient"]: row for row in demo_rows if row["patient"] not in taken}
    stranger, newcomer = others["DEMO-06-FUS-R521C"], others["DEMO-09-NEGATIVE"]
    reads = tmp_path / "sequenced-again.bam"
    with pysam.AlignmentFile(third["reads"]) as source, pysam.AlignmentFile(reads, "wb", source) as made:
        for number, read in enumerate(source):
            if number % 50:
                made.write(read)
    pysam.index(str(reads))
    same = {"batch": "b1", "library": "pcr_free"}
    write_sheet(
        cohort / "samples.tsv",
        [
            {**first, "patient": "RENAMED"},
            {**stranger, **same, "patient": second["patient"]},
            {**third, "reads": str(reads)},
            {**newcomer, **same},
        ],
    )
    run = start(cohort, "--config", f"previous={small_run.directory}")
    assert run.code == 0, run.output
    page = (cohort / "results" / "reanalysis" / "report.html").read_text()
    assert summary(cohort)["people"] == {
        "added": 1,
        "another_person": 1,
        "identity_doubtful": 0,
        "identity_not_shown": 0,
        "left_out": 1,
        "new_files": 1,
        "renamed": 1,
    }
    for patient in ("RENAMED", *(row["patient"] for row in (first, *small_rows, newcomer))):
        assert patient in page
    assert second["patient"] not in {row["patient"] for row in changes(cohort)}


def test_no_change_is_a_statement_that_a_person_can_sign(cohort: Path, small_run: Run) -> None:
    manifest = read_manifest(cohort / "knowledge").resources
    clinvar = manifest["clinvar"].model_copy(update={"release": "2027-01-01"})
    write_manifest(cohort / "knowledge", {**manifest, "clinvar": clinvar})
    before = {path: path.read_bytes() for path in cohort.glob("results/reports/*/*/report.*")}
    reanalyse(cohort, small_run.directory)
    said = str(summary(cohort)["statement"])
    assert said.startswith("4 patients in the new run, 4 compared with the earlier run; zero changes.")
    assert "-> 2027-01-01" in said
    assert changes(cohort) == []
    assert before == {path: path.read_bytes() for path in before}


def test_a_comparison_is_made_again_where_it_is_lost_and_goes_where_none_is_asked(
    cohort: Path, small_run: Run
) -> None:
    reanalyse(cohort, small_run.directory)
    given = f"previous={small_run.directory}"
    assert not scheduled(cohort, "--config", given)
    assert "compare_runs" in scheduled(cohort, "--config", given, f"history={cohort / 'all.sqlite'}")
    folder = cohort / "results" / "reanalysis"
    for name in ("unchanged.tsv", "summary.txt", "history.sqlite"):
        (folder / name).rename(cohort / name)
        assert "compare_runs" in scheduled(cohort, "--config", given), name
        (cohort / name).rename(folder / name)
    run = start(cohort)
    assert run.code == 0, run.output
    assert not folder.exists()
    assert (cohort / "results" / "retired" / "reanalysis" / "summary.json").is_file()
    assert als_screen("verify", str(cohort)).code == 0
    assert not scheduled(cohort)


def test_a_history_for_all_runs_is_entered_when_it_is_told(cohort: Path, small_run: Run) -> None:
    shared = cohort / "all.sqlite"
    reanalyse(cohort, small_run.directory)
    given = ("--config", f"previous={small_run.directory}", f"history={shared}")
    run = start(cohort, *given)
    assert run.code == 0, run.output
    told = als_screen("history", "--patient", CARRIER, "--database", str(shared))
    assert A5V in told.output
    assert als_screen("history", "--patient", CARRIER, "--directory", str(cohort)).output == told.output
    assert not scheduled(cohort, *given)


def test_recipe_of_a_month_runs_and_goes_on_where_it_was(
    tmp_path: Path, cohort: Path, small_run: Run
) -> None:
    """What cron or SLURM starts: a copy, the new ClinVar, the run, the summary, the link that moves."""
    home = tmp_path / "home of runs"
    home.mkdir()
    cohort.rename(home / "2026-12")
    (home / "current").symlink_to("2026-12")
    keys = (f"samples: {small_run.directory / 'samples.tsv'}", "batch_size: 2", "report: {pdf: false}")
    (home / "my.yaml").write_text("\n".join(keys) + "\n")
    clinvar = clinvar_vcf(tmp_path / "clinvar.vcf", {"14763": "Uncertain significance"})
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for _ in range(2):
        done = subprocess.run(
            [ROOT / "docs" / "recipes" / "reanalyse.sh", home, clinvar, "2027-01"],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "4 compared with the earlier run" in done.stdout
        assert f"amend the reports of: {CARRIER}" in done.stdout
        assert (home / "current").readlink() == Path("2027-01")
    row = next(row for row in changes(home / "2027-01") if row["subject"] == A5V)
    assert (row["kind"], row["cause"]) == ("class_down", "knowledge")
    assert not (home / "2026-12" / "results" / "reanalysis").exists()
