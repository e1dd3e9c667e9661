"""`results/ro-crate-metadata.json`: the run as a Workflow Run RO-Crate, for archives and catalogues.

Profiles: Process Run Crate 0.5 and Workflow Run Crate 0.5 (https://w3id.org/ro/wfrun), Workflow RO-Crate 1.0,
RO-Crate 1.1. The root is `results/`. Nothing of the sheet is in it but the names of the patients' files.
"""

from __future__ import annotations

import json
import mimetypes
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from als_screen.files import write_text

NAME = "ro-crate-metadata.json"
WORKFLOW = "workflow/Snakefile"
RUN_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
#: What the run made, below `results/`, with what it is; where it is there.
RESULTS = {
    "cohort/report.html": "Page of the cohort",
    "cohort/cohort.tsv": "One row a patient",
    "cohort/cohort.xlsx": "Workbook of the cohort",
    "cohort/findings.jsonl": "The results of all patients, one object a line",
    "cohort/als_screen_mqc.json": "Content for MultiQC",
    "inputs.json": "What was found of the patients' files",
    "run.json": "Versions, checksums, configuration, inputs, times of the run",
    "findings/": "The results of the patients, a file a slice",
    "reports/": "Reports of the patients",
    "reanalysis/": "What has changed since the earlier run, and why",
    "evidence/": "What the patients' files show",
}


def write_crate(results: Path, checkout: Path, record: Mapping[str, Any], now: datetime) -> None:
    """Write the metadata, and beside it the workflow that they describe; `crate_json` has the rest."""
    snakefile = (checkout / "Snakefile").read_text(encoding="utf-8")
    write_text(results / WORKFLOW, snakefile)
    write_text(results / NAME, crate_json(results, record, now))


def crate_json(results: Path, record: Mapping[str, Any], now: datetime) -> str:
    """Return the metadata of a run.

    Args:
        results: of the run, with `workflow/Snakefile` in it.
        record: what `run.json` says.
        now: when the run is recorded, with time zone.
    """
    crate = ROCrate(version="1.1")
    version = record["pipeline"]["version"]
    _describe(crate, record, now)
    workflow = crate.add_workflow(
        results / WORKFLOW,
        WORKFLOW,
        main=True,
        lang="snakemake",
        lang_version=record["packages"].get("snakemake"),
        properties=_without_none(
            {
                "name": "als-screen",
                "description": "C9orf72 repeat expansions and SOD1, TARDBP and FUS variants of patients",
                "version": version,
                "identifier": record["pipeline"]["commit"],
                "encodingFormat": "text/x-snakemake",
            }
        ),
    )
    inputs = _inputs(crate, record)
    action = crate.add_action(
        workflow,
        identifier="#run",
        object=[*inputs, *_parameters(crate, workflow, record["config"])],
        result=_made(crate, results),
        properties=_times(record, now) | {"name": f"Run of als-screen {version}"},
    )
    crate.root_dataset["mentions"] = action
    crate.root_dataset["hasPart"] = [*crate.root_dataset["hasPart"], *inputs]
    return json.dumps(crate.metadata.generate(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _describe(crate: ROCrate, record: Mapping[str, Any], now: datetime) -> None:
    crate.name = f"Results of als-screen {record['pipeline']['version']}"
    crate.description = (
        f"C9orf72, SOD1, TARDBP and FUS of {record['patients']} patients, in {len(record['batches'])} batches"
    )
    crate.datePublished = now
    crate.license = "The results are the laboratory's, about patients: not for publication"
    for address, (name, version) in RUN_PROFILES.items():
        about = {"@type": "CreativeWork", "name": name, "version": version}
        crate.root_dataset.append_to("conformsTo", crate.add(ContextEntity(crate, address, about)))


def _inputs(crate: ROCrate, record: Mapping[str, Any]) -> list[Entity]:
    """Add the patients' files, which are not in the crate; each once, though several patients share it."""
    found: dict[str, dict[str, Any]] = {}
    for file in record["inputs"]:
        about: dict[str, Any] = {"@type": "File", "name": Path(file["path"]).name}
        if file["bytes"] is not None:
            about["contentSize"] = str(file["bytes"])
            about["dateModified"] = _iso(file["modified"])
        found.setdefault(_address(file["path"]), about)
    return [crate.add(ContextEntity(crate, address, about)) for address, about in found.items()]


def _address(path: str) -> str:
    """Return the address of a file, or of what a link points to."""
    folder, name = os.path.split(path)
    there = _folder(folder) / name
    return (there.resolve() if there.is_symlink() else there).as_uri()


@cache
def _folder(folder: str) -> Path:
    return Path(folder).resolve()


def _parameters(crate: ROCrate, workflow: Entity, config: Mapping[str, Any]) -> list[Entity]:
    """Add the configuration: a parameter of the workflow a key, and the value that this run had."""
    values = []
    for key, value in _flat(config).items():
        parameter = crate.add_formal_parameter(key, "Text", identifier=f"#parameter/{key}")
        workflow.append_to("input", parameter)
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        about = {"@type": "PropertyValue", "name": key, "value": text, "exampleOfWork": parameter}
        values.append(crate.add(ContextEntity(crate, f"#value/{key}", about)))
    return values


def _flat(config: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{key}.")
        elif value is not None:
            found[f"{before}{key}"] = value
    return found


def _made(crate: ROCrate, results: Path) -> list[Entity]:
    """Add what the run made, as far as it is there."""
    made = []
    for name, what in RESULTS.items():
        path = results / name
        if path.is_dir():
            made.append(crate.add_dataset(path, name, properties={"name": what}))
        elif path.is_file() or name == "run.json":  # which is written together with this
            kind = mimetypes.guess_type(name)[0] or "text/plain"
            made.append(crate.add_file(None, name, properties={"name": what, "encodingFormat": kind}))
    return made


def _times(record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    started = [step["started"] for step in record["steps"]]
    return {
        "startTime": _iso(min(started)) if started else now.isoformat(),
        "endTime": now.isoformat(),
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _without_none(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value is not None}
