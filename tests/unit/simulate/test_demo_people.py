from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from als_screen.patient import ID_PATTERN
from als_screen.regions import VARIANT_GENES, Build, Gene, Region
from als_screen.resources import bundled
from als_screen.simulate import demo_people
from als_screen.simulate.calls import depths
from als_screen.simulate.demo import reads_path, vcf_path
from als_screen.simulate.demo_people import PATIENTS, DemoPatient, KnownVariant, ReadsFile, VcfFile
from als_screen.simulate.expected import EXPECTED, read_expected
from als_screen.simulate.reads import sequence_person

SHEET = EXPECTED.parents[1] / "samples.tsv"
KNOWN = {name: value for name, value in vars(demo_people).items() if isinstance(value, KnownVariant)}


def sheet_rows() -> dict[str, dict[str, str]]:
    header, *lines = SHEET.read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
    return {row["patient"]: row for row in rows}


@pytest.mark.parametrize("name", sorted(KNOWN))
@pytest.mark.parametrize("build", Build)
def test_known_variants_change_the_codon_that_their_name_says(name: str, build: Build) -> None:
    from als_screen.interpretation.naming.codons import translated

    gene, change = Gene(name.split("_")[0]), name.split("_")[1]
    before, residue, after = change[0], int(change[1:-1]), change[-1]
    variant, transcript = KNOWN[name].on(build), bundled().transcript(build, gene)
    part = bundled().slices(build)[gene]
    assert part.fetch(variant.start, variant.end) == variant.ref
    sequence = part.sequence
    at = variant.start - part.region.start
    changed = sequence[:at] + variant.alt + sequence[at + 1 :]

    def protein(bases: str) -> str:
        start = part.region.start
        exons = transcript.coding_exons()
        return translated("".join(bases[exon.start - start : exon.end - start] for exon in exons))

    # SOD1 and the others are all on the + strand.
    pairs = enumerate(zip(protein(sequence), protein(changed), strict=True), start=1)
    assert [(position, one, two) for position, (one, two) in pairs if one != two] == [
        (residue, before, after)
    ]


def test_the_sheet_and_the_table_name_these_patients() -> None:
    names = [patient.patient for patient in PATIENTS]
    assert list(sheet_rows()) == names
    assert [row["patient"] for row in read_expected()] == names
    assert all(ID_PATTERN.fullmatch(name) for name in names)


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.patient)
def test_the_sheet_names_the_files_that_are_written(patient: DemoPatient) -> None:
    row = sheet_rows()[patient.patient]
    for column, path in (("reads", reads_path(patient)), ("vcf", vcf_path(patient))):
        assert row[column] == ("" if path is None else f"../demo/{path}")
    assert row["vcf_sample"] == patient.vcf_column
    assert row["name"] == f"Demo Patient {patient.patient.split('-')[1]}"
    assert (SHEET.parent / row["reads"]).resolve().parent.parent == Path(
        SHEET.parents[1] / "demo"
    ).resolve() or (patient.reads is ReadsFile.NONE)


def test_the_cohort_has_every_kind_of_file() -> None:
    assert {patient.reads for patient in PATIENTS} == set(ReadsFile)
    assert {patient.vcf for patient in PATIENTS} == set(VcfFile)
    assert {patient.build for patient in PATIENTS} == set(Build)
    assert Counter(patient.vcf for patient in PATIENTS)[VcfFile.JOINT] == 2


def test_the_expected_sizes_are_those_of_the_people() -> None:
    for patient, row in zip(PATIENTS, read_expected(), strict=True):
        if row["repeat_state"] == "not_assessed":
            assert row["repeat_short"] == row["repeat_long_low"] == row["repeat_long_high"] == ""
            continue
        short, long = sorted(patient.repeats)
        assert int(row["repeat_short"]) == short
        assert int(row["repeat_long_low"]) <= long <= int(row["repeat_long_high"])


@pytest.mark.parametrize("name", ["DEMO-09-NEGATIVE", "DEMO-10-UNCOVERED-EXON", "DEMO-11-GRCH37"])
def test_every_coding_base_is_covered_but_where_it_must_not(name: str) -> None:
    patient = next(patient for patient in PATIENTS if patient.patient == name)
    reads = sequence_person(patient.person(), patient.sequencing, patient.seed)
    holes: list[Region] = []
    for gene in VARIANT_GENES:
        for exon in bundled().reportable(patient.build, gene):
            lowest = depths(reads, exon).min()
            holes += [exon] if lowest == 0 else []
            assert lowest == 0 or lowest >= 12
    assert len(holes) == len(patient.sequencing.uncovered)
