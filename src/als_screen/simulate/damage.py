"""Damage to good files, as transfers, disks, scripts and people do it: bytes, VCF lines and BAM records.

Every kind takes the path of a copy and a source of chance, and changes the copy in place. Kinds that keep the
file readable make its index anew, so that what is tested is the content and not the date of the index.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pysam

Rng = np.random.Generator
Damage = Callable[[Path, Rng], None]

#: Share of the lines or records that a kind changes.
SHARE = 0.1
#: First columns of a VCF line, by name.
CHROM, POS, _, REF, ALT, QUAL, FILTER, INFO, FORMAT = range(9)


# ------------------------------------------------------------------------------------------------- bytes


def flip_bits(path: Path, rng: Rng) -> None:
    """Flip one to eight bits anywhere."""
    data = bytearray(path.read_bytes())
    for at in rng.integers(0, len(data), int(rng.integers(1, 9))):
        data[at] ^= 1 << int(rng.integers(0, 8))
    path.write_bytes(data)


def zero_stretch(path: Path, rng: Rng) -> None:
    """Overwrite up to 4 kB with zeros, as a lost disk block does."""
    data = bytearray(path.read_bytes())
    start = int(rng.integers(0, len(data)))
    end = min(len(data), start + int(rng.integers(1, 4097)))
    data[start:end] = bytes(end - start)
    path.write_bytes(data)


def drop_stretch(path: Path, rng: Rng) -> None:
    """Leave out up to 4 kB."""
    data = path.read_bytes()
    start = int(rng.integers(0, len(data)))
    path.write_bytes(data[:start] + data[start + int(rng.integers(1, 4097)) :])


def repeat_stretch(path: Path, rng: Rng) -> None:
    """Write up to 4 kB twice."""
    data = path.read_bytes()
    start = int(rng.integers(0, len(data)))
    end = start + int(rng.integers(1, 4097))
    path.write_bytes(data[:end] + data[start:])


def cut_off(path: Path, rng: Rng) -> None:
    """Truncate anywhere."""
    path.write_bytes(path.read_bytes()[: int(rng.integers(0, path.stat().st_size))])


def drop_block(path: Path, rng: Rng) -> None:
    """Leave out one whole BGZF block; checksums and the end marker stay right."""
    blocks = _bgzf_blocks(path.read_bytes())
    del blocks[int(rng.integers(0, len(blocks)))]
    path.write_bytes(b"".join(blocks))


def swap_blocks(path: Path, rng: Rng) -> None:
    """Swap two BGZF blocks."""
    blocks = _bgzf_blocks(path.read_bytes())
    one, two = rng.integers(0, len(blocks), 2)
    blocks[one], blocks[two] = blocks[two], blocks[one]
    path.write_bytes(b"".join(blocks))


def _bgzf_blocks(data: bytes) -> list[bytes]:
    """Return the blocks of a BGZF file. Source: SAM specification, section 4.1 (BSIZE at byte 16)."""
    blocks, start = [], 0
    while start < len(data):
        size = int.from_bytes(data[start + 16 : start + 18], "little") + 1
        blocks.append(data[start : start + size])
        start += size
    return blocks


# --------------------------------------------------------------------------------------------- VCF lines


def drop_lines(path: Path, rng: Rng) -> None:
    """Leave out a share of the records."""
    _change_lines(path, rng, lambda lines: [line for line in lines if rng.random() > SHARE])


def double_lines(path: Path, rng: Rng) -> None:
    """Write a share of the records twice."""
    _change_lines(path, rng, lambda lines: [x for x in lines for _ in range(1 + (rng.random() < SHARE))])


def shuffle_lines(path: Path, rng: Rng) -> None:
    """Write the records in another order."""
    _change_lines(path, rng, lambda lines: [lines[at] for at in rng.permutation(len(lines))])


def change_cell(path: Path, rng: Rng) -> None:
    """Replace one field of a share of the records by something odd."""
    odd = {
        CHROM: ("chrUn", "", "9", "chr21"),
        POS: ("0", "-5", "x", "99999999999", "1"),
        REF: ("N", ".", "", "ACGT", "<DEL>"),
        ALT: (".", "*", "<DEL>", "<NON_REF>", "A", "T", "N", "A,C,G", "]chr1:5]T", "ACGTACGT"),
        QUAL: (".", "-1", "nan", "x"),
        FILTER: ("LowQual", ".", "PASS", "not_declared"),
        INFO: (".", "X=1;Y", "END=5", "=" * 1000),
        FORMAT: ("GT", ".", "DP:GT", "XX"),
    }

    def changed(line: str) -> str:
        fields = line.split("\t")
        column = list(odd)[int(rng.integers(0, len(odd)))]
        fields[column] = odd[column][int(rng.integers(0, len(odd[column])))]
        return "\t".join(fields)

    _change_lines(path, rng, lambda lines: [changed(x) if rng.random() < SHARE else x for x in lines])


def change_genotype(path: Path, rng: Rng) -> None:
    """Replace the genotype of a share of the records."""
    odd = ("./.", ".", "0/0", "0/1", "1/1", "1", "./1", "1|0", "0/2", "0/1/1", "", "x/y", "7/8", "1/")

    def changed(line: str) -> str:
        *fields, call = line.split("\t")
        genotype = odd[int(rng.integers(0, len(odd)))]
        return "\t".join([*fields, ":".join([genotype, *call.split(":")[1:]])])

    _change_lines(path, rng, lambda lines: [changed(x) if rng.random() < SHARE else x for x in lines])


def shift_positions(path: Path, rng: Rng) -> None:
    """Add one number to every position, as a mix-up of coordinate systems does."""
    by = int(rng.choice([-1, 1, 10, -10]))

    def shifted(line: str) -> str:
        chrom, pos, rest = line.split("\t", 2)
        return f"{chrom}\t{int(pos) + by}\t{rest}"

    _change_lines(path, rng, lambda lines: [shifted(line) for line in lines])


def rename_contigs(path: Path, rng: Rng) -> None:
    """Rename one chromosome or all, in the header, in the records, or in both."""
    head, records = _lines_of(path)
    names = [line.split("ID=")[1].split(",")[0].rstrip(">") for line in head if line.startswith("##contig")]
    used = sorted({line.split("\t")[0] for line in records} & set(names)) or names
    chosen = names if rng.random() < 0.5 else [used[int(rng.integers(0, len(used)))]]
    style = int(rng.integers(0, 3))
    new = {name: _renamed(name, style) for name in chosen}
    where = int(rng.integers(0, 3))
    if where != 1:
        for old, name in new.items():
            head = [line.replace(f"ID={old},", f"ID={name},") for line in head]
    if where != 0:
        cells = (line.partition("\t") for line in records)
        records = [f"{new.get(chrom, chrom)}\t{rest}" for chrom, _, rest in cells]
    _write_lines(path, rng, [*head, *records])


def _renamed(name: str, style: int) -> str:
    other = name.removeprefix("chr") if name.startswith("chr") else f"chr{name}"
    return (other, name.upper(), f"{name}.1")[style]


def drop_declarations(path: Path, rng: Rng) -> None:
    """Leave out declarations of the header: all of a kind, or each with a chance of one half."""
    head, records = _lines_of(path)
    kind = str(rng.choice(["##contig", "##FORMAT", "##INFO", "##FILTER", "##ALT", "##"]))
    share = float(rng.choice([0.5, 1.0]))
    kept = [line for line in head[1:-1] if not line.startswith(kind) or rng.random() > share]
    _write_lines(path, rng, [head[0], *kept, head[-1], *records])


def rename_sample(path: Path, rng: Rng) -> None:
    """Give the sample another name."""
    head, records = _lines_of(path)
    name = str(rng.choice(["", "other", "a b", "é", "^x", "a,b", "DEMO-09-NEGATIVE", "x" * 300]))
    columns = head[-1].split("\t")[:-1]
    _write_lines(path, rng, [*head[:-1], "\t".join([*columns, name]), *records])


def _change_lines(path: Path, rng: Rng, change: Callable[[list[str]], list[str]]) -> None:
    """Rewrite the records of a .vcf.gz and index it where tabix still can."""
    head, records = _lines_of(path)
    _write_lines(path, rng, [*head, *change(records)])


def _lines_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the lines of the header and the records of a .vcf.gz."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    head = [line for line in lines if line.startswith("#")]
    return head, lines[len(head) :]


def _write_lines(path: Path, rng: Rng, lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    plain = path.with_suffix(".tmp")
    plain.write_text(text, encoding="utf-8")
    pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()
    _index_again(path, rng)


def _index_again(path: Path, rng: Rng) -> None:
    """Make the index anew, or leave none where the file cannot be indexed or chance says so."""
    for suffix in (".tbi", ".bai"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    try:
        if path.suffix == ".bam":
            pysam.index(str(path))
        elif rng.random() < 0.8:
            pysam.tabix_index(str(path), preset="vcf", force=True, keep_original=True)
    except (pysam.utils.SamtoolsError, OSError, ValueError):
        return


# ------------------------------------------------------------------------------------------- BAM records

Segments = list[pysam.AlignedSegment]


def drop_reads(path: Path, rng: Rng) -> None:
    """Leave out a tenth to all of the reads, at random."""
    share = float(rng.choice([0.1, 0.5, 0.9, 1.0]))
    _change_reads(path, rng, lambda reads: [read for read in reads if rng.random() > share])


def drop_chromosome(path: Path, rng: Rng) -> None:
    """Leave out all reads of one of the chromosomes."""

    def kept(reads: Segments) -> Segments:
        names = sorted({read.reference_name or "" for read in reads})
        lost = names[int(rng.integers(0, len(names)))]
        return [read for read in reads if read.reference_name != lost]

    _change_reads(path, rng, kept)


def set_flags(path: Path, rng: Rng) -> None:
    """Flip one flag of a share of the reads: duplicate, secondary, supplementary, strand, mate, quality."""
    bit = int(rng.choice([0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800]))
    share = float(rng.choice([SHARE, 1.0]))

    def flipped(reads: Segments) -> Segments:
        for read in reads:
            if rng.random() < share:
                read.flag ^= bit
        return reads

    _change_reads(path, rng, flipped)


def set_mapping_quality(path: Path, rng: Rng) -> None:
    """Set the mapping quality of all reads."""
    quality = int(rng.choice([0, 1, 19, 255]))

    def changed(reads: Segments) -> Segments:
        for read in reads:
            read.mapping_quality = quality
        return reads

    _change_reads(path, rng, changed)


def shorten_reads(path: Path, rng: Rng) -> None:
    """Cut every read to its first bases, as a trimmer does."""
    length = int(rng.choice([1, 20, 36, 75]))

    def cut(read: pysam.AlignedSegment) -> pysam.AlignedSegment:
        qualities = read.query_qualities
        read.query_sequence = (read.query_sequence or "")[:length]
        read.query_qualities = qualities[:length] if qualities is not None else None
        read.cigarstring = None if read.is_unmapped else f"{len(read.query_sequence or '')}M"
        return read

    _change_reads(path, rng, lambda reads: [cut(read) for read in reads])


def change_bases(path: Path, rng: Rng) -> None:
    """Make a share of all bases wrong, or N, or lose all qualities."""
    share = float(rng.choice([0.01, 0.05, 0.3]))
    letters = np.frombuffer(b"N" if rng.random() < 0.3 else b"ACGT", dtype=np.uint8)

    def changed(read: pysam.AlignedSegment) -> pysam.AlignedSegment:
        qualities = read.query_qualities
        bases = np.frombuffer((read.query_sequence or "").encode(), dtype=np.uint8).copy()
        wrong = rng.random(len(bases)) < share
        bases[wrong] = rng.choice(letters, int(wrong.sum()))
        read.query_sequence = bases.tobytes().decode()
        read.query_qualities = qualities
        return read

    _change_reads(path, rng, lambda reads: [changed(read) for read in reads])


def shift_reads(path: Path, rng: Rng) -> None:
    """Move every read by some bases: an alignment to another reference."""
    by = int(rng.choice([-1, 1, 3, 1000]))

    def moved(reads: Segments) -> Segments:
        for read in reads:
            read.reference_start = max(0, read.reference_start + by)
        return reads

    _change_reads(path, rng, moved)


def shuffle_reads(path: Path, rng: Rng) -> None:
    """Write the reads in another order under a header that still says sorted; the index stays."""
    with pysam.AlignmentFile(str(path)) as file:
        header, reads = file.header, list(file)
    index = Path(f"{path}.bai").read_bytes()
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for at in rng.permutation(len(reads)):
            out.write(reads[at])
    Path(f"{path}.bai").write_bytes(index)


def _change_reads(path: Path, rng: Rng, change: Callable[[Segments], Segments]) -> None:
    """Rewrite the reads of a BAM, in order of position, and index it."""
    with pysam.AlignmentFile(str(path)) as file:
        header, reads = file.header, list(file)
    changed = change(reads)
    placed = [read for read in changed if read.reference_id >= 0]
    placed.sort(key=lambda read: (read.reference_id, read.reference_start))
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for read in (*placed, *(read for read in changed if read.reference_id < 0)):
            out.write(read)
    _index_again(path, rng)


BYTES: tuple[Damage, ...] = (flip_bits, zero_stretch, drop_stretch, repeat_stretch, cut_off)
BLOCKS: tuple[Damage, ...] = (drop_block, swap_blocks)
LINES: tuple[Damage, ...] = (
    *(drop_lines, double_lines, shuffle_lines, change_cell, change_genotype, shift_positions),
)
HEADER: tuple[Damage, ...] = (rename_contigs, drop_declarations, rename_sample)
READS: tuple[Damage, ...] = (
    *(drop_reads, drop_chromosome, set_flags, set_mapping_quality),
    *(shorten_reads, change_bases, shift_reads, shuffle_reads),
)
