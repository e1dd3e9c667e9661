"""What moves a patient's result: this software interprets it in one world and another, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.interpretation.knowledge.records import AlleleKey
from als_screen.models import Confirmation, Report
from als_screen.patient import Patient
from als_screen.reanalysis.compare import compare_reports
from als_screen.reanalysis.details import differences
from als_screen.regions import Build


@dataclass(frozen=True, slots=True)
class Entry:
    """What a table of the knowledge directory `other` has under an allele of a build."""

    other: Path
    table: str
    build: Build
    key: AlleleKey


@dataclass(frozen=True, slots=True)
class World:
    """What a result is made from, by this software; `entry` is all that is of other knowledge, if any."""

    patient: Patient
    evidence: PatientEvidence
    knowledge: Path
    policies: Path
    settings: str
    confirmations: tuple[Confirmation, ...]
    entry: Entry | None = None


#: Subjects that something moves, each with the fact that is printed differently, "" for class and state.
Moved = set[tuple[str, str]]
#: Returns a world with something from another one.
Swap = Callable[[World, World], World]
#: Returns the interpreter of knowledge, policies and settings, with an entry of other knowledge.
Interpreters = Callable[[Path, Path, str, Entry | None], Interpreter]

#: What tells the worlds of one patient apart, which are kept, so that an id is that of one object.
_Key = tuple[int, int, int, Path, Path, str, Entry | None]


class Trial:
    """One patient's results as this software makes them in one world and another, each made once.

    Args:
        first, last: the worlds of the earlier and of the later result.
        interpreters: returns the interpreter of a world.
    """

    def __init__(self, first: World, last: World, interpreters: Interpreters) -> None:
        self.first, self.last = first, last
        self._interpreters = interpreters
        self._reports: dict[_Key, tuple[World, Report]] = {}
        self._differ: dict[frozenset[_Key], Moved] = {}
        self._moved_by: dict[Swap, Moved] = {}

    def report(self, world: World) -> Report:
        """Return the result in a world."""
        key = _key(world)
        if key not in self._reports:
            interpreter = self._interpreters(world.knowledge, world.policies, world.settings, world.entry)
            interpreter.confirmations = {world.patient.patient: world.confirmations}
            self._reports[key] = world, interpreter.report(world.patient, world.evidence)
        return self._reports[key][1]

    def moved_by(self, swap: Swap) -> Moved:
        """Return what something moves that one of the two worlds has from the other."""
        if swap not in self._moved_by:
            there, back = swap(self.first, self.last), swap(self.last, self.first)
            self._moved_by[swap] = self._between(self.first, there) | self._between(self.last, back)
        return self._moved_by[swap]

    def _between(self, one: World, other: World) -> Moved:
        self.report(one), self.report(other)
        both = frozenset({_key(one), _key(other)})
        if both not in self._differ:
            self._differ[both] = moved_between(self.report(one), self.report(other))
        return self._differ[both]


def _key(world: World) -> _Key:
    data = id(world.patient), id(world.evidence), id(world.confirmations)
    return *data, world.knowledge, world.policies, world.settings, world.entry


def moved_between(one: Report, other: Report) -> Moved:
    """Return in which subjects, and in which details of which, two results of a patient differ."""
    answers = {(change.subject, "") for change in compare_reports(one, other)}
    return answers | {(found.subject, found.fact) for found in differences(one, other)}
