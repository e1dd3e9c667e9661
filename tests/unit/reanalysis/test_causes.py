"""Why a result changed: each cause alone, two at once, and what was not kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from als_screen.interpretation.interpret import PatientEvidence
from als_screen.reanalysis.causes import differing_tables
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import ChangeRow
from als_screen.reanalysis.reanalyse import compare_runs
from als_screen.resources import bundled
from reanalysis_runs import H275Y, NAME, evidence, release, run

OWN = "build\tchrom\tpos\tref\talt\tclass\tmode\tnote\tsource\n"
ROW = "GRCh38\t16\t31188348\tC\tT\t{}\tdominant\tseen in our families\tlaboratory, 2026\n"
PEOPLE = {"P1": evidence("P1", H275Y)}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return knowledge by what ClinVar says of the allele."""
    folder = tmp_path_factory.mktemp("knowledge")
    return {
        "uncertain": release(folder / "uncertain", "2026-01-01", ("Uncertain significance", 2)),
        "pathogenic": release(folder / "pathogenic", "2026-02-01", ("Pathogenic", 2)),
    }


def policy(folder: Path, **changes: object) -> Path:
    """Write the shipped policy with some keys changed."""
    text = json.loads((bundled().root / "policies" / "acmg.json").read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.json").write_text(json.dumps({**text, "version": "lab-2", **changes}))
    return folder / "policy.json"


def own_classes(folder: Path, word: str) -> str:
    """Write the laboratory's own class of the allele; return the settings that name the file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.tsv").write_text(OWN + ROW.format(word))
    return json.dumps({"local": {"classes": str(folder / "own.tsv")}})


def of_variant(old: Path, new: Path) -> ChangeRow:
    (row,) = (
        one for one in compare_runs(RunFolder(old), RunFolder(new), bundled()).changes if one.subject == NAME
    )
    return row


def test_policy_is_a_cause(said: dict[str, Path], tmp_path: Path) -> None:
    strict = json.dumps({"local": {"policy": str(policy(tmp_path / "p", clinvar={**CLINVAR, "stars": 4}))}})
    old = run(tmp_path / "old", said["pathogenic"], PEOPLE)
    new = run(tmp_path / "new", said["pathogenic"], PEOPLE, strict)
    row = of_variant(old, new)
    assert (row.kind, row.before, row.after) == ("class_down", "pathogenic", "uncertain")
    assert (row.cause, row.derived, row.record) == ("policy", "yes", "ACMG/AMP policy")
    assert row.new_release == "als-screen ACMG/AMP policy lab-2"


CLINVAR = json.loads((bundled().root / "policies" / "acmg.json").read_bytes())["clinvar"]
CLASSES = json.loads((bundled().root / "policies" / "acmg.json").read_bytes())["classes"]


def test_policy_and_knowledge_are_both_named(said: dict[str, Path], tmp_path: Path) -> None:
    """Four stars are asked for, and the record has two: either of the two things alone moves it."""
    strict = json.dumps({"local": {"policy": str(policy(tmp_path / "p", clinvar={**CLINVAR, "stars": 4}))}})
    four = release(tmp_path / "four", "2026-03-01", ("Pathogenic", 4))
    old = run(tmp_path / "old", said["uncertain"], PEOPLE, strict)
    new = run(tmp_path / "new", said["pathogenic"], PEOPLE)
    assert of_variant(old, new).cause == "knowledge;policy"
    both = of_variant(old, run(tmp_path / "four-run", four, PEOPLE))
    assert (both.cause, both.derived) == ("knowledge", "yes"), "the policy would not have mattered"


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, "pathogenic", "class_up"),
        ("pathogenic", None, "class_down"),
        ("benign", "pathogenic", "class_up"),
    ],
)
def test_own_tables_are_kept_so_that_causes_are_derived(
    said: dict[str, Path], tmp_path: Path, before: str | None, after: str | None, kind: str
) -> None:
    settings = [
        own_classes(tmp_path / f"{n}", word) if word else "{}" for n, word in enumerate((before, after))
    ]
    old = run(tmp_path / "old", said["uncertain"], PEOPLE, settings[0])
    new = run(tmp_path / "new", said["uncertain"], PEOPLE, settings[1])
    for number in (0, 1):
        shutil.rmtree(tmp_path / str(number), ignore_errors=True)
    row = of_variant(old, new)
    assert (row.kind, row.cause, row.derived) == (kind, "knowledge", "yes")
    assert row.record == "the laboratory's own classes"
    assert ("own.tsv" in row.old_release, "own.tsv" in row.new_release) == (bool(before), bool(after))


def test_own_table_and_release_are_told_apart(said: dict[str, Path], tmp_path: Path) -> None:
    settings = own_classes(tmp_path / "own", "benign")
    old = run(tmp_path / "old", said["uncertain"], PEOPLE, settings)
    new = run(tmp_path / "new", said["pathogenic"], PEOPLE, settings)
    changes = compare_runs(RunFolder(old), RunFolder(new), bundled()).changes
    assert [row for row in changes if row.subject == NAME] == [], "the laboratory's class goes first"
    kept = [next((one / "results" / "knowledge").iterdir()) / "knowledge" for one in (old, new)]
    assert differing_tables(*kept) == ["clinvar"]


def test_an_altered_copy_is_not_trusted(said: dict[str, Path], tmp_path: Path) -> None:
    old = run(tmp_path / "old", said["uncertain"], PEOPLE, own_classes(tmp_path / "own", "benign"))
    new = run(tmp_path / "new", said["uncertain"], PEOPLE)
    (table,) = (old / "results" / "knowledge").glob("*/knowledge/local/classes/own.tsv")
    table.write_text(OWN + ROW.format("pathogenic"))
    assert of_variant(old, new).derived == "no"


#: Another change of the residue that `H275Y` changes: known, it is PM5 of it.
NEIGHBOUR = ("16", 31_188_349, "A", "G")
UNCERTAIN = ("Uncertain significance", 1)
#: Where PM2 and PM5 are likely pathogenic, and ClinVar has to have three stars.
LENIENT = {"classes": {**CLASSES, "likely_pathogenic": 3}, "clinvar": {**CLINVAR, "stars": 3}}


def lenient(folder: Path) -> str:
    return json.dumps({"local": {"policy": str(policy(folder, **LENIENT))}})


@pytest.mark.parametrize("own", [UNCERTAIN, ("Uncertain significance", 2)], ids=["same", "reviewed"])
def test_the_record_that_moves_it_is_named_whatever_became_of_its_own(
    tmp_path: Path, own: tuple[str, int]
) -> None:
    """Each month's release has a date in every record, and some get a star that changes nothing."""
    settings = lenient(tmp_path / "p")
    first = release(tmp_path / "1", "2026-01-01", UNCERTAIN, {NEIGHBOUR: None})
    last = release(tmp_path / "2", "2026-02-01", own, {NEIGHBOUR: ("Pathogenic", 2)})
    old = run(tmp_path / "old", first, PEOPLE, settings)
    changes = compare_runs(
        RunFolder(old), RunFolder(run(tmp_path / "new", last, PEOPLE, settings)), bundled()
    ).changes
    said = "records of other alleles, 1199202 chr16:31188349 A>G: no record -> Pathogenic, 2 stars"
    moved = {row.subject: row for row in changes if row.kind in ("class_up", "conclusion_changed")}
    assert set(moved) == {NAME, "conclusion"}
    assert {(row.cause, row.record) for row in moved.values()} == {("knowledge", f"ClinVar: {said}")}


def test_of_the_whole_only_what_knowledge_has_moved_is_named(said: dict[str, Path], tmp_path: Path) -> None:
    """An uncertain allele far from any exon is new in the file; it has no record, and moves nothing."""
    more = {"P1": evidence("P1", H275Y, ("16", 31_175_181, "G", "A"))}
    old = run(tmp_path / "old", said["uncertain"], PEOPLE)
    new = run(tmp_path / "new", said["pathogenic"], more)
    rows = compare_runs(RunFolder(old), RunFolder(new), bundled()).changes
    (whole,) = (row for row in rows if row.kind == "conclusion_changed")
    assert whole.cause == "knowledge"
    assert whole.record == "ClinVar 2065419: Uncertain significance, 2 stars -> Pathogenic, 2 stars"


def test_of_two_policies_the_one_that_moves_it_is_named(said: dict[str, Path], tmp_path: Path) -> None:
    own = {"local": {"policy": str(policy(tmp_path / "p", clinvar={**CLINVAR, "stars": 4}))}}
    old = run(tmp_path / "old", said["pathogenic"], PEOPLE)
    both = json.dumps({**own, "coverage": {"min_depth": 12}})
    new = run(tmp_path / "new", said["pathogenic"], PEOPLE, both)
    rows = compare_runs(RunFolder(old), RunFolder(new), bundled()).changes
    named = {row.subject: row.record for row in rows if row.kind == "details_changed"}
    assert of_variant(old, new).record == "ACMG/AMP policy"
    assert named == {"conclusion": "coverage.min_depth"}


def record(folder: Path, commit: str, stages: int = 1, modified: float = 5, index: float = 5) -> Path:
    """Write `run.json` of a run, as far as causes are derived from it."""
    named = {"/data/P1.vcf.gz": modified, "/data/P1.vcf.gz.tbi": index}
    inputs = [{"patient": "P1", "path": path, "bytes": 9, "modified": at} for path, at in named.items()]
    text = {"batches": {"b.0001": 1}, "pipeline": {"commit": commit}, "inputs": inputs}
    (folder / "results" / "run.json").write_text(json.dumps({**text, "stages": {"screen_variants": stages}}))
    return folder


@pytest.mark.parametrize(
    ("commits", "stages", "index", "cause"),
    [
        (("a", "a"), (1, 1), 5, "input"),
        (("a", "b"), (1, 1), 5, "software"),
        (("a", "a"), (1, 2), 5, "software"),
        (("a", "b"), (1, 1), 6, "software"),
    ],
    ids=["one software", "another commit", "another version of the step", "and a new index"],
)
def test_evidence_of_the_same_file_is_the_software(
    said: dict[str, Path],
    tmp_path: Path,
    commits: tuple[str, str],
    stages: tuple[int, int],
    index: float,
    cause: str,
) -> None:
    old = record(run(tmp_path / "old", said["pathogenic"], {"P1": evidence("P1")}), commits[0], stages[0])
    new = record(run(tmp_path / "new", said["pathogenic"], PEOPLE), commits[1], stages[1], index=index)
    row = of_variant(old, new)
    assert (row.kind, row.cause, row.derived) == ("new_finding", cause, "yes")
    if stages == (1, 2):
        assert row.new_release.endswith("(screen_variants 2)")


def test_another_sample_of_the_file_is_no_work_of_newer_software(
    said: dict[str, Path], tmp_path: Path
) -> None:
    def of_sample(name: str, *alleles: tuple[str, int, str, str]) -> dict[str, PatientEvidence]:
        found = evidence("P1", *alleles)
        vcf = found.check.vcf[0].model_copy(update={"sample": name, "samples": 2})
        return {"P1": replace(found, check=found.check.model_copy(update={"vcf": (vcf,)}))}

    old = record(run(tmp_path / "old", said["pathogenic"], of_sample("A")), "a")
    new = record(run(tmp_path / "new", said["pathogenic"], of_sample("B", H275Y)), "b")
    assert of_variant(old, new).cause == "input"


def test_a_confirmation_is_input_whatever_the_software(tmp_path: Path) -> None:
    table = tmp_path / "confirmed.tsv"
    table.write_text(
        "patient\tfinding\tmethod\tresult\tsize\tdate\tby\n"
        "P1\tC9orf72\trepeat-primed PCR\t>145\t\t2026-02-01\tAB\n"
    )
    knowledge = release(tmp_path / "k", "2026-01-01", None)
    old = record(run(tmp_path / "old", knowledge, PEOPLE), "a")
    new = record(run(tmp_path / "new", knowledge, PEOPLE, json.dumps({"confirmations": str(table)})), "b")
    rows = compare_runs(RunFolder(old), RunFolder(new), bundled()).changes
    assert {(row.cause, row.record) for row in rows} == {("input", "confirmations")}
    assert "now_assessed" in {row.kind for row in rows}


def test_what_this_software_does_not_come_to_is_not_derived(said: dict[str, Path], tmp_path: Path) -> None:
    """Both results are of one older software, which judged otherwise."""
    one_star = release(tmp_path / "k", "2026-03-01", ("Pathogenic", 1))
    old = run(tmp_path / "old", said["uncertain"], PEOPLE)
    new = run(tmp_path / "new", one_star, PEOPLE)
    for folder in (old, new):
        findings = folder / "results" / "findings" / "b.0001.jsonl"
        text = findings.read_text().replace('"pipeline":"als-screen 0.1.0"', '"pipeline":"als-screen 0.0.9"')
        findings.write_text(text)
    text = findings.read_text()
    assert text.count('"proposed":"uncertain","basis":"criteria"') == 1
    findings.write_text(
        text.replace('"proposed":"uncertain","basis":"criteria"', '"proposed":"pathogenic","basis":"clinvar"')
    )
    row = of_variant(old, new)
    assert (row.kind, row.cause, row.derived) == ("class_up", "knowledge", "no")
