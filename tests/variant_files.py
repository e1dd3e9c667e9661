"""What the tests of the variant screen share: VCF texts, records, and what a header check says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pysam
import pysam.bcftools

from als_screen.evidence import PatientCheck, ReadsCheck, VariantEvidence, VcfCheck
from als_screen.patient import LibraryKind, Patient
from als_screen.regions import CHROMOSOME_LENGTHS, Build, Gene, Region
from als_screen.resources import ReferenceSlice, bundled
from als_screen.variants.records import RawRecord
from als_screen.variants.screen import screen_variants
from als_screen.variants.vcf import read_vcf

FIELDS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="x">',
    '##FORMAT=<ID=MIN_DP,Number=1,Type=Integer,Description="x">',
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="x">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="x">',
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="x">',
    '##FILTER=<ID=LowQual,Description="x">',
)
CHROMOSOMES = ("1", "9", "16", "21")


def genome(chrom: str, pos: int, length: int = 1, build: Build = Build.GRCH38) -> str:
    """Return bases of a gene region from the 1-based position on."""
    gene = bundled().gene_at(build, chrom, pos - 1, pos)
    assert gene is not None
    return bundled().slices(build)[gene].fetch(pos - 1, pos - 1 + length)


def part(chrom: str, build: Build = Build.GRCH38) -> ReferenceSlice:
    """Return the gene region of a chromosome."""
    slices = bundled().slices(build)
    return next(slices[gene] for gene in Gene if slices[gene].region.chrom == chrom)


def other(base: str) -> str:
    """Return another base."""
    return {"A": "G", "G": "A", "C": "T", "T": "C"}[base]


def row(
    place: str, ref: str, alt: str, *calls: str, form: str = "GT", info: str = ".", filt: str = "PASS"
) -> str:
    """Return a VCF line without "chr"; `place` is "21:31663810"."""
    chrom, _, pos = place.partition(":")
    return "\t".join([chrom, pos, ".", ref, alt, "50", filt, info, form, *calls])


def raw(place: str, ref: str, alts: str, call: str | None = "0/1", **more: Any) -> RawRecord:
    """Return a record; `alts` comma-separated or ".", `call` None for a record without GT."""
    chrom, _, number = place.partition(":")
    written = [] if call is None else call.replace("|", "/").split("/")
    copies = tuple(None if one == "." else int(one) for one in written)
    usual: dict[str, Any] = {
        "contig": f"chr{chrom}",
        "chrom": chrom,
        "pos": int(number),
        "end": int(number) + len(ref) - 1,
        "ref": ref,
        "alts": () if alts == "." else tuple(alts.split(",")),
        "copies": None if call is None else copies,
        "phased": "|" in (call or ""),
    }
    return RawRecord(**{**usual, **more})


def vcf_text(
    lines: Sequence[str],
    samples: Sequence[str] = ("P1",),
    build: Build = Build.GRCH38,
    prefix: str = "chr",
    fields: Sequence[str] = FIELDS,
) -> str:
    """Return a whole VCF of lines made by `row`."""
    lengths = CHROMOSOME_LENGTHS[build].items()
    contigs = [f"##contig=<ID={prefix}{chrom},length={length}>" for chrom, length in lengths]
    columns = [*["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"], *samples]
    head = ["##fileformat=VCFv4.2", *fields, *contigs, "\t".join(columns)]
    return "\n".join([*head, *(prefix + line for line in lines)]) + "\n"


def write(path: Path, text: str) -> Path:
    """Write a VCF text in the format that the name says, indexed where that format can be."""
    plain = path.with_name(f"{path.name}.txt")
    plain.write_text(text)
    if path.name.endswith(".vcf.gz"):
        pysam.tabix_compress(str(plain), str(path), force=True)
        pysam.tabix_index(str(path), preset="vcf", force=True)
    elif path.name.endswith(".bcf"):
        pysam.bcftools.view("-Ob", "-o", str(path), str(plain), catch_stdout=False)
        pysam.bcftools.index("-f", str(path), catch_stdout=False)
    else:
        plain.rename(path)
    return path


def checked(
    path: Path,
    sample: str = "P1",
    samples: int = 1,
    *,
    indexed: bool | None = None,
    prefix: str = "chr",
    chroms: Sequence[str] = CHROMOSOMES,
) -> VcfCheck:
    """Return what the header check would find."""
    found = any(path.with_name(path.name + ending).exists() for ending in (".tbi", ".csi"))
    return VcfCheck(
        path=str(path),
        contigs={chrom: f"{prefix}{chrom}" for chrom in chroms},
        sample=sample,
        samples=samples,
        indexed=found if indexed is None else indexed,
        gvcf=False,
    )


def read_records(check: VcfCheck, regions: Iterable[Region]) -> list[RawRecord]:
    """Return the patient's records alone."""
    return read_vcf(check, regions).records


def screen(
    directory: Path,
    *checks: VcfCheck,
    build: Build | None = Build.GRCH38,
    reads: ReadsCheck | None = None,
    callable_bed: Path | None = None,
    library: LibraryKind = LibraryKind.UNKNOWN,
    fasta: Path | None = None,
    named: Sequence[Path] = (),
) -> VariantEvidence:
    """Screen files that are described by their checks; the normalised VCF goes to `directory`/out."""
    check = PatientCheck(
        patient="P1",
        build=build,
        vcf=checks,
        reads=reads,
        callable_bed=None if callable_bed is None else str(callable_bed),
    )
    paths = tuple(named) or tuple(Path(one.path) for one in checks)
    patient = Patient("P1", vcf=paths, library=library)
    return screen_variants(patient, check, bundled(), directory / "out" / "P1.vcf.gz", fasta)


def screen_lines(
    directory: Path,
    lines: Sequence[str],
    *,
    fields: Sequence[str] = FIELDS,
    samples: Sequence[str] = ("P1",),
    callable_bed: Path | None = None,
) -> VariantEvidence:
    """Write lines as a plain VCF and screen the first sample."""
    path = write(directory / "in.vcf", vcf_text(lines, samples, fields=fields))
    return screen(directory, checked(path, samples[0], len(samples)), callable_bed=callable_bed)
