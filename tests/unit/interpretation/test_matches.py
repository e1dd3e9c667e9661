"""Who else is flagged when a patient's files are of different persons."""

from __future__ import annotations

import pytest

from als_screen.interpretation.matches import MATCHES_ANOTHER, flag_matches
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.regions import Build
from als_screen.resources import bundled
from als_screen.states import IdentityState
from unit.reports.samples import SAMPLES

#: Bases of the gene regions, each in a stretch of its own that is inherited together.
PLACES = {
    "1": (11_013_000, 11_023_000),
    "9": (27_547_000, 27_557_000, 27_567_000),
    "16": (31_181_000, 31_191_000),
    "21": (31_661_000, 31_667_000),
}


def carrier(shift: int) -> Fingerprint:
    """A person who carries rare SNVs, `shift` bases beside the places."""
    words = {
        chrom: " ".join(f"{place + shift + at}CT1" for place in places for at in (0, 40, 80))
        for chrom, places in PLACES.items()
    }
    return Fingerprint(build=Build.GRCH38, genotypes=words)


MINE, YOURS = carrier(0), carrier(7)


def report(who: str, state: IdentityState, vcf: Fingerprint | None, reads: Fingerprint | None) -> Report:
    base = next(iter(SAMPLES.values()))
    return base.model_copy(
        update={
            "patient": base.patient.model_copy(update={"patient": who}),
            "identity": base.identity.model_copy(update={"state": state}),
            "fingerprint": Fingerprints(vcf=vcf, reads=reads),
            "remarks": (),
        }
    )


def flagged(*reports: Report) -> list[str]:
    frequencies = dict.fromkeys(Build, lambda *_: 1e-4)
    found = flag_matches(reports, frequencies, bundled())
    return [one.patient.patient for one in found if MATCHES_ANOTHER in one.remarks]


SAME, DIFFERENT = IdentityState.SAME, IdentityState.DIFFERENT


@pytest.mark.parametrize(
    ("swapped", "expected", "note"),
    [
        ((DIFFERENT, MINE, YOURS), ["A", "B"], "the VCF is A's and the reads are B's"),
        ((DIFFERENT, None, MINE), ["A"], "the reads are A's"),
        ((DIFFERENT, carrier(11), carrier(13)), [], "of people who are not in the batch"),
        ((SAME, MINE, MINE), [], "a twin or a second sample is no mix-up: the cohort's page tells it"),
    ],
)
def test_the_others_are_flagged(
    swapped: tuple[IdentityState, Fingerprint | None, Fingerprint | None], expected: list[str], note: str
) -> None:
    mixed = report("X", *swapped)
    assert flagged(report("A", SAME, MINE, MINE), report("B", SAME, YOURS, YOURS), mixed) == expected, note
