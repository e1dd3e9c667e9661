"""The frequencies by which genotypes tell people apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from als_screen.config import IdentitySettings
from als_screen.errors import InputError
from als_screen.interpretation.identity import Population
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.reanalysis.people import Genotyper
from als_screen.regions import Build
from als_screen.resources import Resources


def genotyper(resources: Resources, folders: Sequence[Path]) -> Genotyper:
    """Return who tells people apart, by the first knowledge directory that can be read, or the bundled."""
    knowledge = _first(folders) or Knowledge.load(BUNDLED_KNOWLEDGE)
    populations = {build: _population(knowledge, build) for build in Build}
    return Genotyper(populations, resources, IdentitySettings().min_sites)


def _first(folders: Sequence[Path]) -> Knowledge | None:
    for folder in folders:
        try:
            return Knowledge.load(folder)
        except InputError:
            continue
    return None


def _population(knowledge: Knowledge, build: Build) -> Population:
    found = knowledge.builds[build].populations

    def frequency(chrom: str, pos: int, ref: str, alt: str) -> float | None:
        entries = found.get((chrom, pos, ref, alt))
        return entries[0].af if entries else None

    return frequency
