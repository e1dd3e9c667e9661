"""What a reader yields of one VCF record, for one patient: plain values, nothing decided.

Readers make these (`vcf.py`, and `call.py` for alleles called from reads); everything after is pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from als_screen.variants.fields import Counts

#: Symbols of a gVCF for "any allele that is not named here".
UNNAMED_ALTS = frozenset({"<NON_REF>", "<*>", "<X>"})
#: The end of an allele of which nothing tells how far it reaches: the last position that a BCF can hold.
UNKNOWN_END = (1 << 31) - 1
#: The allele that a deletion in another record covers.
SPANNING_DELETION = "*"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record of a VCF with the patient's column.

    Attributes:
        contig: as the file writes it ("chr21" or "21"); `chrom`: without chr.
        pos: 1-based; `end`: 1-based, inclusive, from END or SVLEN where given, else the end of REF;
            `UNKNOWN_END` for a symbolic allele with neither.
        ref, alts: as written; `alts` is empty for ALT ".".
        copies: allele numbers of GT as written, None for "."; None as a whole where the record has no GT.
        depth: FORMAT/DP, or what stands for it; `min_depth`: MIN_DP of a gVCF block.
        allele_depths: reads of REF and each ALT in order, empty where the file does not say.
        lengths: SVLEN of each ALT, empty where the file does not say.
        filters: FILTER names, empty for "."; `single` tells whether the file has this sample only.
    """

    contig: str
    chrom: str
    pos: int
    end: int
    ref: str
    alts: tuple[str, ...]
    copies: tuple[int | None, ...] | None
    phased: bool = False
    phase_set: str | None = None
    depth: int | None = None
    min_depth: int | None = None
    allele_depths: tuple[int | None, ...] = ()
    quality: float | None = None
    genotype_quality: int | None = None
    lengths: Counts = ()
    filters: tuple[str, ...] = ()
    single: bool = True

    @property
    def start(self) -> int:
        """Return the 0-based start."""
        return self.pos - 1

    @property
    def ref_end(self) -> int:
        """Return the 0-based exclusive end of the REF allele."""
        return self.pos - 1 + len(self.ref)

    @property
    def filter(self) -> str:
        """Return "PASS" or the names joined by ";"; a record that was not filtered counts as passed."""
        return ";".join(self.filters) or "PASS"

    @property
    def passed(self) -> bool:
        """Tell whether no filter was failed."""
        return self.filter == "PASS"

    @property
    def genotype(self) -> str:
        """Return GT as text, "" where the record has none."""
        separator = "|" if self.phased else "/"
        return separator.join("." if copy is None else str(copy) for copy in self.copies or ())

    @property
    def contradiction(self) -> str:
        """Return why genotype and alleles of the record make no sense together, "" where they do."""
        if any(copy is not None and copy > len(self.alts) for copy in self.copies or ()):
            return f"The genotype {self.genotype} has an allele that the record does not list."
        if self.carried and len({alt.upper() for alt in self.alts}) < len(self.alts):
            return "The record lists one alternate allele twice."
        return ""

    @property
    def carried(self) -> list[int]:
        """Return the numbers of the alternate alleles in the genotype, sorted."""
        return sorted({copy for copy in self.copies or () if copy})

    def alt_depth(self, index: int) -> int | None:
        """Return the reads that show allele `index` (0 is REF), where the file says."""
        return self.allele_depths[index] if index < len(self.allele_depths) else None

    def described(self) -> str:
        """Return the record as written, "chrom:pos ref>alt[,alt]"."""
        return f"{self.contig}:{self.pos} {self.ref}>{','.join(self.alts) or '.'}"


def is_structural(alt: str) -> bool:
    """Tell whether an ALT is symbolic (<DEL>), or a breakend (A[2:5[, ]2:5]A, .A, A.)."""
    if alt in UNNAMED_ALTS:
        return False
    return alt.startswith(("<", ".")) or alt.endswith(".") or "[" in alt or "]" in alt
