"""What a simulated person carries, and the sequence of each haplotype of a gene region.

A haplotype is the reference slice with variants and a repeat size put in. It keeps the blocks of reference
that it still has, so that the true place of every read follows from the read's place on the haplotype.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from als_screen.regions import Build, Gene, Region
from als_screen.resources import ReferenceSlice, bundled

Bases = NDArray[np.uint8]

#: The unit as written on the reference's + strand, and the three copies of the reference.
#: 0-based half-open. Source: STRchive 2026-06.
REPEAT_UNIT = "GGCCCC"
REPEAT_LOCUS: dict[Build, Region] = {
    Build.GRCH37: Region("9", 27_573_526, 27_573_544),
    Build.GRCH38: Region("9", 27_573_528, 27_573_546),
}
REFERENCE_UNITS = 3


@dataclass(frozen=True, slots=True, order=True)
class SmallVariant:
    """A substitution or indel in VCF form: `pos` 1-based, left-aligned, `chrom` without `chr`."""

    chrom: str
    pos: int
    ref: str
    alt: str

    def __post_init__(self) -> None:
        """Refuse what is no change of one place."""
        if not self.ref or not self.alt or self.ref == self.alt:
            raise ValueError(f"not a variant: {self}")

    @property
    def start(self) -> int:
        """0-based start of `ref`."""
        return self.pos - 1

    @property
    def end(self) -> int:
        """0-based end of `ref`."""
        return self.pos - 1 + len(self.ref)

    @property
    def is_snv(self) -> bool:
        """Whether one base is replaced by another."""
        return len(self.ref) == len(self.alt) == 1


@dataclass(frozen=True, slots=True)
class Carried:
    """A variant and how many copies of it each haplotype has: (1, 0), (0, 1) or (1, 1)."""

    variant: SmallVariant
    copies: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person: variants by haplotype, and the two C9orf72 repeat sizes in units."""

    build: Build
    carried: tuple[Carried, ...] = ()
    repeats: tuple[int, int] = (2, 2)

    def variants_on(self, haplotype: int, region: Region) -> list[SmallVariant]:
        """Return the variants of haplotype 0 or 1 that lie in `region`, sorted."""
        found = (item.variant for item in self.carried if item.copies[haplotype])
        return sorted(
            variant for variant in found if region.overlaps(variant.chrom, variant.start, variant.end)
        )


@dataclass(frozen=True, slots=True)
class Block:
    """`length` bases of haplotype from `start` that lie on the reference from `ref_start` (both 0-based)."""

    start: int
    ref_start: int
    length: int

    @property
    def diagonal(self) -> int:
        """Chromosome position minus haplotype position."""
        return self.ref_start - self.start


@dataclass(frozen=True, slots=True)
class Haplotype:
    """The sequence of one haplotype of a gene region.

    Attributes:
        chrom: without `chr`.
        sequence: ASCII codes of the bases.
        blocks: the reference that is left, in order; substitutions lie inside blocks.
    """

    chrom: str
    sequence: Bases
    blocks: tuple[Block, ...]

    def lift(self, position: int) -> int:
        """Return the haplotype position of a 0-based chromosome position, or of the next base left."""
        index = bisect_right(self.blocks, position, key=lambda block: block.ref_start) - 1
        block = self.blocks[max(index, 0)]
        if position < block.ref_start + block.length:
            return position - block.diagonal
        return self.blocks[index + 1].start if index + 1 < len(self.blocks) else len(self.sequence)

    def block_at(self, position: int) -> int:
        """Return the index of the last block that starts at or before a haplotype position."""
        return max(bisect_right(self.blocks, position, key=lambda block: block.start) - 1, 0)


def encode(sequence: str) -> Bases:
    """Return the ASCII codes of a sequence."""
    return np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)


def haplotypes(person: Person, gene: Gene) -> tuple[Haplotype, Haplotype]:
    """Return both haplotypes of a gene region of a person.

    Raises:
        ValueError: a variant does not fit the reference or overlaps another on the same haplotype.
    """
    part = bundled().slices(person.build)[gene]
    first, second = (
        build_haplotype(part, person.variants_on(index, part.region), _repeat(person, gene, index))
        for index in (0, 1)
    )
    return first, second


def build_haplotype(
    part: ReferenceSlice, variants: Iterable[SmallVariant], repeat: tuple[Region, int] | None = None
) -> Haplotype:
    """Return the reference slice with variants put in and the repeat at (locus, units) replaced.

    Raises:
        ValueError: a variant does not fit the reference or overlaps another.
    """
    edits = sorted([*(_edit(part, variant) for variant in variants), *_repeat_edit(repeat)])
    pieces: list[str] = []
    blocks: list[Block] = []
    for block, text in _walk(part, edits):
        pieces.append(text)
        if block is not None:
            blocks.append(block)
    return Haplotype(part.region.chrom, encode("".join(pieces)), tuple(_joined(blocks)))


def _repeat(person: Person, gene: Gene, index: int) -> tuple[Region, int] | None:
    return (REPEAT_LOCUS[person.build], person.repeats[index]) if gene is Gene.C9ORF72 else None


def _edit(part: ReferenceSlice, variant: SmallVariant) -> tuple[int, int, str]:
    """Return (start, end, replacement) with the shared first bases left out."""
    if part.fetch(variant.start, variant.end) != variant.ref:
        raise ValueError(f"{variant}: the reference has {part.fetch(variant.start, variant.end)}")
    shared = 0
    while shared < min(len(variant.ref), len(variant.alt)) and variant.ref[shared] == variant.alt[shared]:
        shared += 1
    return variant.start + shared, variant.end, variant.alt[shared:]


def _repeat_edit(repeat: tuple[Region, int] | None) -> list[tuple[int, int, str]]:
    """Put units in, or take them out, at the left end of the locus."""
    if repeat is None or repeat[1] == REFERENCE_UNITS:
        return []
    locus, units = repeat
    if units > REFERENCE_UNITS:
        return [(locus.start, locus.start, REPEAT_UNIT * (units - REFERENCE_UNITS))]
    return [(locus.start, locus.start + len(REPEAT_UNIT) * (REFERENCE_UNITS - units), "")]


def _walk(part: ReferenceSlice, edits: list[tuple[int, int, str]]) -> Iterator[tuple[Block | None, str]]:
    """Yield the pieces of a haplotype in order, each with its block where it lies on the reference."""
    position, made = part.region.start, 0
    for start, end, text in [*edits, (part.region.end, part.region.end, "")]:
        if start < position:
            raise ValueError(f"overlapping variants at {part.region.chrom}:{start + 1}")
        if start > position:
            yield Block(made, position, start - position), part.fetch(position, start)
            made += start - position
        substitution = len(text) == end - start
        yield (Block(made, start, len(text)) if substitution and text else None), text
        position, made = end, made + len(text)


def _joined(blocks: list[Block]) -> Iterator[Block]:
    """Join blocks that follow each other without a gap on either side."""
    current = blocks[0]
    for block in blocks[1:]:
        if block.diagonal == current.diagonal and block.start == current.start + current.length:
            current = Block(current.start, current.ref_start, current.length + block.length)
            continue
        yield current
        current = block
    yield current
