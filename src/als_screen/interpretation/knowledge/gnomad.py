"""Downloaded gnomAD sites as rows of our table: releases 2 to 4, exomes, genomes or joint.

Counts of several files of one release (exomes and genomes are different people) are added up. The filtering
frequency is the published one of the non-founder group where it is highest; where the file has none, group
and counts are stored that give the highest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from als_screen.interpretation.knowledge.frequency import filtering_frequency
from als_screen.interpretation.knowledge.places import Place
from als_screen.interpretation.knowledge.records import FILTERED
from als_screen.interpretation.knowledge.sites import Site, read_header, read_sites, refused
from als_screen.interpretation.knowledge.sources import Gathered, alleles, header_build, number
from als_screen.resources import Resources

#: gnomAD's non-founder groups.
GROUPS = ("afr", "amr", "eas", "nfe", "sas")

#: No allele was left after quality control: as good as not seen.
_NONE_LEFT = "AC0"


@dataclass(frozen=True, slots=True)
class Count:
    """An allele in one file. `groups`: AC and AN by group; `published`: FAF95 by group."""

    ac: int
    an: int
    hom: int
    groups: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    published: Mapping[str, float] = field(default_factory=dict)
    filtered: bool = False

    def __add__(self, other: Count) -> Count:
        """Return both files' people together; a record that failed its filters gives way."""
        if self.filtered is not other.filtered:
            return other if self.filtered else self
        groups = {
            group: _sum(self.groups.get(group), other.groups.get(group))
            for group in (*self.groups, *(each for each in other.groups if each not in self.groups))
        }
        published = {**self.published, **other.published}
        published = {
            group: max(self.published.get(group, 0.0), other.published.get(group, 0.0)) for group in published
        }
        return Count(
            self.ac + other.ac, self.an + other.an, self.hom + other.hom, groups, published, self.filtered
        )

    def row(self, release: str) -> tuple[str, ...]:
        """Return the cells behind the place."""
        cells = (release, str(self.ac), str(self.an), f"{self.ac / self.an:.6g}", str(self.hom))
        return (*cells, *self._group(), FILTERED if self.filtered else "")

    def _group(self) -> tuple[str, str, str, str]:
        """Return group, its AC and AN, and the published FAF95, as far as they are known."""
        if self.published:
            group = max(self.published, key=lambda each: self.published[each])
            return group, "", "", f"{self.published[group]:.6g}"
        if not self.groups:
            return "", "", "", ""
        group = max(self.groups, key=lambda each: filtering_frequency(*self.groups[each]))
        ac, an = self.groups[group]
        return group, str(ac), str(an), ""


def _sum(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int]:
    (ac, an), (more_ac, more_an) = one or (0, 0), other or (0, 0)
    return ac + more_ac, an + more_an


def gnomad(resources: Resources, paths: Iterable[Path], release: str) -> Gathered:
    """Return the rows of the sites VCFs of one release behind the place columns.

    Raises:
        InputError: a file is no gnomAD sites VCF, or is on another build than it says.
    """
    counts: dict[Place, Count] = {}
    left_out = 0
    for path in paths:
        build, suffix = header_build(path, ()), _suffix(path)
        for site, index, place in alleles(resources, build, read_sites(path), path):
            count = _count(site, index, suffix, path)
            if place is None or count is None:
                left_out += 1
            else:
                counts[place] = counts[place] + count if place in counts else count
    return Gathered({place: count.row(release) for place, count in counts.items()}, left_out)


def _suffix(path: Path) -> str:
    """Return what the names of the counts end in: v4.1 joint files have no plain AC and AN."""
    info = read_header(path).info
    for suffix in ("", "_joint"):
        if {f"AC{suffix}", f"AN{suffix}"} <= info:
            return suffix
    raise refused(
        path, "is another file than expected: it declares no INFO AC and AN, or AC_joint and AN_joint"
    )


def _count(site: Site, index: int, suffix: str, path: Path) -> Count | None:
    """Return the counts of one allele; None where there are none, or no allele was left."""
    total = _pair(site, index, f"AC{suffix}", f"AN{suffix}")
    filters = set(site.filter.split(";"))
    if total is None or _NONE_LEFT in filters:
        return None
    return Count(
        *total,
        hom=int(site.of_alt(f"nhomalt{suffix}", index) or 0),
        groups=dict(_groups(site, index, suffix)),
        published=dict(_published(site, index, suffix, path)),
        filtered=not filters <= {"PASS", "."},
    )


def _groups(site: Site, index: int, suffix: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield AC and AN of each group; where the file has only that of the highest one, of that."""
    found = {group: _pair(site, index, f"AC{suffix}_{group}", f"AN{suffix}_{group}") for group in GROUPS}
    for name in ("popmax", "grpmax"):
        highest = site.of_alt(f"{name}{suffix}", index)
        if highest in GROUPS and found[highest] is None:
            found[highest] = _pair(site, index, f"AC_{name}{suffix}", f"AN_{name}{suffix}")
    yield from ((group, pair) for group, pair in found.items() if pair is not None)


def _published(site: Site, index: int, suffix: str, path: Path) -> Iterator[tuple[str, float]]:
    for group in GROUPS:
        value = site.of_alt(f"faf95{suffix}_{group}", index)
        if value is not None:
            yield group, number(path, value)
    highest = site.of_alt(f"fafmax_faf95_max_gen_anc{suffix}", index)
    value = site.of_alt(f"fafmax_faf95_max{suffix}", index)
    if value is not None and highest in GROUPS:
        yield highest, number(path, value)


def _pair(site: Site, index: int, ac: str, an: str) -> tuple[int, int] | None:
    """Return a count and its chromosomes, which all alternate alleles of a site may share."""
    counted = site.of_alt(ac, index) or ""
    read = site.of_alt(an, index) or site.of_alt(an, 0) or ""
    return (int(counted), int(read)) if counted.isdigit() and read.isdigit() and int(read) else None
