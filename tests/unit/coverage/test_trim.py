"""Cut reads count the same within the interval."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.coverage import trim
from als_screen.coverage.counts import count_bases
from als_screen.coverage.indels import raw_indels
from als_screen.coverage.trim import LONG_READ, trimmed_read
from als_screen.regions import Region
from coverage_reads import aligned

REGION = Region("21", 120, 140)
SIZES = {"M": 1, "=": 1, "X": 1, "I": 1, "S": 1, "D": 0, "N": 0}


def test_short_reads_are_kept_whole() -> None:
    read = aligned("a", 100, "50M", "A" * 50)
    assert trimmed_read(read, 120, 130) is read


def test_a_long_read_is_cut() -> None:
    read = aligned("a", 100, "2000M", "ACGT" * 500)
    cut = trimmed_read(read, 1_000, 1_010)
    assert (cut.start, cut.cigar) == (1_000, ((0, 10),))
    assert cut.bases == read.bases[900:910]
    assert cut.qualities == read.qualities[900:910]


def test_a_deletion_at_the_end_keeps_its_anchor() -> None:
    read = aligned("a", 100, "600M900D600M", "A" * 1_200)
    assert len(read.bases) > LONG_READ
    cut = trimmed_read(read, 690, 710)
    assert [(raw.start, raw.deleted) for raw in raw_indels(cut.cigar, cut.start)] == [(700, 900)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("MIDNX="), st.integers(1, 9)), min_size=1, max_size=12),
    st.integers(95, 135),
    st.data(),
)
def test_counts_and_indels_within_are_the_same(
    operations: list[tuple[str, int]], start: int, data: st.DataObject
) -> None:
    operations = [("S", 3), ("M", 2), *operations, ("M", 2)]
    cigar = "".join(f"{length}{kind}" for kind, length in operations)
    size = sum(SIZES[kind] * length for kind, length in operations)
    bases = data.draw(st.text("ACGT", min_size=size, max_size=size))
    read = aligned("a", start, cigar, bases, data.draw(st.none() | st.just(30)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trim, "LONG_READ", 0)
        cut = trimmed_read(read, REGION.start - 1, REGION.end + 1)
    reference = "A" * len(REGION)
    whole, part = count_bases([read], REGION, reference), count_bases([cut], REGION, reference)
    assert (whole.depth == part.depth).all()
    assert (whole.alleles == part.alleles).all()
    inside = [raw for raw in raw_indels(read.cigar, read.start) if REGION.start <= raw.start <= REGION.end]
    kept = [raw for raw in raw_indels(cut.cigar, cut.start) if REGION.start <= raw.start <= REGION.end]
    assert [(raw.start, raw.deleted, read.bases[raw.first : raw.last]) for raw in inside] == [
        (raw.start, raw.deleted, cut.bases[raw.first : raw.last]) for raw in kept
    ]
