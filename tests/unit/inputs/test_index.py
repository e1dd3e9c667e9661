"""An index that reaches beyond, or not to, the end of its file."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.errors import PatientDataError
from als_screen.inputs.ends import BGZF_EOF, is_block
from als_screen.inputs.headers import read_reads_header, read_vcf_header
from als_screen.inputs.index import BROKEN, first_offsets, last_offset, parse_index

CONTIGS = [("chr1", 248_956_422), ("chr21", 46_709_983)]
SITES = range(31_659_000, 31_689_000, 2)
BASES = "ACGTTGCA" * 12


def write_bam(path: Path, *, csi: bool = False) -> Path:
    header = {"HD": {"SO": "coordinate"}, "SQ": [{"SN": name, "LN": length} for name, length in CONTIGS]}
    with pysam.AlignmentFile(str(path), "wb", header=header) as file:
        for number, start in enumerate(SITES):
            read = pysam.AlignedSegment(file.header)
            read.query_name, read.reference_id, read.reference_start = f"r{number * 7919}", 1, start
            read.query_sequence, read.cigarstring, read.mapping_quality = BASES, "96M", 60
            file.write(read)
    pysam.index("-c" if csi else "-b", str(path))
    return path


def write_vcf(path: Path, sites: list[int]) -> Path:
    lines = ["##fileformat=VCFv4.2", *(f"##contig=<ID={name},length={length}>" for name, length in CONTIGS)]
    lines.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]))
    lines += [f"chr21\t{site}\trs{site * 7919}\tA\tC\t50\tPASS\t." for site in sites]
    with pysam.BGZFile(str(path), "wb", None) as file:
        file.write(("\n".join(lines) + "\n").encode())
    pysam.tabix_index(str(path), preset="vcf", force=True)
    return path


def cut_between_blocks(path: Path, share: float) -> None:
    """Cut a BGZF file at the end of a block and end it as if it were whole."""
    data, at = path.read_bytes(), 0
    while at < len(data) * share:
        at += int.from_bytes(data[at + 16 : at + 18], "little") + 1
    path.write_bytes(data[:at] + BGZF_EOF)


@pytest.mark.parametrize("csi", [False, True], ids=["bai", "csi"])
def test_whole_bam_passes_and_one_cut_between_blocks_does_not(tmp_path: Path, csi: bool) -> None:
    path = write_bam(tmp_path / "a.bam", csi=csi)
    index = next(tmp_path.glob("a.bam.?[as]i"))
    assert read_reads_header(path, None).indexed
    assert 0 < last_offset(index) >> 16 <= path.stat().st_size - len(BGZF_EOF)
    cut_between_blocks(path, 0.5)
    index.touch()
    with pytest.raises(PatientDataError, match="truncated, or the index"):
        read_reads_header(path, None)


@pytest.mark.parametrize("count", [1, len(SITES)], ids=["one block", "many blocks"])
def test_index_of_a_vcf_without_records_is_refused(tmp_path: Path, count: int) -> None:
    path, empty = write_vcf(tmp_path / "a.vcf.gz", list(SITES[:count])), write_vcf(tmp_path / "b.vcf.gz", [])
    assert read_vcf_header(path).indexed
    assert read_vcf_header(empty).indexed
    shutil.copy(f"{empty}.tbi", f"{path}.tbi")
    with pytest.raises(PatientDataError, match="another file"):
        read_vcf_header(path)


def test_vcf_cut_between_blocks_is_refused(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", list(SITES))
    cut_between_blocks(path, 0.3)
    Path(f"{path}.tbi").touch()
    with pytest.raises(PatientDataError, match="truncated, or the index"):
        read_vcf_header(path)


def test_index_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = write_bam(tmp_path / "a.bam")
    index = Path(f"{path}.bai")
    index.write_bytes(index.read_bytes()[:40])
    with pytest.raises(PatientDataError, match="cannot be read to its end"):
        read_reads_header(path, None)


def test_the_names_in_an_index_of_a_vcf(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", list(SITES))
    pysam.tabix_index(str(path), preset="vcf", force=True, csi=True)
    for index in (Path(f"{path}.tbi"), Path(f"{path}.csi")):
        found = parse_index(index, index.read_bytes())
        assert (found.names, found.references) == (("chr21",), 1)


@pytest.mark.parametrize("csi", [False, True], ids=["bai", "csi"])
def test_chunks_begin_where_blocks_do(tmp_path: Path, csi: bool) -> None:
    path = write_bam(tmp_path / "a.bam", csi=csi)
    index = next(tmp_path.glob("a.bam.?[as]i"))
    data, found = path.read_bytes(), first_offsets(index)
    assert len(found) > 2
    assert found == sorted(set(found))
    assert all(is_block(data[offset : offset + 18]) for offset in found)
    assert found[-1] <= last_offset(index) >> 16


@given(st.binary(max_size=200), st.sampled_from([b"BAI\1", b"TBI\1", b"CSI\1", b""]))
def test_bytes_that_are_no_index_end_in_an_error_or_an_index(data: bytes, magic: bytes) -> None:
    with suppress(*BROKEN):
        assert parse_index(Path("a.bai"), magic + data).last >= 0
