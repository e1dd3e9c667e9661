"""People with genotypes at SNVs outside the genes, as VCF and BAM: for the tests of `identity.sites`."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pysam

from als_screen.evidence import BatchCheck
from als_screen.inputs.sites import Site
from als_screen.patient import Patient
from als_screen.regions import AUTOSOME_LENGTHS, Build
from als_screen.samples import index_of
from als_screen.stages import check_inputs
from variant_files import write

#: A few NC_ names, as NCBI's own genomes have them.
ACCESSIONS = {"1": "NC_000001.11", "2": "NC_000002.12", "3": "NC_000003.12", "9": "NC_000009.12"}
ACCESSIONS |= {"16": "NC_000016.10", "21": "NC_000021.9"}
SITES = [Site(chrom, 1_000_000 * (step + 1), "A", "G", 0.5) for chrom in ("2", "3") for step in range(20)]
READ = 100


def names(style: str, build: Build = Build.GRCH38) -> dict[str, str]:
    """Return the contigs' names: with "chr", "" or "NC" in front."""
    if style == "NC":
        return ACCESSIONS
    return {chrom: style + chrom for chrom in AUTOSOME_LENGTHS[build]}


def person(seed: int) -> dict[Site, int]:
    """Return the copies of ALT at each site."""
    draws = np.random.default_rng(seed).binomial(2, 0.5, len(SITES))
    return {site: int(copies) for site, copies in zip(SITES, draws, strict=True)}


def table(sites: Sequence[Site], build: str = "GRCh38") -> str:
    """Return a file of sites."""
    rows = [f"{build}\tchr{one.chrom}\t{one.pos}\t{one.ref}\t{one.alt}\t{one.frequency}" for one in sites]
    return "\n".join(["build\tchrom\tpos\tref\talt\taf", *rows]) + "\n"


def vcf_of(path: Path, copies: Mapping[Site, int], style: str = "chr", *, blocks: bool = False) -> Path:
    """Write a person's VCF: what is carried, and reference blocks over the rest where `blocks`."""
    lengths = AUTOSOME_LENGTHS[Build.GRCH38]
    contigs = [f"##contig=<ID={name},length={lengths[chrom]}>" for chrom, name in names(style).items()]
    head = ["##fileformat=VCFv4.2", *contigs]
    head += [
        '##INFO=<ID=END,Number=1,Type=Integer,Description="End">',
        '##ALT=<ID=NON_REF,Description="Any">',
    ]
    head += [
        f'##FORMAT=<ID={key},Number=1,Type={kind},Description="x">'
        for key, kind in (("GT", "String"), ("DP", "Integer"))
    ]
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", "P1"]
    lines = []
    for site, number in copies.items():
        name = names(style)[site.chrom]
        if number:
            call = "0/1" if number == 1 else "1/1"
            lines.append(f"{name}\t{site.pos}\t.\t{site.ref}\t{site.alt}\t50\tPASS\t.\tGT:DP\t{call}:30")
        elif blocks:
            span = f"{name}\t{site.pos - 50}\t.\tC\t<NON_REF>\t.\t.\tEND={site.pos + 50}"
            lines.append(f"{span}\tGT:DP\t0/0:30")
    text = "\n".join([*head, "\t".join(columns), *lines]) + "\n"
    if path.suffixes[-1] == ".plain":  # gzip that is not BGZF
        target = path.with_suffix("")
        target.write_bytes(gzip.compress(text.encode()))
        return target
    return write(path, text)


def bam_of(path: Path, copies: Mapping[Site, int], style: str = "chr", depth: int = 20) -> Path:
    """Write a person's reads: `depth` at every site, nothing elsewhere."""
    lengths = AUTOSOME_LENGTHS[Build.GRCH38]
    header = pysam.AlignmentHeader.from_dict(
        {
            "HD": {"VN": "1.6", "SO": "coordinate"},
            "SQ": [{"SN": name, "LN": lengths[chrom]} for chrom, name in names(style).items()],
            "RG": [{"ID": "1", "SM": "P1"}],
        }
    )
    with pysam.AlignmentFile(str(path), "wb", header=header) as file:
        for site, number in copies.items():
            for read in range(depth):
                file.write(_read(header, names(style)[site.chrom], site, read, alt=read % 2 < number))
    pysam.index(str(path))
    return path


def _read(
    header: pysam.AlignmentHeader, name: str, site: Site, number: int, *, alt: bool
) -> pysam.AlignedSegment:
    at = 40
    bases = "T" * at + (site.alt if alt else site.ref) + "T" * (READ - at - 1)
    fields = (
        f"r{number}",
        16 * (number % 4 > 1),
        name,
        site.pos - at,
        60,
        f"{READ}M",
        "*",
        0,
        0,
        bases,
        "F" * READ,
        "RG:Z:1",
    )
    return pysam.AlignedSegment.fromstring("\t".join(map(str, fields)), header)


def checked(patient: Patient) -> BatchCheck:
    """Return the checks of one patient, who must have no problem but a missing index."""
    found = check_inputs("b", [patient], "auto", None)
    assert not found.patients[0].problems, found.patients[0].problems
    assert all(one.indexed == (index_of(Path(one.path)) is not None) for one in found.patients[0].vcf)
    return found
