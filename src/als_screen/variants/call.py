"""Alleles of a patient without a VCF: bcftools mpileup and call, inside pysam, over the coding exons.

bcftools wants the whole reference sequence of a contig, of which only the gene regions are bundled. So the
reads over the exons are copied into a scratch BAM whose contigs are the gene regions, called there, and the
calls moved back. Nobody needs a genome file for a BAM.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pysam
import pysam.bcftools
from pysam.utils import SamtoolsError

from als_screen.errors import PatientDataError
from als_screen.evidence import ReadsCheck, VcfCheck
from als_screen.htslib import kind_of, opened, quiet, telling
from als_screen.inputs.genome import openable
from als_screen.inputs.headers import NO_NETWORK
from als_screen.patient import LibraryKind
from als_screen.regions import Build, Gene, Region
from als_screen.resources import ReferenceSlice, Resources
from als_screen.variants.records import RawRecord
from als_screen.variants.relocate import relocated
from als_screen.variants.slices import write_fasta
from als_screen.variants.vcf import read_vcf

MIN_MAPPING_QUALITY = 20
MIN_BASE_QUALITY = 13
#: A call below either is kept and marked LowQual: QUAL 20 is an error in a hundred, and fewer than three
#: reads are within what sequencing errors make.
MIN_QUALITY = 20.0
MIN_ALT_DEPTH = 3
LOW_QUALITY = "LowQual"
#: Reads per position that bcftools looks at; its own 250 would skip the indels of a panel.
MAX_DEPTH = 2000
UNUSED_READS = pysam.FUNMAP | pysam.FSECONDARY | pysam.FQCFAIL | pysam.FDUP
#: Error profiles of bcftools for long reads; short reads use its defaults.
PROFILES = {LibraryKind.HIFI: ("-X", "pacbio-ccs-1.20"), LibraryKind.ONT: ("-X", "ont-sup-1.20")}
PILEUP = ("--no-version", "--ignore-RG", "-A", "-a", "FORMAT/AD,FORMAT/DP", "-Ou")
DEPTHS = ("-d", str(MAX_DEPTH), "-L", str(MAX_DEPTH))
QUALITIES = ("-Q", str(MIN_BASE_QUALITY))
CALL = ("--no-version", "-m", "-v", "-a", "GQ", "-Ou")


@dataclass(frozen=True, slots=True)
class ReadSource:
    """The reads of a patient, the genome that a CRAM needs, and how the library was made."""

    reads: ReadsCheck
    fasta: Path | None
    library: LibraryKind


def called_records(source: ReadSource, build: Build, resources: Resources) -> list[RawRecord]:
    """Return the variants of the gene regions as records in the coordinates of the genome.

    Weak calls have the filter LowQual. Genes on chromosomes that the file does not have give none.

    Raises:
        PatientDataError: the reads cannot be read to the end, or bcftools fails on them.
    """
    slices = resources.slices(build)
    with quiet(), tempfile.TemporaryDirectory(prefix="als-screen-") as directory:
        scratch = Path(directory)
        _copy_reads(source, slices, scratch / "reads.bam")
        calls = _call(source, slices, scratch)
        return [_moved(record, slices, source.reads.contigs) for record in calls]


def _refusing(source: ReadSource) -> AbstractContextManager[None]:
    return telling(source.reads.path, kind_of(source.reads), source.fasta)


def _copy_reads(source: ReadSource, slices: Mapping[Gene, ReferenceSlice], path: Path) -> None:
    """Write the reads over the genes, moved to contigs called like these; sorted as they come."""
    genes = list(slices)
    header = pysam.AlignmentHeader.from_references(
        [str(gene) for gene in genes], [len(part.sequence) for part in slices.values()]
    )
    with (
        opened(lambda: _open(source), lambda: _refusing(source)) as reads,
        pysam.AlignmentFile(str(path), "wbu", header=header) as copy,
    ):
        for number, gene in enumerate(genes):
            for read in _reads_over(reads, source, slices[gene].region):
                copy.write(relocated(read, slices[gene].region, header, number))


def _genome(source: ReadSource) -> str | None:
    """Return the genome for a CRAM."""
    return openable(source.fasta) if source.reads.is_cram else None


def _open(source: ReadSource) -> pysam.AlignmentFile:
    os.environ.update(NO_NETWORK)
    return pysam.AlignmentFile(source.reads.path, reference_filename=_genome(source))


def _reads_over(
    file: pysam.AlignmentFile, source: ReadSource, region: Region
) -> Iterator[pysam.AlignedSegment]:
    """Yield the usable reads of a gene region, none where the file has not its chromosome."""
    contig = source.reads.contigs.get(region.chrom)
    if contig is None:
        return
    with _refusing(source):
        for read in file.fetch(contig, region.start, region.end):
            if _usable(read, region):
                yield read


def _usable(read: pysam.AlignedSegment, region: Region) -> bool:
    good = not read.flag & UNUSED_READS and read.mapping_quality >= MIN_MAPPING_QUALITY
    return bool(good and read.query_length and read.get_overlap(region.start, region.end))


def _call(source: ReadSource, slices: Mapping[Gene, ReferenceSlice], scratch: Path) -> list[RawRecord]:
    """Return the calls in the coordinates of the gene regions."""
    pile, calls = scratch / "pile.bcf", scratch / "calls.bcf"
    inputs = ("-f", str(write_fasta(slices, scratch)), str(scratch / "reads.bam"))
    options = (*PILEUP, *DEPTHS, *QUALITIES, *PROFILES.get(source.library, ()), "-o", str(pile))
    try:
        pysam.bcftools.mpileup(*options, *inputs, catch_stdout=False)
        pysam.bcftools.call(*CALL, "-o", str(calls), str(pile), catch_stdout=False)
    except SamtoolsError as error:
        problem = "the variant caller ends with an error on these reads"
        raise PatientDataError(source.reads.path, problem, "check the file, or give a VCF") from error
    with pysam.VariantFile(str(calls)) as file:
        (sample,) = file.header.samples
    names = {str(gene): str(gene) for gene in slices}
    check = VcfCheck(path=str(calls), contigs=names, sample=sample, samples=1, indexed=False, gvcf=False)
    regions = [Region(str(gene), 0, len(part.region)) for gene, part in slices.items()]
    return read_vcf(check, regions).records


def _moved(record: RawRecord, slices: Mapping[Gene, ReferenceSlice], contigs: Mapping[str, str]) -> RawRecord:
    """Return a call in the coordinates of the genome, marked where it is weak."""
    region = slices[Gene(record.chrom)].region
    filters = () if _strong(record) else (LOW_QUALITY,)
    pos, end = record.pos + region.start, record.end + region.start
    contig = contigs[region.chrom]
    return replace(record, contig=contig, chrom=region.chrom, pos=pos, end=end, filters=filters)


def _strong(record: RawRecord) -> bool:
    depths = [record.alt_depth(index) or 0 for index in record.carried]
    return (record.quality or 0.0) >= MIN_QUALITY and min(depths, default=0) >= MIN_ALT_DEPTH
