from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.inputs.headers import Header, read_reads_header, read_vcf_header
from als_screen.inputs.index import first_offsets
from inputs_files import GRCH37, GRCH38, cut, drop_end_marker, named, older, vcf_text, write_reads, write_vcf

CONTIGS = named(GRCH38)
TEXT = vcf_text(CONTIGS)
Maker = Callable[[Path], Path]


@pytest.fixture(autouse=True)
def _nothing_written_or_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Hold every test to leave no message of htslib on the terminal."""
    yield
    assert capfd.readouterr() == ("", "")


def vcf_of(path: Path) -> Header:
    return _unchanged(path, lambda: read_vcf_header(path))


def reads_of(path: Path) -> Header:
    return _unchanged(path, lambda: read_reads_header(path, None))


def _unchanged(path: Path, read: Callable[[], Header]) -> Header:
    """Read, and hold that nothing was written beside the file."""
    before = _listing(path.parent)
    try:
        return read()
    finally:
        assert _listing(path.parent) == before


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(p), p.lstat().st_size, p.lstat().st_mtime_ns) for p in folder.rglob("*"))


def refused(read: Callable[[Path], Header], path: Path) -> PatientDataError:
    with pytest.raises(PatientDataError) as caught:
        read(path)
    assert caught.value.path == str(path)
    assert caught.value.action
    assert str(path.parent) not in caught.value.expected, "results do not depend on the machine"
    return caught.value


# ------------------------------------------------------------------------------------------- what is sound


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("name", ["a.vcf", "a.vcf.gz", "a.bcf"])
def test_vcf_headers(tmp_path: Path, name: str, index: bool) -> None:
    found = vcf_of(write_vcf(tmp_path / name, vcf_text(CONTIGS, ("P1", "P2")), index))
    assert found == Header(dict(CONTIGS), ("P1", "P2"), gvcf=False, indexed=index and name != "a.vcf")


@pytest.mark.parametrize("name", ["a.bam", "a.cram"])
def test_reads_headers(tmp_path: Path, name: str) -> None:
    found = reads_of(write_reads(tmp_path / name, CONTIGS, ("P1",)))
    assert found == Header(dict(CONTIGS), ("P1",), gvcf=False, indexed=True)


@pytest.mark.parametrize(
    ("extra", "gvcf", "why"),
    [
        ('##ALT=<ID=NON_REF,Description="any">', True, "GATK"),
        ('##ALT=<ID=*,Description="any">', True, "bcftools, DeepVariant"),
        ('##ALT=<ID=DEL,Description="deletion">', False, "structural variants"),
        ("", False, "nothing declared"),
    ],
)
def test_reference_blocks_are_declared_in_the_header(
    tmp_path: Path, extra: str, gvcf: bool, why: str
) -> None:
    assert vcf_of(write_vcf(tmp_path / "a.vcf", vcf_text(CONTIGS, extra=extra))).gvcf is gvcf, why


def test_a_vcf_without_samples_or_lengths_or_contigs(tmp_path: Path) -> None:
    assert vcf_of(write_vcf(tmp_path / "sites.vcf", vcf_text(CONTIGS, ()))).samples == ()
    assert vcf_of(write_vcf(tmp_path / "l.vcf", vcf_text({"chr21": None}))).contigs == {"chr21": None}
    assert vcf_of(write_vcf(tmp_path / "c.vcf", vcf_text({}))).contigs == {}


def test_ten_thousand_samples(tmp_path: Path) -> None:
    samples = [f"S{number}" for number in range(10_000)]
    for name in ("many.vcf", "many.vcf.gz"):
        assert vcf_of(write_vcf(tmp_path / name, vcf_text(CONTIGS, samples))).samples == tuple(samples)


def copied(source: Path, target: Path) -> Path:
    return Path(shutil.copy(source, target))


def test_the_content_counts_not_which_ending_of_a_vcf_it_has(tmp_path: Path) -> None:
    bcf, plain = write_vcf(tmp_path / "a.bcf", TEXT), write_vcf(tmp_path / "a.vcf", TEXT)
    assert vcf_of(copied(bcf, tmp_path / "b.vcf.gz")).samples == ("P1",)
    assert vcf_of(copied(plain, tmp_path / "c.vcf.gz")).samples == ("P1",)


def test_a_bcf_without_compression_is_no_text(tmp_path: Path) -> None:
    packed = write_vcf(tmp_path / "a.bcf", TEXT).read_bytes()
    (tmp_path / "u.bcf").write_bytes(gzip.decompress(packed))
    assert (tmp_path / "u.bcf").read_bytes()[:3] == b"BCF"
    assert vcf_of(tmp_path / "u.bcf").doubt == ""


def test_reads_without_read_groups_and_with_the_same_sample_twice(tmp_path: Path) -> None:
    assert reads_of(write_reads(tmp_path / "none.bam", CONTIGS, ())).samples == ()
    assert reads_of(write_reads(tmp_path / "two.bam", CONTIGS, ("P1", "P1"))).samples == ("P1",)
    assert reads_of(write_reads(tmp_path / "both.bam", CONTIGS, ("P2", "P1"))).samples == ("P1", "P2")


def test_an_older_cram_has_another_end(tmp_path: Path) -> None:
    path = tmp_path / "a.cram"
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr21", "LN": GRCH38["21"]}]}
    options = ["version=2.1", "no_ref=1"]
    pysam.AlignmentFile(str(path), "wc", header=header, format_options=options).close()
    pysam.index(str(path))
    assert reads_of(path).contigs == {"chr21": GRCH38["21"]}
    assert refused(reads_of, drop_end_marker(path, 5)).expected == "the file is truncated"


# ----------------------------------------------------------------------------------------- what is broken


def _long_vcf(path: Path) -> Path:
    return write_vcf(path, vcf_text(CONTIGS, records=60_000))


def _long_reads(path: Path) -> Path:
    return write_reads(path, CONTIGS, reads=3_000)


@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("a.vcf.gz", lambda path: drop_end_marker(_long_vcf(path)), "the end marker is gone"),
        ("a.vcf.gz", lambda path: cut(_long_vcf(path), 0.6), "cut inside a block"),
        ("a.bcf", lambda path: drop_end_marker(_long_vcf(path)), "the end marker is gone"),
        ("a.bcf", lambda path: cut(_long_vcf(path), 0.6), "cut inside a block"),
        ("a.bam", lambda path: drop_end_marker(_long_reads(path)), "the end marker is gone"),
        ("a.bam", lambda path: cut(_long_reads(path), 0.6), "cut inside a block"),
        ("a.bam", lambda path: cut(_long_reads(path), 0.002), "cut inside the header"),
        ("a.cram", lambda path: drop_end_marker(_long_reads(path), 38), "the end marker is gone"),
        ("a.cram", lambda path: drop_end_marker(_long_reads(path), 1), "a part of the end marker is gone"),
        ("a.cram", lambda path: cut(_long_reads(path), 0.6), "cut inside a container"),
        ("a.cram", lambda path: cut(_long_reads(path), 0.01), "cut inside the header"),
        ("a.vcf", lambda path: _cut_text(path, 5), "the last line has too few columns"),
        ("a.vcf", lambda path: _cut_text(path, 30), "the last line is very short"),
        ("a.vcf", lambda path: _cut_text(path, 5, samples=40_000), "the last line is longer than a piece"),
        ("a.vcf", lambda path: _cut_text(path, 1, records=0), "the line of the columns has no end"),
    ],
)
def test_truncated_files_are_refused(tmp_path: Path, name: str, make: Maker, why: str) -> None:
    path = make(tmp_path / name)
    read = reads_of if path.suffix in (".bam", ".cram") else vcf_of
    assert refused(read, path).expected == "the file is truncated", why


def _cut_text(path: Path, last: int, samples: int = 1, records: int = 3) -> Path:
    text = vcf_text(CONTIGS, [f"S{number}" for number in range(samples)], records)
    path.write_text(text[:-last])
    return path


@pytest.mark.parametrize("last", [1, 2])
def test_a_last_line_that_may_be_cut_is_doubtful(tmp_path: Path, last: int) -> None:
    assert "may be truncated" in vcf_of(_cut_text(tmp_path / "a.vcf", last)).doubt
    assert vcf_of(write_vcf(tmp_path / "b.vcf", TEXT)).doubt == ""


def test_plain_gzip_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.vcf.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert vcf_of(tmp_path / "a.vcf.gz") == vcf_of(write_vcf(tmp_path / "b.vcf.gz", TEXT))


@pytest.mark.parametrize(
    ("name", "content", "expected", "why"),
    [
        ("a.vcf", b"", "is empty", "zero bytes"),
        ("a.vcf", b"hello\n", "is not a VCF or BCF but text", "text"),
        ("a.vcf", TEXT[:200].encode(), "there is no line that begins with #CHROM", "cut inside the header"),
        ("a.vcf", b"\x8f" * 100, "is not a VCF or BCF", "noise"),
        (
            "a.vcf.gz",
            gzip.compress(TEXT.encode(), mtime=0)[:60],
            "the file is truncated",
            "plain gzip, cut",
        ),
        ("a.vcf.gz", gzip.compress(b"hello\n", mtime=0), "is not a VCF or BCF but text", "compressed text"),
        ("a.vcf.gz", b"\x1f\x8b", "the file is truncated", "two bytes"),
        ("a.bcf", gzip.compress(b"hello\n", mtime=0), "is not a VCF or BCF but text", "compressed text"),
        ("a.bcf", b"BCF\2\2", "a part of the file is damaged", "five bytes"),
        ("a.bam", b"", "is empty", "zero bytes"),
        ("a.bam", b"hello\n", "is not a BAM but text", "text"),
        ("a.bam", b"@HD\tVN:1.6\n@SQ\tSN:chr21\tLN:5\n", "the content is not what the ending says", "SAM"),
        ("a.cram", b"", "is empty", "zero bytes"),
        ("a.cram", b"hello\n", "is not a CRAM but text", "text"),
        ("a.cram", b"CRAM", "a part of the file is damaged", "four bytes"),
    ],
)
def test_files_that_are_something_else(
    tmp_path: Path, name: str, content: bytes, expected: str, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    read = reads_of if path.suffix in (".bam", ".cram") else vcf_of
    assert expected in refused(read, path).expected, why


@pytest.mark.parametrize("where", ["header", "first record"])
@pytest.mark.parametrize("name", ["a.vcf.gz", "a.bcf"])
def test_a_damaged_block_of_an_indexed_vcf(tmp_path: Path, name: str, where: str) -> None:
    samples = [f"S{number}" for number in range(20_000)]  # the header fills the first block
    path = write_vcf(tmp_path / name, vcf_text(CONTIGS, samples, records=5), index=True)
    index = next(tmp_path.glob(f"{name}.*i"))
    data, block = bytearray(path.read_bytes()), 0 if where == "header" else first_offsets(index)[0]
    data[block + 100] ^= 0xFF
    path.write_bytes(data)
    os.utime(index)
    assert refused(vcf_of, path).expected == "a part of the file is damaged"


def test_reads_are_no_variants_and_a_cram_is_no_bam(tmp_path: Path) -> None:
    bam, cram = write_reads(tmp_path / "a.bam", CONTIGS), write_reads(tmp_path / "a.cram", CONTIGS)
    assert "is not a VCF" in refused(vcf_of, copied(bam, tmp_path / "b.vcf")).expected
    for source, target in ((cram, "c.bam"), (bam, "d.cram")):
        path = copied(source, tmp_path / target)
        assert refused(reads_of, path).expected == "the content is not what the ending says"


def test_a_broken_bam_header_is_no_bug_of_ours(tmp_path: Path) -> None:
    path = write_reads(tmp_path / "a.bam", CONTIGS)
    data = gzip.decompress(path.read_bytes())
    with pysam.BGZFile(str(path), "w", None) as file:
        file.write(data.replace(b"VN:1.6\tSO:", b"VN:1.\0\nSO:", 1))
    os.utime(f"{path}.bai")
    assert refused(reads_of, path).expected == "a part of the file is damaged"


@pytest.mark.parametrize("order", ["unsorted", "queryname"])
def test_reads_that_are_not_sorted(tmp_path: Path, order: str) -> None:
    path = write_reads(tmp_path / "a.bam", CONTIGS, order=order, index=False)
    assert refused(reads_of, path).expected == f"the reads are sorted by {order}"


# ----------------------------------------------------------------------------------------------- indexes


def test_an_index_older_than_its_data(tmp_path: Path) -> None:
    bam = write_reads(tmp_path / "a.bam", CONTIGS)
    vcf = write_vcf(tmp_path / "a.vcf.gz", TEXT, index=True)
    older(tmp_path / "a.bam.bai")
    older(tmp_path / "a.vcf.gz.tbi")
    assert refused(reads_of, bam).expected == "the index a.bam.bai is older than its data"
    assert "samtools" in refused(reads_of, bam).action
    assert refused(vcf_of, vcf).expected == "the index a.vcf.gz.tbi is older than its data"
    assert "bcftools" in refused(vcf_of, vcf).action


def test_a_second_index_that_is_old_is_told_because_htslib_may_prefer_it(tmp_path: Path) -> None:
    bam = write_reads(tmp_path / "a.bam", CONTIGS)
    pysam.index("-c", str(bam))
    older(tmp_path / "a.bam.csi")
    assert refused(reads_of, bam).expected == "the index a.bam.csi is older than its data"


@pytest.mark.parametrize(
    ("keep", "expected", "why"),
    [
        (0, "index a.bam.bai: is empty", "zero bytes"),
        (3, "a.bam.bai is not a BAM index", "a part of its name"),
        (6, "a.bam.bai is not a BAM index", "no number of references"),
        (12, "the index a.bam.bai cannot be read to its end", "the number of references only"),
        (300, "the index a.bam.bai cannot be read to its end", "half of it"),
    ],
)
def test_a_truncated_bai(tmp_path: Path, keep: int, expected: str, why: str) -> None:
    bam = write_reads(tmp_path / "a.bam", CONTIGS)
    os.truncate(tmp_path / "a.bam.bai", keep)
    assert refused(reads_of, bam).expected == expected, why


def test_a_bai_of_another_file(tmp_path: Path) -> None:
    bam = write_reads(tmp_path / "a.bam", CONTIGS)
    write_reads(tmp_path / "b.bam", {**CONTIGS, "chrM": 16_569})
    shutil.copy(tmp_path / "b.bam.bai", tmp_path / "a.bam.bai")
    assert refused(reads_of, bam).expected == "the index a.bam.bai belongs to another file"


@pytest.mark.parametrize(("name", "index"), [("a.vcf.gz", "a.vcf.gz.tbi"), ("a.bcf", "a.bcf.csi")])
@pytest.mark.parametrize(("keep", "expected"), [(0, "is empty"), (3, "cannot be used"), (60, "is truncated")])
def test_a_truncated_index_of_a_vcf(tmp_path: Path, name: str, index: str, keep: int, expected: str) -> None:
    path = write_vcf(tmp_path / name, TEXT, index=True)
    os.truncate(tmp_path / index, keep)
    assert expected in refused(vcf_of, path).expected


@pytest.mark.parametrize(
    ("broken", "expected"),
    [(".csi", "the index cannot be used"), (".tbi", "the index a.vcf.gz.tbi cannot be read to its end")],
)
def test_a_second_index_that_is_broken_is_named(tmp_path: Path, broken: str, expected: str) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", TEXT, index=True)
    pysam.tabix_index(str(path), preset="vcf", force=True, csi=True)
    Path(f"{path}{broken}").write_bytes(b"hello")
    assert refused(vcf_of, path).expected == expected


def test_an_index_whose_blocks_tell_a_wrong_size(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", TEXT, index=True)
    data = bytearray(Path(f"{path}.tbi").read_bytes())
    data[17] ^= 8
    Path(f"{path}.tbi").write_bytes(data)
    assert refused(vcf_of, path).expected == "the index cannot be used"


def test_a_tbi_of_another_file(tmp_path: Path) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", TEXT, index=True)
    write_vcf(tmp_path / "b.vcf.gz", vcf_text(named(GRCH37, "")), index=True)
    shutil.copy(tmp_path / "b.vcf.gz.tbi", tmp_path / "a.vcf.gz.tbi")
    expected = "the index belongs to another file: it names contig '21'"
    assert refused(vcf_of, path).expected == expected


@pytest.mark.parametrize(
    ("name", "other", "suffix", "expected", "why"),
    [
        ("a.bcf", "b.bam", ".csi", "the index a.bcf.csi belongs to another file", "more contigs than it has"),
        ("a.vcf.gz", "b.bcf", ".csi", "the index cannot be used", "it names no contigs"),
        ("a.vcf.gz", "b.bam", ".csi", "the index cannot be used", "it names no contigs"),
    ],
)
def test_an_index_of_another_kind(
    tmp_path: Path, name: str, other: str, suffix: str, expected: str, why: str
) -> None:
    path = write_vcf(tmp_path / name, TEXT)
    if other.endswith(".bam"):
        write_reads(tmp_path / other, {**CONTIGS, "chrM": 16_569}, index=False)
        pysam.index("-c", str(tmp_path / other))
    else:
        write_vcf(tmp_path / other, TEXT, index=True)
    shutil.copy(f"{tmp_path / other}{suffix}", f"{path}{suffix}")
    assert refused(vcf_of, path).expected == expected, why


@pytest.mark.parametrize("packed", [True, False], ids=["plain gzip", "text"])
def test_an_index_beside_what_is_not_in_blocks(tmp_path: Path, packed: bool) -> None:
    path = write_vcf(tmp_path / "a.vcf.gz", TEXT, index=True)
    path.write_bytes(gzip.compress(TEXT.encode(), mtime=0) if packed else TEXT.encode())
    os.utime(f"{path}.tbi")
    error = refused(vcf_of, path)
    assert error.expected == "the index cannot be used"
    assert error.action.startswith("remove it" if packed else "make it again")


def test_a_contig_without_length_may_be_in_the_index(tmp_path: Path) -> None:
    contigs: dict[str, int | None] = {"chr1": GRCH38["1"], "chr21": None}
    assert vcf_of(write_vcf(tmp_path / "a.vcf.gz", vcf_text(contigs), index=True)).contigs == contigs


def test_an_index_that_is_a_pipe_or_a_folder_never_blocks(tmp_path: Path) -> None:
    bam = write_reads(tmp_path / "a.bam", CONTIGS, index=False)
    index = tmp_path / "a.bam.bai"
    os.mkfifo(index)
    assert refused(reads_of, bam).expected == "index a.bam.bai: is not a regular file"
    index.unlink()
    index.mkdir()
    assert refused(reads_of, bam).expected == "index a.bam.bai: is not a regular file"


# ------------------------------------------------------------------------------------------------- paths


@pytest.mark.parametrize("read", [vcf_of, reads_of])
def test_paths_that_are_no_files_never_block(tmp_path: Path, read: Callable[[Path], Header]) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    assert refused(read, tmp_path / "pipe").expected == "is not a regular file"
    assert refused(read, tmp_path / "folder").expected == "is not a regular file"
    assert "No such file" in refused(read, tmp_path / "none").expected
    assert "No such file" in refused(read, tmp_path / "dangling").expected
    assert "symbolic links" in refused(read, tmp_path / "loop").expected
    with pytest.raises(PatientDataError, match="is not a regular file"):
        read(Path("/dev/null"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_vcf(tmp_path / "a.vcf", TEXT)
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may read anything
    assert refused(vcf_of, path).expected == "cannot be read: permission denied"


def test_links_to_files_are_followed(tmp_path: Path) -> None:
    write_reads(tmp_path / "a.bam", CONTIGS)
    (tmp_path / "l.bam").symlink_to("a.bam")
    (tmp_path / "l.bam.bai").symlink_to("a.bam.bai")
    assert reads_of(tmp_path / "l.bam").indexed
