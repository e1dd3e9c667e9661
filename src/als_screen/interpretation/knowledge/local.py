"""A laboratory's own tables: criteria that a person supplied, own classifications, in-house frequencies.

Each is a TSV with a header; alleles may be written in any equivalent way, on either build. They go before the
shipped knowledge and are named, with their checksum, in the provenance of every result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from als_screen.config import Settings
from als_screen.errors import InputError, Problem
from als_screen.interpretation.criteria.policy import load_policy
from als_screen.interpretation.knowledge.files import Row, file_sha256, parse_rows
from als_screen.interpretation.knowledge.frequency import LOCAL
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, BuildKnowledge, Knowledge
from als_screen.interpretation.knowledge.places import Place, gene_of, placed
from als_screen.interpretation.knowledge.records import AlleleKey, CuratedEntry, Mode, Population
from als_screen.interpretation.naming.alleles import NotAnAlleleError
from als_screen.models import Criterion, ResourceVersion
from als_screen.regions import Build, Gene
from als_screen.resources import Resources, bundled
from als_screen.states import Classification, CriterionState, Strength

_PLACE = ("build", "chrom", "pos", "ref", "alt")

#: Columns of the three tables.
CRITERIA_COLUMNS = (*_PLACE, "code", "strength", "because", "source")
CLASS_COLUMNS = (*_PLACE, "class", "mode", "note", "source")
FREQUENCY_COLUMNS = (*_PLACE, "ac", "an", "hom")

#: Criteria that a person may supply. BA1, BS1 and PM2 follow from frequencies, so they are supplied as such.
SUPPLIED_CODES = frozenset(
    {"PS2", "PS3", "PS4", "PM3", "PM6", "PP1", "PP4", "BS2", "BS3", "BS4", "BP2", "BP5"}
)

Supplied = Mapping[tuple[Build, AlleleKey], tuple[Criterion, ...]]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The laboratory's files; `frequencies` are of people without the disease."""

    criteria: Path | None = None
    classes: Path | None = None
    frequencies: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> LocalFiles:
        """Return the files that the configuration names."""
        return cls(settings.local.criteria, settings.local.classes, settings.local.frequencies)


@dataclass(frozen=True, slots=True)
class Local:
    """What the laboratory's files hold, by place, and their versions."""

    criteria: Mapping[Place, tuple[Criterion, ...]] = field(default_factory=dict)
    classes: Mapping[Place, CuratedEntry] = field(default_factory=dict)
    frequencies: Mapping[Place, Population] = field(default_factory=dict)
    versions: Mapping[str, ResourceVersion] = field(default_factory=dict)

    def supplied(self) -> Supplied:
        """Return the supplied criteria by build and allele."""
        return {
            (build, _key(place, build)): found for place, found in self.criteria.items() for build in Build
        }


def read_local(resources: Resources, files: LocalFiles) -> Local:
    """Read the laboratory's files; raises `InputError` naming file and row of all that makes no sense."""
    criteria: dict[Place, tuple[Criterion, ...]] = {}
    for place, criterion in _read(resources, files.criteria, CRITERIA_COLUMNS, _criterion):
        if files.criteria and any(one.code == criterion.code for one in criteria.get(place, ())):
            raise _bad(files.criteria, f"supplies {criterion.code} twice for {_said(place)}")
        criteria[place] = (*criteria.get(place, ()), criterion)
    return Local(
        criteria=criteria,
        classes=_once(files.classes, _read(resources, files.classes, CLASS_COLUMNS, _curated)),
        frequencies=_once(
            files.frequencies, _read(resources, files.frequencies, FREQUENCY_COLUMNS, _population)
        ),
        versions=_versions(files),
    )


def knowledge_problems(settings: Settings) -> list[Problem]:
    """Return what is wrong inside the knowledge, tables and policy that the configuration names."""
    local = LocalFiles.of(settings)
    checks: list[Callable[[], object]] = [
        lambda: Knowledge.load(settings.knowledge or BUNDLED_KNOWLEDGE),
        *(partial(read_local, bundled(), one) for one in _one_by_one(local)),
    ]
    if settings.local.policy:
        checks.append(partial(load_policy, settings.local.policy))
    found: list[Problem] = []
    for check in checks:
        try:
            check()
        except InputError as error:
            found += error.problems
    return found


def _one_by_one(files: LocalFiles) -> list[LocalFiles]:
    return [
        LocalFiles(criteria=files.criteria),
        LocalFiles(classes=files.classes),
        LocalFiles(frequencies=files.frequencies),
    ]


def _once(path: Path | None, found: list[tuple[Place, Value]]) -> dict[Place, Value]:
    """Return the rows by place; raises `InputError` where two of them are of one allele."""
    places: dict[Place, Value] = {}
    for place, value in found:
        if path is not None and place in places:
            raise _bad(path, f"has two rows for {_said(place)}")
        places[place] = value
    return places


def _said(place: Place) -> str:
    return f"{place.gene} GRCh38 {place.chrom}:{place.grch38} {place.ref}>{place.alt}"


def _versions(files: LocalFiles) -> dict[str, ResourceVersion]:
    given = {"criteria": files.criteria, "classes": files.classes, "frequencies": files.frequencies}
    return {
        f"local_{name}": ResourceVersion(release=path.name, sha256=file_sha256(path))
        for name, path in given.items()
        if path is not None
    }


def _read(
    resources: Resources, path: Path | None, columns: tuple[str, ...], build: Callable[[Row, Path], Value]
) -> list[tuple[Place, Value]]:
    if path is None:
        return []
    try:
        rows = parse_rows(path, path.read_text(encoding="utf-8-sig"), columns)
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, f"cannot be read: {error}") from error
    except InputError as error:
        raise _bad(path, error.problems[0].expected) from error
    found: list[tuple[Place, Value]] = []
    wrong: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append((_place(resources, row), build(row, path)))
        except ValueError as error:  # a wrong word, number or allele; `NotAnAlleleError` is one
            wrong.extend(_bad(path, f"row {number}: {error}").problems)
    if wrong:
        raise InputError(wrong)
    return found


def _bad(path: Path, expected: str) -> InputError:
    return InputError([Problem("", str(path), expected, "see docs/interpretation.md for the columns")])


def _place(resources: Resources, row: Row) -> Place:
    build, pos = Build(row["build"]), int(row["pos"])
    gene = gene_of(resources, build, row["chrom"], pos)
    if gene is None:
        raise NotAnAlleleError(f"{row['chrom']}:{pos} lies in none of the genes on {build}")
    return placed(resources, build, gene, pos, row["ref"], row["alt"])


def _criterion(row: Row, path: Path) -> Criterion:
    if row["code"] not in SUPPLIED_CODES:
        raise ValueError(f"{row['code']} cannot be supplied, only {', '.join(sorted(SUPPLIED_CODES))}")
    if not (row["because"] and row["source"]):
        raise ValueError(f"{row['code']} needs a reason and a source")
    return Criterion(
        code=row["code"],
        state=CriterionState.MET,
        strength=_strength(row["strength"]),
        because=row["because"],
        source=f"{row['source']} ({path.name})",
    )


def _strength(word: str) -> Strength:
    strength = Strength(word)
    if strength is Strength.STAND_ALONE:
        raise ValueError("only BA1 stands alone")
    return strength


def _curated(row: Row, path: Path) -> CuratedEntry:
    return CuratedEntry(
        label="",
        classification=Classification(row["class"]) if row["class"] else None,
        mode=Mode(row["mode"]),
        frequency_exempt=False,
        note=row["note"],
        source=f"{row['source']} ({path.name})",
    )


def _population(row: Row, path: Path) -> Population:
    ac, an = int(row["ac"]), int(row["an"])
    if not 0 <= ac <= an or an == 0:
        raise ValueError(f"{ac} alleles on {an} chromosomes")
    hom = int(row["hom"]) if row["hom"] else None
    if hom is not None and not 0 <= 2 * hom <= ac:
        raise ValueError(f"{hom} homozygous people with {ac} alleles")
    return Population(f"{LOCAL} {path.name}", ac, an, ac / an, hom)


def with_local(knowledge: Knowledge, local: Local) -> Knowledge:
    """Return the knowledge with the laboratory's classes before the shipped ones and its frequencies."""
    builds = {build: _overlaid(tables, build, local) for build, tables in knowledge.builds.items()}
    return replace(knowledge, builds=builds)


def _overlaid(tables: BuildKnowledge, build: Build, local: Local) -> BuildKnowledge:
    genes: dict[AlleleKey, Gene] = {_key(place, build): place.gene for place in local.classes}
    curated = {_key(place, build): entry for place, entry in local.classes.items()}
    populations = dict(tables.populations)
    for place, population in local.frequencies.items():
        key = _key(place, build)
        populations[key] = (*populations.get(key, ()), population)
    return replace(
        tables,
        genes={**tables.genes, **genes},
        curated={**tables.curated, **curated},
        populations=populations,
    )


def _key(place: Place, build: Build) -> AlleleKey:
    return place.chrom, place.pos(build), place.ref, place.alt
