"""Alleles as sequence changes: trimming, shifting, joining and splitting. Pure functions.

Inside, a change is a 0-based half-open interval of the + strand and what replaces it (`Change`);
VCF form is 1-based with an anchor base where one side would be empty. Matching uses the left-aligned
VCF form; naming uses the change shifted towards the 3' end of the transcript.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from als_screen.resources import ReferenceSlice

_BASES = frozenset("ACGT")
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


class NotAnAlleleError(ValueError):
    """The REF and ALT are no sequence change of the bundled reference; the message says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """The + strand bases `ref` at 0-based `start` become `alt`; nothing is shared at either end."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """Return the 0-based end, exclusive; equal to `start` for an insertion."""
        return self.start + len(self.ref)

    @property
    def is_substitution(self) -> bool:
        """Tell whether exactly one base is replaced by one other."""
        return len(self.ref) == 1 == len(self.alt)

    @property
    def is_mnv(self) -> bool:
        """Tell whether several bases are replaced by as many."""
        return len(self.ref) == len(self.alt) > 1


def reverse_complement(sequence: str) -> str:
    """Return the other strand of an upper-case sequence."""
    return sequence.translate(_COMPLEMENT)[::-1]


def parsed(reference: ReferenceSlice, pos: int, ref: str, alt: str) -> Change:
    """Return the trimmed change of a VCF allele (1-based `pos`).

    Raises:
        NotAnAlleleError: symbolic or ambiguous bases, outside the bundled sequence, REF differs from it,
            nothing is changed, or what is inserted or deleted may reach beyond the sequence.
    """
    ref, alt = ref.upper(), alt.upper()
    if not (ref and alt and set(ref) | set(alt) <= _BASES):
        raise NotAnAlleleError("the allele is not written in the bases A, C, G and T")
    start, end = pos - 1, pos - 1 + len(ref)
    if not reference.region.start <= start < end <= reference.region.end:
        raise NotAnAlleleError(f"the allele reaches outside the {reference.gene} region {reference.region}")
    if reference.fetch(start, end) != ref:
        raise NotAnAlleleError("the REF bases differ from the reference sequence of this build")
    if ref == alt:
        raise NotAnAlleleError("REF and ALT are the same")
    change = trimmed(start, ref, alt)
    if len(change.ref) == len(change.alt):
        return change
    places = equivalents(reference, change)
    if places[0].start == reference.region.start or places[-1].end == reference.region.end:
        raise NotAnAlleleError(
            f"the allele touches the edge of the {reference.gene} region {reference.region}"
        )
    return change


def trimmed(start: int, ref: str, alt: str) -> Change:
    """Return the change without the bases that `ref` and `alt` share at their ends, last bases first."""
    shared = _shared_prefix(ref[::-1], alt[::-1])
    ref, alt = ref[: len(ref) - shared], alt[: len(alt) - shared]
    shared = _shared_prefix(ref, alt)
    return Change(start + shared, ref[shared:], alt[shared:])


def _shared_prefix(one: str, other: str) -> int:
    """Return how many bases are the same from the start."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def shifted_left(reference: ReferenceSlice, change: Change) -> Change:
    """Return a pure insertion or deletion moved to the lowest position with the same result."""
    start, bases = change.start, change.ref or change.alt
    if change.ref and change.alt:
        return change
    while start > reference.region.start and reference.fetch(start - 1, start) == bases[-1]:
        bases = bases[-1] + bases[:-1]
        start -= 1
    return _moved(change, start, bases)


def shifted_right(reference: ReferenceSlice, change: Change) -> Change:
    """Return a pure insertion or deletion moved to the highest position with the same result."""
    start, bases = change.start, change.ref or change.alt
    if change.ref and change.alt:
        return change
    deleted = len(change.ref)
    while (
        start + deleted < reference.region.end
        and reference.fetch(start + deleted, start + deleted + 1) == bases[0]
    ):
        bases = bases[1:] + bases[0]
        start += 1
    return _moved(change, start, bases)


def _moved(change: Change, start: int, bases: str) -> Change:
    return Change(start, bases, "") if change.ref else Change(start, "", bases)


def equivalents(reference: ReferenceSlice, change: Change) -> tuple[Change, ...]:
    """Return the leftmost and the rightmost place of a change; one where they are the same."""
    return tuple(dict.fromkeys((shifted_left(reference, change), shifted_right(reference, change))))


def vcf_form(reference: ReferenceSlice, change: Change) -> tuple[int, str, str]:
    """Return 1-based position, REF and ALT, left-aligned, with the anchor base where a side is empty."""
    change = shifted_left(reference, change)
    if change.ref and change.alt:
        return change.start + 1, change.ref, change.alt
    anchor = reference.fetch(change.start - 1, change.start)
    return change.start, anchor + change.ref, anchor + change.alt


def left_aligned(reference: ReferenceSlice, pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Return the canonical spelling of a VCF allele; raises `NotAnAlleleError` as `parsed` does."""
    return vcf_form(reference, parsed(reference, pos, ref, alt))


def single_bases(change: Change) -> list[Change]:
    """Return the single-base changes that an MNV is made of, in order; other changes as they are."""
    if not change.is_mnv:
        return [change]
    pairs = enumerate(zip(change.ref, change.alt, strict=True))
    return [Change(change.start + index, ref, alt) for index, (ref, alt) in pairs if ref != alt]


def joined(reference: ReferenceSlice, changes: Iterable[Change]) -> Change:
    """Return the one change that changes on one haplotype make together.

    Raises:
        NotAnAlleleError: two of them touch the same bases.
    """
    ordered: Sequence[Change] = sorted(changes, key=lambda change: (change.start, change.end))
    start, parts, at = ordered[0].start, [], ordered[0].start
    for change in ordered:
        if change.start < at:
            raise NotAnAlleleError("two alleles of one haplotype change the same bases")
        parts += [reference.fetch(at, change.start), change.alt]
        at = change.end
    return trimmed(start, reference.fetch(start, at), "".join(parts))
