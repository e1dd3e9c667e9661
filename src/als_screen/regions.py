"""Genome builds, genes, and intervals.

Every interval inside the package is 0-based half-open, every position printed or stored is 1-based,
chromosomes are written without `chr` inside and with it in reports ("as given" contigs belong to readers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Build(StrEnum):
    """A genome build that can be screened."""

    GRCH37 = "GRCh37"
    GRCH38 = "GRCh38"


class Gene(StrEnum):
    """The four genes, in the order in which they are reported."""

    C9ORF72 = "C9orf72"
    SOD1 = "SOD1"
    TARDBP = "TARDBP"
    FUS = "FUS"


#: The genes whose sequence variants count; C9orf72 is judged by its repeat.
VARIANT_GENES = (Gene.SOD1, Gene.TARDBP, Gene.FUS)

#: Lengths of the chromosomes that decide the build. Source: GRCh37 (GCF_000001405.25) and GRCh38
#: (GCF_000001405.40) assembly reports, NCBI.
CHROMOSOME_LENGTHS: dict[Build, dict[str, int]] = {
    Build.GRCH37: {"1": 249_250_621, "9": 141_213_431, "16": 90_354_753, "21": 48_129_895},
    Build.GRCH38: {"1": 248_956_422, "9": 138_394_717, "16": 90_338_345, "21": 46_709_983},
}

#: RefSeq accessions of the same chromosomes, for HGVS g. names. Source: as above.
CHROMOSOME_ACCESSIONS: dict[Build, dict[str, str]] = {
    Build.GRCH37: {"1": "NC_000001.10", "9": "NC_000009.11", "16": "NC_000016.9", "21": "NC_000021.8"},
    Build.GRCH38: {"1": "NC_000001.11", "9": "NC_000009.12", "16": "NC_000016.10", "21": "NC_000021.9"},
}


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """An interval of a chromosome, 0-based half-open, `chrom` without `chr`."""

    chrom: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse intervals that cannot be."""
        if self.chrom.startswith("chr"):
            raise ValueError(f"chromosome {self.chrom!r}: inside the package it is written without chr")
        if not 0 <= self.start < self.end:
            raise ValueError(f"not an interval: {self.chrom}:{self.start}-{self.end}")

    def __len__(self) -> int:
        """Return the number of bases."""
        return self.end - self.start

    def __str__(self) -> str:
        """Return the region 1-based, as people write it."""
        return f"chr{self.chrom}:{self.start + 1}-{self.end}"

    def overlaps(self, chrom: str, start: int, end: int) -> bool:
        """Tell whether the 0-based half-open interval shares a base with this one."""
        return self.chrom == chrom and self.start < end and start < self.end

    def padded(self, bases: int) -> Region:
        """Return the region widened by `bases` on both sides, not below 0."""
        return Region(self.chrom, max(0, self.start - bases), self.end + bases)


def merged(regions: Iterable[Region]) -> list[Region]:
    """Return the union of `regions`, sorted; touching ones become one."""
    return list(_merge(sorted(regions)))


def _merge(regions: Iterable[Region]) -> Iterator[Region]:
    current: Region | None = None
    for region in regions:
        if current is not None and current.chrom == region.chrom and region.start <= current.end:
            current = Region(current.chrom, current.start, max(current.end, region.end))
            continue
        if current is not None:
            yield current
        current = region
    if current is not None:
        yield current
