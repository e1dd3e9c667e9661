"""How a simulated sample is sequenced, and the only source of chance."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from als_screen.regions import VARIANT_GENES, Build, Region, merged
from als_screen.resources import bundled
from als_screen.simulate.haplotype import REPEAT_LOCUS


@dataclass(frozen=True, slots=True)
class Sequencing:
    """The library and the machine.

    Attributes:
        depth: mean depth of both haplotypes together, duplicates not counted.
        read_lengths: one of them is drawn for each pair, bases.
        fragment_mean, fragment_sd: bases; drawn normal, cut at the read length and at mean + 3 sd.
        duplicates: share of fragments that get one PCR duplicate, flagged.
        chimeric: share of reads whose end comes from elsewhere and is soft-clipped.
        gc_loss: share of the fragments with at least `gc_rich` GC that the library loses.
        uncovered: regions that no read touches (a failed capture, a deletion of the data).
    """

    depth: float = 30.0
    read_lengths: tuple[int, ...] = (150,)
    fragment_mean: float = 400.0
    fragment_sd: float = 80.0
    duplicates: float = 0.03
    chimeric: float = 0.01
    gc_loss: float = 0.0
    gc_rich: float = 0.8
    uncovered: tuple[Region, ...] = ()

    def __post_init__(self) -> None:
        """Refuse libraries that cannot be."""
        shares = (self.duplicates, self.chimeric, self.gc_loss, self.gc_rich)
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"a share lies outside 0-1: {self}")
        if self.depth <= 0 or not self.read_lengths or min(self.read_lengths) < 50:
            raise ValueError(f"no reads, or reads below 50 bases: {self}")
        if self.fragment_longest < max(self.read_lengths):
            raise ValueError(f"fragments shorter than reads: {self}")

    @property
    def fragment_longest(self) -> int:
        """The longest fragment that is made."""
        return int(self.fragment_mean + 3 * self.fragment_sd)


def random_for(*names: str | int) -> np.random.Generator:
    """Return a generator that depends on nothing but `names`."""
    digest = hashlib.sha256("/".join(str(name) for name in names).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def small_windows(build: Build, padding: int = 500, repeat_flank: int = 1000) -> list[Region]:
    """Return the coding exons of the variant genes +- `padding` and the repeat +- `repeat_flank` bases."""
    exons = [exon for gene in VARIANT_GENES for exon in bundled().transcript(build, gene).coding_exons()]
    return merged([*(exon.padded(padding) for exon in exons), REPEAT_LOCUS[build].padded(repeat_flank)])


def gene_windows(build: Build) -> list[Region]:
    """Return the four gene regions whole."""
    return [part.region for part in bundled().slices(build).values()]
