from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from als_screen.doctor import reference
from als_screen.doctor.check import Check, Health
from als_screen.inputs.build import Contigs
from als_screen.patient import Patient
from als_screen.regions import Build


def genome(path: Path, sequence: str) -> Path:
    path.write_text(f">chr9\n{sequence}\n")
    pysam.faidx(str(path))
    return path


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    return genome(tmp_path / "genome.fa", "ACgt" * 500)


@pytest.fixture
def cram(tmp_path: Path, fasta: Path) -> Path:
    path = tmp_path / "P1.cram"
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr9", "LN": 2000}]}
    with pysam.AlignmentFile(str(path), "wc", header=header, reference_filename=str(fasta)) as file:
        read = pysam.AlignedSegment(file.header)
        read.query_name, read.reference_id, read.reference_start = "r", 0, 100
        read.query_sequence, read.cigarstring, read.mapping_quality = "ACGT" * 5, "20M", 60
        read.query_qualities = pysam.qualitystring_to_array("I" * 20)
        file.write(read)
    pysam.index(str(path))
    return path


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A genome of one short contig passes for GRCh38."""
    found = Contigs(Build.GRCH38, {"9": "chr9"})
    monkeypatch.setattr(reference, "identify", lambda _: found)


def checks(fasta: Path | None, *reads: Path) -> list[Check]:
    return [*reference.reference_checks(fasta, [Patient("P1", reads=path) for path in reads])]


def test_no_genome(cram: Path) -> None:
    assert [check.health for check in checks(None)] == [Health.OK]
    assert [check.health for check in checks(None, Path("a.bam"))] == [Health.OK]
    assert [check.health for check in checks(None, cram)] == [Health.WARNING]


@pytest.mark.usefixtures("known")
def test_the_genome_that_crams_were_made_with(fasta: Path, cram: Path, tmp_path: Path) -> None:
    found = checks(fasta, cram)
    assert [check.health for check in found] == [Health.OK, Health.OK]
    assert found[1].found == "the genome of 1 CRAMs, by the checksums of chr9"
    other = genome(tmp_path / "other.fa", "ACGA" * 500)
    wrong = checks(other, cram)[1]
    assert wrong.health is Health.PROBLEM
    assert "P1.cram (chr9)" in wrong.found


@pytest.mark.usefixtures("known")
def test_a_broken_cram_is_for_the_run_to_say(fasta: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.cram").write_bytes(b"CRAM")
    assert [check.health for check in checks(fasta, tmp_path / "broken.cram")] == [Health.OK]


def test_a_genome_of_no_known_build_and_one_that_cannot_be_read(fasta: Path, tmp_path: Path) -> None:
    (found,) = checks(fasta)
    assert found.health is Health.PROBLEM
    (found,) = checks(tmp_path / "none.fa")
    assert found.health is Health.PROBLEM
    assert "cannot be read" in found.found
