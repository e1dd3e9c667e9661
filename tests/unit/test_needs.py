from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.needs import NEEDS, Need
from als_screen.stages import STAGE_VERSIONS


def test_memory_and_time_of_a_batch() -> None:
    need = Need(seconds=30, worker_mb=300, patient_mb=2)
    assert need.mem_mb(50, workers=4, attempt=1) == 500 + 4 * 300 + 50 * 2
    assert need.minutes(50, workers=4, attempt=1) == 17, "10, and 50 patients of half a minute by four"


@given(st.sampled_from(sorted(NEEDS)), st.integers(1, 10_000), st.integers(1, 32), st.integers(1, 3))
def test_another_attempt_asks_for_twice_as_much(
    stage: str, patients: int, workers: int, attempt: int
) -> None:
    need = NEEDS[stage]
    for asked in (need.mem_mb, need.minutes):
        first, again = asked(patients, workers, attempt), asked(patients, workers, attempt + 1)
        assert 2 * first - 1 <= again <= 2 * first


@pytest.mark.parametrize("stage", NEEDS)
def test_every_need_is_of_a_stage(stage: str) -> None:
    assert stage in STAGE_VERSIONS
