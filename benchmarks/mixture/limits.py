"""How many patients without a second person are flagged, and from which share on one is found.

Run: `.venv/bin/python benchmarks/mixture/limits.py [--clean 1000] [--mixed 200]`. Fragments at sites are
drawn, no reads: genotypes in Hardy-Weinberg proportions at frequencies of 0.2 to 0.8. First come patients
without a second person, also such whose data break the model: none may be flagged more often than 1 in 1,000.
Then patients with one: how often each share is found, left open, or wrongly excluded.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from als_screen.interpretation.contamination import CountedSite, judged
from als_screen.interpretation.identity import LEAST_ERROR, MIN_DEPTH
from als_screen.simulate.settings import random_for

SHARES = (0.03, 0.05, 0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True, slots=True)
class Kind:
    """How the fragments of one kind of patients come about.

    Attributes:
        sites: SNVs, spread over `chromosomes`.
        depth: mean fragments at a site.
        share: of the fragments that are the other person's.
        related: "" for strangers, else "parent" (or child) or "sibling".
        carried: only SNVs that the patient carries are seen, their frequencies unknown, as in the genes.
        error: share of wrong bases.
        middle, spread: balance of ALT in heterozygotes, mean and standard deviation.
        artefacts: share of sites that show any balance.
        gained: chromosomes of which the patient has three, each site with its own phase.
        misjudged: the frequencies are those of another population.
    """

    sites: int = 100
    chromosomes: int = 22
    depth: float = 30.0
    share: float = 0.0
    related: str = ""
    carried: bool = False
    error: float = 0.002
    middle: float = 0.5
    spread: float = 0.05
    artefacts: float = 0.0
    gained: int = 0
    misjudged: bool = False


GENES = Kind(sites=60, chromosomes=4, carried=True)
CLEAN = {
    "24 sites": Kind(sites=24),
    "24 sites, 15x": Kind(sites=24, depth=15),
    "100 sites": Kind(),
    "100 sites, 100x": Kind(depth=100),
    "1,000 sites": Kind(sites=1000),
    "the genes' own": GENES,
    "the genes' own, 15x": replace(GENES, depth=15),
    "reads lean to the reference, 0.45": Kind(middle=0.45),
    "uneven balance, sd 10 %": Kind(spread=0.1),
    "uneven balance in the genes, 0.45, sd 15 %": replace(GENES, middle=0.45, spread=0.15),
    "wrong bases, 1 %": Kind(error=0.01),
    "3 % artefacts": Kind(artefacts=0.03),
    "3 % artefacts in the genes": replace(GENES, artefacts=0.03),
    "another population": Kind(misjudged=True),
    "a trisomy": Kind(gained=1),
    "three copies of a gene": replace(GENES, gained=1),
}
MIXED = {
    "the genes' own, 15x": replace(GENES, depth=15),
    "the genes' own": GENES,
    "24 sites, 15x": Kind(sites=24, depth=15),
    "24 sites": Kind(sites=24),
    "50 sites": Kind(sites=50),
    "100 sites, 15x": Kind(depth=15),
    "100 sites": Kind(),
    "100 sites, parent or child": Kind(related="parent"),
    "100 sites, brother or sister": Kind(related="sibling"),
}


def drawn(kind: Kind, rng: np.random.Generator) -> Iterator[CountedSite]:
    """Yield what the reads of one patient show."""
    for number in range(kind.sites):
        frequency = rng.uniform(0.2, 0.8)
        own, other = rng.random(2) < frequency, rng.random(2) < frequency
        if kind.related == "parent":
            other[0] = own[rng.integers(2)]
        elif kind.related == "sibling":
            other = np.where(rng.random(2) < 0.5, own, other)
        if kind.carried and not own.any():
            continue
        chrom = number % kind.chromosomes
        balance = (1 - kind.share) * _balance(kind, own, chrom, rng) + kind.share * other.mean()
        balance = rng.random() if rng.random() < kind.artefacts else balance
        depth = int(rng.poisson(kind.depth))
        alternate = int(rng.binomial(depth, balance * (1 - kind.error) + (1 - balance) * kind.error))
        said = rng.uniform(0.05, 0.95) if kind.misjudged else frequency
        if depth >= MIN_DEPTH:
            yield CountedSite(str(chrom), depth - alternate, alternate, None if kind.carried else said)


def _balance(kind: Kind, own: npt.NDArray[np.bool_], chrom: int, rng: np.random.Generator) -> float:
    """Return the share of ALT among the patient's own fragments."""
    if own.all() or not own.any():
        return float(own.mean())
    middle = rng.integers(1, 3) / 3 if chrom < kind.gained else kind.middle
    return float(np.clip(rng.normal(middle, kind.spread), 0.02, 0.98))


def answers(name: str, kind: Kind, people: int) -> Counter[str]:
    """Return how many of some patients had each state."""
    error = max(LEAST_ERROR, kind.error)
    found: Counter[str] = Counter()
    for number in range(people):
        rng = random_for("limits", name, str(kind.share), number)
        found[judged(list(drawn(kind, rng)), error).state] += 1
    return found


def _told(found: Counter[str]) -> str:
    return ", ".join(f"{state} {count}" for state, count in sorted(found.items()))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", type=int, default=2000)
    parser.add_argument("--mixed", type=int, default=200)
    given = parser.parse_args()
    for name, kind in CLEAN.items():
        print(f"nobody else, {name}: {_told(answers(name, kind, given.clean))}", flush=True)
    for name, kind in MIXED.items():
        for share in SHARES:
            found = answers(name, replace(kind, share=share), given.mixed)
            print(f"{share:.0%}, {name}: {_told(found)}", flush=True)


if __name__ == "__main__":
    main()
