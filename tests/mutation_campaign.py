"""Damaged files of people whose truth is known, and what is answered then. Also for `benchmarks/mutations`.

The rule: the answer is right, or "not assessed", or a clear refusal; never a positive that is not there, and
never a clean negative for a gene in which something is.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from als_screen import stages
from als_screen.config import load_settings
from als_screen.models import Report
from als_screen.regions import Gene
from als_screen.resources import bundled
from als_screen.samples import read_row
from als_screen.simulate import damage
from als_screen.simulate.expected import answer, read_expected
from als_screen.simulate.settings import random_for
from als_screen.states import GeneState, RepeatState

#: People of the demo with a BAM and a .vcf.gz, and what must not be lost or invented.
PEOPLE = (
    "DEMO-01-C9-EXPANDED",
    "DEMO-03-SOD1-A5V",
    "DEMO-04-SOD1-D91A-HOM",
    "DEMO-07-FUS-P525L",
    "DEMO-08-FUS-VUS",
    "DEMO-09-NEGATIVE",
    "DEMO-11-GRCH37",
)
SECONDS = 120
_FOUND = (GeneState.POSITIVE, GeneState.UNCERTAIN)


@dataclass(frozen=True)
class Case:
    """One file of one person, damaged in one way."""

    number: int
    patient: str
    file: str  # "reads", "vcf", "reads index" or "vcf index"
    kind: damage.Damage


@dataclass(frozen=True)
class Outcome:
    """What came of a case: `wrong` is empty where the rule holds."""

    case: Case
    result: str
    wrong: tuple[str, ...]

    def line(self) -> str:
        case = self.case
        what = f"{case.number} {case.patient} {case.file} {case.kind.__name__}"
        return f"{what}: {self.result}{''.join(f' | {one}' for one in self.wrong)}"


def cases(seed: int, number: int) -> Iterator[Case]:
    """Draw cases: a person, a file, a kind of damage."""
    for at in range(number):
        rng = random_for("mutation", seed, at)
        file = str(rng.choice(["reads", "vcf", "reads index", "vcf index"], p=[0.45, 0.4, 0.1, 0.05]))
        kinds = {
            "reads": (*damage.BYTES, *damage.BLOCKS, *damage.READS, *damage.READS),
            "vcf": (*damage.BYTES, *damage.BLOCKS, *damage.LINES, *damage.LINES),
        }.get(file, damage.BYTES)
        yield Case(at, str(rng.choice(PEOPLE)), file, kinds[int(rng.integers(0, len(kinds)))])


def run_case(case: Case, seed: int, demo: Path, work: Path) -> Outcome:
    """Damage copies of the person's files, screen them in a process of its own, and judge the answer."""
    folder = work / str(case.number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = _copies(case, demo, folder)
    suffix = {"reads index": ".bai", "vcf index": ".tbi"}.get(case.file, "")
    target = Path(f"{files['reads' if 'reads' in case.file else 'vcf']}{suffix}")
    case.kind(target, random_for("damage", seed, case.number))
    if not suffix:
        _younger_index(target)
    report = _apart(case.patient, files, folder)
    shutil.rmtree(folder)
    if isinstance(report, str):
        return Outcome(case, "crash", (report,))
    return Outcome(case, report.conclusion.result, tuple(judge(report)))


def judge(report: Report) -> Iterator[str]:
    """Yield what is wrong with an answer: positives that are not there, negatives where something is."""
    truth = next(row for row in read_expected() if row["patient"] == report.patient.patient)
    found = answer(report.model_dump(mode="json"))
    for gene in Gene:
        state = report.genes[gene].state
        if state is GeneState.POSITIVE and truth[gene] != GeneState.POSITIVE:
            yield f"{gene} is positive, and is {truth[gene]} in truth"
        if state is GeneState.NOT_FOUND and truth[gene] in _FOUND:
            yield f"{gene} is not_found, and is {truth[gene]} in truth"
    if report.conclusion.result == "not_found" and truth["result"] != "not_found":
        yield f"not_found, and is {truth['result']} in truth"
    if report.repeat.state in (RepeatState.NOT_EXPANDED, RepeatState.INTERMEDIATE):
        wrong = [key for key in ("repeat_short",) if found[key] != truth[key]]
        low, high = int(truth["repeat_long_low"]), int(truth["repeat_long_high"])
        if wrong or not low <= int(found["repeat_long"]) <= high:
            yield f"the repeat is {found['repeat_short']}/{found['repeat_long']}"


def _copies(case: Case, demo: Path, folder: Path) -> dict[str, Path]:
    found = {}
    for column, place, suffix in (("vcf", "variants", ".vcf.gz"), ("reads", "reads", ".bam")):
        source = demo / place / f"{case.patient}{suffix}"
        found[column] = folder / source.name
        shutil.copyfile(source, found[column])
        index = next(Path(f"{source}{end}") for end in (".tbi", ".bai") if Path(f"{source}{end}").exists())
        shutil.copyfile(index, folder / index.name)
    return found


def _younger_index(target: Path) -> None:
    """Keep the date of the index behind the file's: a stale index is another fault, with its own tests."""
    for suffix in (".tbi", ".bai"):
        index = Path(f"{target}{suffix}")
        if index.exists():
            later = target.stat().st_mtime_ns + 10**9
            os.utime(index, ns=(later, later))


def _apart(patient: str, files: dict[str, Path], folder: Path) -> Report | str:
    """Screen in a child process: a crash, or a loop without end, is an outcome and ends nothing else."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(there, patient, files, folder))
    child.start()
    there.close()
    try:
        told = here.recv() if here.poll(SECONDS) else f"no answer after {SECONDS} s"
    except EOFError:
        told = "the process died"
    child.kill()
    child.join()
    ok, text = told if isinstance(told, tuple) else (False, told)
    return Report.model_validate_json(text) if ok else text


def _child(there: Connection, patient: str, files: dict[str, Path], folder: Path) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    try:
        there.send((True, screen(patient, files, folder).model_dump_json()))
    except BaseException:
        there.send((False, traceback.format_exc(limit=-3)))
    os._exit(0)


def screen(patient: str, files: dict[str, Path], folder: Path) -> Report:
    """Run the stages of one patient, as `als-screen screen` does."""
    row = read_row({"patient": patient, **{key: str(path) for key, path in files.items()}}, folder)
    settings, resources = load_settings({}), bundled()
    checks = stages.check_inputs("single", [row], "auto", None).patients
    variants = stages.screen_variants([row], checks, resources, None, folder / "vcf")
    repeat, _ = stages.screen_repeat([row], checks, resources, None, folder / "repeat")
    coverage, _ = stages.screen_coverage([row], checks, variants, resources, None)
    (report,) = stages.interpret([row], checks, variants, repeat, coverage, settings, resources)
    return report
