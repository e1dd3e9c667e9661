"""Common variants that everybody carries some of, drawn under Hardy-Weinberg equilibrium."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from als_screen.regions import Build
from als_screen.simulate.haplotype import Carried, SmallVariant

_TABLE = Path(__file__).parent / "data" / "common_snps.tsv"


@dataclass(frozen=True, slots=True)
class CommonSite:
    """A site on both builds; `frequency` of the alternate allele; real or invented (`source`)."""

    chrom: str
    positions: dict[Build, int]
    ref: str
    alt: str
    frequency: float
    source: str

    def variant(self, build: Build) -> SmallVariant:
        """Return the alternate allele on a build."""
        return SmallVariant(self.chrom, self.positions[build], self.ref, self.alt)


@cache
def common_sites() -> tuple[CommonSite, ...]:
    """Return the bundled sites; where they come from is said in the file."""
    lines = [line for line in _TABLE.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    return tuple(_site(row) for row in csv.DictReader(lines, delimiter="\t"))


def _site(row: dict[str, str]) -> CommonSite:
    positions = {Build.GRCH37: int(row["pos_grch37"]), Build.GRCH38: int(row["pos_grch38"])}
    return CommonSite(row["chrom"], positions, row["ref"], row["alt"], float(row["af"]), row["source"])


def draw_common(rng: np.random.Generator, build: Build) -> list[Carried]:
    """Return what one person carries of the common sites; both haplotypes are drawn independently."""
    carried = []
    for site in common_sites():
        first, second = (int(rng.random() < site.frequency) for _ in range(2))
        if first or second:
            carried.append(Carried(site.variant(build), (first, second)))
    return carried
