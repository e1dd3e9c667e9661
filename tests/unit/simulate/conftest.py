"""Two sequenced people, made once."""

from __future__ import annotations

import pytest

from als_screen.simulate.pairs import Read
from als_screen.simulate.reads import sequence_person
from als_screen.simulate.settings import Sequencing
from simulated_people import CARRIER, EXPANDED


@pytest.fixture(scope="session")
def carrier_reads() -> list[Read]:
    return sequence_person(CARRIER, Sequencing(), "carrier")


@pytest.fixture(scope="session")
def expanded_reads() -> list[Read]:
    return sequence_person(EXPANDED, Sequencing(), "expanded")
