"""A whole reanalysis as a user starts it, by the clock and by CPU seconds of each rule.

`python benchmarks/reanalysis/whole.py BASE COPY CORES [RECORD=SIGNIFICANCE ...]`: BASE is a directory of
`cohort.py` in which `als-screen run` has finished. It is copied to COPY, which is run against it with a
ClinVar of a newer release, in which the named records say something else. The time is that of the run, which
starts when the copy is on the disk.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from als_screen.interpretation.knowledge.files import read_manifest, write_manifest
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE

RELEASE = "2027-01-01"


def newer_clinvar(folder: Path, said: dict[str, str]) -> None:
    """Write the bundled knowledge with a newer ClinVar, some records of which have another significance."""
    shutil.copytree(BUNDLED_KNOWLEDGE, folder)
    table = folder / "clinvar.tsv"
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").split("\n")]
    head = next(row for row in rows if row[0] == "gene")
    record, significance = head.index("variation_id"), head.index("significance")
    for row in rows:
        if len(row) == len(head) and row[record] in said:
            row[significance] = said[row[record]]
    table.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
    entries = dict(read_manifest(folder).resources)
    entries["clinvar"] = entries["clinvar"].model_copy(update={"release": RELEASE})
    write_manifest(folder, entries)


def cpu_of_children() -> float:
    """Return the CPU seconds, user and system, of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tell_rules(run: Path) -> None:
    """Print jobs and CPU seconds of each rule that tells them."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for step in json.loads((run / "results" / "run.json").read_bytes())["steps"]:
        found[step["rule"]].append(step["cpu_time"] or 0)
    for rule, times in found.items():
        print(f"{rule}: {len(times)} jobs, {sum(times):.1f} CPU s")


def main() -> None:
    """Copy, run and tell."""
    base, copy, cores = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3]
    subprocess.run(["cp", "-a", str(base), str(copy)], check=True)
    newer_clinvar(copy / "knowledge", dict(pair.split("=", 1) for pair in sys.argv[4:]))
    keys = [f"previous={base}", f"knowledge={copy / 'knowledge'}"]
    command = [str(Path(sys.executable).with_name("als-screen")), "run", "--cores", cores]
    command += ["--directory", str(copy), "--configfile", str(base / "my.yaml"), "--config", *keys]
    os.sync()
    begun, before = time.monotonic(), cpu_of_children()
    with (copy / "run.log").open("wb") as log:
        code = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
    print(f"exit {code}, {time.monotonic() - begun:.1f} s, {cpu_of_children() - before:.1f} CPU s")
    tell_rules(copy)
    print((copy / "results" / "reanalysis" / "summary.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
