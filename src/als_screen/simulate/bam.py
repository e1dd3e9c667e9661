"""Write reads as BAM or CRAM with an index, as a laboratory hands them over."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from als_screen.regions import Build
from als_screen.simulate.contigs import contig_name, primary_contigs
from als_screen.simulate.files import publish
from als_screen.simulate.pairs import Read

#: A CRAM that carries its own bases, so that it is read without a reference.
_NO_REFERENCE = ["no_ref=1"]

#: Where the file id lies in a CRAM, after magic and version. Source: CRAM 3.1 specification, section 6.
_CRAM_ID = range(6, 26)


@dataclass(frozen=True, slots=True)
class Sample:
    """Whose reads they are and how the file names chromosomes.

    `contigs` restricts the header to some chromosomes (names without `chr`); None: all primary ones.
    """

    name: str
    build: Build
    prefix: bool = True
    contigs: tuple[str, ...] | None = None

    def lengths(self) -> dict[str, int]:
        """Return the length of each chromosome of the header, by its name without `chr`."""
        lengths = primary_contigs(self.build)
        return {name: lengths[name] for name in (lengths if self.contigs is None else self.contigs)}


def bam_header(sample: Sample) -> pysam.AlignmentHeader:
    """Return a header of a sorted file with full contig lengths and one read group."""
    names = {contig_name(chrom, prefix=sample.prefix): size for chrom, size in sample.lengths().items()}
    return pysam.AlignmentHeader.from_dict(
        {
            "HD": {"VN": "1.6", "SO": "coordinate"},
            "SQ": [{"SN": name, "LN": size} for name, size in names.items()],
            "RG": [{"ID": f"{sample.name}.1", "SM": sample.name, "LB": sample.name, "PL": "ILLUMINA"}],
            "PG": [{"ID": "bwa", "PN": "bwa", "VN": "0.7.17-simulated", "CL": "bwa mem"}],
        }
    )


def write_bam(path: Path, reads: Sequence[Read], sample: Sample) -> None:
    """Write a sorted BAM and its .bai."""
    publish(path, lambda temporary: _write(temporary, reads, sample, "wb", None))


def write_cram(path: Path, reads: Sequence[Read], sample: Sample) -> None:
    """Write a sorted CRAM that needs no reference to be read, and its .crai."""
    publish(path, lambda temporary: _write(temporary, reads, sample, "wc", _NO_REFERENCE))


def write_cram_with_reference(path: Path, reads: Sequence[Read], sample: Sample, fasta: Path) -> None:
    """Write a sorted CRAM that is read with `fasta` (indexed) only, and its .crai.

    The header's UR names a file that is gone, as it does for a laboratory's CRAM elsewhere; htslib would
    otherwise find the reference by itself.
    """
    with tempfile.TemporaryDirectory() as name:
        elsewhere = Path(name) / fasta.name
        for suffix in ("", ".fai", ".gzi"):
            Path(f"{elsewhere}{suffix}").symlink_to(Path(f"{fasta}{suffix}").resolve())
        options = [f"reference={elsewhere}"]
        publish(path, lambda temporary: _write(temporary, reads, sample, "wc", options))


def write_truncated_bam(path: Path, reads: Sequence[Read], sample: Sample, share: float = 0.6) -> None:
    """Write a BAM cut off after `share` of its bytes, as a broken copy leaves it; the index is whole."""
    publish(path, lambda temporary: _write_cut(temporary, reads, sample, share))


def _write(path: Path, reads: Iterable[Read], sample: Sample, mode: str, options: list[str] | None) -> None:
    header = bam_header(sample)
    with pysam.AlignmentFile(str(path), mode, header=header, format_options=options) as file:
        for read in reads:
            file.write(pysam.AlignedSegment.fromstring(_sam_line(read, sample), header))
    if mode == "wc":
        _name_cram(path)
    pysam.index(str(path))


def _name_cram(path: Path) -> None:
    """Write the name as file id, where htslib put the temporary path: the same reads, the same bytes."""
    with path.open("r+b") as file:
        file.seek(_CRAM_ID.start)
        file.write(path.name.encode()[: len(_CRAM_ID)].ljust(len(_CRAM_ID), b"\0"))


def _write_cut(path: Path, reads: Sequence[Read], sample: Sample, share: float) -> None:
    _write(path, reads, sample, "wb", None)
    index = path.with_name(f"{path.name}.bai")
    whole_index = index.read_bytes()
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    # Written again, or it would be older than its data: another fault than the one meant here.
    index.write_bytes(whole_index)


def _sam_line(read: Read, sample: Sample) -> str:
    place = "*" if read.chrom is None else contig_name(read.chrom, prefix=sample.prefix)
    fields = (read.name, read.flag, place, read.start + 1, read.mapq, read.cigar)
    rest = (read.template_length, read.sequence, read.qualities)
    return "\t".join(map(str, (*fields, *_mate_fields(read, sample), *rest, *_tags(read, sample))))


def _mate_fields(read: Read, sample: Sample) -> tuple[str, str]:
    """Return RNEXT and PNEXT."""
    if read.mate_place is None:
        return "*", "0"
    chrom, start = read.mate_place
    return ("=" if chrom == read.chrom else contig_name(chrom, prefix=sample.prefix)), str(start + 1)


def _tags(read: Read, sample: Sample) -> list[str]:
    tags = [f"RG:Z:{sample.name}.1"]
    if read.nm is not None:
        tags.append(f"NM:i:{read.nm}")
    return [*tags, f"MC:Z:{read.mate_cigar}"] if read.mate_cigar is not None else tags
