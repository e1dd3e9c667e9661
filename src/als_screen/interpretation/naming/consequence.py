"""Sequence Ontology consequence of a change on one transcript. Pure functions.

Everything is computed in transcription order: a coordinate `u` is the + strand position for genes on the
+ strand and its negative for genes on the - strand, so that donor and acceptor need one rule only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from als_screen.interpretation.naming.alleles import Change, reverse_complement
from als_screen.interpretation.naming.protein_effect import CodingChange, ProteinChange, coding_effect
from als_screen.resources import ReferenceSlice, Transcript

#: Most severe first; order of the Ensembl consequence table (Ensembl Variation, "Calculated consequences").
SEVERITY = (
    "splice_acceptor_variant",
    "splice_donor_variant",
    "stop_gained",
    "frameshift_variant",
    "stop_lost",
    "start_lost",
    "inframe_insertion",
    "inframe_deletion",
    "missense_variant",
    "protein_altering_variant",
    "splice_region_variant",
    "stop_retained_variant",
    "synonymous_variant",
    "coding_sequence_variant",
    "5_prime_UTR_variant",
    "3_prime_UTR_variant",
    "intron_variant",
    "upstream_gene_variant",
    "downstream_gene_variant",
)

#: Splice region of the Sequence Ontology (SO:0001630): 1-3 bases of the exon, 3-8 bases of the intron.
REGION_EXON, REGION_INTRON = 3, 8

#: Bases before an exon in which a change cannot be taken as silent (Walker et al. 2023: BP7 from -21 on).
TRACT = 20


class SplicePlace(StrEnum):
    """How near the closest splice site a change lies."""

    ESSENTIAL = "essential"  # intron bases +1, +2, -2, -1
    NEAR = "near"  # -3, +3 to +6, the first base and the last three bases of an exon
    REGION = "region"  # the rest of the 8 bases of intron and 3 bases of exon
    TRACT = "tract"  # the rest of the 20 bases of intron before an exon
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Consequence:
    """All Sequence Ontology terms, most severe first, the protein change, and how near a splice site is.

    `unspliced_exons`: exons (from 1 in the transcript) with a changed base among the two beside them.
    """

    terms: tuple[str, ...]
    protein: ProteinChange | None
    splice: SplicePlace
    unspliced_exons: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """A change in transcription order; `start == end` is an insertion before `start`."""

    start: int
    end: int
    alt: str

    def inside(self, low: int, high: int) -> bool:
        """Tell whether it changes a base of [low, high), or inserts between two of them."""
        if self.start == self.end:
            return low < self.start < high
        return self.start < high and low < self.end

    def touches(self, low: int, high: int) -> bool:
        """Tell as `inside`, an insertion at the edge included."""
        return low <= self.start <= high if self.start == self.end else self.inside(low, high)


def consequence(
    reference: ReferenceSlice, transcript: Transcript, change: Change, places: tuple[Change, ...]
) -> Consequence:
    """Return the consequence of `change`, shifted towards the transcript's 3' end.

    `places` are its equivalent placements: what touches a splice site in one of them is named so, since
    where an indel in a repeat is written is no evidence that the site is spared.
    """
    span = _span(transcript, change)
    coding, protein = _coding_effect(reference, transcript, _exonic(transcript, span, places))
    place = _place_terms(transcript, span, has_coding_effect=coding is not None)
    splicing = set().union(*(_splice_terms(transcript, _span(transcript, each)) for each in places))
    near = splice_place(transcript, places)
    doubled = _doubled(reference, transcript, span)
    if doubled is not None and _doubles_an_edge(transcript, doubled):
        coding, protein = "coding_sequence_variant", None
        place = place if _within_exon(_exons(transcript), doubled) else {*place, "intron_variant"}
        near = near if near is SplicePlace.ESSENTIAL else SplicePlace.NEAR
    terms = {coding, *splicing, *place} - {None}
    ranked = tuple(term for term in SEVERITY if term in terms)
    return Consequence(ranked, protein, near, _unspliced_exons(transcript, places))


def _doubled(reference: ReferenceSlice, transcript: Transcript, span: _Span) -> _Span | None:
    """Return the bases that an insertion writes a second time behind themselves, None where it does not."""
    doubled = _Span(span.start - len(span.alt), span.start, "")
    tandem = span.start == span.end and _oriented(reference, transcript, doubled) == span.alt
    return doubled if tandem else None


def _doubles_an_edge(transcript: Transcript, doubled: _Span) -> bool:
    """Tell whether coding bases are doubled together with an edge of their exon or the transcript's end.

    Which of the two copies is then spliced is not known, wherever the second one is written.
    """
    exons, (start, end) = _exons(transcript), _coding(transcript)
    coding = any(doubled.inside(max(low, start), min(high, end)) for low, high in exons)
    return coding and not (_within_exon(exons, doubled) and doubled.end < exons[-1][1])


def _oriented(reference: ReferenceSlice, transcript: Transcript, span: _Span) -> str:
    """Return the bases of a span in transcription order; "" where it leaves the bundled sequence."""
    forward = transcript.strand == "+"
    low, high = (span.start, span.end) if forward else (-span.end, -span.start)
    if not reference.region.start <= low <= high <= reference.region.end:
        return ""
    bases = reference.fetch(low, high)
    return bases if forward else reverse_complement(bases)


def _exonic(transcript: Transcript, span: _Span, places: tuple[Change, ...]) -> _Span:
    """Return an insertion behind the last base of an exon as it lies inside that exon, if it can.

    So a duplication of an exon's last bases changes the protein, as its name says; anything else stays.
    """
    exons = _exons(transcript)
    if span.start != span.end or all(span.start != end for _, end in exons):
        return span
    inside = [each for each in (_span(transcript, place) for place in places) if _within_exon(exons, each)]
    return inside[0] if inside else span


def splice_place(transcript: Transcript, places: tuple[Change, ...]) -> SplicePlace:
    """Return the most important place that one of the equivalent placements touches."""
    spans = [_span(transcript, change) for change in places]
    zones = _splice_zones(transcript)
    touched = {place for place, low, high in zones if any(span.inside(low, high) for span in spans)}
    return next((place for place in SplicePlace if place in touched), SplicePlace.FAR)


def _span(transcript: Transcript, change: Change) -> _Span:
    if transcript.strand == "+":
        return _Span(change.start, change.end, change.alt)
    return _Span(-change.end, -change.start, reverse_complement(change.alt))


def _exons(transcript: Transcript) -> list[tuple[int, int]]:
    """Return the exons in transcription order as oriented half-open intervals."""
    if transcript.strand == "+":
        return sorted((exon.start, exon.end) for exon in transcript.exons)
    return sorted((-exon.end, -exon.start) for exon in transcript.exons)


def _coding(transcript: Transcript) -> tuple[int, int]:
    if transcript.strand == "+":
        return transcript.coding.start, transcript.coding.end
    return -transcript.coding.end, -transcript.coding.start


def _introns(transcript: Transcript) -> Iterator[tuple[int, int]]:
    exons = _exons(transcript)
    for (_, donor), (acceptor, _) in pairwise(exons):
        yield donor, acceptor


def _splice_zones(transcript: Transcript) -> Iterator[tuple[SplicePlace, int, int]]:
    for donor, acceptor in _introns(transcript):
        yield SplicePlace.ESSENTIAL, donor, donor + 2
        yield SplicePlace.ESSENTIAL, acceptor - 2, acceptor
        yield SplicePlace.NEAR, donor - 3, donor + 6
        yield SplicePlace.NEAR, acceptor - 3, acceptor + 1
        yield SplicePlace.REGION, donor - REGION_EXON, donor + REGION_INTRON
        yield SplicePlace.REGION, acceptor - REGION_INTRON, acceptor + REGION_EXON
        yield SplicePlace.TRACT, acceptor - TRACT, acceptor


def _unspliced_exons(transcript: Transcript, places: tuple[Change, ...]) -> tuple[int, ...]:
    """Return the exons whose donor or acceptor dinucleotide is touched in one of the placements."""
    spans = [_span(transcript, change) for change in places]
    found = set()
    for number, (donor, acceptor) in enumerate(_introns(transcript), start=1):
        found |= {number for span in spans if span.inside(donor, donor + 2)}
        found |= {number + 1 for span in spans if span.inside(acceptor - 2, acceptor)}
    return tuple(sorted(found))


def _splice_terms(transcript: Transcript, span: _Span) -> set[str]:
    terms = set()
    for donor, acceptor in _introns(transcript):
        if span.inside(donor, donor + 2):
            terms.add("splice_donor_variant")
        if span.inside(acceptor - 2, acceptor):
            terms.add("splice_acceptor_variant")
        if span.touches(donor - REGION_EXON, donor + REGION_INTRON):
            terms.add("splice_region_variant")
        if span.touches(acceptor - REGION_INTRON, acceptor + REGION_EXON):
            terms.add("splice_region_variant")
    return terms


def _place_terms(transcript: Transcript, span: _Span, *, has_coding_effect: bool) -> set[str]:
    """Return the terms that follow from the place alone."""
    exons, (coding_start, coding_end) = _exons(transcript), _coding(transcript)
    terms = set()
    if span.start < exons[0][0] or (span.start == span.end == exons[0][0]):
        terms.add("upstream_gene_variant")
    if span.end > exons[-1][1] or (span.start == span.end == exons[-1][1]):
        terms.add("downstream_gene_variant")
    if any(span.touches(low, high) and not _within_exon(exons, span) for low, high in _introns(transcript)):
        terms.add("intron_variant")
    for low, high in exons:
        if not span.touches(low, high) or (span.start == span.end and not _within_exon([(low, high)], span)):
            continue
        if _overlap(span, low, min(high, coding_start)):
            terms.add("5_prime_UTR_variant")
        if _overlap(span, max(low, coding_end), high):
            terms.add("3_prime_UTR_variant")
        if not has_coding_effect and span.inside(max(low, coding_start), min(high, coding_end)):
            terms.add("coding_sequence_variant")
    return terms


def _overlap(span: _Span, low: int, high: int) -> bool:
    return low < high and span.touches(low, high)


def _within_exon(exons: list[tuple[int, int]], span: _Span) -> bool:
    """Tell whether an exon holds the whole change; an insertion at the edge of an exon is not within it."""
    if span.start == span.end:
        return any(low < span.start < high for low, high in exons)
    return any(low <= span.start and span.end <= high for low, high in exons)


def spliced(reference: ReferenceSlice, transcript: Transcript) -> str:
    """Return the transcript's sequence, 5' to 3'."""
    parts = [reference.fetch(exon.start, exon.end) for exon in sorted(transcript.exons)]
    sequence = "".join(parts)
    return sequence if transcript.strand == "+" else reverse_complement(sequence)


def _transcript_offset(exons: list[tuple[int, int]], position: int) -> int:
    """Return the bases of the transcript before the oriented position."""
    return sum(max(0, min(high, position) - low) for low, high in exons)


def _coding_effect(
    reference: ReferenceSlice, transcript: Transcript, span: _Span
) -> tuple[str | None, ProteinChange | None]:
    """Return the coding term and the protein change; (None, None) where no coding base is touched."""
    exons, (start, end) = _exons(transcript), _coding(transcript)
    if not any(
        span.inside(max(low, start), min(high, end)) for low, high in exons if low < end and start < high
    ):
        return None, None
    if not _within_exon(exons, span):
        return _effect_over_an_edge(span, start, end), None
    sequence = spliced(reference, transcript)
    first, last = _transcript_offset(exons, start), _transcript_offset(exons, end)
    offset = _transcript_offset(exons, span.start) - first
    change = CodingChange(offset, span.end - span.start, span.alt)
    if span.start < start:
        return _effect_over_the_start(sequence, first, change), None
    return coding_effect(sequence[first:last], sequence[last:], change)


def _effect_over_the_start(sequence: str, first: int, change: CodingChange) -> str | None:
    """Return the term of a change from the 5' UTR into the coding sequence; None where this is as before."""
    new = CodingChange(first + change.offset, change.deleted, change.inserted).applied(sequence)
    return None if new.endswith(sequence[first:]) else "start_lost"


def _effect_over_an_edge(span: _Span, start: int, end: int) -> str:
    """Return the term of a change that reaches from coding bases into an intron or a UTR."""
    if span.inside(start, start + 3):
        return "start_lost"
    return "stop_lost" if span.inside(end - 3, end) else "coding_sequence_variant"


def codon_at(transcript: Transcript, position: int) -> int | None:
    """Return the codon (1-based) that holds the base at a 0-based + strand position; None elsewhere."""
    place = position if transcript.strand == "+" else -position - 1
    exons, (start, end) = _exons(transcript), _coding(transcript)
    if not (start <= place < end and any(low <= place < high for low, high in exons)):
        return None
    return (_transcript_offset(exons, place) - _transcript_offset(exons, start)) // 3 + 1
