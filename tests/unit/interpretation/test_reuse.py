"""Results that are taken over are what interpretation comes to, byte for byte; what differs is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from als_screen.again import note, times
from als_screen.config import Settings
from als_screen.errors import AlsScreenError
from als_screen.evidence import OtherBase
from als_screen.files import write_lines, write_text
from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.basis import Basis, basis_beside
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.interpretation.knowledge.files import (
    COLUMNS,
    parse_rows,
    read_manifest,
    write_manifest,
    write_rows,
)
from als_screen.interpretation.knowledge.local import CRITERIA_COLUMNS
from als_screen.interpretation.matches import MATCHES_ANOTHER
from als_screen.interpretation.reuse import Earlier, Interpreted, Stored, interpret_batch
from als_screen.models import Report
from als_screen.patient import LibraryKind, Patient
from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from als_screen.states import GeneState, Result, Status
from reanalysis_runs import H275Y, evidence, interpreter, release
from unit.interpretation.test_callability import counted

CARRIER, OTHER, NOBODY = "P1", "P2", "P3"
#: A common benign SNV of FUS and one that no table knows, beside the one whose record moves.
ELSEWHERE = ("16", 31_188_348, "C", "G")
PEOPLE = {
    CARRIER: evidence(CARRIER, H275Y),
    OTHER: evidence(OTHER, ELSEWHERE),
    NOBODY: evidence(NOBODY),
}
TRANSITIONS = str.maketrans("ACGT", "GTAC")
ROWS = [Patient(one) for one in PEOPLE]
#: Release and what it says of the carried allele, and who is then interpreted again.
SERIES = [
    ("2026-01-01", None, {CARRIER}),
    ("2026-02-01", ("Uncertain significance", 2), {CARRIER}),
    ("2026-03-01", ("Uncertain significance", 2), set()),
    ("2026-04-01", ("Benign", 2), {CARRIER}),
    ("2026-05-01", ('Benign "as ever"\\', 2), {CARRIER}),
    ("2026-06-01", ('Benign "as ever"\\', 2), set()),
    ("2026-07-01", None, {CARRIER}),
]


def stored(people: dict[str, PatientEvidence] = PEOPLE) -> Stored:
    lines = [
        {one: getattr(found, kind).model_dump_json().encode() + b"\n" for one, found in people.items()}
        for kind in ("variants", "repeat", "coverage")
    ]
    return Stored({one: found.check for one, found in people.items()}, *lines)


def earlier(found: Interpreted) -> Earlier:
    return Earlier(found.basis, dict(zip(PEOPLE, found.lines, strict=True)))


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("releases")
    return [release(folder / date, date, said) for date, said, _ in SERIES]


@pytest.fixture(scope="module")
def first(releases: list[Path]) -> Interpreted:
    return interpret_batch(ROWS, stored(), interpreter(releases[1]))


def test_a_series_taken_over_is_the_series_interpreted(releases: list[Path]) -> None:
    fresh = [interpret_batch(ROWS, stored(), interpreter(path)) for path in releases]
    assert all(not found.taken_over for found in fresh)
    kept = fresh[0]
    for number, (date, _, again) in enumerate(SERIES[1:], start=1):
        kept = interpret_batch(ROWS, stored(), interpreter(releases[number]), earlier(kept))
        assert kept.lines == fresh[number].lines, date
        assert kept.basis == fresh[number].basis, date
        assert set(PEOPLE) - kept.taken_over == again, date


def test_a_record_that_makes_an_allele_known_is_listed_for_everyone_without_reads(
    tmp_path: Path, releases: list[Path], first: Interpreted
) -> None:
    known = interpreter(release(tmp_path / "known", "2026-08-01", ("Pathogenic", 2)))
    again = interpret_batch(ROWS, stored(), known, earlier(first))
    assert again.taken_over == {NOBODY}, "the allele of another codes for the same residue"
    fresh = interpret_batch(ROWS, stored(), known)
    assert (again.lines, again.basis) == (fresh.lines, fresh.basis)
    listed = [len(Report.model_validate_json(found.lines[2]).recheck) for found in (first, again)]
    assert listed[1] == listed[0] + 1


def with_reads(patient: str, alt: int = 0, thin: Region | None = None, depth: int = 30) -> PatientEvidence:
    """Return a patient whose reads cover every exon, some of which show the allele that gets known."""
    seen = counted(depth, thin)
    shown = {
        "chrom": H275Y[0],
        "pos": H275Y[1],
        "base": H275Y[3],
        "forward": alt // 2,
        "reverse": alt - alt // 2,
    }
    others = (OtherBase.model_validate(shown),) if alt else ()
    return replace(evidence(patient), coverage=seen.model_copy(update={"patient": patient, "other": others}))


def only_here(patient: str) -> PatientEvidence:
    """Return a patient whose reads cover the exon alone in which an allele gets known, the first there."""
    seen = with_reads(patient)
    here = [one for one in seen.coverage.regions if one.chrom == H275Y[0] and one.start < H275Y[1]]
    exon = max(here, key=lambda one: one.start)
    return replace(seen, coverage=seen.coverage.model_copy(update={"regions": (exon,)}))


HERE = Region(H275Y[0], H275Y[1] - 3, H275Y[1] + 3)
NOBODYS = evidence("R6")
READ = {
    "R1": with_reads("R1"),
    "R2": with_reads("R2", alt=15),
    "R3": with_reads("R3", thin=HERE),
    "R4": with_reads("R4", alt=2),
    "R5": with_reads("R5", depth=12),
    "R6": replace(NOBODYS, check=NOBODYS.check.model_copy(update={"build": None})),
    "R8": only_here("R8"),
    "R7": replace(evidence("R7", H275Y), coverage=counted().model_copy(update={"patient": "R7"})),
}


def test_where_other_alleles_are_known_the_reads_are_asked_for_all_of_them(tmp_path: Path) -> None:
    """Byte for byte as interpreted, whether an allele gets known or is known no more, or two at once."""
    neighbour, elsewhere = ("16", 31_188_349, "A", "G"), ("21", 31_663_886, "G", "A")
    uncertain, known = ("Uncertain significance", 2), ("Pathogenic", 2)
    not_shown = {"R1", "R3", "R4", "R5", "R6", "R8"}
    series = [
        ({}, uncertain, set(READ)),
        ({}, known, not_shown),
        ({elsewhere: known}, known, set(READ)),
        ({elsewhere: known, neighbour: known}, known, not_shown),
        ({}, uncertain, not_shown),
        ({elsewhere: known}, uncertain, set(READ)),
        ({neighbour: known}, uncertain, not_shown),  # as many are known as before, and as certain
    ]
    rows = [Patient(one) for one in READ]
    before = None
    for number, (others, said, expected) in enumerate(series):
        judged = interpreter(release(tmp_path / str(number), f"2026-0{number + 1}-01", said, others))
        fresh = interpret_batch(rows, stored(READ), judged)
        kept = interpret_batch(rows, stored(READ), judged, before)
        assert kept.lines == fresh.lines, number
        assert kept.basis == fresh.basis, number
        if before:
            assert kept.taken_over == expected, number
        before = Earlier(kept.basis, dict(zip(READ, kept.lines, strict=True)))


def test_a_bug_while_reads_are_asked_again_is_left_to_the_interpretation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Patient(one) for one in READ]
    first = interpreter(release(tmp_path / "1", "2026-01-01", ("Uncertain significance", 2)))
    made = interpret_batch(rows, stored(READ), first)
    before = Earlier(made.basis, dict(zip(READ, made.lines, strict=True)))
    judged = interpreter(release(tmp_path / "2", "2026-02-01", ("Pathogenic", 2)))
    monkeypatch.setattr(judged, "rechecked", Mock(side_effect=ZeroDivisionError))
    again = interpret_batch(rows, stored(READ), judged, before)
    assert again.taken_over == {"R6"}, "of whom no known allele was looked for"
    assert again.lines == interpret_batch(rows, stored(READ), judged).lines


def test_a_substitution_of_several_bases_that_clinvar_holds_anew_is_looked_for(
    tmp_path: Path, releases: list[Path], first: Interpreted
) -> None:
    """It may put a patient's SNVs together, whatever is said of each."""
    text = (releases[1] / "clinvar.tsv").read_text()
    columns = text.splitlines()[0].split("\t")
    cells = next(line.split("\t") for line in text.splitlines() if "\t2065419\t" in line)
    ref = bundled().slices(Build.GRCH38)[Gene.FUS].fetch(H275Y[1] - 1, H275Y[1] + 1)
    row = dict(zip(columns, cells, strict=True)) | {"ref": ref, "alt": ref.translate(TRANSITIONS)}
    folder = Path(shutil.copytree(releases[1], tmp_path / "mnv"))
    (folder / "clinvar.tsv").write_text(text + "\t".join(row[name] for name in columns) + "\n")
    entries = dict(read_manifest(folder).resources)
    write_manifest(folder, entries)
    again = interpret_batch(ROWS, stored(), interpreter(folder), earlier(first))
    assert not again.taken_over


def test_a_bug_takes_its_patient_only_and_is_tried_again(
    releases: list[Path],
    first: Interpreted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    judged = interpreter(releases[1])
    sound = judged._analysed

    def meets_a_bug(patient: Patient, *rest: Any) -> Report:
        return sound(patient, *rest) if patient.patient != OTHER else 1 / 0  # type: ignore[return-value]

    with monkeypatch.context() as broken:
        broken.setattr(judged, "_analysed", meets_a_bug)
        found = interpret_batch(ROWS, stored(), judged)
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert [found.lines[place] for place in (0, 2)] == [first.lines[place] for place in (0, 2)]
    ended = Report.model_validate_json(found.lines[1])
    assert (ended.status, ended.conclusion.result) == (Status.NOT_ANALYSED, Result.NOT_ANALYSED)
    assert {one.state for one in ended.genes.values()} == {GeneState.NOT_ASSESSED}
    assert (len(ended.variants), len(ended.repeat.alleles)) == (0, 0)
    reasons = dict(found.ends())
    assert reasons[CARRIER] is reasons[NOBODY] is None
    assert (reasons[OTHER] or "").startswith("a fault of the software: ZeroDivisionError at interpretation/")
    assert "division" not in (reasons[OTHER] or ""), "an error's text may hold what the data say"
    assert [one.patient for one in found.basis.patients if one.fault] == [OTHER]
    monkeypatch.chdir(tmp_path)
    note("interpret", "b.0001", found.basis.patients)
    assert times("interpret", "b.0001") == 1
    mended = interpret_batch(ROWS, stored(), judged, earlier(found))
    assert not mended.taken_over, "whose files the others match, the bug may have hidden"
    assert mended.lines == first.lines


@pytest.mark.parametrize("error", [OSError(28, "full"), MemoryError(), AlsScreenError("knowledge")])
def test_what_is_not_one_patients_ends_the_batch(
    releases: list[Path], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    judged = interpreter(releases[1])
    monkeypatch.setattr(judged, "_analysed", Mock(side_effect=error))
    with pytest.raises(type(error)):
        interpret_batch(ROWS, stored(), judged)


@pytest.mark.parametrize("seen", [("2026-09-01", "2026-09-01"), ("2026-09-01", "2026-10-01")])
def test_alleles_of_one_variation_id_keep_what_is_said_of_each(
    tmp_path: Path, releases: list[Path], seen: tuple[str, str]
) -> None:
    """OTHER's allele has the number of CARRIER's, and another significance."""
    said = {"variation_id": "2065419", "significance": "Likely benign", "stars": "1", "alt": "G"}
    folders = [Path(shutil.copytree(releases[1], tmp_path / name)) for name in ("1", "2")]
    before, after = (
        interpreter(_dated(with_row(folder, "clinvar", said), *dates))
        for folder, dates in zip(folders, (("2026-08-01",) * 2, seen), strict=True)
    )
    again = interpret_batch(ROWS, stored(), after, earlier(interpret_batch(ROWS, stored(), before)))
    assert again.lines == interpret_batch(ROWS, stored(), after).lines
    assert again.taken_over == (set(PEOPLE) if len(set(seen)) == 1 else set())


def _dated(knowledge: Path, others: str, last: str) -> Path:
    """Say that all records were seen at `others`, the one in the last row at `last`."""
    path, columns = knowledge / "clinvar.tsv", COLUMNS["clinvar"]
    rows = [{**row, "seen": others} for row in parse_rows(path, path.read_text(), columns)]
    rows[-1]["seen"] = last
    write_rows(path, [], columns, [[row[name] for name in columns] for row in rows])
    write_manifest(knowledge, read_manifest(knowledge).resources)
    return knowledge


def with_row(knowledge: Path, table: str, cells: dict[str, str], *, instead: bool = False) -> Path:
    """Add a row to a table of a knowledge directory, of the carried allele where it names one."""
    entries = dict(read_manifest(knowledge).resources)
    if table not in entries:
        entries[table] = entries["curated"].model_copy(update={"file": f"{table}.tsv"})
        (knowledge / f"{table}.tsv").write_text("\t".join(COLUMNS[table]) + "\n")
    path, columns = knowledge / entries[table].file, COLUMNS[table]
    rows = [] if instead else list(parse_rows(path, path.read_text(), columns))
    chrom, pos, ref, alt = H275Y
    place = {"gene": "FUS", "chrom": chrom, "pos_grch38": str(pos), "pos_grch37": str(pos + 11_321)}
    rows.append({**dict.fromkeys(columns, ""), **place, "ref": ref, "alt": alt, **cells})
    write_rows(path, [], columns, [[row[name] for name in columns] for row in rows])
    write_manifest(knowledge, entries)
    return knowledge


#: Table, and a row of it that changes what is said of the carried allele alone.
TABLES = [
    ("curated", {"label": "p.His275Tyr", "class": "likely_benign", "mode": "dominant", "source": "a"}),
    ("known_als_variants", {"reported_in": "FALS", "populations": "Here, There, Elsewhere"}),
    ("predictors", {"revel": "0.99"}),
    ("domains", {"start": "275", "end": "275", "role": "hot_spot", "name": "a", "source": "a"}),
]


@pytest.mark.parametrize(("table", "cells"), TABLES, ids=[table for table, _ in TABLES])
def test_every_table_is_asked(
    tmp_path: Path, releases: list[Path], first: Interpreted, table: str, cells: dict[str, str]
) -> None:
    newer = interpreter(with_row(Path(shutil.copytree(releases[1], tmp_path / "k")), table, cells))
    again = interpret_batch(ROWS, stored(), newer, earlier(first))
    alike = {OTHER} if table == "domains" else set()  # both alleles change the one residue
    assert again.taken_over == {OTHER, NOBODY} - alike
    assert again.lines == interpret_batch(ROWS, stored(), newer).lines


def test_where_the_population_database_did_not_look_is_asked(
    tmp_path: Path, releases: list[Path], first: Interpreted
) -> None:
    elsewhere = {"start_grch38": "1", "end_grch38": "9", "start_grch37": "1", "end_grch37": "9"}
    folder = Path(shutil.copytree(releases[1], tmp_path / "k"))
    newer = interpreter(with_row(folder, "gnomad_covered", {**elsewhere, "median_an": "9"}, instead=True))
    again = interpret_batch(ROWS, stored(), newer, earlier(first))
    assert CARRIER not in again.taken_over
    assert again.lines == interpret_batch(ROWS, stored(), newer).lines


@pytest.mark.parametrize("table", ["clinvar", "curated"])
def test_how_certain_a_known_neighbour_is_is_asked(tmp_path: Path, releases: list[Path], table: str) -> None:
    """PM5 weighs more beside a pathogenic change of the residue than beside a likely pathogenic one."""
    neighbour = {"alt": "A", "variation_id": "1", "stars": "2", "mode": "dominant"}
    names = {"clinvar": "significance", "curated": "class"}
    words = {"clinvar": ("Likely pathogenic", "Pathogenic"), "curated": ("likely_pathogenic", "pathogenic")}
    before, after = (
        interpreter(
            with_row(
                Path(shutil.copytree(releases[1], tmp_path / f"k{number}")),
                table,
                {**neighbour, names[table]: said},
            )
        )
        for number, said in enumerate(words[table])
    )
    again = interpret_batch(ROWS, stored(), after, earlier(interpret_batch(ROWS, stored(), before)))
    assert CARRIER not in again.taken_over
    assert again.lines == interpret_batch(ROWS, stored(), after).lines


def test_supplied_criteria_are_asked(tmp_path: Path, releases: list[Path]) -> None:
    table = tmp_path / "own.tsv"
    own = {"samples": "samples.tsv", "knowledge": releases[1], "local": {"criteria": str(table)}}

    def with_criterion(strength: str) -> Interpreter:
        row = ("GRCh38", *map(str, H275Y), "PS3", strength, "an assay", "a person")
        table.write_text("\t".join(CRITERIA_COLUMNS) + "\n" + "\t".join(row) + "\n")
        return Interpreter(Settings.model_validate(own), bundled())

    before = earlier(interpret_batch(ROWS, stored(), with_criterion("supporting")))
    again = interpret_batch(ROWS, stored(), with_criterion("strong"), before)
    assert again.taken_over == {OTHER, NOBODY}
    assert again.lines == interpret_batch(ROWS, stored(), with_criterion("strong")).lines


def test_the_name_of_a_table_of_frequencies_is_a_part_of_what_is_said(
    tmp_path: Path, releases: list[Path]
) -> None:
    def named(name: str) -> Interpreter:
        text = "build\tchrom\tpos\tref\talt\tac\tan\thom\nGRCh38\t16\t31188348\tC\tT\t1\t5000\t0\n"
        (tmp_path / name).write_text(text)
        own = {"frequencies": str(tmp_path / name)}
        return Interpreter(
            Settings.model_validate({"samples": "samples.tsv", "knowledge": releases[1], "local": own}),
            bundled(),
        )

    before = earlier(interpret_batch(ROWS, stored(), named("one.tsv")))
    again = interpret_batch(ROWS, stored(), named("other.tsv"), before)
    fresh = interpret_batch(ROWS, stored(), named("other.tsv"))
    assert again.lines == fresh.lines
    assert again.basis == fresh.basis
    assert again.taken_over == {OTHER, NOBODY}


def test_what_is_as_it_was_is_not_described_again(
    releases: list[Path], first: Interpreted, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = interpreter(releases[2])
    monkeypatch.setattr(Annotator, "describe", Mock(side_effect=AssertionError))
    assert interpret_batch(ROWS, stored(), newer, earlier(first)).taken_over == set(PEOPLE)


def test_a_known_allele_of_another_gene_lets_none_be_described_again(
    tmp_path: Path, releases: list[Path], first: Interpreted, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ("Uncertain significance", 2)
    of_sod1 = {("21", 31_663_886, "G", "A"): ("Pathogenic", 2)}
    newer = release(tmp_path / "k", "2026-08-01", said, of_sod1)
    fresh = interpret_batch(ROWS, stored(), interpreter(newer))
    assert (
        Report.model_validate_json(fresh.lines[2]).recheck
        != Report.model_validate_json(first.lines[2]).recheck
    )
    monkeypatch.setattr(Annotator, "describe", Mock(side_effect=AssertionError))
    again = interpret_batch(ROWS, stored(), interpreter(newer), earlier(first))
    assert again.taken_over == set(PEOPLE)
    assert (again.lines, again.basis) == (fresh.lines, fresh.basis)


def other_evidence(found: Earlier) -> tuple[list[Patient], Stored, Earlier]:
    return ROWS, stored({**PEOPLE, OTHER: evidence(OTHER, H275Y)}), found


def other_row(found: Earlier) -> tuple[list[Patient], Stored, Earlier]:
    return [replace(ROWS[0], library=LibraryKind.PCR), *ROWS[1:]], stored(), found


def somebody_left(found: Earlier) -> tuple[list[Patient], Stored, Earlier]:
    return ROWS[:2], stored(), found


@pytest.mark.parametrize(
    "changed", [other_evidence, other_row, somebody_left], ids=lambda change: change.__name__
)
def test_a_batch_with_other_data_is_interpreted(
    releases: list[Path],
    first: Interpreted,
    changed: Callable[[Earlier], tuple[list[Patient], Stored, Earlier]],
) -> None:
    rows, data, before = changed(earlier(first))
    again = interpret_batch(rows, data, interpreter(releases[2]), before)
    assert not again.taken_over
    assert again.lines == interpret_batch(rows, data, interpreter(releases[2])).lines


def test_other_settings_are_interpreted(releases: list[Path], first: Interpreted) -> None:
    other = interpreter(releases[1], '{"coverage": {"min_depth": 12}}')
    assert not interpret_batch(ROWS, stored(), other, earlier(first)).taken_over


def test_other_frequencies_are_interpreted(tmp_path: Path, releases: list[Path], first: Interpreted) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("build\tchrom\tpos\tref\talt\tac\tan\thom\nGRCh38\t16\t31188348\tC\tG\t1\t5000\t0\n")
    own = Settings.model_validate(
        {"samples": "samples.tsv", "knowledge": releases[1], "local": {"frequencies": str(table)}}
    )
    again = interpret_batch(ROWS, stored(), Interpreter(own, bundled()), earlier(first))
    assert not again.taken_over


def test_a_line_that_was_altered_is_interpreted(releases: list[Path], first: Interpreted) -> None:
    before = earlier(first)
    altered = {**before.lines, OTHER: before.lines[OTHER].replace(b"heterozygous", b"homozygous")}
    again = interpret_batch(ROWS, stored(), interpreter(releases[2]), Earlier(before.basis, altered))
    assert again.taken_over == {CARRIER, NOBODY}
    assert again.lines == interpret_batch(ROWS, stored(), interpreter(releases[2])).lines


def test_a_remark_on_a_match_stays_where_a_neighbour_is_interpreted_again(
    releases: list[Path], first: Interpreted
) -> None:
    basis = first.basis
    marked = [one.model_copy(update={"matches": one.patient == CARRIER}) for one in basis.patients]
    before = Earlier(basis.model_copy(update={"patients": tuple(marked)}), earlier(first).lines)
    again = interpret_batch(ROWS, stored(), interpreter(releases[3]), before)
    assert [MATCHES_ANOTHER.encode() in line for line in again.lines] == [True, False, False]


def test_what_is_beside_the_findings_is_read_back(first: Interpreted, tmp_path: Path) -> None:
    findings = tmp_path / "results" / "findings" / "b.0001.jsonl"
    assert Earlier.of_run(tmp_path, "b.0001.jsonl") is None
    write_lines(findings, first.lines)
    assert Earlier.of_run(tmp_path, "b.0001.jsonl") is None, "an older als-screen wrote no basis"
    write_text(basis_beside(findings), first.basis.model_dump_json())
    assert Earlier.of_run(tmp_path, "b.0001.jsonl") == earlier(first)
    assert Earlier.of_run(None, "b.0001.jsonl") is None
    basis_beside(findings).write_bytes(b'{"schema')
    assert Earlier.of_run(tmp_path, "b.0001.jsonl") is None


def test_a_basis_names_no_field_of_the_person(first: Interpreted) -> None:
    assert set(Basis.model_fields) == {
        "schema_version",
        "fixed",
        "known",
        "background",
        "alleles",
        "patients",
    }
    assert [name for name, _ in first.ends()] == list(PEOPLE)
