"""Common SNVs outside the genes, as `identity.sites` names them, and reads over them; all invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from als_screen.inputs.sites import Site
from als_screen.regions import AUTOSOME_LENGTHS, Build
from als_screen.simulate.pairs import REVERSE, Read

#: Bases between two sites of a chromosome, and of a read; the bases beside a site mean nothing.
APART, READ_LENGTH = 4_000_000, 100
#: Share of wrong bases.
ERROR = 0.002
FREQUENCY = 0.5


def panel_sites(number: int) -> tuple[Site, ...]:
    """Return up to 200 SNVs that fit both builds, spread over the autosomes."""
    chroms = tuple(AUTOSOME_LENGTHS[Build.GRCH38])
    places = ((chroms[at % len(chroms)], APART * (at // len(chroms) + 1)) for at in range(number))
    return tuple(sorted(Site(chrom, pos, "A", "G", FREQUENCY) for chrom, pos in places))


def panel_table(sites: Sequence[Site], build: Build) -> str:
    """Return the file of `identity.sites`."""
    rows = [f"{build}\t{one.chrom}\t{one.pos}\t{one.ref}\t{one.alt}\t{one.frequency}" for one in sites]
    return "\n".join(["build\tchrom\tpos\tref\talt\taf", *rows]) + "\n"


def draw_panel(rng: np.random.Generator, sites: Sequence[Site]) -> dict[Site, int]:
    """Return what one person carries: copies of ALT under Hardy-Weinberg equilibrium."""
    return {site: int(rng.binomial(2, site.frequency)) for site in sites}


def panel_reads(rng: np.random.Generator, copies: Mapping[Site, int], depth: float, name: str) -> list[Read]:
    """Return single reads over each site, Poisson around `depth`, named after `name`."""
    reads = []
    for site, number in copies.items():
        shown = number / 2 * (1 - 2 * ERROR) + ERROR
        for count in range(rng.poisson(depth)):
            base = site.alt if rng.random() < shown else site.ref
            reads.append(_read(site, base, int(rng.integers(READ_LENGTH)), count, name))
    return reads


def _read(site: Site, base: str, before: int, count: int, name: str) -> Read:
    start = site.pos - 1 - before
    return Read(
        name=f"{name}:{site.chrom}:{site.pos}:{count}",
        flag=REVERSE * (count % 2),
        chrom=site.chrom,
        start=start,
        end=start + READ_LENGTH,
        mapq=60,
        cigar=f"{READ_LENGTH}M",
        mate_place=None,
        mate_cigar=None,
        template_length=0,
        sequence="C" * before + base + "C" * (READ_LENGTH - before - 1),
        qualities="F" * READ_LENGTH,
        nm=None,
        haplotype=0,
    )
