from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pysam
import pytest

from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.bam import Sample, write_bam, write_cram, write_truncated_bam
from als_screen.simulate.contigs import primary_contigs
from als_screen.simulate.pairs import Read
from builders import sparse_fasta, write_reads

Writer = Callable[[Path, Sequence[Read], Sample], None]
SAMPLE = Sample("P1", Build.GRCH38)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REF_PATH", "REF_CACHE"):
        monkeypatch.setenv(name, "/nonexistent")


@pytest.mark.parametrize(
    ("writer", "suffix", "index"), [(write_bam, ".bam", ".bai"), (write_cram, ".cram", ".crai")]
)
@pytest.mark.usefixtures("offline")
def test_files_are_read_back_whole_without_a_reference(
    writer: Writer,
    suffix: str,
    index: str,
    tmp_path: Path,
    carrier_reads: list[Read],
    expanded_reads: list[Read],
) -> None:
    for sample, reads in (
        (SAMPLE, carrier_reads),
        (Sample("P2", Build.GRCH37, prefix=False), expanded_reads),
    ):
        path = tmp_path / f"{sample.name}{suffix}"
        writer(path, reads, sample)
        assert Path(f"{path}{index}").stat().st_mtime_ns >= path.stat().st_mtime_ns
        with pysam.AlignmentFile(str(path)) as file:
            lines = list(file.fetch(until_eof=True))
        assert [line.query_name for line in lines] == [read.name for read in reads]
        for line, read in zip(lines, reads, strict=True):
            assert (line.flag, line.query_sequence, line.mapping_quality) == (
                read.flag,
                read.sequence,
                read.mapq,
            )
            assert line.cigarstring == (read.cigar if read.is_mapped else None)
            assert line.template_length == read.template_length
            assert line.get_tag("RG") == f"{sample.name}.1"
            assert (line.get_tag("NM") if read.is_mapped else None) == read.nm
            assert line.has_tag("MC") == (read.mate_cigar is not None)


@pytest.mark.parametrize(("build", "prefix"), [(Build.GRCH38, True), (Build.GRCH37, False)])
def test_the_header_has_every_primary_contig_at_its_true_length(
    build: Build, prefix: bool, tmp_path: Path
) -> None:
    path = tmp_path / "x.bam"
    write_bam(path, [], Sample("P1", build, prefix))
    with pysam.AlignmentFile(str(path)) as file:
        lengths = dict(zip(file.references, file.lengths, strict=True))
        groups = file.header.to_dict()["RG"]
    assert list(lengths.values()) == list(primary_contigs(build).values())
    assert ("chr21" in lengths) is prefix
    assert [group["SM"] for group in groups] == ["P1"]


def test_the_same_reads_give_the_same_bytes_wherever_they_are_written(
    tmp_path: Path, carrier_reads: list[Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (Path("one"), tmp_path / "two"):
        write_bam(folder / "x.bam", carrier_reads, SAMPLE)
        write_cram(folder / "x.cram", carrier_reads, SAMPLE)
    for name in ("x.bam", "x.bam.bai", "x.cram", "x.cram.crai"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_truncated_bam_has_a_whole_fresh_index_and_no_end(
    tmp_path: Path, carrier_reads: list[Read]
) -> None:
    write_bam(tmp_path / "whole.bam", carrier_reads, SAMPLE)
    write_truncated_bam(tmp_path / "cut.bam", carrier_reads, SAMPLE)
    cut, whole = (tmp_path / "cut.bam"), (tmp_path / "whole.bam")
    assert whole.read_bytes().startswith(cut.read_bytes())
    assert 0.5 < cut.stat().st_size / whole.stat().st_size < 0.7
    assert Path(f"{cut}.bai").read_bytes() == Path(f"{whole}.bai").read_bytes()
    assert Path(f"{cut}.bai").stat().st_mtime_ns >= cut.stat().st_mtime_ns


@pytest.mark.usefixtures("offline")
def test_a_cram_can_need_its_reference(tmp_path: Path, carrier_reads: list[Read]) -> None:
    fasta = sparse_fasta(tmp_path / "sparse.fa.gz")
    reads = [
        read
        for read in carrier_reads
        if read.chrom == "21" and read.mate_place and read.mate_place[0] == "21"
    ]
    path = write_reads(tmp_path / "x.cram", reads, contigs=("21",), fasta=fasta)
    with pysam.AlignmentFile(str(path)) as file, pytest.raises(OSError, match="truncated"):
        list(file)


def test_the_sparse_fasta_has_true_lengths_and_the_gene_s_bases(tmp_path: Path) -> None:
    fasta = sparse_fasta(tmp_path / "sparse.fa.gz", Build.GRCH37, (Gene.SOD1, Gene.FUS), prefix=False)
    assert fasta.stat().st_size < 1_000_000
    with pysam.FastaFile(str(fasta)) as file:
        for gene in (Gene.SOD1, Gene.FUS):
            part = bundled().slices(Build.GRCH37)[gene]
            chrom, start, end = part.region.chrom, part.region.start, part.region.end
            assert file.get_reference_length(chrom) == primary_contigs(Build.GRCH37)[chrom]
            assert file.fetch(chrom, start, end) == part.sequence
            assert set(file.fetch(chrom, start - 100_000, start)) == {"N"}
            assert len(file.fetch(chrom, file.get_reference_length(chrom) - 10)) == 10
