"""Files damaged for real: what people are told, and that no word of htslib is in it."""

from __future__ import annotations

import errno
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen import htslib
from als_screen.errors import PatientDataError
from als_screen.evidence import ReadsCheck
from als_screen.inputs.diagnosis import Kind, diagnosed
from als_screen.patient import LibraryKind
from als_screen.regions import Build, Gene, Region
from als_screen.repeat.reads import gather
from als_screen.resources import bundled
from als_screen.simulate.damage import _bgzf_blocks
from als_screen.variants.call import ReadSource, called_records
from als_screen.variants.vcf import read_vcf
from builders import bgzf_block, pile, sparse_fasta, write_reads
from variant_files import checked, row, vcf_text, write

HTSLIB = ("Errno", "mode=", "b'", "Closing failed", "is it VCF/BCF", "truncated file", "EOF marker", "/tmp")
#: Enough records for several blocks.
TEXT = vcf_text([row(f"21:{31_656_000 + 2 * step}", "N", "A", "0/1") for step in range(6000)])
GENES = [bundled().gene_region(Build.GRCH38, gene) for gene in Gene]
Edit = Callable[[bytearray], bytes | bytearray | None]


def edited(path: Path, edit: Edit) -> Path:
    data = bytearray(path.read_bytes())
    changed = edit(data)
    path.write_bytes(data if changed is None else changed)
    for index in path.parent.glob(f"{path.name}.*i"):
        os.utime(index)
    return path


def flip(share: float) -> Edit:
    def edit(data: bytearray) -> None:
        data[int(len(data) * share)] ^= 0x55

    return edit


def told(read: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(PatientDataError) as caught:
        read()
    error = caught.value
    said = f"{error.expected}; {error.action}"
    assert not any(word in said.replace(str(Path(error.path).parent), "") for word in HTSLIB), said
    return error.expected, error.action


def of_vcf(path: Path) -> tuple[str, str]:
    return told(lambda: read_vcf(checked(path), GENES))


def of_reads(path: Path, fasta: Path | None = None) -> tuple[str, str]:
    check = ReadsCheck(path=str(path), contigs={"21": "chr21"}, sample="P1", is_cram=path.suffix == ".cram")
    source = ReadSource(check, fasta, LibraryKind.UNKNOWN)
    return told(lambda: called_records(source, Build.GRCH38, bundled()))


# --------------------------------------------------------------------------------------------------- VCF


@pytest.mark.parametrize("name", ["a.vcf.gz", "a.bcf"])
@pytest.mark.parametrize("share", [0.4, 0.6, 0.8])
def test_a_damaged_block_is_not_called_truncated(tmp_path: Path, name: str, share: float) -> None:
    path = edited(write(tmp_path / name, TEXT), flip(share))
    assert of_vcf(path) == ("a part of the file is damaged", "copy or make it again")


def test_damaged_plain_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(gzip.compress(TEXT.encode(), mtime=0))
    assert of_vcf(edited(path, flip(0.5)))[0] == "a part of the file is damaged"


@pytest.mark.parametrize("name", ["a.vcf.gz", "a.bcf"])
def test_a_cut_one_is(tmp_path: Path, name: str) -> None:
    path = edited(write(tmp_path / name, TEXT), lambda data: data[: len(data) // 2])
    assert of_vcf(path) == ("the file is truncated", "copy or make it again")


@pytest.mark.parametrize(
    ("broken", "expected", "why"),
    [
        ("chr21\t31660000\t.\tA", "has 4 columns separated by tabs, the line #CHROM has 10", "columns lack"),
        (
            "chr21 31660000 . A C . . . GT 0/1",
            "has 1 columns separated by tabs, the line #CHROM has 10",
            "blanks",
        ),
        ("chr21\tabc\t.\tA\tC\t.\t.\t.\tGT\t0/1", "has the position 'abc'", "no position"),
        ("chr21\t31660000\t.\tA\tC\t.\t.\t.\tGT\tx/y", "has the genotype 'x/y'", "no genotype"),
        (
            "chr21\t31660000\t.\tA\tC\t.\t.\t.\tGT\t|0|1",
            "has the genotype '|0|1', as VCF 4.4 writes it, in an older one",
            "a phase before the first allele",
        ),
        (
            "chr21\t31660000\t.\tA\tC\t.\t.\t.\tGT\t0/1:7",
            "has more fields in the column of sample 1 than in FORMAT",
            "a field too many",
        ),
        ("chr21\t31660000\t.\tA\tC\t.\t.\t.\tGT:GT\t0/1:0/0", "names a field twice in FORMAT", "GT twice"),
        ("", "is empty", "a blank line"),
        ("##fileformat=VCFv4.2", "is part of a second header", "two files in one"),
    ],
)
@pytest.mark.parametrize("name", ["a.vcf", "a.vcf.gz"])
def test_the_line_that_is_wrong_is_named(
    tmp_path: Path, name: str, broken: str, expected: str, why: str
) -> None:
    text = vcf_text([row("21:31660000", "A", "C", "0/1")])
    path = tmp_path / name
    behind = "chr21\t31660100\t.\tA\tC\t.\t.\t.\tGT\t0/1\n"
    whole = (text + broken + "\n" + behind).encode()
    path.write_bytes(gzip.compress(whole, mtime=0) if name.endswith(".gz") else whole)
    number = whole.decode().count("\n") - 1
    assert of_vcf(path) == (f"line {number} {expected}", "correct it, or make the file again"), why


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        (b"hello\n", "the content is not a VCF or BCF but text", "text"),
        (b"<!DOCTYPE html><html>", "the content is not a VCF or BCF but a web page", "a failed download"),
        (b"\x89PNG\r\n\x1a\n\0", "the content is not a VCF or BCF", "a picture"),
        (
            TEXT.encode("utf-16"),
            "the content is not a VCF or BCF but text in UTF-16",
            "a spreadsheet's export",
        ),
        (
            b"\xef\xbb\xbf" + TEXT.encode(),
            "the content is not a VCF or BCF: it begins with a byte order mark",
            "saved by an editor",
        ),
        (
            TEXT.encode().replace(b"ID=DP,Number=1,Type=Integer", b"ID=DP,Number=0,Type=Flag"),
            "line 4 declares a FORMAT field as Flag, which holds no value",
            "a field without value",
        ),
        (TEXT.encode().partition(b"\n")[2], "the first line is not ##fileformat=VCF…", "no first line"),
        (b"##fileformat=VCFv4.2\n", "there is no line that begins with #CHROM", "a header that breaks off"),
        (b"##fileformat=VCFv4.2\n##x=\xff\n", "line 2 is not UTF-8 text", "Latin-1"),
        (
            gzip.compress(b"BCF\2\2" + bytes(99), mtime=0),
            "the file is plain gzip, which cannot be read in parts",
            "gzip of BCF",
        ),
    ],
)
def test_what_is_no_vcf(tmp_path: Path, content: bytes, expected: str, why: str) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(content)
    assert diagnosed(path, "VCF or BCF", ValueError("x")).expected == expected, why


# -------------------------------------------------------------------------------------------------- reads


def around(path: Path, fasta: Path | None = None) -> Path:
    reads = pile("21", 31_659_000, 31_669_000)
    return write_reads(path, reads, fasta=fasta, contigs=("21",) if fasta else None)


@pytest.mark.parametrize("name", ["a.bam", "a.cram"])
def test_damaged_reads(tmp_path: Path, name: str) -> None:
    path = edited(around(tmp_path / name), flip(0.5))
    assert of_reads(path) == ("a part of the file is damaged", "copy or make it again")


def test_reads_cut_between_blocks_without_an_end(tmp_path: Path) -> None:
    path = edited(around(tmp_path / "a.bam"), lambda data: b"".join(_bgzf_blocks(bytes(data))[:3]))
    assert of_reads(path)[0] == "the file is truncated"


def test_the_index_of_another_file(tmp_path: Path) -> None:
    path = around(tmp_path / "a.bam")
    header, *blocks = _bgzf_blocks(path.read_bytes())
    longer, _ = bgzf_block(gzip.decompress(header), level=0)
    assert len(longer) > len(header)
    path.write_bytes(b"".join([longer, *blocks]))
    os.utime(f"{path}.bai")
    assert of_reads(path) == ("the index a.bam.bai belongs to another file", "make the index again")


def test_no_index(tmp_path: Path) -> None:
    path = around(tmp_path / "a.bam")
    Path(f"{path}.bai").unlink()
    assert of_reads(path) == ("there is no index", "make it with `samtools index`")


@pytest.mark.parametrize("fault", ["none", "other", "lacks", "broken"])
def test_the_genome_of_a_cram(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REF_PATH", "REF_CACHE"):
        monkeypatch.setenv(name, os.devnull)
    (tmp_path / "right").mkdir()
    right = sparse_fasta(tmp_path / "right" / "genome.fa.gz")
    path = around(tmp_path / "a.cram", right)
    given, expected = None, "the CRAM does not embed its reference, and reference.fasta is not set"
    if fault != "none":
        given = tmp_path / "genome.fa"
        name = "chr9" if fault == "lacks" else "chr21"
        given.write_text(f">{name}\n{'A' * 60}\n")
        Path(f"{given}.fai").write_text(
            "x" if fault == "broken" else f"{name}\t60\t{len(name) + 2}\t60\t61\n"
        )
        expected = {
            "other": "reference.fasta is not the genome that the CRAM was made with: chr21 differs",
            "lacks": "reference.fasta has no chr21, with which the CRAM was made",
            "broken": "reference.fasta cannot be read",
        }[fault]
    assert of_reads(path, given)[0] == expected


def test_a_damaged_cram_is_not_said_to_lack_its_genome(tmp_path: Path) -> None:
    path = edited(around(tmp_path / "a.cram"), flip(0.1))
    assert diagnosed(path, "CRAM", OSError("x")).expected == "a part of the file is damaged"


def test_reads_of_the_repeat_are_told_in_the_same_words(tmp_path: Path) -> None:
    reads = pile("9", 27_571_000, 27_576_000)
    path = edited(write_reads(tmp_path / "a.bam", reads), flip(0.5))
    check = ReadsCheck(path=str(path), contigs={"9": "chr9"}, sample="P1", is_cram=False)
    found = told(lambda: gather(check, Region("9", 27_573_528, 27_573_546), [], None))
    assert found == ("a part of the file is damaged", "copy or make it again")


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("BAM", b"hello", "the content is not a BAM but text"),
        ("CRAM", b"\0\1\2", "the content is not a CRAM"),
        ("BAM", gzip.compress(b"BAM\1", mtime=0), "the file is plain gzip, which cannot be read in parts"),
    ],
)
def test_what_are_no_reads(tmp_path: Path, kind: Kind, content: bytes, expected: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert diagnosed(path, kind, ValueError("x")).expected == expected


# ------------------------------------------------------------------------------------------- the system


def test_what_has_gone_and_what_the_storage_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = around(tmp_path / "a.bam")
    found = diagnosed(path, "BAM", OSError(errno.EIO, "Input/output error", str(path)))
    assert found.expected == "the storage fails (Input/output error)"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert diagnosed(path, "BAM", OSError("x")).expected == "cannot be read: permission denied"
    path.unlink()
    assert diagnosed(path, "BAM", OSError("x")).expected == "the file does not exist any more"


def test_a_bug_is_not_a_patient_s_fault(tmp_path: Path) -> None:
    with pytest.raises(KeyError), htslib.telling(tmp_path / "a.bam", "BAM"):
        raise KeyError("x")


@pytest.mark.parametrize(("call", "expected"), [("|0|1", "0|1"), ("/0/1", "0/1"), ("|1", "1")])
def test_genotypes_as_vcf_4_4_writes_them(tmp_path: Path, call: str, expected: str) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(vcf_text([row("21:31660000", "A", "C", call)]).replace("VCFv4.2", "VCFv4.4"))
    (record,) = read_vcf(checked(path), GENES).records
    assert record.genotype == expected
