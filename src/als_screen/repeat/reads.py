"""Gather every read that can speak of the repeat from a BAM or CRAM.

Few seeks: the window around the locus, each off-target region once, the places of mates that lie anywhere
else, neighbouring places together, and the reads without a place where mates of the locus are among them.
Duplicates, secondary and failed records are left out; supplementary records only lead to their primary.
Coordinates are 0-based half-open on the file's contigs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pysam

from als_screen.evidence import ReadsCheck
from als_screen.htslib import kind_of, opened, quiet, telling
from als_screen.inputs.genome import openable
from als_screen.inputs.headers import NO_NETWORK
from als_screen.regions import Region
from als_screen.repeat.records import WINDOW, LocusReads, Profile, Read

#: A read farther from the repeat than this has no mate in it.
REACH = 2000
#: At most so many places are visited for mates outside the window and the off-target regions.
MAX_PLACES = 200
#: Mates closer than this are fetched together.
PLACE_GAP = 2000
#: Bases on each side of a mate inside the repeat that are searched for pairs of such reads.
AROUND_MATE = 500
#: A file with more reads without a place is not searched for pairs inside the repeat there: about a second.
MAX_UNPLACED = 300_000
#: A read with at least this part of the motif copies that it has room for may lie inside an expansion.
MOTIF_SHARE = 0.6

_LEFT_OUT = pysam.FSECONDARY | pysam.FQCFAIL | pysam.FDUP
#: Records that cannot be the mate that is looked for.
_NO_MATE = _LEFT_OUT | pysam.FSUPPLEMENTARY


@dataclass(slots=True)
class _Wanted:
    """Fragments looked for: their reads found so far, and where the other read should be."""

    found: dict[str, dict[bool, Read]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, read: Read) -> None:
        self.found.setdefault(read.name, {}).setdefault(read.first, read)
        if len(self.found[read.name]) == 2:
            self.places.pop(read.name, None)

    def fragments(self) -> tuple[tuple[Read, ...], ...]:
        pairs = sorted(self.found.items())
        return tuple(tuple(reads[key] for key in sorted(reads, reverse=True)) for _, reads in pairs if reads)


def gather(check: ReadsCheck, repeat: Region, off_target: Sequence[Region], fasta: Path | None) -> LocusReads:
    """Return the reads of one BAM or CRAM that can speak of the repeat.

    Args:
        check: the file; `check.contigs` must hold the repeat's chromosome.
        repeat: the reference copies.
        off_target: where aligners put reads of an expansion.
        fasta: the genome, for a CRAM without embedded reference.

    Raises:
        PatientDataError: the file, or its index, cannot be read to the end.
    """
    with (
        quiet(),
        telling(check.path, kind_of(check), fasta, (OSError, ValueError)),
        opened(lambda: _open(check, fasta), nullcontext) as file,
    ):
        return _Gathering(file, check, repeat).run(off_target)


def _open(check: ReadsCheck, fasta: Path | None) -> pysam.AlignmentFile:
    os.environ.update(NO_NETWORK)
    reference = openable(fasta) if check.is_cram else None
    return pysam.AlignmentFile(check.path, reference_filename=reference, require_index=True)


class _Gathering:
    """The passes over one open file."""

    def __init__(self, file: pysam.AlignmentFile, check: ReadsCheck, repeat: Region) -> None:
        self.file = file
        self.contig = check.contigs[repeat.chrom]
        self.prefix = "chr" if self.contig.startswith("chr") else ""
        self.repeat = repeat
        self.groups = _read_groups(file, check.sample)
        self.near = _Wanted()
        self.far = _Wanted()
        self.seen: list[tuple[str, int, int]] = []
        self.unmapped_repeat = 0

    def run(self, off_target: Sequence[Region]) -> LocusReads:
        records, duplicates = self._window()
        profile = _profile(records)
        self._near(records)
        off_target_reads = sum(self._off_target(region) for region in off_target)
        for _ in range(2):  # the first visit may meet pairs inside the repeat, with places of their own
            self._mates()
        unplaced_seen = self._unplaced()
        missing = [name for name, reads in self.near.found.items() if len(reads) == 1]
        return LocusReads(
            fragments=self.near.fragments(),
            strays=self.far.fragments(),
            profile=profile,
            off_target_reads=off_target_reads,
            duplicates=duplicates,
            missing_mates=len(missing) if profile.paired else 0,
            distant_missing=sum(self._is_distant(name) for name in missing),
            unmapped_repeat=self.unmapped_repeat,
            unplaced_seen=unplaced_seen,
        )

    def _window(self) -> tuple[list[pysam.AlignedSegment], int]:
        """Return the records around the repeat, and how many are duplicates."""
        start, end = max(0, self.repeat.start - WINDOW), self.repeat.end + WINDOW
        kept, duplicates = [], 0
        for record in self._fetch(self.contig, start, end):
            if record.is_duplicate:
                duplicates += 1
            elif not record.flag & _LEFT_OUT and record.query_length:
                kept.append(record)
        return kept, duplicates

    def _fetch(self, contig: str, start: int, end: int) -> Iterator[pysam.AlignedSegment]:
        """Return the sample's records that overlap an interval of the file's contig."""
        self.seen.append((contig, start, end))
        return self._own(self.file.fetch(contig, start, min(end, self.file.get_reference_length(contig))))

    def _own(self, records: Iterator[pysam.AlignedSegment]) -> Iterator[pysam.AlignedSegment]:
        """Leave out what another sample of the file has."""
        if self.groups is None:
            return records
        return (r for r in records if r.has_tag("RG") and r.get_tag("RG") in self.groups)

    def _near(self, records: list[pysam.AlignedSegment]) -> None:
        """Keep both reads of every fragment that can touch the repeat."""
        names = {record.query_name for record in records if self._speaks(record)}
        for record in records:
            if record.query_name not in names:
                continue
            if record.is_supplementary:
                self._want_primary(record)
            else:
                unmapped = _is_unmapped(record)
                self.near.add(_read(record, placed=not unmapped))
                self.unmapped_repeat += unmapped and _looks_like_repeat(record.query_sequence or "")
        for record in records:
            if record.query_name in names and not record.is_supplementary:
                self._want_mate(self.near, record)

    def _speaks(self, record: pysam.AlignedSegment) -> bool:
        """Tell whether the record touches the repeat, or may point at a mate that does."""
        if record.is_unmapped or not (cigar := record.cigartuples):
            return False
        start, end = _whole(record, cigar)
        if start <= self.repeat.end and end >= self.repeat.start:
            return True
        return bool(record.is_paired) and self._points_inward(record, start, end)

    def _points_inward(self, record: pysam.AlignedSegment, start: int, end: int) -> bool:
        left = end <= self.repeat.start
        distance = self.repeat.start - start if left else end - self.repeat.end
        if record.is_reverse is left or distance > REACH:
            return False
        if record.mate_is_unmapped or record.next_reference_id != record.reference_id:
            return True
        mate = record.next_reference_start
        return mate > self.repeat.start - REACH // 4 if left else mate < self.repeat.end + REACH // 4

    def _want_primary(self, record: pysam.AlignedSegment) -> None:
        """Look for the primary record of a supplementary one, and for the mate."""
        if record.has_tag("SA"):
            contig, position = str(record.get_tag("SA")).split(",")[:2]
            self.near.found.setdefault(str(record.query_name), {})
            self.near.places[str(record.query_name)] = (contig, int(position) - 1)

    def _want_mate(self, wanted: _Wanted, record: pysam.AlignedSegment) -> None:
        name = str(record.query_name)
        if record.is_paired and not record.mate_is_unmapped and len(wanted.found[name]) == 1:
            wanted.places[name] = (str(record.next_reference_name), record.next_reference_start)

    def _off_target(self, region: Region) -> int:
        """Search one off-target region; return the number of reads."""
        contig = self.prefix + region.chrom
        return self._collect(contig, region.start, region.end) if contig in self.file.references else 0

    def _collect(self, contig: str, start: int, end: int) -> int:
        """Take wanted mates and reads that look like the repeat; return the number of reads."""
        count = 0
        for record in self._fetch(contig, start, end):
            count += 1
            self._consider(record)
        return count

    def _consider(self, record: pysam.AlignedSegment) -> None:
        """Take the record where it is a wanted mate or looks like the repeat."""
        if record.flag & _NO_MATE or self._take(record):
            return
        if _looks_like_repeat(record.query_sequence or ""):
            self.far.add(_read(record, placed=False))
            self._want_mate(self.far, record)

    def _take(self, record: pysam.AlignedSegment) -> bool:
        """Add the record where its fragment is wanted; tell whether it was."""
        for wanted in (self.near, self.far):
            if record.query_name in wanted.found:
                wanted.add(_read(record, placed=False))
                if wanted is self.near and _is_unmapped(record):
                    self.unmapped_repeat += _looks_like_repeat(record.query_sequence or "")
                return True
        return False

    def _mates(self) -> None:
        """Visit the places of mates that were not met, neighbouring ones together."""
        places = [*self.near.places.values(), *self.far.places.values()]
        open_places = sorted({place for place in places if not self._was_seen(*place)})
        for contig, start, end in list(_together(open_places))[:MAX_PLACES]:
            self._collect(contig, max(0, start - AROUND_MATE), end + AROUND_MATE)

    def _unplaced(self) -> bool:
        """Search the reads without a place where mates should be among them; tell whether all were seen."""
        open_ended = any(len(r) == 1 and name not in self.near.places for name, r in self.near.found.items())
        if not (open_ended or self.unmapped_repeat) or self.file.nocoordinate > MAX_UNPLACED:
            return False
        number = 0
        for number, record in enumerate(self._own(self.file.fetch("*")), start=1):
            if number > MAX_UNPLACED:  # a CRAM's index does not know how many there are
                return False
            self._consider(record)
        return number > 0

    def _is_distant(self, name: str) -> bool:
        """Tell whether the mate that was not found should lie outside the window."""
        contig, position = self.near.places.get(name, (self.contig, self.repeat.start))
        return contig != self.contig or abs(position - self.repeat.start) > WINDOW

    def _was_seen(self, contig: str, position: int) -> bool:
        return any(contig == name and start <= position < end for name, start, end in self.seen)


def _together(places: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield one interval for each group of sorted places of a contig that lie close together."""
    current: tuple[str, int, int] | None = None
    for contig, position in places:
        if current is not None and current[0] == contig and position - current[2] < PLACE_GAP:
            current = (contig, current[1], position + 1)
            continue
        if current is not None:
            yield current
        current = (contig, position, position + 1)
    if current is not None:
        yield current


def _read_groups(file: pysam.AlignmentFile, sample: str) -> set[str] | None:
    """Return the read groups of `sample`, or None where the file holds no other sample."""
    groups = file.header.to_dict().get("RG", [])
    if len({group.get("SM") for group in groups}) < 2:
        return None
    return {group["ID"] for group in groups if group.get("SM") == sample}


def _is_unmapped(record: pysam.AlignedSegment) -> bool:
    """Tell whether a record has no alignment: without a CIGAR it has none, whatever its flag says."""
    return bool(record.is_unmapped) or not record.cigartuples


def _whole(record: pysam.AlignedSegment, cigar: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return where the read would lie with its soft clips."""
    lead = cigar[0][1] if cigar[0][0] == pysam.CSOFT_CLIP else 0
    tail = cigar[-1][1] if cigar[-1][0] == pysam.CSOFT_CLIP else 0
    return record.reference_start - lead, int(record.reference_end or 0) + tail


def _read(record: pysam.AlignedSegment, *, placed: bool) -> Read:
    """Return the record as a `Read`; unplaced ones as they were sequenced."""
    qualities = record.query_qualities
    length = record.query_length
    cigar = record.cigartuples or ()
    start, end = _whole(record, cigar) if placed else (-1, -1)
    read = Read(
        name=str(record.query_name),
        first=not record.is_read2,
        placed=placed,
        reverse=bool(record.is_reverse),
        start=start,
        end=end,
        clean=placed and len(cigar) == 1,
        bases=(record.query_sequence or "").upper().encode("ascii"),
        qualities=bytes(qualities) if qualities is not None else bytes([20]) * length,
        cigar=str(record.cigarstring) if placed else "",
    )
    return read if placed or not record.is_reverse else read.flipped()


def _looks_like_repeat(sequence: str) -> bool:
    if "GGCCCC" not in sequence and "GGGGCC" not in sequence:
        return False  # nearly every read of a whole genome
    known = (1 - sequence.count("N") / len(sequence)) ** 6  # of the copies, none of whose bases is unknown
    needed = max(MOTIF_SHARE * known * (len(sequence) // 6), 3)
    return max(sequence.count("GGCCCC"), sequence.count("GGGGCC")) >= needed


def _profile(records: list[pysam.AlignedSegment]) -> Profile:
    """Return the depth and length profile of the window's primary, aligned records."""
    primary = [record for record in records if not record.is_supplementary and not _is_unmapped(record)]
    spans = [
        (record.reference_start, record.reference_start + record.template_length)
        for record in primary
        if record.template_length > 0 and record.is_proper_pair
    ]
    return Profile(
        starts=np.array([record.reference_start for record in primary], dtype=np.int64),
        ends=np.array([record.reference_end for record in primary], dtype=np.int64),
        lengths=np.array([record.query_length for record in primary], dtype=np.int64),
        spans=np.array(spans, dtype=np.int64).reshape(-1, 2),
        paired=sum(record.is_paired for record in primary),
        unsure=sum(record.mapping_quality == 0 for record in primary),
    )
