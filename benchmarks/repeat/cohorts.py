"""The cohorts on which the repeat call is developed and validated: which genomes, in which libraries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from genomes import Spec

from als_screen.regions import Build
from als_screen.repeat.locus import load_policies

#: 25 genotypes from 2/2 to 150/600 and 2/2000.
GENOTYPES = (
    (2, 2), (2, 5), (2, 8), (5, 8), (8, 8), (2, 10), (2, 12), (5, 15), (8, 18), (2, 20), (2, 24), (8, 27),
    (5, 30), (2, 33), (8, 40), (2, 60), (5, 80), (8, 100), (2, 150), (5, 250), (2, 400), (8, 600), (2, 1000),
    (2, 2000), (150, 600),
)  # fmt: skip

CONDITIONS = {
    "30x": Spec("", (2, 2)),
    "15x": Spec("", (2, 2), depth=15),
    "40x100": Spec("", (2, 2), depth=40, read_length=100, fragment=350, fragment_sd=70),
    "gcloss": Spec("", (2, 2), gc_loss=0.6),
    "errors": Spec("", (2, 2), interruption=0.05, error=0.006),
}


def replica(seed: int) -> Iterator[Spec]:
    """Yield 25 genotypes in five conditions."""
    for row, (condition, base) in enumerate(CONDITIONS.items()):
        for column, alleles in enumerate(GENOTYPES):
            name = f"{condition}_{alleles[0]}_{alleles[1]}"
            build = Build.GRCH37 if column % 5 == 4 else Build.GRCH38
            yield replace(base, name=name, alleles=alleles, seed=seed + 100 * row + column, build=build)


#: The sequencing system of ART for the reads of each condition; `errors` are those of the worst system.
SYSTEMS = {"30x": "HSXn", "15x": "HS25", "40x100": "HS20", "gcloss": "HSXt", "errors": "HS10"}


def art_replica(seed: int) -> Iterator[Spec]:
    """Yield the genotypes and conditions of the replica with reads of ART; `errors` has 100 bp reads too."""
    for spec in replica(seed):
        condition = spec.name.split("_")[0]
        length = 100 if condition == "errors" else spec.read_length
        yield replace(spec, art=SYSTEMS[condition], read_length=length)


def _library(rng: np.random.Generator) -> Spec:
    """Return a library as laboratories have them."""
    read_length = int(rng.choice([100, 125, 150, 150, 150, 250]))
    fragment = float(rng.uniform(1.6 * read_length + 60, 2.2 * read_length + 250))
    lossy = rng.random() < 0.3
    return Spec(
        "",
        (2, 2),
        depth=float(np.exp(rng.uniform(np.log(8), np.log(60)))),
        read_length=read_length,
        fragment=fragment,
        fragment_sd=float(fragment * rng.uniform(0.12, 0.3)),
        gc_threshold=float(rng.uniform(0.62, 0.85)),
        gc_width=float(rng.uniform(0.01, 0.06)),
        gc_loss=float(rng.uniform(0.1, 0.7)) if lossy else 0.0,
        interruption=float(rng.choice([0.0, 0.0, 0.02, 0.05])),
        error=float(np.exp(rng.uniform(np.log(0.001), np.log(0.008)))),
        contamination=float(rng.uniform(0, 0.03)) if rng.random() < 0.15 else 0.0,
        duplicates=float(rng.uniform(0, 0.2)),
        background=0.0,
        trimmed=float(rng.uniform(0.05, 0.4)) if rng.random() < 0.1 else 0.0,
        haplotype_noise=float(rng.uniform(0, 0.2)),
    )


def mixed(seed: int, number: int) -> Iterator[Spec]:
    """Yield genomes of any library: half have a long allele, sizes log-uniform from 20 to 3,000."""
    rng = np.random.default_rng(seed)
    for index in range(number):
        base = _library(rng)
        short = _population_allele(rng)
        long = _log_uniform(rng, 20, 3000) if index % 2 else _population_allele(rng)
        alleles = (min(short, long), max(short, long))
        other = (2, _log_uniform(rng, 100, 2000)) if rng.random() < 0.3 else (2, 8)
        yield replace(
            base,
            name=f"m{index}_{alleles[0]}_{alleles[1]}",
            alleles=alleles,
            contaminant=other,
            seed=seed * 100_000 + index,
            build=Build.GRCH37 if index % 3 == 0 else Build.GRCH38,
        )


def boundary(seed: int, number: int) -> Iterator[Spec]:
    """Yield genomes of any library whose long allele lies around the thresholds: 18 to 60, log-uniform."""
    rng = np.random.default_rng(seed)
    for index in range(number):
        short, long = _population_allele(rng), _log_uniform(rng, 18, 60)
        alleles = (min(short, long), max(short, long))
        base = replace(_library(rng), contamination=0.0, seed=seed * 100_000 + index)
        yield replace(base, name=f"b{index}_{alleles[0]}_{alleles[1]}", alleles=alleles)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> int:
    return round(float(np.exp(rng.uniform(np.log(low), np.log(high)))))


def population(seed: int, number: int) -> Iterator[Spec]:
    """Yield unexpanded genomes with allele sizes as common as in people, in any library."""
    rng = np.random.default_rng(seed)
    for index in range(number):
        pair = sorted((_population_allele(rng), _population_allele(rng)))
        name = f"p{index}_{pair[0]}_{pair[1]}"
        base = replace(_library(rng), contamination=0.0, seed=seed * 100_000 + index)
        yield replace(base, name=name, alleles=(pair[0], pair[1]))


def _population_allele(rng: np.random.Generator) -> int:
    """Draw an unexpanded allele from the bundled population prior."""
    bands = [band for band in load_policies().priors["population"].bands if band.last <= 30]
    share = np.array([band.share for band in bands])
    band = bands[int(rng.choice(len(bands), p=share / share.sum()))]
    return int(rng.integers(max(band.first, 1), band.last + 1))
