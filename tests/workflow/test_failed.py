"""Jobs that fail, and starts that end between two rules, in a reanalysis: nothing old is taken for new."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest

from als_screen.interpretation.knowledge.files import read_manifest, write_manifest
from workflow_runs import EVIDENCE, ROOT, als_screen, files_of, scheduled, start, write_sheet

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("workflow")]

#: Every rule has a script of its name (see `test_structure.py`).
RULES = {path.stem for path in (ROOT / "scripts").glob("*.py")}
#: Loaded by every Python process of the run: each job of some rules is ended once, when it is about to give
#: its first result its name; one that writes reports at the third, when some files of a patient are old.
FAIL_ONCE = """import os, signal, sys
from pathlib import Path
given = sys.orig_argv
scripts = [Path(one) for one in given if one.endswith(".py")]
rule = next((path.stem for path in scripts if path.parent.name == "scripts"), "")
if rule in os.environ["FAIL_AT"].split():
    batch = given[given.index("--batch") + 1] if "--batch" in given else ""
    mark = Path(os.environ["FAIL_MARKS"], f"{rule} {batch}")
    real, me, left = os.replace, os.getpid(), [3 if rule == "report_patients" else 1]
    def replace(source, target, **others):
        if os.getpid() == me and "results" in Path(target).parts:
            left[0] -= 1
            if left[0] == 0 and not mark.exists():
                mark.touch()
                os.kill(me, signal.SIGTERM)
        return real(source, target, **others)
    os.replace = os.rename = replace
"""


@dataclass(frozen=True)
class Month:
    """A reanalysis: the run of last month to copy, and the results of an undisturbed run in such a copy."""

    last: Path
    whole: dict[str, bytes]

    def differing(self, directory: Path) -> list[str]:
        """Return the results of a run that are not those of the undisturbed one."""
        found = files_of(directory)
        names = sorted(found.keys() | self.whole.keys())
        return [name for name in names if found.get(name) != self.whole.get(name)]

    def copy(self, name: str) -> Path:
        """Return a copy of last month's run with what is new this month, before it is started.

        It is called like any other and as deep in the tree, since results name both.
        """
        directory = self.last.parents[1] / name / "run"
        shutil.copytree(self.last, directory, symlinks=True)
        table = directory / "knowledge" / "clinvar.tsv"
        lines = table.read_text().splitlines(keepends=True)
        uncertain = [
            line.replace("\tPathogenic\t", "\tUncertain significance\t") if "\t14763\t" in line else line
            for line in lines
        ]
        assert uncertain != lines
        table.write_text("".join(uncertain))
        write_manifest(directory / "knowledge", read_manifest(directory / "knowledge").resources)
        with (directory / "my.yaml").open("a") as file:
            file.write(f"previous: {self.last}\n")
        return directory


@pytest.fixture(scope="module")
def month(small_rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Two slices; since last month ClinVar says less of SOD1 p.Ala5Val, and the first patient has more reads.

    The reports of the second slice stay as they were, one of them signed.
    """
    place = tmp_path_factory.mktemp("month")
    expanded, other, carrier, signed = small_rows
    rows = [expanded, carrier, other, signed]
    source, reads = Path(expanded["reads"]), place / "reads.bam"
    with pysam.AlignmentFile(str(source)) as full, pysam.AlignmentFile(str(reads), "wb", full) as made:
        for number, read in enumerate(full):
            if number % 20:
                made.write(read)
    pysam.index(str(reads))
    last = place / "last" / "run"
    last.mkdir(parents=True)
    write_sheet(last / "samples.tsv", [{**expanded, "reads": str(reads)}, *rows[1:]])
    shutil.copytree(ROOT / "resources" / "knowledge", last / "knowledge")
    keys = ("samples: samples.tsv", "batch_size: 2", "knowledge: knowledge", "report: {pdf: false}")
    (last / "my.yaml").write_text("\n".join(keys) + "\n")
    run = start(last)
    assert run.code in (0, 3), run.output
    signing = ("--patient", signed["patient"], "--by", "A Name", "--role", "geneticist")
    assert als_screen("authorise", *signing, "--directory", str(last)).code == 0
    shutil.copy(source, reads)
    pysam.index(str(reads))
    run = start(directory := Month(last, {}).copy("whole"))
    assert run.code in (0, 3), run.output
    month = Month(last, files_of(directory))
    _is_what_the_tests_need(month, rows)
    return month


def _is_what_the_tests_need(month: Month, rows: list[dict[str, str]]) -> None:
    """Without these differences the tests would pass whatever the workflow does."""
    before = files_of(month.last)
    reports = [
        next(name for name in before if name.endswith(f"{row['patient']}/report.html")) for row in rows
    ]
    assert [month.whole[name] != before[name] for name in reports] == [True, True, False, False]
    checks = [name for name in before if name.startswith("checks/")]
    assert {name: month.whole[name] for name in checks} == {name: before[name] for name in checks}


def failing(rules: set[str], work: Path) -> dict[str, str]:
    """Return the environment of a run in which each job of some rules fails that has not failed before."""
    (work / "sitecustomize.py").write_text(FAIL_ONCE)
    (work / "marks").mkdir(exist_ok=True)
    return {"PYTHONPATH": str(work), "FAIL_AT": " ".join(sorted(rules)), "FAIL_MARKS": str(work / "marks")}


def test_after_a_failure_of_every_job_the_run_ends_with_the_same_bytes(month: Month, tmp_path: Path) -> None:
    directory = month.copy("failing")
    failed: set[str] = set()
    while True:
        run = start(directory, **failing(RULES, tmp_path))
        now = {mark.name for mark in (tmp_path / "marks").iterdir()}
        if now == failed:
            break
        assert run.code == 1, f"{sorted(now - failed)} failed: {run.output}"
        failed = now
    assert run.code in (0, 3), run.output
    assert {name.split()[0] for name in failed} == RULES
    assert month.differing(directory) == []


@pytest.mark.parametrize("rule", ["check_inputs", "interpret", "report_patients"])
def test_a_start_that_ended_after_a_rule_is_gone_on_with(month: Month, rule: str) -> None:
    directory = month.copy(rule)
    assert start(directory, "--until", rule).code == 0
    run = start(directory)
    assert run.code in (0, 3), run.output
    assert month.differing(directory) == []
    assert "Nothing to be done" in start(directory).output


def test_evidence_of_a_changed_file_is_taken_again_though_its_checks_are_the_same(month: Month) -> None:
    """The header of the file is as it was."""
    directory = month.copy("checked")
    assert start(directory, "--until", "check_inputs").code == 0
    jobs = scheduled(directory)
    assert {rule: jobs.get(rule) for rule in EVIDENCE} == {
        "check_inputs": None, "screen_variants": 1, "screen_repeat": 1, "screen_coverage": 1
    }  # fmt: skip


def test_a_file_that_was_touched_is_recorded_after_an_interruption(month: Month) -> None:
    """Everything up to the record is the same bytes as before."""
    directory = month.copy("touched")
    assert start(directory).code in (0, 3)
    reads = month.last.parents[1] / "reads.bam"
    later = int(time.time()) + 2
    for path in (reads, Path(f"{reads}.bai")):
        os.utime(path, (later, later))
    assert start(directory, "--until", "report_patients").code == 0
    assert start(directory).code in (0, 3)
    inputs = json.loads((directory / "results" / "run.json").read_text())["inputs"]
    (told,) = (one["modified"] for one in inputs if one["path"].endswith("/reads.bam"))
    assert told == later
    assert month.differing(directory) == []


def test_another_language_is_that_of_reports_and_cohort(cohort: Path, tmp_path: Path) -> None:
    """Also where a job failed in the middle of a report, of a run that is not compared with another."""
    keys = (cohort / "my.yaml").read_text()
    (cohort / "my.yaml").write_text(keys.replace("{pdf: false}", "{pdf: false, language: nl}"))
    assert start(cohort, **failing({"report_patients"}, tmp_path)).code == 1
    assert list((tmp_path / "marks").iterdir()) != []
    run = start(cohort)
    assert run.code in (0, 3), run.output
    pages = [*cohort.glob("results/reports/*/*/report.html"), cohort / "results" / "cohort" / "report.html"]
    assert len(pages) == 5
    assert [page for page in pages if '<html lang="nl"' not in page.read_text()] == []
