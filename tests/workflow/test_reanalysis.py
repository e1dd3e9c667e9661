"""Reanalysis with the real Snakemake: a copy of a finished run, one thing changed, and what is said of it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pysam
import pytest

from als_screen.finish import SAID_AT_THE_END
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


def test_a_run_that_is_interrupted_while_it_is_worked_on_again_has_not_finished(
    cohort: Path, small_run: Run, tmp_path: Path
) -> None:
    """Its findings are new, its reports are not; what the run that was copied said of itself is gone."""
    given = ("--config", f"previous={small_run.directory}")
    ended = [path for name in SAID_AT_THE_END if (path := cohort / "results" / name).exists()]
    assert len(ended) == len(SAID_AT_THE_END) - 1, "it did not fail"
    assert start(cohort, "--touch", "--forceall").code == 0
    say_uncertain(cohort)
    assert "interpret" in scheduled(cohort, *given)
    assert start(cohort, "--config", "previous=nowhere").code == 2
    assert all(path.exists() for path in ended), "no start that made a result"
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if any(argument.endswith('report_patients.py') for argument in sys.orig_argv): os._exit(1)\n"
    )
    assert start(cohort, *given, PYTHONPATH=str(tmp_path)).code == 1
    assert not any(path.exists() for path in ended)
    told = als_screen("status", str(cohort))
    assert (told.code, "broken" in told.output) == (1, True)
    for command in (
        ("compare", str(small_run.directory), str(cohort), "--out", str(tmp_path / "out")),
        ("what-if", "--knowledge", str(cohort / "knowledge"), "--directory", str(cohort)),
        ("run", "--directory", str(tmp_path / "next"), "--configfile", str(cohort / "my.yaml")),
        ("verify", str(cohort)),
    ):
        more = ("--config", f"previous={cohort}") if command[0] == "run" else ()
        refused = als_screen(*command, *more, cwd=cohort)
        assert refused.code == 2, refused.output
        assert "finished" in refused.output
    reanalyse(cohort, small_run.directory)
    assert summary(cohort)["changed"] == 1
    assert all(path.exists() for path in ended)
    assert als_screen("verify", str(cohort)).code == 0
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


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a directory of runs with a last one, and an `als-screen` that only writes down its arguments."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "als-screen"
    command.write_text(
        "#!/bin/sh\n"
        'echo "$*" >> "$CALLS"\n'
        'if [ "$1" = update-knowledge ]; then mkdir "$5" && cp "$3" "$5"; exit; fi\n'
        'mkdir -p "$3/results/reanalysis" && echo done > "$3/results/reanalysis/summary.txt"\n'
        'exit "${CODE:-0}"\n'
    )
    command.chmod(0o755)
    (tmp_path / "home" / "2026-12").mkdir(parents=True)
    (tmp_path / "home" / "2026-12" / "kept").write_text("results")
    (tmp_path / "home" / "current").symlink_to("2026-12")
    (tmp_path / "home" / "my.yaml").write_text("")
    (tmp_path / "clinvar.vcf").write_text("of January")
    return tmp_path / "home"


def recipe(
    home: Path, name: str = "2027-01", clinvar: str = "../clinvar.vcf", cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Start the recipe, by default with a CLINVAR relative to HOME, which is the working directory."""
    path = f"{home.parent / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        [ROOT / "docs" / "recipes" / "reanalyse.sh", home, clinvar, name],
        cwd=cwd or home,
        env={**os.environ, "PATH": path, "CALLS": str(home.parent / "calls"), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def content(folder: Path) -> dict[str, str]:
    """Return every file and link below a directory."""
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or (path.is_file() and path.name != "reanalyse.lock")
    }


def refused(home: Path, said: str, name: str = "2027-01", clinvar: str = "../clinvar.vcf") -> None:
    """Assert that the recipe says why it refuses, and that it touches nothing."""
    before = content(home)
    done = recipe(home, name, clinvar)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert content(home) == before
    assert not (home.parent / "calls").exists()


def test_recipe_works_only_in_a_copy_that_it_made_of_the_last_run(home: Path) -> None:
    refused(home, "2026-12 was not made by this script", "2026-12")
    shutil.copytree(home / "2026-12", home / "by-hand")
    refused(home, "by-hand was not made by this script", "by-hand")
    (home / "by-hand" / "previous").write_text("")
    refused(home, "by-hand was not made by this script", "by-hand")
    (home / "by-hand" / "previous").write_text(f"{home}/2026-11\n")
    refused(home, f"by-hand is a copy of {home}/2026-11, but the last run is {home}/2026-12", "by-hand")
    (home / "knowledge-2027-01").mkdir()
    refused(home, "knowledge-2027-01 was not made by this script")
    for name in ("current", "../2026-12", ".hidden", "-n", "knowledge-2026-12"):
        refused(home, "cannot be the name of a run", name)


def test_recipe_refuses_what_it_cannot_begin_with(home: Path) -> None:
    refused(home, "none.vcf is no file that can be read", "2027-01", "none.vcf")
    (home / "current").unlink()
    (home / "current").mkdir()
    refused(home, "current is not a link to the directory of the last run")
    (home / "current").rmdir()
    (home / "current").symlink_to("gone")
    refused(home, "current is not a link to the directory of the last run")


def test_recipe_finishes_a_month_once_and_tells_it_again(home: Path) -> None:
    for code in (1, 3, 3):
        done = recipe(home, "2027-01", CODE=str(code))
        assert done.returncode == code, done.stderr
        assert done.stdout == ("" if code == 1 else "done\n")
        assert (home / "current").readlink() == Path("2026-12" if code == 1 else "2027-01")
    calls = (home.parent / "calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["update-knowledge", "run", "run", "run"]
    assert all(f"previous={home}/2026-12" in call for call in calls[1:])
    assert recipe(home, "2027-02").returncode == 0
    refused_now = recipe(home, "2027-01")
    assert refused_now.returncode == 2
    assert "the last run is" in refused_now.stderr
    assert (home / "current").readlink() == Path("2027-02")


def test_recipe_takes_a_relative_home_and_clinvar(home: Path) -> None:
    done = recipe(
        Path("home"), clinvar="clinvar.vcf", cwd=home.parent, PATH=f"{home.parent}/bin:/usr/bin:/bin"
    )
    assert done.returncode == 0, done.stderr
    assert (home / "knowledge-2027-01" / "clinvar.vcf").read_text() == "of January"


def test_recipe_takes_another_clinvar_until_the_month_has_finished(home: Path) -> None:
    assert recipe(home, CODE="1").returncode == 1
    (home.parent / "clinvar.vcf").write_text("of the next day")
    assert recipe(home).returncode == 0
    assert (home / "knowledge-2027-01" / "clinvar.vcf").read_text() == "of the next day"
    (home.parent / "clinvar.vcf").write_text("of another day")
    done = recipe(home)
    assert done.returncode == 2
    assert "2027-01 has finished with another CLINVAR: give another NAME" in done.stderr
    assert "done" not in done.stdout
    assert recipe(home, "2027-01b").returncode == 0
    assert (home / "knowledge-2027-01b" / "clinvar.vcf").read_text() == "of another day"


def test_recipe_removes_what_a_killed_update_left(home: Path) -> None:
    left = home / ".knowledge-2027-01.part.x1y2"
    left.mkdir()
    (home / "knowledge-2027-01.part").mkdir()
    assert recipe(home).returncode == 0
    assert not left.exists()
    assert not (home / "knowledge-2027-01.part").exists()


def test_recipe_is_at_work_once_at_a_time(home: Path) -> None:
    """The lock is that of the command `flock`; where there is none, the recipe says so and goes on."""
    with (home / "reanalyse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused(home, f"another start is at work in {home}")
    tools = home.parent / "tools"
    tools.mkdir()
    for name in ("sh", "date", "readlink", "cat", "cp", "mv", "rm", "ln", "mkdir", "tail", "sha256sum"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    done = recipe(home, PATH=f"{home.parent / 'bin'}:{tools}")
    assert done.returncode == 0, done.stderr
    assert "warning: no lock can be taken" in done.stderr
