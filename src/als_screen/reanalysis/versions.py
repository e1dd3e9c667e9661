"""What two runs were made with: software, its stages, resources and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from als_screen.errors import InputError, Problem
from als_screen.files import parse_json
from als_screen.models import Provenance
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.outcome import Release
from als_screen.reanalysis.parts import flat

_NOT_RECORDED = "not recorded"


def provenances(run: RunFolder) -> list[Provenance]:
    """Return every set of versions and settings that results of a run were made with, in their order.

    Raises:
        InputError: a result is damaged there.
    """
    found: dict[bytes, str] = {}
    for patient in run.lines:
        made_with = run.parts(patient).made_with
        if not made_with:  # the line is of another writer
            made_with = _text(run.report(patient).provenance).encode()
        found.setdefault(made_with, patient)
    return [_provenance(made_with, run, patient) for made_with, patient in found.items()]


def _text(made: Provenance) -> str:
    """Return versions and settings as a line of findings has them, without the braces."""
    return made.model_dump_json(exclude={"inputs"})[1:-1]


def _provenance(made_with: bytes, run: RunFolder, patient: str) -> Provenance:
    try:
        made: dict[str, Any] = parse_json(b"{" + made_with.rstrip(b",") + b"}")
        return Provenance.model_validate({**made, "inputs": {}})
    except ValueError as error:
        where = f"{run.lines[patient].path}, patient {patient}"
        action = "restore the file, or run it again"
        raise InputError([Problem("", where, "the versions of a result are damaged", action)]) from error


def versions(old: RunFolder, new: RunFolder) -> tuple[Release, ...]:
    """Return every version that results of two runs were made with."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for side, run in enumerate((old, new)):
        for made in provenances(run):
            for name, value in _shown(made).items():
                found.setdefault(name, (set(), set()))[side].add(value)
    for name, pair in _recorded(old, new).items():
        found[name] = ({pair[0]}, {pair[1]})
    return tuple(
        Release(name=name, old=tuple(sorted(before)), new=tuple(sorted(after)))
        for name, (before, after) in sorted(found.items())
    )


def _shown(made: Provenance) -> dict[str, str]:
    resources = {name: f"{one.release} ({one.sha256[:12]})" for name, one in made.resources.items()}
    settings = {name: str(value) for name, value in flat(made.settings).items()}
    return {"als-screen": made.pipeline, **resources, **settings}


def _recorded(old: RunFolder, new: RunFolder) -> dict[str, tuple[str, str]]:
    """Return commit and stages, which only the records of the runs tell, where one of them does."""
    before, after = (_software(run) for run in (old, new))
    return {
        name: (before.get(name, _NOT_RECORDED), after.get(name, _NOT_RECORDED))
        for name in sorted({*before, *after})
    }


def _software(run: RunFolder) -> Mapping[str, str]:
    stages = {f"stage {name}": str(version) for name, version in run.stages.items()}
    return {"commit": run.commit, **stages} if run.commit else stages
