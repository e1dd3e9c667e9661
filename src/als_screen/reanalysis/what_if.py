"""A question: who would change class or state under another policy or other knowledge? Nothing is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from als_screen.config import Settings, read_yaml
from als_screen.errors import InputError, Problem
from als_screen.files import write_text
from als_screen.interpretation.criteria.policy import Policy
from als_screen.interpretation.knowledge.files import read_manifest
from als_screen.reanalysis.archive import POLICY_FILES, exchanged
from als_screen.reanalysis.compare import Change, compare_reports
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.interpreters import Interpreters
from als_screen.reanalysis.side import row_of, settings_of
from als_screen.reanalysis.why import places
from als_screen.repeat.locus import PolicyFile, load_policies
from als_screen.resources import Resources

_SETTINGS = frozenset({"repeat", "coverage", "identity"})
_MODELS: dict[str, type[BaseModel]] = {"acmg_policy": Policy, "repeat_policies": PolicyFile}
#: Keys of the repeat policies that the ACMG/AMP policy has not.
_OF_REPEAT = frozenset(PolicyFile.model_fields) - frozenset(Policy.model_fields)


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What would change for a patient; `unknown` says why nothing can be said."""

    patient: str
    batch: str
    changes: tuple[Change, ...]
    unknown: str = ""


def what_if(
    run: RunFolder, resources: Resources, scratch: Path, policy: Path | None, knowledge: Path | None
) -> Iterator[WouldChange]:
    """Yield, for everyone whose results would change or cannot be told, what would.

    Both sides are interpreted by this software from the stored evidence, so that only the question differs.

    Args:
        run: whose evidence, knowledge and policies are used.
        resources: bundled with this software.
        scratch: temporary directory.
        policy: YAML or JSON with keys of an ACMG/AMP policy, of repeat policies, and of settings
            (`repeat: {policy: …}`, `coverage: …`); only the keys that differ are needed.
        knowledge: a knowledge directory.

    Raises:
        InputError: the run has not finished, or the policy is none.
    """
    run.refuse_unfinished()
    interpreters = Interpreters(resources, scratch)
    where = places([run], resources)
    changed = asked(policy, scratch) if policy else None
    others: dict[Path, Path] = {}
    for patients in run.batches().values():
        for patient in patients:
            batch = run.batch_of(patient)
            stored = run.report(patient)
            evidence = run.evidence(patient)
            one, judged = where.of(stored.provenance.resources)
            if evidence is None or one is None or judged is None:
                why = "evidence, knowledge or policies of this result are not kept"
                yield WouldChange(patient, batch, (), why)
                continue
            settings = settings_of(stored)
            other, new_settings = changed(judged, settings) if changed else (judged, settings)
            if knowledge and one not in others:  # the laboratory's own tables stay
                shipped = read_manifest(one).names() + read_manifest(knowledge).names()
                others[one] = exchanged(one, knowledge, shipped, scratch / f"knowledge{len(others)}")
            row = row_of(stored)
            sides = (
                interpreters.of(one, judged, settings),
                interpreters.of(others.get(one, one), other, new_settings),
            )
            for interpreter in sides:
                interpreter.confirmations = {patient: stored.confirmations}
            changes = compare_reports(*(interpreter.report(row, evidence) for interpreter in sides))
            if changes:
                yield WouldChange(patient, batch, changes)


def asked(path: Path, scratch: Path) -> Callable[[Path, str], tuple[Path, str]]:
    """Return what turns the policies and settings of a result into those that are asked about.

    Raises:
        InputError: the file is no YAML or JSON, or its keys belong to no policy.
    """
    settings, policies = _parts(_read(path))
    made: dict[Path, Path] = {}

    def changed(judged: Path, own: str) -> tuple[Path, str]:
        if policies and judged not in made:
            made[judged] = _with(judged, policies, scratch / f"policy{len(made)}", path)
        judging = made.get(judged, judged)
        return judging, _settings_with(own, settings, judging, path) if settings else own

    return changed


def _parts(given: dict[str, object]) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """Return which of the keys are settings, and which are of which policy."""
    settings = {key: value for key, value in given.items() if key in _SETTINGS}
    repeat = {key: value for key, value in given.items() if key in _OF_REPEAT}
    acmg = {key: value for key, value in given.items() if key not in {*settings, *repeat}}
    if repeat and set(acmg) == {"version"}:  # which both have
        repeat, acmg = {**repeat, **acmg}, {}
    parts = {"acmg_policy": acmg, "repeat_policies": repeat}
    return settings, {name: part for name, part in parts.items() if part}


def _settings_with(settings: str, given: dict[str, object], judged: Path, asked_by: Path) -> str:
    """Return settings as JSON with some of another value, checked."""
    merged = json.loads(_json(_merged(json.loads(settings), given)))
    try:
        chosen = Settings.model_validate({"samples": "samples.tsv", **merged})
        load_policies(judged).policy(chosen.repeat.policy, chosen.repeat.prior)
    except ValidationError as error:
        raise _refused(asked_by, f"holds no such settings ({_told(error)})") from error
    except KeyError as error:
        raise _refused(asked_by, f"names no policy or prior of this run: {error}") from error
    return json.dumps(merged)


def _with(judged: Path, parts: dict[str, dict[str, object]], target: Path, asked_by: Path) -> Path:
    """Return a copy of the policies with some of their files changed, checked."""
    for folder in ("policies", "repeat"):
        shutil.copytree(judged / folder, target / folder)
    for name, given in parts.items():
        path = target / POLICY_FILES[name]
        text = _json(_merged(json.loads(path.read_bytes()), given))
        try:
            _MODELS[name].model_validate_json(text)
        except ValidationError as error:
            raise _refused(asked_by, f"is no policy ({_told(error)})") from error
        write_text(path, text)
    return target


def _json(value: object) -> str:
    """Return JSON; what only YAML has, a date, is text."""
    return json.dumps(value, indent=1, default=str)


def _told(error: ValidationError) -> str:
    """Return what is wrong with each key, five at most."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])


def _merged(base: dict[str, object], over: dict[str, object]) -> dict[str, object]:
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _read(path: Path) -> dict[str, object]:
    data = read_yaml(path)
    if not data:
        raise _refused(path, "holds no policy")
    return data


def _refused(path: Path, expected: str) -> InputError:
    action = (
        "give the keys to change of resources/policies/acmg.json, resources/repeat/policies.json or config"
    )
    return InputError([Problem("", str(path), expected, action)])
