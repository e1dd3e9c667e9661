"""The pictures of reads in a patient's report: drawn from evidence, never failing the report.

Where a picture cannot be made there is a reason instead, and the page prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from markupsafe import Markup

from als_screen.evidence import State
from als_screen.files import read_jsonl
from als_screen.models import Report, Variant
from als_screen.read_views import RepeatReads, SiteReads, VariantReads
from als_screen.reports import formats
from als_screen.reports.advice import in_full
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.reads_picture import reads_marks, reads_svg
from als_screen.reports.repeat_picture import Number, repeat_marks, repeat_svg
from als_screen.reports.svg import Mark, Say
from als_screen.states import IdentityState

_Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class ReadsShown:
    """What evidence holds of one patient's reads; None where a run keeps none."""

    repeat: RepeatReads | None = None
    variants: VariantReads | None = None

    def as_json(self) -> str:
        """Return all of it, for the hash of what is printed."""
        return "".join(one.model_dump_json() for one in (self.repeat, self.variants) if one is not None)


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline SVG, or the reason why there is none, which may be in English whatever the language."""

    svg: Markup = Markup()  # noqa: RUF009 - immutable
    legend: tuple[tuple[Markup, str], ...] = ()
    reason: str = ""
    english: bool = False


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one report, in one language."""

    repeat: Picture
    variants: dict[_Key, Picture] = field(default_factory=dict)

    def of(self, variant: Variant) -> Picture:
        """Return the picture of a reported variant."""
        return self.variants[_key(variant)]


def read_shown(repeat: Path, variants: Path) -> dict[str, ReadsShown]:
    """Return what a batch's evidence files hold, by patient."""
    by_patient = {one.patient: one for one in read_jsonl(variants, VariantReads)}
    return {
        one.patient: ReadsShown(one, by_patient.get(one.patient)) for one in read_jsonl(repeat, RepeatReads)
    }


def pictures_of(report: Report, shown: ReadsShown, language: Language) -> Pictures:
    """Return the pictures of a report; none of a patient whose files are of different persons."""
    _ = gettext(language)
    if report.identity.state is IdentityState.DIFFERENT:
        return Pictures(Picture(reason=_("withheld: the files are of different persons")))
    used = report.coverage.basis == "reads"  # else another step found them broken
    drawn = {
        _key(variant): _of_variant(variant, number, shown.variants, _)
        if used
        else Picture(reason=_("the reads were not used"))
        for number, variant in enumerate(in_full(report), start=1)
    }
    number = partial(formats.number, language=language, digits=0)
    return Pictures(repeat_picture(report, shown.repeat, _, number), drawn)


def repeat_picture(
    report: Report, reads: RepeatReads | None, _: Say, number: Number = str, *, alone: bool = False
) -> Picture:
    """Return the picture of the repeat, or why there is none; `alone`: for a file, not for the page."""
    if reads is None or (reads.state is State.NOT_ASSESSED and not reads.reason):
        return Picture(reason=_("no reads were kept"))
    if reads.state is State.NOT_ASSESSED:
        return Picture(reason=reads.reason, english=True)
    if not report.repeat.alleles:
        return Picture(reason=report.repeat.reason, english=True)
    return _drawn(lambda: repeat_svg(report.repeat, reads, _, number, alone=alone), repeat_marks(_))


def _of_variant(variant: Variant, number: int, reads: VariantReads | None, _: Say) -> Picture:
    if reads is None or (reads.state is State.NOT_ASSESSED and not reads.reason):
        return Picture(reason=_("no reads were kept"))
    if reads.state is State.NOT_ASSESSED:
        return Picture(reason=reads.reason, english=True)
    site = next((site for site in reads.sites if _site_key(site) == _key(variant)), None)
    if site is None:
        return Picture(reason=_("reads are kept in and near the coding exons only"))
    if not site.reads:
        return Picture(reason=_("no read lies over the variant"))
    label = variant.hgvs_c or f"{variant.chrom}:{variant.pos}"
    return _drawn(lambda: reads_svg(site, label, _, f"reads-{number}"), reads_marks(_))


def _drawn(draw: Callable[[], str], marks: Sequence[Mark]) -> Picture:
    try:
        legend = tuple((Markup(mark.svg()), mark.words) for mark in marks)  # noqa: S704 - ours
        return Picture(svg=Markup(draw()), legend=legend)  # noqa: S704 - escapes all that it is given
    except Exception as error:  # a picture never fails a report
        return Picture(reason=f"it could not be drawn ({type(error).__name__})", english=True)


def _key(variant: Variant) -> _Key:
    return variant.chrom.removeprefix("chr"), variant.pos, variant.ref, variant.alt


def _site_key(site: SiteReads) -> _Key:
    return site.chrom, site.pos, site.ref, site.alt
