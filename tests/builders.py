"""Build small BAM, CRAM and VCF files in a test, with a sequence dictionary of our own.

Everything that is written is read again and held against what was asked for. Positions of VCF lines are
1-based, of reads 0-based; chromosomes are written without `chr` and get it in files where `prefix` is True.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pysam

from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.bam import Sample, write_bam, write_cram, write_cram_with_reference
from als_screen.simulate.contigs import contig_name, primary_contigs
from als_screen.simulate.fragments import RawReads
from als_screen.simulate.haplotype import REPEAT_LOCUS, Haplotype, SmallVariant, build_haplotype
from als_screen.simulate.pairs import RawPair, Read, make_pair
from als_screen.simulate.placement import place_reads, reference_window
from als_screen.simulate.reads import sort_reads
from als_screen.simulate.vcf import header_lines, write_lines

#: Bases of one line, so that a line and its end fill one BGZF block.
_FASTA_LINE = 65_279


def bases(chrom: str, start: int, end: int, build: Build = Build.GRCH38) -> str:
    """Return reference bases of a gene region, 0-based half-open."""
    gene = bundled().gene_at(build, chrom, start, end)
    assert gene is not None, f"{chrom}:{start}-{end} lies in no gene region"
    return bundled().slices(build)[gene].fetch(start, end)


def fragment(
    name: str,
    chrom: str,
    start: int,
    length: int = 400,
    *,
    variants: tuple[SmallVariant, ...] = (),
    repeats: int = 3,
    read_length: int = 150,
    quality: int = 37,
    mapq: int | None = None,
    forward_first: bool = True,
    duplicate: bool = False,
    build: Build = Build.GRCH38,
) -> tuple[Read, Read]:
    """Return the two error-free reads of a fragment that starts at a 0-based place of the reference.

    The fragment comes from a haplotype with `variants` and a repeat of `repeats` units; an expanded repeat
    lengthens the haplotype to the right of its left end.
    """
    gene = bundled().gene_at(build, chrom, start, start + 1)
    assert gene is not None, f"{chrom}:{start} lies in no gene region"
    haplotype = _haplotype(build, gene, variants, repeats)
    first = haplotype.lift(start)
    starts = np.array([first, first + length - read_length])
    sequence = haplotype.sequence[starts[:, None] + np.arange(read_length)]
    qualities = np.full(sequence.shape, quality, dtype=np.uint8)
    nothing = np.zeros(2, dtype=np.int64)
    raw = RawReads(starts, sequence, qualities, nothing, nothing)
    left, right = place_reads(raw, haplotype, build, reference_window(build, gene))
    pair = RawPair(
        (sequence[0], sequence[1]), (qualities[0], qualities[1]), forward_first, duplicate, 0, 1000
    )
    lines = make_pair(name, pair, (left, right))
    return lines if mapq is None else (replace(lines[0], mapq=mapq), replace(lines[1], mapq=mapq))


@cache
def _haplotype(build: Build, gene: Gene, variants: tuple[SmallVariant, ...], repeats: int) -> Haplotype:
    repeat = (REPEAT_LOCUS[build], repeats) if gene is Gene.C9ORF72 else None
    return build_haplotype(bundled().slices(build)[gene], variants, repeat)


def pile(
    chrom: str,
    start: int,
    end: int,
    depth: int = 30,
    *,
    variants: tuple[SmallVariant, ...] = (),
    every: int = 2,
    quality: int = 37,
    mapq: int = 60,
    build: Build = Build.GRCH38,
) -> list[Read]:
    """Return evenly spaced error-free fragments of 300 bases that give `depth` from `start` to `end`.

    Every `every`-th fragment carries `variants`; read 1 is forward in half of those and half of the others.
    """
    length = 300
    step = length / depth
    reads: list[Read] = []
    for number in range(int((end - start + length) / step)):
        carried = variants if number % every == 0 else ()
        place = start - length + 1 + round(number * step)
        forward = (number // every) % 2 == 0
        name = f"pile:{number:05d}"
        reads += fragment(
            name,
            chrom,
            place,
            length,
            variants=carried,
            quality=quality,
            mapq=mapq,
            forward_first=forward,
            build=build,
        )
    return reads


def write_reads(
    path: Path,
    reads: Sequence[Read],
    sample: str = "P1",
    build: Build = Build.GRCH38,
    *,
    prefix: bool = True,
    contigs: tuple[str, ...] | None = None,
    fasta: Path | None = None,
) -> Path:
    """Sort and write reads as BAM or CRAM by suffix, with index; with `fasta` a CRAM that needs it."""
    who = Sample(sample, build, prefix, contigs)
    ordered = sort_reads(reads, build)
    if fasta is not None:
        write_cram_with_reference(path, ordered, who, fasta)
    else:
        (write_cram if path.suffix == ".cram" else write_bam)(path, ordered, who)
    with pysam.AlignmentFile(str(path), reference_filename=None if fasta is None else str(fasta)) as file:
        found = [(read.query_name, read.flag, read.query_sequence) for read in file.fetch(until_eof=True)]
    assert found == [(read.name, read.flag, read.sequence) for read in ordered]
    return path


def vcf_line(
    chrom: str,
    pos: int,
    ref: str,
    alt: str,
    *genotypes: str,
    form: str = "GT",
    filter: str = "PASS",  # noqa: A002
    info: str = ".",
    quality: str = "50",
) -> str:
    """Return a record; `chrom` as the file writes it, `genotypes` as raw text ("0/1" or "0/1:10,12:22")."""
    return "\t".join([chrom, str(pos), ".", ref, alt, quality, filter, info, form, *genotypes])


def write_vcf(
    path: Path,
    lines: Sequence[str],
    samples: Sequence[str] = ("P1",),
    build: Build = Build.GRCH38,
    *,
    prefix: bool = True,
    contigs: tuple[str, ...] | None = None,
    header: Sequence[str] = (),
) -> Path:
    """Write records in the given order as `.vcf`, `.vcf.gz` or `.bcf` with index; `header`: more lines."""
    write_lines(path, [*header_lines(Sample("", build, prefix, contigs), samples, header), *lines])
    with pysam.VariantFile(str(path)) as file:
        found = ["/".join(_genotype(call) for call in record.samples.values()) for record in file]
    assert found == [
        "/".join(field.split(":")[0].replace("|", "/") for field in line.split("\t")[9:]) for line in lines
    ]
    return path


def _genotype(call: pysam.VariantRecordSample) -> str:
    return "/".join("." if allele is None else str(allele) for allele in call["GT"])


def sparse_fasta(
    path: Path, build: Build = Build.GRCH38, genes: Sequence[Gene] = (Gene.SOD1,), *, prefix: bool = True
) -> Path:
    """Write a bgzipped FASTA (.fa.gz) with .fai and .gzi: true contig lengths, N but for the gene regions.

    Only the chromosomes of `genes` are in it. Blocks of N are compressed once and repeated.
    """
    blocks, index, written = [], [], 0
    for gene in genes:
        region = bundled().gene_region(build, gene)
        name, length = contig_name(region.chrom, prefix=prefix), primary_contigs(build)[region.chrom]
        blocks.append(bgzf_block(f">{name}\n".encode()))
        written += len(f">{name}\n")
        index.append(f"{name}\t{length}\t{written}\t{_FASTA_LINE}\t{_FASTA_LINE + 1}\n")
        for line in range(0, length, _FASTA_LINE):
            blocks.append(_fasta_block(build, gene, line, min(line + _FASTA_LINE, length)))
            written += min(line + _FASTA_LINE, length) - line + 1
    path.write_bytes(b"".join(data for data, _ in blocks) + _BGZF_END)
    Path(f"{path}.fai").write_text("".join(index))
    Path(f"{path}.gzi").write_bytes(_gzi(blocks))
    return path


_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def bgzf_block(data: bytes, level: int = 6) -> tuple[bytes, int]:
    """Return a BGZF block and how much it holds."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    head = struct.pack("<4BI2BH2B2H", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, len(packed) + 25)
    return head + packed + struct.pack("<2I", zlib.crc32(data), len(data)), len(data)


@cache
def _nothing_block(length: int) -> tuple[bytes, int]:
    return bgzf_block(b"N" * length + b"\n")


def _fasta_block(build: Build, gene: Gene, start: int, end: int) -> tuple[bytes, int]:
    """Return the line of a chromosome from `start` to `end`, 0-based half-open."""
    part = bundled().slices(build)[gene]
    low, high = max(start, part.region.start), min(end, part.region.end)
    if low >= high:
        return _nothing_block(end - start)
    line = "N" * (low - start) + part.fetch(low, high) + "N" * (end - high)
    return bgzf_block(line.encode() + b"\n")


def _gzi(blocks: Sequence[tuple[bytes, int]]) -> bytes:
    """Return the index of the blocks but the first: compressed and uncompressed offsets."""
    offsets, packed, plain = [], 0, 0
    for data, size in blocks[:-1]:
        packed, plain = packed + len(data), plain + size
        offsets.append(struct.pack("<2Q", packed, plain))
    return struct.pack("<Q", len(offsets)) + b"".join(offsets)
