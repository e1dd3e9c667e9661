"""Population frequencies: the filtering allele frequency, and what is known of one allele."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from als_screen.interpretation.criteria.policy import FounderGroups
from als_screen.interpretation.knowledge.records import Population
from als_screen.models import Frequency

#: Begins the release of frequencies that are the laboratory's own.
LOCAL = "local"


@lru_cache(maxsize=10_000)
def filtering_frequency(ac: int, an: int) -> float:
    """Return the filtering allele frequency (95 %) of `ac` alleles on `an` chromosomes.

    That is the highest true frequency at which `ac` or more alleles would be seen with at most 5 %
    probability: the 5 % quantile of the gamma distribution with shape `ac`, over `an` (the lower bound of a
    Poisson mean, as gnomAD computes it; Whiffin et al. 2017, Genet Med 19:1151). 0 where none was seen.

    Raises:
        ValueError: negative counts, or no chromosomes.
    """
    if ac < 0 or an <= 0:
        raise ValueError(f"no frequency of {ac} alleles on {an} chromosomes")
    if not ac:
        return 0.0
    from scipy.special import gammaincinv  # 0.3 s, left until a frequency is needed

    return float(gammaincinv(ac, 0.05)) / an


@dataclass(frozen=True, slots=True)
class Observed:
    """An allele as a population database shows it, with the filtering frequency that criteria use."""

    population: Population
    faf95: float
    how: str

    @property
    def source(self) -> str:
        """Return whose count it is."""
        release = self.population.release
        return release if release.startswith(LOCAL) else f"gnomAD {release}"

    def frequency(self) -> Frequency:
        """Return what the report prints."""
        seen = self.population
        return Frequency(
            source=self.source, af=seen.af, faf95=self.faf95, ac=seen.ac, an=seen.an, hom=seen.hom
        )


def observed(population: Population, founders: FounderGroups) -> Observed:
    """Return the allele with its filtering frequency, founder groups left out; 0 where it failed filters."""
    if population.filtered:
        return Observed(population, 0.0, "it failed the database's filters: its counts say nothing")
    if population.faf95 is not None:
        return Observed(population, population.faf95, "as published")
    if population.group in founders.left_out:
        return Observed(
            population, 0.0, f"seen highest in {population.group}, a founder group that is left out"
        )
    if population.group_ac is not None and population.group_an:
        faf95 = filtering_frequency(population.group_ac, population.group_an)
        return Observed(
            population,
            faf95,
            f"computed from {population.group_ac}/{population.group_an} in {population.group}",
        )
    faf95 = filtering_frequency(population.ac, population.an) if population.an else 0.0
    return Observed(population, faf95, f"computed from {population.ac}/{population.an} in all")


def best_observed(populations: Iterable[Population], founders: FounderGroups) -> Observed | None:
    """Return what the newest gnomAD release says, or the laboratory's own table where that shows more.

    `populations` are newest first. A release whose record failed its filters gives way to an older one.
    """
    found = [observed(population, founders) for population in populations]
    public = [each for each in found if not each.population.release.startswith(LOCAL)]
    public = sorted(public, key=lambda each: each.population.filtered)[:1]
    own = [each for each in found if each.population.release.startswith(LOCAL)]
    return max(public + own, key=lambda each: each.faf95, default=None)
