"""How the evidence steps read: against the bytes that must be read, and against a bare pysam loop.

    .venv/bin/python benchmarks/cohort/reading.py WORK [--repeats 5]

For each step and patient of the read sets of `simulate.py`, warm and in one process: bytes that the
process reads (`rchar` of /proc/self/io) beside the size of the index plus the BGZF blocks that hold the
records of the regions; and CPU time beside that of a loop that opens the file, fetches the same regions
once, and decodes every record.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pysam
from simulate import ReadSet, read_sets

from als_screen import stages
from als_screen.job import collect_rarely
from als_screen.patient import LibraryKind, Patient
from als_screen.resources import bundled

Fetched = tuple[str, tuple[Any, ...]]
#: A fetch of a region has contig, start and end; of those without, only the first record is looked at.
ALL = 3
REAL = {"AlignmentFile": pysam.AlignmentFile, "VariantFile": pysam.VariantFile}


def main() -> None:
    """Measure and print one line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    collect_rarely()  # as the jobs do
    sets = read_sets(given.work / "sets")
    print("| step | kB read | kB needed | CPU ms | CPU ms of a bare loop |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for name, step in steps(sets, Path(scratch)).items():
            patients = len(sets)
            fetched = recorded(step) or [(str(path), ()) for one in sets for path in (one.vcf, one.reads)]
            read, needed = bytes_read(step) / patients, must_read(sets, fetched) / patients
            ours, bare = (cpu(what, given.repeats) / patients for what in (step, lambda: decode(fetched)))  # noqa: B023
            print(f"| {name} | {read / 1e3:.0f} | {needed / 1e3:.0f} | {1e3 * ours:.1f} | {1e3 * bare:.1f} |")


def steps(sets: Sequence[ReadSet], scratch: Path) -> dict[str, Callable[[], object]]:
    """Return what runs each evidence step on all read sets."""
    resources = bundled()
    patients = [
        Patient(one.name, vcf=(one.vcf,), reads=one.reads, library=LibraryKind.PCR_FREE) for one in sets
    ]
    checks = stages.check_inputs("bench", patients, "auto", None).patients
    variants = stages.screen_variants(patients, checks, resources, None, scratch)
    return {
        "check_inputs": lambda: stages.check_inputs("bench", patients, "auto", None),
        "screen_variants": lambda: stages.screen_variants(patients, checks, resources, None, scratch),
        "screen_repeat": lambda: stages.screen_repeat(patients, checks, resources, None, scratch / "bam"),
        "screen_coverage": lambda: stages.screen_coverage(patients, checks, variants, resources, None),
    }


def recorded(step: Callable[[], object]) -> list[Fetched]:
    """Return the file and the arguments of every fetch of a step, without arguments for every open.

    Nothing of `check_inputs`, which hands pysam files that are open.
    """
    found: list[Fetched] = []

    def recording(kind: type[Any]) -> type[Any]:
        class Recording(kind):  # type: ignore[misc]
            def __init__(self, name: object, *more: object, **options: object) -> None:
                if kind is REAL["VariantFile"]:  # the other opens before
                    super().__init__(name, *more, **options)
                self.read_from = str(name)
                found.append((self.read_from, ()))

            def fetch(self, *region: object, **more: object) -> object:
                found.append((self.read_from, region))
                return super().fetch(*region, **more)

        return Recording

    for name, kind in REAL.items():
        setattr(pysam, name, recording(kind))
    try:
        step()
    finally:
        for name, kind in REAL.items():
            setattr(pysam, name, kind)
    return [(path, region) for path, region in found if "/sets/" in path]


def decode(fetched: Sequence[Fetched]) -> None:
    """Open each file once and decode every record of its regions, each base of the genome once."""
    for path in dict.fromkeys(path for path, _ in fetched):
        spans = together(region for name, region in fetched if name == path and len(region) == ALL)
        if path.endswith(".bam"):
            decode_reads(path, spans)
        else:
            decode_records(path, spans)


def together(regions: Iterable[tuple[Any, ...]]) -> list[tuple[str, int, int]]:
    """Return the regions in order, those that overlap as one."""
    found: list[tuple[str, int, int]] = []
    for contig, start, end in sorted(regions):
        if found and found[-1][0] == contig and start <= found[-1][2]:
            found[-1] = (contig, found[-1][1], max(end, found[-1][2]))
        else:
            found.append((contig, start, end))
    return found


def decode_reads(path: str, spans: Sequence[tuple[str, int, int]]) -> None:
    """Decode what the steps use of every read."""
    with pysam.AlignmentFile(path) as file:
        for span in spans:
            for read in file.fetch(*span):
                _ = read.query_name, read.flag, read.mapping_quality, read.reference_start
                _ = read.reference_end, read.cigartuples, read.query_sequence, read.query_qualities


def decode_records(path: str, spans: Sequence[tuple[str, int, int]]) -> None:
    """Decode what the steps use of every record."""
    with pysam.VariantFile(path) as file:
        for span in spans:
            for record in file.fetch(*span):
                _ = record.pos, record.ref, record.alts, record.filter.keys(), record.samples[0].items()


def must_read(sets: Sequence[ReadSet], fetched: Sequence[Fetched]) -> int:
    """Return the bytes of the indexes and of the blocks that hold the records of the regions, each once."""
    total = 0
    for one in sets:
        for data, index in ((one.vcf, Path(f"{one.vcf}.tbi")), (one.reads, Path(f"{one.reads}.bai"))):
            regions = {region for path, region in fetched if path == str(data) and len(region) == ALL}
            opened = any(path == str(data) for path, _ in fetched)
            total += index.stat().st_size if opened else 0
            total += sum(block_size(data, block) for block in blocks(data, regions))
    return total


def blocks(path: Path, regions: set[tuple[Any, ...]]) -> set[int]:
    """Return where the BGZF blocks begin in which the records of the regions end."""
    kind = pysam.AlignmentFile if path.suffix == ".bam" else pysam.VariantFile
    with kind(str(path)) as file:
        found = {file.tell() >> 16}
        for region in regions:
            found |= {file.tell() >> 16 for _ in file.fetch(*region)}
    return found


def block_size(path: Path, at: int) -> int:
    """Return the bytes of a BGZF block. Source: SAM specification, section 4.1."""
    with path.open("rb") as file:
        file.seek(at + 16)
        return int.from_bytes(file.read(2), "little") + 1


def bytes_read(step: Callable[[], object]) -> int:
    """Return the bytes that the process reads during a step, warm."""
    step()
    before = rchar()
    step()
    return rchar() - before


def rchar() -> int:
    """Return the bytes that this process has read."""
    return int(Path("/proc/self/io").read_text().split()[1])


def cpu(what: Callable[[], object], repeats: int) -> float:
    """Return the median of the CPU seconds of several repeats."""
    seconds = []
    for _ in range(repeats):
        before = time.process_time()
        what()
        seconds.append(time.process_time() - before)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
