"""The reads that pictures are drawn from, kept as evidence: `repeat_reads.jsonl` and `variant_reads.jsonl`.

Reports draw from these and never open a patient's BAM. No read name is kept. What is kept of a deep file
is a sample that depends on the reads alone, and how many were left out is said.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from als_screen.evidence import SCHEMA_VERSION, ReadCount, Record, State
from als_screen.regions import Build

#: Bases of lower quality are written in lower case (Phred).
GOOD_QUALITY = 20


class Lies(StrEnum):
    """How a read lies against the repeat."""

    SPANNING = "spanning"
    LEFT = "left"  # left flank and repeat
    RIGHT = "right"  # repeat and right flank
    INSIDE = "inside"  # repeat only


class RepeatRead(Record):
    """One read that touches the repeat, on the + strand.

    Attributes:
        start: of the read, counted from the first base of the repeat (spanning, left) or from its end
            (right); for `inside` the base of the motif, 0 to 5, that the read begins with.
        units: exact for spanning, else the least number that it shows.
        reverse: sequenced from the - strand.
        bases: lower case where the quality is below `GOOD_QUALITY`.
        clipped: bases at the left and the right end that align nowhere.
    """

    lies: Lies
    start: int
    units: int
    reverse: bool
    bases: str
    clipped: tuple[int, int] = (0, 0)


class RepeatReads(Record):
    """One line of `repeat_reads.jsonl`: a patient's reads over the C9orf72 repeat, realigned.

    Attributes:
        reason: why there are no reads to show, "" where there are.
        contig: the chromosome's name in the patient's file, "" where there is none.
        counts, in_repeat_pairs: of all fragments, as in the repeat evidence.
        reads: of each kind the first ones in an order that depends on the reads' names alone.
        left_out: reads of each kind that are not kept.
    """

    schema_version: str = SCHEMA_VERSION
    patient: str
    state: State
    reason: str = ""
    build: Build | None = None
    contig: str = ""
    counts: tuple[ReadCount, ...] = ()
    in_repeat_pairs: int = 0
    reads: tuple[RepeatRead, ...] = ()
    left_out: dict[Lies, int] = Field(default_factory=dict)


class SiteRead(Record):
    """One read over a site, base under base with the reference of the window.

    Attributes:
        row: one character a reference base: "." same, "," same with low quality, a letter another base
            (lower case: low quality), "-" deleted, "~" clipped there, " " not covered.
        inserted: (column, bases): inserted before that column.
    """

    reverse: bool
    row: str
    inserted: tuple[tuple[int, str], ...] = ()


class SiteReads(Record):
    """The reads over one allele; `pos` is 1-based, `start` the 0-based first base of the window.

    `total` counts the reads over the site, of which `reads` are a sample where there are many.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    start: int
    reference: str
    reads: tuple[SiteRead, ...]
    total: int


class VariantReads(Record):
    """One line of `variant_reads.jsonl`: the reads over a patient's alleles in and near the coding exons.

    `left_out` counts alleles beyond the limit.
    """

    schema_version: str = SCHEMA_VERSION
    patient: str
    state: State
    reason: str = ""
    sites: tuple[SiteReads, ...] = ()
    left_out: int = 0
