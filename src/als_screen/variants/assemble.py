"""Records of one patient -> variant evidence: a pure function, apart from the normalisation by bcftools."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from als_screen.evidence import Allele, ReferenceBlock, StructuralRecord, UnusableRecord, Zygosity
from als_screen.regions import Build, Region
from als_screen.resources import ReferenceSlice, Resources
from als_screen.variants.genotype import is_reference, zygosity
from als_screen.variants.normalise import Placed, normalise
from als_screen.variants.records import SPANNING_DELETION, RawRecord
from als_screen.variants.reference import reference_blocks
from als_screen.variants.sift import Candidate, LeftOut, Sifted, sift, unusable


@dataclass(frozen=True, slots=True)
class Assembled:
    """What all records of a patient say together; fields as in `VariantEvidence`."""

    alleles: tuple[Allele, ...]
    structural: tuple[StructuralRecord, ...]
    unusable: tuple[UnusableRecord, ...]
    reference: tuple[ReferenceBlock, ...]
    callable_regions: tuple[ReferenceBlock, ...]
    left_out: dict[str, int]
    records: int  # those that overlap a gene region


def assemble(
    records: Iterable[RawRecord],
    callable_blocks: Iterable[ReferenceBlock],
    build: Build,
    resources: Resources,
) -> Assembled:
    """Return what the records say together, sorted; those outside the gene regions count nowhere."""
    slices = resources.slices(build)
    placed = [(record, part) for record in records if (part := _part(record, slices.values())) is not None]
    sifted = [(record.chrom, sift(record, part)) for record, part in placed]
    found = [result for _, result in sifted]
    denied = [one for one, _ in placed if one.passed and is_reference(one.copies or ())]
    alleles, dropped = _alleles(found, denied, build, resources)
    left_open = [Region(chrom, *result.hole) for chrom, result in sifted if result.hole is not None]
    carried = [Region(one.chrom, one.pos - 1, one.pos - 1 + len(one.ref)) for one in alleles]
    genes = [part.region for part in slices.values()]
    bed = list(callable_blocks)
    return Assembled(
        alleles=tuple(alleles),
        structural=tuple(sorted(_structural(found), key=_structural_order)),
        unusable=tuple(sorted(_unusable(found, dropped), key=_unusable_order)),
        reference=reference_blocks(_blocks(found, bed=bool(bed)), [*left_open, *carried], genes),
        callable_regions=reference_blocks(bed, left_open, genes),
        left_out=_counted(found, dropped),
        records=len(placed),
    )


def _blocks(found: Sequence[Sifted], *, bed: bool) -> list[ReferenceBlock]:
    """Return what records call as reference; `bed`: the caller's callable regions are known.

    Records of alleles reach over bases that they do not change. These count where the file tells reference at
    all: a plain VCF stays one that says nothing of what is absent.
    """
    blocks = [result.reference for result in found if result.reference is not None]
    around = [result.around for result in found if result.around is not None]
    return blocks + around if blocks or bed else []


def _part(record: RawRecord, slices: Iterable[ReferenceSlice]) -> ReferenceSlice | None:
    end = max(record.end, record.ref_end)
    return next((part for part in slices if part.region.overlaps(record.chrom, record.start, end)), None)


def _structural(found: Iterable[Sifted]) -> list[StructuralRecord]:
    return [record for result in found for record in result.structural]


def _structural_order(record: StructuralRecord) -> tuple[int, int, int, str, str, str]:
    return int(record.chrom), record.pos, record.end, record.alt, record.genotype, record.filter


def _unusable_order(record: UnusableRecord) -> tuple[int, int, str, str]:
    return int(record.chrom), record.pos, record.record, record.reason


def _unusable(found: Iterable[Sifted], dropped: Iterable[Dropped]) -> list[UnusableRecord]:
    listed = [record for result in found for record in result.unusable]
    return listed + [drop.unusable for drop in dropped if drop.unusable is not None]


def _counted(found: Iterable[Sifted], dropped: Iterable[Dropped]) -> dict[str, int]:
    counts = Counter(str(result.left_out) for result in found if result.left_out is not None)
    counts.update(str(drop.left_out) for drop in dropped if drop.left_out is not None)
    return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class Dropped:
    """A second record of an allele: the same again, or a contradiction that is listed.

    `left_out` is None where the record is counted already, as the reference that it says.
    """

    left_out: LeftOut | None
    unusable: UnusableRecord | None


Carried = tuple[Candidate, Placed]
#: Genotypes of a biallelic record that carry it on one of two copies.
ONE_OF_TWO = frozenset({"0/1", "1/0", "0|1", "1|0"})


def _alleles(
    found: Sequence[Sifted], denied: Iterable[RawRecord], build: Build, resources: Resources
) -> tuple[list[Allele], list[Dropped]]:
    """Return the alleles that are carried, and the records that repeat or contradict them.

    `denied`: records in which the patient is reference.
    """
    candidates = [candidate for result in found for candidate in result.candidates]
    written = [Placed(one.part.gene, one.record.pos, one.ref, one.alt) for one in candidates]
    placed = normalise(written, resources.slices(build))
    carried = sorted(zip(candidates, placed, strict=True), key=_carried_order)
    deleted = _deleted(candidates, _structural(found))
    without = {
        (record.chrom, record.pos, record.ref.upper(), alt.upper()): record
        for record in sorted(denied, key=lambda one: (one.described(), one.genotype), reverse=True)
        for alt in record.alts
    }
    alleles, dropped = [], []
    for _, group in groupby(carried, key=lambda one: one[1]):
        allele, again = _one_allele(list(group), deleted, without)
        alleles.append(allele)
        dropped += again
    return alleles, dropped


def _carried_order(one: Carried) -> tuple[object, ...]:
    """Sort by place; among records of one allele, those that passed come first."""
    candidate, placed = one
    record = candidate.record
    place = (int(record.chrom), placed.pos, placed.ref, placed.alt)
    return (*place, not record.passed, record.described(), record.genotype)


def _deleted(candidates: Iterable[Candidate], structural: Iterable[StructuralRecord]) -> list[Region]:
    """Return what called heterozygous deletions remove."""
    alleles = [
        Region(one.record.chrom, one.deleted.start - 1, one.deleted.stop - 1)
        for one in candidates
        if one.deleted and one.record.passed and _zygosity(one, []) is Zygosity.HETEROZYGOUS
    ]
    symbolic = [
        Region(record.chrom, record.pos, record.end)
        for record in structural
        if record.alt.startswith("<DEL") and record.filter == "PASS" and record.genotype in ONE_OF_TWO
        if record.pos < record.end
    ]
    return alleles + symbolic


def _zygosity(candidate: Candidate, deleted: Iterable[Region]) -> Zygosity:
    record = candidate.record
    if SPANNING_DELETION not in record.alts:
        return zygosity(record.copies or (), candidate.index)
    covered = any(region.overlaps(record.chrom, record.start, record.pos) for region in deleted)
    spanning = record.alts.index(SPANNING_DELETION) + 1
    return zygosity(record.copies or (), candidate.index, spanning, deleted=covered)


def _one_allele(
    group: Sequence[Carried],
    deleted: Iterable[Region],
    without: Mapping[tuple[str, int, str, str], RawRecord],
) -> tuple[Allele, list[Dropped]]:
    """Return one allele of all its records; where they contradict each other its zygosity is unknown."""
    (first, placed), *others = group
    dropped = [_dropped(first, other) for other, _ in others]
    written = (first.record.chrom, first.record.pos, first.record.ref.upper(), first.alt)
    if (reference := without.get(written)) is not None:
        dropped.append(_contradiction(first, reference, None))
    contradicted = any(drop.unusable is not None for drop in dropped)
    copies = Zygosity.UNKNOWN if contradicted else _zygosity(first, deleted)
    return _allele(first, placed, copies), dropped


def _dropped(kept: Candidate, other: Candidate) -> Dropped:
    if _agree(kept, other):
        return Dropped(LeftOut.DUPLICATE, None)
    return _contradiction(kept, other.record, LeftOut.CONFLICT)


def _contradiction(kept: Candidate, second: RawRecord, left_out: LeftOut | None) -> Dropped:
    first = kept.record
    reason = (
        f"{first.described()} with genotype {first.genotype} is the same allele, this record has genotype "
        f"{second.genotype}: the zygosity is unknown."
    )
    return Dropped(left_out, unusable(second, reason))


def _agree(kept: Candidate, other: Candidate) -> bool:
    """Tell whether two records of one allele say the same.

    Two ways of writing it, or two haplotypes of one phase set, may be two copies.
    """
    first, second = kept.record, other.record
    same_phase_set = first.phased and second.phased and first.phase_set == second.phase_set
    return (
        (first.pos, kept.ref, kept.alt) == (second.pos, other.ref, other.alt)
        and _zygosity(kept, []) is _zygosity(other, [])
        and not (same_phase_set and _haplotypes(kept) != _haplotypes(other))
    )


def _haplotypes(candidate: Candidate) -> list[bool]:
    return [copy == candidate.index for copy in candidate.record.copies or ()]


def _allele(candidate: Candidate, placed: Placed, copies: Zygosity) -> Allele:
    record = candidate.record
    return Allele(
        gene=placed.gene,
        chrom=record.chrom,
        pos=placed.pos,
        ref=placed.ref,
        alt=placed.alt,
        zygosity=copies,
        genotype=record.genotype,
        allele_index=candidate.index,
        phase_set=record.phase_set,
        depth=record.depth,
        alt_depth=record.alt_depth(candidate.index),
        quality=record.quality,
        genotype_quality=record.genotype_quality,
        filter=record.filter,
        record=record.described(),
    )
