"""Count one patient's reads, and keep those over the alleles in and near the coding exons, to look at.

What is kept cannot cost the patient the counts: where it cannot be made, the reason is recorded instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from als_screen.coverage.indels import allele_span
from als_screen.coverage.lookup import Counts
from als_screen.coverage.pileup import Sample, site_read
from als_screen.coverage.reads import AlignedRead, ReadsFile
from als_screen.coverage.screen import screen_coverage
from als_screen.coverage.targets import BAM_GAP, CRAM_GAP, portions
from als_screen.coverage.trim import trimmed_read
from als_screen.errors import PatientDataError
from als_screen.evidence import CoverageEvidence, PatientCheck, State, VariantEvidence
from als_screen.inputs.sites import Site as CommonSite
from als_screen.patient import Patient
from als_screen.read_views import SiteReads, VariantReads
from als_screen.regions import Build, Region, merged
from als_screen.resources import ReferenceSlice, Resources

#: Bases of reference on both sides of an allele.
AROUND = 40
#: Alleles of one patient whose reads are kept.
MOST_SITES = 60
#: An allele that no VCF holds is kept where the reads could make it count: for interpretation that takes
#: >= 5 fragments, both strands, and a fraction of 0.25 of those that show it or the reference; here of all.
MIN_FRAGMENTS, MIN_FRACTION = 5, 0.2


class Site(NamedTuple):
    """An allele to look at: 1-based, left-aligned."""

    chrom: str
    pos: int
    ref: str
    alt: str


def screen_and_keep(
    patient: Patient,
    check: PatientCheck,
    variants: VariantEvidence,
    resources: Resources,
    fasta: Path | None,
    common: Sequence[CommonSite] = (),
) -> tuple[CoverageEvidence, VariantReads]:
    """Return the counts and the reads to draw; arguments and errors as of `screen_coverage`."""
    seen: list[VariantReads] = []

    def show(reads: ReadsFile, evidence: CoverageEvidence) -> None:
        if evidence.state is State.ASSESSED and check.build is not None:
            seen.append(
                _keep(patient.patient, reads, check.build, sites(variants, evidence, resources), resources)
            )

    evidence = screen_coverage(patient, check, variants, resources, fasta, common, show)
    without = VariantReads(patient=patient.patient, state=State.NOT_ASSESSED, reason=evidence.reason)
    return evidence, seen[0] if seen else without


def sites(variants: VariantEvidence, evidence: CoverageEvidence, resources: Resources) -> list[Site]:
    """Return the alleles whose reads are kept: the VCF's, then those that the reads show, by position."""
    if evidence.build is None:
        return []
    counted = resources.counted_regions(evidence.build)

    def inside(found: Iterable[Site]) -> set[Site]:
        return {
            site for site in found if any(r.overlaps(site.chrom, site.pos - 1, site.pos) for r in counted)
        }

    listed = inside(Site(one.chrom, one.pos, one.ref, one.alt) for one in variants.alleles)
    return sorted(listed) + sorted(inside(_shown_by_reads(evidence, resources)) - listed)


def _shown_by_reads(evidence: CoverageEvidence, resources: Resources) -> Iterator[Site]:
    """Yield the alleles in enough fragments, whether a VCF holds them or not."""
    counts = Counts(evidence)

    def depth(chrom: str, pos: int) -> int:
        site = counts.site(chrom, pos)
        return site.depth if site else 0

    for base in evidence.other:
        if _enough(base.forward, base.reverse, depth(base.chrom, base.pos)):
            yield Site(base.chrom, base.pos, _reference(resources, evidence, base.chrom, base.pos), base.base)
    for indel in evidence.indels:
        if _enough(indel.forward, indel.reverse, depth(indel.chrom, indel.pos)):
            yield Site(indel.chrom, indel.pos, indel.ref, indel.alt)


def _enough(forward: int, reverse: int, depth: int) -> bool:
    alternate = forward + reverse
    return min(forward, reverse) > 0 and alternate >= max(MIN_FRAGMENTS, MIN_FRACTION * depth)


def _reference(resources: Resources, evidence: CoverageEvidence, chrom: str, pos: int) -> str:
    part = _slice(resources, evidence.build or Build.GRCH38, chrom, pos)
    return part.fetch(pos - 1, pos) if part else "N"


def _slice(resources: Resources, build: Build, chrom: str, pos: int) -> ReferenceSlice | None:
    gene = resources.gene_at(build, chrom, pos - 1, pos)
    return resources.slices(build)[gene] if gene else None


def _keep(
    patient: str, reads: ReadsFile, build: Build, found: list[Site], resources: Resources
) -> VariantReads:
    try:
        kept = list(_site_reads(reads, build, found[:MOST_SITES], resources))
    except PatientDataError:
        raise
    except Exception as error:  # whatever it is, it must not cost the patient the counts
        reason = f"the reads could not be kept ({type(error).__name__}: {error})"
        return VariantReads(patient=patient, state=State.NOT_ASSESSED, reason=reason)
    left_out = max(0, len(found) - MOST_SITES)
    return VariantReads(patient=patient, state=State.ASSESSED, sites=tuple(kept), left_out=left_out)


def _site_reads(
    reads: ReadsFile, build: Build, found: list[Site], resources: Resources
) -> Iterator[SiteReads]:
    placed = [(site, part) for site in found if (part := _slice(resources, build, site.chrom, site.pos))]
    spans = {site: allele_span(part, site.pos, site.ref, site.alt) for site, part in placed}
    over = _reads_over(reads, spans)
    for site, part in placed:
        start = max(part.region.start, spans[site].start - AROUND)
        reference = part.fetch(start, min(part.region.end, spans[site].end + AROUND))
        rows = [
            site_read(trimmed_read(read, start, start + len(reference)), start, reference)
            for read in over[site].reads()
        ]
        yield SiteReads(
            **site._asdict(), start=start, reference=reference, reads=tuple(rows), total=over[site].total
        )


def _reads_over(reads: ReadsFile, spans: dict[Site, Region]) -> dict[Site, Sample]:
    """Return the reads that overlap each allele; neighbouring alleles are read in one go."""
    over: dict[Site, Sample] = {site: Sample() for site in spans}
    regions = merged(span for span in spans.values() if reads.has(span.chrom))
    for portion in portions(regions, CRAM_GAP if reads.is_cram else BAM_GAP):
        hull = Region(portion[0].chrom, portion[0].start, portion[-1].end)
        here = [(site, span) for site, span in spans.items() if span.overlaps(*_bounds(hull))]
        for read in reads.fetch(hull):
            for site in _touched(read, hull.chrom, here):
                if read.bases:
                    over[site].add(read)
    return over


def _touched(read: AlignedRead, chrom: str, here: Iterable[tuple[Site, Region]]) -> Iterator[Site]:
    return (site for site, span in here if span.overlaps(chrom, read.start, read.end))


def _bounds(region: Region) -> tuple[str, int, int]:
    return region.chrom, region.start, region.end
