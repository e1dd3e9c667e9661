"""The facts about one allele that the criteria look at, gathered from its name and the knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from als_screen.interpretation.criteria.policy import FounderGroups
from als_screen.interpretation.knowledge.frequency import Observed, best_observed
from als_screen.interpretation.knowledge.lookup import Knowledge
from als_screen.interpretation.knowledge.records import (
    AlleleKey,
    CatalogueEntry,
    ClinvarEntry,
    CuratedEntry,
    Domain,
    PredictorScores,
)
from als_screen.interpretation.naming.alleles import Change, parsed, single_bases
from als_screen.interpretation.naming.consequence import consequence
from als_screen.interpretation.naming.names import Name
from als_screen.models import Criterion
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import Resources

NO_SCORES = PredictorScores()


@dataclass(frozen=True, slots=True)
class KnownResidue:
    """A known pathogenic missense allele: the residue it changes, and into what.

    `certain`: at least one submitter or the curator says pathogenic, not only likely pathogenic.
    """

    key: AlleleKey
    gene: Gene
    residue: int
    ref: str
    alt: str
    certain: bool

    def __str__(self) -> str:
        """Return the change in one-letter code with the initial Met as 1."""
        return f"p.{self.ref}{self.residue}{self.alt}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one allele of one build.

    Attributes:
        population: the allele in gnomAD; for an MNV that gnomAD does not list, its rarest single base.
        covered: chromosomes that gnomAD typically read there; None where it did not.
        known_at_residue: other known pathogenic missense alleles of the residue.
        supplied: criteria that a person supplied for this allele.
    """

    gene: Gene
    key: AlleleKey
    name: Name
    clinvar: ClinvarEntry | None = None
    population: Observed | None = None
    covered: int | None = None
    catalogue: CatalogueEntry | None = None
    curated: CuratedEntry | None = None
    scores: PredictorScores = NO_SCORES
    known_at_residue: tuple[KnownResidue, ...] = ()
    domains: tuple[Domain, ...] = ()
    supplied: tuple[Criterion, ...] = field(default=())

    @property
    def is_missense(self) -> bool:
        """Tell whether one residue becomes one other."""
        return self.name.protein is not None and self.name.protein.is_missense

    @property
    def residue(self) -> int | None:
        """Return the first residue that changes."""
        return self.name.protein.pos if self.name.protein else None


def known_residues(resources: Resources, knowledge: Knowledge, build: Build) -> tuple[KnownResidue, ...]:
    """Return the known pathogenic missense alleles of the genes whose sequence variants count."""
    tables = knowledge.builds[build]
    found = []
    for allele in knowledge.known_pathogenic(build):
        if allele.gene not in VARIANT_GENES:
            continue
        reference, transcript = resources.slices(build)[allele.gene], resources.transcript(build, allele.gene)
        change = parsed(reference, allele.pos, allele.ref, allele.alt)
        protein = consequence(reference, transcript, change, (change,)).protein
        if protein is not None and protein.is_missense:
            key = (allele.chrom, allele.pos, allele.ref, allele.alt)
            found.append(
                KnownResidue(key, allele.gene, protein.pos, protein.ref, protein.alt, tables.is_certain(key))
            )
    return tuple(found)


class FactFinder:
    """Gathers facts from one knowledge; the known residues of a build are found once."""

    def __init__(self, resources: Resources, knowledge: Knowledge, founders: FounderGroups) -> None:
        self._resources = resources
        self._knowledge = knowledge
        self._founders = founders
        self._residues: dict[Build, Mapping[tuple[Gene, int], tuple[KnownResidue, ...]]] = {}

    def facts(
        self, build: Build, gene: Gene, key: AlleleKey, name: Name, supplied: Sequence[Criterion] = ()
    ) -> Facts:
        """Return the facts of a left-aligned allele."""
        tables = self._knowledge.builds[build]
        return Facts(
            gene=gene,
            key=key,
            name=name,
            clinvar=tables.clinvar.get(key),
            population=self._population(build, gene, key),
            covered=tables.covered_chromosomes(
                key[0], key[1] if name.change is None else name.change.start + 1
            ),
            catalogue=tables.catalogue.get(key),
            curated=tables.curated.get(key),
            scores=tables.scores.get(key, NO_SCORES),
            known_at_residue=self._known_at(build, gene, key, name),
            domains=self._domains(gene, name),
            supplied=tuple(supplied),
        )

    def _domains(self, gene: Gene, name: Name) -> tuple[Domain, ...]:
        if name.protein is None:
            return ()
        return tuple(domain for domain in self._knowledge.domains if domain.holds(gene, name.protein.pos))

    def _known_at(self, build: Build, gene: Gene, key: AlleleKey, name: Name) -> tuple[KnownResidue, ...]:
        if name.protein is None or not name.protein.is_missense:
            return ()
        if build not in self._residues:  # 0.1 s, and most cohorts have one build
            found = known_residues(self._resources, self._knowledge, build)
            self._residues[build] = _by_residue(found)
        known = self._residues[build].get((gene, name.protein.pos), ())
        return tuple(each for each in known if each.key != key)

    def _population(self, build: Build, gene: Gene, key: AlleleKey) -> Observed | None:
        """Return the allele in gnomAD.

        gnomAD lists the bases of an MNV one by one, so an MNV that it does not list is at most as frequent
        as the rarest of them; where one is missing, so is the MNV.
        """
        populations = self._knowledge.builds[build].populations
        exact = best_observed(populations.get(key, ()), self._founders)
        if exact is not None:
            return exact
        reference = self._resources.slices(build)[gene]
        bases = single_bases(parsed(reference, *key[1:]))
        if len(bases) == 1:
            return None
        parts = [best_observed(populations.get(_key(key[0], base), ()), self._founders) for base in bases]
        seen = [part for part in parts if part is not None]
        return min(seen, key=lambda part: part.faf95) if len(seen) == len(parts) else None


def _key(chrom: str, base: Change) -> AlleleKey:
    return chrom, base.start + 1, base.ref, base.alt


def _by_residue(known: Sequence[KnownResidue]) -> Mapping[tuple[Gene, int], tuple[KnownResidue, ...]]:
    found: dict[tuple[Gene, int], tuple[KnownResidue, ...]] = {}
    for each in known:
        place = (each.gene, each.residue)
        found[place] = (*found.get(place, ()), each)
    return found
