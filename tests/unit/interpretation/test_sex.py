"""What the reads on X and Y say of the sex in the sheet, and when they say nothing."""

from __future__ import annotations

import pytest

from als_screen.evidence import PlacedReads
from als_screen.interpretation.sex import sex_check, sex_remark
from als_screen.models import SexCheck
from als_screen.states import SexState


def placed(x: float, y: float, reads: int = 10_000, **other: float) -> list[PlacedReads]:
    """Return a genome with `reads` on each autosome, and so many times that per base on others."""
    autosomes = {str(number): other.get(f"c{number}", 1.0) for number in range(1, 23)}
    return [
        PlacedReads(chrom=chrom, length=1_000_000, reads=round(reads * share))
        for chrom, share in {**autosomes, "X": x, "Y": y}.items()
    ]


@pytest.mark.parametrize(
    ("x", "y", "stated", "state", "shown"),
    [
        pytest.param(1.0, 0.01, "female", SexState.AGREES, "female", id="a woman"),
        pytest.param(0.5, 0.23, "male", SexState.AGREES, "male", id="a man"),
        pytest.param(0.5, 0.23, "female", SexState.DIFFERS, "male", id="a man, said to be a woman"),
        pytest.param(1.0, 0.08, "male", SexState.DIFFERS, "female", id="a woman, said to be a man"),
        pytest.param(0.5, 0.23, "unknown", SexState.NOT_ASSESSED, "male", id="the sheet does not say"),
        pytest.param(1.0, 0.23, "male", SexState.NOT_ASSESSED, "", id="both, left open"),
        pytest.param(0.5, 0.01, "female", SexState.NOT_ASSESSED, "", id="neither, left open"),
        pytest.param(0.72, 0.12, "male", SexState.NOT_ASSESSED, "", id="between"),
    ],
)
def test_what_a_whole_genome_says(x: float, y: float, stated: str, state: SexState, shown: str) -> None:
    found = sex_check(placed(x, y), stated)
    assert (found.state, found.shown, found.x_ratio, found.y_ratio) == (state, shown, x, y)
    assert bool(found.reason) is (state is SexState.NOT_ASSESSED)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        pytest.param([], "there is no BAM whose index counts reads", id="CRAM, VCF only"),
        pytest.param(placed(1, 0)[:23], "the file has not all chromosomes", id="no Y"),
        pytest.param(placed(1, 0)[3:], "the file has not all chromosomes", id="part of the autosomes"),
        pytest.param(placed(1, 0, reads=100), "too few reads to tell", id="nearly empty"),
        pytest.param(placed(0, 0, c2=0.0), "the reads do not lie evenly", id="cut to regions"),
        pytest.param(placed(0.4, 0.1, c19=3.0), "the reads do not lie evenly", id="an exome"),
    ],
)
def test_other_files_cannot_tell(counts: list[PlacedReads], reason: str) -> None:
    found = sex_check(counts, "female")
    assert (found.state, found.shown, found.x_ratio) == (SexState.NOT_ASSESSED, "", None)
    assert found.reason.startswith(reason)


def test_only_a_difference_is_a_remark() -> None:
    differs = SexCheck(state=SexState.DIFFERS, shown="female", x_ratio=1.0, y_ratio=0.01)
    assert sex_remark(differs, "male") == (
        "the reads on X and Y look like a woman's, the sheet says male; look for a mix-up",
    )
    assert sex_remark(SexCheck(state=SexState.AGREES, shown="female"), "female") == ()
    assert sex_remark(SexCheck(reason="there is no BAM whose index counts reads"), "male") == ()
