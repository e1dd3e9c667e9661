"""The reader of VCF and BCF: yields `RawRecord`s of one patient that overlap the gene regions.

pysam rather than cyvcf2: in a region query cyvcf2 0.35 ends quietly at a corrupt block and at a missing end
of file, chooses BCF by the file's name, and writes to stderr; pysam raises. What neither notices, a plain
VCF that breaks off inside its last column, is looked for here. A plain VCF that is cut exactly between two
lines cannot be told from a whole one.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from io import FileIO
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pysam
import pysam.bcftools

from als_screen.errors import PatientDataError
from als_screen.evidence import VcfCheck
from als_screen.htslib import READ_ERRORS, Errors, opened, quiet, telling
from als_screen.inputs.diagnosis import RENEW, truncated
from als_screen.inputs.ends import ends, is_bgzf, is_gzip
from als_screen.inputs.headers import seekable
from als_screen.inputs.sites import autosomes
from als_screen.regions import Region, merged
from als_screen.samples import index_of
from als_screen.variants import fields
from als_screen.variants.records import RawRecord

#: The regions by the file's own name of their chromosome.
Areas = dict[str, list[Region]]

#: Column number of FORMAT, and how far back the last line is looked for: a joint VCF has long lines.
FORMAT = 8
LAST_LINE = 1 << 22
#: A file of so many bytes has few blocks, so that the index of another may point to where records begin or
#: to none: records would be missing without an error. It takes milliseconds to read whole.
SMALL = 1 << 18


def read_records(check: VcfCheck, regions: Iterable[Region]) -> list[RawRecord]:
    """Return the patient's records that overlap `regions`.

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
        return _read(check, partial(_indexed, check), areas) if check.indexed else _read_whole(check, areas)


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


def _read_whole(check: VcfCheck, areas: Areas) -> list[RawRecord]:
    """Read a file without an index: looked at, then opened by name, since pysam hides why a number fails."""
    with _refusing(check), FileIO(check.path) as data:
        _refuse_cut_record(check, data)
        plain = is_gzip(data) and not is_bgzf(data)
    return _read_copy(check, areas) if plain else _read(check, partial(pysam.VariantFile, check.path), areas)


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


def _read(check: VcfCheck, opening: Callable[[], pysam.VariantFile], areas: Areas) -> list[RawRecord]:
    with (
        opened(opening, lambda: _refusing(check)) as file,
        _refusing(check, (UnicodeDecodeError,)),
    ):
        column = _select(file, check)
        return [
            _raw(record, areas[record.contig][0].chrom, sample, single=check.samples == 1)
            for record, sample in _calls(file, check, areas, column)
        ]


def _read_copy(check: VcfCheck, areas: Areas) -> list[RawRecord]:
    """Read a plain gzip file, which pysam cannot, from a copy of its records that overlap the regions."""
    with tempfile.TemporaryDirectory(prefix="als-screen-") as scratch:
        bed, copy = Path(scratch, "regions.bed"), Path(scratch, "regions.vcf")
        rows = [f"{contig}\t{span.start}\t{span.end}\n" for contig, spans in areas.items() for span in spans]
        bed.write_text("".join(rows), encoding="utf-8")
        options = ("--no-version", "--no-update", "-T", str(bed), "--targets-overlap", "1", "-Ov")
        with _refusing(check):
            pysam.bcftools.view(*options, "-o", str(copy), check.path, catch_stdout=False)
        return _read(check, partial(pysam.VariantFile, str(copy)), areas)


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
        queried = check.indexed and Path(check.path).stat().st_size > SMALL
        for record in _queried(file, areas) if queried else _streamed(file, areas):
            if len(record.samples) <= column:
                expected = f"the record at {record.contig}:{record.pos} has no sample columns"
                raise PatientDataError(check.path, expected, RENEW)
            yield record, record.samples[column]


def _queried(file: pysam.VariantFile, areas: Areas) -> Iterator[pysam.VariantRecord]:
    for contig, spans in areas.items():
        done = 0  # a record over two regions is met twice
        for span in spans:
            records = file.fetch(contig, span.start, span.end)
            yield from (record for record in records if record.start >= done)
            done = span.end


def _streamed(file: pysam.VariantFile, areas: Areas) -> Iterator[pysam.VariantRecord]:
    """Yield the records that overlap the spans, which are sorted and disjoint."""
    starts = {contig: [span.start for span in spans] for contig, spans in areas.items()}
    for record in file:
        before_its_end = bisect_left(starts.get(record.contig, ()), record.stop)
        if before_its_end and record.start < areas[record.contig][before_its_end - 1].end:
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
    # `get` raises where no header declares it
    svlen = record.info["SVLEN"] if "SVLEN" in record.info else None  # noqa: SIM401
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
        lengths=fields.lengths(svlen, len(alts)),
        quality=None if record.qual is None else float(f"{record.qual:.6g}"),
        genotype_quality=fields.genotype_quality(format_fields),
        filters=tuple(str(name) for name in record.filter if name != "PASS"),
        single=single,
    )
