"""Small VCF, BCF, BAM and CRAM files whose headers are of interest, sound and broken in every way."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pysam

from als_screen.regions import CHROMOSOME_LENGTHS, Build

GRCH38 = CHROMOSOME_LENGTHS[Build.GRCH38]
GRCH37 = CHROMOSOME_LENGTHS[Build.GRCH37]


def named(lengths: Mapping[str, int], prefix: str = "chr") -> dict[str, int]:
    """Return the contigs with `prefix` before their names."""
    return {f"{prefix}{name}": length for name, length in lengths.items()}


def vcf_text(
    contigs: Mapping[str, int | None], samples: Sequence[str] = ("P1",), records: int = 3, extra: str = ""
) -> str:
    """Return a VCF with a few records on the last contig of ours."""
    lines = ["##fileformat=VCFv4.2", '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">']
    lines += [
        f"##contig=<ID={name},length={length}>" if length else f"##contig=<ID={name}>"
        for name, length in contigs.items()
    ]
    lines += [extra] if extra else []
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples]
    lines.append("\t".join(columns if samples else columns[:8]))
    chrom = list(contigs)[-1] if contigs else "chr21"
    for number in range(records):
        cells = [
            chrom,
            str(31_659_700 + number),
            ".",
            "A",
            "C",
            "50",
            "PASS",
            ".",
            "GT",
            *["0/1"] * len(samples),
        ]
        lines.append("\t".join(cells if samples else cells[:8]))
    return "\n".join(lines) + "\n"


def write_vcf(path: Path, text: str, index: bool = False) -> Path:
    """Write a VCF, BGZF-compressed or as BCF by its ending."""
    if path.name.endswith(".vcf"):
        path.write_text(text, encoding="utf-8")
        return path
    plain = path.with_name(f"{path.name}.plain.vcf")
    plain.write_text(text, encoding="utf-8")
    with (
        pysam.VariantFile(str(plain)) as source,
        pysam.VariantFile(str(path), "wb" if path.suffix == ".bcf" else "wz", header=source.header) as target,
    ):
        for record in source:
            target.write(record)
    plain.unlink()
    if index and path.suffix == ".bcf":
        pysam.tabix_index(str(path), preset="bcf", force=True)  # type: ignore[arg-type]
    elif index:
        pysam.tabix_index(str(path), preset="vcf", force=True)
    return path


def write_reads(
    path: Path,
    contigs: Mapping[str, int],
    samples: Sequence[str] = ("P1",),
    reads: int = 200,
    order: str = "coordinate",
    index: bool = True,
) -> Path:
    """Write a BAM, or a CRAM that needs no reference, with reads on the last contig."""
    header = {
        "HD": {"VN": "1.6", "SO": order},
        "SQ": [{"SN": name, "LN": length} for name, length in contigs.items()],
        "RG": [{"ID": f"rg{number}", "SM": sample} for number, sample in enumerate(samples)],
    }
    mode = "wc" if path.suffix == ".cram" else "wb"
    options = ["no_ref=1"] if path.suffix == ".cram" else []
    with pysam.AlignmentFile(str(path), mode, header=header, format_options=options) as file:
        for number in range(reads):
            file.write(_read(file.header, len(contigs) - 1, 1_000_000 + number, number))
    if index:
        pysam.index(str(path))
    return path


def _read(header: pysam.AlignmentHeader, contig: int, start: int, number: int) -> pysam.AlignedSegment:
    read = pysam.AlignedSegment(header)
    read.query_name = f"read{number}"
    read.query_sequence = "ACGTTGCATC" * 10
    read.query_qualities = pysam.qualitystring_to_array(chr(33 + 20 + number % 20) * 100)
    read.reference_id = contig
    read.reference_start = start
    read.mapping_quality = 60
    read.cigarstring = "100M"
    read.flag = 0
    return read


def cut(path: Path, keep: float) -> Path:
    """Cut a file to a part of its length, and make it older than its index."""
    os.truncate(path, int(path.stat().st_size * keep))
    return older(path)


def drop_end_marker(path: Path, size: int = 28) -> Path:
    """Remove the empty block at the end."""
    os.truncate(path, path.stat().st_size - size)
    return older(path)


def older(path: Path, seconds: int = 100) -> Path:
    """Set the time of a file back."""
    when = path.stat().st_mtime - seconds
    os.utime(path, (when, when))
    return path
