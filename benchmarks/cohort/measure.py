"""Run simulated cohorts of N patients and print what they cost, as Markdown.

    .venv/bin/python benchmarks/cohort/measure.py WORK 100 1000 10000 [--vcf-only | --done] [--cores 2]

WORK keeps the read sets and the runs. For each N: a dry run, a whole run, an unchanged one, and what
would run with a patient appended or a patient's file changed. CPU seconds are user and system, of all
processes. With `--done` every step only touches what it makes, to see how a finished run of many patients
behaves.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from simulate import read_sets, write_cohort

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).parent / "probe"


#: What steps make beside their output.
MADE = {
    "screen_repeat": ("repeat_reads.jsonl",),
    "screen_coverage": ("variant_reads.jsonl",),
    "report_cohort": (
        "cohort.tsv",
        "cohort.xlsx",
        "findings.jsonl",
        "als_screen_mqc.json",
        "same_person.tsv",
    ),
    "record_run": ("ro-crate-metadata.json", "workflow/Snakefile"),
}
STEP = """import sys
from pathlib import Path

def make(beside):
    output = Path(sys.argv[sys.argv.index("--output") + 1])
    for path in (output, *(output.parent / name for name in beside)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
"""


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    cpu: float
    wall: float
    output: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("patients", type=int, nargs="+")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--vcf-only", action="store_true")
    kind.add_argument("--done", action="store_true")
    parser.add_argument("--cores", default="1")
    given = parser.parse_args()
    sets, costs = read_sets(given.work / "sets"), {}
    for patients in given.patients:
        kind = "done" if given.done else "vcf" if given.vcf_only else "reads"
        folder = given.work / f"{kind}-{patients}"
        write_cohort(folder, patients, sets, reads=not given.vcf_only)
        print(f"\n## {patients} patients\n")
        told("dry run", command(folder, given.cores, "--dry-run"))
        more: list[str] = []
        if given.done:
            more = mark_done(folder, given.cores)
        else:
            costs[patients] = whole_run(folder, patients, given.cores)
        again(folder, given.cores, more)
    for (few, least), (many, most) in zip(costs.items(), list(costs.items())[1:], strict=False):
        print(f"growth exponent {few} to {many}: {math.log(most / least) / math.log(many / few):.3f}")


def command(folder: Path, cores: str, *more: str) -> Cost:
    """Run als-screen in a folder, every process with the probe."""
    settings = ["--config", "samples=samples.tsv", "report={pdf: false}", "--quiet", "all"]
    line = [sys.executable, "-m", "als_screen.cli", "run", "--cores", cores, "--directory", str(folder)]
    environment = {"PYTHONPATH": str(PROBE), "ALS_SCREEN_PROBE": str(folder / "probe.jsonl")}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [*line, *settings, *more],
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, done.stdout + done.stderr)


def whole_run(folder: Path, patients: int, cores: str) -> float:
    """Run the cohort, print its cost by step, and return its CPU seconds."""
    (folder / "probe.jsonl").unlink(missing_ok=True)
    cost = command(folder, cores)
    by_step = defaultdict(list)
    for line in (folder / "probe.jsonl").read_text().splitlines():
        record = json.loads(line)
        by_step[record["what"].removesuffix(".py")].append(record)
    print("| step | jobs | CPU ms a patient | wall ms a patient | peak MB |\n|---|---|---|---|---|")
    for step, records in sorted(by_step.items()):
        cpu = sum(record["own" if step in ("__main__", "cli") else "cpu"] for record in records)
        wall, peak = sum(record["wall"] for record in records), max(record["mb"] for record in records)
        name = "Snakemake" if step == "__main__" else step
        figures = f"{1000 * cpu / patients:.1f} | {1000 * wall / patients:.1f} | {peak:.0f}"
        print(f"| {name} | {len(records)} | {figures} |")
    print(
        f"\nall: {cost.cpu:.0f} CPU s, {1000 * cost.cpu / patients:.0f} ms a patient; wall {cost.wall:.0f} s"
    )
    count_files(folder)
    return cost.cpu


def mark_done(folder: Path, cores: str) -> list[str]:
    """Run the cohort with steps that only touch what they make; return the arguments to go on with.

    The results are empty, what Snakemake remembers of them is not.
    """
    checkout = folder / "checkout"
    (checkout / "scripts").mkdir(parents=True, exist_ok=True)
    for path in (*ROOT.glob("[A-Za-z]*"), *ROOT.glob("scripts/*.py")):
        made = checkout / path.relative_to(ROOT)
        if path.parent.name == "scripts":
            made.write_text(f"{STEP}\nmake({MADE.get(path.stem, ())})\n")
        elif path.name != "scripts" and not made.exists():
            made.symlink_to(path)
    snakefile = ["--snakefile", str(checkout / "Snakefile")]
    told("marked as done", command(folder, cores, *snakefile))
    return snakefile


def count_files(folder: Path) -> None:
    """Print how many files the run has written, and how many the fullest directory has."""
    for top in ("results", "logs", ".snakemake"):
        held = [len(names) + len(folders) for _, folders, names in os.walk(folder / top)]
        print(f"{top}: {sum(held)} files and directories, at most {max(held, default=0)} in one")


def again(folder: Path, cores: str, more: list[str]) -> None:
    """Print what runs, and what it costs, where nothing, a row, or a file has changed."""
    sheet = folder / "samples.tsv"
    told("unchanged", command(folder, cores, *more))
    lines = sheet.read_text().splitlines()
    sheet.write_text("\n".join([*lines, lines[-1].replace("P", "Q", 1)]) + "\n")
    told("a patient appended", command(folder, cores, "--dry-run", *more))
    sheet.write_text("\n".join(lines) + "\n")
    touched = folder / "inputs" / "RUN0000" / "P000000.vcf.gz"
    there = touched.resolve()
    for name in (touched, touched.with_name(f"{touched.name}.tbi")):
        source = name.resolve()
        name.unlink()
        name.write_bytes(source.read_bytes())
    told("a patient's VCF changed", command(folder, cores, "--dry-run", *more))
    for name, source in ((touched, there), (touched.with_name(f"{touched.name}.tbi"), Path(f"{there}.tbi"))):
        name.unlink()
        name.symlink_to(source)


def told(what: str, cost: Cost) -> None:
    """Print a rerun: its cost, and the jobs that it has or would have."""
    words = (line.split() for line in cost.output.splitlines())
    jobs = dict.fromkeys(
        f"{line[0]} {line[1]}"
        for line in words
        if len(line) == 2 and line[0].isidentifier() and line[1].isdigit()
    )
    said = ", ".join(job for job in jobs if not job.startswith("total")) or "nothing to be done"
    print(f"{what}: {cost.cpu:.1f} CPU s, wall {cost.wall:.1f} s: {said}")


if __name__ == "__main__":
    main()
