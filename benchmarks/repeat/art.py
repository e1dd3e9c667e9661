"""Reads of ART, a simulator that is not ours: quality profiles and indels of real Illumina runs.

Needs `art_illumina` on the PATH (Debian: art-nextgen-simulation-tools; Huang 2012, Bioinformatics 28:593).
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

Pair = tuple[bytes, bytes, bytes, bytes]


def read_pairs(
    haplotype: bytes, system: str, length: int, depth: float, fragment: tuple[float, float], seed: int
) -> list[Pair]:
    """Return bases and qualities of both reads of each fragment.

    Args:
        haplotype: the sequence that is read.
        system: ART's name of the sequencing system, such as HS25.
        length: of the reads.
        depth: mean, over this haplotype.
        fragment: mean and SD of the fragment length.
        seed: of ART's random numbers.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "h.fa").write_bytes(b">h\n" + haplotype + b"\n")
        size = ["-l", str(length), "-f", f"{depth:g}", "-m", f"{fragment[0]:g}", "-s", f"{fragment[1]:g}"]
        command = ["art_illumina", "-ss", system, "-i", "h.fa", "-p", "-na", "-q", *size, "-rs", str(seed)]
        subprocess.run([*command, "-o", "r"], cwd=directory, check=True, capture_output=True)
        both = zip(_records(directory / "r1.fq"), _records(directory / "r2.fq"), strict=True)
        return [(*one, *two) for one, two in both]


def _records(path: Path) -> Iterator[tuple[bytes, bytes]]:
    lines = iter(path.read_bytes().splitlines())
    while record := list(islice(lines, 4)):
        yield record[1], record[3]


def lose_gc_rich(pairs: list[Pair], threshold: float, loss: float, rng: np.random.Generator) -> list[Pair]:
    """Return the pairs without the part `loss` of those whose reads hold more G and C than `threshold`."""
    share = [gc_share(pair[0] + pair[2]) for pair in pairs]
    drawn = rng.random(len(pairs))
    return [one for one, gc, draw in zip(pairs, share, drawn, strict=True) if gc <= threshold or draw >= loss]


def gc_share(bases: bytes) -> float:
    """Return the part of bases that are G or C."""
    return (bases.count(b"G") + bases.count(b"C")) / len(bases)
