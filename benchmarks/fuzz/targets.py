"""What must hold for any bytes: the sheet, readers of ClinVar, BED and VCF fields, and the realigner.

A target returns nothing where the rule holds and raises where it does not; `InputError` is an answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from als_screen.errors import InputError, PatientDataError
from als_screen.interpretation.knowledge.sources import clinvar
from als_screen.regions import Build, Gene
from als_screen.repeat.fragments import template_of
from als_screen.repeat.locus import load_locus
from als_screen.repeat.realign import realign
from als_screen.repeat.records import Read
from als_screen.resources import bundled
from als_screen.samples import ID_PATTERN, read_sheet
from als_screen.variants.callable_bed import read_callable
from als_screen.variants.fields import MOST_DIGITS, allele_depths, depth, least_depth
from als_screen.variants.reach import place_of

GENE = bundled().gene_region(Build.GRCH38, Gene.SOD1)
TEMPLATE = template_of(load_locus())
T = TypeVar("T")
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def _answer(ask: Callable[[], T]) -> T | None:
    """Return what `ask` returns, None where it refuses in printable lines."""
    try:
        return ask()
    except InputError as error:
        problems = error.problems
    assert problems
    assert all(problem.line().isprintable() for problem in problems)
    return None


def sheet(data: bytes) -> None:
    """Read a sheet: patients with sound ids, or problems of one printable line each."""
    path = FOLDER / "samples.tsv"
    path.write_bytes(data)
    patients = _answer(lambda: read_sheet(path).patients)
    assert patients is None or all(ID_PATTERN.fullmatch(patient.patient) for patient in patients)


def clinvar_release(data: bytes) -> None:
    """Slice a release: alleles of A, C, G and T, or a refusal."""
    path = FOLDER / "clinvar.vcf"
    path.write_bytes(data)
    _answer(lambda: clinvar(bundled(), path))


def callable_regions(data: bytes) -> None:
    """Read a callable BED: intervals that overlap the gene, or a refusal."""
    path = FOLDER / "callable.bed"
    path.write_bytes(data)
    try:
        blocks = read_callable(path, [GENE])
    except PatientDataError:
        return
    assert all(GENE.overlaps(block.chrom, block.start, block.end) for block in blocks)


def vcf_fields(data: bytes) -> None:
    """Read a line of a VCF and its depths: a place with an end, and counts that are numbers."""
    _, pos, end = place_of(data)
    assert pos <= end
    text = data.decode("utf-8", "replace")
    read = {"DP": text, "AD": text, "AO": (text,), "RO": text, "GQ": text, "MIN_DP": text}
    counts = [depth(read, read, ()), least_depth(read, read), *allele_depths(read, 2)]
    assert all(count is None or 0 <= count < 10**MOST_DIGITS for count in counts)


def realigner(data: bytes) -> None:
    """Place a read of any bases and qualities: weights are chances, the best way has weight 1."""
    half = len(data) // 2
    bases = bytes(b"ACGTN"[byte % 5] for byte in data[:half])[:400]
    if len(bases) < 10:
        return
    qualities = bytes(byte % 94 for byte in data[half : half + len(bases)])
    read = Read("r", True, True, False, 0, len(bases), False, bases, qualities)
    found = realign(read, TEMPLATE)
    assert np.all((found.weight > 0) & (found.weight <= 1 + 1e-9))
    assert found.inside >= 0
    assert not np.isnan([found.inside, found.fits, *found.weight]).any()
    assert found.fits <= 1 + 1e-9


TARGETS: dict[str, Callable[[bytes], None]] = {
    "sheet": sheet,
    "clinvar": clinvar_release,
    "callable_bed": callable_regions,
    "vcf_fields": vcf_fields,
    "realigner": realigner,
}
