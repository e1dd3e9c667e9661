"""A series of ClinVar releases in which a variant appears, rises, falls and vanishes; causes are derived."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.patient import Patient
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import Outcome
from als_screen.reanalysis.people import Note
from als_screen.reanalysis.reanalyse import compare_runs
from als_screen.regions import Build
from als_screen.resources import bundled
from als_screen.states import Classification
from reanalysis_runs import H275Y, NAME, Said, evidence, interpreter, release, run, write_run

CARRIER, OTHER = "P1", "P2"
SERIES: list[tuple[str, Said]] = [
    ("2026-01-01", None),
    ("2026-02-01", ("Uncertain significance", 2)),
    ("2026-03-01", ("Likely pathogenic", 2)),
    ("2026-04-01", ("Pathogenic", 2)),
    ("2026-05-01", ("Uncertain significance", 2)),
    ("2026-06-01", ("Benign", 2)),
    ("2026-07-01", None),
]
#: Step of the series, kind of the change of the variant (None: none), before and after.
EXPECTED = [
    (1, None, "", ""),
    (2, "class_up", "uncertain", "likely_pathogenic"),
    (3, "class_up", "likely_pathogenic", "pathogenic"),
    (4, "class_down", "pathogenic", "uncertain"),
    (5, "class_down", "uncertain", "benign"),
    (6, "class_up", "benign", "uncertain"),
]
PEOPLE = {CARRIER: evidence(CARRIER, H275Y), OTHER: evidence(OTHER)}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("releases")
    return [release(folder / date, date, said) for date, said in SERIES]


@pytest.fixture(scope="module")
def runs(releases: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("runs")
    return [run(folder / path.name, path, PEOPLE) for path in releases]


def compared(old: Path, new: Path) -> Outcome:
    return compare_runs(RunFolder(old), RunFolder(new), bundled())


@pytest.mark.parametrize(("step", "kind", "before", "after"), EXPECTED)
def test_series_of_releases(runs: list[Path], step: int, kind: str | None, before: str, after: str) -> None:
    outcome = compared(runs[step - 1], runs[step])
    found = [row for row in outcome.changes if row.subject == NAME]
    assert [(row.kind, row.before, row.after) for row in found] == ([(kind, before, after)] if kind else [])
    for row in outcome.changes:
        assert (row.patient, row.cause, row.derived) == (CARRIER, "knowledge", "yes")
        assert row.record.startswith("ClinVar 2065419: ")
        assert (row.old_release, row.new_release) == (SERIES[step - 1][0], SERIES[step][0])


def test_record_is_told_before_and_after(runs: list[Path]) -> None:
    rows = compared(runs[3], runs[5]).changes
    assert {row.record for row in rows} == {"ClinVar 2065419: Pathogenic, 2 stars -> Benign, 2 stars"}


def test_no_change_leaves_a_statement(runs: list[Path]) -> None:
    outcome = compared(runs[0], runs[1])
    assert outcome.changes == ()
    said = outcome.summary.statement
    assert said.startswith("2 patients in the new run, 2 compared with the earlier run; zero changes. ")
    assert "clinvar 2026-01-01" in said
    assert "-> 2026-02-01" in said


def test_a_run_with_itself_is_empty(runs: list[Path]) -> None:
    outcome = compared(runs[3], runs[3])
    assert (outcome.changes, outcome.summary.changed, outcome.summary.other_differences) == ((), 0, 0)


def test_there_and_back_are_mirrors(runs: list[Path]) -> None:
    there, back = compared(runs[2], runs[4]).changes, compared(runs[4], runs[2]).changes
    assert [(row.subject, row.before, row.after) for row in there] == [
        (row.subject, row.after, row.before) for row in back
    ]


def test_input_and_knowledge_are_told_apart(releases: list[Path], runs: list[Path], tmp_path: Path) -> None:
    people = {**PEOPLE, OTHER: evidence(OTHER, H275Y)}
    new = run(tmp_path / "new", releases[3], people)
    rows = {row.patient: row for row in compared(runs[4], new).changes if row.subject == NAME}
    assert rows[CARRIER].cause == "knowledge"
    assert (rows[OTHER].kind, rows[OTHER].before) == ("new_finding", "not_assessed")
    assert rows[OTHER].cause == "knowledge;input"
    assert "variants" in rows[OTHER].record


def test_setting_is_a_policy(releases: list[Path], tmp_path: Path) -> None:
    intronic = ("16", 31_188_323 - 60, "T", "C")
    people = {CARRIER: evidence(CARRIER, H275Y, intronic)}
    old = run(tmp_path / "old", releases[3], people)
    new = run(tmp_path / "new", releases[3], people, '{"coverage": {"splice_bases": 20}}')
    outcome = compared(old, new)
    assert {row.cause for row in outcome.changes} <= {"policy"}
    moved = {one.name: (one.old, one.new) for one in outcome.summary.versions if one.old != one.new}
    assert moved == {"coverage.splice_bases": (("8",), ("20",))}


def test_what_is_left_is_the_software(releases: list[Path], runs: list[Path], tmp_path: Path) -> None:
    def older(report: Report) -> Report:
        made = report.provenance.model_copy(update={"pipeline": "als-screen 0.0.9"})
        lower = {"proposed": Classification.LIKELY_PATHOGENIC}
        variants = tuple(
            one.model_copy(update={"classification": one.classification.model_copy(update=lower)})
            for one in report.variants
        )
        return report.model_copy(update={"provenance": made, "variants": variants})

    reports = [older(interpreter(releases[3]).report(Patient(one), found)) for one, found in PEOPLE.items()]
    shutil.copytree(runs[3], tmp_path / "old")
    write_run(tmp_path / "old", PEOPLE, reports)
    (row,) = compared(tmp_path / "old", runs[3]).changes
    assert (row.cause, row.before, row.after) == ("software", "likely_pathogenic", "pathogenic")
    assert row.old_release == "als-screen 0.0.9"


def test_causes_are_candidates_where_nothing_was_kept(runs: list[Path], tmp_path: Path) -> None:
    shutil.copytree(runs[3], tmp_path / "old", ignore=shutil.ignore_patterns("evidence"))
    rows = compared(tmp_path / "old", runs[4]).changes
    assert rows
    assert {row.derived for row in rows} == {"no"}
    assert all("knowledge" in row.cause for row in rows)


def printed(report: Report, genotypes: dict[str, str]) -> Report:
    reads = Fingerprint(build=Build.GRCH38, genotypes=genotypes)
    return report.model_copy(update={"fingerprint": Fingerprints(vcf=None, reads=reads)})


def sites(*codes: str) -> dict[str, str]:
    """Return one genotype in every gene region, at SNVs of which most people carry none."""
    rows = read_rows(BUNDLED_KNOWLEDGE, read_manifest(BUNDLED_KNOWLEDGE), "gnomad")
    snvs = {
        row["chrom"]: f"{row['pos_grch38']}{row['ref']}{row['alt']}"
        for row in rows
        if len(row["ref"]) == len(row["alt"]) == 1 and 0.01 < float(row["af"]) < 0.1
    }
    return {chrom: f"{snvs[chrom]}{code}" for chrom, code in zip(sorted(snvs), codes, strict=True)}


@pytest.fixture
def genotyped(releases: list[Path], tmp_path: Path) -> Callable[[str, dict[str, dict[str, str]]], Path]:
    def made(name: str, people: dict[str, dict[str, str]]) -> Path:
        found = {one: evidence(one, H275Y) for one in people}
        reports = [
            printed(interpreter(releases[3]).report(Patient(one), found[one]), genotypes)
            for one, genotypes in people.items()
        ]
        write_run(tmp_path / name, found, reports)
        return tmp_path / name

    return made


def test_people_are_named(genotyped: Callable[[str, dict[str, dict[str, str]]], Path]) -> None:
    one, other, third = sites(*"2112"), sites(*"0000"), sites(*"2222")
    old = genotyped("old", {"SAME": one, "SWAPPED": one, "LEFT": sites(*"1221"), "OLD-ID": third})
    new = genotyped("new", {"SAME": one, "SWAPPED": other, "CAME": {}, "NEW-ID": third})
    outcome = compared(old, new)
    notes = {(note.patient, note.note, note.other) for note in outcome.people}
    assert ("SWAPPED", Note.ANOTHER_PERSON, "") in notes
    assert ("LEFT", Note.LEFT_OUT, "") in notes
    assert ("CAME", Note.ADDED, "") in notes
    assert ("NEW-ID", Note.RENAMED, "OLD-ID") in notes
    assert outcome.summary.compared == 2
    assert not [row for row in outcome.changes if row.patient == "SWAPPED"]


def test_whose_genotypes_rather_disagree_is_not_compared(
    genotyped: Callable[[str, dict[str, dict[str, str]]], Path],
) -> None:
    old, new = genotyped("old", {"P": sites(*"2112")}), genotyped("new", {"P": sites(*"1002")})
    outcome = compared(old, new)
    assert [note.note for note in outcome.people] == [Note.IDENTITY_DOUBTFUL]
    assert (outcome.summary.compared, outcome.changes) == (0, ())


def test_no_genotypes_cannot_tell(genotyped: Callable[[str, dict[str, dict[str, str]]], Path]) -> None:
    outcome = compared(genotyped("old", {"P": sites(*"1111")}), genotyped("new", {"P": {}}))
    assert [note.note for note in outcome.people] == [Note.IDENTITY_NOT_SHOWN]
    assert outcome.summary.compared == 1
