"""A series of ClinVar releases in which a variant appears, rises, falls and vanishes; causes are derived."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from als_screen.errors import InputError
from als_screen.evidence import Zygosity
from als_screen.files import write_jsonl, write_text
from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.patient import Patient
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import Outcome
from als_screen.reanalysis.people import Note
from als_screen.reanalysis.publish import publish, screenful
from als_screen.reanalysis.reanalyse import compare_runs
from als_screen.regions import Build
from als_screen.resources import bundled
from als_screen.states import Classification
from reanalysis_runs import H275Y, NAME, Said, evidence, interpreter, keep_bases, release, run, write_run
from unit.reports import samples
from unit.reports.signed import keep

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
#: Step of the series, kind of the change of the variant, before and after.
EXPECTED = [
    (1, "details_changed", "ClinVar no record", "ClinVar 2065419: Uncertain significance, 2 stars"),
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
def test_series_of_releases(runs: list[Path], step: int, kind: str, before: str, after: str) -> None:
    outcome = compared(runs[step - 1], runs[step])
    found = [row for row in outcome.changes if row.subject == NAME]
    assert [(row.kind, row.before, row.after) for row in found] == [(kind, before, after)]
    for row in outcome.changes:
        assert (row.patient, row.cause, row.derived) == (CARRIER, "knowledge", "yes")
        assert row.record.startswith("ClinVar 2065419: ")
        assert (row.old_release, row.new_release) == (SERIES[step - 1][0], SERIES[step][0])


def test_record_is_told_before_and_after(runs: list[Path]) -> None:
    rows = compared(runs[3], runs[5]).changes
    assert {row.record for row in rows} == {"ClinVar 2065419: Pathogenic, 2 stars -> Benign, 2 stars"}


def test_no_change_leaves_a_statement(runs: list[Path], tmp_path: Path) -> None:
    new = run(tmp_path / "new", release(tmp_path / "k", "2026-02-01", None), PEOPLE)
    outcome = compared(runs[0], new)
    assert (outcome.changes, outcome.summary.other_differences) == ((), 0)
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


def test_nobody_is_looked_at_more_or_less_by_a_release(runs: list[Path]) -> None:
    rows = [row for row in compared(runs[3], runs[5]).changes if row.subject != NAME]
    assert [(row.kind, row.subject) for row in rows] == [("conclusion_changed", "conclusion")]


def test_where_nobody_can_be_compared_versions_are_told_all_the_same(
    releases: list[Path], runs: list[Path], tmp_path: Path
) -> None:
    other = run(tmp_path / "other", releases[1], {"X": evidence("X", H275Y)})
    summary = compared(runs[0], other).summary
    assert (summary.compared, summary.people["left_out"], summary.people["added"]) == (0, 2, 1)
    assert "nobody could be compared" in summary.statement
    assert "People: 2 left out of the new run, 1 new in it." in summary.statement
    assert "zero changes" not in summary.statement
    assert {one.name for one in summary.versions if one.old != one.new} == {"clinvar"}


def recorded(folder: Path, **record: Any) -> Path:
    """Write `run.json` of a run of one slice."""
    count = len((folder / "results/findings/b.0001.jsonl").read_text().splitlines())
    write_text(folder / "results" / "run.json", json.dumps({"batches": {"b.0001": count}, **record}))
    return folder


def test_another_commit_or_stage_is_another_version(runs: list[Path], tmp_path: Path) -> None:
    one, other = (Path(shutil.copytree(runs[3], tmp_path / name)) for name in ("one", "other"))
    recorded(one, pipeline={"version": "0.1.0", "commit": "aaa", "modified": False}, stages={"interpret": 1})
    recorded(other, pipeline={"version": "0.1.0", "commit": "bbb", "modified": True}, stages={"interpret": 2})
    summary = compared(one, other).summary
    moved = {each.name: (each.old, each.new) for each in summary.versions if each.old != each.new}
    assert moved == {"commit": (("aaa",), ("bbb with changes",)), "stage interpret": (("1",), ("2",))}
    assert "Versions: commit aaa -> bbb with changes; stage interpret 1 -> 2." in summary.statement


def test_a_run_that_has_not_finished_is_refused(runs: list[Path], tmp_path: Path) -> None:
    half = Path(shutil.copytree(runs[3], tmp_path / "half"))
    (half / "results" / "complete.json").unlink()
    for old, new in ((half, runs[3]), (runs[3], half)):
        with pytest.raises(InputError, match="the run has not finished"):
            compared(old, new)


def of_carrier(report: Report, **changes: Any) -> Report:
    """Return a result with other fields of its variant."""
    (one,) = report.variants
    return report.model_copy(update={"variants": (one.model_copy(update=changes),)})


def test_printed_details_are_changes(releases: list[Path], tmp_path: Path) -> None:
    people = {CARRIER: evidence(CARRIER, H275Y)}
    stored = interpreter(releases[3]).report(Patient(CARRIER), people[CARRIER])
    run(tmp_path / "old", releases[3], people)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    write_run(tmp_path / "new", people, [of_carrier(stored, zygosity=Zygosity.HOMOZYGOUS)])
    outcome = compared(tmp_path / "old", tmp_path / "new")
    (row,) = outcome.changes
    assert (row.kind, row.subject, row.reportable) == ("details_changed", NAME, "yes")
    assert (row.before, row.after) == ("heterozygous", "homozygous")
    assert row.cause == "software", "of the same data, knowledge and policies"
    assert (outcome.summary.changed, outcome.unchanged) == (1, ())
    assert "zero changes" not in outcome.summary.statement


def test_a_line_that_was_edited_beside_what_was_kept_of_it_is_compared_by_what_it_says(
    runs: list[Path], tmp_path: Path
) -> None:
    for name in ("old", "new"):
        shutil.copytree(runs[3], tmp_path / name)
        keep_bases(tmp_path / name)
    assert compared(tmp_path / "old", tmp_path / "new").changes == ()
    findings = tmp_path / "new" / "results" / "findings" / "b.0001.jsonl"
    findings.write_bytes(findings.read_bytes().replace(b'"heterozygous"', b'"homozygous"'))
    outcome = compared(tmp_path / "old", tmp_path / "new")
    assert [(row.patient, row.before, row.after) for row in outcome.changes] == [
        (CARRIER, "heterozygous", "homozygous")
    ]
    assert [one.patient for one in outcome.unchanged] == [OTHER]


def test_that_a_known_allele_can_be_looked_for_now_is_another_difference(
    releases: list[Path], tmp_path: Path
) -> None:
    people = {OTHER: evidence(OTHER)}
    stored = interpreter(releases[3]).report(Patient(OTHER), people[OTHER])
    run(tmp_path / "old", releases[3], people)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    write_run(tmp_path / "new", people, [stored.model_copy(update={"recheck_absent": 1})])
    outcome = compared(tmp_path / "old", tmp_path / "new")
    assert (outcome.changes, outcome.summary.other_differences) == ((), 1)
    assert "whether any known allele could be looked for" in outcome.summary.statement


def test_a_detail_has_its_own_cause(releases: list[Path], tmp_path: Path) -> None:
    """A new record and another count of reads move two facts of an allele, and each row says by what."""
    first, last = evidence(CARRIER, H275Y), evidence(CARRIER, H275Y)
    (allele,) = last.variants.alleles
    counted = allele.model_copy(update={"depth": 30, "alt_depth": 14})
    counts = last.variants.model_copy(update={"alleles": (counted,)})
    old = run(tmp_path / "old", releases[1], {CARRIER: first})
    new = run(tmp_path / "new", releases[3], {CARRIER: replace(last, variants=counts)})
    rows = {row.kind: row for row in compared(old, new).changes if row.subject == NAME}
    assert rows["class_up"].cause == "knowledge"
    assert rows["details_changed"].cause == "input"
    assert rows["details_changed"].after == "depth 30; alt fraction 0.467"


def test_software_is_the_candidate_where_nothing_else_differs(releases: list[Path], tmp_path: Path) -> None:
    people = {CARRIER: evidence(CARRIER, H275Y)}
    stored = interpreter(releases[3]).report(Patient(CARRIER), people[CARRIER])
    for name, report in (("old", stored), ("new", of_carrier(stored, filter="LowQual"))):
        write_run(tmp_path / name, people, [report])
        shutil.rmtree(tmp_path / name / "results" / "evidence")
    (row,) = compared(tmp_path / "old", tmp_path / "new").changes
    assert (row.cause, row.derived) == ("software", "no")


def test_settings_that_are_not_known_here_leave_candidates(releases: list[Path], tmp_path: Path) -> None:
    people = {CARRIER: evidence(CARRIER, H275Y)}
    old, new = run(tmp_path / "old", releases[1], people), run(tmp_path / "new", releases[3], people)
    path = old / "results/findings/b.0001.jsonl"
    path.write_text(path.read_text().replace('"settings":{"repeat":{', '"settings":{"repeat":{"retired":3,'))
    (row,) = (row for row in compared(old, new).changes if row.subject == NAME)
    assert (row.kind, row.cause, row.derived) == ("class_up", "knowledge;policy", "no")


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


FILE = {"path": "joint.vcf.gz", "bytes": 900, "modified": 5}


def test_another_sample_of_a_file_is_told_by_genotype(
    genotyped: Callable[[str, dict[str, dict[str, str]]], Path],
) -> None:
    """The file is the same by name, size and time, and the person is not."""
    old, new = genotyped("old", {"P": sites(*"2112")}), genotyped("new", {"P": sites(*"0000")})
    for folder in (old, new):
        recorded(folder, inputs=[{"patient": "P", **FILE}])
    outcome = compared(old, new)
    assert [note.note for note in outcome.people] == [Note.ANOTHER_PERSON]
    assert outcome.summary.compared == 0


def test_another_sample_of_a_file_without_genotypes_is_not_shown(
    genotyped: Callable[[str, dict[str, dict[str, str]]], Path],
) -> None:
    old, new = genotyped("old", {"P": {}}), genotyped("new", {"P": {}})
    for folder, sample in ((old, "A"), (new, "B")):
        recorded(folder, inputs=[{"patient": "P", **FILE}])
        path = folder / "results/checks/b.0001.json"
        text = path.read_text().replace('"samples":1', '"samples":9')
        path.write_text(text.replace('"sample":"P"', f'"sample":"{sample}"'))
    assert [note.note for note in compared(old, new).people] == [Note.IDENTITY_NOT_SHOWN]
    assert compared(old, old).people == ()


def test_ids_that_changed_hands_are_named(
    genotyped: Callable[[str, dict[str, dict[str, str]]], Path],
) -> None:
    one, other, third = sites(*"2112"), sites(*"1002"), sites(*"1221")
    old = genotyped("old", {"P1": one, "P2": other, "P3": third})
    new = genotyped("new", {"P1": other, "P2": third})
    for folder, files in ((old, "abc"), (new, "bc")):
        inputs = [
            {"patient": f"P{number}", "path": f"{name}.vcf", "bytes": 9, "modified": ord(name)}
            for number, name in enumerate(files, 1)
        ]
        recorded(folder, inputs=inputs)
    notes = {note.patient: note for note in compared(old, new).people}
    assert (notes["P1"].other, notes["P2"].other) == ("P2", "P3")
    assert "the data are those of P2 in the earlier run" in notes["P1"].detail
    assert (notes["P3"].note, notes["P3"].detail) == (Note.LEFT_OUT, "the data are now those of P2")


def test_a_renamed_patient_is_known_by_the_file(
    genotyped: Callable[[str, dict[str, dict[str, str]]], Path],
) -> None:
    old, new = genotyped("old", {"OLD": {}}), genotyped("new", {"NEW": {}})
    for folder, patient in ((old, "OLD"), (new, "NEW")):
        recorded(folder, inputs=[{"patient": patient, **FILE}])
    outcome = compared(old, new)
    assert [(note.note, note.other) for note in outcome.people] == [(Note.RENAMED, "OLD")]
    assert (outcome.changes, outcome.summary.other_differences) == ((), 0)


def test_the_sites_that_the_run_asks_for_decide(
    releases: list[Path], genotyped: Callable[[str, dict[str, dict[str, str]]], Path]
) -> None:
    """Four sites tell two people apart, unless the run asks for more."""
    old, new = genotyped("old", {"P": sites(*"2112")}), genotyped("new", {"P": sites(*"0000")})
    for folder in (old, new):
        path = folder / "results/findings/b.0001.jsonl"
        path.write_text(path.read_text().replace('"min_sites":3', '"min_sites":9'))
    assert [note.note for note in compared(old, new).people] == [Note.IDENTITY_DOUBTFUL]


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


UNAFFECTED = {"U": Patient("U", diagnosis="unaffected")}


@pytest.mark.parametrize(
    ("before", "after", "reportable", "amended"),
    [
        pytest.param(False, False, "no", [], id="no report in either run"),
        pytest.param(False, True, "yes", [], id="the first report: there is none to amend"),
        pytest.param(True, False, "yes", [], id="a report said it; there is none any more"),
        pytest.param(True, True, "yes", ["U.json"], id="predictive testing is meant"),
        pytest.param(None, None, "no", [], id="runs without a record"),
    ],
)
def test_who_has_no_report_has_none_to_amend(
    releases: list[Path],
    tmp_path: Path,
    before: bool | None,
    after: bool | None,
    reportable: str,
    amended: list[str],
) -> None:
    people = {"U": evidence("U", H275Y)}
    old = run(tmp_path / "old", releases[1], people, rows=UNAFFECTED)
    new = run(tmp_path / "new", releases[3], people, rows=UNAFFECTED)
    for folder, allowed in ((old, before), (new, after)):
        if allowed is not None:
            recorded(folder, config={"allow_predictive": allowed})
    outcome = compared(old, new)
    (row,) = (row for row in outcome.changes if row.subject == NAME)
    assert (row.kind, row.reportable) == ("class_up", reportable)
    assert outcome.summary.changed_reportable == (reportable == "yes")
    publish(outcome, tmp_path / "out", {})
    assert [path.name for path in (tmp_path / "out").glob("amended/*")] == amended
    assert ("amend the reports of: U" in screenful(outcome)) is bool(amended)
    assert NAME in (tmp_path / "out/changes.tsv").read_text(), "the row stays"


def test_a_signed_report_under_the_old_id_is_named(
    genotyped: Callable[[str, dict[str, dict[str, str]]], Path], tmp_path: Path
) -> None:
    """The new draft knows of none: the archive goes by id."""
    person = sites(*"2222")
    old, new = genotyped("old", {"OLD-ID": person}), genotyped("new", {"NEW-ID": person})
    person_of = samples.PERSON.model_copy(update={"patient": "OLD-ID"})
    signed = samples.NEGATIVE.model_copy(update={"patient": person_of})
    keep(new / "results/authorised", signed)
    outcome = compared(old, new)
    (note,) = outcome.people
    assert (note.note, note.other) == (Note.RENAMED, "OLD-ID")
    assert note.detail.endswith("; report no. 1 is signed under the id OLD-ID")


def test_an_amended_report_says_what_is_known_of_the_person(
    releases: list[Path], tmp_path: Path, genotyped: Callable[[str, dict[str, dict[str, str]]], Path]
) -> None:
    old, new = genotyped("old", {"OLD-ID": sites(*"2222")}), genotyped("new", {"NEW-ID": sites(*"2222")})
    path = new / "results/findings/b.0001.jsonl"
    report = RunFolder(new).report("NEW-ID")
    write_jsonl(path, [report.model_copy(update={"repeat": samples.LARGE})])
    outcome = compared(old, new)
    publish(outcome, tmp_path / "out", {})
    (amended,) = (tmp_path / "out").glob("amended/*.json")
    (person,) = json.loads(amended.read_bytes())["people"]
    assert (amended.name, person["note"], person["other"]) == ("NEW-ID.json", "renamed", "OLD-ID")
