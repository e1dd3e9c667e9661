"""Reads the headers and ends of VCF, BCF, BAM and CRAM files (pysam only here, in this area).

Everything that a file can do wrong at this point is raised as `PatientDataError`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.samples import indexes_of

#: The empty block that ends every complete BGZF file. Source: SAM specification, section 4.1.2.
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
GZIP_MAGIC = b"\x1f\x8b"
MAKE_INDEX = "make it again with `samtools index`"
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
        doubt: what makes the file doubtful but usable, "" for nothing.
    """

    contigs: dict[str, int | None]
    samples: tuple[str, ...]
    gvcf: bool
    indexed: bool
    doubt: str = ""


def read_vcf_header(path: Path) -> Header:
    """Return the header of a VCF or BCF; raise `PatientDataError` where it, or the file's end, is broken."""
    check_regular(path)
    _check_end_of_bgzf(path)
    indexes = indexes_of(path)
    _check_indexes(path, indexes)
    with (
        _quiet(),
        _translated(path, "a VCF or BCF"),
        pysam.VariantFile(str(path), drop_samples=False) as file,
    ):
        header = file.header
        contigs = {str(name): header.contigs[name].length or None for name in header.contigs}
        samples = tuple(header.samples)
        gvcf = "<NON_REF>" in str(header) or "NON_REF" in header.alts or "*" in header.alts
        if indexes:
            _check_vcf_index(path, None if file.index is None else list(file.index), contigs)
        text = file.compression == "NONE" and file.is_vcf
    doubt = _doubtful_end(path, columns=9 + len(samples) if samples else 8) if text else ""
    return Header(contigs, samples, gvcf, bool(indexes), doubt)


def _check_vcf_index(path: Path, named: Iterable[str] | None, contigs: Container[str]) -> None:
    """Refuse an index that htslib could not load, or that names contigs that the file has not."""
    if named is None:
        raise PatientDataError(str(path), "the index cannot be used", "make it again with `bcftools index`")
    strange = sorted(name for name in named if contigs and name not in contigs)
    if strange:
        expected = f"the index belongs to another file: it names contig {strange[0]!r}"
        raise PatientDataError(str(path), expected, "make it again with `bcftools index`")


def read_reads_header(path: Path, fasta: Path | None) -> Header:
    """Return the header of a BAM or CRAM; raise `PatientDataError` where it, its end or index is broken."""
    check_regular(path)
    indexes = indexes_of(path)
    _check_indexes(path, indexes)
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
        _check_bai(path, indexes, len(contigs))
        return Header(contigs, samples, gvcf=False, indexed=file.has_index())


def _check_format(path: Path, file: pysam.AlignmentFile) -> None:
    if not (file.is_bam or file.is_cram) or file.is_cram != (path.suffix == ".cram"):
        raise PatientDataError(str(path), "the content is not what the ending says", "give a BAM or CRAM")


def _check_sorted(path: Path, header: dict[str, dict[str, str]]) -> None:
    order = header.get("HD", {}).get("SO", "unknown")
    if order in ("unsorted", "queryname"):
        raise PatientDataError(str(path), f"the reads are sorted by {order}", "sort by coordinate and index")


def _check_bai(path: Path, indexes: Sequence[Path], references: int) -> None:
    """Refuse a .bai that was made for another set of references: it finds other reads, or none."""
    for index in (found for found in indexes if found.suffix == ".bai"):
        with index.open("rb") as file:
            start = file.read(8)
        if start[:4] != b"BAI\1" or len(start) < 8:
            raise PatientDataError(str(path), f"{index.name} is not a BAM index", MAKE_INDEX)
        if int.from_bytes(start[4:], "little") != references:
            raise PatientDataError(str(path), f"the index {index.name} belongs to another file", MAKE_INDEX)


def check_regular(path: Path) -> None:
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


def _check_indexes(path: Path, indexes: Iterable[Path]) -> None:
    """Refuse indexes older than their data, and those that cannot be read."""
    for index in indexes:
        try:
            check_regular(index)
        except PatientDataError as error:
            raise PatientDataError(
                str(path), f"the index {index.name} {error.expected}", MAKE_INDEX
            ) from error
        if index.stat().st_mtime < path.stat().st_mtime:
            expected = f"the index {index.name} is older than its data"
            raise PatientDataError(str(path), expected, "make the index again (`touch` it if it is right)")


def _check_end_of_bgzf(path: Path) -> None:
    """A complete BGZF file ends in an empty block."""
    with path.open("rb") as file:
        magic = file.read(18)
        file.seek(-min(len(BGZF_EOF), path.stat().st_size), os.SEEK_END)
        end = file.read()
    bgzf = magic[:2] == GZIP_MAGIC and len(magic) == 18 and magic[3] & 4 and magic[12:14] == b"BC"
    if bgzf and end != BGZF_EOF:
        raise _truncated(path)


def _doubtful_end(path: Path, columns: int) -> str:
    """Return a doubt where the last line of a text VCF has no end; raise where it has too few columns."""
    line = _last_line(path)
    if line.endswith(b"\n"):
        return ""
    if line.startswith(b"#") or line.count(b"\t") < columns - 1:
        raise _truncated(path)
    return "the last line has no line end, so the file may be truncated"


def _last_line(path: Path) -> bytes:
    """Return the last line with its end, if it has one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for length in (1 << power for power in range(16, 64, 2)):
            file.seek(max(0, size - length))
            tail = file.read()
            start = tail.rfind(b"\n", 0, len(tail) - 1)
            if start >= 0 or length >= size:
                return tail[start + 1 :]
    return b""


def _truncated(path: Path) -> PatientDataError:
    return PatientDataError(str(path), "the file is truncated", "copy or make it again")


@contextmanager
def _translated(path: Path, kind: str) -> Iterator[None]:
    """Turn what htslib raises for a broken file into one sentence."""
    try:
        yield
    except (OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        text = " ".join(str(error).split())
        if "EOF marker" in text or "truncated" in text:
            raise _truncated(path) from error
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
