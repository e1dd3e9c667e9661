from __future__ import annotations

import numpy as np
import pytest

from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.alignment import Window, align
from als_screen.simulate.haplotype import encode

PART = bundled().slices(Build.GRCH38)[Gene.SOD1]
START = PART.region.start + 5000
WINDOW = Window(PART.region.start, encode(PART.sequence))


def ref(start: int, end: int) -> str:
    return PART.fetch(START + start, START + end)


def other(base: str) -> str:
    return "A" if base != "A" else "C"


@pytest.mark.parametrize(
    ("read", "diagonals", "cigar", "start", "nm"),
    [
        pytest.param(ref(0, 100), [0], "100M", 0, 0, id="plain"),
        pytest.param(ref(0, 50) + ref(53, 103), [0, 3], "50M3D50M", 0, 3, id="deletion"),
        pytest.param(ref(0, 95) + ref(98, 103), [0, 3], "95M5S", 0, 0, id="deletion 5 bases from the end"),
        pytest.param(ref(0, 5) + ref(8, 103), [0, 3], "5S95M", 8, 0, id="deletion 5 bases from the start"),
        pytest.param(ref(0, 2) + other(ref(2, 3)) + ref(3, 100), [0], "100M", 0, 1, id="error near the end"),
        pytest.param(ref(0, 70) + "ACGT" * 8, [0], "70M32S", 0, 0, id="foreign end"),
    ],
)
def test_cigar_is_that_of_bwa_mem(read: str, diagonals: list[int], cigar: str, start: int, nm: int) -> None:
    found = align(encode(read), [START + shift for shift in diagonals], WINDOW)
    assert found is not None
    # A clip or a gap may move by bases that happen to agree with the reference.
    assert found.nm == nm
    assert _shape(found.cigar) == _shape(cigar)
    assert abs(found.start - START - start) <= 2


def _shape(cigar: str) -> str:
    return "".join(letter for letter in cigar if letter.isalpha())


def test_an_insertion_is_left_aligned() -> None:
    # Any place within the run of one base gives the same read; the leftmost is written.
    run = "GATTC" + "A" * 6 + "CTGAC"
    reference = Window(0, encode("ACGTTGCA" * 6 + run + "TGCATCAG" * 6))
    place = 48 + 5
    bases = reference.bases.tobytes().decode()
    read = bases[:place] + "A" + bases[place:]
    found = align(encode(read), [0, -1], reference)
    assert found is not None
    assert found.cigar == f"{place}M1I{len(bases) - place}M"


def test_a_read_from_elsewhere_is_unmapped() -> None:
    rng = np.random.default_rng(1)
    assert align(encode("".join(rng.choice(list("ACGT"), 150))), [START], WINDOW) is None


def test_beyond_the_slice_nothing_matches() -> None:
    end = PART.region.end
    read = PART.fetch(end - 60, end) + "A" * 40
    found = align(encode(read), [end - 60], WINDOW)
    assert found is not None
    assert (found.cigar, found.end) == ("60M40S", end)
