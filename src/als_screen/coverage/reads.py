"""Reads BAM and CRAM files for counting (pysam only here, in this area).

A broken file raises `PatientDataError`; it never yields fewer reads than it holds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pysam

from als_screen.errors import PatientDataError
from als_screen.evidence import PlacedReads, ReadsCheck
from als_screen.htslib import kind_of, opened, quiet, telling
from als_screen.inputs.genome import openable
from als_screen.inputs.headers import NO_NETWORK
from als_screen.inputs.sites import autosomes
from als_screen.regions import Region

#: Reads that count are aligned well enough to be where they are. Source: contract, "callable".
MIN_MAPPING_QUALITY = 20
#: Unmapped, secondary, failed, duplicate, supplementary. Source: SAM specification, section 1.4.
LEFT_OUT_FLAGS = 0x4 | 0x100 | 0x200 | 0x400 | 0x800
REVERSE_FLAG = 0x10
#: Chromosomes on which the index is asked for counts.
CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y")


class AlignedRead(NamedTuple):
    """One alignment that counts.

    Attributes:
        name: of the fragment; mates share it. One that the file does not keep ("*") is made up of where and
            what the read is, so that reads without names are not taken for one fragment.
        reverse: it shows the - strand.
        start, end: 0-based half-open, from the first to the last aligned base.
        cigar: (operation, length), operations numbered as in the SAM specification (M=0, I=1, D=2 …).
        bases: SEQ as ASCII; empty where the file does not keep it.
        qualities: one byte a base; empty where the file does not keep them.
    """

    name: str
    reverse: bool
    start: int
    end: int
    cigar: tuple[tuple[int, int], ...]
    bases: bytes
    qualities: bytes


class ReadsFile:
    """An open BAM or CRAM."""

    def __init__(self, file: pysam.AlignmentFile, check: ReadsCheck, fasta: Path | None = None) -> None:
        self._file = file
        self._telling = partial(telling, check.path, kind_of(check), fasta)
        self._path = check.path
        self._ours = check.contigs
        self._contigs = {**autosomes(file.references, check.contigs.values()), **check.contigs}
        self.is_cram = check.is_cram

    def has(self, chrom: str) -> bool:
        """Tell whether the header has the chromosome."""
        return chrom in self._contigs

    def fetch(
        self, region: Region, wanted: Callable[[int, int], bool] | None = None
    ) -> Iterator[AlignedRead]:
        """Yield the reads that count and overlap the region, by position.

        Args:
            region: on a chromosome that the file has.
            wanted: tells by 0-based start and end which of them to take; all where it is None.

        Raises:
            PatientDataError: the file or its index is broken, or the reads are not sorted.
        """
        last = 0
        with self._telling():
            for read in self._file.fetch(self._contigs[region.chrom], region.start, region.end):
                if read.reference_start < last:
                    raise _broken(self._path, "the reads are not sorted by position")
                last = read.reference_start
                if read.flag & LEFT_OUT_FLAGS or read.mapping_quality < MIN_MAPPING_QUALITY:
                    continue
                if wanted is None or wanted(last, _end(read)):
                    yield _aligned(read)

    def placed(self) -> tuple[PlacedReads, ...]:
        """Return how many reads the index counts on chromosomes 1 to 22, X and Y, in that order.

        Nothing is read for it but the index; a CRAM index keeps no counts.
        """
        if self.is_cram:
            return ()
        with self._telling():
            counts = {row.contig: row.mapped for row in self._file.get_index_statistics()}
        lengths = dict(zip(self._file.references, self._file.lengths, strict=True))
        names = {chrom: name for name in lengths if (chrom := _chromosome(name))}
        return tuple(
            PlacedReads(chrom=chrom, length=lengths[name], reads=counts[name])
            for chrom in CHROMOSOMES
            if (name := names.get(chrom))
        )

    def check_index(self) -> None:
        """Raise `PatientDataError` where the index counts reads that the file does not give.

        An index of another (longer) file points behind the end of this one, where htslib finds no reads
        and no error. A CRAM index keeps no counts.
        """
        if self.is_cram:
            return
        with self._telling():
            counts = {row.contig: row.mapped for row in self._file.get_index_statistics()}
            for contig in self._ours.values():
                if counts[contig] and next(self._file.fetch(contig), None) is None:
                    raise _broken(self._path, "the index is not of this file: it counts reads not in it")


def _chromosome(name: str) -> str:
    """Return "1" to "22", "X" or "Y" for a contig named so, with chr or by RefSeq accession; else ""."""
    refseq = re.fullmatch(r"NC_0000(\d\d)\.\d+", name)
    short = str(int(refseq[1])) if refseq else name.removeprefix("chr")
    short = {"23": "X", "24": "Y"}.get(short, short) if refseq else short
    return short if short in CHROMOSOMES else ""


@contextmanager
def open_reads(check: ReadsCheck, fasta: Path | None) -> Iterator[ReadsFile]:
    """Open a checked BAM or CRAM; `fasta` is the genome of a CRAM that does not embed it.

    Raises:
        PatientDataError: it cannot be read, is truncated, or its index is not of this file.
    """
    os.environ.update(NO_NETWORK)
    reference, refusing = _reference(check, fasta), partial(telling, check.path, kind_of(check), fasta)
    opening = partial(pysam.AlignmentFile, check.path, reference_filename=reference, require_index=True)
    with quiet(), opened(opening, refusing) as file:
        reads = ReadsFile(file, check, fasta)
        reads.check_index()
        yield reads


def _reference(check: ReadsCheck, fasta: Path | None) -> str | None:
    """Return the genome for a CRAM."""
    return openable(fasta) if check.is_cram else None


def _end(read: pysam.AlignedSegment) -> int:
    return int(read.reference_end or read.reference_start + 1)


def _aligned(read: pysam.AlignedSegment) -> AlignedRead:
    bases, qualities = read.query_sequence, read.query_qualities
    return AlignedRead(
        _name(read),
        bool(read.flag & REVERSE_FLAG),
        read.reference_start,
        _end(read),
        tuple(read.cigartuples or ()),
        bases.encode("ascii") if bases else b"",
        qualities.tobytes() if qualities else b"",
    )


def _name(read: pysam.AlignedSegment) -> str:
    name = str(read.query_name or "*")
    return (
        name if name != "*" else f"*{read.reference_start}{read.flag}{read.cigarstring}{read.query_sequence}"
    )


def _broken(path: str, expected: str) -> PatientDataError:
    return PatientDataError(path, expected, "copy or make the file and its index again")
