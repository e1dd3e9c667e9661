"""Base qualities as a two-colour Illumina machine bins them, and errors at the rate that they promise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from als_screen.simulate.haplotype import Bases, encode

#: Quality bins of RTA3 and the share of bases in the three lower ones at the first and the last cycle.
QUALITY_BINS = np.array([2, 12, 23, 37], dtype=np.uint8)
_FIRST_CYCLE = np.array([0.0005, 0.010, 0.030])
_LAST_CYCLE = np.array([0.004, 0.060, 0.110])

#: Spread of the share of poor bases between reads (standard deviation of its natural logarithm).
_READ_SPREAD = 0.5

_ALPHABET = encode("ACGT")
_COMPLEMENT = np.zeros(256, dtype=np.uint8)
_COMPLEMENT[encode("ACGTN")] = encode("TGCAN")


def complement(bases: Bases) -> Bases:
    """Return the reverse complement."""
    reversed_bases: Bases = _COMPLEMENT[bases][..., ::-1]
    return reversed_bases


def draw_qualities(rng: np.random.Generator, reads: int, length: int) -> NDArray[np.uint8]:
    """Return Phred qualities, one row a read in the order of sequencing."""
    cycle = (np.arange(length) / max(length - 1, 1)) ** 2
    share = _FIRST_CYCLE[:, None] + (_LAST_CYCLE - _FIRST_CYCLE)[:, None] * cycle
    spread = rng.lognormal(0.0, _READ_SPREAD, size=(reads, 1))
    draw = rng.random((reads, length)) / spread
    bins = np.full((reads, length), 3, dtype=np.uint8)
    for limit in np.cumsum(share, axis=0):
        bins -= draw < limit
    qualities: NDArray[np.uint8] = QUALITY_BINS[bins]
    return qualities


def put_errors(rng: np.random.Generator, bases: Bases, qualities: NDArray[np.uint8]) -> Bases:
    """Return the bases with substitutions at the rate 10^(-Q/10) of each quality."""
    wrong = rng.random(bases.shape) < 10.0 ** (-qualities.astype(np.float64) / 10.0)
    if not wrong.any():
        return bases
    changed = bases.copy()
    codes = np.searchsorted(_ALPHABET, bases[wrong])
    changed[wrong] = _ALPHABET[(codes + rng.integers(1, 4, size=codes.shape)) % 4]
    return changed
