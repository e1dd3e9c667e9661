"""What is wrong with the files and names that a valid configuration names, before anything starts.

Readers that take long to import are imported where a file is named that needs them.
"""

from __future__ import annotations

from pathlib import Path

from als_screen.config import Settings
from als_screen.confirmations import read_confirmations
from als_screen.errors import InputError, Problem
from als_screen.files import why_not_there
from als_screen.reports.clinic import load_clinic


def setting_problems(settings: Settings) -> list[Problem]:
    """Return what is wrong with the files and names that a valid configuration names."""
    missing, unknown = _missing_files(settings), _unknown_policy(settings)
    inside = [] if missing else _unusable_knowledge(settings)
    wrong = [*_wrong_confirmations(settings, bool(unknown)), *_clinic_problems(settings)]
    wrong += _wrong_sites(settings)
    return [*missing, *unknown, *inside, *wrong, *_weak_key(settings)]


def _missing_files(settings: Settings) -> list[Problem]:
    named = {
        "reference.fasta": settings.reference.fasta,
        "identity.sites": settings.identity.sites,
        "report.clinic": settings.report.clinic,
        "research.key": settings.research.key,
    }
    named |= {f"local.{key}": path for key, path in settings.local}
    wrong = {key: (path, _why_no_file(path)) for key, path in named.items() if path}
    if folder := settings.knowledge:
        why = why_not_there(folder) or ("" if folder.is_dir() else "is not a directory")
        wrong["knowledge"] = (folder, why)
    problems = [
        Problem("", str(path), f"{key} {why}", "correct the path in the configuration")
        for key, (path, why) in wrong.items()
        if why
    ]
    problems += wrong_previous(settings.previous, Path.cwd())
    problems += _wrong_history(settings.history)
    return [*problems, *_wrong_genome(settings.reference.fasta)]


def _wrong_genome(fasta: Path | None) -> list[Problem]:
    """Return what a genome that is there lacks."""
    if fasta is None or _why_no_file(fasta):
        return []
    from als_screen.inputs.genome import unindexed

    try:
        lacks = unindexed(fasta)
    except OSError as error:
        lacks = f"cannot be read: {error.strerror}", "make it readable"
    return [Problem("", str(fasta), f"reference.fasta {lacks[0]}", lacks[1])] if lacks else []


def wrong_previous(folder: Path | None, directory: Path) -> list[Problem]:
    """Return why an earlier run cannot be compared with: it is none, or `directory`, where this one is."""
    if folder is None:
        return []
    if not why_not_there(folder) and folder.resolve() in (
        directory.resolve(),
        directory.resolve() / "results",
    ):
        action = "copy the earlier run with `cp -a` and run in the copy, see docs/reanalysis.md"
        return [Problem("", str(folder), "previous is the directory of this run", action)]
    places = (folder / "results" / "findings", folder / "findings")
    if any(not why_not_there(place) and place.is_dir() for place in places):
        return []
    expected = "previous is not the directory of a run: it holds no results/findings"
    return [Problem("", str(folder), expected, "correct the path in the configuration")]


def _wrong_history(path: Path | None) -> list[Problem]:
    """Return why results cannot be kept in the file of `history`, which need not be there yet."""
    if path is None:
        return []
    from als_screen.reanalysis.history import why_no_history

    why = why_no_history(path)
    return [Problem("", str(path), f"history {why}", "correct the path in the configuration")] if why else []


def _why_no_file(path: Path) -> str:
    return why_not_there(path) or ("" if path.is_file() else "is not a regular file")


def _wrong_sites(settings: Settings) -> list[Problem]:
    """Return what is wrong with the file of `identity.sites`, where it is there."""
    path = settings.identity.sites
    if path is None or _why_no_file(path):
        return []
    from als_screen.inputs.sites import read_sites
    from als_screen.resources import bundled

    try:
        read_sites(path, settings.reference.known_build, bundled())
    except InputError as error:
        return list(error.problems)
    return []


def _clinic_problems(settings: Settings) -> list[Problem]:
    """Return what is wrong with the clinic's file, where it is there."""
    clinic = settings.report.clinic
    if clinic is None or _why_no_file(clinic):
        return []
    try:
        load_clinic(clinic)
    except InputError as error:
        return list(error.problems)
    return []


def _unknown_policy(settings: Settings) -> list[Problem]:
    from als_screen.repeat.locus import load_policies

    names = load_policies().policies
    if settings.repeat.policy in names:
        return []
    expected = f"there is no policy {settings.repeat.policy!r} in resources/repeat/policies.json"
    return [Problem("", "config: repeat.policy", expected, f"use one of {', '.join(names)}")]


def _unusable_knowledge(settings: Settings) -> list[Problem]:
    """Return what is wrong inside knowledge, tables and policy of the laboratory's own."""
    if not (settings.knowledge or settings.local.files()):
        return []
    from als_screen.interpretation.knowledge.local import knowledge_problems

    return knowledge_problems(settings)


def _weak_key(settings: Settings) -> list[Problem]:
    """Return the problem of a key that is too short to keep pseudonyms secret."""
    from als_screen.reports.cohort.research import MIN_KEY

    key = settings.research.key
    if key is None or _why_no_file(key) or key.stat().st_size >= MIN_KEY:
        return []
    action = (
        f"make one with `openssl rand -out {key.name} {MIN_KEY}`; only the laboratory may be able to read it"
    )
    return [Problem("", str(key), f"research.key has fewer than {MIN_KEY} bytes", action)]


def _wrong_confirmations(settings: Settings, unknown_policy: bool) -> list[Problem]:
    """Return what is wrong with the confirmations; whether they agree depends on the policy."""
    path = settings.confirmations
    if path is None:
        return []
    try:
        found = read_confirmations(path)
    except InputError as error:
        return list(error.problems)
    if unknown_policy:
        return []
    from als_screen.interpretation.orthogonal import contradictions
    from als_screen.repeat.locus import load_policy

    return contradictions(found, load_policy(settings.repeat.policy).thresholds, str(path))
