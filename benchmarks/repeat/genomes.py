"""Simulate genomes around C9orf72 and align them with BWA-MEM, to develop and validate the call.

Not a test dependency: needs `bwa` on the PATH. The aligner sees a small genome: the C9orf72 region and
off-target-like places with short tracts of the motif, so that reads from inside an expansion land there with
MAPQ 0, as in whole genomes. Coordinates are then shifted to the true places and headers carry all contigs.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pysam
from art import Pair, lose_gc_rich, read_pairs

from als_screen.regions import Build, Gene, Region
from als_screen.repeat.locus import load_locus
from als_screen.resources import bundled
from als_screen.simulate.contigs import contig_name, primary_contigs

Codes = npt.NDArray[np.uint8]

_BASES = np.frombuffer(b"ACGT", dtype=np.uint8)
_COMPLEMENT = bytes.maketrans(b"ACGTN", b"TGCAN")
#: Bases of flank on each side of the repeat in each haplotype.
FLANK = 3500
PLACES = 16


@dataclass(frozen=True, slots=True)
class Spec:
    """One genome and the library made from it.

    Attributes:
        alleles: repeat units of both haplotypes.
        depth: mean over both haplotypes.
        fragment, fragment_sd: lognormal fragment length.
        gc_threshold, gc_loss: of fragments with a GC content above the threshold (softened over
            `gc_width`), this part is lost.
        interruption: chance that a unit has one changed base.
        error: mean rate of miscalled bases; base qualities tell most of it.
        contamination: part of fragments from another person with alleles `contaminant`.
        duplicates: part of fragments written again and marked.
        background: depth over the off-target places, from the genome itself.
        trimmed: part of reads cut to a random length above 70.
        haplotype_noise: SD (natural log) of the efficiency of fragments with much repeat.
        art: the sequencing system whose reads ART simulates; "": our own reads. ART has its own errors, and
            knows no contamination, trimming or haplotype noise.
    """

    name: str
    alleles: tuple[int, int]
    depth: float = 30.0
    read_length: int = 150
    fragment: float = 400.0
    fragment_sd: float = 90.0
    gc_threshold: float = 0.7
    gc_width: float = 0.02
    gc_loss: float = 0.0
    interruption: float = 0.0
    error: float = 0.002
    contamination: float = 0.0
    contaminant: tuple[int, int] = (2, 8)
    duplicates: float = 0.0
    background: float = 0.0
    trimmed: float = 0.0
    haplotype_noise: float = 0.0
    art: str = ""
    seed: int = 1
    build: Build = Build.GRCH38


class Genome:
    """The small genome that the aligner sees, for one build."""

    def __init__(self, directory: Path, build: Build) -> None:
        self.build = build
        self.part = bundled().slices(build)[Gene.C9ORF72]
        self.locus = load_locus()
        self.repeat = self.locus.builds[build].region
        places = self.locus.off_target_regions(build)
        self.places = places[:: max(1, len(places) // PLACES)][:PLACES]
        rng = np.random.default_rng(9)
        self.sequences = {self._name(place): _off_target(place, rng) for place in self.places}
        self.fasta = directory / f"{build.value}.fa"
        if not self.fasta.with_suffix(".fa.bwt").exists():
            self._write(directory)

    def _name(self, place: Region) -> str:
        return f"{place.chrom}_{place.start}"

    def _write(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        every = {f"9_{self.part.region.start}": self.part.sequence} | self.sequences
        text = "".join(f">{name}\n{bases}\n" for name, bases in every.items())
        self.fasta.write_text(text, encoding="ascii")
        subprocess.run(["bwa", "index", str(self.fasta)], check=True, capture_output=True)

    def haplotype(self, units: int, interruption: float, rng: np.random.Generator) -> bytes:
        """Return flank - repeat - flank."""
        tract = bytearray(b"GGCCCC" * units)
        for unit in np.flatnonzero(rng.random(units) < interruption):
            tract[6 * unit + int(rng.integers(6))] = int(rng.choice(_BASES))
        left = self.part.fetch(self.repeat.start - FLANK, self.repeat.start)
        right = self.part.fetch(self.repeat.end, self.repeat.end + FLANK)
        return left.encode() + bytes(tract) + right.encode()

    def header(self, sample: str, prefix: str) -> pysam.AlignmentHeader:
        """Return a header with every contig."""
        lengths = primary_contigs(self.build).items()
        contigs = [{"SN": contig_name(name, prefix=prefix == "chr"), "LN": size} for name, size in lengths]
        groups = [{"ID": "1", "SM": sample, "PL": "ILLUMINA"}]
        top = {"VN": "1.6", "SO": "coordinate"}
        return pysam.AlignmentHeader.from_dict({"HD": top, "SQ": contigs, "RG": groups})


def _off_target(place: Region, rng: np.random.Generator) -> str:
    """Return a random sequence with an impure tract of the motif, on either strand, in the middle."""
    bases = bytes(rng.choice(_BASES, size=len(place), p=[0.18, 0.32, 0.32, 0.18]))
    tract = bytearray((b"GGCCCC", b"GGGGCC")[int(rng.integers(2))] * int(rng.integers(6, 14)))
    for spot in np.flatnonzero(rng.random(len(tract)) < 0.04):
        tract[spot] = int(rng.choice(_BASES))
    middle = (len(bases) - len(tract)) // 2
    return (bases[:middle] + bytes(tract) + bases[middle + len(tract) :]).decode()


def simulate(spec: Spec, genome: Genome, directory: Path, prefix: str = "chr") -> Path:
    """Write `directory/{name}.bam` with its index, and return its path."""
    rng = np.random.default_rng(spec.seed)
    pairs = _art(spec, genome, rng) if spec.art else _reads(_fragments(spec, genome, rng), spec, rng)
    records = _aligned(pairs, spec, genome, directory)
    path = directory / f"{spec.name}.bam"
    _write_bam(records, genome.header(spec.name, prefix), path, spec, rng)
    return path


def _art(spec: Spec, genome: Genome, rng: np.random.Generator) -> list[Pair]:
    """Return what ART reads of both haplotypes."""
    pairs: list[Pair] = []
    for number, units in enumerate(spec.alleles):
        haplotype, seed = genome.haplotype(units, spec.interruption, rng), 2 * spec.seed + number
        size = (spec.fragment, spec.fragment_sd)
        pairs += read_pairs(haplotype, spec.art, spec.read_length, spec.depth / 2, size, seed)
    return lose_gc_rich(pairs, spec.gc_threshold, spec.gc_loss, rng)


def _fragments(spec: Spec, genome: Genome, rng: np.random.Generator) -> list[bytes]:
    found: list[bytes] = []
    own = 1.0 - spec.contamination
    people = ((spec.alleles, own), (spec.contaminant, spec.contamination))
    for units, share in ((units, share) for alleles, share in people for units in alleles):
        if share > 0:
            found += _sample(genome.haplotype(units, spec.interruption, rng), spec, share, rng)
    if spec.background:
        for sequence in genome.sequences.values():
            found += _sample(sequence.encode(), spec, spec.background / spec.depth * 2, rng)
    return found


def _sample(bases: bytes, spec: Spec, share: float, rng: np.random.Generator) -> list[bytes]:
    """Return fragments of one haplotype, GC loss applied."""
    expected = share * spec.depth / 2 * len(bases) / (2 * spec.read_length)
    number = int(rng.poisson(expected))
    variance = np.log1p((spec.fragment_sd / spec.fragment) ** 2)
    drawn = rng.lognormal(np.log(spec.fragment) - variance / 2, np.sqrt(variance), number)
    lengths = np.maximum(drawn.astype(np.int64), spec.read_length)
    starts = (rng.random(number) * (len(bases) - lengths + 1)).astype(np.int64)
    kept = [bases[a : a + n] for a, n in zip(starts, lengths, strict=True) if a >= 0 and a + n <= len(bases)]
    gc = np.array([(one.count(b"G") + one.count(b"C")) / len(one) for one in kept])
    lost = spec.gc_loss / (1 + np.exp(-(gc - spec.gc_threshold) / spec.gc_width))
    rich = np.exp(rng.normal(0, spec.haplotype_noise)) if spec.haplotype_noise else 1.0
    keep = (1 - lost) * np.where(gc > 0.85, min(rich, 1.0), 1.0)
    return [one for one, draw, chance in zip(kept, rng.random(len(kept)), keep, strict=True) if draw < chance]


def _reads(fragments: list[bytes], spec: Spec, rng: np.random.Generator) -> list[Pair]:
    """Return bases and qualities of both reads of each fragment, with errors."""
    flip = rng.random(len(fragments)) < 0.5
    pairs = []
    for fragment, turned in zip(fragments, flip, strict=True):
        strand = fragment.translate(_COMPLEMENT)[::-1] if turned else fragment
        first = _sequenced(strand[: spec.read_length], spec, rng)
        second = _sequenced(strand.translate(_COMPLEMENT)[::-1][: spec.read_length], spec, rng)
        pairs.append((*first, *second))
    return pairs


def _sequenced(bases: bytes, spec: Spec, rng: np.random.Generator) -> tuple[bytes, bytes]:
    """Return a read with errors that mostly lie where its qualities are low, towards the end."""
    if spec.trimmed and rng.random() < spec.trimmed:
        bases = bases[: int(rng.integers(70, spec.read_length))]
    codes = np.frombuffer(bases, dtype=np.uint8).copy()
    position = np.arange(len(codes)) / max(len(codes), 1)
    rate = spec.error * (0.4 + 1.8 * position**3) * rng.lognormal(-0.125, 0.5)
    bad = rng.random(len(codes)) < 0.02 + 4 * rate
    chance = np.where(bad, 0.1, np.maximum(rate * 0.3, 2e-4))
    wrong = rng.random(len(codes)) < chance * spec.error / 0.002 * 0.7
    codes[wrong] = _BASES[rng.integers(0, 4, int(wrong.sum()))]
    quality = np.where(bad, rng.integers(8, 16, len(codes)), rng.integers(32, 39, len(codes)))
    return codes.tobytes(), (quality + 33).astype(np.uint8).tobytes()


def _aligned(pairs: list[Pair], spec: Spec, genome: Genome, directory: Path) -> list[list[str]]:
    """Return the SAM fields of every record."""
    directory.mkdir(parents=True, exist_ok=True)
    fastq = [directory / f"{spec.name}.{mate}.fq" for mate in (1, 2)]
    for path, bases, quality in ((fastq[0], 0, 1), (fastq[1], 2, 3)):
        rows = [f"@f{i}\n{p[bases].decode()}\n+\n{p[quality].decode()}\n" for i, p in enumerate(pairs)]
        path.write_text("".join(rows), encoding="ascii")
    command = ["bwa", "mem", "-v", "1", "-t", "1", str(genome.fasta), *map(str, fastq)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for path in fastq:
        path.unlink()
    return [line.split("\t") for line in text.splitlines() if not line.startswith("@")]


def _write_bam(
    records: list[list[str]], header: pysam.AlignmentHeader, path: Path, spec: Spec, rng: np.random.Generator
) -> None:
    prefix = "chr" if header.references[0].startswith("chr") else ""
    twice = set(rng.choice(len(records), int(spec.duplicates * len(records)), replace=False).tolist())
    lines = [_shifted(fields, prefix) for fields in records]
    found = [pysam.AlignedSegment.fromstring("\t".join(fields), header) for fields in lines]
    names = {found[i].query_name for i in twice}
    for record in [one for one in found if one.query_name in names]:
        copy = pysam.AlignedSegment.from_dict(record.to_dict(), header)
        copy.query_name, copy.is_duplicate = f"{record.query_name}d", True
        found.append(copy)
    found.sort(key=lambda r: (r.reference_id if r.reference_id >= 0 else 1 << 30, r.reference_start))
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for record in found:
            out.write(record)
    pysam.index(str(path))


def _shifted(fields: list[str], prefix: str) -> list[str]:
    """Return SAM fields with contig and position moved from the small genome to the true one."""
    moved = list(fields)
    moved[2], moved[3] = _place(fields[2], fields[3], prefix)
    if fields[6] != "=":
        moved[6], moved[7] = _place(fields[6], fields[7], prefix)
    else:
        moved[7] = _place(fields[2], fields[7], prefix)[1]
    tags = [_shifted_tag(tag, prefix) for tag in moved[11:] if not tag.startswith("XA:")]
    return [*moved[:11], *tags, "RG:Z:1"]


def _shifted_tag(tag: str, prefix: str) -> str:
    if not tag.startswith("SA:Z:"):
        return tag
    parts = []
    for part in tag[5:].rstrip(";").split(";"):
        name, position, *rest = part.split(",")
        parts.append(",".join([*_place(name, position, prefix), *rest]) + ";")
    return "SA:Z:" + "".join(parts)


def _place(name: str, position: str, prefix: str) -> tuple[str, str]:
    if name == "*":
        return name, position
    chrom, start = name.split("_")
    return prefix + chrom, str(int(position) + int(start))
