"""The repeat locus and the policies that turn sizes into states, loaded from `resources/repeat/`.

Both files are data with their sources inside: changing a threshold, or adding a laboratory's own policy,
edits data. Coordinates are 0-based half-open, chromosomes without `chr`.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from als_screen.evidence import Record
from als_screen.models import RepeatPolicyName
from als_screen.patient import LibraryKind
from als_screen.regions import Build, Region
from als_screen.resources import DEFAULT_RESOURCES


class PlacedLocus(Record):
    """Where the pure repeat lies on one build; `hgvs` has the place `{units}`."""

    chrom: str
    start: int
    end: int
    hgvs: str

    @property
    def region(self) -> Region:
        """Return the interval of the reference copies."""
        return Region(self.chrom, self.start, self.end)


class RepeatLocus(Record):
    """The definition of the repeat.

    Attributes:
        motif, motif_plus: on the gene's strand, and on the reference's + strand.
        reference_units: pure copies in the reference.
        left_flank, right_flank: + strand bases next to the repeat, the same on both builds.
        off_target: where aligners put reads that lie wholly inside an expansion.
    """

    schema_version: str
    version: str
    name: str
    source: str
    motif: str
    motif_plus: str
    reference_units: int
    definition: str
    builds: dict[Build, PlacedLocus]
    left_flank: str
    right_flank: str
    off_target_source: str
    off_target: dict[Build, tuple[tuple[str, int, int], ...]]

    def off_target_regions(self, build: Build) -> list[Region]:
        """Return the off-target regions, sorted."""
        return sorted(Region(*place) for place in self.off_target[build])


class PriorBand(Record):
    """Sizes `first` to `last` (inclusive) that together have `share` of all alleles, log-uniform inside."""

    first: int = Field(ge=0)
    last: int
    share: float = Field(ge=0, le=1)


class RepeatPrior(Record):
    """How common each size is, before any read is seen."""

    name: str
    description: str
    sources: tuple[str, ...]
    bands: tuple[PriorBand, ...]

    @model_validator(mode="after")
    def _covers_all(self) -> Self:
        """Refuse bands that leave a gap or do not add up to 1."""
        edges = [band.first for band in self.bands[1:]]
        if self.bands[0].first != 0 or edges != [band.last + 1 for band in self.bands[:-1]]:
            raise ValueError(f"prior {self.name}: the bands must begin at 0 and follow each other")
        if not math.isclose(sum(band.share for band in self.bands), 1.0, abs_tol=1e-9):
            raise ValueError(f"prior {self.name}: the shares must add up to 1")
        return self

    def share(self, first: float, last: float) -> float:
        """Return the share of alleles between two sizes; a size `n` is the interval [n - 0.5, n + 0.5)."""
        return sum(band.share * _overlap(band, first, last) for band in self.bands)


def _overlap(band: PriorBand, first: float, last: float) -> float:
    """Return the part of the band's log-length that lies within [first, last)."""
    low, high = band.first - 0.5, band.last + 0.5
    start, end = max(low, first), min(high, last)
    if start >= end:
        return 0.0
    return math.log((end + 1) / (start + 1)) / math.log((high + 1) / (low + 1))


class PolicyThresholds(Record):
    """A named, versioned scheme of one laboratory or catalogue; sizes in units, inclusive."""

    name: str
    version: str
    source: str
    note: str = ""
    normal_max: int
    intermediate_max: int
    expanded_probability: float = Field(gt=0.5, lt=1)
    possible_probability: float = Field(gt=0, lt=0.5)
    small_expansion_max: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        """Refuse a scheme whose classes overlap."""
        if not self.normal_max <= self.intermediate_max <= self.small_expansion_max:
            raise ValueError(f"policy {self.name}: normal_max <= intermediate_max <= small_expansion_max")
        return self


class LostAllele(Record):
    """The chance that an expanded allele gives no usable reads at all, by kind of library."""

    description: str
    sources: tuple[str, ...]
    chance: dict[LibraryKind, float]


class RepeatPolicy(Record):
    """A scheme with the prior, and the chance of drop-out, that are used with it."""

    thresholds: PolicyThresholds
    prior: RepeatPrior
    lost_allele: LostAllele

    def label(self) -> RepeatPolicyName:
        """Return what the report prints of it."""
        use = self.thresholds
        return RepeatPolicyName(
            name=use.name,
            version=use.version,
            normal_max=use.normal_max,
            intermediate_max=use.intermediate_max,
        )


class PolicyFile(Record):
    """`resources/repeat/policies.json`."""

    schema_version: str
    version: str
    default_policy: str
    default_prior: str
    policies: dict[str, PolicyThresholds]
    priors: dict[str, RepeatPrior]
    lost_allele: LostAllele

    def policy(self, name: str | None = None, prior: str | None = None) -> RepeatPolicy:
        """Return a policy with its prior, the file's defaults where None.

        Raises:
            KeyError: the file has no policy or prior of that name.
        """
        return RepeatPolicy(
            thresholds=self.policies[name or self.default_policy],
            prior=self.priors[prior or self.default_prior],
            lost_allele=self.lost_allele,
        )


@cache
def load_locus(root: Path = DEFAULT_RESOURCES) -> RepeatLocus:
    """Return the locus below the resources directory `root`, read once per process."""
    return RepeatLocus.model_validate_json((root / "repeat" / "locus.json").read_bytes())


@cache
def load_policies(root: Path = DEFAULT_RESOURCES) -> PolicyFile:
    """Return the policies below the resources directory `root`, read once per process."""
    return PolicyFile.model_validate_json((root / "repeat" / "policies.json").read_bytes())


def load_policy(name: str | None = None, prior: str | None = None) -> RepeatPolicy:
    """Return a bundled policy by name, the default where None."""
    return load_policies().policy(name, prior)
