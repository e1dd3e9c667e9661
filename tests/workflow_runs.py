"""Runs of the real command for the workflow tests."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Run:
    """A finished run."""

    directory: Path
    code: int
    output: str

    @property
    def results(self) -> Path:
        return self.directory / "results"


def als_screen(*arguments: str, cwd: Path | None = None, **environment: str) -> Run:
    """Run the real command with a fixed report date."""
    done = subprocess.run(
        [sys.executable, "-m", "als_screen.cli", *arguments],
        cwd=cwd or ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(cwd or ROOT, done.returncode, done.stdout + done.stderr)


def run_cohort(directory: Path, *arguments: str, **environment: str) -> Run:
    """Screen a cohort in `directory` on two cores."""
    directory.mkdir(parents=True, exist_ok=True)
    run = als_screen(
        "run", "--cores", "2", "--directory", str(directory), *arguments, cwd=None, **environment
    )
    return Run(directory, run.code, run.output)


def start(directory: Path, *arguments: str, **environment: str) -> Run:
    """Screen the cohort of a directory that has its own `my.yaml`."""
    return run_cohort(directory, "--configfile", str(directory / "my.yaml"), *arguments, **environment)


def clinvar_vcf(path: Path, significance: dict[str, str]) -> Path:
    """Write the bundled ClinVar as a download of it, with another significance of some records."""
    head = (
        "##fileformat=VCFv4.1\n##fileDate=2027-01-04\n##source=ClinVar\n##reference=GRCh38\n"
        '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">\n'
        '##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    table = (ROOT / "resources" / "knowledge" / "clinvar.tsv").read_text().splitlines()
    rows = csv.DictReader((line for line in table if not line.startswith("#")), delimiter="\t")
    records = []
    for row in rows:
        said = significance.get(row["variation_id"], row["significance"]).replace(" ", "_")
        review = row["review_status"].replace(" ", "_")
        place = (row["chrom"], row["pos_grch38"], row["variation_id"], row["ref"], row["alt"])
        records.append("\t".join((*place, ".", ".", f"CLNSIG={said};CLNREVSTAT={review}")))
    path.write_text(head + "\n".join(records) + "\n")
    return path


def scheduled(directory: Path, *arguments: str) -> dict[str, int]:
    """Return how many jobs of each rule a dry run would start."""
    run = start(directory, "--dry-run", "--quiet", "host", *arguments)
    assert run.code == 0, run.output
    table = re.findall(r"^(\w+)\s+(\d+)$", run.output, re.MULTILINE)
    return {rule: int(count) for rule, count in table if rule not in ("total", "all")}


#: Steps that open patients' files.
EVIDENCE = {"check_inputs", "screen_variants", "screen_repeat", "screen_coverage"}

#: Results that tell of one run: times, machine, command.
OF_ONE_RUN = {"run.json", "ro-crate-metadata.json", "run.sha256"}


def files_of(directory: Path) -> dict[str, bytes]:
    """Return the results that must be the same bytes in every run."""
    results = directory / "results"
    paths = [path for path in results.rglob("*") if path.is_file() and path.name not in OF_ONE_RUN]
    return {str(path.relative_to(results)): path.read_bytes() for path in sorted(paths)}


def text_of(path: Path) -> str:
    """Return what a file says, the parts of a workbook included."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    else:
        content = path.read_bytes()
    return content.decode("utf-8", "replace")


def write_sheet(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows as a sample sheet."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = ["\t".join(columns), *("\t".join(row.get(column, "") for column in columns) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
