"""Whether the sex in the sheet fits the reads on X and Y, by the counts in the index of a BAM.

Pure functions. Only a whole genome can tell: its reads lie evenly over the autosomes, which those of a panel,
an exome or a file cut to regions do not. Reads per base of X and of Y are compared with the middle of the
autosomes: a man has half the reads on X, and on Y about a quarter, since half of it cannot be aligned to;
a woman has nearly none. What lies between is left open, and never said to be any karyotype: nobody asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from als_screen.evidence import PlacedReads
from als_screen.models import SexCheck
from als_screen.states import SexState

#: Fewer reads on the autosomes never decide.
LEAST_READS = 100_000
#: An autosome of a whole genome has reads per base within this factor of the middle one.
EVEN = 2.0
#: Reads per base against the autosomes: X at least of a woman and at most of a man, Y the other way round.
FEMALE_X, MALE_X = 0.8, 0.65
FEMALE_Y, MALE_Y = 0.1, 0.14


def sex_check(placed: Sequence[PlacedReads], stated: str) -> SexCheck:
    """Compare the sex that the sheet states ("female", "male" or "unknown") with the reads.

    Args:
        placed: reads by chromosome, from the index.
        stated: the column `sex`.
    """
    density = {one.chrom: one.reads / one.length for one in placed}
    if reason := _not_telling(placed, density):
        return SexCheck(reason=reason)
    middle = median(value for chrom, value in density.items() if chrom.isdigit())
    x, y = round(density["X"] / middle, 3), round(density["Y"] / middle, 3)
    shown = _shown(x, y)
    if not shown:
        reason = "the reads on X and Y fit neither a woman nor a man"
        return SexCheck(x_ratio=x, y_ratio=y, reason=reason)
    if stated not in ("female", "male"):
        return SexCheck(shown=shown, x_ratio=x, y_ratio=y, reason="the sheet states no sex")
    state = SexState.AGREES if stated == shown else SexState.DIFFERS
    return SexCheck(state=state, shown=shown, x_ratio=x, y_ratio=y)


def sex_remark(check: SexCheck, stated: str) -> tuple[str, ...]:
    """Return what the report says of a sex that differs, as a remark; nothing where it does not."""
    if check.state is not SexState.DIFFERS:
        return ()
    seen = "a woman's" if check.shown == "female" else "a man's"
    return (f"the reads on X and Y look like {seen}, the sheet says {stated}; look for a mix-up",)


def _not_telling(placed: Sequence[PlacedReads], density: dict[str, float]) -> str:
    """Return why the counts cannot tell, "" where they can."""
    if not placed:
        return "there is no BAM whose index counts reads"
    autosomes = [one for one in placed if one.chrom.isdigit()]
    if len(autosomes) < 22 or not {"X", "Y"} <= density.keys():
        return "the file has not all chromosomes"
    if sum(one.reads for one in autosomes) < LEAST_READS:
        return "too few reads to tell"
    middle = median(density[one.chrom] for one in autosomes)
    if not all(middle / EVEN <= density[one.chrom] <= middle * EVEN for one in autosomes):
        return "the reads do not lie evenly over the chromosomes, as those of a whole genome do"
    return ""


def _shown(x: float, y: float) -> str:
    if x >= FEMALE_X and y <= FEMALE_Y:
        return "female"
    return "male" if x <= MALE_X and y >= MALE_Y else ""
