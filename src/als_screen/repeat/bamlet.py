"""Write the reads of the repeat as a small BAM that any viewer opens. pysam only writes here.

Reads that span or flank the repeat lie where they were realigned; mates in the flank lie where the patient's
file has them; reads wholly inside the repeat are unmapped and sorted to where it begins. Tags: `XC` class
(spanning, flanking, in_repeat, mate), `XU` repeat units (exact where spanning, else at least).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import pysam

from als_screen.evidence import ReadClass, ReadsCheck
from als_screen.files import replacing
from als_screen.read_views import Lies
from als_screen.regions import CHROMOSOME_LENGTHS, Build
from als_screen.repeat.shown import Alignment

_CLASSES = {
    Lies.SPANNING: ReadClass.SPANNING,
    Lies.LEFT: ReadClass.FLANKING,
    Lies.RIGHT: ReadClass.FLANKING,
    Lies.INSIDE: ReadClass.IN_REPEAT,
}
#: Mapping quality of a read that was placed by its flank.
PLACED = 60


def write_bamlet(
    path: Path, check: ReadsCheck, build: Build, chrom: str, fragments: Sequence[Sequence[Alignment]]
) -> None:
    """Write `path` (.bam) and `path`.bai; the same reads give the same bytes.

    Args:
        path: of the BAM.
        check: the patient's file, for the sample and the name of the chromosome.
        build: of the patient.
        chrom: of the repeat.
        fragments: their alignments.
    """
    header = _header(check, build)
    tid = header.get_tid(check.contigs[chrom])
    group = header.to_dict()["RG"][0]["ID"]
    records = [_record(header, tid, group, pair, index) for pair in fragments for index in range(len(pair))]
    records.sort(key=lambda record: (record.reference_start, record.query_name or "", record.flag))
    with replacing(path) as data, replacing(index_of(path)) as index:
        with pysam.AlignmentFile(str(data), "wb", header=header) as file:
            for record in records:
                file.write(record)
        pysam.index("-o", str(index), str(data))


def remove_bamlet(path: Path) -> None:
    """Remove what an earlier run wrote: nothing old may stand for a patient that cannot be screened now."""
    path.unlink(missing_ok=True)
    index_of(path).unlink(missing_ok=True)


def index_of(path: Path) -> Path:
    """Return the path of the index."""
    return path.with_name(f"{path.name}.bai")


def _header(check: ReadsCheck, build: Build) -> pysam.AlignmentHeader:
    lengths = CHROMOSOME_LENGTHS[build]
    return pysam.AlignmentHeader.from_dict(
        {
            "HD": {"VN": "1.6", "SO": "coordinate"},
            "SQ": [
                {"SN": name, "LN": lengths[chrom], "AS": build.value} for chrom, name in check.contigs.items()
            ],
            "RG": [{"ID": check.sample, "SM": check.sample}],
            "CO": ["reads of the C9orf72 repeat as realigned by als-screen; XC: class, XU: repeat units"],
        }
    )


def _record(
    header: pysam.AlignmentHeader, tid: int, group: str, pair: Sequence[Alignment], index: int
) -> pysam.AlignedSegment:
    one, other = pair[index], pair[1 - index] if len(pair) == 2 else None
    record = pysam.AlignedSegment(header)
    record.query_name = one.read.name
    record.flag = _flag(one, other)
    record.reference_id, record.reference_start = tid, one.start
    record.mapping_quality = PLACED if one.cigar else 0
    record.cigarstring = one.cigar or None
    if other is not None:
        record.next_reference_id, record.next_reference_start = tid, other.start
    record.query_sequence = one.read.bases.decode("ascii")
    record.query_qualities = array("B", one.read.qualities)
    record.set_tag("RG", group)
    record.set_tag("XC", _CLASSES[one.shown.lies].value if one.shown else "mate")
    if one.shown:
        record.set_tag("XU", one.shown.units)
    return record


def _flag(one: Alignment, other: Alignment | None) -> int:
    flag = 0x10 * one.read.reverse + 0x4 * (not one.cigar)
    if other is None:
        return flag
    flag += 0x1 + (0x40 if one.read.first else 0x80)
    return flag + 0x20 * other.read.reverse + 0x8 * (not other.cigar)
