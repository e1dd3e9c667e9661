"""Hold names against the oracle of the tests: every single-base change, and many of every other kind.

Run: `.venv/bin/python benchmarks/interpretation/names.py [--drawn 5000] [--seed 1]`. Prints one line for each
build and gene, with the CPU time that naming and classifying took on average, and every name that differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from als_screen.interpretation.annotate import Annotator
from als_screen.regions import Build, Gene

TESTS = Path(__file__).resolve().parents[2] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "unit" / "interpretation" / "naming")]

from test_hgvs_names import faults  # noqa: E402

from hgvs_oracle import alleles, every_substitution  # noqa: E402
from interpretation_shared import CHROMOSOMES, other_build  # noqa: E402


def milliseconds(build: Build, gene: Gene, kind: Sequence[tuple[int, str, str]]) -> float:
    """Return the CPU time that naming and classifying an allele takes on average, after the start."""
    annotator = Annotator.load()
    chrom, offset = CHROMOSOMES[gene], other_build(gene, 0) if build is Build.GRCH37 else 0
    start = time.process_time()
    for pos, ref, alt in kind:
        annotator.describe(build, gene, chrom, pos + offset, ref, alt)
    return (time.process_time() - start) * 1000 / max(1, len(kind))


def main() -> None:
    """Print how many names were looked at, and those that differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawn", type=int, default=5000, help="alleles of every kind for each gene")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for build in Build:
        for gene in Gene:
            single = list(every_substitution(gene))
            looked = [*single, *alleles(gene, arguments.seed, arguments.drawn)]
            wrong = {allele: found for allele in looked if (found := faults(build, gene, *allele))}
            drawn = looked[len(single) :]
            print(f"{build} {gene}: {len(single)} single-base changes, {len(drawn)} of every kind, ", end="")
            each = " and ".join(f"{milliseconds(build, gene, kind):.1f}" for kind in (single, drawn))
            print(f"{len(wrong)} differ; {each} ms of CPU each", flush=True)
            for allele, found in wrong.items():
                print("  ", allele, found)


if __name__ == "__main__":
    main()
