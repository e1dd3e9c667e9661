"""Reads the headers and ends of VCF, BCF, BAM and CRAM files (pysam only here, in this area).

Everything that a file can do wrong at this point is raised as `PatientDataError`.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.htslib import quiet, telling
from als_screen.inputs.bounds import check_header_size
from als_screen.inputs.diagnosis import Kind, truncated
from als_screen.inputs.ends import is_bgzf, is_cut, is_gzip
from als_screen.inputs.index import check_extent
from als_screen.samples import READS_ENDINGS, indexes_of

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
    check_header_size(path)
    _check_whole(path)
    indexes = indexes_of(path)
    _check_indexes(path, indexes)
    with (
        quiet(),
        telling(path, "VCF or BCF", by_index=False),
        seekable(path) as readable,
        pysam.VariantFile(str(readable), drop_samples=False) as file,
    ):
        header = file.header
        contigs = {str(name): header.contigs[name].length or None for name in header.contigs}
        samples = tuple(header.samples)
        gvcf = "<NON_REF>" in str(header) or "NON_REF" in header.alts or "*" in header.alts
        if indexes:
            _check_vcf_index(
                path, None if file.index is None else [str(name) for name in file.index], contigs
            )
        text = readable == path and file.compression == "NONE" and file.is_vcf
        records = next(iter(file), None) is not None if indexes else False
    for index in indexes if records else ():
        check_extent(path, index, to_the_end=True)
    doubt = _doubtful_end(path, columns=9 + len(samples) if samples else 8) if text else ""
    return Header(contigs, samples, gvcf, bool(indexes), doubt)


@contextmanager
def seekable(path: Path) -> Iterator[Path]:
    """Yield a file that pysam can open: the VCF, or the header copied out of one in plain gzip."""
    if not is_gzip(path) or is_bgzf(path):
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=".vcf") as copy, gzip.open(path, "rb") as file:
        copy.writelines(takewhile(lambda line: line.startswith(b"#"), file))
        copy.flush()
        yield Path(copy.name)


def _check_vcf_index(path: Path, named: Iterable[str] | None, contigs: Mapping[str, int | None]) -> None:
    """Refuse an index that htslib could not load, or that names contigs that the file has not.

    htslib adds the contigs of a .tbi to the header, without a length.
    """
    if named is None:
        plain = is_gzip(path) and not is_bgzf(path)
        action = "remove it, or compress the file with `bgzip` and index it" if plain else _make_index(path)
        raise PatientDataError(str(path), "the index cannot be used", action)
    added = sorted(name for name in named if contigs.get(name) is None)
    strange = [name for name in added if any(contigs.values()) and not _declares(path, name)]
    if strange:
        expected = f"the index belongs to another file: it names contig {strange[0]!r}"
        raise PatientDataError(str(path), expected, _make_index(path))


def _declares(path: Path, contig: str) -> bool:
    """Tell whether the text of a compressed VCF header has a line for a contig."""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        header = takewhile(lambda line: line.startswith("##"), file)
        return any(re.match(rf"##contig=<ID={re.escape(contig)}[,>]", line) for line in header)


def read_reads_header(path: Path, fasta: Path | None) -> Header:
    """Return the header of a BAM or CRAM; raise `PatientDataError` where it, its end or index is broken."""
    check_regular(path)
    check_header_size(path)
    indexes = indexes_of(path)
    _check_indexes(path, indexes)
    if path.suffix == ".cram":
        _check_whole(path)
    os.environ.update(NO_NETWORK)
    kind: Kind = "CRAM" if path.suffix == ".cram" else "BAM"
    reference = str(fasta) if fasta else None
    with (
        quiet(),
        telling(path, kind, fasta, by_index=False),
        pysam.AlignmentFile(str(path), reference_filename=reference) as file,
    ):
        _check_format(path, file)
        header = file.header.to_dict()
        samples = tuple(sorted({group["SM"] for group in header.get("RG", []) if group.get("SM")}))
        contigs: dict[str, int | None] = dict(zip(file.references, file.lengths, strict=True))
        _check_sorted(path, header)
        _check_bai(path, indexes, len(contigs))
        if file.is_bam:
            for index in indexes:
                check_extent(path, index, to_the_end=False)
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
            raise PatientDataError(str(path), f"{index.name} is not a BAM index", _make_index(path))
        if int.from_bytes(start[4:], "little") != references:
            raise PatientDataError(
                str(path), f"the index {index.name} belongs to another file", _make_index(path)
            )


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
            _check_whole(index)
        except PatientDataError as error:
            raise PatientDataError(
                str(path), f"index {index.name}: {error.expected}", _make_index(path)
            ) from error
        if index.stat().st_mtime < path.stat().st_mtime:
            expected = f"the index {index.name} is older than its data"
            raise PatientDataError(str(path), expected, f"{_make_index(path)} (`touch` it if it is right)")


def _make_index(path: Path) -> str:
    tool = "samtools" if path.suffix in READS_ENDINGS else "bcftools"
    return f"make it again with `{tool} index`"


def _check_whole(path: Path) -> None:
    if is_cut(path):
        raise truncated(path)


def _doubtful_end(path: Path, columns: int) -> str:
    """Return a doubt where the last line of a text VCF has no end; raise where it has too few columns."""
    line = _last_line(path)
    if line.endswith(b"\n"):
        return ""
    if line.startswith(b"#") or line.count(b"\t") < columns - 1:
        raise truncated(path)
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
