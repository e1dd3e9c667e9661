"""Headers that unfold to more than any real one."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.inputs.bounds import MAX_HEADER, MAX_INDEX, check_header_size
from als_screen.inputs.headers import read_reads_header, read_vcf_header
from inputs_files import GRCH38, named, vcf_text, write_reads, write_vcf

TEXT = b"##fileformat=VCFv4.2\n##x=" + b"x" * 900 + b"\n#CHROM\n"


#: Text of 4 bytes, and two references of 12 and 12.
BAM = b"".join([b"BAM\1" + struct.pack("<i4si", 4, b"@CO\n", 2), *[struct.pack("<i4si", 4, b"chr", 100)] * 2])


def cram(size: int) -> bytes:
    """Return a CRAM up to its first block, the header, that says that `size` bytes are in it."""
    number = bytes([0x80 | size >> 8, size & 0xFF])  # ITF-8 of two bytes
    container = struct.pack("<i", 50) + bytes(6) + b"\1\0" + bytes(4)
    block = b"\1\0\0" + b"\x20" + number
    return b"CRAM\3\0" + bytes(20) + container + block


@pytest.mark.parametrize(
    ("content", "limit", "refused", "note"),
    [
        (TEXT, len(TEXT), False, "as large as may be"),
        (TEXT, len(TEXT) - 1, True, "a byte larger"),
        (gzip.compress(TEXT, mtime=0), len(TEXT) - 1, True, "compressed"),
        (b"##x=" + b"x" * 9000, 1000, True, "a line without end"),
        (TEXT + b"21\t5\n" * 999, len(TEXT), False, "records do not count"),
        (b"BAM\1" + (5000).to_bytes(4, "little"), 1000, True, "a BAM says its size"),
        (b"BAM\1" + (500).to_bytes(4, "little"), 1000, False, "a small BAM header"),
        (b"BCF\2\2" + (5000).to_bytes(4, "little"), 1000, True, "a BCF says its size"),
        (BAM, 40, False, "a BAM with its references"),
        (BAM, 39, True, "references beyond the limit"),
        (BAM[:12] + (10**9).to_bytes(4, "little"), 10**8, True, "more references than bytes"),
        (BAM[:16] + (10**9).to_bytes(4, "little"), 10**8, True, "a name of a gigabyte"),
        (cram(5000), 1000, True, "a CRAM says what its header unfolds to"),
        (cram(500), 1000, False, "a small CRAM header"),
        (b"CRAM\3\0", 1, False, "a CRAM that breaks off"),
        (b"", 1, False, "nothing"),
        (b"\x1f\x8b\x08nonsense", 1, False, "broken, which others tell"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_header_size(tmp_path: Path, content: bytes, limit: int, refused: bool, note: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    if not refused:
        check_header_size(path, limit)
        return
    with pytest.raises(PatientDataError, match="the header is larger than"):
        check_header_size(path, limit)


@pytest.mark.parametrize("reader", [read_vcf_header, lambda path: read_reads_header(path, None)])
def test_the_readers_ask(tmp_path: Path, reader: object) -> None:
    path = tmp_path / "bomb.vcf.gz"
    path.write_bytes(gzip.compress(b"##x=" + b"x" * MAX_HEADER, mtime=0))
    assert callable(reader)
    with pytest.raises(PatientDataError, match="the header is larger than 64 MB"):
        reader(path)


def test_an_index_that_unfolds(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", vcf_text(named(GRCH38)), index=True)
    index = Path(f"{path}.tbi")
    assert read_vcf_header(path).indexed
    pysam.tabix_compress(str(path), str(index), force=True)
    with index.open("rb+") as file:
        block = gzip.compress(bytes(1 << 16), mtime=0)
        file.write(block * (MAX_INDEX // (1 << 16)) + block)
    with pytest.raises(PatientDataError, match=r"index a.vcf.gz.tbi: .*256 MB"):
        read_vcf_header(path)


def test_an_index_of_gigabytes(tmp_path: Path) -> None:
    path = write_reads(tmp_path / "a.bam", named(GRCH38))
    os.truncate(f"{path}.bai", MAX_INDEX + 1)
    with pytest.raises(PatientDataError, match=r"index a.bam.bai: .*256 MB"):
        read_reads_header(path, None)


def test_a_last_line_of_gigabytes(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "a.vcf", vcf_text(named(GRCH38)))
    os.truncate(path, 1 << 33)
    with pytest.raises(PatientDataError, match="a line is longer than 64 MB"):
        read_vcf_header(path)
