"""Sample names that contradict the sheet are told, and those of a laboratory that names by run are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.evidence import PatientCheck, ReadsCheck, Severity, VcfCheck
from als_screen.inputs.sample_names import (
    ANOTHERS,
    CONTRADICT,
    UNLIKE,
    across_slices,
    different_samples,
    with_doubtful_names,
)
from als_screen.patient import Patient
from als_screen.regions import Build


def vcf(sample: str, name: str = "a.vcf") -> VcfCheck:
    return VcfCheck(path=f"/data/{name}", contigs={}, sample=sample, samples=1, indexed=True, gvcf=False)


def check(patient: str, calls: str = "", reads: str | None = None) -> PatientCheck:
    """Return a patient with a VCF, reads, or both, by the names of their samples; "" for no read groups."""
    bam = ReadsCheck(path=f"/data/{patient}.bam", contigs={}, sample=reads or "", is_cram=False)
    return PatientCheck(
        patient=patient,
        build=Build.GRCH38,
        vcf=(vcf(calls, f"{patient}.vcf"),) if calls else (),
        reads=None if reads is None else bam,
    )


def told(*checks: PatientCheck, **given: Patient) -> dict[str, list[tuple[str, str]]]:
    rows = [given.get(one.patient, Patient(one.patient)) for one in checks]
    found = with_doubtful_names(rows, checks)
    assert [one.model_copy(update={"problems": ()}) for one in found] == list(checks)
    problems = [problem for one in found for problem in one.problems]
    assert all(problem.severity is Severity.WARNING and problem.action for problem in problems)
    return {
        one.patient: [(Path(problem.path).suffix[1:], problem.expected) for problem in one.problems]
        for one in found
        if one.problems
    }


#: Six patients whose files are called like them.
USUAL = [check(f"A{number}", f"A{number}", f"A{number}") for number in range(6)]


@pytest.mark.parametrize(
    ("checks", "expected", "note"),
    [
        ([check("P1", "P1", "P1"), check("P2", "P2", "P2")], {}, "all is well"),
        ([check("P1", "P1", "P2"), check("P2", "P2")], {"P1": [("bam", ANOTHERS)]}, "the reads of another"),
        ([check("P1", "P2", "P2"), check("P2", "P1", "P1")],
         {one: [("vcf", ANOTHERS), ("bam", ANOTHERS)] for one in ("P1", "P2")}, "swapped together"),
        ([check("P1", "p2"), check("P2")], {"P1": [("vcf", ANOTHERS)]}, "whatever the case"),
        ([check("P1", "P10"), check("P2", "P20")], {}, "ids inside longer names are no ids"),
        ([check("P1", "S1", "S1"), check("P2", "S2", "S2")], {}, "a laboratory that names by run"),
        ([check("P1", "S1", "S2")], {"P1": [("bam", CONTRADICT)]}, "two names, neither the patient's"),
        ([check("P1", "P1", "S2")], {}, "one of them is"),
        ([check("P1", "run7-P1", "P1_L001")], {}, "with run and lane"),
        ([check("P1", "S1", "")], {}, "no read groups"),
        ([*USUAL, check("P1", "X9")], {"P1": [("vcf", UNLIKE)]}, "unlike all the others"),
        ([*USUAL, check("P1", "X9", "X9")], {"P1": [("vcf", UNLIKE), ("bam", UNLIKE)]}, "both files"),
        ([*USUAL, check("P1", "A1")], {"P1": [("vcf", ANOTHERS)]}, "one reason a file"),
        ([*USUAL[:2], check("P1", "X9")], {}, "too few others to tell how files are named"),
        ([*USUAL, *(check(f"P{n}", f"X{n}") for n in range(3))], {}, "named in two ways"),
        ([PatientCheck(patient="P1", build=None), check("P2", "P2")], {}, "nothing usable"),
    ],
)  # fmt: skip
def test_names_of_a_slice(
    checks: list[PatientCheck], expected: dict[str, list[tuple[str, str]]], note: str
) -> None:
    assert told(*checks) == expected, note


def test_what_the_sheet_names_is_meant() -> None:
    meant = Patient("P1", vcf_sample="P2", reads_sample="P2")
    assert told(check("P1", "P2", "P2"), check("P2", "P2"), P1=meant) == {}


def test_a_sample_that_the_sheet_gives_to_another() -> None:
    given = Patient("P2", reads_sample="TUBE7")
    pair = check("P1", "TUBE7", "TUBE7"), check("P2", "S2", "TUBE7")
    assert told(*pair, P2=given) == {"P1": [("vcf", ANOTHERS), ("bam", ANOTHERS)]}


def test_a_name_that_everybody_has_is_nobodys() -> None:
    given = Patient("P2", vcf_sample="SAMPLE")
    assert told(*(check(f"P{number}", "SAMPLE") for number in range(4)), P2=given) == {}


def test_patients_of_another_slice_are_found_when_all_files_were_looked_at() -> None:
    slices = [[check("P1", "P3"), check("P2", "P1")], [check("P3", "P3", "P2"), check("P4", "S")]]
    found = [(one.patient, one.path, one.expected) for one in across_slices(slices)]
    assert found == [("P1", "/data/P1.vcf", ANOTHERS), ("P3", "/data/P3.bam", ANOTHERS)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], ""),
        ([vcf("A")], ""),
        ([vcf("A"), vcf("A", "b.vcf")], ""),
        ([vcf("B"), vcf("A", "b.vcf")], "the VCF files are of different samples: 'A' in b.vcf, 'B' in a.vcf"),
    ],
)
def test_vcfs_of_different_samples(files: list[VcfCheck], expected: str) -> None:
    assert different_samples(files) == expected
