"""A patient's result in one world and another: each is interpreted once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from als_screen.interpretation.interpret import Interpreter
from als_screen.patient import Patient
from als_screen.reanalysis.trial import Entry, Trial, World, moved_between
from als_screen.resources import bundled
from reanalysis_runs import H275Y, NAME, evidence, interpreter, release


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    folder = tmp_path_factory.mktemp("knowledge")
    one = release(folder / "1", "2026-01-01", ("Uncertain significance", 2))
    other = release(folder / "2", "2026-02-01", ("Pathogenic", 2))
    first = World(Patient("P1"), evidence("P1", H275Y), one, bundled().root, "{}", ())
    return first, replace(first, knowledge=other)


def test_what_moves_is_told_and_every_world_made_once(worlds: tuple[World, World]) -> None:
    first, last = worlds
    made: Counter[Path] = Counter()

    def counted(knowledge: Path, policies: Path, settings: str, entry: Entry | None) -> Interpreter:
        made[knowledge] += 1
        return interpreter(knowledge)

    trial = Trial(first, last, counted)

    def knowledge(one: World, other: World) -> World:
        return replace(one, knowledge=other.knowledge)

    def nothing(one: World, other: World) -> World:
        return one

    assert {(NAME, ""), ("conclusion", "")} <= trial.moved_by(knowledge)
    assert trial.moved_by(nothing) == set()
    assert trial.moved_by(knowledge) == moved_between(trial.report(last), trial.report(first))
    assert made == {first.knowledge: 1, last.knowledge: 1}


def test_data_of_other_objects_are_another_world(worlds: tuple[World, World]) -> None:
    first, _ = worlds
    other = replace(first, evidence=evidence("P1"))
    trial = Trial(first, other, lambda knowledge, *_: interpreter(knowledge))
    assert [len(trial.report(world).variants) for world in (first, other)] == [1, 0]
