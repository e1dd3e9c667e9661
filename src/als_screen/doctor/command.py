"""`als-screen doctor`: every check, one line each, and an exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from als_screen.config import merged, merged_config, read_yaml
from als_screen.doctor.check import Check, Health, ok, problem
from als_screen.doctor.cluster import cluster_checks, read_profile
from als_screen.doctor.machine import machine_checks
from als_screen.doctor.place import place_checks
from als_screen.doctor.reference import reference_checks
from als_screen.errors import InputError, Problem, one_line
from als_screen.plan import Plan, load_plan
from als_screen.previous import wrong_previous

EXIT_CODES = """exit codes:
  0  a run can work (warnings may be there)
  2  a run cannot work, or would stop before it starts: one line per problem"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a run.

    Attributes:
        directory: of the run.
        configfiles: each over those before it.
        config: `KEY=VALUE`, over the files.
        profile: of Snakemake.
        others: for Snakemake; not looked at.
    """

    directory: Path
    configfiles: Sequence[Path] = ()
    config: Sequence[str] = ()
    profile: Path | None = None
    others: Sequence[str] = ()

    def configuration(self) -> dict[str, Any]:
        """Return what files and command line say together, as Snakemake does."""
        from snakemake.cli import parse_config

        given: dict[str, Any] = {}
        for path in self.configfiles:
            given = merged(given, read_yaml(path))
        try:
            return merged(given, parse_config(self.config))
        except ValueError as error:
            raise InputError([Problem("", "--config", one_line(str(error)), "give KEY=VALUE")]) from error


def examine(asked: Asked) -> list[Check]:
    """Return every check of what a run with these arguments would meet; nothing is changed."""
    return [*_examine(asked)]


def _examine(asked: Asked) -> Iterator[Check]:
    directory, profile = asked.directory, asked.profile
    chosen: dict[str, Any] = {}
    if asked.others:
        yield ok("arguments", f"left to Snakemake: {' '.join(asked.others)}")
    try:
        chosen = read_profile(profile) if profile else {}
    except InputError as error:
        yield from _told("profile", error)
    cluster = bool(chosen.get("executor"))
    plan: Plan | None = None
    try:
        plan = load_plan(merged_config(asked.configuration(), cwd=directory.absolute()))
        patients, slices = len(plan.sheet.patients), len(plan.slices)
        yield ok("configuration", f"{patients:,} patients in {slices:,} batches, every named file is there")
    except InputError as error:
        yield from _told("configuration", error)
    if plan:
        yield from _told("configuration", InputError(wrong_previous(plan.settings.previous, directory)))
    yield from machine_checks(plan.settings if plan else None, cluster)
    yield from place_checks(directory, len(plan.sheet.patients) if plan else 0, cluster)
    if plan:
        yield from reference_checks(plan.settings.reference.fasta, plan.sheet.patients)
    yield from cluster_checks(chosen)


def _told(subject: str, error: InputError) -> Iterator[Check]:
    for one in error.problems:
        where = " ".join(part for part in (one.patient, one.path) if part)
        yield problem(subject, f"{where}: {one.expected}", one.action)


def add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    found = commands.add_parser(
        "doctor",
        help="tell whether a run can work here: machine, software, SLURM, disk, reference",
        description="Look at machine, software, configuration, run directory, reference and SLURM before a "
        "run, given the same arguments; nothing is changed.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument(
        *("--configfile", "--configfiles"), type=Path, nargs="+", default=[], help="configuration, as for run"
    )
    found.add_argument("--config", nargs="*", default=[], metavar="KEY=VALUE", help="as for run")
    found.add_argument(
        *("--directory", "-d"), type=Path, default=Path(), help="of the run (default: where you are)"
    )
    found.add_argument("--profile", type=Path, help="Snakemake profile, such as profiles/slurm")
    found.add_argument("--json", action="store_true", help="print JSON, for programs")
    found.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    asked = Asked(options.directory, options.configfile, options.config, options.profile, options.others)
    checks = examine(asked)
    if options.json:
        text = json.dumps({"schema_version": "1.0", "checks": [asdict(check) for check in checks]}, indent=1)
    else:
        text = "\n".join(check.line() for check in checks)
    sys.stdout.write(f"{text}\n")
    return 2 if any(check.health is Health.PROBLEM for check in checks) else 0
