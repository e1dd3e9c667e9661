"""Measure the cohort's files: CPU, memory and size of the page, and how fast its table filters in Chromium.

    .venv/bin/python benchmarks/cohort_page/measure.py [--variants 30] 100 1000 10000

Each cohort is simulated (`simulate.py`) and built in a process of its own; a Markdown table is printed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests")]
BUILD = """
import json, resource, sys, time
from pathlib import Path
from als_screen.config import Settings
from als_screen.reports.cohort.write import write_cohort
files = {path.stem: path for path in sorted(Path(sys.argv[1]).glob("*.jsonl"))}
start = time.process_time()
write_cohort(files, Settings(samples="none"), Path(sys.argv[2]), "2026-06-12")
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.process_time() - start, memory]))
"""
#: Milliseconds from a word or a filter to the drawn table.
FILTER = """
(() => {
  const took = [];
  const select = document.querySelector("select[name=result]");
  for (const word of ["SIM-0", "TARDBP", "positive", "Ala", "RUN-0001 ALS", "nothing like it", ""]) {
    const start = performance.now();
    cohort.search(word).draw();
    document.body.offsetHeight;
    took.push(performance.now() - start);
  }
  for (const option of [...select.options]) {
    const start = performance.now();
    select.value = option.value;
    select.dispatchEvent(new Event("change"));
    document.body.offsetHeight;
    took.push(performance.now() - start);
  }
  return took;
})()
"""


def main() -> None:
    """Print one row for each size."""
    from simulate import write_findings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patients", type=int, nargs="+")
    parser.add_argument("--variants", type=int, default=30, help="alleles a patient")
    given = parser.parse_args()
    print("| patients | build, CPU s | peak memory, MB | page, MB | filter, median ms | filter, longest ms |")
    print("|---|---|---|---|---|---|")
    for patients in given.patients:
        with tempfile.TemporaryDirectory() as folder:
            write_findings(Path(folder) / "findings", patients, given.variants)
            page = Path(folder) / "cohort" / "report.html"
            done = subprocess.run(
                [sys.executable, "-c", BUILD, str(Path(folder) / "findings"), str(page)],
                stdout=subprocess.PIPE,
                check=True,
            )
            cpu, memory = json.loads(done.stdout)
            took = filtering(page, Path(folder) / "profile")
            size = page.stat().st_size / 1e6
        figures = f"{cpu:.1f} | {memory:.0f} | {size:.1f} | {statistics.median(took):.0f} | {max(took):.0f}"
        print(f"| {patients:,} | {figures} |", flush=True)


def filtering(page: Path, profile: Path) -> list[float]:
    """Return the milliseconds of each search and filter in Chromium."""
    from browser.chromium import chromium

    with chromium(profile) as tab:
        tab.open(page)
        return [float(one) for one in tab.evaluate(FILTER)]


if __name__ == "__main__":
    main()
