import pytest

from als_screen.interpretation.naming.alleles import Change, equivalents
from als_screen.interpretation.naming.consequence import SplicePlace, codon_at, consequence, spliced
from als_screen.regions import Build, Gene
from als_screen.resources import bundled

SOD1 = bundled().slices(Build.GRCH38)[Gene.SOD1]
C9 = bundled().slices(Build.GRCH38)[Gene.C9ORF72]


def _of(
    gene: Gene, start: int, deleted: int, inserted: str
) -> tuple[tuple[str, ...], SplicePlace, tuple[int, ...]]:
    reference = bundled().slices(Build.GRCH38)[gene]
    change = Change(start, reference.fetch(start, start + deleted), inserted)
    transcript = bundled().transcript(Build.GRCH38, gene)
    found = consequence(reference, transcript, change, equivalents(reference, change))
    return found.terms, found.splice, found.unspliced_exons


def other(gene: Gene, position: int) -> str:
    base = bundled().slices(Build.GRCH38)[gene].fetch(position, position + 1)
    return "A" if base != "A" else "C"


# SOD1 exon 1 of the coding sequence ends at 31659841 (0-based end), exon 2 is 31663789-31663886.
@pytest.mark.parametrize(
    ("offset", "terms", "place", "exons"),
    [
        (-1, {"splice_region_variant"}, SplicePlace.NEAR, ()),
        (-3, {"splice_region_variant"}, SplicePlace.NEAR, ()),
        (-4, set(), SplicePlace.FAR, ()),
        (0, {"splice_donor_variant", "splice_region_variant", "intron_variant"}, SplicePlace.ESSENTIAL, (1,)),
        (1, {"splice_donor_variant", "splice_region_variant", "intron_variant"}, SplicePlace.ESSENTIAL, (1,)),
        (2, {"splice_region_variant", "intron_variant"}, SplicePlace.NEAR, ()),
        (5, {"splice_region_variant", "intron_variant"}, SplicePlace.NEAR, ()),
        (6, {"splice_region_variant", "intron_variant"}, SplicePlace.REGION, ()),
        (7, {"splice_region_variant", "intron_variant"}, SplicePlace.REGION, ()),
        (8, {"intron_variant"}, SplicePlace.FAR, ()),
    ],
)
def test_places_around_a_donor(
    offset: int, terms: set[str], place: SplicePlace, exons: tuple[int, ...]
) -> None:
    position = 31659841 + offset
    found, splice, unspliced = _of(Gene.SOD1, position, 1, other(Gene.SOD1, position))
    coding = {"missense_variant", "synonymous_variant", "stop_gained"}
    assert (set(found) - coding, splice, unspliced) == (terms, place, exons)


@pytest.mark.parametrize(
    ("offset", "terms", "place", "exons"),
    [
        (-21, {"intron_variant"}, SplicePlace.FAR, ()),
        (-20, {"intron_variant"}, SplicePlace.TRACT, ()),
        (-9, {"intron_variant"}, SplicePlace.TRACT, ()),
        (-8, {"splice_region_variant", "intron_variant"}, SplicePlace.REGION, ()),
        (-3, {"splice_region_variant", "intron_variant"}, SplicePlace.NEAR, ()),
        (
            -2,
            {"splice_acceptor_variant", "splice_region_variant", "intron_variant"},
            SplicePlace.ESSENTIAL,
            (2,),
        ),
        (
            -1,
            {"splice_acceptor_variant", "splice_region_variant", "intron_variant"},
            SplicePlace.ESSENTIAL,
            (2,),
        ),
        (0, {"splice_region_variant"}, SplicePlace.NEAR, ()),
        (1, {"splice_region_variant"}, SplicePlace.REGION, ()),
        (3, set(), SplicePlace.FAR, ()),
    ],
)
def test_places_around_an_acceptor(
    offset: int, terms: set[str], place: SplicePlace, exons: tuple[int, ...]
) -> None:
    position = 31663789 + offset
    found, splice, unspliced = _of(Gene.SOD1, position, 1, other(Gene.SOD1, position))
    coding = {"missense_variant", "synonymous_variant", "stop_gained"}
    assert (set(found) - coding, splice, unspliced) == (terms, place, exons)


def test_donor_of_a_minus_strand_gene_lies_to_the_left() -> None:
    exon = bundled().transcript(Build.GRCH38, Gene.C9ORF72).exons[1]
    terms, _, exons = _of(Gene.C9ORF72, exon.start - 1, 1, other(Gene.C9ORF72, exon.start - 1))
    assert terms[0] == "splice_donor_variant"
    assert exons == (2,)


@pytest.mark.parametrize(
    ("start", "deleted", "inserted", "first", "note"),
    [
        (31659769, 3, "", "start_lost", "the start codon"),
        (31659764, 8, "", "start_lost", "over the start"),
        (31668574, 10, "", "stop_lost", "over the stop"),
        (31663780, 200, "", "splice_acceptor_variant", "a whole exon"),
        (31668690, 1, "", "3_prime_UTR_variant", "behind the stop"),
        (31659765, 0, "AC", "5_prime_UTR_variant", "before the start"),
        (31669500, 1, "", "downstream_gene_variant", "behind the transcript"),
        (31658000, 1, "", "upstream_gene_variant", "before the transcript"),
    ],
)
def test_most_severe(start: int, deleted: int, inserted: str, first: str, note: str) -> None:
    assert _of(Gene.SOD1, start, deleted, inserted)[0][0] == first, note


def test_spliced_begins_with_the_protein_of_each_strand() -> None:
    for gene in (Gene.SOD1, Gene.C9ORF72):
        transcript = bundled().transcript(Build.GRCH38, gene)
        sequence = spliced(bundled().slices(Build.GRCH38)[gene], transcript)
        assert len(sequence) == sum(len(exon) for exon in transcript.exons)
        assert "ATG" in sequence


@pytest.mark.parametrize(
    ("gene", "position", "codon"),
    [
        (Gene.SOD1, 31659769, 1),
        (Gene.SOD1, 31659771, 1),
        (Gene.SOD1, 31659772, 2),
        (Gene.SOD1, 31663789, 25),
        (Gene.SOD1, 31659841, None),
        (Gene.SOD1, 31659768, None),
        (Gene.C9ORF72, 27567119, 1),
        (Gene.C9ORF72, 27567116, 2),
        (Gene.C9ORF72, 27567120, None),
    ],
)
def test_codon_at(gene: Gene, position: int, codon: int | None) -> None:
    assert codon_at(bundled().transcript(Build.GRCH38, gene), position) == codon
