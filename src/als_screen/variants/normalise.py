"""Left-align and trim with `bcftools norm`, against the bundled gene sequences.

All alleles of a patient go through one call, translated into the coordinates of their gene region and back;
the line number travels in ID, so that genotypes and depths never pass through bcftools.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam.bcftools
from pysam.utils import SamtoolsError

from als_screen.regions import Gene
from als_screen.resources import ReferenceSlice
from als_screen.variants.slices import write_fasta


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """An allele on the genome: 1-based position and bases; the REF must be the genome's."""

    gene: Gene
    pos: int
    ref: str
    alt: str

    @property
    def is_single_base(self) -> bool:
        """Tell whether there is nothing to align or trim."""
        return len(self.ref) == len(self.alt) == 1


def normalise(alleles: Sequence[Placed], slices: Mapping[Gene, ReferenceSlice]) -> list[Placed]:
    """Return each allele left-aligned and trimmed, in the order given.

    An insertion or deletion that would move to the first base of the gene region, and perhaps beyond, stays
    as it was written. Substitutions of several bases stay whole.

    Raises:
        ValueError: an allele's REF is not the genome's; the caller has to have looked.
    """
    longer = {number: allele for number, allele in enumerate(alleles) if not allele.is_single_base}
    if not longer:
        return list(alleles)
    with tempfile.TemporaryDirectory(prefix="als-screen-") as scratch:
        moved = _norm(longer, slices, Path(scratch))
    return [_kept(allele, moved.get(number, allele), slices) for number, allele in enumerate(alleles)]


def _norm(
    alleles: Mapping[int, Placed], slices: Mapping[Gene, ReferenceSlice], scratch: Path
) -> dict[int, Placed]:
    source = scratch / "alleles.vcf"
    source.write_text(_as_vcf(alleles, slices), encoding="ascii")
    fasta = write_fasta(slices, scratch)
    try:
        text = str(pysam.bcftools.norm("--no-version", "-c", "e", "-f", str(fasta), str(source)))
    except SamtoolsError as error:
        raise ValueError(f"bcftools norm: {error}") from error
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {int(row[2]): _from_row(row, slices) for row in rows}


def _as_vcf(alleles: Mapping[int, Placed], slices: Mapping[Gene, ReferenceSlice]) -> str:
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={gene},length={len(part.sequence)}>" for gene, part in slices.items()]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    for number, allele in alleles.items():
        local = allele.pos - slices[allele.gene].region.start
        lines.append(f"{allele.gene}\t{local}\t{number}\t{allele.ref}\t{allele.alt}\t.\t.\t.")
    return "\n".join(lines) + "\n"


def _from_row(row: Sequence[str], slices: Mapping[Gene, ReferenceSlice]) -> Placed:
    gene = Gene(row[0])
    return Placed(gene, int(row[1]) + slices[gene].region.start, row[3], row[4])


def _kept(before: Placed, after: Placed, slices: Mapping[Gene, ReferenceSlice]) -> Placed:
    first = slices[before.gene].region.start + 1
    return before if after.pos == first and len(after.ref) != len(after.alt) else after
