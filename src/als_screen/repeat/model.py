"""The likelihood of the reads for every pair of allele sizes.

Fragments fall on each haplotype as a Poisson process whose rate is measured in the flanks. For one allele of
n units, the density of a fragment is the sum over every way its reads can lie on that allele, weighted by the
fragment-length distribution; for a pair of alleles the densities add. Three kinds of fragment are counted
against their expected number: with flank in both reads, with one read wholly in the repeat, with both. Each
kind may be over- or under-represented in this library (GC loss, mapping), so its efficiency is integrated
out: one for the first kind, another, tied to it, for the rest, and a gamma spread for pairs in the repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, logsumexp

from als_screen.repeat.fragments import Fragment, Placed
from als_screen.repeat.library import MAX_FRAGMENT, Measured
from als_screen.repeat.realign import Kind, Placements

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Every size up to here is on the grid; above, steps of 5 %.
FINE_SIZES = 70
LARGEST = 5000
STEP = 1.05
#: A fragment that the pair does not explain costs no more than this (contamination, chimeras, misalignment).
BACKGROUND = 1e-3
#: Chance that a spanning read shows one unit more or less than its allele has.
STUTTER = 0.01
#: Spread (natural log) of the efficiency of fragments at the locus around that of GC-rich flank. Simulated
#: libraries without GC loss have 0.03 beyond counting; real ones are given four times as much.
SPREAD_LOCUS = 0.12
#: Efficiency of reads in the repeat against that of the locus: share, mean and spread (natural log) of
#: libraries that treat them alike (0.09 to 0.13 beyond counting in simulated ones, 250 of a kind and 400 of
#: any), and of libraries that lose more of them than flanks tell.
REPEAT_EFFICIENCY = ((0.9, 0.0, 0.15), (0.1, -0.5, 0.4))
#: Distance (natural log) of the efficiencies over which is summed.
NODE_STEP = 0.10
#: Pairs that explain the fragments this much worse than the best (natural log) are not weighed further.
PRUNE = 60.0
#: Shape of the gamma spread of the number of pairs in the repeat: relative SD 1 / sqrt(shape).
PAIR_SHAPE = 40.0
#: Pairs of sizes less likely than this (log10, against the best) are not kept.
KEEP_LOG10 = -8.0


def size_grid() -> Ints:
    """Return the allele sizes, in units, on which the likelihood is computed."""
    sizes = list(range(FINE_SIZES + 1))
    while sizes[-1] < LARGEST:
        sizes.append(max(sizes[-1] + 1, round(sizes[-1] * STEP)))
    return np.array(sizes, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Log10 likelihood of pairs of sizes, relative to the best.

    Attributes:
        sizes: the grid.
        pairs: [i, j]: log10 likelihood of the pair sizes[i] <= sizes[j]; -inf below the diagonal.
        lost: log10 likelihood that one allele gives no reads at all, on the same scale.
    """

    sizes: Ints
    pairs: Floats
    lost: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected fragments of an allele of each size at efficiency 1: one array over the grid a kind."""

    flanked: Floats
    one_inside: Floats
    both_inside: Floats


def expected(sizes: Ints, library: Measured, hidden: int) -> Expected:
    """Return the expected number of fragments of each kind per haplotype.

    `hidden` is the number of flank bases that look like repeat: a read with no more of them than that
    counts as in the repeat.
    """
    repeat, read = 6 * sizes, library.read_length
    pmf = library.fragment_pmf.copy()
    pmf[read] += pmf[:read].sum()  # a fragment shorter than its reads is read whole
    pmf[:read] = 0.0
    every = repeat + float(pmf @ np.arange(MAX_FRAGMENT + 1)) - 1
    both = _mean_room(repeat + hidden, pmf)
    one = 2.0 * np.maximum(repeat + hidden - read + 1, 0) - 2.0 * both
    rate = library.pair_rate
    return Expected(rate * (every - one - both), rate * one, rate * both)


def _mean_room(room: Ints, pmf: Floats) -> Floats:
    """Return the mean number of places of a fragment within `room` bases."""
    places = np.cumsum(np.cumsum(pmf))
    within = np.minimum(room, MAX_FRAGMENT)
    return np.asarray(places[within] + (room - within) * pmf.sum(), dtype=np.float64)


def densities(fragments: tuple[Fragment, ...], sizes: Ints, pmf: Floats) -> Floats:
    """Return [fragment, size]: density of each fragment on an allele, scaled to a maximum of 1."""
    cumulated = np.concatenate([[0.0], np.cumsum(pmf)])
    room = _mean_room(6 * sizes, pmf)
    rows = [_density(fragment, sizes, pmf, cumulated, room) for fragment in fragments]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(sizes))
    top = table.max(axis=1, keepdims=True) if len(rows) else table
    known = (top > 0).ravel()
    return np.asarray(table[known] / top[known], dtype=np.float64)


def _density(fragment: Fragment, sizes: Ints, pmf: Floats, cumulated: Floats, room: Floats) -> Floats:
    left, right = fragment.left, fragment.right
    if left is None or right is None:
        (only,) = fragment.reads
        return _single(only, sizes)
    return _paired(left, right, sizes, pmf, cumulated) + left.inside * right.inside * room


def _single(read: Placements, sizes: Ints) -> Floats:
    """Return the density of a read whose mate is not known."""
    room = np.maximum(6 * sizes - read.length + 1, 0)
    return np.asarray(_weights(read, sizes).sum(axis=0) + read.inside * room, dtype=np.float64)


def _weights(read: Placements, sizes: Ints) -> Floats:
    """Return [placement, size]: weight of a placement on an allele of each size."""
    units, spanning = read.units[:, None], (read.kind == Kind.SPANNING)[:, None]
    apart = np.abs(sizes[None, :] - units)
    exact = np.where(apart == 0, 1.0 - STUTTER, np.where(apart == 1, STUTTER / 2, 0.0))
    open_ended = (sizes[None, :] >= units).astype(np.float64)
    return np.asarray(read.weight[:, None] * np.where(spanning, exact, open_ended), dtype=np.float64)


def _starts(read: Placements, sizes: Ints) -> Ints:
    """Return [placement, size]: first base of the read, from the repeat's first base."""
    from_end = (read.kind == Kind.RIGHT)[:, None]
    return np.asarray(read.start[:, None] + np.where(from_end, 6 * sizes[None, :], 0), dtype=np.int64)


def _paired(left: Placements, right: Placements, sizes: Ints, pmf: Floats, cumulated: Floats) -> Floats:
    """Return the density of a pair, summed over the ways both reads can lie."""
    start, end = _starts(left, sizes), _starts(right, sizes) + right.length
    left_weight, right_weight = _weights(left, sizes), _weights(right, sizes)
    length = end[None, :, :] - start[:, None, :]
    inside = (length >= 0) & (length <= MAX_FRAGMENT)
    chance = np.where(inside, pmf[np.clip(length, 0, MAX_FRAGMENT)], 0.0)
    total = np.einsum("an,bn,abn->n", left_weight, right_weight, chance)
    if right.inside > 0:
        ends = _between(cumulated, right.length - start, 6 * sizes[None, :] - start)
        total += right.inside * (left_weight * ends).sum(axis=0)
    if left.inside > 0:
        starts = _between(cumulated, end - (6 * sizes[None, :] - left.length), end)
        total += left.inside * (right_weight * starts).sum(axis=0)
    return np.asarray(total, dtype=np.float64)


def _between(cumulated: Floats, low: Ints, high: Ints) -> Floats:
    """Return the chance of a fragment length from `low` to `high`, inclusive; 0 where empty."""
    first = np.clip(low, 0, MAX_FRAGMENT + 1)
    last = np.clip(high + 1, 0, MAX_FRAGMENT + 1)
    return np.asarray(np.where(high >= low, np.maximum(cumulated[last] - cumulated[first], 0.0), 0.0))


def posterior(
    placed: Placed, library: Measured, hidden: int, *, pairs_seen: bool, mates_seen: bool = True
) -> Posterior:
    """Return the likelihood over pairs of sizes.

    Args:
        placed: the fragments.
        library: rate and fragment lengths.
        hidden: flank bases that look like repeat.
        pairs_seen: pairs wholly in the repeat would be in the file (off-target regions are there).
        mates_seen: so would mates in the repeat of reads beside it; else their number says nothing.
    """
    sizes = size_grid()
    fragments = placed.fragments if library.paired else _without_inside(placed.fragments)
    density = densities(fragments, sizes, library.fragment_pmf)
    want = expected(sizes, library, hidden)
    one_inside = sum(1 for fragment in fragments if fragment.in_repeat == 1)
    seen = _Counts(
        len(density) - one_inside,
        one_inside if mates_seen else None,
        placed.in_repeat_pairs if pairs_seen else None,
    )
    centre = _efficiency(library)
    explained = _explained(density)
    i, j = np.nonzero(explained > explained.max() - PRUNE)
    pairs = np.full(explained.shape, -np.inf)
    pairs[i, j] = explained[i, j] + _counted(_sum_kinds(want, i, j), seen, centre)
    alone = np.log(density + BACKGROUND).sum(axis=0) + _counted(want, seen, centre)
    best = float(pairs.max())
    return Posterior(sizes, (pairs - best) / np.log(10.0), float(alone.max() - best) / float(np.log(10.0)))


def _without_inside(fragments: tuple[Fragment, ...]) -> tuple[Fragment, ...]:
    """Return the fragments without in-repeat reads: unpaired, those have no anchor and are not all found."""
    return tuple(fragment for fragment in fragments if not fragment.in_repeat)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Fragments seen of each kind; None where the file cannot show them."""

    flanked: int
    one: int | None
    both: int | None


def _efficiency(library: Measured) -> float:
    """Return the expected log efficiency of the locus: that of GC-rich flank, shrunk where little is seen."""
    if library.gc_ratio is None or library.gc_fragments <= 0:
        return 0.0
    trust = library.gc_fragments / (library.gc_fragments + 10.0)
    return trust * float(np.log(min(max(library.gc_ratio, 0.1), 1.5)))


def _explained(density: Floats) -> Floats:
    """Return [i, j]: how well each pair of sizes explains the fragments, natural log."""
    padded = (density + BACKGROUND / 2).astype(np.float32)
    size = density.shape[1]
    result = np.full((size, size), -np.inf)
    for i in range(size):
        result[i, i:] = np.log(padded[:, i : i + 1] + padded[:, i:]).sum(axis=0, dtype=np.float64)
    return result


def _sum_kinds(want: Expected, i: Ints, j: Ints) -> Expected:
    return Expected(
        want.flanked[i] + want.flanked[j],
        want.one_inside[i] + want.one_inside[j],
        want.both_inside[i] + want.both_inside[j],
    )


def _counted(want: Expected, seen: _Counts, centre: float) -> Floats:
    """Return the log-likelihood of the numbers seen, over the efficiencies, for each entry of `want`."""
    locus = _nodes(0.0, SPREAD_LOCUS)
    low, high = (float(np.add(*limits)) for limits in zip(_span(locus), _span(_ratios()), strict=True))
    levels = np.arange(round(low / NODE_STEP), round(high / NODE_STEP) + 1) * NODE_STEP
    inside = np.array([_inside_counted(want, seen, centre + level) for level in levels])
    top = inside.max(axis=0)
    mixing = _ratio_density(levels[None, :] - locus[:, None])
    given_locus = np.log(mixing @ np.exp(inside - top) + 1e-300) + top
    log_locus = (centre + locus)[:, None]
    flanked = seen.flanked * log_locus - np.exp(log_locus) * want.flanked[None, :]
    total = given_locus + flanked + _log_normal(locus, SPREAD_LOCUS)[:, None]
    return np.asarray(logsumexp(total, axis=0), dtype=np.float64)


def _inside_counted(want: Expected, seen: _Counts, log_efficiency: float) -> Floats:
    """Return the log-likelihood of the numbers of fragments in the repeat, at one efficiency."""
    one = np.zeros(len(want.one_inside))
    if seen.one is not None:
        one = seen.one * log_efficiency - np.exp(log_efficiency) * want.one_inside
    if seen.both is None:
        return np.asarray(one, dtype=np.float64)
    mean = np.exp(log_efficiency) * want.both_inside + BACKGROUND
    k, count = PAIR_SHAPE, seen.both
    both = (
        gammaln(count + k)
        - gammaln(k)
        + k * np.log(k)
        + count * np.log(mean)
        - (count + k) * np.log(mean + k)
    )
    return np.asarray(one + both, dtype=np.float64)


def _nodes(mean: float, spread: float) -> Floats:
    """Return multiples of NODE_STEP within about 3.5 spreads of the mean."""
    low, high = round((mean - 3.5 * spread) / NODE_STEP), round((mean + 3.5 * spread) / NODE_STEP)
    return np.asarray(np.arange(low, high + 1) * NODE_STEP, dtype=np.float64)


def _ratios() -> Floats:
    """Return the log ratios of repeat efficiency to locus efficiency over which is summed."""
    return np.unique(np.concatenate([_nodes(mean, spread) for _, mean, spread in REPEAT_EFFICIENCY]).round(6))


def _span(values: Floats) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _ratio_density(values: Floats) -> Floats:
    """Return weights of log ratios NODE_STEP apart."""
    parts = [share * np.exp(_log_normal(values - mean, spread)) for share, mean, spread in REPEAT_EFFICIENCY]
    return np.asarray(sum(parts), dtype=np.float64)


def _log_normal(values: Floats, spread: float) -> Floats:
    """Return log weights of a normal distribution on values NODE_STEP apart."""
    return np.asarray(-0.5 * (values / spread) ** 2 + np.log(NODE_STEP / (spread * 2.5066)), dtype=np.float64)


def sparse(posterior: Posterior) -> tuple[tuple[int, int, float], ...]:
    """Return `[short, long, log10]` of the pairs worth keeping, in the order of sizes."""
    i, j = np.nonzero(posterior.pairs >= KEEP_LOG10)
    values = np.round(posterior.pairs[i, j], 3)
    sizes = posterior.sizes
    return tuple((int(sizes[a]), int(sizes[b]), float(v)) for a, b, v in zip(i, j, values, strict=True))
