"""Why a result changed: each cause alone, two at once, and what was not kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

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
