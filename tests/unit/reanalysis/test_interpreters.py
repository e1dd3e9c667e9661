"""Interpreters of old and new knowledge, policies and settings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from als_screen.reanalysis.interpreters import Interpreters, UnknownSettingsError
from als_screen.reanalysis.trial import Entry
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import Classification
from reanalysis_runs import H275Y, release

POLICIES = ("policies/acmg.json", "repeat/policies.json")


@pytest.fixture
def made(tmp_path: Path) -> Interpreters:
    return Interpreters(bundled(), tmp_path / "scratch")


def test_each_is_made_once_and_names_are_shared(made: Interpreters, tmp_path: Path) -> None:
    one = release(tmp_path / "1", "2026-01-01", None)
    other = release(tmp_path / "2", "2026-02-01", ("Pathogenic", 2))
    first, last = (made.of(knowledge, bundled().root, "{}") for knowledge in (one, other))
    assert made.of(one, bundled().root, "{}") is first
    assert first.annotator.namer is last.annotator.namer
    entry = Entry(other, "clinvar", Build.GRCH38, H275Y)
    with_entry = made.of(one, bundled().root, "{}", entry)
    assert made.of(one, bundled().root, "{}", entry) is with_entry
    classes = [
        found.annotator.describe(Build.GRCH38, Gene.FUS, *H275Y).classification.proposed
        for found in (first, with_entry)
    ]
    assert classes == [Classification.UNCERTAIN, Classification.PATHOGENIC]


@pytest.mark.parametrize("settings", ['{"repeat": {"policy": "none"}}', '{"coverage": {"depth": 1}}'])
def test_settings_that_are_not_known(made: Interpreters, tmp_path: Path, settings: str) -> None:
    with pytest.raises(UnknownSettingsError):
        made.of(release(tmp_path / "1", "2026-01-01", None), bundled().root, settings)


def test_one_policy_is_exchanged(made: Interpreters, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        for name in POLICIES:
            (folder / name).parent.mkdir(parents=True)
            text = json.loads((bundled().root / name).read_bytes())
            (folder / name).write_text(json.dumps({**text, "version": folder.name}))
    found = made.policies_with(folders[0], folders[1], "repeat_policies")
    assert [json.loads((found / name).read_bytes())["version"] for name in POLICIES] == ["one", "other"]
    shutil.rmtree(folders[1])
    assert made.policies_with(folders[0], folders[1], "repeat_policies") == found, "made once"
