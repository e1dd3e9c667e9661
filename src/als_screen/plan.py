"""What a run consists of: the settings, the patients, and the slices that they are worked on in.

The Snakefile asks a `Plan` for the files and the hash of every slice; nothing here opens a patient's file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from als_screen.config import (
    DEFAULT_CONFIG,
    INTERPRETATION_SETTINGS,
    Settings,
    load_settings,
    usable_settings,
)
from als_screen.confirmations import Confirmations, in_the_future, read_confirmations, strangers
from als_screen.errors import InputError, Problem
from als_screen.files import State, checksum, state_of, why_not_there
from als_screen.named_files import wrong_genome, wrong_history
from als_screen.needs import NEEDS
from als_screen.patient import Patient
from als_screen.previous import unusable_previous, wrong_previous
from als_screen.reports.clinic import clinic_key, load_clinic
from als_screen.reports.sources import printed_by
from als_screen.samples import PERSONAL, Sheet, index_of, read_sheet
from als_screen.slicing import slices

#: Fields of the sheet that each stage depends on; a change of another field re-runs nothing.
FILE_FIELDS = ("patient", "vcf", "vcf_sample", "callable", "reads", "reads_sample", "library")
CLINICAL_FIELDS = (
    "patient", "library", "batch", "sex", "diagnosis", "family_history", "age_at_onset", "family",
    "research_consent",
)  # fmt: skip
PRINTED_FIELDS = (*CLINICAL_FIELDS, "language", *PERSONAL)


@dataclass(frozen=True)
class Plan:
    """A run that can be started: settings checked, sheet read, every named file there."""

    settings: Settings
    sheet: Sheet
    _files: dict[str, tuple[State, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def confirmations(self) -> Confirmations:
        """What other methods showed, by patient."""
        return read_confirmations(self.settings.confirmations) if self.settings.confirmations else {}

    @property
    def warnings(self) -> list[Problem]:
        """What is odd about the sheet and the confirmations."""
        path = self.settings.confirmations
        patients = [row.patient for row in self.sheet.patients]
        return [*self.sheet.warnings, *(strangers(path, self.confirmations, patients) if path else [])]

    @cached_property
    def slices(self) -> dict[str, list[Patient]]:
        """The units of work by name."""
        return slices(self.sheet.patients, self.settings.batch_size)

    def files(self, batch: str) -> tuple[State, ...]:
        """Return the state of every file of a slice: VCFs, reads, their indexes, and callable regions.

        Asked of the storage once, however often it is needed.
        """
        if batch not in self._files:
            rows = self.slices[batch]
            data = [path for row in rows for path in (*row.vcf, row.reads) if path]
            paths = _existing([*data, *map(index_of, data), *(row.callable for row in rows)])
            self._files[batch] = tuple(map(state_of, paths))
        return self._files[batch]

    def newest_file(self, batch: str) -> list[str]:
        """Return the file of a slice that was changed last: Snakemake looks at this one for all of them.

        As rule inputs the four files of each of ten thousand patients would take more time than all else.
        """
        found = [state for state in self.files(batch) if state.modified is not None]
        return [max(found, key=lambda state: (state.modified or 0, state.path)).path] if found else []

    def rows_hash(self, batch: str, fields: Iterable[str]) -> str:
        """Return a hash of some fields of a slice's rows: it tells a rule that the sheet has changed.

        A hash, because Snakemake keeps and prints parameters and no personal field may be among them.
        """
        rows = [[str(getattr(row, field)) for field in fields] for row in self.slices[batch]]
        return sha256(json.dumps(rows).encode()).hexdigest()[:16]

    def clinical_hash(self, batch: str) -> str:
        """Return the hash of what interpretation depends on."""
        return self.rows_hash(batch, CLINICAL_FIELDS)

    def files_hash(self, batch: str) -> str:
        """Return the hash of what evidence depends on: the rows, and the size and time of each file."""
        parts = [self.rows_hash(batch, FILE_FIELDS), *self.files(batch)]
        return sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def all_files_hash(self) -> str:
        """Return the hash of what evidence of all slices depends on."""
        return sha256(json.dumps([self.files_hash(batch) for batch in self.slices]).encode()).hexdigest()[:16]

    def printed_hash(self, batch: str) -> str:
        """Return the hash of what reports depend on."""
        return self.rows_hash(batch, PRINTED_FIELDS)

    def reference_key(self) -> str:
        """Return what header checks depend on besides the files."""
        return f"{self.settings.reference.build} {self.settings.reference.fasta or ''}"

    def sites_hash(self) -> str:
        """Return a hash of the file of `identity.sites`; "" where there is none."""
        path = self.settings.identity.sites
        return checksum(path)[:16] if path else ""

    def confirmations_hash(self, batch: str) -> str:
        """Return a hash of what other methods showed of a slice's patients; "" where they showed nothing."""
        rows = [
            [row.patient, one.model_dump_json()]
            for row in self.slices[batch]
            for one in self.confirmations.get(row.patient, ())
        ]
        return sha256(json.dumps(rows).encode()).hexdigest()[:16] if rows else ""

    def interpretation_key(self) -> str:
        """Return the settings that interpretation depends on."""
        chosen = self.settings.model_dump(include=INTERPRETATION_SETTINGS, mode="json")
        return json.dumps(chosen, sort_keys=True)

    def report_key(self) -> str:
        """Return what is printed besides the findings: settings, the clinic's texts, words and templates."""
        chosen = self.settings.model_dump(include={"report", "allow_predictive", "studies"}, mode="json")
        parts = [chosen, clinic_key(self.settings.report.clinic), printed_by()]
        return json.dumps(parts, sort_keys=True)

    def cohort_key(self) -> str:
        """Return what the cohort's files depend on besides findings; nothing of the research key itself."""
        return json.dumps([self.report_key(), bool(self.settings.research.key)])

    def cohort_files(self) -> list[str]:
        """Return the files that the cohort is made with besides the findings: the research key."""
        return [str(self.settings.research.key)] if self.settings.research.key else []

    def knowledge_hash(self, resources: Path) -> str:
        """Return a hash of every file that interpretation reads besides evidence."""
        folders = [resources / "repeat", resources / "policies", resources / "wording"]
        folders.append(self.settings.knowledge or resources / "knowledge")
        files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
        files += self.settings.local.files()
        sums = [(path.name, checksum(path)) for path in files]
        return sha256(json.dumps(sums).encode()).hexdigest()[:16]

    def previous_files(self) -> list[str]:
        """Return the findings of the earlier run, where one is configured."""
        folder = self.settings.previous
        if folder is None:
            return []
        found = [*folder.glob("results/findings/*.jsonl"), *folder.glob("findings/*.jsonl")]
        return [str(path) for path in sorted(found)]

    def memory(self, stage: str) -> Callable[[Any, int, int], int]:
        """Return what tells Snakemake the memory, in MB, that a job of a stage asks for."""
        return lambda wildcards, threads, attempt: NEEDS[stage].mem_mb(
            self._patients(wildcards), threads, attempt
        )

    def minutes(self, stage: str) -> Callable[[Any, int, int], int]:
        """Return what tells Snakemake the time, in minutes, that a job of a stage asks for."""
        return lambda wildcards, threads, attempt: NEEDS[stage].minutes(
            self._patients(wildcards), threads, attempt
        )

    def _patients(self, wildcards: Any) -> int:  # noqa: ANN401
        """Return how many patients a job has: those of its slice, or all."""
        batch = getattr(wildcards, "batch", None)
        return len(self.slices[batch] if batch else self.sheet.patients)

    def patients_hash(self) -> str:
        """Return a hash of who is in which slice."""
        names = {batch: [row.patient for row in rows] for batch, rows in self.slices.items()}
        return sha256(json.dumps(names).encode()).hexdigest()[:16]


def load_plan(user_config: dict[str, Any], default: Path = DEFAULT_CONFIG, look: bool = True) -> Plan:
    """Check configuration and sheet; raise `InputError` with every problem of both.

    `look` tells whether the files of the sheet must be there, and what of `previous` and `history` is read at
    the end must be sound: not in the processes of a run's jobs.
    """
    try:
        settings = load_settings(user_config, default)
    except InputError as error:
        raise InputError([*error.problems, *_other_problems(user_config, default)]) from error
    problems = setting_problems(settings)
    if look and not problems:
        problems += unusable_previous(settings)
    try:
        sheet = read_sheet(settings.samples, look)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return Plan(settings, sheet)


def _other_problems(user_config: dict[str, Any], default: Path) -> list[Problem]:
    """Return what else is wrong beside a wrong configuration key, so that all is told at once."""
    settings = usable_settings(user_config, default)
    if settings is None:
        return []
    problems = setting_problems(settings)
    try:
        read_sheet(settings.samples)
    except InputError as error:
        problems += error.problems
    return problems


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
    return [*problems, *wrong_genome(settings.reference.fasta), *wrong_history(settings.history)]


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
    problems = in_the_future(found, path, date.today())  # noqa: DTZ011
    if unknown_policy:
        return problems
    from als_screen.interpretation.orthogonal import contradictions
    from als_screen.repeat.locus import load_policy

    return problems + contradictions(found, load_policy(settings.repeat.policy).thresholds, str(path))


def _existing(paths: Iterable[Path | None]) -> list[str]:
    return [str(path) for path in dict.fromkeys(paths) if path]
