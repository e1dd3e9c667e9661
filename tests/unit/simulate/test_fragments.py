from __future__ import annotations

import numpy as np
import pytest

from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from als_screen.simulate.fragments import draw_fragments, sequence_fragments
from als_screen.simulate.haplotype import build_haplotype
from als_screen.simulate.settings import Sequencing

PART = bundled().slices(Build.GRCH38)[Gene.SOD1]
HAPLOTYPE = build_haplotype(PART, [])
WINDOW = Region("21", 31_663_000, 31_665_000)


@pytest.mark.parametrize(
    ("settings", "mean"),
    [
        pytest.param(Sequencing(depth=400), 400, id="default"),
        pytest.param(Sequencing(depth=400, fragment_mean=300, fragment_sd=30), 300, id="short"),
    ],
)
def test_fragments_have_the_lengths_asked_for_and_touch_the_window(settings: Sequencing, mean: float) -> None:
    (fragments,) = draw_fragments(np.random.default_rng(1), HAPLOTYPE, [WINDOW], settings)
    low, high = HAPLOTYPE.lift(WINDOW.start), HAPLOTYPE.lift(WINDOW.end)
    end = fragments.start + fragments.length
    assert abs(fragments.length.mean() - mean) < 10
    assert fragments.length.min() >= 150
    assert fragments.length.max() <= settings.fragment_longest
    assert ((fragments.start < high) & (end > low)).all()


def test_reads_are_the_two_ends_of_their_fragment() -> None:
    settings = Sequencing(depth=100, chimeric=0)
    rng = np.random.default_rng(2)
    (fragments,) = draw_fragments(rng, HAPLOTYPE, [WINDOW], settings)
    raw = sequence_fragments(rng, fragments, HAPLOTYPE, settings)
    number = len(fragments)
    assert (raw.start[:number] == fragments.start).all()
    assert (raw.start[number:] + 150 == fragments.start + fragments.length).all()
    truth = HAPLOTYPE.sequence[raw.start[:, None] + np.arange(150)]
    assert 0.001 < (raw.bases != truth).mean() < 0.01
    # Qualities fall in the order of sequencing: to the right in forward reads, to the left in reverse reads.
    assert raw.qualities[:number, :20].mean() > raw.qualities[:number, -20:].mean()
    assert raw.qualities[number:, :20].mean() < raw.qualities[number:, -20:].mean()


def test_chimeric_ends_come_from_elsewhere() -> None:
    settings = Sequencing(depth=100, chimeric=0.5)
    rng = np.random.default_rng(3)
    (fragments,) = draw_fragments(rng, HAPLOTYPE, [WINDOW], settings)
    raw = sequence_fragments(rng, fragments, HAPLOTYPE, settings)
    truth = HAPLOTYPE.sequence[raw.start[:, None] + np.arange(150)]
    clipped = raw.clip_left + raw.clip_right
    assert 0.4 < (clipped > 0).mean() < 0.6
    assert (raw.bases != truth)[clipped > 40].mean() > 10 * (raw.bases != truth)[clipped == 0].mean()
