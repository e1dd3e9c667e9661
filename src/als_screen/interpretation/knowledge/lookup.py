"""What is known about alleles, loaded from a knowledge directory into lookup tables.

A knowledge directory (the bundled `resources/knowledge`, or one that `als-screen update-knowledge` made)
holds tables with positions on both builds and a `manifest.json` with release, date, licence and SHA-256 of
each. Lookups take left-aligned, trimmed alleles: (chromosome without `chr`, 1-based position, REF, ALT).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.interpretation.knowledge.files import Manifest, Row, read_manifest, read_rows
from als_screen.interpretation.knowledge.records import (
    AlleleKey,
    CatalogueEntry,
    ClinvarEntry,
    CoveredSite,
    CuratedEntry,
    Domain,
    DomainRole,
    KnownAllele,
    Mode,
    Population,
    PredictorScores,
    Side,
)
from als_screen.models import ResourceVersion
from als_screen.regions import Build, Gene
from als_screen.resources import DEFAULT_RESOURCES
from als_screen.states import Classification

#: The knowledge that is shipped.
BUNDLED_KNOWLEDGE = DEFAULT_RESOURCES / "knowledge"

_PATHOGENIC = frozenset({Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC})


@dataclass(frozen=True, slots=True)
class BuildKnowledge:
    """The lookup tables of one build; `genes` says whose allele a key is."""

    genes: Mapping[AlleleKey, Gene]
    clinvar: Mapping[AlleleKey, ClinvarEntry]
    populations: Mapping[AlleleKey, tuple[Population, ...]]
    catalogue: Mapping[AlleleKey, CatalogueEntry]
    curated: Mapping[AlleleKey, CuratedEntry]
    scores: Mapping[AlleleKey, PredictorScores]
    covered: tuple[CoveredSite, ...]

    def is_known(self, key: AlleleKey) -> bool:
        """Tell whether the allele is known to be pathogenic.

        That is: ClinVar pathogenic or likely pathogenic with one star or more and no conflict, or curated so.
        A curated class goes before ClinVar's.
        """
        curated, clinvar = self.curated.get(key), self.clinvar.get(key)
        if curated is not None and curated.classification is not None:
            return curated.classification in _PATHOGENIC
        return clinvar is not None and clinvar.side is Side.PATHOGENIC and clinvar.stars >= 1

    def is_certain(self, key: AlleleKey) -> bool:
        """Tell whether what makes a known allele known says pathogenic, not only likely pathogenic."""
        curated, clinvar = self.curated.get(key), self.clinvar.get(key)
        if curated is not None and curated.classification is not None:
            return curated.classification is Classification.PATHOGENIC
        return clinvar is not None and clinvar.says_pathogenic

    def frequency(self, chrom: str, pos: int, ref: str, alt: str) -> float | None:
        """Return the frequency of an allele, None where the population was not looked at or has none."""
        entries = self.populations.get((chrom, pos, ref, alt))
        return entries[0].af if entries else None

    def covered_chromosomes(self, chrom: str, pos: int) -> int | None:
        """Return how many chromosomes gnomAD typically read at a 1-based position; None where it did not."""
        found = (site for site in self.covered if site.chrom == chrom and site.start < pos <= site.end)
        return next((site.chromosomes for site in found), None)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that is known, with the version of each part."""

    manifest: Manifest
    builds: Mapping[Build, BuildKnowledge]
    domains: tuple[Domain, ...]

    @classmethod
    def load(cls, directory: Path = BUNDLED_KNOWLEDGE) -> Knowledge:
        """Read a knowledge directory.

        Raises:
            InputError: a file is missing, differs from the manifest, or lacks documented columns.
        """
        manifest = read_manifest(directory)
        tables = {name: read_rows(directory, manifest, name) for name in manifest.names()}
        builds = {build: _build_tables(tables, build) for build in Build}
        return cls(manifest, builds, tuple(_domain(row) for row in tables["domains"]))

    def versions(self) -> dict[str, ResourceVersion]:
        """Return release and checksum of each table, for the provenance of a result."""
        return {
            name: ResourceVersion(release=entry.release, sha256=entry.sha256)
            for name, entry in sorted(self.manifest.resources.items())
        }

    def known_pathogenic(self, build: Build) -> list[KnownAllele]:
        """Return the known pathogenic alleles of a build, sorted by gene and position."""
        tables = self.builds[build]
        keys = {*tables.clinvar, *tables.curated}
        alleles = [_known(tables, key) for key in keys if tables.is_known(key)]
        order = list(Gene)
        return sorted(alleles, key=lambda known: (order.index(known.gene), known.pos, known.ref, known.alt))


def _known(tables: BuildKnowledge, key: AlleleKey) -> KnownAllele:
    return KnownAllele(tables.genes[key], *key)


def _build_tables(tables: Mapping[str, Sequence[Row]], build: Build) -> BuildKnowledge:
    column = f"pos_{build.value.lower()}"
    placed = {
        name: [(_key(row, column), row) for row in rows] for name, rows in tables.items() if _has_place(rows)
    }
    return BuildKnowledge(
        genes={key: Gene(row["gene"]) for rows in placed.values() for key, row in rows},
        clinvar={key: _clinvar(row) for key, row in placed["clinvar"]},
        populations=_grouped(placed["gnomad"]),
        catalogue={key: _catalogue(row) for key, row in placed["known_als_variants"]},
        curated={key: _curated(row) for key, row in placed["curated"]},
        scores={key: _scores(row) for key, row in placed.get("predictors", [])},
        covered=tuple(_covered(row, build) for row in tables["gnomad_covered"]),
    )


def _has_place(rows: Sequence[Row]) -> bool:
    return bool(rows) and "pos_grch38" in rows[0]


def _key(row: Row, column: str) -> AlleleKey:
    return row["chrom"], int(row[column]), row["ref"], row["alt"]


def _grouped(rows: Sequence[tuple[AlleleKey, Row]]) -> dict[AlleleKey, tuple[Population, ...]]:
    """Return the populations of each allele, newest release first (v4.1 before v2.1.1)."""
    found: dict[AlleleKey, list[Population]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(_population(row))
    return {
        key: tuple(sorted(each, key=lambda one: one.release, reverse=True)) for key, each in found.items()
    }


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _count(cell: str) -> int | None:
    return int(cell) if cell else None


def _clinvar(row: Row) -> ClinvarEntry:
    return ClinvarEntry(
        variation_id=int(row["variation_id"]),
        significance=row["significance"],
        review_status=row["review_status"],
        stars=int(row["stars"]),
        evaluated=row["evaluated"],
        seen=row["seen"],
        condition=row["condition"],
    )


def _population(row: Row) -> Population:
    return Population(
        release=row["release"],
        ac=int(row["ac"]),
        an=int(row["an"]),
        af=float(row["af"]),
        hom=_count(row["hom"]),
        group=row["group"],
        group_ac=_count(row["group_ac"]),
        group_an=_count(row["group_an"]),
        faf95=_number(row["faf95"]),
        flags=row["flags"],
    )


def _catalogue(row: Row) -> CatalogueEntry:
    populations = tuple(name.strip() for name in row["populations"].split(",") if name.strip())
    return CatalogueEntry(row["reported_in"], populations)


def _curated(row: Row) -> CuratedEntry:
    return CuratedEntry(
        label=row["label"],
        classification=Classification(row["class"]) if row["class"] else None,
        mode=Mode(row["mode"]),
        frequency_exempt=row["frequency_exempt"] == "yes",
        note=row["note"],
        source=row["source"],
    )


def _scores(row: Row) -> PredictorScores:
    return PredictorScores(_number(row["revel"]), _number(row["alphamissense"]), _number(row["spliceai"]))


def _covered(row: Row, build: Build) -> CoveredSite:
    suffix = build.value.lower()
    start, end = int(row[f"start_{suffix}"]), int(row[f"end_{suffix}"])
    return CoveredSite(row["chrom"], start, end, int(row["median_an"]))


def _domain(row: Row) -> Domain:
    role = DomainRole(row["role"])
    return Domain(Gene(row["gene"]), int(row["start"]), int(row["end"]), role, row["name"], row["source"])


def domains_at(domains: Sequence[Domain], gene: Gene, residue: int, role: DomainRole) -> Iterator[Domain]:
    """Yield the domains of one role that hold a residue."""
    return (domain for domain in domains if domain.role is role and domain.holds(gene, residue))
