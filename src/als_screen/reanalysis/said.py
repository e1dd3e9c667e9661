"""What the history keeps of a result, read from its line without building the rest: a fifth of the time."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from als_screen.models import Recheck, Report, StructuralFinding
from als_screen.reanalysis.upgrade import is_current, load_report
from als_screen.regions import Gene
from als_screen.states import Classification, GeneState, RepeatState, Result


class _Part(BaseModel):
    """Some fields of a result; the others are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Class(_Part):
    """The class of an allele."""

    proposed: Classification


class Carried(_Part):
    """An allele."""

    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str
    hgvs_g: str | None
    hgvs_c: str | None
    classification: Class
    reported: bool


class Concluded(_Part):
    """The conclusion."""

    result: Result
    complete: bool
    not_assessed: tuple[Gene, ...]


class Looked(_Part):
    """What was found in a gene."""

    state: GeneState


class Callable(_Part):
    """How much of a gene is callable."""

    callable_fraction: float


class Covered(_Part):
    """The coverage of the genes."""

    genes: dict[Gene, Callable]


class Sized(_Part):
    """The repeat."""

    state: RepeatState


class Said(_Part):
    """The answers of a result: what `compare.answer`, `looked_at` and `findings` look at."""

    conclusion: Concluded
    genes: dict[Gene, Looked]
    repeat: Sized
    coverage: Covered
    variants: tuple[Carried, ...]
    structural_variants: tuple[StructuralFinding, ...]
    recheck: tuple[Recheck, ...]


def load_said(line: bytes, where: str) -> Said | Report:
    """Return the answers of a line of findings of any version; errors are those of `load_report`."""
    if is_current(line):
        try:
            return Said.model_validate_json(line)
        except ValueError:
            pass  # which field it is, the whole result tells
    return load_report(line, where)
