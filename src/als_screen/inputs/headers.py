"""Reads the headers and ends of VCF, BCF, BAM and CRAM files (pysam only here, in this area).

Everything that a file can do wrong at this point is raised as `PatientDataError`.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.htslib import quiet
from als_screen.inputs.bounds import GZIP_MAGIC, check_header_size
from als_screen.inputs.index import check_extent
from als_screen.samples import READS_ENDINGS, indexes_of

#: The empty block that ends every complete BGZF file. Source: SAM specification, section 4.1.2.
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
#: The empty container that ends every complete CRAM file, by major version. Source: CRAM specifications
#: 2.1 and 3.0, "End of file container".
CRAM_EOF = {
    2: bytes.fromhex("0b000000ffffffff0fe0454f460000000001000001000606010001000100"),
    3: bytes.fromhex("0f000000ffffffff0fe0454f4600000000010005bdd94f0001000606010001000100ee63014b"),
}
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
    _check_end_of_bgzf(path)
    indexes = indexes_of(path)
    _check_indexes(path, indexes)
    with (
        quiet(),
        _translated(path, "a VCF or BCF"),
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
    if not _is_gzip(path) or _is_bgzf(path):
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
        raise PatientDataError(str(path), "the index cannot be used", _make_index(path))
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
        _check_end_of_cram(path)
    os.environ.update(NO_NETWORK)
    kind = "a CRAM" if path.suffix == ".cram" else "a BAM"
    reference = str(fasta) if fasta else None
    with (
        quiet(),
        _translated(path, kind),
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
            _check_end_of_bgzf(index)
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


def _check_end_of_bgzf(path: Path) -> None:
    """A complete BGZF file ends in an empty block."""
    if _is_bgzf(path) and _ends(path, 18, len(BGZF_EOF))[1] != BGZF_EOF:
        raise _truncated(path)


def _is_gzip(path: Path) -> bool:
    return _ends(path, 2, 0)[0] == GZIP_MAGIC


def _is_bgzf(path: Path) -> bool:
    """Tell block gzip, which says so in an extra field, from plain gzip."""
    start = _ends(path, 18, 0)[0]
    return start[:2] == GZIP_MAGIC and len(start) == 18 and bool(start[3] & 4) and start[12:14] == b"BC"


def _check_end_of_cram(path: Path) -> None:
    """A complete CRAM ends in an empty container.

    pysam looks for the end of BGZF files only. CRAM 2.0 and older have no such end.
    """
    start, end = _ends(path, 6, len(CRAM_EOF[3]))
    if start[:4] != b"CRAM" or start[4:6] <= b"\2\0":
        return
    wanted = CRAM_EOF[2 if start[4] == 2 else 3]
    # Early Java and C implementations differ in the upper half of the ninth byte.
    found = bytearray(end[-len(wanted) :])
    found[8:9] = bytes([found[8] & 0x0F]) if len(found) > 8 else b""
    if found != wanted:
        raise _truncated(path)


def _ends(path: Path, first: int, last: int) -> tuple[bytes, bytes]:
    """Return the first and last bytes of a file."""
    with path.open("rb") as file:
        start = file.read(first)
        file.seek(-min(last, path.stat().st_size), os.SEEK_END)
        return start, file.read()


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
    except (OSError, EOFError, zlib.error, ValueError, NotImplementedError, AssertionError) as error:
        # pysam asserts on some headers; EOFError and zlib.error are gzip's.
        text = _without_path(" ".join(str(error).split()), path)
        if "EOF marker" in text or "truncated" in text:
            raise _truncated(path) from error
        expected = f"cannot be read as {kind} ({text})"
        raise PatientDataError(str(path), expected, "copy or make it again") from error


def _without_path(text: str, path: Path) -> str:
    """Return a message without the path, which is told beside it, and is no part of a result."""
    for form in (f" `{os.fsencode(path)!r}`", f" `{path}`", f": {str(path)!r}", f" {str(path)!r}"):
        text = text.replace(form, "")
    return text
