"""A question: who would change class or state under another policy or other knowledge? Nothing is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from als_screen.config import Settings, read_yaml
from als_screen.errors import InputError, Problem
from als_screen.files import write_text
from als_screen.interpretation.criteria.policy import load_policy
from als_screen.interpretation.knowledge.files import read_manifest
from als_screen.reanalysis.archive import POLICY_FILES, exchanged
from als_screen.reanalysis.causes import Deriver, row_of, settings_of
from als_screen.reanalysis.compare import Change, compare_reports
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.why import places
from als_screen.repeat.locus import load_policies
from als_screen.resources import Resources


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
        policy: YAML or JSON of an ACMG/AMP policy, of repeat policies, or of settings (`repeat: {policy: …}`,
            `coverage: …`); only the keys that differ are needed.
        knowledge: a knowledge directory.

    Raises:
        InputError: the policy is none.
    """
    deriver = Deriver(resources, scratch)
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
                deriver.interpreter(one, judged, settings),
                deriver.interpreter(others.get(one, one), other, new_settings),
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
    given = _read(path)
    if set(given) <= {"repeat", "coverage", "identity"}:
        return lambda judged, settings: (judged, _settings_with(settings, given, judged, path))
    name = "repeat_policies" if "policies" in given else "acmg_policy"
    made: dict[Path, Path] = {}

    def changed(judged: Path, settings: str) -> tuple[Path, str]:
        if judged not in made:
            made[judged] = _with(judged, POLICY_FILES[name], given, scratch / f"policy{len(made)}", path)
        return made[judged], settings

    return changed


def _settings_with(settings: str, given: dict[str, object], judged: Path, asked_by: Path) -> str:
    """Return settings as JSON with some of another value, checked."""
    merged = _merged(json.loads(settings), given)
    try:
        chosen = Settings.model_validate({"samples": "samples.tsv", **merged})
        load_policies(judged).policy(chosen.repeat.policy, chosen.repeat.prior)
    except ValidationError as error:
        told = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise _refused(asked_by, f"holds no such settings ({'; '.join(told)})") from error
    except KeyError as error:
        raise _refused(asked_by, f"names no policy or prior of this run: {error}") from error
    return json.dumps(merged)


def _with(judged: Path, name: str, given: dict[str, object], target: Path, asked_by: Path) -> Path:
    """Return a copy of the policies with one file changed, checked."""
    for folder in ("policies", "repeat"):
        shutil.copytree(judged / folder, target / folder)
    merged = _merged(json.loads((target / name).read_bytes()), given)
    write_text(target / name, json.dumps(merged, indent=1))
    try:
        load_policy(target / POLICY_FILES["acmg_policy"])
        load_policies(target)
    except (ValueError, InputError) as error:
        said = " ".join(str(error).replace(str(target), "").split())[:300]
        raise _refused(asked_by, f"is no policy: {said}") from error
    return target


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
