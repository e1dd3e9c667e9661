"""Counts the reads at the SNVs of `identity.sites`, whether the patient's VCF speaks of them or not."""

from __future__ import annotations

from collections.abc import Iterable

from als_screen.coverage.counts import BASES, count_bases
from als_screen.coverage.reads import ReadsFile
from als_screen.evidence import SiteCount
from als_screen.inputs.sites import Site
from als_screen.regions import Region


def count_sites(reads: ReadsFile, sites: Iterable[Site]) -> tuple[SiteCount, ...]:
    """Return the fragments at each site that the file has; sites without any are left out.

    Raises:
        PatientDataError: the file or its index is broken.
    """
    counted = (_count(reads, site) for site in sites if reads.has(site.chrom))
    return tuple(one for one in counted if one.reference + one.alternate + one.other)


def _count(reads: ReadsFile, site: Site) -> SiteCount:
    here = Region(site.chrom, site.pos - 1, site.pos)
    found = count_bases([read for read in reads.fetch(here) if read.bases], here, site.ref)
    by_base = dict(zip(BASES, found.alleles.sum(axis=0)[:, 0].tolist(), strict=True))
    reference, alternate = by_base[site.ref], by_base[site.alt]
    return SiteCount(
        chrom=site.chrom,
        pos=site.pos,
        ref=site.ref,
        alt=site.alt,
        frequency=site.frequency,
        reference=reference,
        alternate=alternate,
        other=sum(by_base.values()) - reference - alternate,
    )
