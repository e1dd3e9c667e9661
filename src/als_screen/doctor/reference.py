"""The genome that CRAMs are read with: indexed, of a known build, and the one that they were made with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import md5
from pathlib import Path

import pysam

from als_screen.doctor.check import Check, ok, problem, warning
from als_screen.errors import PatientDataError
from als_screen.inputs.build import identify
from als_screen.inputs.headers import read_reads_header
from als_screen.patient import Patient

SUBJECT = "reference"
#: CRAMs whose headers are held against the genome: those of one laboratory are made with the same.
MOST_CRAMS = 20


def reference_checks(fasta: Path | None, patients: Iterable[Patient]) -> Iterator[Check]:
    """Yield what can be said of the genome, and of the sheet's first CRAMs."""
    crams = [row.reads for row in patients if row.reads and row.reads.suffix == ".cram"]
    if fasta is None:
        if crams:
            found = f"none, and {len(crams)} patients have a CRAM"
            yield warning(SUBJECT, found, "name reference.fasta, unless the CRAMs hold their own")
        else:
            yield ok(SUBJECT, "none, and no CRAM in the sheet needs one")
        return
    try:
        with pysam.FastaFile(str(fasta)) as genome:
            lengths = dict(zip(genome.references, genome.lengths, strict=True))
            build = identify(lengths)
            if build.build is None:
                yield problem(SUBJECT, f"{fasta}: {build.problem}", build.action)
                return
            yield ok(SUBJECT, f"{fasta} is {build.build}")
            yield from _same_genome(genome, set(build.names.values()), crams[:MOST_CRAMS])
    except (OSError, ValueError) as error:
        action = "make it readable, and its index with `samtools faidx`"
        yield problem(SUBJECT, f"{fasta} cannot be read: {error}", action)


def _same_genome(genome: pysam.FastaFile, names: set[str], crams: list[Path]) -> Iterator[Check]:
    """Yield whether contigs have the checksum (M5) that the headers of CRAMs give."""
    sums: dict[str, str] = {}
    wrong = []
    for cram in crams:
        for name, wanted in _checksums(cram, names).items():
            if name not in sums:
                sums[name] = md5(genome.fetch(name).upper().encode(), usedforsecurity=False).hexdigest()
            if sums[name] != wanted:
                wrong.append(f"{cram.name} ({name})")
    if wrong:
        found = f"{len(wrong)} contigs of CRAMs were made with another genome: {', '.join(wrong[:3])}"
        yield problem(SUBJECT, found, "name the genome that they were made with as reference.fasta")
    elif sums:
        yield ok(SUBJECT, f"the genome of {len(crams)} CRAMs, by the checksums of {', '.join(sorted(sums))}")


def _checksums(cram: Path, names: set[str]) -> dict[str, str]:
    """Return the M5 of contigs; {} where a CRAM cannot be read, which is for `check_inputs` to say."""
    try:
        read_reads_header(cram, None)
    except PatientDataError:
        return {}
    with pysam.AlignmentFile(str(cram)) as file:
        rows = file.header.to_dict().get("SQ", [])
    return {row["SN"]: row["M5"].lower() for row in rows if row.get("M5") and row["SN"] in names}
