"""Write a gVCF as GATK does: variant records, and blocks of homozygous reference between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from als_screen.resources import ReferenceSlice, bundled
from als_screen.simulate.bam import Sample
from als_screen.simulate.calls import Call, depths
from als_screen.simulate.contigs import contig_name
from als_screen.simulate.pairs import Read
from als_screen.simulate.vcf import header_lines, write_lines

_EXTRA = (
    '##ALT=<ID=NON_REF,Description="Any other allele at this place">',
    '##FORMAT=<ID=MIN_DP,Number=1,Type=Integer,Description="Lowest depth in the block">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="Last position of the block">',
)

#: Lower ends of the GQ bands that share a block.
_BANDS = (0, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99)

#: Each fragment that shows the reference adds so much to the GQ of 0/0.
_GQ_PER_FRAGMENT = 3


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbouring bases (0-based half-open) of one GQ band."""

    start: int
    end: int
    lowest: int
    median: int


def write_gvcf(path: Path, calls: Sequence[Call], reads: Sequence[Read], sample: Sample) -> None:
    """Write calls and reference blocks over the four gene regions; uncovered bases are blocks of depth 0."""
    lines = header_lines(sample, [sample.name], _EXTRA)
    order = {chrom: index for index, chrom in enumerate(sample.lengths())}
    parts = bundled().slices(sample.build).values()
    for part in sorted(parts, key=lambda part: order[part.region.chrom]):
        variants = sorted((call for call in calls if _lies_in(call, part)), key=lambda call: call.variant)
        lines += _slice_lines(part, variants, depths(reads, part.region), sample)
    write_lines(path, lines)


def _lies_in(call: Call, part: ReferenceSlice) -> bool:
    return part.region.overlaps(call.variant.chrom, call.variant.start, call.variant.end)


def _slice_lines(
    part: ReferenceSlice, calls: Sequence[Call], depth: NDArray[np.int64], sample: Sample
) -> Iterator[str]:
    position = part.region.start
    for call in calls:
        yield from _block_lines(part, depth, (position, call.variant.start), sample)
        yield _variant_line(call, sample)
        position = max(position, call.variant.end)
    yield from _block_lines(part, depth, (position, part.region.end), sample)


def _block_lines(
    part: ReferenceSlice, depth: NDArray[np.int64], span: tuple[int, int], sample: Sample
) -> Iterator[str]:
    origin = part.region.start
    name = contig_name(part.region.chrom, prefix=sample.prefix)
    for block in _blocks(depth[span[0] - origin : max(span) - origin], span[0]):
        quality = _quality(block.lowest)
        values = f"0/0:{block.median}:{quality}:{block.lowest}:0,{quality},{quality * 10}"
        fixed = [part.fetch(block.start, block.start + 1), "<NON_REF>", ".", ".", f"END={block.end}"]
        yield "\t".join([name, str(block.start + 1), ".", *fixed, "GT:DP:GQ:MIN_DP:PL", values])


def _blocks(depth: NDArray[np.int64], start: int) -> Iterator[_Block]:
    position = start
    for _, group in groupby(depth.tolist(), key=_band):
        values = list(group)
        yield _Block(position, position + len(values), min(values), int(np.median(values)))
        position += len(values)


def _quality(depth: int) -> int:
    return min(99, _GQ_PER_FRAGMENT * depth)


def _band(depth: int) -> int:
    return max(band for band in _BANDS if band <= _quality(depth))


def _variant_line(call: Call, sample: Sample) -> str:
    variant = call.variant
    genotype = "/".join(map(str, call.genotype or (".", ".")))
    first, second, third = call.likelihoods
    # Likelihoods with <NON_REF> (0/2, 1/2, 2/2) are at least as bad as those of what was seen.
    likelihoods = f"{first},{second},{third},{first + 90},{second + 90},{first + 900}"
    values = (
        f"{genotype}:{call.ref_depth},{call.alt_depth},0:{call.depth}:{call.genotype_quality}:{likelihoods}"
    )
    place = [contig_name(variant.chrom, prefix=sample.prefix), str(variant.pos), "."]
    fixed = [variant.ref, f"{variant.alt},<NON_REF>", str(first), ".", f"DP={call.depth}", "GT:AD:DP:GQ:PL"]
    return "\t".join([*place, *fixed, values])
