"""Why a result changed, derived by interpreting again with one thing changed at a time.

A result follows from the input data, the knowledge, the policies and settings, and the software. With the
stored evidence and the kept knowledge of both runs, this software interprets the old result with one of the
new things in it, and the new result with one of the old. What moves the subject of a change either way is a
cause of it, and of a cause those parts that move it alone: a table, a record, a setting, a kind of data. What
is left when data, knowledge and policies are held equal is the software.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from als_screen.interpretation.knowledge.records import AlleleKey, KnownAllele
from als_screen.interpretation.recheck import Placed
from als_screen.models import ResourceVersion
from als_screen.reanalysis.archive import policies_of, tables
from als_screen.reanalysis.compare import Change
from als_screen.reanalysis.interpreters import Interpreters, UnknownSettingsError
from als_screen.reanalysis.parts import (
    COLUMNS,
    CONFIRMATIONS,
    EVIDENCE,
    Cause,
    Group,
    data_group,
    differing_keys,
    knowledge_group,
    policy_group,
)
from als_screen.reanalysis.records import OF_ALLELES, candidates, changed
from als_screen.reanalysis.side import Side, differing, differing_data, read_anew, world_of
from als_screen.reanalysis.trial import Entry, Moved, Swap, Trial, World, moved_between
from als_screen.regions import Build
from als_screen.resources import Resources

Name = TypeVar("Name", str, AlleleKey)


@dataclass(frozen=True, slots=True)
class Derived:
    """The causes of one change.

    Attributes:
        causes: in the order of `Cause`.
        sure: False where something that it takes was not kept.
        parts: of each cause, what moves it alone; all of it where that takes several together.
        records: of knowledge tables that say something of single alleles, those whose entries move it.
    """

    causes: tuple[Cause, ...]
    sure: bool
    parts: Mapping[Cause, tuple[str, ...]] = field(default_factory=dict)
    records: Mapping[str, tuple[AlleleKey, ...]] = field(default_factory=dict)


class Deriver:
    """Derives causes; interpreters of old and new knowledge are made once for all patients.

    Args:
        resources: bundled with this software.
        scratch: directory for knowledge and policies of which a part is exchanged.
    """

    def __init__(self, resources: Resources, scratch: Path) -> None:
        self._interpreters = Interpreters(resources, scratch)
        self.interpreter = self._interpreters.of
        self._differing: dict[tuple[Path, Path, Build, str], Set[AlleleKey]] = {}
        self._known: dict[tuple[Path, Build], dict[str, KnownAllele]] = {}

    def causes(
        self, old: Side, new: Side, changes: Sequence[Change], alleles: Mapping[str, Placed]
    ) -> list[Derived]:
        """Return the causes of each change from `old` to `new`; `alleles` are those of subjects."""
        first, last = world_of(old), world_of(new)
        if first is not None and last is not None:
            with suppress(UnknownSettingsError):
                return self._derived(old, new, first, last, changes, alleles)
        return [unsure(old, new)] * len(changes)

    def _derived(
        self,
        old: Side,
        new: Side,
        first: World,
        last: World,
        changes: Sequence[Change],
        alleles: Mapping[str, Placed],
    ) -> list[Derived]:
        groups = self._groups(old, new, first, last)
        trial = Trial(_alike(first, last, groups), last, self.interpreter)
        moved = {cause: trial.moved_by(group.whole) for cause, group in groups.items()}
        residue = moved_between(old.report, trial.report(trial.first))
        residue |= moved_between(new.report, trial.report(last))
        other_software = old.software != new.software
        found = [
            self._of_change(_asked(change), trial, groups, moved, residue, other_software) or unsure(old, new)
            for change in changes
        ]
        carried = (*old.report.variants, *new.report.variants)
        return [
            replace(
                one,
                records=self._records(change, one, trial, _about(change, changes, found, alleles), carried),
            )
            for change, one in zip(changes, found, strict=True)
        ]

    def _groups(self, old: Side, new: Side, first: World, last: World) -> dict[Cause, Group]:
        """Return what differs by cause; evidence that newer software read from the same data is its own."""
        differs, data = differing(old, new), differing_data(old, new)
        read = [name for name in data if name in EVIDENCE] if read_anew(old, new) else []
        given = [name for name in data if name not in read]
        exchange = self._interpreters
        groups = {Cause.INPUT: data_group(given)} if given else {}
        if Cause.KNOWLEDGE in differs:
            names = differing_tables(first.knowledge, last.knowledge)
            groups[Cause.KNOWLEDGE] = knowledge_group(names, exchange.knowledge_with)
        if Cause.POLICY in differs:
            groups[Cause.POLICY] = policy_group(*differing_policies(old, new), exchange.policies_with)
        return groups | ({Cause.SOFTWARE: data_group(read)} if read else {})

    @staticmethod
    def _of_change(
        asked: Moved,
        trial: Trial,
        groups: Mapping[Cause, Group],
        moved: Mapping[Cause, Moved],
        residue: Moved,
        other_software: bool,
    ) -> Derived | None:
        """Return the causes of a change; None where what made both results is not to be had."""
        found = {cause for cause, subjects in moved.items() if asked & subjects}
        if asked & residue and other_software:
            found.add(Cause.SOFTWARE)
        if not found and not asked & residue:  # it takes several together; each of them is a part of it
            found = set(moved)
        if not found:
            return None
        parts = {
            cause: _moving(asked, trial, group.parts) for cause, group in groups.items() if cause in found
        }
        return Derived(tuple(cause for cause in Cause if cause in found), sure=True, parts=parts)

    def _records(
        self,
        change: Change,
        derived: Derived,
        trial: Trial,
        about: Sequence[Placed],
        carried: Sequence[Placed],
    ) -> dict[str, tuple[AlleleKey, ...]]:
        """Return the records behind a change that is about some alleles, by table."""
        build = trial.last.evidence.check.build
        if build is None or not about:
            return {}
        worlds = (trial.first, trial.last)
        one, other = (self.interpreter(w.knowledge, w.policies, w.settings).annotator for w in worlds)

        def swap(table: str, key: AlleleKey) -> Swap:
            return lambda one, other: replace(one, entry=Entry(other.knowledge, table, build, key))

        found = {}
        for table in derived.parts.get(Cause.KNOWLEDGE, ()):
            if table in OF_ALLELES:
                differing = self._changed(trial, build, table)
                keys = candidates(one, other, build, differing, about, carried)
                found[table] = _moving(_asked(change), trial, {key: swap(table, key) for key in keys})
        return found

    def _changed(self, trial: Trial, build: Build, table: str) -> Set[AlleleKey]:
        """Return the alleles of which a table says something else in the two worlds; found once for all."""
        key = (trial.first.knowledge, trial.last.knowledge, build, table)
        if key not in self._differing:
            worlds = (trial.first, trial.last)
            one, other = (self.interpreter(w.knowledge, w.policies, w.settings).annotator for w in worlds)
            self._differing[key] = changed(one.knowledge.builds[build], other.knowledge.builds[build], table)
        return self._differing[key]

    def known(self, side: Side) -> dict[str, KnownAllele]:
        """Return the known pathogenic alleles of a side by the name that a recheck lists them under."""
        world, build = world_of(side), side.report.genome_build
        if world is None or build is None:
            return {}
        key = (world.knowledge, build)
        if key not in self._known:
            try:
                interpreter = self.interpreter(world.knowledge, world.policies, world.settings)
            except UnknownSettingsError:
                return {}
            self._known[key] = interpreter.known_by_name(build)
        return self._known[key]


def _asked(change: Change) -> Moved:
    return {(change.subject, fact) for fact in change.facts or ("",)}


def _moving(asked: Moved, trial: Trial, parts: Mapping[Name, Swap]) -> tuple[Name, ...]:
    """Return which parts move a subject when they alone are exchanged; all where none does alone."""
    alone = tuple(name for name in parts if len(parts) > 1 and _moves(asked, trial, parts[name]))
    return alone or tuple(parts)


def _moves(asked: Moved, trial: Trial, swap: Swap) -> bool:
    try:
        return bool(asked & trial.moved_by(swap))
    except UnknownSettingsError:  # of two settings that go together
        return True


def _about(
    change: Change, changes: Sequence[Change], found: Sequence[Derived], alleles: Mapping[str, Placed]
) -> list[Placed]:
    """Return the allele of a change; of a change of the whole, those that knowledge has moved."""
    if change.subject in alleles:
        return [alleles[change.subject]]
    moved = {
        one.subject for one, derived in zip(changes, found, strict=True) if Cause.KNOWLEDGE in derived.causes
    }
    return [allele for subject, allele in alleles.items() if subject in moved]


def _alike(first: World, last: World, groups: Mapping[Cause, Group]) -> World:
    """Return the first world with the objects of the last where they are equal, so that worlds are few."""
    names = {name for group in groups.values() for name in group.parts}
    same = {
        "evidence": not names & set(EVIDENCE),
        "patient": not names & set(COLUMNS),
        "confirmations": CONFIRMATIONS not in names,
        "knowledge": Cause.KNOWLEDGE not in groups,
        "policies": Cause.POLICY not in groups,
        "settings": Cause.POLICY not in groups,
    }
    return replace(first, **{name: getattr(last, name) for name, equal in same.items() if equal})


def differing_tables(one: Path, other: Path) -> list[str]:
    """Return the tables whose content differs between two knowledge directories."""
    first, second = tables(one), tables(other)
    names = sorted({*first, *second})
    return [
        name
        for name in names
        if name not in first or name not in second or first[name].sha256 != second[name].sha256
    ]


def differing_policies(old: Side, new: Side) -> tuple[list[str], list[str]]:
    """Return the policies and the dotted settings that differ."""
    before, after = (policies_of(side.report.provenance.resources) for side in (old, new))
    names = {*before, *after}
    policies = [name for name in sorted(names) if _sum(before.get(name)) != _sum(after.get(name))]
    return policies, differing_keys(old.report.provenance.settings, new.report.provenance.settings)


def _sum(version: ResourceVersion | None) -> str:
    return version.sha256 if version else ""


def unsure(old: Side, new: Side) -> Derived:
    """Return everything that it may come from, where it cannot be derived."""
    candidates = differing(old, new)
    if old.software != new.software or not candidates:
        candidates.add(Cause.SOFTWARE)
    policies, settings = differing_policies(old, new)
    parts = {Cause.INPUT: differing_data(old, new), Cause.POLICY: (*policies, *settings)}
    return Derived(tuple(cause for cause in Cause if cause in candidates), sure=False, parts=parts)
