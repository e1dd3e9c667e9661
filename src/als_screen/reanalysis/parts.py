"""The parts of what two results were made from, by the cause that each stands for, to be exchanged alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from als_screen.interpretation.given import CLINICAL
from als_screen.reanalysis.trial import Swap, World

#: Fields of the row of the sheet; what is said by name and batch of a person is no finding.
FIELDS = tuple(name for name in (*CLINICAL, "library") if name not in ("patient", "batch"))
#: Kinds of evidence as they are told, and their fields.
EVIDENCE = {
    "header checks": "check",
    "variants": "variants",
    "repeat reads": "repeat",
    "coverage": "coverage",
}
CONFIRMATIONS = "confirmations"


class Cause(StrEnum):
    """What a change can come from."""

    KNOWLEDGE = "knowledge"
    POLICY = "policy"
    SOFTWARE = "software"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Group:
    """Everything that stands for one cause.

    Attributes:
        whole: exchanges all of it.
        parts: what exchanges each part alone, by name.
    """

    whole: Swap
    parts: Mapping[str, Swap]


def column_name(field: str) -> str:
    """Return how a field of the row is told."""
    return f"sheet column {field}"


#: Fields of the row as they are told.
COLUMNS = tuple(column_name(field) for field in FIELDS)


def data_group(names: Collection[str]) -> Group:
    """Return the group of all data that differ, or of all kinds of evidence, or all else."""
    kinds = {"evidence": EVIDENCE, "patient": COLUMNS, "confirmations": (CONFIRMATIONS,)}
    fields = [field for field, told in kinds.items() if set(names) & set(told)]

    def whole(one: World, other: World) -> World:
        return replace(one, **{field: getattr(other, field) for field in fields})

    return Group(
        whole, {name: _DATA[name] for name in names} if len(names) > 1 else dict.fromkeys(names, whole)
    )


def knowledge_group(tables: Iterable[str], exchanged: Callable[[Path, Path, str], Path]) -> Group:
    """Return the group of knowledge tables; `exchanged` makes a directory with one of another one."""
    names = list(tables)

    def table(name: str) -> Swap:
        return lambda one, other: replace(one, knowledge=exchanged(one.knowledge, other.knowledge, name))

    parts = {name: table(name) for name in names} if len(names) > 1 else dict.fromkeys(names, _knowledge)
    return Group(_knowledge, parts)


def policy_group(
    policies: Iterable[str], settings: Iterable[str], exchanged: Callable[[Path, Path, str], Path]
) -> Group:
    """Return the group of policies and settings; `exchanged` makes a directory with one policy of another."""

    def policy(name: str) -> Swap:
        return lambda one, other: replace(one, policies=exchanged(one.policies, other.policies, name))

    def setting(key: str) -> Swap:
        return lambda one, other: replace(one, settings=_with_key(one.settings, other.settings, key))

    parts = {name: policy(name) for name in policies} | {key: setting(key) for key in settings}
    return Group(_policies, parts if len(parts) > 1 else dict.fromkeys(parts, _policies))


def flat(settings: dict[str, object], prefix: str = "") -> dict[str, object]:
    """Return settings by dotted key."""
    found: dict[str, object] = {}
    for key, value in settings.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def differing_keys(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return the dotted keys at which settings differ, sorted."""
    before, after = flat(dict(one)), flat(dict(other))
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _knowledge(one: World, other: World) -> World:
    return replace(one, knowledge=other.knowledge)


def _policies(one: World, other: World) -> World:
    return replace(one, policies=other.policies, settings=other.settings)


def _with_key(settings: str, others: str, key: str) -> str:
    """Return settings (JSON) with the value that others have under a dotted key."""
    found, wanted = json.loads(settings), json.loads(others)
    *above, last = key.split(".")
    at, source = found, wanted
    for name in above:
        at, source = at.setdefault(name, {}), source.get(name, {})
    if last in source:
        at[last] = source[last]
    else:
        del at[last]
    return json.dumps(found, sort_keys=True)


def _of_row(field: str) -> Swap:
    return lambda one, other: replace(
        one, patient=replace(one.patient, **{field: getattr(other.patient, field)})
    )


def _of_evidence(kind: str) -> Swap:
    return lambda one, other: replace(
        one, evidence=replace(one.evidence, **{kind: getattr(other.evidence, kind)})
    )


_DATA: dict[str, Swap] = {
    **{column_name(field): _of_row(field) for field in FIELDS},
    CONFIRMATIONS: lambda one, other: replace(one, confirmations=other.confirmations),
    **{name: _of_evidence(kind) for name, kind in EVIDENCE.items()},
}
