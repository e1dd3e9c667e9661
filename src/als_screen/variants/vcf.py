"""The reader of VCF and BCF: yields `RawRecord`s of one patient that overlap the gene regions.

pysam rather than cyvcf2: in a region query cyvcf2 0.35 ends quietly at a corrupt block and at a missing end
of file, chooses BCF by the file's name, and writes to stderr; pysam raises. What neither notices, a plain
VCF that breaks off inside its last column, is looked for here. A plain VCF that is cut exactly between two
lines cannot be told from a whole one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pysam
import pysam.bcftools
from pysam.utils import SamtoolsError

from als_screen.errors import PatientDataError
from als_screen.evidence import VcfCheck
from als_screen.regions import Region, merged
from als_screen.samples import index_of
from als_screen.variants import fields
from als_screen.variants.htslib import opened, quiet
from als_screen.variants.records import RawRecord

#: The regions by the file's own name of their chromosome.
Areas = dict[str, list[Region]]

#: Column number of FORMAT, and how far back the last line is looked for: a joint VCF has long lines.
FORMAT = 8
LAST_LINE = 1 << 22
READABLE = "a readable VCF or BCF, whole to its end"
RENEW = "copy or make the file again"
#: What pysam raises on files that are truncated, corrupt or malformed; UnicodeDecodeError is a ValueError.
READ_ERRORS = (OSError, ValueError, SamtoolsError, NotImplementedError)


def read_records(check: VcfCheck, regions: Iterable[Region]) -> list[RawRecord]:
    """Return the patient's records that overlap `regions`.

    An indexed file is queried region by region, any other read once from begin to end.

    Raises:
        PatientDataError: the file is unreadable, truncated or malformed, or lacks the sample.
    """
    areas = {
        check.contigs[chrom]: list(spans)
        for chrom, spans in groupby(merged(regions), attrgetter("chrom"))
        if chrom in check.contigs
    }
    with quiet():
        with _refusing(check):
            plain = not check.indexed and _look_at_ends(check)
        return _read_copy(check, areas) if plain else _read(check, check.path, areas)


@contextmanager
def _refusing(check: VcfCheck, errors: tuple[type[Exception], ...] = READ_ERRORS) -> Iterator[None]:
    """Turn what pysam raises on bad files into the patient's reason; nothing else belongs in the block."""
    try:
        yield
    except errors as error:
        said = " ".join(str(error).split())[:200]
        raise PatientDataError(check.path, f"{READABLE} ({said})", RENEW) from error


def _look_at_ends(check: VcfCheck) -> bool:
    """Tell whether the file is plain gzip; raise where it is text without a line end and something lacks.

    htslib takes what is there of the last line for a record. One that lacks nothing but its end is taken for
    whole.
    """
    path = Path(check.path)
    with path.open("rb") as file:
        head = file.read(14)
        if head[:2] == b"##":
            file.seek(max(0, path.stat().st_size - LAST_LINE))
            _refuse_cut_record(file.read().rpartition(b"\n")[2], check.samples)
    return head[:2] == b"\x1f\x8b" and not _is_bgzf(head)


def _refuse_cut_record(last: bytes, samples: int) -> None:
    if not last:
        return
    columns = last.split(b"\t")
    fields, call = columns[FORMAT : FORMAT + 1], columns[-1]
    lacks_fields = len(call.split(b":")) < len(b"".join(fields).split(b":")) or call.endswith(b":")
    if len(columns) <= FORMAT + samples or lacks_fields:
        raise ValueError("the last record breaks off")


def _is_bgzf(head: bytes) -> bool:
    """Tell BGZF, which has an extra field called BC, from gzip. Source: SAM specification, section 4.1."""
    return len(head) == 14 and bool(head[3] & 4) and head[12:14] == b"BC"


def _read(check: VcfCheck, path: str, areas: Areas) -> list[RawRecord]:
    with (
        opened(
            lambda: pysam.VariantFile(path, index_filename=_index(check, path)), lambda: _refusing(check)
        ) as file,
        _refusing(check, (UnicodeDecodeError,)),
    ):
        column = _select(file, check)
        return [
            _raw(record, areas[record.contig][0].chrom, sample, single=check.samples == 1)
            for record, sample in _calls(file, check, areas, column)
        ]


def _index(check: VcfCheck, path: str) -> str | None:
    """Return the index to query with, told so that htslib need not look for it."""
    found = index_of(Path(path)) if check.indexed else None
    return str(found) if found else None


def _read_copy(check: VcfCheck, areas: Areas) -> list[RawRecord]:
    """Read a plain gzip file, which pysam cannot, from a copy of its records that overlap the regions."""
    with tempfile.TemporaryDirectory(prefix="als-screen-") as scratch:
        bed, copy = Path(scratch, "regions.bed"), Path(scratch, "regions.vcf")
        rows = [f"{contig}\t{span.start}\t{span.end}\n" for contig, spans in areas.items() for span in spans]
        bed.write_text("".join(rows), encoding="utf-8")
        options = ("--no-version", "--no-update", "-T", str(bed), "--targets-overlap", "1", "-Ov")
        with _refusing(check):
            pysam.bcftools.view(*options, "-o", str(copy), check.path, catch_stdout=False)
        return _read(check, str(copy), areas)


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
    file: pysam.VariantFile, check: VcfCheck, areas: Areas, column: int
) -> Iterator[tuple[pysam.VariantRecord, pysam.VariantRecordSample]]:
    """Yield the records that overlap the regions, with the patient's column."""
    with _refusing(check):
        for record in _queried(file, areas) if check.indexed else _streamed(file, areas):
            if len(record.samples) <= column:
                raise ValueError(f"the record at {record.contig}:{record.pos} has no sample columns")
            yield record, record.samples[column]


def _queried(file: pysam.VariantFile, areas: Areas) -> Iterator[pysam.VariantRecord]:
    for contig, spans in areas.items():
        done = 0  # a record over two regions is met twice
        for span in spans:
            records = file.fetch(contig, span.start, span.end)
            yield from (record for record in records if record.start >= done)
            done = span.end


def _streamed(file: pysam.VariantFile, areas: Areas) -> Iterator[pysam.VariantRecord]:
    for record in file:
        spans = areas.get(record.contig, ())
        if any(record.start < span.end and span.start < record.stop for span in spans):
            yield record


def _raw(
    record: pysam.VariantRecord, chrom: str, sample: pysam.VariantRecordSample, *, single: bool
) -> RawRecord:
    """Return plain values; INFO speaks of the patient only where the file has no other sample."""
    keys = set(record.format)
    format_fields = {key: sample[key] for key in keys & fields.FORMAT_KEYS}
    info = {key: record.info[key] for key in fields.INFO_KEYS if single and key in record.info}
    alts = record.alts or ()
    copies = tuple(sample.allele_indices or ()) if "GT" in keys else None
    phased = sample.phased and copies is not None and len(copies) > 1
    depths = fields.allele_depths(format_fields, 1 + len(alts))
    return RawRecord(
        contig=record.contig,
        chrom=chrom,
        pos=record.pos,
        end=record.stop,
        ref=record.ref or "",
        alts=alts,
        copies=copies,
        phased=phased,
        phase_set=fields.phase_set(format_fields, phased=phased),
        depth=fields.depth(format_fields, info, depths),
        min_depth=fields.least_depth(format_fields, info),
        allele_depths=depths,
        quality=None if record.qual is None else float(f"{record.qual:.6g}"),
        genotype_quality=fields.genotype_quality(format_fields),
        filters=tuple(str(name) for name in record.filter if name != "PASS"),
        single=single,
    )
