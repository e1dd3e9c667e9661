"""Damaged files of people whose truth is known, and what is answered then. Also for `benchmarks/mutations`.

The rule: the answer is right, or "not assessed", or a clear refusal; never a positive that is not there, and
never a clean negative for a gene in which something is.
"""

from __future__ import annotations

import gzip
import multiprocessing
import os
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path

import pysam

from als_screen import stages
from als_screen.config import load_settings
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.models import RepeatAllele, Report
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.resources import bundled
from als_screen.samples import read_row
from als_screen.simulate import damage
from als_screen.simulate.demo import write_demo
from als_screen.simulate.expected import answer, read_expected
from als_screen.simulate.settings import random_for
from als_screen.states import GeneState, RepeatState, Status
from mutation_files import index_of_another, without_reads

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
INDEXES = {".bam": ".bai", ".cram": ".crai", ".vcf.gz": ".tbi", ".bcf": ".csi"}
OF_VCF = (*damage.BYTES, *damage.BLOCKS, *damage.LINES, *damage.LINES, *damage.HEADER)
#: What can be noticed without reads: a genotype that was changed into another cannot.
NOTICED = (*damage.BYTES, *damage.BLOCKS, damage.double_lines, damage.shuffle_lines, *damage.HEADER)


@dataclass(frozen=True)
class Target:
    """What is damaged, and what is given beside it.

    Attributes:
        share: how often, against the others.
        column: of the sheet.
        suffix: the file of the demo's person is given as this.
        kinds: of damage.
        index: not the file is damaged but its index.
        alone: without reads, which would make up for a lost record; as `OTHERS` writes it.
    """

    share: int
    column: str
    suffix: str
    kinds: tuple[damage.Damage, ...]
    index: bool = False
    alone: str = ""


TARGETS = {
    "reads": Target(7, "reads", ".bam", (*damage.BYTES, *damage.BLOCKS, *damage.READS, *damage.READS)),
    "cram": Target(2, "reads", ".cram", damage.BYTES),
    "vcf": Target(6, "vcf", ".vcf.gz", OF_VCF),
    "bcf": Target(1, "vcf", ".bcf", (*damage.BYTES, *damage.BLOCKS)),
    "plain vcf": Target(1, "vcf", ".vcf", damage.BYTES),
    "reads index": Target(2, "reads", ".bam", damage.BYTES, index=True),
    "vcf index": Target(1, "vcf", ".vcf.gz", damage.BYTES, index=True),
    "vcf with BED": Target(4, "vcf", ".vcf.gz", NOTICED, alone="with BED"),
    "bcf with BED": Target(1, "vcf", ".bcf", (*damage.BYTES, *damage.BLOCKS), alone="with BED"),
    "BED": Target(1, "callable", ".bed", damage.BYTES, alone="with BED"),
    "gVCF": Target(4, "vcf", ".vcf.gz", (*NOTICED, damage.drop_lines), alone="gVCF"),
    "vcf alone": Target(2, "vcf", ".vcf.gz", (*NOTICED, damage.drop_lines), alone="alone"),
    "large vcf": Target(2, "vcf", ".vcf.gz", NOTICED, alone="large"),
    "large vcf index": Target(
        *(3, "vcf", ".vcf.gz", (*damage.BYTES, index_of_another)), index=True, alone="large"
    ),
}
_FOUND = (GeneState.POSITIVE, GeneState.UNCERTAIN)


class Kind(StrEnum):
    """What came of a damaged file."""

    RIGHT = "right"
    REFUSED = "refused"  # the file, with a reason: not analysed, or analysed without it
    NOT_ASSESSED = "not assessed"
    CAUTIOUS = "cautious"  # assessed, and uncertain where the truth is known
    WRONG = "wrong"


@dataclass(frozen=True)
class Case:
    """One file of one person, damaged in one way."""

    number: int
    patient: str
    file: str  # a key of TARGETS
    kind: damage.Damage


@dataclass(frozen=True)
class Outcome:
    """What came of a case: `wrong` is empty where the rule holds."""

    case: Case
    result: Kind
    wrong: tuple[str, ...]

    def line(self) -> str:
        case = self.case
        what = f"{case.number} {case.patient} {case.file} {case.kind.__name__}"
        return f"{what}: {self.result}{''.join(f' | {one}' for one in self.wrong)}"


def cases(seed: int, number: int) -> Iterator[Case]:
    """Draw cases: a person, a file, a kind of damage."""
    shares = [target.share for target in TARGETS.values()]
    chances = [share / sum(shares) for share in shares]
    for at in range(number):
        rng = random_for("mutation", seed, at)
        file = str(rng.choice(list(TARGETS), p=chances))
        kinds = TARGETS[file].kinds
        yield Case(at, str(rng.choice(PEOPLE)), file, kinds[int(rng.integers(0, len(kinds)))])


def prepare(demo: Path) -> None:
    """Write the demo, and screen a sound person: what is loaded once, the process of each case inherits."""
    write_demo(demo)
    patient = "DEMO-09-NEGATIVE"
    files = {"vcf": demo / "variants" / f"{patient}.vcf.gz", "reads": demo / "reads" / f"{patient}.bam"}
    with tempfile.TemporaryDirectory() as folder:
        screen(patient, files, Path(folder))


def run_case(case: Case, seed: int, demo: Path, work: Path) -> Outcome:
    """Damage copies of the person's files, screen them in a process of its own, and judge the answer."""
    folder = work / str(case.number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    of, files = TARGETS[case.file], _copies(case, demo, folder)
    target = files[of.column]
    if of.index:
        target = Path(f"{target}{INDEXES[of.suffix]}")
    case.kind(target, random_for("damage", seed, case.number))
    _younger_index(target)
    report = _apart(case.patient, files, folder)
    shutil.rmtree(folder)
    if isinstance(report, str):
        return Outcome(case, Kind.WRONG, (report,))
    wrong = tuple(judge(report))
    return Outcome(case, Kind.WRONG if wrong else _kind(report, "reads" in files), wrong)


def _truth(report: Report) -> dict[str, str]:
    return next(row for row in read_expected() if row["patient"] == report.patient.patient)


def _kind(report: Report, with_reads: bool) -> Kind:
    """Return what an answer that is not wrong is; without reads nothing is asked of the repeat."""
    truth, found = _truth(report), answer(report.model_dump(mode="json"))
    if report.status is not Status.ANALYSED:
        return Kind.REFUSED
    asked = ("result", "complete", "findings", *Gene) if with_reads else ("findings", *VARIANT_GENES)
    if all(found[column] == truth[column] for column in asked):
        return Kind.RIGHT
    return Kind.CAUTIOUS if report.conclusion.complete else Kind.NOT_ASSESSED


def judge(report: Report) -> Iterator[str]:
    """Yield what is wrong with an answer: positives that are not there, negatives where something is."""
    truth = _truth(report)
    found = answer(report.model_dump(mode="json"))
    for gene in Gene:
        state = report.genes[gene].state
        if state is GeneState.POSITIVE and truth[gene] != GeneState.POSITIVE:
            yield f"{gene} is positive, and is {truth[gene]} in truth"
        if state is GeneState.NOT_FOUND and truth[gene] in _FOUND:
            yield f"{gene} is not_found, and is {truth[gene]} in truth"
    for variant in report.variants:
        shown = (
            variant.reported
            and variant.gene in Gene
            and report.genes[Gene(variant.gene)].state is GeneState.POSITIVE
        )
        if shown and (variant.hgvs_c or variant.hgvs_g) not in truth["findings"].split(";"):
            yield f"{variant.hgvs_g} is reported in a positive gene, and is not there in truth"
    if report.conclusion.result == "not_found" and truth["result"] != "not_found":
        yield f"not_found, and is {truth['result']} in truth"
    if report.repeat.state in (RepeatState.NOT_EXPANDED, RepeatState.INTERMEDIATE):
        truths = [(truth["repeat_short"],) * 2, (truth["repeat_long_low"], truth["repeat_long_high"])]
        held = [_holds(*both) for both in zip(report.repeat.alleles, truths, strict=True)]
        if not all(held):
            yield f"the repeat is {found['repeat_short']}/{found['repeat_long']}"


def _holds(allele: RepeatAllele, truth: tuple[str, str]) -> bool:
    """Tell whether what is stated of an allele, one number or an interval, agrees with the true size."""
    first, last = allele.ci
    return first <= int(truth[1]) and (last is None or int(truth[0]) <= last)


def _copies(case: Case, demo: Path, folder: Path) -> dict[str, Path]:
    """Copy the person's files and their indexes; the one to be damaged in the format of the case."""
    of = TARGETS[case.file]
    if of.alone:
        source = demo / "variants" / f"{case.patient}.vcf.gz"
        given = without_reads(source, folder, of.alone)
        return {**given, "vcf": _as(of.suffix, given["vcf"]) if of.column == "vcf" else given["vcf"]}
    found = {}
    for column, place, suffix in (("vcf", "variants", ".vcf.gz"), ("reads", "reads", ".bam")):
        source = demo / place / f"{case.patient}{suffix}"
        found[column] = folder / source.name
        shutil.copyfile(source, found[column])
        shutil.copyfile(f"{source}{INDEXES[suffix]}", f"{found[column]}{INDEXES[suffix]}")
    found[of.column] = _as(of.suffix, found[of.column])
    return found


def _as(suffix: str, path: Path) -> Path:
    """Write the content of a .bam or .vcf.gz as a file of another format beside it, indexed."""
    other = path.with_name(f"other{suffix}")
    if path.name.endswith(suffix):
        return path
    if suffix == ".cram":
        with pysam.AlignmentFile(str(path)) as reads:
            option = ["no_ref=1"]
            with pysam.AlignmentFile(str(other), "wc", header=reads.header, format_options=option) as out:
                for read in reads:
                    out.write(read)
        pysam.index(str(other))
    elif suffix == ".bcf":
        with (
            pysam.VariantFile(str(path)) as calls,
            pysam.VariantFile(str(other), "wb", header=calls.header) as out,
        ):
            for call in calls:
                out.write(call)
        pysam.tabix_index(str(other), preset="vcf", force=True)
    else:
        other.write_bytes(gzip.decompress(path.read_bytes()))
    return other


def _younger_index(target: Path) -> None:
    """Keep the date of the index behind the file's: a stale index is another fault, with its own tests."""
    for suffix in INDEXES.values():
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
    evidence = PatientEvidence(checks[0], variants[0], repeat[0], coverage[0])
    return Interpreter(settings, resources).report(row, evidence)
