"""Simulate a cohort, call it, and write one row a genome.

- `run.py simulate replica DIR --seed 7`, then `run.py call DIR`
- `run.py both population DIR --seed 3 --number 3000`: the BAMs are not kept
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from multiprocessing import Pool
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from cohorts import art_replica, boundary, mixed, population, replica
from genomes import Genome, Spec, simulate

from als_screen.evidence import PatientCheck, ReadsCheck
from als_screen.interpretation.repeat import interpret_repeat
from als_screen.models import RepeatAllele
from als_screen.patient import Patient
from als_screen.regions import Build
from als_screen.repeat.locus import load_policy
from als_screen.repeat.screen import screen_repeat
from als_screen.resources import bundled

_GENOMES: dict[Build, Genome] = {}


def _genome(directory: Path, build: Build) -> Genome:
    if build not in _GENOMES:
        _GENOMES[build] = Genome(directory, build)
    return _GENOMES[build]


def _specs(cohort: str, seed: int, number: int) -> Iterator[Spec]:
    if cohort in ("replica", "art"):
        return {"replica": replica, "art": art_replica}[cohort](seed)
    return {"mixed": mixed, "population": population, "boundary": boundary}[cohort](seed, number)


def _prefix(build: Build) -> str:
    return "chr" if build is Build.GRCH38 else ""


def _make(task: tuple[Spec, Path]) -> dict[str, Any]:
    spec, directory = task
    simulate(spec, _genome(directory / "genome", spec.build), directory, _prefix(spec.build))
    return json.loads(json.dumps(asdict(spec)))


def call(spec: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Screen and interpret one genome; return the row with truth, result and CPU seconds."""
    build = Build(spec["build"])
    path = directory / f"{spec['name']}.bam"
    reads = ReadsCheck(
        path=str(path), contigs={"9": _prefix(build) + "9"}, sample=spec["name"], is_cram=False
    )
    check = PatientCheck(patient=spec["name"], build=build, reads=reads)
    start = time.process_time()
    evidence = screen_repeat(Patient(spec["name"], reads=path), check, bundled(), None)
    seconds = time.process_time() - start
    result = interpret_repeat(evidence, load_policy(prior="diagnostic"))
    screened = interpret_repeat(evidence, load_policy(prior="population"))
    short, long = result.alleles if result.alleles else (None, None)
    return {
        "name": spec["name"],
        "truth_short": spec["alleles"][0],
        "truth_long": spec["alleles"][1],
        "state": result.state.value,
        "probability": result.probability_expanded,
        "probability_population": screened.probability_expanded,
        "state_population": screened.state.value,
        **_fields("short", short),
        **_fields("long", long),
        "lost": result.quality.get("probability_lost"),
        "limits": ";".join(result.quality["limits"]),
        "seconds": round(seconds, 4),
        "reason": result.reason,
        **{key: spec[key] for key in _LIBRARY},
        "gc_ratio": evidence.library.gc_ratio,
        "flank_depth": evidence.library.flank_depth,
        "locus_depth": evidence.library.locus_depth,
    }


_LIBRARY = (
    *("depth", "read_length", "fragment", "gc_loss", "gc_threshold"),
    *("interruption", "error", "contamination", "trimmed"),
)


def _fields(which: str, allele: RepeatAllele | None) -> dict[str, Any]:
    if allele is None:
        return {which: None, f"{which}_low": None, f"{which}_high": None, f"{which}_bound": None}
    low, high = allele.ci
    sizes = {which: allele.repeats, f"{which}_low": low, f"{which}_high": high}
    return {**sizes, f"{which}_bound": allele.bound}


def _call(task: tuple[dict[str, Any], Path]) -> dict[str, Any]:
    return call(*task)


def _both(task: tuple[Spec, Path]) -> dict[str, Any]:
    spec, directory = task
    row = call(_make(task), directory)
    for path in directory.glob(f"{spec.name}.bam*"):
        path.unlink()
    return row


def _write(rows: list[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=["simulate", "call", "both"])
    parser.add_argument("rest", nargs="+", help="[cohort] directory")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    directory = Path(given.rest[-1])
    directory.mkdir(parents=True, exist_ok=True)
    with Pool(given.processes) as pool:
        if given.command == "call":
            truth = json.loads((directory / "truth.json").read_text(encoding="utf-8"))
            rows = pool.map(_call, [(spec, directory) for spec in truth], chunksize=4)
            _write(rows, directory / "calls.tsv")
            return
        for build in Build:
            _genome(directory / "genome", build)
        tasks = [(spec, directory) for spec in _specs(given.rest[0], given.seed, given.number)]
        if given.command == "both":
            _write(pool.map(_both, tasks, chunksize=4), directory / "calls.tsv")
            return
        made = pool.map(_make, tasks, chunksize=4)
        (directory / "truth.json").write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main()
