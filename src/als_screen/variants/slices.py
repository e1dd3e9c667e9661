"""The bundled gene sequences as an indexed FASTA, which bcftools needs, in a scratch directory.

A contig is called like its gene and begins at the first base of the gene region.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from als_screen.regions import Gene
from als_screen.resources import ReferenceSlice


def write_fasta(slices: Mapping[Gene, ReferenceSlice], scratch: Path) -> Path:
    """Write `slices.fa` and its .fai, one line a sequence, and return the path of the FASTA."""
    text, index = "", []
    for gene, part in slices.items():
        text += f">{gene}\n"
        length = len(part.sequence)
        index.append(f"{gene}\t{length}\t{len(text)}\t{length}\t{length + 1}\n")
        text += part.sequence + "\n"
    path = scratch / "slices.fa"
    path.write_text(text, encoding="ascii")
    path.with_suffix(".fa.fai").write_text("".join(index), encoding="ascii")
    return path
