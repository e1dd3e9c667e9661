from __future__ import annotations

from enum import StrEnum

import pytest

from als_screen import states
from als_screen.evidence import State, Zygosity
from als_screen.interpretation.naming.consequence import SEVERITY
from als_screen.repeat.limits import Limit
from als_screen.reports.cohort.words import SEX
from als_screen.reports.labels import CONSEQUENCES, LABELS, REPEAT_LIMITS, field_label, label
from als_screen.states import SexState

_STATES = [kind for kind in vars(states).values() if isinstance(kind, type) and kind is not StrEnum]


@pytest.mark.parametrize("kind", [*_STATES, State, Zygosity])
def test_every_state_has_a_word(kind: type[StrEnum]) -> None:
    words = SEX if kind is SexState else LABELS[kind]  # the sex of the reads stands on the cohort's page only
    assert set(words) == set(kind)
    assert all(words.values())


def test_the_same_value_has_the_word_of_its_own_kind() -> None:
    assert label(states.Result.UNCERTAIN) == "Uncertain"
    assert label(states.Classification.UNCERTAIN) == "Uncertain significance"
    assert label(State.NOT_ASSESSED) != label(states.GeneState.NOT_ASSESSED)
    assert label(Zygosity.UNKNOWN) == "zygosity unknown"


def test_every_consequence_has_a_word() -> None:
    assert set(CONSEQUENCES) == set(SEVERITY)


def test_every_limit_of_the_repeat_has_a_word() -> None:
    assert set(REPEAT_LIMITS) == set(Limit)


def test_a_value_without_a_word_is_printed_as_it_is() -> None:
    assert field_label("diagnosis", "ALS-FTD") == "ALS-FTD"
    assert field_label("sex", "unknown") == "not stated"
