"""The primary contigs of both builds, as a sequence dictionary names them."""

from __future__ import annotations

from als_screen.regions import AUTOSOME_LENGTHS, Build

#: Lengths of X, Y and MT. Source: assembly reports of GRCh37.p13 and GRCh38.p14, NCBI.
_OTHERS: dict[Build, dict[str, int]] = {
    Build.GRCH37: {"X": 155_270_560, "Y": 59_373_566, "MT": 16_569},
    Build.GRCH38: {"X": 156_040_895, "Y": 57_227_415, "MT": 16_569},
}


def primary_contigs(build: Build) -> dict[str, int]:
    """Return the length of 1-22, X, Y and MT in karyotype order, names without `chr`."""
    return {**AUTOSOME_LENGTHS[build], **_OTHERS[build]}


def contig_name(chrom: str, *, prefix: bool) -> str:
    """Return the name of a chromosome in a file that writes `chr` (`prefix`) or does not."""
    if not prefix:
        return chrom
    return "chrM" if chrom == "MT" else f"chr{chrom}"
