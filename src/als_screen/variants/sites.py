"""What a VCF says at the SNVs of `identity.sites`. Pure functions.

Only a genotype that the caller gives counts, reference in a gVCF block included: an SNV that a plain VCF does
not list may not have been looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from als_screen.evidence import SiteCall
from als_screen.inputs.sites import Site
from als_screen.variants.genotype import is_reference
from als_screen.variants.records import RawRecord, is_structural

#: Depth and genotype quality of a genotype, where the file says them.
MIN_DEPTH, MIN_GENOTYPE_QUALITY = 10, 20


def called_sites(records: Iterable[RawRecord], sites: Sequence[Site]) -> tuple[SiteCall, ...]:
    """Return the sites (sorted) of which the records speak, each with one genotype and no contradiction."""
    said: dict[Site, set[int | None]] = defaultdict(set)
    for record in records:
        if not record.carried and any(map(is_structural, record.alts)):
            continue  # that a deletion is not there says nothing of SNVs
        for site in _within(sites, record):
            said[site].add(_copies(record, site))
    return tuple(
        SiteCall(
            chrom=site.chrom,
            pos=site.pos,
            ref=site.ref,
            alt=site.alt,
            frequency=site.frequency,
            copies=copies.pop(),
        )
        for site, copies in sorted(said.items())
        if len(copies) == 1 and None not in copies
    )


def _within(sites: Sequence[Site], record: RawRecord) -> Iterator[Site]:
    """Yield the sites that a record covers."""
    end = max(record.end, record.ref_end)
    first = bisect_left(sites, (record.chrom, record.pos), key=lambda site: (site.chrom, site.pos))
    for site in sites[first:]:
        if site.chrom != record.chrom or site.pos > end:
            return
        yield site


def _copies(record: RawRecord, site: Site) -> int | None:
    """Return the copies of ALT that a record calls, None where it leaves them open."""
    copies = record.copies or ()
    if not record.passed or len(copies) != 2 or None in copies or not _is_sure(record):
        return None
    starts_here = record.pos == site.pos
    if starts_here and record.ref[:1].upper() != site.ref:
        return None
    if is_reference(copies):
        return 0
    alleles = [alt.upper() for alt in record.alts]
    if not starts_here or len(record.ref) != 1 or site.alt not in alleles:
        return None
    number = alleles.index(site.alt) + 1
    return copies.count(number) if set(copies) <= {0, number} else None


def _is_sure(record: RawRecord) -> bool:
    """Tell whether depth and genotype quality, where they are given, are enough."""
    depth = record.min_depth if record.min_depth is not None else record.depth
    quality = record.genotype_quality
    return (depth is None or depth >= MIN_DEPTH) and (quality is None or quality >= MIN_GENOTYPE_QUALITY)
