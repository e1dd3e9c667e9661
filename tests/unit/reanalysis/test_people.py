"""Whose results are compared: the same files, new files of one person, and files of another."""

from __future__ import annotations

import pytest

from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.patient import Patient
from als_screen.reanalysis.people import FileState, Genotyper, Note, SameFiles, note_of, renamed, same_files
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
    found = note_of(old, new, "b.0001", files=SameFiles.COPIED, genotyper=judge)
    assert (found.note if found else None) is note, why
    assert note_of(old, new, "b.0001", files=SameFiles.YES, genotyper=judge) is None


@pytest.mark.parametrize(("codes", "note"), [("2112", Note.NEW_FILES), ("", Note.IDENTITY_NOT_SHOWN)])
def test_other_files_are_named_though_the_genotypes_are_the_same(
    judge: Genotyper, codes: str, note: Note
) -> None:
    one = person("P", codes)
    found = note_of(one, one, "b.0001", files=SameFiles.NO, genotyper=judge)
    assert found is not None
    assert found.note is note


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
        ([], [], SameFiles.COPIED),
        ([("a.bam", None, None)], [BAM], SameFiles.NO),
    ],
)
def test_files_by_name_size_and_time(old: list[FileState], new: list[FileState], same: SameFiles) -> None:
    assert same_files(old, new) is same


def test_a_new_id_of_one_person_is_found(judge: Genotyper) -> None:
    left = [person("A", "2112"), person("B", "1221")]
    found = renamed(left, [person("C", "2112"), person("D", "0000")], judge)
    assert {new: old for new, (old, _) in found.items()} == {"C": "A"}


def test_twins_are_nobodys_new_id(judge: Genotyper) -> None:
    """Two who left fit one who came, or one who left fits two: nothing is said."""
    assert renamed([person("A", "2112"), person("B", "2112")], [person("C", "2112")], judge) == {}
    assert renamed([person("A", "2112")], [person("C", "2112"), person("D", "2112")], judge) == {}
