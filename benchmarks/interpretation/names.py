"""Hold names against the oracle of the tests: every single-base change, and many of every other kind.

Run: `.venv/bin/python benchmarks/interpretation/names.py [--drawn 5000] [--seed 1]`. Prints one line for each
build and gene, and every name that differs; about 3 ms of CPU a name.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from als_screen.regions import Build, Gene

TESTS = Path(__file__).resolve().parents[2] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "unit" / "interpretation" / "naming")]

from test_hgvs_names import faults  # noqa: E402

from hgvs_oracle import alleles, every_substitution  # noqa: E402


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
            start = time.process_time()
            wrong = {allele: found for allele in looked if (found := faults(build, gene, *allele))}
            spent = time.process_time() - start
            drawn = len(looked) - len(single)
            print(f"{build} {gene}: {len(single)} single-base changes, {drawn} of every kind, ", end="")
            print(f"{len(wrong)} differ; {spent:.0f} s of CPU", flush=True)
            for allele, found in wrong.items():
                print("  ", allele, found)


if __name__ == "__main__":
    main()
