"""Measure a dry run of many patients: jobs, CPU seconds (user and system) and peak memory of Snakemake.

    .venv/bin/python benchmarks/dry_run/measure.py 10000x50 10000x2

Each argument is patients x patients in a batch. The files that the sheet names are there and empty.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print the table; every cohort is measured in a child, for its own peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cohorts", nargs="+", metavar="PATIENTSxBATCH")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(row(*map(int, given.cohorts[0].split("x"))))
        return
    print("| patients | in a batch | jobs | CPU s | peak memory, MB |\n|---|---|---|---|---|")
    for cohort in given.cohorts:
        subprocess.run([sys.executable, __file__, "--one", cohort], check=True)


def row(patients: int, size: int) -> str:
    """Return the figures of one cohort as a row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = ["patient\treads\tbatch"]
        for number in range(patients):
            for ending in (".bam", ".bam.bai"):
                (folder / f"P{number}{ending}").touch()
            sheet.append(f"P{number}\tP{number}.bam\trun{number // size}")
        (folder / "s.tsv").write_text("\n".join(sheet) + "\n", encoding="utf-8")
        told = dry_run(folder)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = re.search(r"^total\s+(\d+)", told, re.MULTILINE)
    jobs = total[1] if total else "?"
    seconds = used.ru_utime + used.ru_stime
    return f"| {patients:,} | {size} | {jobs} | {seconds:.1f} | {used.ru_maxrss / 1024:.0f} |"


def dry_run(folder: Path) -> str:
    """Return what Snakemake says that it would do."""
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(ROOT / "Snakefile"),
        "--dry-run",
        "--quiet",
    ]
    command += ["rules", "--directory", str(folder), "--config", f"samples={folder / 's.tsv'}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
