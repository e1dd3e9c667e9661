"""Which fragments of a haplotype are sequenced, and the bases and qualities of their reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from als_screen.regions import Region
from als_screen.simulate.bases import draw_qualities, put_errors
from als_screen.simulate.haplotype import Bases, Haplotype, encode
from als_screen.simulate.settings import Sequencing

Numbers = NDArray[np.int64]

#: Length of a chimeric end, bases.
_CHIMERA = (10, 50)


@dataclass(frozen=True, slots=True)
class Fragments:
    """Fragments of one haplotype with one read length; `start` on the haplotype, 0-based."""

    read_length: int
    start: Numbers
    length: Numbers
    duplicate: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of fragments."""
        return len(self.start)

    def kept(self, keep: NDArray[np.bool_] | Numbers) -> Fragments:
        """Return the fragments that a mask or a list of indices picks."""
        return Fragments(self.read_length, self.start[keep], self.length[keep], self.duplicate[keep])


@dataclass(frozen=True, slots=True)
class RawReads:
    """The reads of fragments as stored on the + strand: first all forward reads, then all reverse reads.

    `start` is on the haplotype; `clip_left`, `clip_right` are bases of each read that come from elsewhere.
    """

    start: Numbers
    bases: Bases
    qualities: NDArray[np.uint8]
    clip_left: Numbers
    clip_right: Numbers


def draw_fragments(
    rng: np.random.Generator, haplotype: Haplotype, windows: Sequence[Region], settings: Sequencing
) -> Iterator[Fragments]:
    """Yield, by read length, the fragments of which a read touches a window."""
    intervals = [(haplotype.lift(window.start), haplotype.lift(window.end)) for window in windows]
    for read_length in settings.read_lengths:
        drawn = _draw(rng, haplotype, read_length, settings)
        kept = drawn.kept(_touching(drawn, intervals))
        yield _with_duplicates(rng, _without_lost(rng, kept, haplotype, settings), settings)


def sequence_fragments(
    rng: np.random.Generator, fragments: Fragments, haplotype: Haplotype, settings: Sequencing
) -> RawReads:
    """Return the reads of the fragments, with errors and chimeric ends."""
    length = fragments.read_length
    start = np.concatenate([fragments.start, fragments.start + fragments.length - length])
    bases = haplotype.sequence[start[:, None] + np.arange(length)]
    qualities = draw_qualities(rng, len(start), length)
    qualities[len(fragments) :] = qualities[len(fragments) :, ::-1]
    bases, left, right = _with_chimeras(rng, bases, haplotype, settings)
    return RawReads(start, put_errors(rng, bases, qualities), qualities, left, right)


def _draw(
    rng: np.random.Generator, haplotype: Haplotype, read_length: int, settings: Sequencing
) -> Fragments:
    """Draw fragments over the whole haplotype; each read length has its share of the depth."""
    size = len(haplotype.sequence)
    depth = settings.depth / 2 / len(settings.read_lengths)
    number = rng.poisson(depth * size / (2 * read_length))
    length = np.rint(rng.normal(settings.fragment_mean, settings.fragment_sd, number)).astype(np.int64)
    length = np.clip(length, read_length, settings.fragment_longest)
    start = rng.integers(0, size, number)
    inside = start + length <= size
    return Fragments(read_length, start[inside], length[inside], np.zeros(int(inside.sum()), dtype=np.bool_))


def _touching(fragments: Fragments, intervals: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Tell which fragments have a read that overlaps one of the haplotype intervals."""
    touching = np.zeros(len(fragments), dtype=np.bool_)
    reverse = fragments.start + fragments.length - fragments.read_length
    for low, high in intervals:
        for start in (fragments.start, reverse):
            touching |= (start < high) & (start + fragments.read_length > low)
    return touching


def _without_lost(
    rng: np.random.Generator, fragments: Fragments, haplotype: Haplotype, settings: Sequencing
) -> Fragments:
    """Lose a share of the GC-rich fragments."""
    if not settings.gc_loss:
        return fragments
    gc = np.concatenate([[0], np.cumsum(np.isin(haplotype.sequence, encode("GC")))])
    share = (gc[fragments.start + fragments.length] - gc[fragments.start]) / fragments.length
    lost = (share >= settings.gc_rich) & (rng.random(len(fragments)) < settings.gc_loss)
    return fragments.kept(~lost)


def _with_duplicates(rng: np.random.Generator, fragments: Fragments, settings: Sequencing) -> Fragments:
    """Append a second copy of some fragments."""
    copied = fragments.kept(np.flatnonzero(rng.random(len(fragments)) < settings.duplicates))
    return Fragments(
        fragments.read_length,
        np.concatenate([fragments.start, copied.start]),
        np.concatenate([fragments.length, copied.length]),
        np.concatenate([fragments.duplicate, np.ones(len(copied), dtype=np.bool_)]),
    )


def _with_chimeras(
    rng: np.random.Generator, bases: Bases, haplotype: Haplotype, settings: Sequencing
) -> tuple[Bases, Numbers, Numbers]:
    """Replace the left or right end of some reads by bases from another place of the haplotype."""
    number, length = bases.shape
    left, right = np.zeros(number, dtype=np.int64), np.zeros(number, dtype=np.int64)
    for row in np.flatnonzero(rng.random(number) < settings.chimeric):
        clip = int(rng.integers(*_CHIMERA))
        source = int(rng.integers(0, len(haplotype.sequence) - clip))
        foreign = haplotype.sequence[source : source + clip]
        if rng.random() < 0.5:
            bases[row, :clip], left[row] = foreign, clip
        else:
            bases[row, length - clip :], right[row] = foreign, clip
    return bases, left, right
