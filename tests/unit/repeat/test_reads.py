from __future__ import annotations

from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.evidence import ReadsCheck
from als_screen.regions import Build, Region
from als_screen.repeat.locus import load_locus
from als_screen.repeat.reads import gather
from als_screen.repeat.records import LocusReads

_LOCUS = load_locus()


def _gather(reads: ReadsCheck, fasta: Path | None = None) -> LocusReads:
    repeat = _LOCUS.builds[Build.GRCH38].region
    return gather(reads, repeat, _LOCUS.off_target_regions(Build.GRCH38), fasta)


def _bam(bench: Any, **changes: Any) -> ReadsCheck:
    found: ReadsCheck | None = bench.check((2, 200), **changes).reads
    assert found is not None
    return found


def test_mates_in_off_target_regions_are_paired_up(bench: Any) -> None:
    found = _gather(_bam(bench))
    assert found.missing_mates == 0
    assert found.off_target_reads > 20
    assert sum(len(pair) == 2 for pair in found.strays) > 20
    assert {len(pair) for pair in found.fragments} == {2}


def test_no_read_is_given_twice(bench: Any) -> None:
    found = _gather(_bam(bench))
    reads = [(read.name, read.first) for pair in (*found.fragments, *found.strays) for read in pair]
    assert len(reads) == len(set(reads))


def test_duplicates_are_counted_and_left_out(bench: Any) -> None:
    def mark(record: pysam.AlignedSegment) -> None:
        record.is_duplicate = str(record.query_name).endswith("7")

    found = _gather(_bam(bench, change=mark))
    assert found.duplicates > 0
    assert not any(read.name.endswith("7") for pair in (*found.fragments, *found.strays) for read in pair)


@pytest.mark.parametrize("flag", [pysam.FSECONDARY, pysam.FQCFAIL])
def test_secondary_and_failed_records_are_left_out(bench: Any, flag: int) -> None:
    def mark(record: pysam.AlignedSegment) -> None:
        record.flag |= flag

    assert _gather(_bam(bench, change=mark)).fragments == ()


def test_an_unmapped_mate_beside_its_anchor_is_used(bench: Any) -> None:
    def unmap(record: pysam.AlignedSegment) -> None:
        if record.reference_name != "chr9" and record.next_reference_name == "chr9":
            bases, qualities = record.query_sequence, record.query_qualities
            record.is_unmapped, record.cigarstring, record.is_reverse = True, None, False
            record.reference_name, record.reference_start = "chr9", record.next_reference_start
            record.query_sequence, record.query_qualities = bases, qualities
        elif record.reference_name == "chr9" and record.next_reference_name != "chr9":
            record.mate_is_unmapped, record.next_reference_name = True, "chr9"
            record.next_reference_start = record.reference_start

    found = _gather(_bam(bench, change=unmap))
    assert found.missing_mates == 0
    assert any(not read.placed for pair in found.fragments for read in pair)


def test_a_read_without_cigar_has_no_place_whatever_its_flag_says(bench: Any) -> None:
    """Found by a damaged file: an unmapped mate whose flag says that it is mapped ended the patient."""

    def strip(record: pysam.AlignedSegment) -> None:
        if str(record.query_name).endswith("7"):
            record.cigarstring = None

    found = _gather(_bam(bench, change=strip))
    stripped = [read for pair in found.fragments for read in pair if read.name.endswith("7")]
    assert not any(read.placed for read in stripped)
    assert len(found.profile.starts) == len(found.profile.ends) > 0


def test_other_samples_of_the_file_are_left_out(bench: Any) -> None:
    reads = _bam(bench)
    with pysam.AlignmentFile(reads.path) as file:
        header = file.header.to_dict()
        records = list(file)
    header["RG"].append({"ID": "2", "SM": "other"})
    with pysam.AlignmentFile(reads.path, "wb", header=header) as out:
        for record in records:
            record.set_tag("RG", "2")
            out.write(record)
    pysam.index(reads.path)
    assert _gather(reads).fragments == ()
    assert _gather(reads.model_copy(update={"sample": "other"})).fragments


def test_cram_with_embedded_reference_needs_no_genome(bench: Any, tmp_path: Path) -> None:
    reads = _bam(bench)
    path = str(tmp_path / "x.cram")
    pysam.view("-C", "--output-fmt-option", "no_ref=1", "-o", path, reads.path, catch_stdout=False)
    pysam.index(path)
    cram = reads.model_copy(update={"path": path, "is_cram": True})
    one, other = _gather(cram), _gather(reads)
    assert one.fragments
    assert (one.fragments, one.strays) == (other.fragments, other.strays)


def test_a_cram_is_read_with_the_genome_that_was_given_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """htslib looks in REF_PATH, REF_CACHE and on the network, unless told where to look."""
    bases = "".join(np.random.default_rng(1).choice(list("ACGT"), 3000))
    genome, path = tmp_path / "genome.fa", tmp_path / "a.cram"
    genome.write_text(f">chr9\n{bases}\n", encoding="ascii")
    pysam.faidx(str(genome))
    header = {"HD": {"SO": "coordinate"}, "SQ": [{"SN": "chr9", "LN": len(bases)}]}
    with pysam.AlignmentFile(str(path), "wc", header=header, reference_filename=str(genome)) as file:
        for number in range(20):
            read = pysam.AlignedSegment(file.header)
            read.query_name, read.reference_id, read.reference_start = f"r{number}", 0, 950
            read.query_sequence, read.cigarstring, read.mapping_quality = bases[950:1050], "100M", 60
            file.write(read)
    pysam.index(str(path))
    check = ReadsCheck(path=str(path), contigs={"9": "chr9"}, sample="", is_cram=True)
    repeat = Region("9", 1000, 1018)
    assert len(gather(check, repeat, (), genome).profile.starts) == 20
    index = tmp_path / "genome.fa.fai"
    index.unlink()
    with pytest.raises(PatientDataError, match=r"the genome has no \.fai index"):
        gather(check, repeat, (), genome)
    assert not index.exists()
    (tmp_path / md5(bases.encode(), usedforsecurity=False).hexdigest()).write_text(bases, encoding="ascii")
    genome.unlink()
    for name in ("REF_PATH", "REF_CACHE"):
        monkeypatch.setenv(name, f"{tmp_path}/%s")
    with pytest.raises(PatientDataError):
        gather(check, repeat, (), None)


def test_a_file_without_index_raises(bench: Any) -> None:
    reads = _bam(bench)
    Path(reads.path + ".bai").unlink()
    with pytest.raises(PatientDataError, match="there is no index"):
        _gather(reads)


def test_a_cut_file_raises(bench: Any) -> None:
    reads = _bam(bench)
    path = Path(reads.path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(PatientDataError):
        _gather(reads)
