"""What a patient's page shows, worked out before any template sees it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from als_screen.config import Study
from als_screen.confirmations import of_repeat, of_variant
from als_screen.evidence import State
from als_screen.models import Confirmation, Report, Variant
from als_screen.regions import VARIANT_GENES, Build, Gene, Region
from als_screen.reports import advice, formats
from als_screen.reports.catalogue import Language, gettext
from als_screen.reports.labels import REPEAT_QUALITY
from als_screen.reports.settings import ReportSettings
from als_screen.reports.standing import DRAFT, Standing
from als_screen.reports.withhold import withheld
from als_screen.resources import bundled
from als_screen.states import GeneState, RecheckState, Result, Status

#: How many unreported variants and uncovered regions are printed; the others are counted.
LISTED = 60
#: How many of the reported variants that are not shown in full are printed; the others are counted.
LISTED_IN_SHORT = 300


@dataclass(frozen=True, slots=True)
class Gap:
    """A gene that was not, or not wholly, assessed.

    Attributes:
        reason: in English, from the finding.
        places: uncovered regions, 1-based, with the exon they lie in ("" where none).
        more: uncovered regions beyond `LISTED`.
    """

    gene: Gene
    reason: str
    places: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Tested:
    """What was looked at in one gene: transcript, protein, and its exons as the report counts them."""

    gene: Gene
    transcript: str
    protein: str
    region: str
    exons: int
    bases: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template of a patient's report reads.

    `findings` and `uncertain` are shown in full, `in_short` are rows (`more_in_short` are counted only).
    `identifiers` and `heading` are (sheet column, value); `heading` is printed on every page of paper.
    `recommendations` are in the page's language, `residual` are messages; `studies` are (gene, text, link).
    """

    report: Report
    settings: ReportSettings
    shown: bool
    identifiers: tuple[tuple[str, str], ...]
    heading: tuple[tuple[str, str], ...]
    findings: tuple[Variant, ...]
    uncertain: tuple[Variant, ...]
    in_short: tuple[Variant, ...]
    more_in_short: int
    unreported: tuple[Variant, ...]
    unreported_reasons: tuple[tuple[str, int], ...]
    gaps: tuple[Gap, ...]
    tested: tuple[Tested, ...]
    seen_again: tuple[RecheckState, ...]
    repeat_quality: tuple[tuple[str, Any], ...]
    recommendations: tuple[str, ...]
    residual: tuple[str, ...]
    studies: tuple[tuple[Gene, str, str | None], ...]
    standing: Standing
    repeat_confirmations: tuple[Confirmation, ...]

    def confirmations_of(self, variant: Variant) -> tuple[Confirmation, ...]:
        """Return what another method showed of a variant."""
        return of_variant(self.report.confirmations, variant)


def page_of(report: Report, settings: ReportSettings, language: Language, standing: Standing = DRAFT) -> Page:
    """Return the page of a report; positions become 1-based here."""
    safe = withheld(report)
    known = identifiers(safe)
    full, short = advice.in_full(safe), advice.in_short(safe)
    unreported = tuple(variant for variant in safe.variants if not variant.reported)
    reasons = Counter(variant.not_reported_reason or "" for variant in unreported)
    return Page(
        report=safe,
        settings=settings,
        shown=safe.status is not Status.NOT_ANALYSED and safe.conclusion.result is not Result.NOT_ANALYSED,
        identifiers=known,
        heading=tuple(sorted(known, key=lambda pair: pair[0] != "patient"))[:3],
        findings=tuple(variant for variant in full if variant.classification.proposed in advice.PATHOGENIC),
        uncertain=tuple(
            variant for variant in full if variant.classification.proposed not in advice.PATHOGENIC
        ),
        in_short=short[:LISTED_IN_SHORT],
        more_in_short=max(0, len(short) - LISTED_IN_SHORT),
        unreported=unreported[:LISTED],
        unreported_reasons=tuple(reasons.most_common()),
        gaps=gaps(safe, settings.splice_bases),
        tested=scope(safe.genome_build, settings.splice_bases),
        seen_again=(RecheckState.PRESENT, RecheckState.POSSIBLE, RecheckState.NOT_COVERED),
        repeat_quality=_ordered(safe.repeat.quality),
        recommendations=recommendations(safe, settings, language),
        residual=advice.residual_risk(safe),
        studies=studies(safe, settings, language),
        standing=standing,
        repeat_confirmations=of_repeat(safe.confirmations),
    )


def recommendations(report: Report, settings: ReportSettings, language: Language) -> tuple[str, ...]:
    """Return the recommendations in words of the language, the clinic's own where it has them."""
    translate = gettext(language)
    own = {topic: texts[language] for topic, texts in settings.texts.items() if language in texts}
    texts = [
        own[topic] if topic in own else translate(advice.TEXTS[topic]) for topic in advice.recommended(report)
    ]
    return tuple(filter(None, texts))


def studies(
    report: Report, settings: ReportSettings, language: Language
) -> tuple[tuple[Gene, str, str | None], ...]:
    """Return the clinic's studies that match the state of a gene: gene, text, link.

    A text that the clinic gave in other languages only is printed in the first of those.
    """
    matching = [
        study
        for study in settings.studies
        if (found := report.genes.get(Gene(study.gene))) and found.state == study.result
    ]
    return tuple((Gene(study.gene), _text(study, language), study.link) for study in matching)


def _text(study: Study, language: Language) -> str:
    if isinstance(study.text, str):
        return study.text
    return study.text.get(language.value) or next(iter(study.text.values()))


def _ordered(quality: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return what was measured in the order of its labels, the unlabelled last by name."""
    order = list(REPEAT_QUALITY)
    place = {key: order.index(key) if key in order else len(order) for key in quality}
    return tuple((key, quality[key]) for key in sorted(quality, key=lambda key: (place[key], key)))


def identifiers(report: Report) -> tuple[tuple[str, str], ...]:
    """Return the known identifiers of the person as (sheet column, value): name and birth date first."""
    who = report.patient
    known = (
        ("name", who.name),
        ("birth_date", who.birth_date),
        ("patient", who.patient),
        ("specimen", who.specimen),
    )
    return tuple((column, value) for column, value in known if value)


def gaps(report: Report, splice_bases: int) -> tuple[Gap, ...]:
    """Return the genes that are not wholly assessed, in report order, with their uncovered regions."""
    missing = set(report.conclusion.not_assessed)
    missing |= {gene for gene, seen in report.coverage.genes.items() if seen.below}
    return tuple(_gap(report, gene, splice_bases) for gene in Gene if gene in missing)


def _gap(report: Report, gene: Gene, splice_bases: int) -> Gap:
    covered = report.coverage.genes.get(gene)
    below = covered.below if covered and report.coverage.state is State.ASSESSED else ()
    places = tuple(
        (formats.interval(*place), _exon(report.genome_build, gene, place, splice_bases))
        for place in below[:LISTED]
    )
    return Gap(gene, _gap_reason(report, gene), places, max(0, len(below) - LISTED))


def _gap_reason(report: Report, gene: Gene) -> str:
    if gene is Gene.C9ORF72:
        return report.repeat.reason
    known = report.genes.get(gene)
    if known is not None and known.state in {GeneState.NOT_ASSESSED, GeneState.INCOMPLETE}:
        return known.reason
    return report.coverage.reason


def _exon(build: Build | None, gene: Gene, place: tuple[str, int, int], splice_bases: int) -> str:
    """Return the number of the exon that a 0-based half-open interval touches, "" where none."""
    if build is None:
        return ""
    chrom, start, end = place[0].removeprefix("chr"), place[1], place[2]
    exons = bundled().transcript(build, gene).exons
    touched = [
        str(n) for n, exon in enumerate(exons, 1) if exon.padded(splice_bases).overlaps(chrom, start, end)
    ]
    return "–".join(dict.fromkeys((touched[0], touched[-1]))) if touched else ""


def scope(build: Build | None, splice_bases: int) -> tuple[Tested, ...]:
    """Return what is looked at in each gene whose sequence variants count; without a build, no positions."""
    return tuple(_tested(build, gene, splice_bases) for gene in VARIANT_GENES)


def _tested(build: Build | None, gene: Gene, splice_bases: int) -> Tested:
    transcript = bundled().transcript(build or Build.GRCH38, gene)
    parts = bundled().reportable(build or Build.GRCH38, gene, splice_bases)
    span = Region(transcript.chrom, parts[0].start, parts[-1].end)
    return Tested(
        gene=gene,
        transcript=transcript.accession,
        protein=transcript.protein,
        region=str(span) if build else "",
        exons=len(transcript.coding_exons()),
        bases=sum(map(len, parts)),
    )
