"""One record of one patient -> what it says: carried alleles, a reference call, or why it says neither.

Nothing is dropped without a reason: a record over a gene gives an allele, or counts in `left_out`, and is
listed as unusable where it may hide an allele.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from als_screen.evidence import ReferenceBlock, StructuralRecord, UnusableRecord
from als_screen.resources import ReferenceSlice
from als_screen.variants.genotype import is_reference
from als_screen.variants.records import (
    SPANNING_DELETION,
    UNKNOWN_END,
    UNNAMED_ALTS,
    RawRecord,
    is_structural,
)

#: Bases that an IUPAC ambiguity code stands for. Source: NC-IUB 1984.
IUPAC = {
    **{base: base for base in "ACGT"},
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
    "N": "ACGT",
}


class LeftOut(StrEnum):
    """Why a record over a gene gave no allele."""

    REFERENCE = "homozygous reference"
    NO_GENOTYPE = "no genotype"
    HALF_REFERENCE = "haploid or half call of the reference"
    FILTERED_REFERENCE = "reference call that did not pass its filters"
    SPANNING = "covered by a deletion in another record (*)"
    UNNAMED = "alternate allele that the file does not name (<NON_REF> or <*>)"
    STRUCTURAL = "structural variant, not interpreted"
    NO_STRUCTURAL = "structural variant that the patient does not carry"
    NOT_GENOME = "REF differs from the genome"
    CONTRADICTION = "genotype and alleles that contradict each other"
    NOT_BASES = "alleles that are not written in bases"
    OUTSIDE = "reaches beyond the gene region"
    DUPLICATE = "duplicate record"
    CONFLICT = "second record of an allele with another genotype"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carried allele as the record writes it, in upper case and in plain bases of the genome."""

    record: RawRecord
    index: int
    part: ReferenceSlice
    ref: str
    alt: str

    @property
    def deleted(self) -> range:
        """Return the 1-based positions that the allele removes, once what both alleles share is set aside."""
        shared = 0
        while shared < min(len(self.ref), len(self.alt)) and self.ref[shared] == self.alt[shared]:
            shared += 1
        lost = max(0, len(self.ref) - len(self.alt))
        return range(self.record.pos + shared, self.record.pos + shared + lost)


@dataclass(frozen=True, slots=True)
class Sifted:
    """What one record says.

    Attributes:
        candidates, structural, unusable, left_out: what it gives, and why it gives no allele.
        reference: a call of homozygous reference.
        around: the span of a record whose genotype is wholly known: reference but for its alleles.
        hole: a 0-based half-open span that is not reference, whatever other records say.
    """

    candidates: tuple[Candidate, ...] = ()
    structural: tuple[StructuralRecord, ...] = ()
    unusable: tuple[UnusableRecord, ...] = ()
    reference: ReferenceBlock | None = None
    left_out: LeftOut | None = None
    around: ReferenceBlock | None = None
    hole: tuple[int, int] | None = None


def sift(record: RawRecord, part: ReferenceSlice) -> Sifted:
    """Return what a record that overlaps the gene region `part` says of the patient."""
    if reason := record.contradiction:
        return _refused(record, (LeftOut.CONTRADICTION, reason))
    if record.copies is None or all(copy is None for copy in record.copies):
        return _without_genotype(record, part)
    if not record.carried:
        return _without_allele(record, part)
    return _with_alleles(record, part)


def unusable(record: RawRecord, reason: str) -> UnusableRecord:
    """Return the record as unusable, with the reason."""
    end = max(record.end, record.ref_end)
    return UnusableRecord(
        chrom=record.chrom, pos=record.pos, end=end, record=record.described(), reason=reason
    )


def _without_genotype(record: RawRecord, part: ReferenceSlice) -> Sifted:
    """A structural record of a single-sample file counts as carried; others leave it open."""
    structural = [alt for alt in record.alts if is_structural(alt)]
    if structural and record.single:
        found = tuple(
            _structural(record, index, part)
            for index, alt in enumerate(record.alts, start=1)
            if is_structural(alt)
        )
        return Sifted(structural=found, unusable=_boundless(record, part), left_out=LeftOut.STRUCTURAL)
    listed: tuple[UnusableRecord, ...] = ()
    if (record.copies is None or record.single) and set(record.alts) - UNNAMED_ALTS:
        listed = (unusable(record, "The record has no genotype: whether the patient carries it is unknown."),)
    hole = None if structural else _span(record)
    return Sifted(unusable=listed, left_out=LeftOut.NO_GENOTYPE, hole=hole)


def _without_allele(record: RawRecord, part: ReferenceSlice) -> Sifted:
    if any(is_structural(alt) for alt in record.alts):
        return Sifted(left_out=LeftOut.NO_STRUCTURAL)
    if not is_reference(record.copies or ()):
        return Sifted(unusable=_half_call(record), left_out=LeftOut.HALF_REFERENCE, hole=_span(record))
    if not record.passed:
        return Sifted(left_out=LeftOut.FILTERED_REFERENCE, hole=_span(record))
    if (fault := _reference_fault(record, part)) is not None:
        return _refused(record, fault)
    return Sifted(reference=_block(record), left_out=LeftOut.REFERENCE)


def _half_call(record: RawRecord) -> tuple[UnusableRecord, ...]:
    if set(record.alts) <= UNNAMED_ALTS:
        return ()
    return (unusable(record, f"The call {record.genotype} leaves a copy open, which may carry the allele."),)


def _block(record: RawRecord) -> ReferenceBlock:
    depth = record.depth if record.min_depth is None else record.min_depth
    start, end = _span(record)
    return ReferenceBlock(
        chrom=record.chrom, start=start, end=end, depth=depth, genotype_quality=record.genotype_quality
    )


def _span(record: RawRecord) -> tuple[int, int]:
    """Return the 0-based half-open span: of a block to its END, else of REF."""
    if set(record.alts) <= UNNAMED_ALTS:
        return record.start, max(record.end, record.ref_end)
    return record.start, record.ref_end


def _with_alleles(record: RawRecord, part: ReferenceSlice) -> Sifted:
    """Sift each carried allele; the record counts as left out where none of them is usable."""
    results = [_allele(record, index, part) for index in record.carried]
    candidates = tuple(found for result in results for found in result.candidates)
    whole = len(candidates) == len(results) and record.passed and _is_complete(record)
    return Sifted(
        candidates=candidates,
        structural=tuple(found for result in results for found in result.structural),
        unusable=tuple(found for result in results for found in result.unusable),
        left_out=None if candidates else results[0].left_out,
        around=_block(record) if whole else None,
        hole=None if whole else next((result.hole for result in results if result.hole is not None), None),
    )


def _is_complete(record: RawRecord) -> bool:
    """Tell whether every copy, of at least two, is called."""
    copies = record.copies or ()
    return len(copies) >= 2 and None not in copies


def _allele(record: RawRecord, index: int, part: ReferenceSlice) -> Sifted:
    alt = record.alts[index - 1]
    if alt == SPANNING_DELETION:
        return Sifted(left_out=LeftOut.SPANNING, hole=_span(record))
    if alt in UNNAMED_ALTS:
        listed = (unusable(record, f"The patient carries an allele that the file does not name ({alt})."),)
        return Sifted(unusable=listed, left_out=LeftOut.UNNAMED, hole=_span(record))
    if is_structural(alt):
        found = (_structural(record, index, part),)
        return Sifted(structural=found, unusable=_boundless(record, part), left_out=LeftOut.STRUCTURAL)
    return _sequence(record, index, part)


def _structural(record: RawRecord, index: int, part: ReferenceSlice) -> StructuralRecord:
    return StructuralRecord(
        gene=part.gene,
        chrom=record.chrom,
        pos=record.pos,
        end=max(_end_in(record, part), record.pos),
        alt=record.alts[index - 1],
        genotype=record.genotype or ".",
        filter=record.filter,
        length=record.lengths[index - 1] if record.lengths else None,
    )


def _boundless(record: RawRecord, part: ReferenceSlice) -> tuple[UnusableRecord, ...]:
    """List an allele that may reach over the whole gene: nothing tells where it ends."""
    if record.end < UNKNOWN_END or not record.passed:
        return ()
    listed = unusable(record, "Neither END nor SVLEN tells how far the allele reaches.")
    return (listed.model_copy(update={"end": _end_in(record, part)}),)


def _end_in(record: RawRecord, part: ReferenceSlice) -> int:
    """Return the last base, of an allele without one that of the gene region."""
    return part.region.end if record.end >= UNKNOWN_END else record.end


def _sequence(record: RawRecord, index: int, part: ReferenceSlice) -> Sifted:
    ref, alt = record.ref.upper(), record.alts[index - 1].upper()
    fault = _fault(record, ref, alt, part)
    if fault is not None:
        return _refused(record, fault)
    genome = part.fetch(record.start, record.ref_end)
    return Sifted(candidates=(Candidate(record, index, part, genome, alt),), hole=_span(record))


def _refused(record: RawRecord, fault: tuple[LeftOut, str]) -> Sifted:
    left_out, reason = fault
    return Sifted(unusable=(unusable(record, reason),), left_out=left_out, hole=_span(record))


def _fault(record: RawRecord, ref: str, alt: str, part: ReferenceSlice) -> tuple[LeftOut, str] | None:
    """Return why an allele cannot be placed on the genome, None where it can."""
    if not set(ref) <= set(IUPAC):
        return LeftOut.NOT_BASES, "The reference allele is not written in bases."
    if not alt or not set(alt) <= set("ACGT"):
        return LeftOut.NOT_BASES, "The alternate allele is not written in the bases A, C, G and T."
    if not part.region.start <= record.start < record.ref_end <= part.region.end:
        return (
            LeftOut.OUTSIDE,
            "The record reaches beyond the gene region, the only sequence known here.",
        )
    if (fault := _genome_fault(record.pos, ref, part)) is not None:
        return fault
    if alt == part.fetch(record.start, record.ref_end):
        return LeftOut.NOT_GENOME, "The alternate allele is what the genome has there."
    return None


def _reference_fault(record: RawRecord, part: ReferenceSlice) -> tuple[LeftOut, str] | None:
    """Return why a reference call does not fit the genome; only what lies in the gene region is compared."""
    start, end = max(record.start, part.region.start), min(record.ref_end, part.region.end)
    ref = record.ref.upper()[start - record.start : max(start, end) - record.start]
    if not set(ref) <= set(IUPAC):
        return LeftOut.NOT_BASES, "The reference allele is not written in bases."
    return _genome_fault(start + 1, ref, part)


def _genome_fault(pos: int, ref: str, part: ReferenceSlice) -> tuple[LeftOut, str] | None:
    """Return that REF (from 1-based `pos`) disagrees with the genome; an ambiguity code may stand for it."""
    genome = part.fetch(pos - 1, pos - 1 + len(ref))
    if all(base in IUPAC[code] for base, code in zip(genome, ref, strict=True)):
        return None
    return LeftOut.NOT_GENOME, f"REF is {_short(ref)}, the genome has {_short(genome)} there."


def _short(bases: str, limit: int = 30) -> str:
    return bases if len(bases) <= limit else f"{bases[:limit]}… ({len(bases)} bases)"
