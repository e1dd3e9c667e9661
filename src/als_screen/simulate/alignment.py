"""Where an aligner would put a read, given where it truly comes from.

The score is that of BWA-MEM (match 1, mismatch -4, gap -6 - 1 a base, 5 for reaching an end of the read), but
only the reference diagonals of the read's own blocks are tried, so the best alignment is found exactly and
quickly: a variant near the end of a read is clipped where an aligner would clip it, gaps are left-aligned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from als_screen.simulate.haplotype import Bases

MATCH, MISMATCH, GAP_OPEN, GAP_EXTEND, END_BONUS = 1, 4, 6, 1, 5

#: Alignments below this score are not reported by BWA-MEM (option -T).
MIN_SCORE = 30

#: No score: below anything that a read can reach.
_NEVER = -10_000


@dataclass(frozen=True, slots=True)
class Alignment:
    """A placed read: 0-based `start` and `end` on the chromosome, edit distance without the clips."""

    start: int
    end: int
    cigar: str
    nm: int
    score: int


@dataclass(frozen=True, slots=True)
class Window:
    """Reference bases from the 0-based chromosome position `start`."""

    start: int
    bases: Bases


def align(read: Bases, diagonals: Sequence[int], reference: Window) -> Alignment | None:
    """Return the best alignment along `diagonals` (read start on the chromosome), in their order.

    None where its score is below `MIN_SCORE`: BWA-MEM would call the read unmapped here.
    """
    weights = [_weights(read, diagonal, reference) for diagonal in diagonals]
    score, back = _fill(weights, diagonals)
    last = len(read) - 1
    ends = [
        (score[k][i] + (END_BONUS if i == last else 0), -i, -k)
        for k in range(len(diagonals))
        for i in range(last + 1)
    ]
    best, i, k = max(ends)
    if best < MIN_SCORE:
        return None
    return _trace(-i, -k, back, weights, diagonals, best)


def _weights(read: Bases, diagonal: int, reference: Window) -> list[int]:
    """Return the score of each read base on a diagonal; beyond the slice nothing matches."""
    weights = [-MISMATCH] * len(read)
    offset = diagonal - reference.start
    low, high = max(0, -offset), min(len(read), len(reference.bases) - offset)
    if low < high:
        same = read[low:high] == reference.bases[offset + low : offset + high]
        weights[low:high] = [MATCH if hit else -MISMATCH for hit in same.tolist()]
    return weights


_Back = list[list[tuple[int, int] | None]]


def _fill(weights: list[list[int]], diagonals: Sequence[int]) -> tuple[list[list[int]], _Back]:
    """Return the best score that ends at each base of each diagonal, and where it came from."""
    length = len(weights[0])
    score = [[_NEVER] * length for _ in diagonals]
    back: _Back = [[None] * length for _ in diagonals]
    for k, row in enumerate(weights):
        jumps = [(j, *_gap(diagonals[k] - diagonals[j])) for j in range(k)]
        for i in range(length):
            best, source = (END_BONUS if i == 0 else 0), None
            if i and score[k][i - 1] >= best:
                best, source = score[k][i - 1], (k, i - 1)
            for j, skipped, cost in jumps:
                before = i - 1 - skipped
                if before >= 0 and score[j][before] - cost > best:
                    best, source = score[j][before] - cost, (j, before)
            score[k][i] = best + row[i]
            back[k][i] = source
    return score, back


def _gap(shift: int) -> tuple[int, int]:
    """Return (read bases skipped, cost) of moving right by `shift` diagonals: an insertion where negative."""
    return max(0, -shift), GAP_OPEN + GAP_EXTEND * abs(shift)


def _trace(
    i: int, k: int, back: _Back, weights: list[list[int]], diagonals: Sequence[int], score: int
) -> Alignment:
    """Walk back from the best end and write down the CIGAR."""
    length = len(weights[0])
    operations = [("S", length - 1 - i)]
    end, edits = diagonals[k] + i + 1, 0
    while True:
        operations.append(("M", 1))
        edits += weights[k][i] < 0
        source = back[k][i]
        if source is None:
            break
        shift = diagonals[k] - diagonals[source[0]]
        operations.append(("D" if shift > 0 else "I", abs(shift)))
        edits += abs(shift)
        k, i = source
    operations.append(("S", i))
    return Alignment(diagonals[k] + i, end, _cigar(reversed(operations)), edits, score)


def _cigar(operations: Iterable[tuple[str, int]]) -> str:
    """Return the CIGAR of single steps; neighbours of one kind are joined, empty ones dropped."""
    joined: list[tuple[str, int]] = []
    for kind, length in operations:
        if not length:
            continue
        if joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + length)
        else:
            joined.append((kind, length))
    return "".join(f"{length}{kind}" for kind, length in joined)
