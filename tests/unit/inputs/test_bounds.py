"""Headers that unfold to more than any real one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from als_screen.errors import PatientDataError
from als_screen.inputs.bounds import MAX_HEADER, check_header_size
from als_screen.inputs.headers import read_reads_header, read_vcf_header

TEXT = b"##fileformat=VCFv4.2\n##x=" + b"x" * 900 + b"\n#CHROM\n"


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
        (b"CRAM\3\0", 1, False, "a CRAM is left to htslib"),
        (b"", 1, False, "nothing"),
        (b"\x1f\x8b\x08nonsense", 1, False, "broken, which others tell"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_header_size(tmp_path: Path, content: bytes, limit: int, refused: bool, note: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with path.open("rb") as file:
        if not refused:
            check_header_size(path, file, limit)
            return
        with pytest.raises(PatientDataError, match="the header is larger than"):
            check_header_size(path, file, limit)


@pytest.mark.parametrize("reader", [read_vcf_header, lambda path: read_reads_header(path, None)])
def test_the_readers_ask(tmp_path: Path, reader: object) -> None:
    path = tmp_path / "bomb.vcf.gz"
    path.write_bytes(gzip.compress(b"##x=" + b"x" * MAX_HEADER, mtime=0))
    assert callable(reader)
    with pytest.raises(PatientDataError, match="the header is larger than 64 MB"):
        reader(path)
