"""The reader: which reads count, and that a broken file never gives fewer."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pysam
import pytest

from als_screen.coverage.reads import open_reads
from als_screen.errors import PatientDataError
from als_screen.evidence import ReadsCheck
from als_screen.regions import Gene, Region
from coverage_reads import checked, gene_bases, sam_line, write_sam_lines

START = 31_667_250
REGION = Region("21", START, START + 50)
REFSEQ = ("NC_000001.11", "NC_000002.12", "NC_000023.11", "NC_000024.10")
BASES = gene_bases(Gene.SOD1, START, START + 50)


def reads_check(path: Path) -> ReadsCheck:
    found = checked(path).reads
    assert found is not None
    return found


def names(path: Path, fasta: Path | None = None) -> list[str]:
    with open_reads(reads_check(path), fasta) as reads:
        return [read.name for read in reads.fetch(REGION)]


@pytest.mark.parametrize(
    ("flag", "mapq", "expected", "note"),
    [
        (0, 20, True, "just good enough"),
        (0, 19, False, "mapping quality"),
        (0x400, 60, False, "duplicate"),
        (0x100, 60, False, "secondary"),
        (0x800, 60, False, "supplementary"),
        (0x200, 60, False, "failed quality control"),
        (0x4, 60, False, "unmapped, placed at its mate"),
        (0x1 | 0x40, 60, True, "a read whose mate is elsewhere"),
    ],
)
def test_which_reads_count(tmp_path: Path, flag: int, mapq: int, expected: bool, note: str) -> None:
    path = write_sam_lines(tmp_path / "a.bam", [sam_line("r", START, "50M", BASES, flag=flag, mapq=mapq)])
    assert names(path) == ["r"] * expected, note


def test_what_a_read_holds(tmp_path: Path) -> None:
    lines = [
        sam_line("r", START, "5H10S40M", BASES, flag=16),
        sam_line("bare", START, "50M", BASES, quality=None),
        sam_line("empty", START, "50M", "", quality=None),
    ]
    path = write_sam_lines(tmp_path / "a.bam", lines)
    with open_reads(reads_check(path), None) as reads:
        found = {read.name: read for read in reads.fetch(REGION)}
    read = found["r"]
    assert (read.reverse, read.start, read.end) == (True, START, START + 40)
    assert read.cigar == ((5, 5), (4, 10), (0, 40))
    assert read.bases.decode() == BASES
    assert set(read.qualities) == {37}
    assert found["bare"].qualities == b""
    assert found["empty"].bases == b""


def test_reads_without_names_are_not_one_fragment(tmp_path: Path) -> None:
    lines = [sam_line("*", START + shift, "40M", BASES[shift : shift + 40]) for shift in range(3)]
    assert len(set(names(write_sam_lines(tmp_path / "a.bam", lines)))) == 3


def many_lines(count: int = 4_000, start: int = START) -> list[str]:
    return [sam_line(f"r{number}", start, "50M", BASES) for number in range(count)]


def as_new_as(path: Path, data: Path) -> None:
    os.utime(path, (data.stat().st_mtime + 1, data.stat().st_mtime + 1))


def test_a_truncated_file(tmp_path: Path) -> None:
    path = write_sam_lines(tmp_path / "a.bam", many_lines())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    as_new_as(tmp_path / "a.bam.bai", path)
    with pytest.raises(PatientDataError, match="truncated"):
        names(path)


def test_a_corrupt_block(tmp_path: Path) -> None:
    path = write_sam_lines(tmp_path / "a.bam", many_lines())
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    path.write_bytes(data)
    as_new_as(tmp_path / "a.bam.bai", path)
    with pytest.raises(PatientDataError, match="a part of the file is damaged"):
        names(path)


def test_the_index_of_a_longer_file(tmp_path: Path) -> None:
    other = [sam_line(f"o{number}", 11_020_000, "50M", BASES, contig="chr1") for number in range(4_000)]
    longer = write_sam_lines(tmp_path / "longer.bam", [*other, *many_lines()])
    path = write_sam_lines(tmp_path / "a.bam", many_lines(10))
    shutil.copy(f"{longer}.bai", f"{path}.bai")
    with pytest.raises(PatientDataError):
        names(path)


def test_no_index(tmp_path: Path) -> None:
    path = write_sam_lines(tmp_path / "a.bam", many_lines(10))
    (tmp_path / "a.bam.bai").unlink()
    with pytest.raises(PatientDataError):
        names(path)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PatientDataError):
        names(tmp_path / "none.bam")


@pytest.fixture
def genome(tmp_path: Path) -> Path:
    """A genome of one short chromosome 21 with the true bases where the reads are."""
    path = tmp_path / "genome.fa"
    path.write_text(f">chr21\n{BASES}\n", encoding="ascii")
    pysam.faidx(str(path))
    return path


def write_cram(path: Path, genome: Path, options: list[str]) -> Path:
    header = pysam.AlignmentHeader.from_dict(
        {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr21", "LN": len(BASES)}]}
    )
    with pysam.AlignmentFile(
        str(path), "wc", header=header, reference_filename=str(genome), format_options=options
    ) as out:
        for number in range(20):
            line = sam_line(f"r{number}", 0, "50M", BASES).removesuffix("\tRG:Z:1")
            out.write(pysam.AlignedSegment.fromstring(line, header))
    pysam.index(str(path))
    return path


def cram_names(path: Path, fasta: Path | None) -> list[str]:
    check = ReadsCheck(path=str(path), contigs={"21": "chr21"}, sample="", is_cram=True)
    with open_reads(check, fasta) as reads:
        return [read.name for read in reads.fetch(Region("21", 0, 50)) if read.bases.decode() == BASES]


def test_a_cram_with_its_genome(tmp_path: Path, genome: Path) -> None:
    path = write_cram(tmp_path / "a.cram", genome, [])
    assert len(cram_names(path, genome)) == 20


def test_a_cram_that_embeds_its_reference_needs_none(tmp_path: Path, genome: Path) -> None:
    path = write_cram(tmp_path / "a.cram", genome, ["embed_ref=1"])
    genome.unlink()
    assert len(cram_names(path, None)) == 20


def test_a_cram_without_its_genome(tmp_path: Path, genome: Path) -> None:
    path = write_cram(tmp_path / "a.cram", genome, [])
    genome.unlink()
    with pytest.raises(PatientDataError, match="reference"):
        cram_names(path, None)


def test_a_cram_with_another_genome(tmp_path: Path, genome: Path) -> None:
    path = write_cram(tmp_path / "a.cram", genome, [])
    other = tmp_path / "other.fa"
    other.write_text(f">chr21\n{'A' * len(BASES)}\n", encoding="ascii")
    pysam.faidx(str(other))
    with pytest.raises(PatientDataError):
        cram_names(path, other)


def test_nothing_is_written_beside_a_genome_without_index(tmp_path: Path, genome: Path) -> None:
    path = write_cram(tmp_path / "a.cram", genome, [])
    index = tmp_path / "genome.fa.fai"
    index.unlink()
    with pytest.raises(PatientDataError, match="faidx"):
        cram_names(path, genome)
    assert not index.exists()


def test_reads_that_are_not_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index can be made of them only by trickery, so the order is turned here."""
    path = write_sam_lines(tmp_path / "a.bam", [*many_lines(2), *many_lines(1, START + 5)])
    fetch = pysam.AlignmentFile.fetch

    def turned(file: Any, contig: str, start: int, stop: int) -> list[pysam.AlignedSegment]:
        return list(fetch(file, contig, start, stop))[::-1]

    with open_reads(reads_check(path), None) as reads:
        monkeypatch.setattr(reads, "_file", SimpleNamespace(fetch=partial(turned, reads._file)))
        with pytest.raises(PatientDataError, match="sorted"):
            list(reads.fetch(REGION))


@pytest.mark.parametrize("names", [("chr1", "chr2", "chrX", "chrY"), ("1", "2", "X", "Y"), REFSEQ])
def test_the_index_counts_reads_by_chromosome(tmp_path: Path, names: tuple[str, ...]) -> None:
    contigs = [(name, 1000) for name in (*names, "chrUn_1", "MT")]
    header = pysam.AlignmentHeader.from_references([name for name, _ in contigs], [1000] * len(contigs))
    path = tmp_path / "a.bam"
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for contig in (names[0], names[0], names[2], "MT"):
            line = sam_line("r", 10, "4M", "ACGT", contig=contig).removesuffix("\tRG:Z:1")
            out.write(pysam.AlignedSegment.fromstring(line, header))
    pysam.index(str(path))
    check = ReadsCheck(path=str(path), contigs={"1": names[0]}, sample="P1", is_cram=False)
    with open_reads(check, None) as reads:
        found = [(one.chrom, one.length, one.reads) for one in reads.placed()]
    assert found == [("1", 1000, 2), ("2", 1000, 0), ("X", 1000, 1), ("Y", 1000, 0)]
