from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from als_screen.simulate.haplotype import encode
from als_screen.simulate.pairs import RawPair, make_pair
from als_screen.simulate.placement import Place, Places

FORWARD = Place("21", 1000, 1100, "100M", 0, 60)
REVERSE = Place("21", 1300, 1400, "100M", 0, 60)
ELSEWHERE = Place("2", 5000, 5060, "40S60M", 1, 0)
FLIPPED = replace(ELSEWHERE, flipped=True)
RAW = RawPair(
    (encode("A" * 99 + "C"), encode("G" * 99 + "T")),
    (np.full(100, 37, dtype=np.uint8), np.array([2] + [37] * 99, dtype=np.uint8)),
    forward_first=True,
    duplicate=False,
    haplotype=1,
    longest=720,
)


@pytest.mark.parametrize(
    ("places", "flags", "length"),
    [
        pytest.param((FORWARD, REVERSE), (99, 147), 400, id="proper pair"),
        pytest.param((FORWARD, replace(REVERSE, start=3000, end=3100)), (97, 145), 2100, id="too far apart"),
        pytest.param((FORWARD, ELSEWHERE), (97, 145), 0, id="mate on another chromosome"),
        pytest.param((FORWARD, FLIPPED), (65, 129), 0, id="mate on the other strand there"),
        pytest.param((FORWARD, None), (73, 133), 0, id="mate unmapped"),
        pytest.param((None, REVERSE), (101, 153), 0, id="forward read unmapped"),
        pytest.param((None, None), (77, 141), 0, id="both unmapped"),
        pytest.param((FLIPPED, FLIPPED), (83, 163), -60, id="both at one place of the other strand"),
    ],
)
def test_flags_are_those_of_an_aligner(places: Places, flags: tuple[int, int], length: int) -> None:
    first, second = make_pair("x", RAW, places)
    assert (first.flag, second.flag) == flags
    assert (first.template_length, second.template_length) == (length, -length)


def test_read_1_can_be_the_reverse_read() -> None:
    first, second = make_pair("x", replace(RAW, forward_first=False), (FORWARD, REVERSE))
    assert (first.flag, second.flag) == (163, 83)


def test_an_unmapped_read_lies_beside_its_mate_as_it_was_sequenced() -> None:
    mapped, unmapped = make_pair("x", RAW, (FORWARD, None))
    assert (unmapped.chrom, unmapped.start, unmapped.cigar) == ("21", 1000, "*")
    assert mapped.mate_place == ("21", 1000)
    assert mapped.mate_cigar is None
    assert unmapped.mate_cigar == "100M"
    assert unmapped.sequence == "A" + "C" * 99
    assert unmapped.qualities == "F" * 99 + "#"


def test_a_read_on_the_other_strand_of_another_place_is_turned() -> None:
    _, flipped = make_pair("x", RAW, (FORWARD, FLIPPED))
    _, same = make_pair("x", RAW, (FORWARD, ELSEWHERE))
    assert same.sequence == "G" * 99 + "T"
    assert flipped.sequence == "A" + "C" * 99


@pytest.mark.parametrize(("places", "flagged"), [((FORWARD, REVERSE), True), ((FORWARD, None), False)])
def test_only_a_placed_pair_is_known_for_a_duplicate(places: Places, flagged: bool) -> None:
    lines = make_pair("x", replace(RAW, duplicate=True), places)
    assert [line.is_duplicate for line in lines] == [flagged, flagged]
