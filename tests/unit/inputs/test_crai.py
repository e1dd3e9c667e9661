"""A CRAM that ends elsewhere than its index says, and what the index says of slices."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.inputs.crai import Crai, parse_crai
from als_screen.inputs.ends import CRAM_EOF
from als_screen.inputs.headers import read_reads_header
from builders import pile, write_reads

BASES = "ACGTTGCA" * 12
CUT = "the file is truncated, or the index a.cram.crai belongs to another file"


def write_cram(path: Path, reads: int, *, unplaced: int = 0, version: str = "3.0") -> Path:
    """Write 50 reads a container; CRAM 3.0 embeds nothing, so that no genome is needed."""
    header = {"HD": {"SO": "coordinate"}, "SQ": [{"SN": "chr21", "LN": 46_709_983}]}
    options = ["no_ref=1", "seqs_per_slice=50", f"version={version}"]
    with pysam.AlignmentFile(str(path), "wc", header=header, format_options=options) as file:
        for number in range(reads + unplaced):
            read = pysam.AlignedSegment(file.header)
            read.query_name, read.query_sequence = f"r{number * 7919}", BASES
            if number < reads:
                read.reference_id, read.reference_start = 0, 31_659_000 + number
                read.cigarstring, read.mapping_quality = "96M", 60
            else:
                read.flag = 4
            file.write(read)
    pysam.index(str(path))
    return path


def containers(path: Path) -> list[int]:
    """Return where the containers begin that the index names."""
    lines = gzip.decompress(Path(f"{path}.crai").read_bytes()).splitlines()
    return sorted({int(line.split()[3]) for line in lines})


def cut_at(path: Path, at: int, version: int = 3) -> None:
    """Cut a CRAM and end it as if it were whole; its index stays the newer."""
    path.write_bytes(path.read_bytes()[:at] + CRAM_EOF[version])
    os.utime(f"{path}.crai")


@pytest.mark.parametrize("version", ["2.1", "3.0", "3.1"])
@pytest.mark.parametrize(("reads", "unplaced"), [(0, 0), (1, 0), (300, 0), (300, 120), (0, 120)], ids=str)
def test_a_whole_cram_passes(tmp_path: Path, version: str, reads: int, unplaced: int) -> None:
    path = write_cram(tmp_path / "a.cram", reads, unplaced=unplaced, version=version)
    assert read_reads_header(path, None).indexed


def test_a_whole_cram_of_several_slices_a_container_passes(tmp_path: Path) -> None:
    path = tmp_path / "a.cram"
    options = ["no_ref=1", "seqs_per_slice=10", "slices_per_container=200"]
    source = write_cram(tmp_path / "b.cram", 900)
    with (
        pysam.AlignmentFile(str(source)) as file,
        pysam.AlignmentFile(str(path), "wc", header=file.header, format_options=options) as out,
    ):
        for read in file:
            out.write(read)
    pysam.index(str(path))
    assert len(containers(path)) == 1
    assert read_reads_header(path, None).indexed


@pytest.mark.parametrize("version", ["2.1", "3.0", "3.1"])
@pytest.mark.parametrize("unplaced", [0, 120])
def test_one_cut_between_any_two_containers_is_refused(tmp_path: Path, version: str, unplaced: int) -> None:
    path = write_cram(tmp_path / "a.cram", 300, unplaced=unplaced, version=version)
    whole = path.read_bytes()
    begins = containers(path)
    assert len(begins) > 5
    for at in begins:
        path.write_bytes(whole)
        cut_at(path, at, int(version[0]))
        with pytest.raises(PatientDataError) as caught:
            read_reads_header(path, None)
        assert caught.value.expected == CUT


@pytest.mark.parametrize(("own", "others", "expected"), [
    (300, 700, CUT),
    (700, 300, "the index a.cram.crai belongs to another file"),
    (0, 300, CUT),
    (300, 0, "the index a.cram.crai belongs to another file: it ends before the reads do"),
])  # fmt: skip
def test_the_index_of_another_cram(tmp_path: Path, own: int, others: int, expected: str) -> None:
    path = write_cram(tmp_path / "a.cram", own)
    other = write_cram(tmp_path / "b.cram", others)
    shutil.copy(f"{other}.crai", f"{path}.crai")
    with pytest.raises(PatientDataError) as caught:
        read_reads_header(path, None)
    assert caught.value.expected.startswith(expected) or caught.value.expected == CUT


def test_an_index_that_lacks_the_last_reads(tmp_path: Path) -> None:
    path = write_cram(tmp_path / "a.cram", 300)
    index = Path(f"{path}.crai")
    lines = gzip.decompress(index.read_bytes()).splitlines(keepends=True)
    index.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(PatientDataError, match="it ends before the reads do"):
        read_reads_header(path, None)


def test_a_container_without_reads_at_the_end_is_none_that_lacks(tmp_path: Path) -> None:
    path = write_cram(tmp_path / "a.cram", 300)
    path.write_bytes(path.read_bytes() + CRAM_EOF[3])
    os.utime(f"{path}.crai")
    assert read_reads_header(path, None).indexed


@pytest.mark.parametrize("place", [-1, 0, 25, 1 << 40, 1 << 80])
def test_an_index_that_points_nowhere(tmp_path: Path, place: int) -> None:
    path = write_cram(tmp_path / "a.cram", 10)
    Path(f"{path}.crai").write_bytes(gzip.compress(f"0\t1\t1\t{place}\t1\t1\n".encode()))
    with pytest.raises(PatientDataError):
        read_reads_header(path, None)


def test_a_cram_of_the_other_builder_passes(tmp_path: Path) -> None:
    path = write_reads(tmp_path / "a.cram", pile("21", 31_659_000, 31_660_000))
    assert read_reads_header(path, None).indexed


@pytest.mark.parametrize(
    ("rows", "expected", "why"),
    [
        (["8 100 50 651 200 99", "20 100 50 900 200 99"], Crai(False, 900), "a container each"),
        (["8 100 50 651 200 99", "8 150 50 651 299 99"], Crai(False, 651), "two slices of one container"),
        (["15 100 50 651 200 99", "20 100 50 651 200 99"], Crai(True, 651), "one slice of two chromosomes"),
        (["8 1 5 1651 200 99", "-1 0 1 99 200 99"], Crai(False, 1651), "numbers, not texts, are compared"),
        ([], Crai(False, None), "no reads"),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_what_an_index_says(rows: list[str], expected: Crai, why: str, packed: bool) -> None:
    text = "".join(row.replace(" ", "\t") + "\n" for row in rows).encode()
    assert parse_crai(gzip.compress(text, mtime=0) if packed else text) == expected, why


def test_an_index_of_a_cram_that_is_none() -> None:
    with pytest.raises(ValueError, match="unpack"):
        parse_crai(b"1\t2\n")
