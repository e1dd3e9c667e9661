"""The bundled facts about genes and transcripts, loaded from `resources/`.

Everything here is small and read once per process. Sources and licences: `resources/README.md`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from als_screen.regions import VARIANT_GENES, Build, Gene, Region, merged

#: `resources/` of the checkout this package is installed from (editable).
DEFAULT_RESOURCES = Path(__file__).resolve().parents[2] / "resources"


@dataclass(frozen=True, slots=True)
class ReferenceSlice:
    """The + strand sequence (upper case) of a gene region."""

    gene: Gene
    region: Region
    sequence: str

    def fetch(self, start: int, end: int) -> str:
        """Return the bases of the 0-based half-open chromosome interval; it must lie in the slice."""
        if not self.region.start <= start <= end <= self.region.end:
            raise ValueError(f"{self.gene}: {start}-{end} lies outside {self.region}")
        return self.sequence[start - self.region.start : end - self.region.start]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript on one build.

    Attributes:
        accession, protein: RefSeq with version.
        strand: "+" or "-".
        exons: in transcript order, genomic intervals.
        coding: genomic interval from the first to the last base of the coding sequence, stop codon included.
    """

    gene: Gene
    accession: str
    protein: str
    chrom: str
    strand: str
    exons: tuple[Region, ...]
    coding: Region

    def coding_exons(self) -> list[Region]:
        """Return the coding part of each exon, sorted by position."""
        start, end = self.coding.start, self.coding.end
        parts = [(max(exon.start, start), min(exon.end, end)) for exon in self.exons]
        return sorted(Region(self.chrom, low, high) for low, high in parts if low < high)


class Resources:
    """The bundled resources below `root`."""

    def __init__(self, root: Path = DEFAULT_RESOURCES) -> None:
        self.root = root
        self._slices = {build: _read_slices(root, build) for build in Build}
        self._transcripts = {build: _read_transcripts(root, build) for build in Build}
        self._reportable: dict[tuple[Build, Gene, int], list[Region]] = {}

    def slices(self, build: Build) -> dict[Gene, ReferenceSlice]:
        """Return the sequence of each gene region."""
        return self._slices[build]

    def gene_region(self, build: Build, gene: Gene) -> Region:
        """Return the region of a gene, as in `genes.bed`."""
        return self._slices[build][gene].region

    def gene_at(self, build: Build, chrom: str, start: int, end: int) -> Gene | None:
        """Return the gene whose region overlaps the 0-based half-open interval, if any."""
        for gene, part in self._slices[build].items():
            if part.region.overlaps(chrom, start, end):
                return gene
        return None

    def transcript(self, build: Build, gene: Gene) -> Transcript:
        """Return the reporting transcript of a gene."""
        return self._transcripts[build][gene]

    def reportable(self, build: Build, gene: Gene, splice_bases: int = 8) -> list[Region]:
        """Return the coding exons widened by `splice_bases` of intron, merged and sorted."""
        key = (build, gene, splice_bases)
        if key not in self._reportable:
            exons = self.transcript(build, gene).coding_exons()
            self._reportable[key] = merged(exon.padded(splice_bases) for exon in exons)
        return list(self._reportable[key])

    def counted_regions(self, build: Build, padding: int = 58) -> list[Region]:
        """Return where `screen_coverage` counts every base: coding exons of the variant genes +- `padding`.

        58 is the +-8 bp reportable range padded by 50 bp.
        """
        exons = [exon for gene in VARIANT_GENES for exon in self.transcript(build, gene).coding_exons()]
        return merged(exon.padded(padding) for exon in exons)


@cache
def bundled() -> Resources:
    """Return the bundled resources, read once per process."""
    return Resources()


def _read_slices(root: Path, build: Build) -> dict[Gene, ReferenceSlice]:
    """Read `reference/{build}.fa`; headers are `>21:31654622-31670931 gene=SOD1 …`, 1-based inclusive."""
    slices = {}
    for block in (root / "reference" / f"{build}.fa").read_text(encoding="ascii").split(">")[1:]:
        header, *lines = block.splitlines()
        name, gene_field = header.split()[:2]
        chrom, _, span = name.partition(":")
        start, _, end = span.partition("-")
        gene = Gene(gene_field.removeprefix("gene="))
        region = Region(chrom, int(start) - 1, int(end))
        sequence = "".join(lines).upper()
        if len(sequence) != len(region):
            raise ValueError(f"{root}: {gene} {build}: {len(sequence)} bases for {region}")
        slices[gene] = ReferenceSlice(gene, region, sequence)
    return {gene: slices[gene] for gene in Gene}


def _read_transcripts(root: Path, build: Build) -> dict[Gene, Transcript]:
    """Read the cdot-style `transcripts.json`."""
    data = json.loads((root / "transcripts.json").read_text(encoding="utf-8"))
    regions = {gene: part.region for gene, part in _read_slices(root, build).items()}
    found = {}
    for accession, entry in data["transcripts"].items():
        gene = Gene(entry["gene_name"])
        placed = entry["genome_builds"][build.value]
        chrom = regions[gene].chrom
        exons = sorted(placed["exons"], key=lambda exon: int(exon[2]))
        found[gene] = Transcript(
            gene=gene,
            accession=accession,
            protein=entry["protein"],
            chrom=chrom,
            strand=placed["strand"],
            exons=tuple(Region(chrom, exon[0], exon[1]) for exon in exons),
            coding=Region(chrom, placed["cds_start"], placed["cds_end"]),
        )
    return {gene: found[gene] for gene in Gene}
