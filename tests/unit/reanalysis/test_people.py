"""Whose results are compared: the same files, new files of one person, and files of another."""

from __future__ import annotations

import pytest

from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.patient import Patient
from als_screen.reanalysis.people import (
    Columns,
    FileState,
    Genotyper,
    Note,
    Person,
    SameFiles,
    note_of,
    renamed,
    same_data,
    same_files,
)
from als_screen.reanalysis.population import genotyper
from als_screen.regions import Build
from als_screen.resources import bundled
from reanalysis_runs import evidence, interpreter
from unit.reanalysis.test_reanalyse import sites


@pytest.fixture(scope="module")
def judge() -> Genotyper:
    return genotyper(bundled(), [BUNDLED_KNOWLEDGE])


def person(name: str, vcf: str = "", reads: str = "") -> Report:
    """Return a result with the genotypes of its files; "" for a file that is not there."""
    made = [
        Fingerprint(build=Build.GRCH38, genotypes=sites(*codes)) if codes else None for codes in (vcf, reads)
    ]
    found = interpreter(BUNDLED_KNOWLEDGE).report(Patient(name), evidence(name))
    return found.model_copy(update={"fingerprint": Fingerprints(vcf=made[0], reads=made[1])})


CASES = [
    ("same genotypes, a second file", person("P", "2112"), person("P", "2112", "2112"), Note.NEW_FILES),
    ("the VCF of somebody else", person("P", "2112"), person("P", "0000"), Note.ANOTHER_PERSON),
    (
        "one of two files of somebody else",
        person("P", "2112"),
        person("P", "2112", "0000"),
        Note.ANOTHER_PERSON,
    ),
    ("some genotypes of somebody else", person("P", "2112"), person("P", "1002"), Note.IDENTITY_DOUBTFUL),
    ("no genotype before", person("P"), person("P", "2112"), Note.IDENTITY_NOT_SHOWN),
    ("no genotype now", person("P", "2112"), person("P"), Note.IDENTITY_NOT_SHOWN),
    ("the same fingerprint", person("P", "2112"), person("P", "2112"), None),
]


@pytest.mark.parametrize(("why", "old", "new", "note"), CASES, ids=[case[0] for case in CASES])
def test_note_of_an_id(judge: Genotyper, why: str, old: Report, new: Report, note: Note | None) -> None:
    copied = note_of(old, new, "b.0001", files=SameFiles.COPIED, genotyper=judge)
    assert (copied.note if copied else None) is note, why
    same = note_of(old, new, "b.0001", files=SameFiles.YES, genotyper=judge)
    against = {Note.ANOTHER_PERSON, Note.IDENTITY_DOUBTFUL}
    assert (same.note if same else None) is (note if note in against else None), "genotypes go before names"


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (("2112",), ("2112",), None),
        (("2112",), ("2112", "2112"), None),
        (("2112",), ("0000",), Note.ANOTHER_PERSON),
        (("2112",), ("1002",), Note.IDENTITY_DOUBTFUL),
        (("",), ("",), Note.IDENTITY_NOT_SHOWN),
        (("2112",), ("",), Note.IDENTITY_NOT_SHOWN),
    ],
)
def test_where_no_file_was_recorded_the_genotypes_tell(
    judge: Genotyper, old: tuple[str, ...], new: tuple[str, ...], note: Note | None
) -> None:
    before, after = person("P", *old), person("P", *new)
    told = note_of(before, after, "b.0001", files=SameFiles.UNKNOWN, genotyper=judge)
    assert (told.note if told else None) is note
    if note is Note.IDENTITY_NOT_SHOWN:
        assert told is not None
        assert told.detail.endswith("; a run recorded no files")


@pytest.mark.parametrize(("codes", "note"), [("2112", Note.NEW_FILES), ("", Note.IDENTITY_NOT_SHOWN)])
def test_other_files_are_named_though_the_genotypes_are_the_same(
    judge: Genotyper, codes: str, note: Note
) -> None:
    one = person("P", codes)
    told = note_of(one, one, "b.0001", files=SameFiles.NO, genotyper=judge)
    assert told is not None
    assert told.note is note


BAM, BAI = ("a.bam", 9, 1), ("a.bam.bai", 3, 1)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ([BAM, BAI], [BAM, BAI], SameFiles.YES),
        ([BAM, BAI], [("a.bam", 9, 5), ("a.bam.bai", 3, 5)], SameFiles.COPIED),
        ([BAM, BAI], [BAM, ("a.bam.csi", 4, 5)], SameFiles.COPIED),
        ([BAM, BAI], [("a.bam", 8, 5), BAI], SameFiles.NO),
        ([BAM, BAI], [("b.bam", 9, 1), BAI], SameFiles.NO),
        ([BAM, BAI], [BAM, BAI, ("a.vcf", 2, 1)], SameFiles.NO),
        ([], [], SameFiles.UNKNOWN),
        ([], [BAM, BAI], SameFiles.UNKNOWN),
        ([BAM, BAI], [], SameFiles.UNKNOWN),
        ([("a.bam", None, None)], [BAM], SameFiles.NO),
    ],
)
def test_files_by_name_size_and_time(old: list[FileState], new: list[FileState], same: SameFiles) -> None:
    assert same_files(old, new) is same


COLUMN: Columns = (("joint.vcf.gz", "A"),)


@pytest.mark.parametrize(
    ("files", "old", "new", "same"),
    [
        (SameFiles.YES, COLUMN, COLUMN, SameFiles.YES),
        (SameFiles.YES, (), (), SameFiles.YES),
        (SameFiles.YES, COLUMN, (("joint.vcf.gz", "B"),), SameFiles.NO),
        (SameFiles.COPIED, COLUMN, (("joint.vcf.gz", "B"),), SameFiles.NO),
        (SameFiles.YES, None, COLUMN, SameFiles.COPIED),
        (SameFiles.UNKNOWN, None, COLUMN, SameFiles.UNKNOWN),
        (SameFiles.NO, COLUMN, COLUMN, SameFiles.NO),
    ],
)
def test_another_sample_of_a_file_is_other_data(
    files: SameFiles, old: Columns, new: Columns, same: SameFiles
) -> None:
    assert same_data(files, old, new) is same


def known(name: str, codes: str, file: FileState | None = None, columns: Columns = ()) -> Person:
    return Person(name, person(name, codes).fingerprint, (file,) if file else (), columns)


def matched(left: list[Person], came: list[Person], judge: Genotyper) -> dict[str, str]:
    return {new: old for new, (old, _) in renamed(left, came, judge).items()}


def test_a_new_id_of_one_person_is_found(judge: Genotyper) -> None:
    left = [known("A", "2112"), known("B", "1221")]
    assert matched(left, [known("C", "2112"), known("D", "0000")], judge) == {"C": "A"}


def test_twins_are_nobodys_new_id(judge: Genotyper) -> None:
    """Two who left fit one who came, or one who left fits two: nothing is said."""
    assert matched([known("A", "2112"), known("B", "2112")], [known("C", "2112")], judge) == {}
    assert matched([known("A", "2112")], [known("C", "2112"), known("D", "2112")], judge) == {}


@pytest.mark.parametrize(("number", "clear"), [(1, True), (99, False)])
def test_ids_there_and_back_are_mirrors(judge: Genotyper, number: int, clear: bool) -> None:
    """One of many who left asks for as clear a match as one of many who came: 5.6 is enough for two."""
    one, many = [known("A", "2112")], [known("C", "2112")]
    many += [Person(f"D{index}", None) for index in range(number)]
    assert matched(one, many, judge) == ({"C": "A"} if clear else {})
    assert matched(many, one, judge) == ({"A": "C"} if clear else {})


FILE: FileState = ("a.vcf.gz", 900, 5)
COPY: FileState = ("a.vcf.gz", 900, 6)


def file_cases() -> list[tuple[str, Person, Person, bool]]:
    gone: FileState = ("a.vcf.gz", None, None)
    return [
        ("the same file", known("A", "", FILE), known("C", "", FILE), True),
        ("a copy, nothing to tell by", known("A", "", FILE), known("C", "", COPY), False),
        ("a copy, the same few genotypes", known("A", "1000", FILE), known("C", "1000", COPY), True),
        ("genotypes against it", known("A", "2112", FILE), known("C", "1002", FILE), False),
        ("another size", known("A", "", FILE), known("C", "", ("a.vcf.gz", 901, 5)), False),
        ("another sample", known("A", "", FILE, COLUMN), known("C", "", FILE, ()), False),
        ("sample not kept", known("A", "", FILE, None), known("C", "", FILE, None), False),
        ("no file recorded", known("A", ""), known("C", ""), False),
        ("it was not there", known("A", "", gone), known("C", "", gone), False),
    ]


@pytest.mark.parametrize("number", range(9))
def test_a_new_id_of_the_same_file_is_found(judge: Genotyper, number: int) -> None:
    why, old, new, same = file_cases()[number]
    others = [known("B", "", ("b.vcf.gz", 900, 5))]
    assert matched([old, *others], [new], judge) == ({"C": "A"} if same else {}), why
    twin = Person("E", old.fingerprint, old.files, old.columns)
    assert matched([old, twin], [new], judge) == {}, "nor where two have it"
