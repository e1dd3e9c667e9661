"""The reader of VCF and BCF: yields `RawRecord`s of one patient that overlap the gene regions.

pysam rather than cyvcf2: in a region query cyvcf2 0.35 ends quietly at a corrupt block and at a missing end
of file, chooses BCF by the file's name, and writes to stderr; pysam raises. What neither notices is looked
for here: a plain VCF that breaks off inside its last column, records on contigs that the header lacks,
alleles that reach further than htslib sees. A plain VCF that is cut exactly between two lines cannot be told
from a whole one: `Content.reaches` tells up to where it speaks.
"""

from __future__ import annotations

import gzip
import re
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from io import FileIO
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

import pysam

from als_screen.errors import PatientDataError
from als_screen.evidence import VcfCheck
from als_screen.htslib import READ_ERRORS, Errors, opened, quiet, telling
from als_screen.inputs.diagnosis import RENEW, truncated
from als_screen.inputs.ends import ends, is_bgzf, is_gzip
from als_screen.inputs.headers import seekable
from als_screen.inputs.sites import autosomes
from als_screen.regions import Region, merged
from als_screen.samples import CHROMOSOMES, index_of
from als_screen.variants import fields
from als_screen.variants.reach import last_base, place_of, reaches_far
from als_screen.variants.records import UNKNOWN_END, UNNAMED_ALTS, RawRecord

#: The regions by the file's own name of their chromosome.
Areas = dict[str, list[Region]]
#: The lengths of contigs in bases, None where the header does not give it.
Lengths = dict[str, int | None]

#: Column number of FORMAT, and how far back the last line is looked for: a joint VCF has long lines.
FORMAT = 8
LAST_LINE = 1 << 22
#: A file of so many bytes has few blocks, so that the index of another may point to where records begin or
#: to none: records would be missing without an error. It takes milliseconds to read whole.
SMALL = 1 << 18
_CONTIG = re.compile(r"##contig=<ID=([^,>]+)(?:.*?,length=([0-9]{1,12}))?")


@dataclass(slots=True)
class Content:
    """What was read of a file.

    Attributes:
        records: those of the patient that overlap the regions.
        whole: it is packed, so that its end tells that it is whole.
        last: of each contig that was met, in the order of the file, the last position (1-based).
    """

    records: list[RawRecord] = field(default_factory=list)
    whole: bool = False
    last: dict[str, int] = field(default_factory=dict)

    def reaches(self, contig: str, pos: int) -> bool:
        """Tell whether the file speaks of a contig up to a 1-based position: it may have been cut before."""
        if self.whole:
            return bool(self.last)
        return contig in self.last and (contig != next(reversed(self.last)) or self.last[contig] >= pos)


def read_vcf(check: VcfCheck, regions: Iterable[Region]) -> Content:
    """Return the patient's records that overlap `regions`, and how far the file goes.

    An indexed file is queried region by region; any other, and a small one, is read once from begin to end.

    Raises:
        PatientDataError: the file is unreadable, truncated or malformed, or lacks the sample.
    """
    areas = {
        check.contigs[chrom]: list(spans)
        for chrom, spans in groupby(merged(regions), attrgetter("chrom"))
        if chrom in check.contigs
    }
    with quiet():
        if check.indexed:
            return _read(check, partial(_indexed, check), areas, Content(whole=True))
        return _read_whole(check, areas)


def with_autosomes(check: VcfCheck) -> VcfCheck:
    """Return the check with the file's own name of every autosome, for queries beyond the genes."""
    with quiet(), _refusing(check), seekable(Path(check.path)) as path, pysam.VariantFile(str(path)) as file:
        found = autosomes(map(str, file.header.contigs), check.contigs.values())
    return check.model_copy(update={"contigs": {**found, **check.contigs}})


def _refusing(check: VcfCheck, errors: Errors = READ_ERRORS) -> AbstractContextManager[None]:
    return telling(check.path, "VCF or BCF", errors=errors)


def _indexed(check: VcfCheck) -> pysam.VariantFile:
    """Open a file to query it; htslib is told the index, for which it would look once more."""
    index = index_of(Path(check.path))
    return pysam.VariantFile(check.path, index_filename=str(index) if index else None)


def _read_whole(check: VcfCheck, areas: Areas) -> Content:
    """Read a file without an index: looked at, then opened by name, since pysam hides why a number fails."""
    with _refusing(check), FileIO(check.path) as data:
        _refuse_cut_record(check, data)
        packed, blocks = is_gzip(data), is_bgzf(data)
    if packed and not blocks:
        return _read_copy(check, areas)
    return _read(check, partial(pysam.VariantFile, check.path), areas, Content(whole=packed))


def _refuse_cut_record(check: VcfCheck, data: FileIO) -> None:
    """Raise where a plain text VCF ends without a line end, and in the last line something lacks.

    htslib takes what is there for a record. A last line that lacks nothing but its end is taken for whole.
    """
    if ends(data, 2, 0)[0] != b"##":
        return
    last = ends(data, 0, LAST_LINE)[1].rpartition(b"\n")[2]
    if not last:
        return
    columns = last.split(b"\t")
    fields, call = columns[FORMAT : FORMAT + 1], columns[-1]
    lacks_fields = len(call.split(b":")) < len(b"".join(fields).split(b":")) or call.endswith(b":")
    if len(columns) <= FORMAT + check.samples or lacks_fields:
        raise truncated(Path(check.path))


def _read(
    check: VcfCheck, opening: Callable[[], pysam.VariantFile], areas: Areas, content: Content
) -> Content:
    with (
        opened(opening, lambda: _refusing(check)) as file,
        _refusing(check, (UnicodeDecodeError,)),
    ):
        column = _select(file, check)
        content.records += [
            _raw(record, areas[record.contig][0].chrom, column, single=check.samples == 1)
            for record in _calls(file, check, areas, column, content.last)
        ]
    return content


def _read_copy(check: VcfCheck, areas: Areas) -> Content:
    """Read a plain gzip file, which pysam cannot, from a copy of its lines that overlap the regions."""
    with tempfile.TemporaryDirectory(prefix="als-screen-") as scratch:
        copy = Path(scratch, "regions.vcf")
        with _refusing(check):
            last = _copy(check, areas, copy)
        content = _read(check, partial(pysam.VariantFile, str(copy)), areas, Content(whole=True))
    content.last = last
    return content


def _copy(check: VcfCheck, areas: Areas, copy: Path) -> dict[str, int]:
    """Copy the header and those lines; return the last position of each contig."""
    lengths: Lengths = {}
    last: dict[str, int] = {}
    with gzip.open(check.path, "rb") as lines, copy.open("wb") as target:
        for line in lines:
            if line.startswith(b"#"):
                found = _CONTIG.match(line.decode("utf-8", "replace"))
                lengths |= {found[1]: int(found[2] or 0) or None} if found else {}
                target.write(line)
                continue
            contig, pos, end = place_of(line)
            if pos:
                _refuse_misplaced(check, contig, pos, lengths, areas)
            last[contig] = pos
            if not pos or (contig in areas and _overlap(areas[contig], pos - 1, end)):
                target.write(line)
    return last


def _select(file: pysam.VariantFile, check: VcfCheck) -> int:
    """Restrict parsing to the patient's column, and return its number."""
    declared = file.header.formats.get("GT")
    if declared is not None and declared.type != "String":
        problem = f"the header declares GT as {declared.type}, so that no genotype can be read"
        raise PatientDataError(check.path, problem, "declare FORMAT/GT as Type=String")
    names = list(file.header.samples)
    if check.sample not in names:
        raise PatientDataError(check.path, f"no sample {check.sample!r}", "correct vcf_sample")
    if len(names) == 1 or "," in check.sample or check.sample.startswith(("^", "-")):
        return names.index(check.sample)  # htslib takes these for a list, a negation, "none"
    with _refusing(check):
        file.subset_samples([check.sample])
    return 0


def _calls(
    file: pysam.VariantFile, check: VcfCheck, areas: Areas, column: int, last: dict[str, int]
) -> Iterator[pysam.VariantRecord]:
    """Yield the records that overlap the regions, and note which places of the file were met."""
    with _refusing(check):
        queried = check.indexed and Path(check.path).stat().st_size > SMALL
        for record in _queried(file, areas, last) if queried else _streamed(file, check, areas, last):
            if len(record.samples) <= column:
                expected = f"the record at {record.contig}:{record.pos} has no sample columns"
                raise PatientDataError(check.path, expected, RENEW)
            yield record


def _queried(file: pysam.VariantFile, areas: Areas, last: dict[str, int]) -> Iterator[pysam.VariantRecord]:
    """Yield what the index finds; it may place an allele that reaches far at its begin alone."""
    for first in islice(file, 1):
        last[first.contig] = first.pos
    declares = _declares_far_alleles(file)
    for contig, spans in areas.items():
        far = declares and spans[0].chrom in CHROMOSOMES  # elsewhere are single sites
        done = 0  # a record over two regions is met twice
        for span in spans:
            records = file.fetch(contig, done if far else span.start, span.end)
            yield from (one for one in records if one.start >= done and _end(one) > span.start)
            done = span.end


def _declares_far_alleles(file: pysam.VariantFile) -> bool:
    """Tell from a header whether an index may place records of its file at their begin alone.

    It does where alleles are declared of which SVLEN or a mate tells the end. An END in a line of text is
    seen by who makes the index whatever the header says of it; in a BCF only where it is a number.
    """
    header = file.header
    named = {f"<{alt}>" for alt in header.alts} - UNNAMED_ALTS
    end = header.info.get("END")
    lost = file.is_bcf and (end is None or end.type != "Integer")
    return bool(named) or lost or any(key in header.info for key in ("SVTYPE", "SVLEN"))


def _streamed(
    file: pysam.VariantFile, check: VcfCheck, areas: Areas, last: dict[str, int]
) -> Iterator[pysam.VariantRecord]:
    """Yield the records that overlap the regions."""
    lengths: Lengths = {str(name): one.length or None for name, one in file.header.contigs.items()}
    sound = {name: length or UNKNOWN_END for name, length in lengths.items()}
    for record in file:
        contig, start = record.contig, record.start
        if start >= sound.get(contig, 0):
            _refuse_misplaced(check, contig, start + 1, lengths, areas)
        last[contig] = start + 1
        if contig in areas and _overlap(areas[contig], start, _end(record)):
            yield record


def _overlap(spans: list[Region], start: int, end: int) -> bool:
    """Tell whether one of the spans, sorted and disjoint, has a base of the 0-based half-open interval."""
    before_its_end = bisect_left(spans, end, key=attrgetter("start"))
    return before_its_end > 0 and start < spans[before_its_end - 1].end


def _refuse_misplaced(check: VcfCheck, contig: str, pos: int, lengths: Lengths, areas: Areas) -> None:
    """Raise where a record lies behind its contig, or on one that a header with contigs lacks.

    That may be one of ours by another name. A telomere is written behind the last base.
    """
    record = f"the record at {contig[:40]}:{pos}"
    if lengths and contig not in lengths and contig not in areas:
        expected = f"{record} is on a contig that the header does not declare"
        raise PatientDataError(check.path, expected, "correct the header, or name the contigs alike")
    if (length := lengths.get(contig)) and pos > length + 1:
        expected = f"{record} lies behind the end of its contig, which has {length} bases"
        raise PatientDataError(check.path, expected, "correct it, or make the file again")


def _end(record: pysam.VariantRecord) -> int:
    """Return the last base (1-based)."""
    alts = record.alts or ()
    if not reaches_far(alts):
        return record.stop
    info = str(record).split("\t", 8)[7]
    return last_base(record.contig, record.pos, record.stop, record.ref or "", alts, info)


def _raw(record: pysam.VariantRecord, chrom: str, column: int, *, single: bool) -> RawRecord:
    """Return plain values; INFO speaks of the patient only where the file has no other sample."""
    sample = record.samples[column]
    keys = set(record.format)
    format_fields = {key: sample[key] for key in keys & fields.FORMAT_KEYS}
    info = {key: record.info[key] for key in fields.INFO_KEYS if single and key in record.info}
    alts = record.alts or ()
    copies = _copies(record, column) if "GT" in keys else None
    phased = sample.phased and copies is not None and len(copies) > 1
    depths = fields.allele_depths(format_fields, 1 + len(alts))
    # `get` raises where no header declares it
    svlen = record.info["SVLEN"] if "SVLEN" in record.info else None  # noqa: SIM401
    return RawRecord(
        contig=record.contig,
        chrom=chrom,
        pos=record.pos,
        end=_end(record),
        ref=record.ref or "",
        alts=alts,
        copies=copies,
        phased=phased,
        phase_set=fields.phase_set(format_fields, phased=phased),
        depth=fields.depth(format_fields, info, depths),
        min_depth=fields.least_depth(format_fields, info),
        allele_depths=depths,
        lengths=fields.lengths(svlen, len(alts)),
        quality=None if record.qual is None else float(f"{record.qual:.6g}"),
        genotype_quality=fields.genotype_quality(format_fields),
        filters=tuple(str(name) for name in record.filter if name != "PASS"),
        single=single,
    )


def _copies(record: pysam.VariantRecord, column: int) -> tuple[int | None, ...]:
    """Return the allele numbers of GT as written; pysam has None for those that the record does not have."""
    copies = tuple(record.samples[column].allele_indices or ())
    if None not in copies:
        return copies
    fields = str(record).rstrip("\n").split("\t", 9 + column + 1)
    number = fields[8].split(":").index("GT")
    written = re.findall(r"[0-9]+|\.", fields[9 + column].split(":")[number])
    return tuple(None if one == "." else int(one) for one in written)
