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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browser.chromium import Chromium

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
#: What a user does: searches for words, then every filter of one column; each ends with a laid out table.
SEARCH = "cohort.search({word}).draw(); document.body.offsetHeight"
WORDS = ("SIM-0", "TARDBP", "positive", "Ala", "RUN-0001 ALS", "nothing like it", "")
CHOOSE = """
(() => {{
  const select = document.querySelector("select[name=result]");
  select.value = select.options[{index}].value;
  select.dispatchEvent(new Event("change"));
  return document.body.offsetHeight;
}})()
"""
OPTIONS = "document.querySelector('select[name=result]').options.length"


def main() -> None:
    """Print one row for each size."""
    from simulate import write_findings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patients", type=int, nargs="+")
    parser.add_argument("--variants", type=int, default=30, help="alleles a patient")
    given = parser.parse_args()
    print(
        "| patients | build, CPU s | memory, MB | page, MB | filter, median CPU ms | filter, longest CPU ms |"
    )
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
    """Return the CPU milliseconds of the page's main thread for each search and filter in Chromium."""
    from browser.chromium import chromium

    with chromium(profile) as tab:
        tab.command("Performance.enable", timeDomain="threadTicks")
        tab.open(page)
        searches = [SEARCH.format(word=json.dumps(word)) for word in WORDS]
        choices = [CHOOSE.format(index=index) for index in range(int(tab.evaluate(OPTIONS)))]
        return [_cost(tab, script) for script in (*searches, *choices)]


def _cost(tab: Chromium, script: str) -> float:
    before = _busy(tab)
    tab.evaluate(f"void ({script.strip().rstrip(';')})" if script.startswith("\n") else f"{script}; 0")
    tab.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)))")
    return 1000 * (_busy(tab) - before)


def _busy(tab: Chromium) -> float:
    """Return the seconds that tasks of the main thread have taken of a processor so far."""
    metrics = tab.command("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


if __name__ == "__main__":
    main()
