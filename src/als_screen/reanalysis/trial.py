"""What moves a patient's result: this software interprets it in one world and another, each once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.models import Confirmation, Report
from als_screen.patient import Patient
from als_screen.reanalysis.compare import compare_reports
from als_screen.reanalysis.details import differences


@dataclass(frozen=True, slots=True)
class World:
    """What a result is made from, by this software."""

    patient: Patient
    evidence: PatientEvidence
    knowledge: Path
    policies: Path
    settings: str
    confirmations: tuple[Confirmation, ...]


#: Subjects that something moves, each with the fact that is printed differently, "" for class and state.
Moved = set[tuple[str, str]]

#: What tells the worlds of one patient apart; row and confirmations go with the evidence.
_Key = tuple[int, Path, Path, str]


class Trial:
    """One patient's results as this software makes them in one world and another, each made once.

    `interpreter`: returns that of a knowledge directory, policies and settings.
    """

    def __init__(self, interpreter: Callable[[Path, Path, str], Interpreter]) -> None:
        self._interpreter = interpreter
        self._reports: dict[_Key, Report] = {}
        self._differ: dict[frozenset[_Key], Moved] = {}

    def report(self, world: World) -> Report:
        """Return the result in a world."""
        key = _key(world)
        if key not in self._reports:
            interpreter = self._interpreter(world.knowledge, world.policies, world.settings)
            interpreter.confirmations = {world.patient.patient: world.confirmations}
            self._reports[key] = interpreter.report(world.patient, world.evidence)
        return self._reports[key]

    def moved(self, one: World, other: World) -> Moved:
        """Return what differs between the results in two worlds."""
        both = frozenset({_key(one), _key(other)})
        if both not in self._differ:
            self._differ[both] = moved_between(self.report(one), self.report(other))
        return self._differ[both]


def _key(world: World) -> _Key:
    return id(world.evidence), world.knowledge, world.policies, world.settings


def moved_between(one: Report, other: Report) -> Moved:
    """Return in which subjects, and in which details of which, two results of a patient differ."""
    answers = {(change.subject, "") for change in compare_reports(one, other)}
    return answers | {(found.subject, found.fact) for found in differences(one, other)}
