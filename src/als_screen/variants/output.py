"""The normalised VCF of one patient: bgzipped, indexed, one ALT a row, written by temporary name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pysam

from als_screen.evidence import Allele
from als_screen.files import replacing
from als_screen.regions import CHROMOSOME_LENGTHS, Build

FIELDS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype; . stands for an allele in another row">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##FORMAT=<ID=AO,Number=A,Type=Integer,Description="Reads that show the alternate allele">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">',
    '##FORMAT=<ID=PS,Number=1,Type=String,Description="Phase set">',
    '##FORMAT=<ID=ZYG,Number=1,Type=String,Description="Zygosity from the genotype as written">',
    '##FORMAT=<ID=OGT,Number=1,Type=String,Description="Genotype as written in the record">',
    '##INFO=<ID=GENE,Number=1,Type=String,Description="Gene region">',
    '##INFO=<ID=RECORD,Number=1,Type=String,Description="The record as written, percent-encoded">',
)
FORMAT = "GT:DP:AO:GQ:PS:ZYG:OGT"
#: What may stand in a FILTER name in the header; what else a caller wrote becomes "_".
ODD = re.compile(r"[^A-Za-z0-9_.+-]")


def write_normalised_vcf(path: Path, patient: str, build: Build, alleles: Iterable[Allele]) -> None:
    """Write `path` (.vcf.gz) and `path`.tbi: the alleles, sorted, contigs with chr, the patient as sample.

    The same alleles give the same bytes. Both files get their names when they are whole.
    """
    rows = sorted(alleles, key=lambda one: (int(one.chrom), one.pos, one.ref, one.alt))
    with replacing(path) as data, replacing(index_of(path)) as index:
        with pysam.BGZFile(str(data), "wb", None) as file:
            file.write(_text(patient, build, rows).encode())
        pysam.tabix_index(str(data), preset="vcf", force=True, index=str(index))


def remove_normalised_vcf(path: Path) -> None:
    """Remove what an earlier run wrote: nothing old may stand for a patient that cannot be screened now."""
    path.unlink(missing_ok=True)
    index_of(path).unlink(missing_ok=True)


def index_of(path: Path) -> Path:
    """Return the path of the index."""
    return path.with_name(f"{path.name}.tbi")


def _text(patient: str, build: Build, rows: Sequence[Allele]) -> str:
    head = ["##fileformat=VCFv4.3", f"##reference={build}", '##FILTER=<ID=PASS,Description="Passed">']
    head += [
        _filter_line(name) for name in sorted({name for row in rows for name in _filters(row)} - {"PASS"})
    ]
    lengths = CHROMOSOME_LENGTHS[build].items()
    head += [f"##contig=<ID=chr{chrom},length={length},assembly={build}>" for chrom, length in lengths]
    columns = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", patient)
    return "\n".join([*head, *FIELDS, "\t".join(columns), *map(_row, rows)]) + "\n"


def _filters(allele: Allele) -> list[str]:
    return [ODD.sub("_", name) for name in allele.filter.split(";")]


def _filter_line(name: str) -> str:
    return f'##FILTER=<ID={name},Description="Set by the caller in the file of the patient">'


def _row(allele: Allele) -> str:
    sample = (
        _biallelic(allele),
        allele.depth,
        allele.alt_depth,
        allele.genotype_quality,
        allele.phase_set or None,
        allele.zygosity,
        allele.genotype,
    )
    fields = (
        f"chr{allele.chrom}",
        allele.pos,
        None,
        allele.ref,
        allele.alt,
        None if allele.quality is None else f"{allele.quality:g}",
        ";".join(_filters(allele)),
        f"GENE={allele.gene};RECORD={_encoded(allele.record)}",
        FORMAT,
        ":".join(map(_cell, sample)),
    )
    return "\t".join(map(_cell, fields))


def _cell(value: object) -> str:
    return "." if value is None else str(value)


def _biallelic(allele: Allele) -> str:
    """Return the genotype with this allele as 1, the reference as 0 and any other allele as "."."""
    separator = "|" if "|" in allele.genotype else "/"
    numbers = {"0": "0", str(allele.allele_index): "1"}
    return separator.join(numbers.get(copy, ".") for copy in allele.genotype.split(separator))


def _encoded(text: str) -> str:
    """Return text that may stand in an INFO field (VCF 4.3, 1.2)."""
    for char, code in (("%", "%25"), (" ", "%20"), (",", "%2C"), (";", "%3B"), ("=", "%3D")):
        text = text.replace(char, code)
    return text
