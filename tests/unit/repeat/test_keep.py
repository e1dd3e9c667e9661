"""The small BAM and the reads of the picture beside the evidence, and what if they cannot be made."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from als_screen.evidence import PatientCheck, ReadClass, State
from als_screen.patient import Patient
from als_screen.read_views import Lies, RepeatReads
from als_screen.regions import Build
from als_screen.repeat import keep
from als_screen.repeat import screen as screen_module
from als_screen.repeat.keep import screen_and_keep
from als_screen.resources import bundled
from unit.repeat.conftest import Bench, screen


def kept(check: PatientCheck, path: Path) -> RepeatReads:
    evidence, reads = screen_and_keep(Patient("P"), check, bundled(), None, path)
    assert evidence == screen(check), "what is kept does not change the evidence"
    return reads


def test_the_small_bam_holds_the_fragments_of_the_locus(bench: Bench, tmp_path: Path) -> None:
    reads = kept(bench.check((2, 80)), tmp_path / "bam" / "P.bam")
    with pysam.AlignmentFile(str(tmp_path / "bam" / "P.bam")) as file:
        records = list(file.fetch("chr9"))
        header = file.header.to_dict()
    assert {record.get_tag("XC") for record in records} == {"spanning", "flanking", "in_repeat", "mate"}
    assert header["RG"][0]["SM"] == "P"
    assert [one["SN"] for one in header["SQ"]] == ["chr9"]
    spanning = [record for record in records if record.get_tag("XC") == "spanning"]
    assert {record.get_tag("XU") for record in spanning} == {2}
    assert all(record.is_unmapped == (record.get_tag("XC") == "in_repeat") for record in records)
    counted = sum(one.fragments for one in reads.counts if one.read_class is ReadClass.SPANNING)
    assert len({record.query_name for record in spanning}) == counted
    assert {read.lies for read in reads.reads} == set(Lies)


def test_the_same_reads_give_the_same_bytes(bench: Bench, tmp_path: Path) -> None:
    check = bench.check((2, 8))
    assert kept(check, tmp_path / "a.bam") == kept(check, tmp_path / "b.bam")
    for ending in ("bam", "bam.bai"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_contig_names_are_those_of_the_file(bench: Bench, tmp_path: Path) -> None:
    reads = kept(bench.check((2, 8), build=Build.GRCH37, prefix=False), tmp_path / "a.bam")
    assert reads.contig == "9"
    with pysam.AlignmentFile(str(tmp_path / "a.bam")) as file:
        assert file.references == ("9",)
        assert file.lengths == (141_213_431,)


def test_without_reads_an_old_file_does_not_stay(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "a.bam"
    path.write_text("old")
    reads = kept(PatientCheck(patient="P", build=Build.GRCH38), path)
    assert (reads.state, reads.reason) == (State.NOT_ASSESSED, "no usable BAM or CRAM")
    assert not path.exists()
    empty = kept(bench.check((2, 8), drop=lambda record: True), path)
    assert empty.state is State.NOT_ASSESSED
    assert "no reads" in empty.reason
    assert list(tmp_path.glob("a.bam*")) == []


def test_long_reads_are_not_realigned(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "MAX_READ_LENGTH", 149)
    reads = kept(bench.check((2, 8)), tmp_path / "a.bam")
    assert (reads.state, reads.reason) == (State.NOT_ASSESSED, "long reads are not supported")
    assert not (tmp_path / "a.bam").exists()


def test_what_cannot_be_kept_does_not_cost_the_evidence(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("an odd read")

    monkeypatch.setattr(keep, "write_bamlet", broken)
    reads = kept(bench.check((2, 8)), tmp_path / "a.bam")
    assert reads.state is State.NOT_ASSESSED
    assert "an odd read" in reads.reason


def test_a_full_disk_is_not_hidden(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keep, "write_bamlet", full)
    with pytest.raises(OSError, match="No space"):
        kept(bench.check((2, 8)), tmp_path / "a.bam")
