"""Read support of the VCF's alleles, and recheck of the known ones."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from scipy.stats import binom

from als_screen.coverage.indels import allele_span
from als_screen.evidence import CoverageEvidence, IndelCount, OtherBase, RegionCounts, State
from als_screen.interpretation.recheck import Placed, ReadLookup, recheck
from als_screen.models import ReadSupport
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import ReadSupportState, RecheckState
from coverage_reads import gene_bases

CONFIRMED, REFUTED, OPEN = (
    ReadSupportState.CONFIRMED,
    ReadSupportState.NOT_CONFIRMED,
    ReadSupportState.NOT_ASSESSED,
)
START, SIZE = 31_667_250, 130
SITE = 31_667_290
PATHOGENIC_KNOWN = 150


@dataclass(frozen=True)
class Known:
    """An allele as the knowledge tables give it."""

    pos: int
    ref: str
    alt: str
    gene: Gene = Gene.SOD1
    chrom: str = "21"


SNV = Known(SITE, "A", "C")


def other(pos: int, base: str, forward: int, reverse: int) -> OtherBase:
    return OtherBase.model_validate(
        {"chrom": "21", "pos": pos, "base": base, "forward": forward, "reverse": reverse}
    )


def shown(
    depth: int,
    *others: OtherBase,
    indels: tuple[IndelCount, ...] = (),
    usable: int | None = None,
    deleted: tuple[int, int, int] = (0, 0, 0),
) -> CoverageEvidence:
    """Counts over exon 4; `usable` fragments have good bases, `deleted` is (start, end, fragments)."""
    reference = [depth if usable is None else usable] * SIZE
    depths = [depth] * SIZE
    for one in others:
        reference[one.pos - 1 - START] -= one.forward + one.reverse
    for at in range(deleted[0], deleted[1]):
        reference[at - START] -= deleted[2]
        depths[at - START] -= deleted[2]
    region = RegionCounts(
        chrom="21", start=START, depth=tuple(depths), forward=tuple(reference), reverse=(0,) * SIZE
    )
    return CoverageEvidence(
        patient="P1", state=State.ASSESSED, build=Build.GRCH38, regions=(region,), other=others, indels=indels
    )


def test_the_allele_is_where_it_should_be() -> None:
    assert gene_bases(Gene.SOD1, SITE - 1, SITE) == SNV.ref


def support_of(allele: Placed, coverage: CoverageEvidence | None) -> ReadSupport:
    return ReadLookup(coverage, bundled()).support(allele)


@pytest.mark.parametrize(
    ("depth", "forward", "reverse", "expected", "note"),
    [
        (30, 8, 7, CONFIRMED, "heterozygous"),
        (30, 15, 15, CONFIRMED, "homozygous"),
        (10, 2, 1, CONFIRMED, "three fragments of ten"),
        (30, 3, 2, CONFIRMED, "a share of 0.17"),
        (30, 2, 2, REFUTED, "a share of 0.13 of thirty: once in 30,000 heterozygotes"),
        (10, 0, 0, REFUTED, "none of ten"),
        (30, 0, 0, REFUTED, "none of thirty"),
        (10, 1, 0, OPEN, "one of ten neither confirms nor contradicts"),
        (9, 4, 4, OPEN, "too thin"),
        (9, 0, 0, OPEN, "too thin to contradict"),
        (0, 0, 0, OPEN, "nothing there"),
    ],
)
def test_support_of_an_snv(
    depth: int, forward: int, reverse: int, expected: ReadSupportState, note: str
) -> None:
    others = (other(SITE, "C", forward, reverse),) if forward + reverse else ()
    support = support_of(SNV, shown(depth, *others))
    assert support.state is expected, note
    assert (support.ref, support.alt) == (depth - forward - reverse, forward + reverse)
    assert (support.forward, support.reverse) == (forward, reverse)


def test_poor_bases_do_not_contradict() -> None:
    assert support_of(SNV, shown(30, usable=5)).state is OPEN


@pytest.mark.parametrize("coverage", [None, CoverageEvidence(patient="P1", state=State.NOT_ASSESSED)])
def test_no_reads(coverage: CoverageEvidence | None) -> None:
    support = support_of(SNV, coverage)
    assert (support.state, support.ref, support.alt) == (OPEN, None, None)


def test_a_site_that_was_not_counted() -> None:
    assert support_of(Known(START, "A", "C"), shown(30)).state is OPEN


def test_an_mnv_needs_each_of_its_bases() -> None:
    ref = gene_bases(Gene.SOD1, SITE - 1, SITE + 2)
    alt = "".join("C" if base != "C" else "G" for base in ref[::2])
    mnv = Known(SITE, ref, alt[0] + ref[1] + alt[1])
    first, last = other(SITE, alt[0], 7, 8), other(SITE + 2, alt[1], 7, 6)
    both = support_of(mnv, shown(30, first, last))
    assert (both.state, both.alt) == (CONFIRMED, 13), "the middle base is no part of it"
    assert support_of(mnv, shown(30, first)).state is REFUTED


def indel(allele: Known, forward: int, reverse: int) -> IndelCount:
    return IndelCount(
        chrom="21", pos=allele.pos, ref=allele.ref, alt=allele.alt, forward=forward, reverse=reverse
    )


def deletion(size: int) -> Known:
    """A deletion in exon 4 that has one place only."""
    reference = bundled().slices(Build.GRCH38)[Gene.SOD1]
    found = (
        Known(pos, gene_bases(Gene.SOD1, pos - 1, pos + size), gene_bases(Gene.SOD1, pos - 1, pos))
        for pos in range(SITE + 3, SITE + 40)
    )
    return next(one for one in found if len(allele_span(reference, one.pos, one.ref, one.alt)) == size + 2)


def insertion(bases: str, pos: int = SITE + 3) -> Known:
    anchor = gene_bases(Gene.SOD1, pos - 1, pos)
    return Known(pos, anchor, anchor + bases)


def with_deletion(allele: Known, forward: int, reverse: int, depth: int = 30) -> CoverageEvidence:
    found = (indel(allele, forward, reverse),) if forward + reverse else ()
    span = (allele.pos, allele.pos + len(allele.ref) - 1, forward + reverse)
    return shown(depth, indels=found, deleted=span)


@pytest.mark.parametrize(
    ("size", "forward", "reverse", "expected", "note"),
    [
        (3, 7, 8, CONFIRMED, "heterozygous"),
        (3, 15, 15, CONFIRMED, "homozygous: no fragment has the deleted bases"),
        (3, 0, 0, REFUTED, "no CIGAR has it"),
        (20, 0, 0, REFUTED, "the longest that CIGARs would show"),
        (21, 0, 0, OPEN, "a longer one is clipped, not deleted"),
        (21, 3, 3, CONFIRMED, "yet where CIGARs have it, it is there"),
    ],
)
def test_support_of_a_deletion(
    size: int, forward: int, reverse: int, expected: ReadSupportState, note: str
) -> None:
    allele = deletion(size)
    support = support_of(allele, with_deletion(allele, forward, reverse))
    assert support.state is expected, note
    assert (support.ref, support.alt) == (30 - forward - reverse, forward + reverse)


def test_support_of_an_insertion() -> None:
    allele = insertion("GTG")
    support = support_of(allele, shown(30, indels=(indel(allele, 7, 6),)))
    assert (support.state, support.ref, support.alt) == (CONFIRMED, 17, 13)
    assert support_of(allele, shown(30)).state is REFUTED


def test_another_indel_at_the_place_leaves_it_open() -> None:
    support = support_of(insertion("GTG"), shown(30, indels=(indel(insertion("G"), 7, 6),)))
    assert (support.state, support.alt) == (OPEN, 0)


def test_a_delins_is_never_contradicted() -> None:
    ref = gene_bases(Gene.SOD1, SITE + 2, SITE + 5)
    delins = Known(SITE + 3, ref, "C" if ref[0] != "C" else "T")
    assert support_of(delins, shown(30)).state is OPEN
    pos = SITE + 2
    smaller = Known(pos, gene_bases(Gene.SOD1, pos - 1, pos + 2), gene_bases(Gene.SOD1, pos - 1, pos))
    support = support_of(delins, with_deletion(smaller, 8, 7))
    assert (support.state, support.alt) == (CONFIRMED, 15), (
        "the aligner wrote it as a deletion and mismatches"
    )


@pytest.mark.parametrize(
    ("depth", "forward", "reverse", "expected", "note"),
    [
        (30, 8, 7, RecheckState.PRESENT, "heterozygous"),
        (20, 3, 2, RecheckState.PRESENT, "just: five, both strands, a quarter"),
        (30, 4, 3, RecheckState.POSSIBLE, "fewer than a quarter"),
        (16, 2, 2, RecheckState.POSSIBLE, "four fragments"),
        (30, 15, 0, RecheckState.POSSIBLE, "one strand only"),
        (30, 2, 1, RecheckState.POSSIBLE, "three: above the error rate"),
        (30, 1, 1, RecheckState.ABSENT, "two are errors"),
        (30, 0, 0, RecheckState.ABSENT, "none"),
        (10, 0, 0, RecheckState.ABSENT, "none, at the least depth"),
        (9, 0, 0, RecheckState.NOT_COVERED, "too thin to say so"),
        (9, 3, 3, RecheckState.PRESENT, "a find at low depth is still a find"),
        (0, 0, 0, RecheckState.NOT_COVERED, "nothing there"),
    ],
)
def test_recheck_of_an_snv(depth: int, forward: int, reverse: int, expected: RecheckState, note: str) -> None:
    others = (other(SITE, "C", forward, reverse),) if forward + reverse else ()
    lookup = ReadLookup(shown(depth, *others), bundled())
    assert lookup.recheck_state(SNV, PATHOGENIC_KNOWN)[0] is expected, note


def test_good_bases_are_needed_to_call_it_absent() -> None:
    lookup = ReadLookup(shown(30, usable=9), bundled())
    assert lookup.recheck_state(SNV, PATHOGENIC_KNOWN)[0] is RecheckState.NOT_COVERED


def test_a_noisy_library_needs_more() -> None:
    noise = [
        other(START + at + 1, "A" if gene_bases(Gene.SOD1, START + at, START + at + 1) != "A" else "C", 2, 2)
        for at in range(SIZE)
        if START + at + 1 != SITE
    ]
    weak = other(SITE, "C", 2, 2)
    quiet = ReadLookup(shown(50, weak), bundled())
    noisy = ReadLookup(shown(50, weak, *noise), bundled())
    assert quiet.recheck_state(SNV, PATHOGENIC_KNOWN)[0] is RecheckState.POSSIBLE
    assert noisy.recheck_state(SNV, PATHOGENIC_KNOWN)[0] is RecheckState.ABSENT


def test_recheck_lists_what_is_not_absent_and_counts_the_rest() -> None:
    known = [SNV, Known(SITE, "A", "G"), Known(START, "A", "C"), deletion(3), deletion(25)]
    lookup = ReadLookup(shown(30, other(SITE, "C", 8, 7)), bundled())
    found = recheck(known, lookup, lambda one: one.ref + one.alt)
    assert [(one.variant, one.state) for one in found.listed] == [
        ("AC", RecheckState.PRESENT),
        ("AC", RecheckState.NOT_COVERED),
        (known[4].ref + known[4].alt, RecheckState.NOT_COVERED),
    ]
    assert found.absent == 2
    assert found.present == (SNV,)


def test_without_reads_nothing_is_covered() -> None:
    found = recheck([SNV], ReadLookup(None, bundled()), lambda one: one.alt)
    assert [one.state for one in found.listed] == [RecheckState.NOT_COVERED]
    assert (found.absent, found.present) == (0, ())


def test_false_possibles_of_clean_patients_stay_below_the_promise() -> None:
    """150 alleles at 30x with errors of 1 in 1,000, of which a third are of the kind."""
    lookup = ReadLookup(shown(30), bundled())
    least = next(
        alt
        for alt in range(1, 30)
        if ReadLookup(shown(30, other(SITE, "C", alt, 0)), bundled()).recheck_state(SNV, 150)[0]
        is RecheckState.POSSIBLE
    )
    assert lookup.recheck_state(SNV, 150)[0] is RecheckState.ABSENT
    assert 150 * binom.sf(least - 1, 30, 1e-3 / 3) < 1e-3
