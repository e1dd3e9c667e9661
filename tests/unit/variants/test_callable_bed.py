import gzip
from pathlib import Path

import pytest

from als_screen.errors import PatientDataError
from als_screen.regions import Region
from als_screen.variants.callable_bed import read_callable

GENE = Region("21", 31654621, 31670931)
INSIDE = "31663000\t31664000"


def read(path: Path, text: str, *, zipped: bool = False) -> list[tuple[str, int, int]]:
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if zipped else text.encode())
    return [(one.chrom, one.start, one.end) for one in read_callable(path, [GENE])]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (f"chr21\t{INSIDE}\n", "with chr"),
        (f"21\t{INSIDE}\n", "without"),
        (f"21\t{INSIDE}", "the last line has no end"),
        (f"21\t{INSIDE}\r\n", "Windows line ends"),
        (f"\ufeff21\t{INSIDE}\n", "a byte order mark"),
        (f"21 {INSIDE.replace(chr(9), ' ')} a b c\n", "blanks, and more columns"),
        (f"# by a caller\ntrack name=x\nbrowser position chr21\n\n21\t{INSIDE}\n", "comments and tracks"),
        (f"21\t{INSIDE}\tCALLABLE\n", "GATK 3 names what is callable"),
        (f"1\t5\t10\n21\t{INSIDE}\nX\t1\t2\nGL000220.1\t1\t2\n", "other chromosomes are not kept"),
        (f"21\t{INSIDE}\n21\t31663500\t31663500\n", "an interval without bases"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_lines_that_are_kept(tmp_path: Path, line: str, note: str, zipped: bool) -> None:
    assert read(tmp_path / "a.bed", line, zipped=zipped) == [("21", 31663000, 31664000)], note


def test_blocks_have_no_numbers_of_their_own(tmp_path: Path) -> None:
    read(tmp_path / "a.bed", f"21\t{INSIDE}\n")
    (block,) = read_callable(tmp_path / "a.bed", [GENE])
    assert (block.depth, block.genotype_quality) == (None, None)


@pytest.mark.parametrize("name", ["NO_COVERAGE", "LOW_COVERAGE", "POOR_MAPPING_QUALITY", "REF_N"])
def test_intervals_that_are_named_not_callable_are_not_taken(tmp_path: Path, name: str) -> None:
    assert read(tmp_path / "a.bed", f"21\t{INSIDE}\t{name}\n") == []


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        ("21\t31663000\n", "line 1", "a column is missing"),
        (f"21\t{INSIDE}\n21\t31663\n", "line 2", "cut within a line"),
        ("21\tstart\tend\n", "line 1", "a header that is no comment"),
        ("21\t-5\t10\n", "line 1", "below zero"),
        (f"21\t0\t{'9' * 5000}\n", "line 1", "a number without end"),
        ("21\t1\t²\n", "line 1", "a digit that is no number"),
        ("21\t31664000\t31663000\n", "not beyond the end", "start behind the end"),
        (f"21\t{INSIDE}\t0:1\n", "ranges of depth", "mosdepth without names"),
        (f"21\t{INSIDE}\t4:inf\n", "ranges of depth", "mosdepth, the last bin"),
        ("X\t1\n", "line 1", "malformed on another chromosome"),
    ],
)
def test_lines_that_are_refused(tmp_path: Path, text: str, expected: str, note: str) -> None:
    with pytest.raises(PatientDataError, match=expected):
        read(tmp_path / "a.bed", text)


@pytest.mark.parametrize("cut", [5, 40, 60])
def test_a_truncated_gzip_is_refused(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress("".join(f"21\t{start}\t{start + 7}\n" for start in range(0, 9000, 11)).encode())
    (tmp_path / "a.bed.gz").write_bytes(whole[: len(whole) * cut // 64])
    with pytest.raises(PatientDataError, match="the file is truncated"):
        read_callable(tmp_path / "a.bed.gz", [GENE])


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PatientDataError):
        read_callable(tmp_path / "a.bed", [GENE])
    with pytest.raises(PatientDataError, match="does not exist any more"):
        read_callable(tmp_path / "b.bed", [GENE])
