"""Genomes tiled with perfect read pairs around the repeat, aligned as BWA-MEM would, written as BAM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam
import pytest

from als_screen.evidence import PatientCheck, ReadsCheck, RepeatEvidence
from als_screen.patient import Patient
from als_screen.regions import Build, Gene
from als_screen.repeat.locus import load_locus
from als_screen.repeat.screen import screen_repeat
from als_screen.resources import bundled
from als_screen.simulate.contigs import contig_name, primary_contigs

_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


@dataclass(frozen=True)
class Tiled:
    """A genome and its library; every `step` bases a fragment starts on each haplotype.

    `drop` removes, or `change` replaces, records before they are written.
    """

    alleles: tuple[int, ...] = (2, 8)
    depth: float = 30.0
    read_length: int = 150
    fragments: tuple[int, ...] = (350, 400, 380, 430)
    flank: int = 2000
    build: Build = Build.GRCH38
    prefix: bool = True
    drop: Callable[[pysam.AlignedSegment], bool] = field(default=lambda record: False)
    change: Callable[[pysam.AlignedSegment], None] = field(default=lambda record: None)


Placed = tuple[str, int, str, int]  # contig, position, CIGAR, MAPQ


class _Tiler:
    def __init__(self, spec: Tiled) -> None:
        self.spec = spec
        locus = load_locus()
        self.repeat = locus.builds[spec.build].region
        part = bundled().slices(spec.build)[Gene.C9ORF72]
        self.left = part.fetch(self.repeat.start - spec.flank, self.repeat.start)
        self.right = part.fetch(self.repeat.end, self.repeat.end + spec.flank)
        self.contig = contig_name("9", prefix=spec.prefix)
        place = locus.off_target_regions(spec.build)[0]
        self.far = (contig_name(place.chrom, prefix=spec.prefix), place.start + 100)
        names = primary_contigs(spec.build).items()
        contigs = [{"SN": contig_name(name, prefix=spec.prefix), "LN": size} for name, size in names]
        header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": contigs, "RG": [{"ID": "1", "SM": "P"}]}
        self.header = pysam.AlignmentHeader.from_dict(header)

    def records(self) -> Iterator[pysam.AlignedSegment]:
        for haplotype, units in enumerate(self.spec.alleles):
            tract = self.left + "GGCCCC" * units + self.right
            step = round(4 * self.spec.read_length / self.spec.depth)
            for number, start in enumerate(range(haplotype * 3, len(tract) - 500, step)):
                length = self.spec.fragments[number % len(self.spec.fragments)]
                yield from self._pair(f"h{haplotype}.{number}", tract, start, length, units)

    def _pair(
        self, name: str, tract: str, start: int, length: int, units: int
    ) -> Iterator[pysam.AlignedSegment]:
        size = self.spec.read_length
        starts = (start, start + length - size)
        places = [self._place(at - self.spec.flank, units) for at in starts]
        for index, (at, place) in enumerate(zip(starts, places, strict=True)):
            yield self._record(name, tract[at : at + size], place, places[1 - index], index)

    def _place(self, start: int, units: int) -> Placed:
        """Place a read; `start` counts from the first base of the repeat on the haplotype."""
        size, tract = self.spec.read_length, 6 * units
        before, after = -start, start + size - tract
        if after <= 0 < before:
            kept = before + min(18, size - before)
            return self.contig, self.repeat.start + start, f"{kept}M{size - kept}S", 60
        if before <= 0 and after > 0 and start < tract:
            kept = after + min(18, size - after)
            return self.contig, self.repeat.end + after - kept, f"{size - kept}S{kept}M", 60
        if before <= 0 and after <= 0:
            return *self.far, f"{size}M", 0
        if start >= tract:
            return self.contig, self.repeat.end + start - tract, f"{size}M", 60
        if start + size <= 0:
            return self.contig, self.repeat.start + start, f"{size}M", 60
        gap = 6 * (units - 3)
        middle = f"{gap}I" if gap > 0 else f"{-gap}D"
        shared = before + min(units, 3) * 6
        cigar = f"{shared}M{middle}{size - shared - max(gap, 0)}M" if gap else f"{size}M"
        return self.contig, self.repeat.start + start, cigar, 60

    def _record(self, name: str, bases: str, place: Placed, mate: Placed, index: int) -> pysam.AlignedSegment:
        record = pysam.AlignedSegment(self.header)
        record.query_name, record.query_sequence = name, bases
        record.query_qualities = pysam.qualitystring_to_array("F" * len(bases))
        record.reference_name, record.reference_start = place[0], place[1]
        record.cigarstring = place[2].removesuffix("0S").removeprefix("0S")
        record.mapping_quality = place[3]
        record.next_reference_name, record.next_reference_start = mate[0], mate[1]
        record.is_paired, record.is_read1, record.is_read2 = True, index == 0, index == 1
        record.is_reverse, record.mate_is_reverse = index == 1, index == 0
        if place[0] == mate[0] == self.contig:
            record.is_proper_pair = True
            low, high = min(place[1], mate[1]), max(place[1], mate[1]) + self.spec.read_length
            record.template_length = (high - low) * (1 if index == 0 else -1)
        record.set_tag("RG", "1")
        return record


def write(spec: Tiled, path: Path) -> PatientCheck:
    """Write the genome and return what `check_inputs` would say of it."""
    tiler = _Tiler(spec)
    kept = [record for record in tiler.records() if not spec.drop(record)]
    for record in kept:
        spec.change(record)
    kept.sort(
        key=lambda record: (record.reference_id if record.reference_id >= 0 else 99, record.reference_start)
    )
    with pysam.AlignmentFile(str(path), "wb", header=tiler.header) as out:
        for record in kept:
            out.write(record)
    pysam.index(str(path))
    reads = ReadsCheck(path=str(path), contigs={"9": tiler.contig}, sample="P", is_cram=False)
    return PatientCheck(patient="P", build=spec.build, reads=reads)


def screen(check: PatientCheck) -> RepeatEvidence:
    return screen_repeat(Patient("P"), check, bundled(), None)


@dataclass(frozen=True)
class Bench:
    """Writes tiled genomes below a temporary directory and screens them."""

    directory: Path
    made: list[Path] = field(default_factory=list)

    def check(self, alleles: Sequence[int] = (2, 8), **changes: object) -> PatientCheck:
        """Write a genome."""
        spec = replace(Tiled(alleles=tuple(alleles)), **changes)  # type: ignore[arg-type]
        path = self.directory / f"{len(self.made)}.bam"
        self.made.append(path)
        return write(spec, path)

    def evidence(self, alleles: Sequence[int] = (2, 8), **changes: object) -> RepeatEvidence:
        """Write a genome and screen it."""
        return screen(self.check(alleles, **changes))


@pytest.fixture(name="bench")
def fixture_bench(tmp_path: Path) -> Bench:
    """Return a bench in the test's directory."""
    return Bench(tmp_path)
