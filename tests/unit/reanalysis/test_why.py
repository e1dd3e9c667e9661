"""The causes of a change in words, and what is said where they cannot be derived."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import ChangeRow
from als_screen.reanalysis.reanalyse import compare_runs
from als_screen.reanalysis.why import places
from als_screen.resources import bundled
from reanalysis_runs import H275Y, NAME, evidence, release, run

STRICT = '{"coverage": {"min_depth": 20}}'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    people = {"P1": evidence("P1", H275Y)}
    run(folder / "old", release(folder / "k1", "2026-01-01", ("Uncertain significance", 2)), people)
    run(folder / "new", release(folder / "k2", "2026-02-01", ("Pathogenic", 2)), people)
    run(folder / "both", folder / "k2", people, STRICT)
    return folder


def of_variant(old: Path, new: Path) -> ChangeRow:
    found = compare_runs(RunFolder(old), RunFolder(new), bundled()).changes
    return next(row for row in found if row.subject == NAME)


def test_a_setting_that_moves_nothing_is_no_cause(made: Path) -> None:
    row = of_variant(made / "old", made / "both")
    assert (row.cause, row.derived) == ("knowledge", "yes")
    assert row.record == "ClinVar 2065419: Uncertain significance, 2 stars -> Pathogenic, 2 stars"


def test_where_nothing_is_kept_all_that_differs_is_named(made: Path, tmp_path: Path) -> None:
    for name in ("old", "both"):
        shutil.copytree(made / name, tmp_path / name)
        shutil.rmtree(tmp_path / name / "results" / "evidence")
    row = of_variant(tmp_path / "old", tmp_path / "both")
    assert (row.cause, row.derived) == ("knowledge;policy", "no")
    assert row.record == "clinvar; coverage.min_depth"
    assert (row.old_release, row.new_release) == ("2026-01-01; 10", "2026-02-01; 20")


def test_what_runs_kept_is_looked_at_before_what_is_there_now(made: Path) -> None:
    found = places([RunFolder(made / "old"), RunFolder(made / "new")], bundled())
    for name in ("old", "new"):
        knowledge, policies = found.of(RunFolder(made / name).report("P1").provenance.resources)
        assert knowledge is not None
        assert policies is not None
        assert knowledge.is_relative_to(made / name / "results" / "knowledge")
