from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from als_screen.evidence import PatientCheck, Severity
from als_screen.inputs import diagnosis
from als_screen.inputs.check import check_patient
from als_screen.inputs.headers import read_reads_header
from als_screen.patient import Patient
from als_screen.regions import Build, Gene
from builders import pile, sparse_fasta
from builders import write_reads as write_simulated
from inputs_files import GRCH37, GRCH38, drop_end_marker, named, vcf_text, write_reads, write_vcf

P1 = Patient("P1")
NAMES = {"1": "chr1", "9": "chr9", "16": "chr16", "21": "chr21"}


@pytest.fixture
def vcf(tmp_path: Path) -> Path:
    return write_vcf(tmp_path / "a.vcf.gz", vcf_text(named(GRCH38)), index=True)


@pytest.fixture
def bam(tmp_path: Path) -> Path:
    return write_reads(tmp_path / "a.bam", named(GRCH38))


@pytest.fixture(autouse=True)
def _silent(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert capfd.readouterr() == ("", "")


def reasons(check: PatientCheck) -> list[str]:
    assert all(problem.patient == "P1" and problem.path and problem.action for problem in check.problems)
    return [problem.expected for problem in check.problems]


def test_sound_files(vcf: Path, bam: Path, tmp_path: Path) -> None:
    (tmp_path / "a.bed").touch()
    (tmp_path / "a.bed").write_text("chr21\t0\t1\n")
    check = check_patient(replace(P1, vcf=(vcf,), reads=bam, callable=tmp_path / "a.bed"))
    assert check.build is Build.GRCH38
    assert check.problems == ()
    assert check.callable_bed == str(tmp_path / "a.bed")
    (found,) = check.vcf
    assert (found.path, found.sample, found.samples) == (str(vcf), "P1", 1)
    assert (found.contigs, found.indexed, found.gvcf) == (NAMES, True, False)
    assert check.reads
    assert (check.reads.path, check.reads.sample, check.reads.contigs) == (str(bam), "P1", NAMES)
    assert not check.reads.is_cram


def test_a_cram_is_said_to_be_one(tmp_path: Path) -> None:
    check = check_patient(replace(P1, reads=write_reads(tmp_path / "a.cram", named(GRCH38))))
    assert check.reads
    assert check.reads.is_cram


def test_files_of_some_genes_and_of_another_naming_fit_together(tmp_path: Path) -> None:
    bam = write_reads(tmp_path / "a.bam", {"21": GRCH37["21"]})
    vcf = write_vcf(tmp_path / "a.vcf", vcf_text(named(GRCH37)))
    check = check_patient(replace(P1, vcf=(vcf,), reads=bam))
    assert check.build is Build.GRCH37
    assert check.reads
    assert check.reads.contigs == {"21": "21"}


@pytest.mark.parametrize(
    ("samples", "wanted", "found", "why"),
    [
        (("S1",), None, "S1", "the only one, whatever its name"),
        (("S1", "P1"), None, "P1", "the one named like the patient"),
        (("S1", "S2"), "S2", "S2", "the one that the sheet names"),
        (("P1", "S2"), "S2", "S2", "the sheet before the patient's name"),
        (("S1", "S2"), None, None, "none is named like the patient"),
        (("P1",), "S2", None, "the only one is not the one of the sheet"),
        (("p1", "S2"), None, None, "case counts"),
        ((), None, None, "sites without samples"),
    ],
)
def test_the_sample_of_a_vcf(
    tmp_path: Path, samples: tuple[str, ...], wanted: str | None, found: str | None, why: str
) -> None:
    vcf = write_vcf(tmp_path / "a.vcf", vcf_text(named(GRCH38), samples))
    check = check_patient(replace(P1, vcf=(vcf,), vcf_sample=wanted))
    assert [part.sample for part in check.vcf] == ([found] if found else []), why
    if found is None:
        (reason,) = reasons(check)
        assert f"sample {wanted or 'P1'!r} is not in the header" in reason
        assert all(repr(sample) in reason for sample in samples) if samples else reason.endswith("none")


def test_vcfs_of_two_persons_are_refused_unless_the_sheet_names_the_sample(tmp_path: Path, bam: Path) -> None:
    files = [
        write_vcf(tmp_path / f"{name}.vcf", vcf_text(named(GRCH38), samples))
        for name, samples in (("a", ("ANN",)), ("b", ("BEN",)), ("both", ("ANN", "BEN")))
    ]
    pair = replace(P1, vcf=tuple(files[:2]), reads=bam)
    check = check_patient(pair)
    assert reasons(check) == ["the VCF files are of different samples: 'ANN' in a.vcf, 'BEN' in b.vcf"]
    assert [problem.severity for problem in check.problems] == [Severity.ERROR]
    assert check.vcf == ()
    assert check.reads is not None
    one = check_patient(replace(pair, vcf=(files[0], files[2]), vcf_sample="ANN"))
    assert (one.problems, len(one.vcf)) == ((), 2)


def test_many_samples_are_not_all_printed(tmp_path: Path) -> None:
    vcf = write_vcf(tmp_path / "a.vcf", vcf_text(named(GRCH38), [f"S{number}" for number in range(10_000)]))
    (reason,) = reasons(check_patient(replace(P1, vcf=(vcf,))))
    assert reason.endswith("'S0', 'S1', 'S2', 'S3', 'S4' and 9995 more")


@pytest.mark.parametrize(
    ("samples", "wanted", "expected", "why"),
    [
        (("S1",), None, None, "the only one"),
        (("S1",), "S1", None, "the one of the sheet"),
        ((), None, None, "no read groups"),
        (("S1",), "P1", "@RG SM 'P1' is not in the header, which has 'S1'", "another"),
        ((), "P1", "@RG SM 'P1' is not in the header, which has none", "no read groups"),
        (("S1", "S2"), None, "the file holds reads of several samples: 'S1', 'S2'", "two"),
        (("S1", "S2"), "S1", "the file holds reads of several samples: 'S1', 'S2'", "two, one of them meant"),
    ],
)
def test_the_sample_of_reads(
    tmp_path: Path, samples: tuple[str, ...], wanted: str | None, expected: str | None, why: str
) -> None:
    bam = write_reads(tmp_path / "a.bam", named(GRCH38), samples)
    check = check_patient(replace(P1, reads=bam, reads_sample=wanted))
    assert reasons(check) == ([expected] if expected else []), why
    assert (check.reads is None) is (expected is not None), why


def test_an_index_that_cannot_be_loaded(bam: Path) -> None:
    os.truncate(f"{bam}.bai", 100)
    check = check_patient(replace(P1, reads=bam))
    assert reasons(check) == [f"the index {bam.name}.bai cannot be read to its end"]
    assert check.reads is None


@pytest.mark.parametrize("broken", ["vcf", "reads"])
def test_a_sound_file_stays_usable_beside_a_broken_one(vcf: Path, bam: Path, broken: str) -> None:
    drop_end_marker(vcf if broken == "vcf" else bam)
    check = check_patient(replace(P1, vcf=(vcf,), reads=bam))
    assert reasons(check) == ["the file is truncated"]
    assert check.build is Build.GRCH38
    assert (check.vcf == ()) is (broken == "vcf")
    assert (check.reads is None) is (broken == "reads")


def test_all_problems_of_a_patient_are_told(tmp_path: Path, vcf: Path, bam: Path) -> None:
    other = write_vcf(tmp_path / "b.vcf", vcf_text(named(GRCH38), ("S1", "S2")))
    os.mkfifo(tmp_path / "pipe")
    drop_end_marker(vcf)
    drop_end_marker(bam)
    patient = replace(P1, vcf=(vcf, other, tmp_path / "none.vcf"), reads=bam, callable=tmp_path / "pipe")
    check = check_patient(patient)
    assert [Path(problem.path).name for problem in check.problems] == [
        "a.vcf.gz", "b.vcf", "none.vcf", "a.bam", "pipe",
    ]  # fmt: skip
    assert (check.vcf, check.reads, check.build, check.callable_bed) == ((), None, None, None)


def test_one_of_several_vcfs_that_is_broken_makes_all_unusable(tmp_path: Path, vcf: Path) -> None:
    second = write_vcf(tmp_path / "b.vcf.gz", vcf_text(named(GRCH38)))
    drop_end_marker(second)
    check = check_patient(replace(P1, vcf=(vcf, second)))
    assert check.vcf == (), "what is missing would read as reference"
    assert reasons(check) == ["the file is truncated"]


def test_files_on_different_builds_contradict_each_other(tmp_path: Path, vcf: Path) -> None:
    bam = write_reads(tmp_path / "b.bam", named(GRCH37))
    check = check_patient(replace(P1, vcf=(vcf,), reads=bam))
    assert (check.build, check.vcf, check.reads) == (None, (), None)
    assert reasons(check) == ["the files are on different builds (a.vcf.gz: GRCh38, b.bam: GRCh37)"]


def test_two_vcfs_on_different_builds(tmp_path: Path, vcf: Path) -> None:
    other = write_vcf(tmp_path / "b.vcf", vcf_text(named(GRCH37)))
    check = check_patient(replace(P1, vcf=(vcf, other)))
    assert reasons(check) == ["the files are on different builds (a.vcf.gz: GRCh38, b.vcf: GRCh37)"]


def test_a_wrong_build_is_told_with_the_file(vcf: Path, bam: Path) -> None:
    check = check_patient(replace(P1, vcf=(vcf,), reads=bam), Build.GRCH37)
    assert reasons(check) == ["the build is GRCh38, the configuration expects GRCh37"] * 2
    assert {problem.path for problem in check.problems} == {str(vcf), str(bam)}


def test_the_configured_build_helps_a_header_without_lengths(tmp_path: Path) -> None:
    vcf = write_vcf(tmp_path / "a.vcf", vcf_text({"21": None}))
    assert check_patient(replace(P1, vcf=(vcf,)), Build.GRCH37).build is Build.GRCH37
    assert "gives no contig lengths" in reasons(check_patient(replace(P1, vcf=(vcf,))))[0]


def test_a_doubt_is_a_warning_and_the_file_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(vcf_text(named(GRCH38)).removesuffix("\n"))
    check = check_patient(replace(P1, vcf=(path,)))
    assert [problem.severity for problem in check.problems] == [Severity.WARNING]
    assert len(check.vcf) == 1


def test_a_callable_bed_that_is_no_file(tmp_path: Path, vcf: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bed")
    check = check_patient(replace(P1, vcf=(vcf,), callable=tmp_path / "pipe.bed"))
    assert reasons(check) == ["is not a regular file"]
    assert check.callable_bed is None
    assert len(check.vcf) == 1


def test_a_patient_without_files() -> None:
    assert check_patient(P1) == PatientCheck(patient="P1", build=None)


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("genome")
    return sparse_fasta(folder / "genome.fa.gz", genes=(Gene.FUS, Gene.SOD1))


def in_shared_slices(path: Path, options: list[str], fasta: Path | None = None) -> Path:
    """Write a CRAM with reads of two chromosomes in one slice."""
    reads = [*pile("16", 31_184_000, 31_184_500), *pile("21", 31_659_600, 31_660_100)]
    bam = write_simulated(path.with_suffix(".bam"), reads, contigs=("16", "21"))
    name, options = None if fasta is None else str(fasta), [*options, "multi_seq_per_slice=1"]
    with pysam.AlignmentFile(str(bam)) as file:
        given = {"header": file.header, "reference_filename": name, "format_options": options}
        with pysam.AlignmentFile(str(path), "wc", **given) as out:  # type: ignore[arg-type]
            for read in file:
                out.write(read)
    pysam.index(str(path))
    return path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, genome: Path) -> Path:
    """A CRAM whose bases need a genome, which is not where its header says."""
    folder = tmp_path_factory.mktemp("cram")
    elsewhere = folder / "gone.fa.gz"
    for suffix in ("", ".fai", ".gzi"):
        Path(f"{elsewhere}{suffix}").symlink_to(f"{genome}{suffix}")
    path = in_shared_slices(folder / "a.cram", [], elsewhere)
    elsewhere.unlink()
    return path


def other_genome(genome: Path, path: Path) -> Path:
    """Write the genome as plain text, one base of SOD1 changed."""
    with pysam.FastaFile(str(genome)) as file:
        bases = {name: file.fetch(name) for name in file.references}
    at = 31_659_800
    wrong = {"A": "C", "C": "G", "G": "T", "T": "A"}[bases["chr21"][at].upper()]
    bases["chr21"] = bases["chr21"][:at] + wrong + bases["chr21"][at + 1 :]
    path.write_text("".join(f">{name}\n{text}\n" for name, text in bases.items()))
    pysam.faidx(str(path))
    return path


@pytest.mark.parametrize("suffix", [".fai", ".gzi"])
def test_a_genome_without_its_index_is_refused_and_nothing_written(
    shared: Path, genome: Path, tmp_path: Path, suffix: str
) -> None:
    fasta = tmp_path / genome.name
    for one in {"", ".fai", ".gzi"} - {suffix}:
        Path(f"{fasta}{one}").symlink_to(f"{genome}{one}")
    found = check_patient(replace(P1, reads=shared), fasta=fasta)
    assert reasons(found) == [f"the genome has no {suffix} index beside it"]
    assert not Path(f"{fasta}{suffix}").exists()


def test_a_cram_of_shared_slices_and_a_genome_that_is_not_its_own(
    shared: Path, genome: Path, tmp_path: Path
) -> None:
    """htslib gives wrong bases without an error there: a variant that nobody has, or one less."""
    patient = replace(P1, reads=shared)
    assert reasons(check_patient(patient, fasta=genome)) == []
    found = check_patient(patient, fasta=other_genome(genome, tmp_path / "other.fa"))
    assert reasons(found) == ["reference.fasta is not the genome that the CRAM was made with: chr21 differs"]
    assert found.reads is None


def test_a_cram_of_shared_slices_that_does_not_name_its_genome(
    shared: Path, genome: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(diagnosis, "_summed", lambda path: [("chr21", "")])
    found = check_patient(replace(P1, reads=shared), fasta=genome)
    capfd.readouterr()  # htslib says that it does not find what the header names
    assert reasons(found) == ["the CRAM does not say with which genome it was made (M5)"]


def test_a_cram_of_shared_slices_that_needs_no_genome(tmp_path: Path, genome: Path) -> None:
    path = in_shared_slices(tmp_path / "a.cram", ["no_ref=1"])
    assert read_reads_header(path, None).shared_slices
    assert reasons(check_patient(replace(P1, reads=path), fasta=genome)) == []
