"""A finished-evidence directory of many patients, who share the files and evidence of one finished run.

`python benchmarks/reanalysis/cohort.py RUN SHEET OUT PATIENTS [BATCH_SIZE]`: RUN is a finished run of SHEET
(the demo), OUT is made with a sheet, checks and evidence, so that `als-screen run` with OUT/my.yaml has to
interpret, report and compare only.
"""

from __future__ import annotations

import csv
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from als_screen.files import write_text
from als_screen.reanalysis.folder import RunFolder

NAMES = ("variants", "repeat", "repeat_reads", "coverage", "variant_reads")


def lines_of(run: RunFolder) -> dict[str, dict[str, Any]]:
    """Return the check and each line of evidence of every patient of a run, as objects."""
    found: dict[str, dict[str, Any]] = {}
    for batch in run.batches():
        checks = json.loads((run.results / "checks" / f"{batch}.json").read_bytes())
        found |= {one["patient"]: {"check": one} for one in checks["patients"]}
        for name in NAMES:
            text = (run.results / "evidence" / batch / f"{name}.jsonl").read_text(encoding="utf-8")
            for line in text.splitlines():
                one = json.loads(line)
                found[one["patient"]][name] = one
    return found


def rows_of(sheet: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a sheet by patient, with absolute paths."""
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = {row["patient"]: row for row in csv.DictReader(file, delimiter="\t")}
    for row in rows.values():
        for column in ("vcf", "reads", "callable"):
            if row.get(column):
                row[column] = str((sheet.parent / row[column]).resolve())
    return rows


def main() -> None:
    """Write the directory."""
    run, rows = RunFolder(Path(sys.argv[1])), rows_of(Path(sys.argv[2]))
    out, patients = Path(sys.argv[3]).absolute(), int(sys.argv[4])
    size = int(sys.argv[5]) if len(sys.argv) > 5 else 500
    evidence, names = lines_of(run), list(run.lines)
    people = [(names[number % len(names)], f"P{number:05d}") for number in range(patients)]
    sheet = [{**rows[source], "patient": who, "batch": "", "name": ""} for source, who in people]
    columns = list(sheet[0])
    table = ["\t".join(columns), *("\t".join(row[column] for column in columns) for row in sheet)]
    write_text(out / "samples.tsv", "\n".join(table) + "\n")
    write_text(out / "my.yaml", f"samples: {out}/samples.tsv\nbatch_size: {size}\nreport: {{pdf: false}}\n")
    queue = iter(people)
    number = 0
    while batch := list(islice(queue, size)):
        number += 1
        write_slice(out / "results", f"unbatched.{number:04d}", batch, evidence)


def write_slice(results: Path, name: str, batch: list[tuple[str, str]], evidence: dict[str, Any]) -> None:
    """Write checks and evidence of a slice under the patients' new names, in the order of the rules."""
    checks = [{**evidence[source]["check"], "patient": who} for source, who in batch]
    whole = {"schema_version": "1.0", "batch": name, "patients": checks}
    write_text(results / "checks" / f"{name}.json", json.dumps(whole))
    for kind in NAMES:
        records = [
            json.dumps({**evidence[source][kind], "patient": who}, separators=(",", ":"))
            for source, who in batch
        ]
        write_text(results / "evidence" / name / f"{kind}.jsonl", "\n".join(records) + "\n")


if __name__ == "__main__":
    main()
