"""Reads and BAM files for the tests of counting, from CIGARs and bases as a test wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pysam

from als_screen.coverage.reads import AlignedRead
from als_screen.evidence import (
    Allele,
    PatientCheck,
    ReadsCheck,
    State,
    VariantEvidence,
    VariantSource,
    Zygosity,
)
from als_screen.patient import Patient
from als_screen.regions import CHROMOSOME_LENGTHS, Build, Gene, Region
from als_screen.resources import ReferenceSlice, bundled

OPERATIONS = "MIDNSHP=X"


def parsed_cigar(text: str) -> tuple[tuple[int, int], ...]:
    """Return a CIGAR as (operation, length)."""
    return tuple(
        (OPERATIONS.index(kind), int(size)) for size, kind in re.findall(r"(\d+)([MIDNSHP=X])", text)
    )


def aligned(
    name: str,
    start: int,
    cigar: str,
    bases: str,
    qualities: Sequence[int] | int | None = 30,
    reverse: bool = False,
) -> AlignedRead:
    """Return a read; one quality stands for all bases, None for a read without."""
    operations = parsed_cigar(cigar)
    size = sum(length for kind, length in operations if kind in (0, 2, 3, 7, 8))
    each = [] if qualities is None else [qualities] * len(bases) if isinstance(qualities, int) else qualities
    return AlignedRead(name, reverse, start, start + size, operations, bases.encode(), bytes(each))


def small_slice(sequence: str, start: int = 100) -> ReferenceSlice:
    """Return a made-up gene region on chromosome 21."""
    return ReferenceSlice(Gene.SOD1, Region("21", start, start + len(sequence)), sequence)


def sam_line(
    name: str,
    start: int,
    cigar: str,
    bases: str,
    *,
    flag: int = 0,
    mapq: int = 60,
    quality: int | None = 37,
    contig: str = "chr21",
) -> str:
    """Return one line of SAM; `start` is 0-based."""
    qualities = "*" if quality is None else chr(33 + quality) * len(bases)
    fields = (name, flag, contig, start + 1, mapq, cigar, "*", 0, 0, bases or "*", qualities, "RG:Z:1")
    return "\t".join(map(str, fields))


def write_sam_lines(
    path: Path, lines: Iterable[str], chroms: Sequence[str] = ("1", "9", "16", "21"), prefix: str = "chr"
) -> Path:
    """Write and index a BAM, or a CRAM that embeds its reference, of GRCh38 by the file's name."""
    lengths = CHROMOSOME_LENGTHS[Build.GRCH38]
    header = pysam.AlignmentHeader.from_dict(
        {
            "HD": {"VN": "1.6", "SO": "coordinate"},
            "SQ": [{"SN": f"{prefix}{chrom}", "LN": lengths[chrom]} for chrom in chroms],
            "RG": [{"ID": "1", "SM": "P1"}],
        }
    )
    reads = [pysam.AlignedSegment.fromstring(line, header) for line in lines]
    reads.sort(key=lambda read: (read.reference_id, read.reference_start))
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for read in reads:
            out.write(read)
    pysam.index(str(path))
    return path


def checked(path: Path, chroms: Sequence[str] = ("1", "9", "16", "21"), prefix: str = "chr") -> PatientCheck:
    """Return what `check_inputs` finds of such a file."""
    contigs = {chrom: f"{prefix}{chrom}" for chrom in chroms}
    reads = ReadsCheck(path=str(path), contigs=contigs, sample="P1", is_cram=path.suffix == ".cram")
    return PatientCheck(patient="P1", build=Build.GRCH38, reads=reads)


def patient(path: Path | None) -> Patient:
    """Return the row of the sheet."""
    return Patient("P1", reads=path)


def carrying(*alleles: Allele) -> VariantEvidence:
    """Return a VCF's evidence with these alleles."""
    return VariantEvidence(
        patient="P1",
        state=State.ASSESSED,
        source=VariantSource.VCF,
        build=Build.GRCH38,
        alleles=alleles,
    )


def allele(
    gene: Gene,
    pos: int,
    ref: str,
    alt: str,
    zygosity: Zygosity = Zygosity.HETEROZYGOUS,
    **fields: object,
) -> Allele:
    """Return an allele of a VCF on GRCh38."""
    genotype = "1/1" if zygosity is Zygosity.HOMOZYGOUS else "0/1"
    given = {
        "gene": gene,
        "chrom": bundled().gene_region(Build.GRCH38, gene).chrom,
        "pos": pos,
        "ref": ref,
        "alt": alt,
        "zygosity": zygosity,
        "genotype": genotype,
        "allele_index": 1,
    }
    return Allele.model_validate(given | fields)


def gene_bases(gene: Gene, start: int, end: int) -> str:
    """Return reference bases of a gene on GRCh38, 0-based half-open."""
    return bundled().slices(Build.GRCH38)[gene].fetch(start, end)
