"""Reads the headers and ends of VCF, BCF, BAM and CRAM files (pysam only here, in this area).

Everything that a file can do wrong at this point is raised as `PatientDataError`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.samples import index_of

#: The empty block that ends every complete BGZF file. Source: SAM specification, section 4.1.2.
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
GZIP_MAGIC = b"\x1f\x8b"
#: htslib asks the network for CRAM references unless told where to look; nothing is fetched at run time.
NO_NETWORK = {"REF_PATH": os.devnull, "REF_CACHE": os.devnull}


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself before its records.

    Attributes:
        contigs: name to length in bases, None where not given.
        samples: sample columns, or the distinct @RG SM.
        gvcf: it declares reference blocks.
        indexed: an index that can be used lies beside it.
    """

    contigs: dict[str, int | None]
    samples: tuple[str, ...]
    gvcf: bool
    indexed: bool


def read_vcf_header(path: Path) -> Header:
    """Return the header of a VCF or BCF; raise `PatientDataError` where it, or the file's end, is broken."""
    _check_regular(path)
    _check_end_of_vcf(path)
    index = index_of(path)
    if index:
        _check_index_age(path, index)
    with (
        _quiet(),
        _translated(path, "a VCF or BCF"),
        pysam.VariantFile(str(path), drop_samples=False) as file,
    ):
        header = file.header
        contigs = {str(name): header.contigs[name].length or None for name in header.contigs}
        gvcf = "<NON_REF>" in str(header) or "NON_REF" in header.alts or "*" in header.alts
        return Header(contigs, tuple(header.samples), gvcf, index is not None)


def read_reads_header(path: Path, fasta: Path | None) -> Header:
    """Return the header of a BAM or CRAM; raise `PatientDataError` where it, its end or index is broken."""
    _check_regular(path)
    index = index_of(path)
    if index:
        _check_index_age(path, index)
    os.environ.update(NO_NETWORK)
    kind = "a CRAM" if path.suffix == ".cram" else "a BAM"
    reference = str(fasta) if fasta else None
    with (
        _quiet(),
        _translated(path, kind),
        pysam.AlignmentFile(str(path), reference_filename=reference) as file,
    ):
        _check_format(path, file)
        header = file.header.to_dict()
        samples = tuple(sorted({group["SM"] for group in header.get("RG", []) if group.get("SM")}))
        contigs: dict[str, int | None] = dict(zip(file.references, file.lengths, strict=True))
        _check_sorted(path, header)
        return Header(contigs, samples, gvcf=False, indexed=file.has_index())


def _check_format(path: Path, file: pysam.AlignmentFile) -> None:
    if not (file.is_bam or file.is_cram) or file.is_cram != (path.suffix == ".cram"):
        raise PatientDataError(str(path), "the content is not what the ending says", "give a BAM or CRAM")


def _check_sorted(path: Path, header: dict[str, dict[str, str]]) -> None:
    order = header.get("HD", {}).get("SO", "unknown")
    if order in ("unsorted", "queryname"):
        raise PatientDataError(str(path), f"the reads are sorted by {order}", "sort by coordinate and index")


def _check_regular(path: Path) -> None:
    """Refuse folders, pipes and devices before anything opens (and perhaps blocks on) them."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise PatientDataError(str(path), f"cannot be read: {error.strerror}", "check the path") from error
    if not stat.S_ISREG(mode):
        raise PatientDataError(str(path), "is not a regular file", "give the file itself")
    if not os.access(path, os.R_OK):
        raise PatientDataError(str(path), "cannot be read: permission denied", "make it readable")
    if path.stat().st_size == 0:
        raise PatientDataError(str(path), "is empty", "copy or make it again")


def _check_index_age(path: Path, index: Path) -> None:
    if index.stat().st_mtime < path.stat().st_mtime:
        expected = f"the index {index.name} is older than its data"
        raise PatientDataError(str(path), expected, "make the index again (`touch` it if it is right)")


def _check_end_of_vcf(path: Path) -> None:
    """A complete BGZF file ends in an empty block, a complete text file in a line of full width."""
    truncated = PatientDataError(str(path), "the file is truncated", "copy or make it again")
    with path.open("rb") as file:
        magic = file.read(18)
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(max(0, size - 65_536))
        tail = file.read()
    if magic[:2] == GZIP_MAGIC:
        bgzf = magic[3] & 4 and b"BC" in magic[12:14]
        if bgzf and not tail.endswith(BGZF_EOF):
            raise truncated
        return
    lines = tail.split(b"\n")
    if lines[-1] and len(lines) > 1 and lines[-1].count(b"\t") < lines[-2].count(b"\t"):
        raise truncated


@contextmanager
def _translated(path: Path, kind: str) -> Iterator[None]:
    """Turn what htslib raises for a broken file into one sentence."""
    try:
        yield
    except (OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        text = " ".join(str(error).split())
        if "EOF marker" in text or "truncated" in text:
            raise PatientDataError(str(path), "the file is truncated", "copy or make it again") from error
        expected = f"cannot be read as {kind} ({text})"
        raise PatientDataError(str(path), expected, "copy or make it again") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep htslib's own messages off the terminal; what matters of them is raised."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
