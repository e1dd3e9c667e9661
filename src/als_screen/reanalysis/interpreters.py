"""Interpreters of old and new knowledge, policies and settings, each of which is read once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path

from pydantic import ValidationError

from als_screen.config import Settings
from als_screen.errors import AlsScreenError, InputError
from als_screen.interpretation.interpret import Interpreter
from als_screen.interpretation.naming.names import Namer
from als_screen.reanalysis.archive import POLICY_FILES, exchanged, own_tables
from als_screen.reanalysis.records import with_entry
from als_screen.reanalysis.trial import Entry
from als_screen.resources import Resources


class UnknownSettingsError(AlsScreenError):
    """This software does not know a setting or policy that a result was made with."""


class Interpreters:
    """Makes interpreters, which share the names of alleles.

    Args:
        resources: bundled with this software.
        scratch: directory for knowledge and policies of which a part is exchanged.
    """

    def __init__(self, resources: Resources, scratch: Path) -> None:
        self._resources = resources
        self._scratch = scratch
        self._namer = Namer(resources)
        self._made: dict[tuple[Path, Path, str, Entry | None], Interpreter] = {}
        self._mixed: dict[Hashable, Path] = {}

    def of(self, knowledge: Path, policies: Path, settings: str, entry: Entry | None = None) -> Interpreter:
        """Return the interpreter of a knowledge directory, policies and settings (JSON).

        `entry`: of another knowledge directory, in place of that which is there.

        Raises:
            UnknownSettingsError: this software does not know the settings, or the policy that they name.
        """
        key = (knowledge, policies, settings, entry)
        if key not in self._made and entry:
            one, other = (self.of(each, policies, settings) for each in (knowledge, entry.other))
            self._made[key] = with_entry(one, other, entry)
        elif key not in self._made:
            self._made[key] = self._new(knowledge, policies, settings)
        return self._made[key]

    def _new(self, knowledge: Path, policies: Path, settings: str) -> Interpreter:
        sections = {**json.loads(settings), "knowledge": knowledge, "local": own_tables(knowledge)}
        try:
            chosen = Settings.model_validate({"samples": "samples.tsv", **sections})
            found = Interpreter(chosen, self._resources, policies)
        except (ValidationError, InputError, KeyError) as error:
            raise UnknownSettingsError(f"settings of a result are not known here: {error}") from error
        found.annotator.namer = self._namer
        return found

    def knowledge_with(self, one: Path, other: Path, table: str) -> Path:
        """Return a knowledge directory that is `one` with a single table of `other`."""
        return self._mix(("knowledge", one, other, table), lambda to: exchanged(one, other, (table,), to))

    def policies_with(self, one: Path, other: Path, policy: str) -> Path:
        """Return a directory of policies that is `one` with a single policy of `other`."""

        def made(target: Path) -> None:
            for name, path in POLICY_FILES.items():
                (target / path).parent.mkdir(parents=True)
                shutil.copyfile((other if name == policy else one) / path, target / path)

        return self._mix(("policies", one, other, policy), made)

    def _mix(self, key: Hashable, make: Callable[[Path], object]) -> Path:
        if key not in self._mixed:
            target = self._scratch / f"mixed{len(self._mixed)}"
            make(target)
            self._mixed[key] = target
        return self._mixed[key]
