"""Sequence a person: paired reads over windows of the gene regions, placed as BWA-MEM would place them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from als_screen.simulate.contigs import primary_contigs
from als_screen.simulate.fragments import Fragments, RawReads, draw_fragments, sequence_fragments
from als_screen.simulate.haplotype import Haplotype, Person, haplotypes
from als_screen.simulate.pairs import RawPair, Read, make_pair
from als_screen.simulate.placement import Places, place_reads, reference_window, settled
from als_screen.simulate.settings import Sequencing, random_for, small_windows

#: Inserts that BWA-MEM takes for proper pairs, in standard deviations above the mean.
_PROPER_SD = 4

_Pair = tuple[Read, Read]


def sequence_person(
    person: Person, settings: Sequencing, seed: str, windows: Sequence[Region] | None = None
) -> list[Read]:
    """Return all reads of a person, sorted as in a BAM; the same for the same arguments.

    `windows` (default `small_windows`) have full depth; outside them it falls off within a fragment's length.
    Reads are named after `seed`.
    """
    chosen = small_windows(person.build) if windows is None else windows
    rng = random_for(seed, "reads")
    pairs: list[_Pair] = []
    for gene, part in bundled().slices(person.build).items():
        inside = [window for window in chosen if part.region.overlaps(window.chrom, window.start, window.end)]
        for index, haplotype in enumerate(haplotypes(person, gene) if inside else ()):
            strand = _Strand(person.build, gene, haplotype, index, settings)
            pairs += _sequence_strand(rng, strand, inside)
    named = [replace(read, name=f"{seed}:{number:06d}") for number, pair in enumerate(pairs) for read in pair]
    return sort_reads(named, person.build)


def contaminated(
    people: tuple[Person, Person],
    share: float,
    settings: Sequencing,
    seed: str,
    windows: Sequence[Region] | None = None,
) -> list[Read]:
    """Return the reads of the first person of which `share` (0-1) come from the second person's sample."""
    person, other = people
    own = sequence_person(person, replace(settings, depth=settings.depth * (1 - share)), seed, windows)
    lesser = replace(settings, depth=settings.depth * share)
    return sort_reads([*own, *sequence_person(other, lesser, f"{seed}:other", windows)], person.build)


def sort_reads(reads: Sequence[Read], build: Build) -> list[Read]:
    """Return the reads in the order of a sorted BAM: unplaced ones last, ties by name and flag."""
    order = {name: index for index, name in enumerate(primary_contigs(build))}
    return sorted(reads, key=lambda read: (_rank(read, order), read.start, read.name, read.flag))


def _rank(read: Read, order: dict[str, int]) -> int:
    return len(order) if read.chrom is None else order[read.chrom]


@dataclass(frozen=True, slots=True)
class _Strand:
    """One haplotype of a gene region, to be sequenced."""

    build: Build
    gene: Gene
    haplotype: Haplotype
    index: int
    settings: Sequencing


def _sequence_strand(rng: np.random.Generator, strand: _Strand, windows: Sequence[Region]) -> Iterator[_Pair]:
    """Yield the pairs of one haplotype, by read length."""
    for fragments in draw_fragments(rng, strand.haplotype, windows, strand.settings):
        if len(fragments):
            raw = sequence_fragments(rng, fragments, strand.haplotype, strand.settings)
            yield from _paired(rng, strand, fragments, raw)


def _paired(
    rng: np.random.Generator, strand: _Strand, fragments: Fragments, raw: RawReads
) -> Iterator[_Pair]:
    """Yield the pairs of the fragments that no uncovered region touches."""
    found = place_reads(raw, strand.haplotype, strand.build, reference_window(strand.build, strand.gene))
    for row in range(len(fragments)):
        places: Places = (found[row], found[row + len(fragments)])
        if None in places and strand.gene is Gene.C9ORF72:
            places = settled(rng, places, strand.build, fragments.read_length)
        if not _touches(places, strand.settings.uncovered):
            yield make_pair("", _raw_pair(rng, strand, fragments, raw, row), places)


def _touches(places: Places, regions: Sequence[Region]) -> bool:
    return any(
        region.overlaps(place.chrom, place.start, place.end)
        for region in regions
        for place in places
        if place
    )


def _raw_pair(
    rng: np.random.Generator, strand: _Strand, fragments: Fragments, raw: RawReads, row: int
) -> RawPair:
    other = row + len(fragments)
    settings = strand.settings
    return RawPair(
        bases=(raw.bases[row], raw.bases[other]),
        qualities=(raw.qualities[row], raw.qualities[other]),
        forward_first=bool(rng.random() < 0.5),
        duplicate=bool(fragments.duplicate[row]),
        haplotype=strand.index,
        longest=int(settings.fragment_mean + _PROPER_SD * settings.fragment_sd),
    )
