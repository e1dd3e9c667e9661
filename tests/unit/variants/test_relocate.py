import pysam
import pytest

from als_screen.regions import Region
from als_screen.variants.relocate import relocated

REGION = Region("21", 1000, 2000)
GENES = pysam.AlignmentHeader.from_references(["A", "B", "C"], [1000, 1000, 1000])
HEADER = pysam.AlignmentHeader.from_references(["chr1", "chr21"], [5000, 5000])


def read(start: int, cigar: str, *, mate: int = 1300, mate_contig: int = 1) -> pysam.AlignedSegment:
    """Return a read whose bases count up through ACGT, so that a cut shows."""
    found = pysam.AlignedSegment(HEADER)
    found.query_name, found.flag, found.reference_id, found.reference_start = "r", 99, 1, start
    found.cigarstring = cigar
    length = found.infer_query_length() or 0
    found.query_sequence = ("ACGT" * length)[:length]
    found.query_qualities = pysam.qualitystring_to_array("".join(chr(33 + n % 40) for n in range(length)))
    found.next_reference_id, found.next_reference_start = mate_contig, mate
    return found


@pytest.mark.parametrize(
    ("start", "cigar", "place", "kept", "bases", "note"),
    [
        (1100, "10M", 100, "10M", (0, 10), "within the region"),
        (1000, "10M", 0, "10M", (0, 10), "at its first base"),
        (1990, "10M", 990, "10M", (0, 10), "at its last base"),
        (1100, "3S10M2S", 100, "3S10M2S", (0, 15), "soft clips stay where nothing is cut"),
        (995, "10M", 0, "5M", (5, 10), "over the start"),
        (1995, "10M", 995, "5M", (0, 5), "over the end"),
        (995, "3S10M", 0, "5M", (8, 13), "over the start, with a clip"),
        (990, "1020M", 0, "1000M", (10, 1010), "over both"),
        (990, "8M4D10M", 2, "10M", (8, 18), "the region begins within a deletion"),
        (990, "10M5I10M", 0, "10M", (15, 25), "an insertion right before the region"),
        (990, "12M5I10M", 0, "2M5I10M", (10, 27), "an insertion in it"),
        (1990, "10M5I10M", 990, "10M", (0, 10), "an insertion right behind it"),
        (1990, "8M4D10M", 990, "8M", (0, 8), "the region ends within a deletion"),
        (990, "5=1X10=", 0, "6=", (10, 16), "matches and mismatches written apart"),
        (900, "50M80N20M", 30, "20M", (50, 70), "spliced"),
    ],
)
def test_moved_and_cut(
    start: int, cigar: str, place: int, kept: str, bases: tuple[int, int], note: str
) -> None:
    before = read(start, cigar)
    sequence, qualities = before.query_sequence or "", list(before.query_qualities or [])
    found = relocated(read(start, cigar), REGION, GENES, 2)
    assert (found.reference_id, found.reference_start, found.cigarstring) == (2, place, kept), note
    assert found.query_sequence == sequence[slice(*bases)], note
    assert list(found.query_qualities or []) == qualities[slice(*bases)], note


@pytest.mark.parametrize(
    ("mate", "contig", "expected", "note"),
    [
        (1300, 1, (2, 300), "within the region"),
        (1000, 1, (2, 0), "at its first base"),
        (999, 1, (-1, -1), "before it"),
        (2000, 1, (-1, -1), "behind it"),
        (1300, 0, (-1, -1), "at the same place of another chromosome"),
    ],
)
def test_the_mate_moves_along(mate: int, contig: int, expected: tuple[int, int], note: str) -> None:
    found = relocated(read(1100, "10M", mate=mate, mate_contig=contig), REGION, GENES, 2)
    assert (found.next_reference_id, found.next_reference_start) == expected, note
