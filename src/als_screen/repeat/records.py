"""What reads of the repeat are, wherever they come from: the reader makes these, the model takes them.

Coordinates are 0-based half-open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.int64]

#: Bases on each side of the repeat that are read for depth, read and fragment lengths.
WINDOW = 5000
_COMPLEMENT = bytes.maketrans(b"ACGTN", b"TGCAN")


@dataclass(frozen=True, slots=True)
class Read:
    """One read of a fragment, in the orientation in which it was sequenced unless `placed`.

    Attributes:
        first: read 1 of its pair.
        placed: aligned in the window; then `bases` are on the + strand and `start`, `end` are where the
            whole read lies, soft clips included.
        reverse: sequenced from the - strand (placed reads only).
        clean: aligned without clip and indel.
        qualities: Phred scores.
        cigar: as in the file (placed reads only).
    """

    name: str
    first: bool
    placed: bool
    reverse: bool
    start: int
    end: int
    clean: bool
    bases: bytes
    qualities: bytes
    cigar: str = ""

    def flipped(self) -> Read:
        """Return the read as its reverse complement."""
        return Read(
            self.name,
            self.first,
            self.placed,
            not self.reverse,
            self.start,
            self.end,
            self.clean,
            self.bases.translate(_COMPLEMENT)[::-1],
            self.qualities[::-1],
            self.cigar,
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """All primary reads of the window that are no duplicates, for depth and lengths.

    Attributes:
        starts, ends: of the aligned part.
        lengths: bases sequenced.
        spans: start and end of pairs with both reads in the window and facing each other, one row a pair.
        paired: reads with the paired flag.
        unsure: reads with mapping quality 0.
    """

    starts: Array
    ends: Array
    lengths: Array
    spans: Array
    paired: int
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class LocusReads:
    """What one file shows.

    Attributes:
        fragments: reads of each fragment that touches, encloses or points into the repeat.
        strays: reads elsewhere that may lie inside an expansion, by fragment.
        off_target_reads: reads seen in the off-target regions, of any kind.
        duplicates: duplicates in the window.
        missing_mates: fragments pointing into the repeat whose mate is not in the file.
        distant_missing: those of them whose mate should be far away, where reads of an expansion lie.
        unmapped_repeat: fragments of `fragments` whose mate is unmapped and looks like repeat.
        unplaced_seen: the reads without a place were searched, to the last.
    """

    fragments: tuple[tuple[Read, ...], ...]
    strays: tuple[tuple[Read, ...], ...]
    profile: Profile
    off_target_reads: int
    duplicates: int
    missing_mates: int
    distant_missing: int
    unmapped_repeat: int
    unplaced_seen: bool = False
