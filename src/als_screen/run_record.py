"""What a run was: the problems of its inputs for people, and its record for the archive."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from als_screen import __version__
from als_screen.config import Settings
from als_screen.errors import Problem
from als_screen.evidence import BatchCheck, FileProblem, PatientCheck, Severity
from als_screen.files import checksum, stat_or_why, why_not_there
from als_screen.inputs.sample_names import across_slices
from als_screen.patient import Patient
from als_screen.plan import Plan
from als_screen.run_watch.diary import read_diary
from als_screen.run_watch.folder import diary_path, jobs_of
from als_screen.samples import index_of, read_sheet
from als_screen.stages import STAGE_VERSIONS


def problem_lines(checks: Sequence[BatchCheck]) -> list[str]:
    """Return one line a problem: patient, path, what was expected, what to do.

    A missing index of a VCF costs time only, so one line counts them all.
    """
    lines = [
        Problem(problem.patient, problem.path, problem.expected, problem.action).line()
        for problem in _problems(checks)
    ]
    files = {vcf.path: vcf.indexed for check in checks for one in check.patients for vcf in one.vcf}
    whole = sorted(path for path, indexed in files.items() if not indexed and not path.endswith(".vcf"))
    if whole:
        more, action = len(whole) - 1, "make one with `bcftools index`"
        expected = f"warning: no index beside this and {more} more VCF files, so they are read whole"
        alone = "warning: no index beside this VCF, so it is read whole"
        lines.append(Problem("", whole[0], expected if more else alone, action).line())
    return lines


def inputs_json(checks: Sequence[BatchCheck]) -> str:
    """Return what was found of every patient's files, as JSON for people."""
    patients = [patient.model_dump(mode="json") for check in checks for patient in check.patients]
    problems = [problem.model_dump(mode="json") for problem in _problems(checks)]
    return json.dumps({"problems": problems, "patients": patients}, indent=1) + "\n"


def run_json(settings: Settings, resources: Path, logs: Path, command: str) -> str:
    """Return the record of a run: versions, commit, checksums, configuration, inputs, time per step.

    Args:
        settings: of the run.
        resources: directory of the bundled resources; every file in it is listed with its checksum, but of
            knowledge that the configuration names, which stands in place of the bundled one.
        logs: directory with what the jobs wrote down, `{rule}[/{batch}].jsonl`.
        command: the command line that started the run.
    """
    run = what_is_run(settings, resources.parent)
    steps = _steps(logs, list(run["batches"]))
    record = {
        **run,
        "schema_version": "1.0",
        "command": command,
        "machine": {"python": platform.python_version(), "platform": platform.platform()},
        "packages": {item.metadata["Name"]: item.version for item in distributions()},
        "resources": _resources(resources, settings.knowledge),
        "configured": _configured(settings),
        "steps": steps,
        "totals": _totals(steps),
    }
    return json.dumps(record, indent=1, sort_keys=True) + "\n"


def what_is_run(settings: Settings, checkout: Path) -> dict[str, Any]:
    """Return the part of the record that tells one run from another: software, settings, people, files."""
    sheet = read_sheet(settings.samples, look=False)
    return {
        "pipeline": {"name": "als-screen", "version": __version__, **_commit(checkout)},
        "stages": STAGE_VERSIONS,
        "config": settings.model_dump(mode="json"),
        "patients": len(sheet.patients),
        "batches": {batch: len(rows) for batch, rows in Plan(settings, sheet).slices.items()},
        "inputs": [_input(row.patient, path) for row in sheet.patients for path in _files(row)],
    }


def _problems(checks: Sequence[BatchCheck]) -> list[FileProblem]:
    slices = [check.patients for check in checks]
    patients = [patient for each in slices for patient in each]
    own = (problem for patient in patients for problem in patient.problems)
    return [*own, *_shared(patients), *across_slices(slices)]


def _shared(patients: Iterable[PatientCheck]) -> Iterator[FileProblem]:
    """Warn of one sample column of one VCF that is used for several patients."""
    first: dict[tuple[str, str], str] = {}
    for patient in patients:
        for vcf in patient.vcf:
            other = first.setdefault((vcf.path, vcf.sample), patient.patient)
            if other != patient.patient:
                yield FileProblem(
                    patient=patient.patient,
                    path=vcf.path,
                    expected=f"warning: sample {vcf.sample!r} is used for patient {other} too",
                    action="check the sheet if that is not meant",
                    severity=Severity.WARNING,
                )


def _commit(checkout: Path) -> dict[str, Any]:
    """Return the git commit of the checkout, and whether files differ from it; nulls where it is none.

    A directory inside another project's checkout is none.
    """
    top = _git(checkout, "rev-parse", "--show-toplevel")
    if top is None or Path(top) != checkout.resolve():
        return {"commit": None, "modified": None}
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no")
    return {
        "commit": _git(checkout, "rev-parse", "HEAD"),
        "modified": None if changed is None else bool(changed),
    }


def _git(checkout: Path, *arguments: str) -> str | None:
    """Return what git says, None where it says nothing good or is not there."""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "--no-optional-locks", *arguments],  # noqa: S607
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _resources(folder: Path, knowledge: Path | None) -> dict[str, str]:
    """Return the checksum of each bundled file; of the knowledge, that which was used."""
    found = _checksums(folder)
    if knowledge is None:
        return found
    others = {name: sha256 for name, sha256 in found.items() if not name.startswith("knowledge/")}
    return others | {f"knowledge/{name}": sha256 for name, sha256 in _checksums(knowledge).items()}


def _configured(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return the files that results depend on and the configuration names, by key.

    A genome is gigabytes: its index, which has names and lengths, is told by checksum, and it by size.
    """
    named = {
        "reference.fasta": settings.reference.fasta,
        "identity.sites": settings.identity.sites,
        "confirmations": settings.confirmations,
        "report.clinic": settings.report.clinic,
        **{f"local.{key}": path for key, path in settings.local},
    }
    given = {key: path for key, path in named.items() if path is not None}
    if fasta := settings.reference.fasta:
        given["reference.fasta.fai"] = Path(f"{fasta}.fai")
    return {key: _file(path, hashed=key != "reference.fasta") for key, path in sorted(given.items())}


def _file(path: Path, *, hashed: bool) -> dict[str, Any]:
    """Return what a file is now; nulls where it has gone since it was read."""
    there = not why_not_there(path)
    return {
        "path": os.path.relpath(path),
        "bytes": path.stat().st_size if there else None,
        "sha256": checksum(path) if there and hashed else None,
    }


def _checksums(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): checksum(path) for path in files}


def _files(row: Patient) -> list[Path]:
    data = [*row.vcf, *([row.reads] if row.reads else []), *([row.callable] if row.callable else [])]
    return [path for named in data for path in (named, index_of(named)) if path]


@cache
def _from(here: Path, folder: Path) -> str:
    """Return the way from one folder to another, up to the name of a file; most patients share a few."""
    way = os.path.relpath(folder, here)
    return "" if way == os.curdir else f"{way}{os.sep}"


def _input(patient: str, path: Path) -> dict[str, Any]:
    """Return what a file is now; nulls where it has gone since it was read."""
    name, found = _from(Path.cwd(), path.parent) + path.name, stat_or_why(path)
    if isinstance(found, str):
        return {"patient": patient, "path": name, "bytes": None, "modified": None}
    return {"patient": patient, "path": name, "bytes": found.st_size, "modified": int(found.st_mtime)}


def _steps(logs: Path, batches: list[str]) -> list[dict[str, Any]]:
    """Return what each job took: wall and CPU seconds, peak memory of its largest process in MB.

    Nulls where the job is older than its diary, or was killed.
    """
    steps = []
    for rule, batch in jobs_of(batches):
        told = read_diary(diary_path(logs, rule, batch))
        if told.started is None:
            continue
        took = told.ended
        steps.append(
            {
                "rule": rule,
                "batch": batch or None,
                "patients": len(told.seen) or None,
                "started": round(told.started.time),
                "s": took.s if took else None,
                "cpu_time": took.cpu_time if took else None,
                "max_rss": took.max_rss if took else None,
            }
        )
    return steps


def _totals(steps: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return for each rule its jobs, the sums of their times and the largest of their peaks."""
    totals = {}
    for rule in dict.fromkeys(step["rule"] for step in steps):
        jobs = [step for step in steps if step["rule"] == rule]
        totals[rule] = {
            "jobs": len(jobs),
            "s": round(sum(job["s"] or 0 for job in jobs), 3),
            "cpu_time": round(sum(job["cpu_time"] or 0 for job in jobs), 3),
            "max_rss": max(job["max_rss"] or 0 for job in jobs),
        }
    return totals
