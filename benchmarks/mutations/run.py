"""Damage good files in thousands of ways and hold the answers against the truth.

Run: `.venv/bin/python benchmarks/mutations/run.py [--seed 1] [--number 2000]`. Prints the outcomes by kind of
damage and every wrong answer; ends with 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutation_campaign import Kind, cases, prepare, run_case  # noqa: E402


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=2000)
    given = parser.parse_args()
    prepare(ROOT / "demo")
    found: Counter[tuple[str, str, str]] = Counter()
    kinds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as work:
        for case in cases(given.seed, given.number):
            outcome = run_case(case, given.seed, ROOT / "demo", Path(work))
            found[case.file, case.kind.__name__, outcome.result] += 1
            kinds[outcome.result] += 1
            if outcome.wrong:
                print(outcome.line(), flush=True)
    for (file, kind, result), number in sorted(found.items()):
        print(f"{file}\t{kind}\t{result}\t{number}")
    print(f"{given.number} mutations: {', '.join(f'{kinds[kind]} {kind}' for kind in Kind)}")
    return 1 if kinds[Kind.WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
