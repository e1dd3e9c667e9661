"""Parts of two worlds: each is exchanged alone, and all of one cause together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.interpretation.interpret import PatientEvidence
from als_screen.patient import LibraryKind, Patient
from als_screen.reanalysis.parts import data_group, differing_keys, flat, knowledge_group, policy_group
from als_screen.reanalysis.trial import World
from reanalysis_runs import H275Y, evidence

ONE = {"coverage": {"min_depth": 10}, "repeat": {"policy": "a", "prior": "b"}}
OTHER = {"coverage": {"min_depth": 20}, "repeat": {"policy": "a", "prior": "c"}, "new": {"key": 1}}


def world(row: Patient, found: PatientEvidence, name: str, settings: object) -> World:
    return World(row, found, Path("k", name), Path("p", name), json.dumps(settings, sort_keys=True), ())


FIRST = world(Patient("P1"), evidence("P1"), "old", ONE)
LAST = world(Patient("P1", sex="female", library=LibraryKind.PCR), evidence("P1", H275Y), "new", OTHER)


def mixed(one: Path, other: Path, name: str) -> Path:
    return Path(f"{one}+{name} of {other}")


def test_data_are_exchanged_one_by_one_and_together() -> None:
    group = data_group(("sheet column sex", "sheet column library", "variants"))
    sex = group.parts["sheet column sex"](FIRST, LAST)
    assert (sex.patient.sex, sex.patient.library, sex.evidence) == ("female", "unknown", FIRST.evidence)
    variants = group.parts["variants"](FIRST, LAST)
    assert variants.evidence.variants == LAST.evidence.variants
    assert variants.evidence.check == FIRST.evidence.check
    whole = group.whole(FIRST, LAST)
    assert whole.patient is LAST.patient
    assert whole.evidence is LAST.evidence
    assert (whole.knowledge, whole.settings) == (FIRST.knowledge, FIRST.settings)
    assert data_group(("variants",)).whole(FIRST, LAST).patient is FIRST.patient


def test_a_single_part_is_the_whole() -> None:
    for group in (
        data_group(("variants",)),
        knowledge_group(["clinvar"], mixed),
        policy_group(["acmg_policy"], [], mixed),
    ):
        assert list(group.parts.values()) == [group.whole]


def test_tables_are_exchanged_one_by_one() -> None:
    group = knowledge_group(["clinvar", "gnomad"], mixed)
    assert group.parts["gnomad"](FIRST, LAST).knowledge == Path("k/old+gnomad of k/new")
    assert group.whole(FIRST, LAST).knowledge == Path("k/new")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("coverage.min_depth", {**ONE, "coverage": {"min_depth": 20}}),
        ("repeat.prior", {**ONE, "repeat": {"policy": "a", "prior": "c"}}),
        ("new.key", {**ONE, "new": {"key": 1}}),
    ],
)
def test_settings_are_exchanged_one_by_one(key: str, expected: dict[str, object]) -> None:
    group = policy_group(["repeat_policies"], differing_keys(ONE, OTHER), mixed)
    there = group.parts[key](FIRST, LAST)
    assert (json.loads(there.settings), there.policies) == (expected, Path("p/old"))
    assert group.parts["repeat_policies"](FIRST, LAST).policies == Path("p/old+repeat_policies of p/new")
    assert json.loads(group.whole(FIRST, LAST).settings) == OTHER


def test_a_setting_that_is_gone_is_taken_away() -> None:
    group = policy_group([], differing_keys(OTHER, ONE), mixed)
    assert json.loads(group.parts["new.key"](LAST, FIRST).settings) == {**OTHER, "new": {}}


def test_settings_are_named_by_dotted_keys() -> None:
    assert flat({"a": {"b": 1, "c": {"d": None}}, "e": [1]}) == {"a.b": 1, "a.c.d": None, "e": [1]}
    assert differing_keys(ONE, OTHER) == ["coverage.min_depth", "new.key", "repeat.prior"]
