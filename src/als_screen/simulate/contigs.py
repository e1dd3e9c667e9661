"""The primary contigs of both builds, as a sequence dictionary names them."""

from __future__ import annotations

from als_screen.regions import Build

_NAMES = (*(str(number) for number in range(1, 23)), "X", "Y", "MT")

#: Full lengths. Source: GRCh37.p13 (GCF_000001405.25) and GRCh38.p14 (GCF_000001405.40) assembly reports.
_LENGTHS: dict[Build, tuple[int, ...]] = {
    Build.GRCH37: (
        *(249_250_621, 243_199_373, 198_022_430, 191_154_276, 180_915_260, 171_115_067, 159_138_663),
        *(146_364_022, 141_213_431, 135_534_747, 135_006_516, 133_851_895, 115_169_878, 107_349_540),
        *(102_531_392, 90_354_753, 81_195_210, 78_077_248, 59_128_983, 63_025_520, 48_129_895, 51_304_566),
        *(155_270_560, 59_373_566, 16_569),
    ),
    Build.GRCH38: (
        *(248_956_422, 242_193_529, 198_295_559, 190_214_555, 181_538_259, 170_805_979, 159_345_973),
        *(145_138_636, 138_394_717, 133_797_422, 135_086_622, 133_275_309, 114_364_328, 107_043_718),
        *(101_991_189, 90_338_345, 83_257_441, 80_373_285, 58_617_616, 64_444_167, 46_709_983, 50_818_468),
        *(156_040_895, 57_227_415, 16_569),
    ),
}


def primary_contigs(build: Build) -> dict[str, int]:
    """Return the length of 1-22, X, Y and MT in karyotype order, names without `chr`."""
    return dict(zip(_NAMES, _LENGTHS[build], strict=True))


def contig_name(chrom: str, *, prefix: bool) -> str:
    """Return the name of a chromosome in a file that writes `chr` (`prefix`) or does not."""
    if not prefix:
        return chrom
    return "chrM" if chrom == "MT" else f"chr{chrom}"
