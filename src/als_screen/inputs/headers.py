"""Reads the headers and ends of VCF, BCF, BAM and CRAM files (pysam only here, in this area).

Everything that a file can do wrong at this point is raised as `PatientDataError`.
"""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO, FileIO
from itertools import takewhile
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.htslib import opened, quiet, telling
from als_screen.inputs.bounds import MAX_HEADER, check_header_size, read_index
from als_screen.inputs.crai import Crai, check_whole, parse_crai
from als_screen.inputs.diagnosis import RENEW, Kind, truncated
from als_screen.inputs.ends import Source, ends, is_bgzf, is_cut, is_gzip
from als_screen.inputs.genome import openable
from als_screen.inputs.index import BROKEN, Index, check_extent, parse_index
from als_screen.inputs.places import check_places
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
        shared_slices: a CRAM of which htslib does not check that it is read with the genome it was made with.
    """

    contigs: dict[str, int | None]
    samples: tuple[str, ...]
    gvcf: bool
    indexed: bool
    doubt: str = ""
    shared_slices: bool = False


def read_vcf_header(path: Path) -> Header:
    """Return the header of a VCF or BCF; raise `PatientDataError` where it, or the file's end, is broken.

    The file and its index are opened once each.
    """
    with quiet(), _open_checked(path, "VCF or BCF") as data, telling(path, "VCF or BCF", by_index=False):
        _check_whole(path, data)
        raw = _read_indexes(path)
        with (
            _numbered(),
            seekable(path, data) as readable,
            pysam.VariantFile(readable, drop_samples=False) as file,
        ):
            plain = isinstance(readable, str)
            header, indexes = _vcf_header(path, file, raw, plain=plain)
            text, bcf = not plain and file.compression == "NONE" and file.is_vcf, file.is_bcf
        for index in indexes:
            check_places(path, data, index, bcf=bcf)
        columns = 9 + len(header.samples) if header.samples else 8
        return replace(header, doubt=_doubtful_end(path, data, columns)) if text else header


def _vcf_header(
    path: Path, file: pysam.VariantFile, raw: Mapping[Path, bytes], *, plain: bool
) -> tuple[Header, list[Index]]:
    """Return the header of an open VCF or BCF, or `plain`, of a copy; its indexes are checked against it."""
    if file.compression not in ("BGZF", "NONE"):  # where pysam knows the name of such a file, it refuses it
        raise OSError("the first block is not one of BGZF")
    header = file.header
    contigs = {str(name): header.contigs[name].length or None for name in header.contigs}
    gvcf = "<NON_REF>" in str(header) or "NON_REF" in header.alts or "*" in header.alts
    indexes = _usable(path, raw, file, plain=plain) if raw else []
    for index in indexes:
        contigs |= dict.fromkeys(_names_beside(path, index, contigs))
    if indexes and next(iter(file), None) is not None:
        for index in indexes:
            check_extent(path, index, to_the_end=True)
    return Header(contigs, tuple(header.samples), gvcf, bool(indexes)), indexes


@contextmanager
def _open_checked(path: Path, kind: Kind) -> Iterator[FileIO]:
    """Open what is a file and has a header of reasonable size: once, since shared storage pays for each."""
    check_regular(path)
    with telling(path, kind, by_index=False):
        data = FileIO(path)
    with data:
        check_header_size(path, file=data)
        yield data


@contextmanager
def seekable(path: Path, data: FileIO | None = None) -> Iterator[str | int]:
    """Yield what pysam can open: the VCF, or the header copied out of one in plain gzip.

    Where the VCF is open already, `data`, its number: htslib would open the index of a file that it can name.
    As long as pysam reads by that number, `data` must be left alone: both are at one place.
    """
    if not is_gzip(data or path) or is_bgzf(data or path):
        yield str(path) if data is None else _from_the_begin(data).fileno()
        return
    packed = path if data is None else _from_the_begin(data)
    with tempfile.NamedTemporaryFile(suffix=".vcf") as copy, gzip.open(packed, "rb") as file:
        copy.writelines(takewhile(lambda line: line.startswith(b"#"), file))
        copy.flush()
        yield copy.name


@contextmanager
def _numbered() -> Iterator[None]:
    """Translate what pysam raises where a VCF that was opened by number fails: it wants to tell a name."""
    try:
        yield
    except TypeError as error:
        if "PathLike" not in str(error):
            raise
        raise OSError("the file cannot be read") from error


def _from_the_begin(data: FileIO) -> FileIO:
    data.seek(0)
    return data


def _usable(path: Path, raw: Mapping[Path, bytes], file: pysam.VariantFile, *, plain: bool) -> list[Index]:
    """Return what the indexes say; refuse what htslib would not load, which is not asked to here.

    For a BCF it takes a .csi alone; for a VCF, which must be in BGZF, an index that names contigs.

    Args:
        path: the VCF or BCF.
        raw: the indexes beside it.
        file: the VCF or BCF, or its header alone where it is in plain gzip.
        plain: it is.
    """
    preferred = next((index for index in raw if index.suffix == ".csi"), next(iter(raw)))
    try:
        parse_index(preferred, raw[preferred])
        found = [_parsed(path, index, content) for index, content in raw.items()]
    except BROKEN:
        found = []
    if file.is_bcf:
        loads = any(index.path.suffix == ".csi" for index in found)
        for index in found:
            if index.references > len(file.header.contigs):
                raise _of_another_file(path, index.path)
    else:
        loads = bool(found) and file.compression == "BGZF" and all(index.names is not None for index in found)
    if not loads:
        action = "remove it, or compress the file with `bgzip` and index it" if plain else _make_index(path)
        raise PatientDataError(str(path), "the index cannot be used", action)
    return found


def _names_beside(path: Path, index: Index, contigs: Mapping[str, int | None]) -> list[str]:
    """Return the contigs that an index names and the header does not; refuse an index of another file."""
    strange = sorted(name for name in index.names or () if name not in contigs)
    if strange and any(contigs.values()):
        expected = f"the index belongs to another file: it names contig {strange[0]!r}"
        raise PatientDataError(str(path), expected, _make_index(path))
    return strange


def read_reads_header(path: Path, fasta: Path | None) -> Header:
    """Return the header of a BAM or CRAM; raise `PatientDataError` where it, its end or index is broken.

    The file and its indexes are opened once each.
    """
    os.environ.update(NO_NETWORK)
    kind: Kind = "CRAM" if path.suffix == ".cram" else "BAM"
    refusing = partial(telling, path, kind, fasta, by_index=False)
    with quiet(), _open_checked(path, kind) as data:
        with refusing():
            indexes = _read_indexes(path)
            if kind == "CRAM":
                _check_whole(path, data)
        reference = openable(fasta) if kind == "CRAM" else None
        opening = partial(_open_reads, data, reference)
        with _copied(indexes, data), opened(opening, refusing) as file, refusing():
            return _reads_header(path, data, file, indexes)


def _open_reads(data: FileIO, reference: str | None) -> pysam.AlignmentFile:
    return pysam.AlignmentFile(_from_the_begin(data), reference_filename=reference)


@contextmanager
def _copied(indexes: Mapping[Path, bytes], data: FileIO) -> Iterator[None]:
    """Let htslib, which looks beside the name of the open file, find copies of the indexes that were read."""
    if not indexes:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="als-screen-") as folder:
        for index, content in indexes.items():
            Path(folder, index.name).write_bytes(content)
        data.name = str(Path(folder, Path(os.fsdecode(data.name)).name))
        yield


def _reads_header(
    path: Path, data: FileIO, file: pysam.AlignmentFile, indexes: Mapping[Path, bytes]
) -> Header:
    _check_format(path, file)
    header = file.header.to_dict()
    samples = tuple(sorted({group["SM"] for group in header.get("RG", []) if group.get("SM")}))
    contigs: dict[str, int | None] = dict(zip(file.references, file.lengths, strict=True))
    _check_sorted(path, header)
    _check_bai(path, indexes, len(contigs))
    for index, content in indexes.items() if file.is_bam else ():
        check_extent(path, _parsed(path, index, content), to_the_end=False)
    crais = [_whole_crai(path, data, *index) for index in indexes.items()] if file.is_cram else []
    shared = any(crai.shared for crai in crais)
    return Header(contigs, samples, gvcf=False, indexed=file.has_index(), shared_slices=shared)


def _whole_crai(path: Path, data: FileIO, index: Path, content: bytes) -> Crai:
    """Return what the index of a CRAM says, which is held against the file."""
    try:
        crai = parse_crai(content)
    except BROKEN as error:
        raise _unreadable(path, index) from error
    check_whole(path, index, crai, data)
    return crai


def _parsed(path: Path, index: Path, content: bytes) -> Index:
    try:
        return parse_index(index, content)
    except BROKEN as error:
        raise _unreadable(path, index) from error


def _unreadable(path: Path, index: Path) -> PatientDataError:
    expected = f"the index {index.name} cannot be read to its end"
    return PatientDataError(str(path), expected, "make the index again")


def _check_format(path: Path, file: pysam.AlignmentFile) -> None:
    if not (file.is_bam or file.is_cram) or file.is_cram != (path.suffix == ".cram"):
        raise PatientDataError(str(path), "the content is not what the ending says", "give a BAM or CRAM")


def _check_sorted(path: Path, header: dict[str, dict[str, str]]) -> None:
    order = header.get("HD", {}).get("SO", "unknown")
    if order in ("unsorted", "queryname"):
        raise PatientDataError(str(path), f"the reads are sorted by {order}", "sort by coordinate and index")


def _check_bai(path: Path, indexes: Mapping[Path, bytes], references: int) -> None:
    """Refuse a .bai that was made for another set of references: it finds other reads, or none."""
    for index, content in indexes.items():
        if index.suffix != ".bai":
            continue
        if content[:4] != b"BAI\1" or len(content) < 8:
            raise PatientDataError(str(path), f"{index.name} is not a BAM index", _make_index(path))
        if int.from_bytes(content[4:8], "little") != references:
            raise _of_another_file(path, index)


def _of_another_file(path: Path, index: Path) -> PatientDataError:
    return PatientDataError(str(path), f"the index {index.name} belongs to another file", _make_index(path))


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


def _read_indexes(path: Path) -> dict[Path, bytes]:
    """Return the indexes; refuse those older than their data, and those that cannot be read."""
    found: dict[Path, bytes] = {}
    for index in indexes_of(path):
        try:
            check_regular(index)
            found[index] = read_index(index)
            _check_whole(index, BytesIO(found[index]))
        except PatientDataError as error:
            raise PatientDataError(
                str(path), f"index {index.name}: {error.expected}", _make_index(path)
            ) from error
        if index.stat().st_mtime < path.stat().st_mtime:
            expected = f"the index {index.name} is older than its data"
            raise PatientDataError(str(path), expected, f"{_make_index(path)} (`touch` it if it is right)")
    return found


def _make_index(path: Path) -> str:
    tool = "samtools" if path.suffix in READS_ENDINGS else "bcftools"
    return f"make it again with `{tool} index`"


def _check_whole(path: Path, file: Source) -> None:
    if is_cut(file):
        raise truncated(path)


def _doubtful_end(path: Path, data: FileIO, columns: int) -> str:
    """Return a doubt where the last line of a text VCF has no end; raise where it has too few columns."""
    line = _last_line(data)
    if len(line) >= MAX_HEADER:
        expected = f"a line is longer than {MAX_HEADER >> 20} MB"
        raise PatientDataError(str(path), expected, RENEW)
    if line.endswith(b"\n"):
        return ""
    if line.startswith(b"#") or line.count(b"\t") < columns - 1:
        raise truncated(path)
    return "the last line has no line end, so the file may be truncated"


def _last_line(data: FileIO) -> bytes:
    """Return the last line with its end, if it has one; of a very long one its last `MAX_HEADER` bytes."""
    for length in (1 << power for power in range(16, 27, 2)):
        tail = ends(data, 0, length)[1]
        start = tail.rfind(b"\n", 0, len(tail) - 1)
        if start >= 0 or len(tail) < length:
            return tail[start + 1 :]
    return tail
