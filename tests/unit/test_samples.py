from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from als_screen.errors import InputError, Problem
from als_screen.patient import ID_PATTERN, LibraryKind, Patient
from als_screen.samples import (
    CHOICES,
    COLUMNS,
    PERSONAL,
    index_of,
    indexes_of,
    read_row,
    read_sheet,
)
from als_screen.tables import MAX_CELL

Table = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files that rows can name."""
    for name in (
        "a.vcf",
        "b.vcf.gz",
        "c.bcf",
        "a.bam",
        "a.bam.bai",
        "b.cram",
        "b.cram.crai",
        "c.bam",
        "a.bed",
    ):
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture
def sheet(folder: Path) -> Table:
    """Return a writer of sheets: `sheet("patient vcf", "P1 a.vcf")`, blanks become tabs."""

    def write(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
        path = folder / "samples.tsv"
        path.write_bytes("".join(line.replace(" ", "\t") + end for line in lines).encode(encoding))
        return path

    return write


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_sheet(path)
    return caught.value.problems


def one_problem(path: Path) -> Problem:
    (problem,) = problems_of(path)
    assert problem.expected
    assert problem.action
    assert "\n" not in problem.line()
    return problem


# ------------------------------------------------------------------------------------------ what is read


def test_every_column_arrives_where_it_belongs(folder: Path) -> None:
    cells = {
        "patient": "P1", "vcf": "a.vcf", "callable": "a.bed", "vcf_sample": "V", "reads": "a.bam",
        "reads_sample": "R", "library": "pcr_free", "batch": "run-1", "sex": "female", "diagnosis": "ALS-FTD",
        "family_history": "familial", "age_at_onset": "57", "family": "F 1", "research_consent": "yes",
        "language": "fr", "name": "N", "specimen": "S", "birth_date": "B", "collected": "C", "received": "D",
        "requester": "E", "indication": "I",
    }  # fmt: skip
    assert tuple(cells) == COLUMNS
    path = folder / "samples.tsv"
    path.write_text("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n")
    (patient,) = read_sheet(path).patients
    assert patient == Patient(
        patient="P1", vcf=(folder / "a.vcf",), callable=folder / "a.bed", vcf_sample="V",
        reads=folder / "a.bam", reads_sample="R", library=LibraryKind.PCR_FREE, batch="run-1", sex="female",
        diagnosis="ALS-FTD", family_history="familial", age_at_onset=57, family="F 1",
        research_consent="yes", language="fr", name="N", specimen="S", birth_date="B", collected="C",
        received="D", requester="E", indication="I",
    )  # fmt: skip


def test_an_absent_column_equals_an_empty_cell(sheet: Table) -> None:
    few = read_sheet(sheet("patient vcf", "P1 a.vcf")).patients
    with_empty = "patient vcf reads library age_at_onset batch name", "P1 a.vcf      "
    assert read_sheet(sheet(*with_empty)).patients == few
    assert few[0].library is LibraryKind.UNKNOWN
    assert few[0].sex == few[0].diagnosis == few[0].family_history == few[0].research_consent == "unknown"


@pytest.mark.parametrize(
    ("lines", "encoding", "end", "why"),
    [
        (("patient vcf", "P1 a.vcf"), "utf-8", "\n", "as it should be"),
        (("patient vcf", "P1 a.vcf"), "utf-8-sig", "\n", "a byte-order mark"),
        (("patient vcf", "P1 a.vcf"), "utf-8", "\r\n", "Windows line ends"),
        (("patient vcf", "P1 a.vcf"), "utf-8-sig", "\r\n", "both"),
        (("patient vcf", "P1 a.vcf"), "utf-8", "\r", "line ends of old Macs"),
        (('"patient" "vcf"', '"P1" "a.vcf"'), "utf-8", "\n", "quoted by a spreadsheet"),
        (("patient vcf  ", "P1 a.vcf  "), "utf-8", "\n", "empty columns at the end of every line"),
        (("patient vcf", "P1 a.vcf  "), "utf-8", "\n", "empty cells at the end of a row"),
        (("patient vcf", "", " ", "P1 a.vcf", ""), "utf-8", "\n", "blank rows"),
        (("vcf patient", "a.vcf P1"), "utf-8", "\n", "columns in another order"),
        (("patient vcf", "P1 ;a.vcf;;a.vcf;"), "utf-8", "\n", "stray separators and the same file twice"),
    ],
)
def test_ways_to_write_the_same_sheet(
    sheet: Table, lines: tuple[str, ...], encoding: str, end: str, why: str
) -> None:
    path = sheet(*lines, encoding=encoding, end=end)
    assert read_sheet(path).patients == (Patient("P1", vcf=(path.parent / "a.vcf",)),), why


def test_a_last_line_without_end_counts(folder: Path) -> None:
    path = folder / "s.tsv"
    path.write_text("patient\tvcf\nP1\ta.vcf\nP2\tb.vcf.gz")
    assert [row.patient for row in read_sheet(path).patients] == ["P1", "P2"]


def test_a_stray_quote_does_not_swallow_the_rows_below_it(folder: Path) -> None:
    path = folder / "s.tsv"
    path.write_text(
        'patient\tvcf\tindication\nP1\ta.vcf\t"weak left\nP2\tb.vcf.gz\tarm" 5"\nP3\tc.bcf\t"a ""b"""\n'
    )
    patients = read_sheet(path).patients
    assert [row.indication for row in patients] == ['"weak left', 'arm" 5"', 'a "b"']


def test_files_may_be_absolute_several_and_by_chromosome(sheet: Table, folder: Path) -> None:
    for chrom in ("1", "16", "21"):
        (folder / f"joint.chr{chrom}.vcf.gz").touch()
        (folder / f"n{chrom}.bcf").touch()
    (folder / "n9.bcf").touch()
    rows = read_sheet(
        sheet(
            "patient vcf",
            f"P1 {folder}/a.vcf",
            "P2 a.vcf;b.vcf.gz",
            "P3 joint.{chrom}.vcf.gz",
            "P4 joint.chr{chrom}.vcf.gz",
            "P5 n{chrom}.bcf",
        )
    ).patients
    joint = tuple(folder / f"joint.chr{chrom}.vcf.gz" for chrom in ("1", "16", "21"))
    assert [row.vcf for row in rows] == [
        (folder / "a.vcf",),
        (folder / "a.vcf", folder / "b.vcf.gz"),
        joint,
        joint,
        tuple(folder / f"n{chrom}.bcf" for chrom in ("1", "9", "16", "21")),
    ]


def test_relative_paths_are_relative_to_the_sheet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = folder / "sheets"
    below.mkdir()
    (below / "s.tsv").write_text("patient\treads\nP1\t../a.bam\n")
    monkeypatch.chdir("/")
    assert read_sheet(below / "s.tsv").patients[0].reads == below / "../a.bam"


def test_library_without_reads_is_fine(sheet: Table) -> None:
    assert read_sheet(sheet("patient vcf library", "P1 a.vcf exome")).patients[0].library is LibraryKind.EXOME


@pytest.mark.parametrize(("column", "values"), CHOICES.items())
def test_every_value_of_a_closed_column_is_taken(sheet: Table, column: str, values: tuple[str, ...]) -> None:
    rows = [f"P{number} a.vcf {value}" for number, value in enumerate(values)]
    patients = read_sheet(sheet(f"patient vcf {column}", *rows)).patients
    assert [str(getattr(row, column)) for row in patients] == list(values)


# -------------------------------------------------------------------------------------------- the guards


@pytest.mark.parametrize(
    ("column", "cell", "expected", "action", "why"),
    [
        ("library", "pcr free", "not a value of library", "use pcr_free", "a blank"),
        ("sex", "F", "not a value of sex", "use female, male, unknown", "a letter"),
        ("diagnosis", "als", "not a value of diagnosis", "use ALS, PLS", "lower case"),
        ("family_history", "yes", "not a value of family_history", "use familial", "yes"),
        ("research_consent", "true", "not a value of research_consent", "use yes, no", "true"),
        ("age_at_onset", "57.5", "not an age", "whole years", "a fraction"),
        ("age_at_onset", "-1", "not an age", "whole years", "negative"),
        ("age_at_onset", "121", "not an age", "0 to 120", "too old"),
        ("age_at_onset", "٥٧", "not an age", "whole years", "digits of another script"),
        ("batch", "run 1", "cannot be used as a batch id", "A-Z", "a blank"),
        ("batch", "../run", "cannot be used as a batch id", "A-Z", "a way out of the folder"),
        ("vcf", "none.vcf", "the file in column vcf does not exist", "correct the path", "missing"),
        ("vcf", "a.txt", "not a VCF by its ending", "use .vcf, .vcf.gz, .bcf", "another ending"),
        ("vcf", "a.bam", "not a VCF by its ending", "use .vcf", "columns changed"),
        ("vcf", ";", "no file is named", "leave the cell empty", "separators only"),
        ("vcf", "none.{chrom}.vcf", "no file of that name exists for any chromosome", "{chrom}", "none"),
        ("vcf", "a.vcf/x.vcf", "does not exist", "correct the path", "below a file"),
        ("vcf", "x" * 300 + ".vcf", "cannot be reached: File name too long", "correct", "a long name"),
        ("reads", "none.bam", "the file in column reads does not exist", "correct the path", "missing"),
        ("reads", "a.vcf", "not a BAM or CRAM by its ending", "use .bam or .cram", "columns changed"),
        ("reads", "c.bam", "there is no index (c.bam.bai or c.bai", "samtools index", "no index"),
        ("callable", "none.bed", "the file in column callable does not exist", "correct", "missing"),
        ("name", "a\x1b[2Jb", "a control character (U+001B)", "remove it", "a terminal escape"),
        ("name", "a\x07b", "a control character (U+0007)", "remove it", "a bell"),
        ("name", "a\x85b", "a control character (U+0085)", "remove it", "next line"),
        ("family", "a\u202eb", "a control character (U+202E)", "remove it", "turns the text around"),
        ("family", "a\u2028b", "a control character (U+2028)", "remove it", "a line separator"),
        ("indication", "x" * (MAX_CELL + 1), "4097 characters in one cell", "at most 4096", "too long"),
    ],
)
def test_a_bad_cell_is_one_problem_that_names_the_patient(
    folder: Path, column: str, cell: str, expected: str, action: str, why: str
) -> None:
    cells = {"patient": "P1", "reads": "a.bam", column: cell}
    path = folder / "s.tsv"
    path.write_text("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n", encoding="utf-8")
    problem = one_problem(path)
    assert problem.patient == "P1", why
    assert expected in problem.expected, why
    assert action in problem.action, why
    assert "s.tsv, row 2" in problem.path or str(folder) in problem.path, why


def test_no_break_spaces_and_letters_of_any_language_are_fine(folder: Path) -> None:
    path = folder / "s.tsv"
    path.write_text("patient\tvcf\tname\nP1\ta.vcf\tŽofia\u00a0d’Été\n", encoding="utf-8")
    assert read_sheet(path).patients[0].name == "Žofia\u00a0d’Été"


@pytest.mark.parametrize(
    ("identifier", "why"),
    [
        ("..", "the folder above"),
        (".hidden", "begins with a point"),
        ("-rf", "an option"),
        ("a/b", "a folder"),
        ("a\\b", "a folder elsewhere"),
        ("P 1", "a blank"),
        ("P1;rm", "a command"),
        ("$(id)", "a command"),
        ("{patient}", "a wildcard"),
        ("Pé", "no ASCII"),
        ("P\u200b1", "a character without width"),
        ("x" * 65, "too long"),
        ("'P1'", "quotes"),
        ("<b>P1</b>", "markup"),
        ("manifest.jsonl", "a file that stands beside the folders of patients"),
        ("Manifest.JSONL", "the same on some file systems"),
        ("repeat_catalogue.GRCh38.json", "a file that stands there too"),
    ],
)
def test_hostile_ids_are_refused(folder: Path, identifier: str, why: str) -> None:
    path = folder / "s.tsv"
    path.write_text(f"patient\tvcf\n{identifier}\ta.vcf\n", encoding="utf-8")
    problems = problems_of(path)
    assert any("cannot be used as a patient id" in problem.expected for problem in problems), why
    assert all("\n" not in problem.line() for problem in problems)


@given(st.text(max_size=70))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_an_id_that_is_taken_is_the_name_of_a_folder_of_its_own(text: str) -> None:
    if ID_PATTERN.fullmatch(text):
        assert text.isascii()
        assert Path("/x", text).parent == Path("/x")
        assert Path("/x", text).name == text
        assert len(text) <= 64


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        (("patient vcf", " a.vcf"), "the patient has no id", "no id"),
        (("patient vcf", "P1 "), "neither a VCF nor a BAM/CRAM is named", "no file"),
        (("patient name", "P1 N"), "neither a VCF nor a BAM/CRAM is named", "no such column"),
        (("patient vcf", "P1 a.vcf", "P1 b.vcf.gz"), "the patient is there more than once", "twice"),
        (("patient vcf", "P1 a.vcf", "p1 a.vcf"), "differs from 'P1' in case only", "case"),
        (("patient vcf batch", "P1 a.vcf R", "P2 a.vcf r"), "batch 'r' differs from 'R'", "case"),
        (("patient vcf batch", "P1 a.vcf ", "P2 a.vcf UNBATCHED"), "in case only", "the default's case"),
        (("patient vcf", "P1 a.vcf x"), "row 2 has 3 cells for 2 columns", "a stray tab"),
        (("patient vcf colour", "P1 a.vcf red"), "unknown column 'colour'", "unknown"),
        (("patient vcf  sex", "P1 a.vcf  male"), "unknown column number 3", "a column without name"),
        (("patient vcf vcf", "P1 a.vcf a.vcf"), "column 'vcf' appears more than once", "twice"),
        (("patient vcf",), "the sheet has no patients", "a header only"),
        (("Patient vcf", "P1 a.vcf"), "unknown column 'Patient'", "upper case"),
        (("vcf", "a.vcf"), "there is no column 'patient'", "none"),
        (("patient,vcf", "P1,a.vcf"), "there is no column 'patient'", "commas"),
        (("patient;vcf", "P1;a.vcf"), "there is no column 'patient'", "semicolons"),
        ((), "there is no column 'patient'", "nothing at all"),
        (("", "patient vcf", "P1 a.vcf"), "there is no column 'patient'", "an empty first line"),
    ],
)
def test_a_sheet_that_cannot_be_worked_with(
    sheet: Table, lines: tuple[str, ...], expected: str, why: str
) -> None:
    problems = problems_of(sheet(*lines))
    assert any(expected in problem.expected for problem in problems), why
    assert all(problem.action and "\n" not in problem.line() for problem in problems), why


def test_the_message_of_an_unknown_column_names_those_that_there_are(sheet: Table) -> None:
    problem = one_problem(sheet("patient vcf colour", "P1 a.vcf red"))
    assert all(column in problem.action for column in COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cell", ["Jan Jansen", "Jansen\x07 Jan", "Jansen " * 700])
def test_no_problem_repeats_a_cell(folder: Path, column: str, cell: str) -> None:
    """A person's name or date of birth may have slipped into any column."""
    cells = {"patient": "P1", "vcf": "a.vcf", "sex": "f", column: cell}
    path = folder / "s.tsv"
    path.write_text("\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n", encoding="utf-8")
    problems = problems_of(path)
    assert not any("Jansen" in problem.line() for problem in problems)
    assert all("row 2" in problem.path for problem in problems)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("patient\tvcf\tsex\tname\nP1\ta.vcf\tJan Jansen\tfemale\n", "columns changed"),
        ("P1\ta.vcf\tfemale\tJan Jansen\t1964-03-12\nP2\tb.vcf.gz\tmale\tJansen\tx\n", "no header"),
        ("Jansen\tJan\tpatients\n", "no header, and one of ours misspelt"),
        ('patient\tvcf\tname\nP1\ta.vcf\t"Jan\nJansen"\n', "a name in two lines"),
        ("patient\tvcf\nJan Jansen\ta.vcf\nJan Jansen\ta.vcf\tx\n", "the id"),
        ("patient\tvcf\tbatch\nP1\ta.vcf\tJan Jansen\nP2\ta.vcf\tjan jansen\n", "the batch"),
        ("name\tpatient\tvcf\nJan Jansen\tP1\ta.vcf\tx\n", "a stray tab"),
        ("name,patient,vcf\nJan Jansen,P1,a.vcf\n", "commas"),
        ("patient,vcf,Jan Jansen\n", "commas, and no header"),
    ],
)
def test_no_line_of_a_bad_sheet_holds_a_name(folder: Path, text: str, why: str) -> None:
    path = folder / "s.tsv"
    path.write_text(text, encoding="utf-8")
    problems = problems_of(path)
    assert not any("jan" in problem.line().lower() for problem in problems), why
    assert all(problem.action for problem in problems), why


def test_a_chromosome_without_file_is_told(sheet: Table, folder: Path) -> None:
    for chrom in ("1", "9", "21"):
        (folder / f"j.{chrom}.vcf").touch()
    problem = one_problem(sheet("patient vcf", "P1 j.{chrom}.vcf"))
    assert problem.expected == "no file of that name exists for chromosome 16"


def test_a_chromosome_with_two_files_is_told(sheet: Table, folder: Path) -> None:
    for chrom in ("1", "9", "16", "21", "chr21"):
        (folder / f"j.{chrom}.vcf").touch()
    assert (
        "two files are there for chromosome 21"
        in one_problem(sheet("patient vcf", "P1 j.{chrom}.vcf")).expected
    )


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        ("patient\tvcf\nPé\ta.vcf\n".encode("latin-1"), "is not UTF-8 text", "Latin-1"),
        ("patient\tvcf\nP1\ta.vcf\n".encode("utf-16"), "is not UTF-8 text", "UTF-16 with its mark"),
        ("patient\tvcf\nP1\ta.vcf\n".encode("utf-16-le"), "is not UTF-8 text", "UTF-16 without its mark"),
        (b"PK\x03\x04\x14\x00\x06\x00", "is not UTF-8 text", "a workbook"),
    ],
)
def test_a_sheet_in_another_encoding(tmp_path: Path, content: bytes, expected: str, why: str) -> None:
    path = tmp_path / "s.tsv"
    path.write_bytes(content)
    assert any(expected in problem.expected for problem in problems_of(path)), why


def test_a_sheet_that_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    assert one_problem(tmp_path / "none").expected == "the sample sheet does not exist"
    assert one_problem(tmp_path / "dangling").expected == "the sample sheet does not exist"
    assert one_problem(tmp_path / "pipe").expected == "the sample sheet is not a regular file"
    assert one_problem(tmp_path).expected == "the sample sheet is not a regular file"


def test_a_sheet_that_may_not_be_read(sheet: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sheet("patient vcf", "P1 a.vcf")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)  # the tests may run as root, who may read anything
    assert one_problem(path).expected == "the sample sheet cannot be read: Permission denied"


def test_pipes_and_folders_as_files_never_block(sheet: Table, folder: Path) -> None:
    os.mkfifo(folder / "pipe.vcf")
    os.mkfifo(folder / "pipe.bam")
    os.mkfifo(folder / "pipe.bam.bai")
    (folder / "folder.vcf").mkdir()
    found = read_sheet(sheet("patient vcf reads", "P1 pipe.vcf pipe.bam", "P2 folder.vcf ")).patients
    assert len(found) == 2, "they exist; what they are is found when they are opened, patient by patient"


def test_a_sheet_of_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "samples.tsv"
    path.write_text("patient\tvcf\n")
    os.truncate(path, 1 << 33)
    assert one_problem(path).expected == "the sample sheet is larger than 256 MB"


def test_ten_different_mistakes_are_ten_lines(sheet: Table, folder: Path) -> None:
    path = sheet(
        "patient vcf reads sex age_at_onset library batch diagnosis colour",
        "P1 none.vcf       ",
        "P2  none.bam      ",
        "P3  c.bam      ",
        "P4 a.vcf  F     ",
        "P5 a.vcf   57.5    ",
        "P6 a.vcf    wgs   ",
        "P6 a.vcf       ",
        "P7 a.vcf     ../x  ",
        "P8 a.vcf      MND ",
        "P9        ",
        "../P10 a.vcf       ",
        "p1 a.vcf       ",
    )
    problems = problems_of(path)
    lines = [problem.line() for problem in problems]
    assert len(lines) == len(set(lines)) == 13
    expected = [
        ("-", "unknown column 'colour'"),
        ("P1", "column vcf does not exist"),
        ("P2", "column reads does not exist"),
        ("P3", "there is no index"),
        ("P4", "not a value of sex"),
        ("P5", "not an age"),
        ("P6", "not a value of library"),
        ("P7", "batch id"),
        ("P8", "not a value of diagnosis"),
        ("P9", "neither a VCF nor"),
        ("-", "patient id"),
        ("P6", "more than once"),
        ("p1", "in case only"),
    ]
    missing = [
        wanted
        for wanted in expected
        if not any(x.startswith(wanted[0] + " |") and wanted[1] in x for x in lines)
    ]
    assert missing == []
    assert all(line.count(" | ") == 3 for line in lines)
    assert str(InputError(problems)).count("\n") == len(lines) - 1


# --------------------------------------------------------------------------------------------- warnings


@pytest.mark.parametrize(
    ("lines", "warned", "why"),
    [
        (("patient reads", "P1 a.bam", "P2 a.bam"), ["P2"], "one BAM"),
        (("patient reads", "P1 a.bam", "P2 ./a.bam"), ["P2"], "one BAM, written differently"),
        (("patient vcf vcf_sample", "P1 a.vcf S", "P2 a.vcf S"), ["P2"], "one sample"),
        (("patient vcf vcf_sample", "P1 a.vcf P2", "P2 a.vcf "), ["P2"], "a sample and a patient"),
        (("patient vcf vcf_sample", "P1 a.vcf S", "P2 a.vcf T"), [], "two samples of a joint VCF"),
        (("patient vcf", "P1 a.vcf", "P2 a.vcf"), [], "a joint VCF: the header will tell"),
        (("patient vcf reads", "P1 a.vcf a.bam", "P2 b.vcf.gz b.cram"), [], "files of their own"),
    ],
)
def test_data_of_several_patients_are_a_warning(
    sheet: Table, lines: tuple[str, ...], warned: list[str], why: str
) -> None:
    warnings = read_sheet(sheet(*lines)).warnings
    assert [warning.patient for warning in warnings] == warned, why
    assert all(warning.expected.startswith("warning: ") for warning in warnings)


# ---------------------------------------------------------------------------------- one row, index, slices


def test_one_row_without_a_sheet(folder: Path) -> None:
    assert read_row({"patient": "P1", "vcf": "a.vcf"}, folder).vcf == (folder / "a.vcf",)
    with pytest.raises(InputError) as caught:
        read_row({"patient": "P 1", "reads": "none.bam", "sex": "x"}, folder)
    assert len(caught.value.problems) == 3
    assert {problem.path for problem in caught.value.problems} == {
        str(folder / "none.bam"),
        "arguments, patient",
        "arguments, sex",
    }


@pytest.mark.parametrize(
    ("data", "index"),
    [
        ("x.bam", "x.bam.bai"), ("x.bam", "x.bai"), ("x.bam", "x.bam.csi"), ("x.cram", "x.cram.crai"),
        ("x.cram", "x.crai"), ("x.vcf.gz", "x.vcf.gz.tbi"), ("x.vcf.gz", "x.vcf.gz.csi"),
        ("x.bcf", "x.bcf.csi"),
    ],
)  # fmt: skip
def test_where_an_index_is_looked_for(tmp_path: Path, data: str, index: str) -> None:
    assert index_of(tmp_path / data) is None
    (tmp_path / index).symlink_to("nothing")
    assert index_of(tmp_path / data) is None, "a link to nothing is none"
    (tmp_path / "nothing").touch()
    assert index_of(tmp_path / data) == tmp_path / index


def test_all_indexes_are_found_and_text_has_none(tmp_path: Path) -> None:
    for name in ("x.bam.csi", "x.bam.bai", "x.vcf.tbi"):
        (tmp_path / name).touch()
    assert indexes_of(tmp_path / "x.bam") == [tmp_path / "x.bam.bai", tmp_path / "x.bam.csi"]
    assert indexes_of(tmp_path / "x.vcf") == []


def test_personal_columns_are_columns() -> None:
    assert set(PERSONAL) < set(COLUMNS)


def test_a_name_may_hold_what_turns_text_around(tmp_path: Path) -> None:
    sheet = tmp_path / "s.tsv"
    (tmp_path / "p.vcf").write_text("##fileformat=VCFv4.2\n")
    sheet.write_text("patient\tvcf\tname\nP1\tp.vcf\tA\u202eB \U0001f469\u200d\U0001f52c\n", encoding="utf-8")
    assert read_sheet(sheet).patients[0].name == "A\u202eB \U0001f469\u200d\U0001f52c"


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("vcf", "https://example.org/a.vcf.gz"),
        ("vcf", "a.vcf;s3://bucket/b.vcf"),
        ("reads", "gs://bucket/a.bam"),
    ],
)
def test_an_address_is_told_as_such(sheet: Table, header: str, cell: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sheet(sheet(f"patient {header}", f"P1 {cell}"))
    (problem,) = caught.value.problems
    assert problem.path == cell.rpartition(";")[2]
    assert problem.expected == f"column {header} holds an address"


@pytest.mark.parametrize(
    ("column", "name"), [("reads", "x##idx##y.bam"), ("vcf", "##idx##.vcf"), ("callable", "a##idx##b.bed")]
)
def test_a_path_that_htslib_would_split_is_refused(
    sheet: Table, folder: Path, column: str, name: str
) -> None:
    (folder / name).touch()
    (folder / f"{name}.bai").touch()
    cells = {"patient": "P1", "reads": "a.bam", column: name}
    (problem,) = problems_of(sheet(" ".join(cells), " ".join(cells.values())))
    assert problem.patient == "P1"
    assert "##idx## in its path, which htslib takes for the name of an index" in problem.expected


def test_a_folder_whose_name_is_no_text_is_refused(folder: Path) -> None:
    odd = folder / os.fsdecode(b"caf\xe9")
    odd.mkdir()
    (odd / "a.vcf").touch()
    with pytest.raises(InputError) as caught:
        read_row({"patient": "P1", "vcf": "a.vcf"}, odd)
    (problem,) = caught.value.problems
    assert "has a name that is not UTF-8" in problem.expected
    problem.line().encode("utf-8")


def test_a_file_name_that_is_no_text_is_refused(folder: Path) -> None:
    name = os.fsdecode(b"\xff.vcf")
    (folder / name).touch()
    with pytest.raises(InputError, match="a control character"):
        read_row({"patient": "P1", "vcf": name}, folder)


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["symbolic", "hard"])
def test_one_file_through_two_links_is_a_warning(
    sheet: Table, folder: Path, link: Callable[[Path, Path], None]
) -> None:
    link(folder / "a.bam", folder / "l.bam")
    link(folder / "a.bam.bai", folder / "l.bam.bai")
    (warning,) = read_sheet(sheet("patient reads", "P1 a.bam", "P2 l.bam", "P3 b.cram")).warnings
    assert warning.patient == "P2"
    assert warning.path == str(folder / "l.bam")
    assert warning.expected == "warning: the same data are named for patient P1"


def test_one_vcf_through_a_link_is_joint_where_columns_are_named(sheet: Table, folder: Path) -> None:
    (folder / "l.vcf").symlink_to("a.vcf")
    rows = ("P1 a.vcf S1", "P2 l.vcf S2", "P3 l.vcf S1")
    (warning,) = read_sheet(sheet("patient vcf vcf_sample", *rows)).warnings
    assert (warning.patient, warning.expected[-2:]) == ("P3", "P1")
