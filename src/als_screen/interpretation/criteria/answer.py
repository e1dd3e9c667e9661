"""Short ways to write down one criterion."""

from __future__ import annotations

from als_screen.models import Criterion
from als_screen.states import CriterionState, Strength


def met(code: str, strength: Strength, because: str, source: str) -> Criterion:
    """Return a criterion that is met with a strength."""
    return Criterion(code=code, state=CriterionState.MET, strength=strength, because=because, source=source)


def not_met(code: str, because: str, source: str) -> Criterion:
    """Return a criterion that was looked at and is not met."""
    return Criterion(code=code, state=CriterionState.NOT_MET, strength=None, because=because, source=source)


def not_applicable(code: str, because: str, source: str) -> Criterion:
    """Return a criterion that does not apply to this kind of variant, or could not be looked at."""
    return Criterion(
        code=code, state=CriterionState.NOT_APPLICABLE, strength=None, because=because, source=source
    )
