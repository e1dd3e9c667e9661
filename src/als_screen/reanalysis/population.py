"""The frequencies by which genotypes tell people apart."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from als_screen.config import IdentitySettings
from als_screen.errors import InputError
from als_screen.interpretation.identity import Population
from als_screen.interpretation.knowledge.files import read_manifest
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.reanalysis.people import Genotyper
from als_screen.regions import Build
from als_screen.resources import Resources


def genotyper(
    resources: Resources, folders: Sequence[Path], min_sites: int = IdentitySettings().min_sites
) -> Genotyper:
    """Return who tells people apart, by the newest frequencies that can be read, or the bundled ones.

    Args:
        resources: bundled with this software.
        folders: knowledge directories.
        min_sites: fewer sites never decide.
    """
    knowledge = _newest(folders) or Knowledge.load(BUNDLED_KNOWLEDGE)
    populations = {build: _population(knowledge, build) for build in Build}
    return Genotyper(populations, resources, min_sites)


def _newest(folders: Sequence[Path]) -> Knowledge | None:
    dated: dict[tuple[str, str], Path] = {}
    for folder in folders:
        with suppress(InputError, KeyError):
            entry = read_manifest(folder).resources["gnomad"]
            dated.setdefault((entry.date, entry.sha256), folder)
    for _, folder in sorted(dated.items(), reverse=True):
        with suppress(InputError):
            return Knowledge.load(folder)
    return None


def _population(knowledge: Knowledge, build: Build) -> Population:
    found = knowledge.builds[build].populations

    def frequency(chrom: str, pos: int, ref: str, alt: str) -> float | None:
        entries = found.get((chrom, pos, ref, alt))
        return entries[0].af if entries else None

    return frequency
