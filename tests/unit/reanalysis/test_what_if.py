"""Questions: who would change under another policy, other settings, other knowledge; nothing is written."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.what_if import what_if
from als_screen.resources import bundled
from reanalysis_runs import H275Y, NAME, evidence, release, run

INTRONIC = ("16", 31_188_323 - 60, "T", "C")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    people = {"P1": evidence("P1", H275Y), "P2": evidence("P2", INTRONIC), "P3": evidence("P3")}
    run(folder / "run", release(folder / "k1", "2026-01-01", ("Pathogenic", 2)), people)
    release(folder / "k2", "2026-02-01", ("Benign", 2))
    return folder


def sums(root: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(root)): (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("text", "moved", "why"),
    [
        ("clinvar: {stars: 3}\n", {("P1", NAME), ("P1", "conclusion")}, "two stars are then too few"),
        ("coverage: {splice_bases: 20}\n", set(), "what lies in the intron stays as it is"),
        ("repeat: {prior: population}\n", set(), "nobody has reads"),
        ('{"classes": {"pathogenic": 11}}\n', set(), "JSON, and nobody is near the limit"),
        ("date: 2026-01-01\nversion: '9'\n", set(), "a date of YAML is text"),
        ("coverage: {min_depth: 30}\nclinvar: {stars: 3}\n", {("P1", NAME), ("P1", "conclusion")}, "both"),
        (
            "lost_allele: {sources: []}\nversion: '9'\nclinvar: {stars: 3}\n",
            {("P1", NAME), ("P1", "conclusion")},
            "both policies",
        ),
        ("lost_allele: {sources: []}\nversion: '9'\n", set(), "a version of the repeat policies"),
    ],
)
def test_who_would_change(
    made: Path, tmp_path: Path, text: str, moved: set[tuple[str, str]], why: str
) -> None:
    (tmp_path / "asked.yaml").write_text(text)
    before = sums(made)
    (tmp_path / "scratch").mkdir()
    found = what_if(RunFolder(made / "run"), bundled(), tmp_path / "scratch", tmp_path / "asked.yaml", None)
    assert {(one.patient, change.subject) for one in found for change in one.changes} == moved, why
    assert sums(made) == before


def test_policy_and_knowledge_in_one_question(made: Path, tmp_path: Path) -> None:
    (tmp_path / "asked.yaml").write_text("clinvar: {stars: 3}\n")
    asked = (tmp_path / "asked.yaml", made / "k2")
    (one,) = what_if(RunFolder(made / "run"), bundled(), tmp_path, *asked)
    (change,) = [change for change in one.changes if change.subject == NAME]
    assert (one.patient, change.before, change.after) == ("P1", "pathogenic", "uncertain")


@pytest.mark.parametrize("lost", ["evidence", "knowledge"])
def test_who_cannot_be_told_is_named(made: Path, tmp_path: Path, lost: str) -> None:
    shutil.copytree(made / "run", tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "results" / lost)
    found = list(what_if(RunFolder(tmp_path / "run"), bundled(), tmp_path, None, made / "k2"))
    assert [one.patient for one in found] == ["P1", "P2", "P3"]
    assert all(one.unknown and not one.changes for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "repeat: {prior: x}\n",
        "repeat: {policy: x}\n",
        "coverage: {min_depth: none}\n",
        "coverage: {x: 1}\n",
        "coverage: {x: 1}\nclasses: {pathogenic: 12}\n",
        "coverage: {min_depth: 30}\nclasses: {pathogenic: x}\n",
        "policies: []\n",
        "allow_predictive: true\n",
        "",
    ],
)
def test_what_is_no_policy_is_refused(made: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "asked.yaml").write_text(text)
    asked = what_if(RunFolder(made / "run"), bundled(), tmp_path, tmp_path / "asked.yaml", None)
    with pytest.raises(InputError, match=r"asked\.yaml") as refused:
        list(asked)
    assert "validation error" not in str(refused.value)


def test_an_unfinished_run_is_not_asked(made: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(made / "run", tmp_path / "run")
    for name in ("run.json", "complete.json", "failed.json"):
        (copy / "results" / name).unlink(missing_ok=True)
    with pytest.raises(InputError, match="the run has not finished"):
        list(what_if(RunFolder(copy), bundled(), tmp_path, None, made / "k2"))
