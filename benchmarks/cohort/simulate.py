"""Simulate a cohort cheaply: many patients share a few simulated read sets under names of their own.

A read set is a person at 30x over the four gene regions, plus one read in every 16 kb of the genome: that
makes an index as large as that of a whole genome. Patients link to the sets; their VCF and BAM keep the
sample names of the sets, which the sheet names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from als_screen.samples import index_of
from als_screen.simulate.bam import Sample, write_bam
from als_screen.simulate.calls import carried_calls
from als_screen.simulate.contigs import primary_contigs
from als_screen.simulate.demo_people import PATIENTS, DemoPatient
from als_screen.simulate.pairs import Read
from als_screen.simulate.reads import sequence_person, sort_reads
from als_screen.simulate.settings import gene_windows, random_for
from als_screen.simulate.vcf import write_vcf

#: Those of the demo whose files the patients share: expanded, SOD1, FUS, and nothing.
SHARED = ("DEMO-01-C9-EXPANDED", "DEMO-03-SOD1-A5V", "DEMO-07-FUS-P525L", "DEMO-09-NEGATIVE")
#: Bases between the reads outside the genes, and their length.
EVERY, LENGTH = 16_384, 100
#: Patients of a sequencing run.
RUN = 50
COLUMNS = ("patient", "batch", "vcf", "vcf_sample", "reads", "reads_sample", "library", "diagnosis")


@dataclass(frozen=True)
class ReadSet:
    """The files of one simulated person."""

    name: str
    vcf: Path
    reads: Path

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield every file, indexes included, with the ending that it needs."""
        for data, ending in ((self.vcf, ".vcf.gz"), (self.reads, ".bam")):
            index = index_of(data)
            assert index is not None
            yield from ((data, ending), (index, f"{ending}{index.suffix}"))


def read_sets(folder: Path) -> list[ReadSet]:
    """Return the read sets, simulated where they are not there yet."""
    people = [person for person in PATIENTS if person.patient in SHARED]
    return [_read_set(folder, person) for person in people]


def _read_set(folder: Path, demo: DemoPatient) -> ReadSet:
    found = ReadSet(demo.patient, folder / f"{demo.patient}.vcf.gz", folder / f"{demo.patient}.bam")
    if not found.reads.exists():
        person, sample = demo.person(), Sample(demo.patient, demo.build)
        reads = sequence_person(person, demo.sequencing, demo.seed, gene_windows(demo.build))
        write_vcf(found.vcf, {demo.patient: carried_calls(person, reads, [])}, sample)
        write_bam(found.reads, sort_reads([*reads, *_elsewhere(demo)], demo.build), sample)
    return found


def _elsewhere(demo: DemoPatient) -> Iterator[Read]:
    """Yield single reads all over the genome."""
    rng, qualities = random_for(demo.seed, "elsewhere"), "F" * LENGTH
    for chrom, size in primary_contigs(demo.build).items():
        for start in range(EVERY // 2, size - LENGTH, EVERY):
            bases = "".join(rng.choice(list("ACGT"), LENGTH))
            place = (f"{chrom}:{start}", 0, chrom, start, start + LENGTH, 60, f"{LENGTH}M")
            yield Read(*place, None, None, 0, bases, qualities, None, 0)


def write_cohort(folder: Path, patients: int, sets: list[ReadSet], *, reads: bool = True) -> Path:
    """Link every patient's files below `folder`, one directory a sequencing run, and return the sheet."""
    rows = ["\t".join(COLUMNS)]
    for number in range(patients):
        name, run, source = f"P{number:06d}", f"RUN{number // RUN:04d}", sets[number % len(sets)]
        place = folder / "inputs" / run
        place.mkdir(parents=True, exist_ok=True)
        for path, ending in source.files():
            link = place / f"{name}{ending}"
            if not link.is_symlink():
                link.symlink_to(path.resolve())
        bam = (f"inputs/{run}/{name}.bam", source.name, "pcr_free") if reads else ("", "", "")
        rows.append("\t".join((name, run, f"inputs/{run}/{name}.vcf.gz", source.name, *bam, "ALS")))
    sheet = folder / "samples.tsv"
    sheet.write_text("\n".join(rows) + "\n", encoding="ascii")
    return sheet
