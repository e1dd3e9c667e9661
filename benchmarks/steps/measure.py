"""Measure the cost of each step per patient, the start-up of each script, and the parse of the Snakefile.

    .venv/bin/python benchmarks/steps/measure.py [--repeats 9]

It uses the demo's patients that have both a VCF and a BAM (30x, 150 bp), warm, in one process, and prints a
Markdown table of medians (minimum and maximum beside) in CPU seconds (user and system).
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from als_screen import stages
from als_screen.config import load_settings
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.resources import bundled
from als_screen.samples import read_sheet
from als_screen.simulate.demo import write_demo

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    write_demo(ROOT / "demo")
    print("| what | median | min | max |\n|---|---|---|---|")
    for name, seconds in [*steps(repeats), *starts(repeats), *parse(repeats)]:
        print(f"| {name} | {statistics.median(seconds):.3f} | {min(seconds):.3f} | {max(seconds):.3f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process that ran all steps: {peak:.0f} MB")


def steps(repeats: int) -> list[tuple[str, list[float]]]:
    """Return CPU seconds per patient of each evidence step and of interpretation."""
    settings = load_settings({})
    resources = bundled()
    patients = [row for row in read_sheet(settings.samples).patients if row.vcf and row.reads]
    checked = stages.check_inputs("bench", patients, "auto", None).patients
    checks = [check for check in checked if not check.problems]
    sound = {check.patient for check in checks}
    patients = [row for row in patients if row.patient in sound]
    with tempfile.TemporaryDirectory() as folder:
        vcf = Path(folder)
        variants = stages.screen_variants(patients, checks, resources, None, vcf)
        bams = vcf / "repeat"
        repeat, _ = stages.screen_repeat(patients, checks, resources, None, bams)
        coverage, _ = stages.screen_coverage(patients, checks, variants, resources, None)
        evidence = [PatientEvidence(*parts) for parts in zip(checks, variants, repeat, coverage, strict=True)]
        work: dict[str, Callable[[], object]] = {
            "check_inputs, a patient": lambda: stages.check_inputs("bench", patients, "auto", None),
            "screen_variants, a patient": lambda: stages.screen_variants(
                patients, checks, resources, None, vcf
            ),
            "screen_repeat, a patient": lambda: stages.screen_repeat(patients, checks, resources, None, bams),
            "screen_coverage, a patient": lambda: stages.screen_coverage(
                patients, checks, variants, resources, None
            ),
            "interpret, a patient": lambda: interpreted(patients, evidence),
        }
        return [(name, timed(one, repeats, len(patients))) for name, one in work.items()]


def interpreted(patients: Sequence[Patient], evidence: Sequence[PatientEvidence]) -> list[Report]:
    """Return the results, by knowledge loaded anew as each job does."""
    interpreter = Interpreter(load_settings({}), bundled())
    return [interpreter.report(*both) for both in zip(patients, evidence, strict=True)]


def timed(one: Callable[[], object], repeats: int, patients: int) -> list[float]:
    """Return CPU seconds per patient of each repeat, after one that does not count."""
    one()
    seconds = []
    for _ in range(repeats):
        before = time.process_time()
        one()
        seconds.append((time.process_time() - before) / patients)
    return seconds


def starts(repeats: int) -> list[tuple[str, list[float]]]:
    """Return CPU seconds of each script until its arguments are read."""
    scripts = sorted((ROOT / "scripts").glob("*.py"))
    return [
        (
            f"start of scripts/{path.name}",
            [child(sys.executable, str(path), "--help") for _ in range(repeats)],
        )
        for path in scripts
    ]


def parse(repeats: int) -> list[tuple[str, list[float]]]:
    """Return CPU seconds of Snakemake listing the rules: its start, the Snakefile and the sheet."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--list-rules"]
    return [("Snakemake started, Snakefile parsed", [child(*command) for _ in range(repeats)])]


def child(*command: str) -> float:
    """Run a command and return its CPU seconds, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
