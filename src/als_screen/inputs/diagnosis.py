"""What is wrong with a file that htslib could not read, told from the file itself.

htslib says "truncated file" of nearly everything, and names paths of its own; people get a cause and a cure.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

import pysam

from als_screen.errors import PatientDataError
from als_screen.files import why_not_there
from als_screen.inputs.cram import is_sound
from als_screen.inputs.ends import ends, is_bgzf, is_block, is_cut, is_gzip
from als_screen.inputs.genome import unindexed
from als_screen.inputs.index import BROKEN, first_offsets
from als_screen.samples import CHROMOSOMES, indexes_of
from als_screen.storage import AGAIN, FAULTS

Kind = Literal["BAM", "CRAM", "VCF or BCF", "BED"]
#: What is wrong, and what to do.
Finding = tuple[str, str]

RENEW = "copy or make it again"
SET_FASTA = "set reference.fasta to the genome that it was made with"
NO_GENOME = "the CRAM does not embed its reference, and reference.fasta is not set"
UNNAMED_GENOME: Finding = (
    "the CRAM does not say with which genome it was made (M5)",
    "make it again with `samtools view -C`",
)
DAMAGED: Finding = "a part of the file is damaged", RENEW
#: How files begin, unpacked.
MAGIC: dict[Kind, tuple[bytes, ...]] = {
    "BAM": (b"BAM\1",),
    "CRAM": (b"CRAM",),
    "VCF or BCF": (b"BCF\2", b"##fileformat=VCF"),
}
#: Bytes of a CRAM in which its first reads lie.
CRAM_BEGINNING = 1 << 26
#: Bases of a genome that are in memory at once.
PIECE = 1 << 24
#: Lines of a VCF that are looked through for the one that cannot be read.
MOST_LINES = 1_000_000
#: The first line of the first version in which a genotype may begin with its phase.
PREFIXED = "##fileformat=VCFv4.4"
_GENOTYPE = re.compile(r"[|/]?(\.|\d+)([|/](\.|\d+))*")


def truncated(path: Path) -> PatientDataError:
    """Return that a file lacks its end."""
    return PatientDataError(str(path), "the file is truncated", RENEW)


def diagnosed(
    path: Path, kind: Kind, error: Exception, fasta: Path | None = None, *, by_index: bool = True
) -> PatientDataError:
    """Return why a file of a patient could not be read.

    Args:
        path: the file.
        kind: what it should be.
        error: what pysam or gzip raised.
        fasta: the configured genome.
        by_index: the index was used, and may be to blame.
    """
    try:
        finding = _found(path, kind, error, fasta, by_index)
    except OSError as failing:  # it cannot be looked at either
        finding = _of_the_system(path, failing)
    return PatientDataError(str(path), *(finding or DAMAGED))


def _found(path: Path, kind: Kind, error: Exception, fasta: Path | None, by_index: bool) -> Finding | None:
    """Return the first cause that shows."""
    finding = _of_the_system(path, error) or _of_the_error(error, kind)
    if finding is None and kind != "BED":
        finding = _of_the_content(path, kind) or _cut(path)
    if finding is None and kind != "BED" and by_index:
        finding = _of_the_index(path, kind)
    if finding is None and kind == "CRAM":
        finding = _of_the_genome(path, fasta)
    if finding is None and kind == "VCF or BCF":
        finding = _of_a_line(path)
    return finding


def _of_the_system(path: Path, error: Exception) -> Finding | None:
    if why := why_not_there(path):
        return f"the file {why} any more", "put it back, then start again"
    if not os.access(path, os.R_OK):
        return "cannot be read: permission denied", "make it readable"
    if isinstance(error, OSError) and error.errno in FAULTS:
        return f"the storage fails ({os.strerror(error.errno or 0)})", AGAIN
    return None


def _of_the_error(error: Exception, kind: Kind) -> Finding | None:
    """Return what gzip and UTF-8 tell of a text file, of which no end marker says that it is whole."""
    if isinstance(error, EOFError):
        return "the file is truncated", RENEW
    if isinstance(error, UnicodeDecodeError) and kind == "BED":
        return "the file is not UTF-8 text", "save it in UTF-8"
    return None


def _of_the_content(path: Path, kind: Kind) -> Finding | None:
    """Return that the file is something else."""
    start = ends(path, 64, 0)[0]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return f"the content is not a {kind} but text in UTF-16", "save it in UTF-8"
    magic = _unpacked(path, start)
    packed = is_gzip(path) and not is_bgzf(path)
    if packed and (kind != "VCF or BCF" or (magic or b"").startswith(b"BCF")):
        return "the file is plain gzip, which cannot be read in parts", "get the file as it was made (BGZF)"
    right = MAGIC[kind]
    if magic is None or magic.startswith(right):
        return None
    if magic.startswith(codecs.BOM_UTF8):
        return (
            f"the content is not a {kind}: it begins with a byte order mark",
            "save it in UTF-8 without BOM",
        )
    if re.match(rb"\s*<(!doctype|html|\?xml)", magic, re.IGNORECASE):
        return f"the content is not a {kind} but a web page", "download the file again"
    if kind == "VCF or BCF" and magic.startswith(b"#"):
        return "the first line is not ##fileformat=VCF…", "give a whole VCF, with its header"
    is_text = all(byte >= 32 or byte in b"\t\r\n" for byte in magic) and magic.isascii()
    return f"the content is not a {kind}" + (" but text" if is_text else ""), f"give a {kind}"


def _unpacked(path: Path, start: bytes) -> bytes | None:
    """Return the first bytes of what a file holds, None where it cannot be unpacked."""
    if not is_gzip(path):
        return start
    try:
        with gzip.open(path, "rb") as file:
            return file.read(64)
    except (OSError, EOFError, zlib.error):
        return None


def _cut(path: Path) -> Finding | None:
    return ("the file is truncated", RENEW) if is_cut(path) else None


# ------------------------------------------------------------------------------------------------- CRAM


def _of_the_genome(path: Path, fasta: Path | None) -> Finding | None:
    """Return that a CRAM lacks its genome, or has another one."""
    if fasta is None:
        lacks = not _reads_begin(path) and is_sound(ends(path, CRAM_BEGINNING, 0)[0])
        return (NO_GENOME, SET_FASTA) if lacks else None
    try:
        if missing := unindexed(fasta):  # htslib would write it
            return f"reference.fasta {missing[0]}", missing[1]
        with pysam.FastaFile(str(fasta)) as genome:
            return next((said for chrom in _summed(path) if (said := _differs(fasta, genome, *chrom))), None)
    except (OSError, ValueError):
        return "reference.fasta cannot be read", "make it and its .fai again"


def unlike_genome(path: Path, fasta: Path | None) -> Finding | None:
    """Return why a sound CRAM, of which htslib does not check the genome, is not to be read with `fasta`."""
    if fasta is None:
        return None
    if not all(md5 for _, md5 in _summed(path)):
        return None if _reads_begin(path) else UNNAMED_GENOME
    return _of_the_genome(path, fasta)


def _reads_begin(path: Path) -> bool:
    """Tell whether the first read can be decoded without a genome."""
    try:
        with pysam.AlignmentFile(str(path), "rc") as file:
            return next(file.fetch(until_eof=True), None) is not None
    except (OSError, ValueError):
        return False


def _summed(path: Path) -> list[tuple[str, str]]:
    """Return name and MD5 of the chromosomes of ours that a CRAM was made with."""
    with pysam.AlignmentFile(str(path), "rc") as file:
        rows = file.header.to_dict().get("SQ", [])
    ours = {name for chrom in CHROMOSOMES for name in (chrom, f"chr{chrom}")}
    ours_too = tuple(f"NC_{int(chrom):06d}." for chrom in CHROMOSOMES)
    named = [row for row in rows if row["SN"] in ours or row["SN"].startswith(ours_too)]
    return [(row["SN"], row.get("M5", "")) for row in named]


def _differs(fasta: Path, genome: pysam.FastaFile, name: str, md5: str) -> Finding | None:
    """Source: SAM specification, section 1.3.2, "Reference MD5 calculation"."""
    if name not in genome.references:
        return f"reference.fasta has no {name}, with which the CRAM was made", SET_FASTA
    if md5 and _md5_of(str(fasta), fasta.stat().st_mtime_ns, name) != md5.lower():
        return f"reference.fasta is not the genome that the CRAM was made with: {name} differs", SET_FASTA
    return None


@lru_cache(maxsize=2 * len(CHROMOSOMES))
def _md5_of(fasta: str, modified: int, name: str) -> str:
    """Return the MD5 of a chromosome: seconds, once a process; `modified` is when the file was."""
    digest = hashlib.md5(usedforsecurity=False)
    with pysam.FastaFile(fasta) as genome:
        for start in range(0, genome.get_reference_length(name), PIECE):
            digest.update(genome.fetch(name, start, start + PIECE).upper().encode("ascii"))
    return digest.hexdigest()


# -------------------------------------------------------------------------------------------------- VCF


def _of_a_line(path: Path) -> Finding | None:
    """Return which line of a VCF cannot be read; None where each can, or the file breaks before."""
    try:
        with _opened(path) as file:
            found = _wrong_line(islice(file, MOST_LINES))
            if found and is_gzip(path):  # a damaged block shows at its end
                deque(islice(file, MOST_LINES), maxlen=0)
    except (OSError, EOFError, zlib.error):
        return None
    return (found, "correct it, or make the file again") if found else None


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if is_gzip(path) else path.open("rb")  # type: ignore[return-value]


def _wrong_line(lines: Iterator[bytes]) -> str:
    """Return what is wrong with the first line that is no VCF, "" where none is."""
    columns, prefixed = 0, False
    for number, line in enumerate(lines, start=1):
        if number == 1 and line.startswith(b"BCF"):
            return ""
        try:
            text = line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            return f"line {number} is not UTF-8 text"
        if columns and (not text or text.startswith("##")):
            return f"line {number} is " + ("part of a second header" if text else "empty")
        if text.startswith("##FORMAT=") and "Type=Flag" in text:
            return f"line {number} declares a FORMAT field as Flag, which holds no value"
        if number == 1:
            prefixed = text >= PREFIXED
        if text.startswith("#CHROM"):
            columns = text.count("\t") + 1
        elif text and not text.startswith("#") and (wrong := _wrong_record(text, columns, prefixed=prefixed)):
            return f"line {number} {wrong}"
    return "" if columns else "there is no line that begins with #CHROM"


def _wrong_record(text: str, columns: int, *, prefixed: bool) -> str:
    fields = text.split("\t")
    if not columns:
        return "is a record before the line that begins with #CHROM"
    if len(fields) != columns:
        return f"has {len(fields)} columns separated by tabs, the line #CHROM has {columns}"
    if not re.fullmatch("[0-9]+", fields[1]):
        return f"has the position {fields[1][:20]!r}"
    if columns > 9 and fields[8].split(":")[0] == "GT":
        genotypes = (field.partition(":")[0] for field in fields[9:])
        wrong = next((one for one in genotypes if not _GENOTYPE.fullmatch(one)), None)
        if wrong is not None:
            return f"has the genotype {wrong[:20]!r}"
    return _wrong_fields(fields[8:], prefixed=prefixed)


def _wrong_fields(fields: list[str], *, prefixed: bool) -> str:
    """Return what is wrong with FORMAT and the columns of samples."""
    keys = fields[0].split(":") if fields else []
    if len(set(keys)) < len(keys):
        return "names a field twice in FORMAT"
    for number, sample in enumerate(fields[1:], start=1):
        if sample.count(":") >= len(keys):
            return f"has more fields in the column of sample {number} than in FORMAT"
        if keys[0] == "GT" and sample.startswith(("/", "|")) and not prefixed:
            return (
                f"has the genotype {sample.partition(':')[0][:20]!r}, as VCF 4.4 writes it, in an older one"
            )
    return ""


# ------------------------------------------------------------------------------------------------ index


def _of_the_index(path: Path, kind: Kind) -> Finding | None:
    """Return that there is no index, or that it points to where no block begins: it is of another file."""
    indexes = indexes_of(path)
    if not indexes and kind in ("BAM", "CRAM"):
        return "there is no index", "make it with `samtools index`"
    for index in indexes if is_bgzf(path) else ():
        try:
            offsets = first_offsets(index)
        except BROKEN:
            return f"the index {index.name} cannot be read to its end", "make the index again"
        if 2 * sum(map(_block_at(path), offsets)) < len(offsets):
            return f"the index {index.name} belongs to another file", "make the index again"
    return None


def _block_at(path: Path) -> Callable[[int], bool]:
    def begins(offset: int) -> bool:
        with path.open("rb") as file:
            file.seek(offset)
            return is_block(file.read(18))

    return begins
