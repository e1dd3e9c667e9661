"""Measure the library beside the repeat: depth, read and fragment lengths, loss of GC-rich fragments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from als_screen.evidence import Library
from als_screen.regions import Region
from als_screen.repeat.records import WINDOW, Profile

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Longest fragment that the model considers.
MAX_FRAGMENT = 2000
#: Assumed where too few pairs lie beside the repeat.
DEFAULT_FRAGMENT = (400.0, 100.0)
MIN_PAIRS = 30
BIN = 50
#: Bases beside the repeat that are not used for depth: reads there may be clipped or misplaced.
EDGE = 50
#: Bases at the ends of a sliced file where depth fades out, at most a third of what there is on that side.
SLICE_EDGE = 800
#: Flank closer than this is left out of the depth where enough lies farther: fragments there hold the repeat,
#: and are lost with it.
APART = 500
MIN_BINS = 10
#: GC content, over about a fragment, from which a bin counts as GC-rich.
GC_RICH = 0.64
GC_WINDOW = 400


@dataclass(frozen=True, slots=True)
class Measured:
    """What the window shows of the library.

    Attributes:
        read_length: the most frequent; `shortest`, `longest` leave out the lowest and highest 2 %.
        mean_length: of all reads.
        depth: fragments' bases per position in the flanks, outside GC-rich parts; 0 where nothing is seen.
        fragment_pmf: [length] from 0 to MAX_FRAGMENT, smoothed; without pairs a spike at the read length.
        fragment_mean, fragment_sd: of the measured pairs; None where too few.
        gc_ratio: depth of GC-rich flank over depth elsewhere; None where not covered.
        gc_fragments: fragments behind `gc_ratio`.
        paired: most reads are of pairs.
    """

    read_length: int
    shortest: int
    longest: int
    mean_length: float
    depth: float
    fragment_pmf: Floats
    fragment_mean: float | None
    fragment_sd: float | None
    gc_ratio: float | None
    gc_fragments: float
    paired: bool

    @property
    def pair_rate(self) -> float:
        """Return fragments that start per base of one haplotype."""
        reads_per_fragment = 2.0 if self.paired else 1.0
        return self.depth / (2.0 * reads_per_fragment * self.mean_length) if self.mean_length else 0.0

    def record(self, locus_depth: float, error_rate: float | None = None) -> Library:
        """Return what the evidence file keeps."""
        return Library(
            read_length=self.read_length or None,
            read_length_min=self.shortest or None,
            read_length_max=self.longest or None,
            fragment_length=_rounded(self.fragment_mean, 1),
            fragment_length_sd=_rounded(self.fragment_sd, 1),
            flank_depth=round(self.depth, 2),
            locus_depth=round(locus_depth, 2),
            error_rate=_rounded(error_rate, 5),
            gc_ratio=_rounded(self.gc_ratio, 3),
        )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def measure(profile: Profile, repeat: Region, gc: Floats) -> Measured:
    """Measure the library around `repeat`.

    Args:
        profile: the window's primary reads.
        repeat: the reference copies.
        gc: GC content around each bin of the window, as `gc_of_bins` gives it; NaN where unknown.
    """
    paired = bool(profile.paired > len(profile.lengths) / 2)
    lengths = np.sort(profile.lengths)
    common = int(np.bincount(lengths).argmax()) if len(lengths) else 0
    low, high = (
        int(lengths[int(share * (len(lengths) - 1))]) if len(lengths) else 0 for share in (0.02, 0.98)
    )
    depth, gc_ratio, gc_depth = _depth(profile, repeat, gc)
    mean_length = float(lengths.mean()) if len(lengths) else 0.0
    sizes = _fragment_sizes(profile.spans, repeat) if paired else np.zeros(0, dtype=np.int64)
    enough = len(sizes) >= MIN_PAIRS
    return Measured(
        read_length=common,
        shortest=low,
        longest=high,
        mean_length=mean_length,
        depth=depth,
        fragment_pmf=fragment_pmf(sizes if enough else None, common, paired=paired),
        fragment_mean=float(sizes.mean()) if enough else None,
        fragment_sd=float(sizes.std()) if enough else None,
        gc_ratio=gc_ratio,
        gc_fragments=gc_depth * GC_WINDOW / (2 * mean_length) if mean_length else 0.0,
        paired=paired,
    )


def gc_of_bins(sequence: str, sequence_start: int, repeat: Region) -> Floats:
    """Return the GC content over GC_WINDOW around each bin of the window; NaN beyond `sequence`.

    Args:
        sequence: + strand reference around the repeat.
        sequence_start: its 0-based first position.
        repeat: the reference copies.
    """
    is_gc = np.isin(np.frombuffer(sequence.encode(), dtype=np.uint8), np.frombuffer(b"GC", dtype=np.uint8))
    total = np.concatenate([[0], np.cumsum(is_gc)])
    middle = _bin_starts(repeat) + BIN // 2 - sequence_start
    low, high = middle - GC_WINDOW // 2, middle + GC_WINDOW // 2
    inside = (low >= 0) & (high <= len(sequence))
    low, high = np.clip(low, 0, len(sequence)), np.clip(high, 0, len(sequence))
    return np.asarray(np.where(inside, (total[high] - total[low]) / GC_WINDOW, np.nan), dtype=np.float64)


def _bin_starts(repeat: Region) -> Ints:
    left = np.arange(repeat.start - EDGE - BIN, repeat.start - WINDOW, -BIN)[::-1]
    right = np.arange(repeat.end + EDGE, repeat.end + WINDOW - BIN, BIN)
    return np.concatenate([left, right]).astype(np.int64)


def _depth(profile: Profile, repeat: Region, gc: Floats) -> tuple[float, float | None, float]:
    """Return flank depth, the ratio of GC-rich depth to it, and the GC-rich depth."""
    bins = _bin_starts(repeat)
    depth = _bin_depths(profile, bins)
    covered = _covered(depth, bins, repeat)
    usable = covered & ~(gc >= GC_RICH)
    apart = usable & (np.abs(bins - repeat.start) > APART)
    plain = depth[apart if apart.sum() >= MIN_BINS else usable]
    rich = depth[covered & (gc >= GC_RICH)]
    if not len(plain):
        return (float(rich.mean()) if len(rich) else 0.0), None, 0.0
    level = _robust_mean(plain)
    if not len(rich) or level == 0:
        return level, None, 0.0
    return level, float(rich.mean()) / level, float(rich.mean())


def _robust_mean(depth: Floats) -> float:
    """Return the mean without bins far from the median (deletions, duplications, collapsed repeats)."""
    middle = float(np.median(depth))
    near = depth[(depth >= 0.4 * middle) & (depth <= 2.0 * middle)]
    return float(near.mean()) if len(near) else middle


def _bin_depths(profile: Profile, bins: Ints) -> Floats:
    """Return the mean depth of each bin."""
    starts, ends = np.sort(profile.starts), np.sort(profile.ends)
    edges = np.concatenate([bins, bins + BIN])
    return (
        _bases_before(starts, ends, edges)[len(bins) :] / BIN
        - _bases_before(starts, ends, edges)[: len(bins)] / BIN
    )


def _bases_before(starts: Ints, ends: Ints, positions: Ints) -> Floats:
    """Return the aligned bases to the left of each position."""
    return _below(starts, positions) - _below(ends, positions)


def _below(values: Ints, positions: Ints) -> Floats:
    """Return the sum of max(0, position - value) over sorted values."""
    number = np.searchsorted(values, positions)
    total = np.concatenate([[0], np.cumsum(values)])[number]
    return np.asarray(number * positions - total, dtype=np.float64)


def _covered(depth: Floats, bins: Ints, repeat: Region) -> npt.NDArray[np.bool_]:
    """Return the bins within the file's slice: outside it, on either side, nothing is covered at all."""
    seen = depth > 0
    left, right = bins < repeat.start, bins >= repeat.end
    first = bins[seen & left].min() if (seen & left).any() else repeat.start
    last = bins[seen & right].max() if (seen & right).any() else repeat.end
    first += min(SLICE_EDGE, (repeat.start - first) // 3) if first > bins.min() else 0
    last -= min(SLICE_EDGE, (last - repeat.end) // 3) if last < bins.max() else 0
    inside: npt.NDArray[np.bool_] = (bins >= first) & (bins <= last)
    return inside


def _fragment_sizes(spans: Ints, repeat: Region) -> Ints:
    """Return the lengths of pairs beside the repeat.

    A long pair has fewer places between the window's ends and the repeat than a short one. Only pairs that
    begin where nearly every length would fit are taken, so that none is favoured.
    """
    sizes = spans[:, 1] - spans[:, 0]
    spans, sizes = (rows[(sizes > 0) & (sizes < MAX_FRAGMENT)] for rows in (spans, sizes))
    if not len(sizes):
        return sizes
    longest = float(np.quantile(sizes, 0.99))
    left = (spans[:, 0] <= repeat.start - longest) & (spans[:, 1] <= repeat.start)
    right = (spans[:, 0] >= repeat.end) & (spans[:, 0] <= spans[:, 1].max() - longest)
    return np.asarray(sizes[left | right], dtype=np.int64)


def fragment_pmf(sizes: Ints | None, read_length: int, *, paired: bool) -> Floats:
    """Return the distribution of fragment lengths from 0 to MAX_FRAGMENT.

    The measured lengths are smoothed by a Gaussian kernel, with a few per cent of a broad component so
    that no length is impossible. Without `sizes` a normal one is assumed; unpaired reads are their fragments.
    """
    grid = np.arange(MAX_FRAGMENT + 1, dtype=np.float64)
    if not paired:
        return np.asarray(grid == min(read_length, MAX_FRAGMENT), dtype=np.float64)
    if sizes is None:
        mean, sd = max(DEFAULT_FRAGMENT[0], 1.5 * read_length), DEFAULT_FRAGMENT[1]
        return _normal(grid, mean, sd)
    mean, sd = float(sizes.mean()), max(float(sizes.std()), 5.0)
    width = max(1.06 * sd * len(sizes) ** -0.2, 3.0)
    counts = np.bincount(sizes, minlength=MAX_FRAGMENT + 1).astype(np.float64)
    offsets = np.arange(-int(4 * width), int(4 * width) + 1)
    kernel = np.exp(-0.5 * (offsets / width) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="same") / len(sizes)
    result = 0.97 * smooth + 0.03 * _normal(grid, mean, 2.5 * sd)
    return np.asarray(result / result.sum(), dtype=np.float64)


def _normal(grid: Floats, mean: float, sd: float) -> Floats:
    density = np.exp(-0.5 * ((grid - mean) / sd) ** 2)
    return np.asarray(density / density.sum(), dtype=np.float64)
