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

#: Lengths of chromosomes 1 to 22. Source: assembly reports of GRCh37.p13 (GCF_000001405.25) and GRCh38.p14
#: (GCF_000001405.40), NCBI.
_AUTOSOMES: dict[Build, tuple[int, ...]] = {
    Build.GRCH37: (
        *(249_250_621, 243_199_373, 198_022_430, 191_154_276, 180_915_260, 171_115_067, 159_138_663),
        *(146_364_022, 141_213_431, 135_534_747, 135_006_516, 133_851_895, 115_169_878, 107_349_540),
        *(102_531_392, 90_354_753, 81_195_210, 78_077_248, 59_128_983, 63_025_520, 48_129_895, 51_304_566),
    ),
    Build.GRCH38: (
        *(248_956_422, 242_193_529, 198_295_559, 190_214_555, 181_538_259, 170_805_979, 159_345_973),
        *(145_138_636, 138_394_717, 133_797_422, 135_086_622, 133_275_309, 114_364_328, 107_043_718),
        *(101_991_189, 90_338_345, 83_257_441, 80_373_285, 58_617_616, 64_444_167, 46_709_983, 50_818_468),
    ),
}
AUTOSOME_LENGTHS: dict[Build, dict[str, int]] = {
    build: {str(number): length for number, length in enumerate(lengths, start=1)}
    for build, lengths in _AUTOSOMES.items()
}

#: Lengths of the chromosomes that decide the build.
CHROMOSOME_LENGTHS: dict[Build, dict[str, int]] = {
    build: {chrom: lengths[chrom] for chrom in ("1", "9", "16", "21")}
    for build, lengths in AUTOSOME_LENGTHS.items()
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
