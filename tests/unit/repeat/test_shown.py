"""What is kept of reads over the repeat: realigned places, clips, and which reads."""

from __future__ import annotations

import pytest

from als_screen.read_views import Lies
from als_screen.regions import Build
from als_screen.repeat import shown
from als_screen.repeat.fragments import place, template_of
from als_screen.repeat.locus import load_locus
from als_screen.repeat.records import LocusReads, Profile, Read
from als_screen.repeat.shown import Alignment, alignments, kept_reads

LOCUS = load_locus()
REPEAT = LOCUS.builds[Build.GRCH38].region
TEMPLATE = template_of(LOCUS)


def haplotype(units: int) -> str:
    return LOCUS.left_flank + LOCUS.motif_plus * units + LOCUS.right_flank


def read(units: int, begin: int, length: int = 150, name: str = "r", **changes: object) -> Read:
    """A read of a haplotype that begins at `begin` from the repeat's first base."""
    at = len(LOCUS.left_flank) + begin
    bases = haplotype(units)[at : at + length]
    fields: dict[str, object] = {
        "name": name,
        "first": True,
        "placed": True,
        "reverse": False,
        "start": REPEAT.start + begin,
        "end": REPEAT.start + begin + length,
        "clean": True,
        "bases": bases.encode(),
        "qualities": bytes([37]) * length,
        "cigar": f"{length}M",
    }
    return Read(**{**fields, **changes})  # type: ignore[arg-type]


def locus_reads(*fragments: tuple[Read, ...], strays: tuple[tuple[Read, ...], ...] = ()) -> LocusReads:
    return LocusReads(fragments, strays, Profile(*(4 * (None,)), 0), 0, 0, 0, 0, 0)  # type: ignore[arg-type]


def found_in(reads: LocusReads) -> list[tuple[Alignment, ...]]:
    return alignments(place(reads, REPEAT, TEMPLATE), REPEAT, TEMPLATE)


def aligned(one: Read) -> Alignment:
    ((found,),) = found_in(locus_reads((one,)))
    return found


@pytest.mark.parametrize(
    ("units", "start", "lies", "place", "cigar"),
    [
        pytest.param(3, -60, Lies.SPANNING, -60, "150M", id="as the reference"),
        pytest.param(2, -60, Lies.SPANNING, -60, "72M6D78M", id="a unit less"),
        pytest.param(5, -60, Lies.SPANNING, -60, "78M12I60M", id="two units more"),
        pytest.param(60, -60, Lies.LEFT, -60, "78M72S", id="from the left into a long repeat"),
        pytest.param(3, -145, Lies.LEFT, -145, "150M", id="a few bases of repeat"),
        pytest.param(60, 6 * 60 - 100, Lies.RIGHT, 0, "82S68M", id="out of a long repeat to the right"),
    ],
)
def test_reads_lie_where_their_flank_says(units: int, start: int, lies: Lies, place: int, cigar: str) -> None:
    found = aligned(read(units, start, start=REPEAT.start - 40, end=REPEAT.start + 110, cigar="100M50S"))
    assert found.shown is not None
    assert (found.shown.lies, found.start - REPEAT.start, found.cigar) == (lies, place, cigar)


def test_a_mate_in_the_flank_stays_as_the_file_has_it() -> None:
    one = read(3, -60)
    mate = read(3, 200, first=False, reverse=True, cigar="10S140M")
    ((_, found),) = found_in(locus_reads((one, mate)))
    assert (found.shown, found.cigar, found.start) == (None, "10S140M", REPEAT.start + 210)


def test_a_read_inside_has_no_place() -> None:
    anchor = read(100, -200)
    inside = read(100, 38, first=False, reverse=True, placed=False, start=-1, end=-1, clean=False)
    pair = (anchor, inside.flipped())
    ((_, found),) = found_in(locus_reads(pair))
    assert found.shown is not None
    assert (found.cigar, found.start, found.shown.lies) == ("", REPEAT.start, Lies.INSIDE)
    assert (found.shown.start, found.shown.units) == (38 % 6, 25)


def test_low_quality_is_lower_case_and_an_alien_end_is_clipped() -> None:
    one = read(3, -60)
    bases = b"ACGTACGTACTTGACCATTGCATCA" + one.bases[25:]
    qualities = bytes([37] * 149 + [5])
    found = aligned(read(3, -60, bases=bases, qualities=qualities)).shown
    assert found is not None
    assert found.clipped[0] in range(20, 30)
    assert found.clipped[1] == 0
    assert found.bases[-1].islower()
    assert found.bases[:-1].isupper()


def test_what_is_kept_depends_on_names_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "KEPT", dict.fromkeys(Lies, 4))
    reads = [(read(3, -60 - number % 50, name=f"r{number}"),) for number in range(20)]
    kept, left_out = kept_reads(found_in(locus_reads(*reads)))
    again, _ = kept_reads(found_in(locus_reads(*reversed(reads))))
    assert kept == again
    assert len(kept) == 4
    assert left_out == {Lies.SPANNING: 16}
