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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from itertools import takewhile
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.inputs.bounds import GZIP_MAGIC, check_header_size
from als_screen.inputs.index import BROKEN, Index, check_extent, parse_index
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
    with _opened(path) as data:
        _check_end_of_bgzf(data)
        indexes = _read_indexes(data)
        with _seekable(data) as readable, pysam.VariantFile(readable, drop_samples=False) as file:
            header = file.header
            contigs = {str(name): header.contigs[name].length or None for name in header.contigs}
            samples = tuple(header.samples)
            gvcf = "<NON_REF>" in str(header) or "NON_REF" in header.alts or "*" in header.alts
            text = readable == data.file.fileno() and file.compression == "NONE" and file.is_vcf
            records = next(iter(file), None) is not None if indexes else False
        for index in indexes:
            contigs |= dict.fromkeys(_names_beside(data, index, contigs))
            if records:
                check_extent(path, index, data.size, to_the_end=True)
        doubt = _doubtful_end(data, columns=9 + len(samples) if samples else 8) if text else ""
    return Header(contigs, samples, gvcf, bool(indexes), doubt)


@dataclass(frozen=True, slots=True)
class _Data:
    """A file that is open: once, since every opening asks the storage."""

    path: Path
    file: FileIO
    size: int

    def start(self, count: int) -> bytes:
        self.file.seek(0)
        return self.file.read(count)

    def end(self, count: int) -> bytes:
        self.file.seek(-min(count, self.size), os.SEEK_END)
        return self.file.readall()


@contextmanager
def _opened(path: Path) -> Iterator[_Data]:
    """Open a file of reasonable header; what is raised for a broken one is translated."""
    check_regular(path)
    kind = {".cram": "a CRAM", ".bam": "a BAM"}.get(path.suffix, "a VCF or BCF")
    with _quiet(), _translated(path, kind), FileIO(path) as file:
        check_header_size(path, file)
        data = _Data(path, file, path.stat().st_size)
        file.seek(0)
        yield data


@contextmanager
def _seekable(data: _Data) -> Iterator[int | str]:
    """Yield what pysam can open: the VCF, or the header copied out of one in plain gzip.

    A number, because htslib would open the index of a file that it knows the name of.
    """
    if not _is_gzip(data) or _is_bgzf(data):
        data.file.seek(0)
        yield data.file.fileno()
        return
    data.file.seek(0)
    with tempfile.NamedTemporaryFile(suffix=".vcf") as copy, gzip.GzipFile(fileobj=data.file) as file:
        copy.writelines(takewhile(lambda line: line.startswith(b"#"), file))
        copy.flush()
        yield copy.name


def _names_beside(data: _Data, index: Index, contigs: Mapping[str, int | None]) -> list[str]:
    """Return the contigs that an index names and the header does not; refuse an index of another file."""
    strange = sorted(name for name in index.names if name not in contigs)
    if strange and any(contigs.values()):
        expected = f"the index belongs to another file: it names contig {strange[0]!r}"
        raise PatientDataError(str(data.path), expected, _make_index(data.path))
    return strange


def read_reads_header(path: Path, fasta: Path | None) -> Header:
    """Return the header of a BAM or CRAM; raise `PatientDataError` where it, its end or index is broken."""
    os.environ.update(NO_NETWORK)
    with _opened(path) as data:
        indexes = _read_indexes(data)
        if path.suffix == ".cram":
            _check_end_of_cram(data)
        data.file.seek(0)
        # The index of a BAM has been read: htslib, told a number, does not know where to look for it.
        readable = data.file.fileno() if indexes else data.file
        with pysam.AlignmentFile(readable, reference_filename=str(fasta) if fasta else None) as file:
            _check_format(path, file)
            header = file.header.to_dict()
            samples = tuple(sorted({group["SM"] for group in header.get("RG", []) if group.get("SM")}))
            contigs: dict[str, int | None] = dict(zip(file.references, file.lengths, strict=True))
            _check_sorted(path, header)
            for index in indexes:
                _check_references(path, index, len(contigs))
                check_extent(path, index, data.size, to_the_end=False)
            return Header(contigs, samples, gvcf=False, indexed=bool(indexes) or file.has_index())


def _check_format(path: Path, file: pysam.AlignmentFile) -> None:
    if not (file.is_bam or file.is_cram) or file.is_cram != (path.suffix == ".cram"):
        raise PatientDataError(str(path), "the content is not what the ending says", "give a BAM or CRAM")


def _check_sorted(path: Path, header: dict[str, dict[str, str]]) -> None:
    order = header.get("HD", {}).get("SO", "unknown")
    if order in ("unsorted", "queryname"):
        raise PatientDataError(str(path), f"the reads are sorted by {order}", "sort by coordinate and index")


def _check_references(path: Path, index: Index, references: int) -> None:
    """Refuse a .bai that was made for another set of references: it finds other reads, or none."""
    if index.path.suffix == ".bai" and index.references != references:
        expected = f"the index {index.path.name} belongs to another file"
        raise PatientDataError(str(path), expected, _make_index(path))


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


def _read_indexes(data: _Data) -> list[Index]:
    """Return what the indexes say; refuse those older than their data, and those that cannot be read.

    A .crai is text that htslib reads to its end or refuses.
    """
    check_indexes(data.path)
    return [_read_index(data.path, index) for index in indexes_of(data.path) if index.suffix != ".crai"]


def check_indexes(path: Path) -> None:
    """Refuse an index that is no file, or is older than its data; no file is opened."""
    for index in indexes_of(path):
        try:
            check_regular(index)
        except PatientDataError as error:
            raise _unusable(path, index, error.expected) from error
        if index.stat().st_mtime < path.stat().st_mtime:
            expected = f"the index {index.name} is older than its data"
            raise PatientDataError(str(path), expected, f"{_make_index(path)} (`touch` it if it is right)")


def _read_index(path: Path, index: Path) -> Index:
    raw = index.read_bytes()
    if _starts_bgzf(raw[:18]) and not raw.endswith(BGZF_EOF):
        raise _unusable(path, index, "the file is truncated")
    if index.suffix == ".bai" and (raw[:4] != b"BAI\1" or len(raw) < 8):
        raise PatientDataError(str(path), f"{index.name} is not a BAM index", _make_index(path))
    try:
        return parse_index(index, raw)
    except BROKEN as error:
        expected = f"the index {index.name} cannot be read to its end"
        raise PatientDataError(str(path), expected, _make_index(path)) from error


def _unusable(path: Path, index: Path, why: str) -> PatientDataError:
    return PatientDataError(str(path), f"index {index.name}: {why}", _make_index(path))


def _make_index(path: Path) -> str:
    tool = "samtools" if path.suffix in READS_ENDINGS else "bcftools"
    return f"make it again with `{tool} index`"


def _check_end_of_bgzf(data: _Data) -> None:
    """A complete BGZF file ends in an empty block."""
    if _is_bgzf(data) and data.end(len(BGZF_EOF)) != BGZF_EOF:
        raise _truncated(data.path)


def _is_gzip(data: _Data) -> bool:
    return data.start(2) == GZIP_MAGIC


def _is_bgzf(data: _Data) -> bool:
    return _starts_bgzf(data.start(18))


def _starts_bgzf(start: bytes) -> bool:
    """Tell block gzip, which says so in an extra field, from plain gzip."""
    return start[:2] == GZIP_MAGIC and len(start) == 18 and bool(start[3] & 4) and start[12:14] == b"BC"


def _check_end_of_cram(data: _Data) -> None:
    """A complete CRAM ends in an empty container.

    pysam looks for the end of BGZF files only. CRAM 2.0 and older have no such end.
    """
    start = data.start(6)
    if start[:4] != b"CRAM" or start[4:6] <= b"\2\0":
        return
    wanted = CRAM_EOF[2 if start[4] == 2 else 3]
    # Early Java and C implementations differ in the upper half of the ninth byte.
    found = bytearray(data.end(len(wanted)))
    found[8:9] = bytes([found[8] & 0x0F]) if len(found) > 8 else b""
    if found != wanted:
        raise _truncated(data.path)


def _doubtful_end(data: _Data, columns: int) -> str:
    """Return a doubt where the last line of a text VCF has no end; raise where it has too few columns."""
    line = _last_line(data)
    if line.endswith(b"\n"):
        return ""
    if line.startswith(b"#") or line.count(b"\t") < columns - 1:
        raise _truncated(data.path)
    return "the last line has no line end, so the file may be truncated"


def _last_line(data: _Data) -> bytes:
    """Return the last line with its end, if it has one."""
    for length in (1 << power for power in range(16, 64, 2)):
        tail = data.end(length)
        start = tail.rfind(b"\n", 0, len(tail) - 1)
        if start >= 0 or length >= data.size:
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
    text = re.sub(r" `(\d+|None)`", "", text)  # the number of the open file, which pysam takes for its name
    for form in (f" `{os.fsencode(path)!r}`", f" `{path}`", f": {str(path)!r}", f" {str(path)!r}"):
        text = text.replace(form, "")
    return text


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep htslib's own messages off the terminal; what matters of them is raised."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
