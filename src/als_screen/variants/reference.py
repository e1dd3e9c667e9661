"""Where absence of an allele means reference: blocks and BED lines, clipped to the genes, without the holes.

A hole is a carried allele, or the span of a record that leaves open what the patient has: a missing or half
genotype, a call that failed its filters. Blocks never cover one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from als_screen.evidence import ReferenceBlock
from als_screen.regions import Region, merged


def reference_blocks(
    blocks: Iterable[ReferenceBlock], holes: Iterable[Region], regions: Sequence[Region]
) -> tuple[ReferenceBlock, ...]:
    """Return the blocks, sorted, within `regions` and without holes; adjacent equal ones merged."""
    clipped = [part for block in blocks for part in _clipped(block, regions)]
    cut_at = _by_chrom(merged(holes))
    cut = [part for block in clipped for part in _cut(block, cut_at.get(block.chrom, []))]
    return tuple(_joined(sorted(cut, key=_order)))


def _order(block: ReferenceBlock) -> tuple[int, int, int, int, int]:
    unknown = -1
    depth = unknown if block.depth is None else block.depth
    quality = unknown if block.genotype_quality is None else block.genotype_quality
    return int(block.chrom), block.start, block.end, depth, quality


def _by_chrom(regions: Iterable[Region]) -> Mapping[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for region in regions:
        found.setdefault(region.chrom, []).append(region)
    return found


def _clipped(block: ReferenceBlock, regions: Iterable[Region]) -> Iterator[ReferenceBlock]:
    for region in regions:
        if region.overlaps(block.chrom, block.start, block.end):
            yield _with_span(block, max(block.start, region.start), min(block.end, region.end))


def _cut(block: ReferenceBlock, holes: Iterable[Region]) -> Iterator[ReferenceBlock]:
    """Yield what is left of the block; `holes` are sorted and disjoint."""
    start = block.start
    for hole in holes:
        if hole.start >= block.end:
            break
        if start < hole.start:
            yield _with_span(block, start, hole.start)
        start = max(start, hole.end)
    if start < block.end:
        yield _with_span(block, start, block.end)


def _joined(blocks: Iterable[ReferenceBlock]) -> Iterator[ReferenceBlock]:
    current: ReferenceBlock | None = None
    for block in blocks:
        if current is not None and _continues(current, block):
            current = _with_span(current, current.start, max(current.end, block.end))
            continue
        if current is not None:
            yield current
        current = block
    if current is not None:
        yield current


def _continues(first: ReferenceBlock, second: ReferenceBlock) -> bool:
    same = (first.chrom, first.depth, first.genotype_quality) == (
        second.chrom,
        second.depth,
        second.genotype_quality,
    )
    return same and second.start <= first.end


def _with_span(block: ReferenceBlock, start: int, end: int) -> ReferenceBlock:
    if (start, end) == (block.start, block.end):
        return block
    return block.model_copy(update={"start": start, "end": end})
