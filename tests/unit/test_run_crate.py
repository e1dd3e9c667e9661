"""The structure that the profiles of Workflow Run RO-Crate ask for, read as plain JSON-LD."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rocrate.rocrate import ROCrate

from als_screen.run_crate import NAME, write_crate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Entity = dict[str, Any]


def record(folder: Path) -> dict[str, Any]:
    file = {"path": str(folder / "a b.bam"), "bytes": 5, "modified": 1_700_000_000}
    return {
        "pipeline": {"name": "als-screen", "version": "9.8", "commit": "f" * 40, "modified": False},
        "packages": {"snakemake": "9.27.1"},
        "patients": 2,
        "batches": {"u.0001": 2},
        "config": {"samples": "/data/s.tsv", "report": {"pdf": False, "clinic": None}, "studies": []},
        "inputs": [{"patient": "P1", **file}, {"patient": "P2", **file}, {"patient": "P2", **GONE}],
        "steps": [{"started": 1_700_000_000}, {"started": 1_699_999_999}],
    }


GONE = {"path": "gone.vcf", "bytes": None, "modified": None}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "Snakefile").write_text("rule all:\n")
    folder = tmp_path / "results"
    for name in ("cohort/cohort.tsv", "findings/u.0001.jsonl", "run.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    write_crate(folder, tmp_path / "checkout", record(tmp_path), NOW)
    return folder


@pytest.fixture
def graph(results: Path) -> dict[str, Entity]:
    found = json.loads((results / NAME).read_text())
    assert found["@context"] == "https://w3id.org/ro/crate/1.1/context"
    return {entity["@id"]: entity for entity in found["@graph"]}


def ids(entity: Entity, key: str) -> list[str]:
    found = entity[key]
    return [one["@id"] for one in (found if isinstance(found, list) else [found])]


def test_the_descriptor_points_at_the_root(graph: dict[str, Entity]) -> None:
    descriptor = graph[NAME]
    assert ids(descriptor, "about") == ["./"]
    assert set(ids(descriptor, "conformsTo")) == {
        "https://w3id.org/ro/crate/1.1",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    }


def test_the_root_says_what_it_is_and_follows_the_profiles(graph: dict[str, Entity]) -> None:
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))
    profiles = ids(root, "conformsTo")
    assert profiles == [
        "https://w3id.org/ro/wfrun/process/0.5",
        "https://w3id.org/ro/wfrun/workflow/0.5",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    ]
    for profile in profiles:
        assert graph[profile]["@type"] == "CreativeWork"
        assert profile.endswith(f"/{graph[profile]['version']}")
    assert ids(root, "mentions") == ["#run"]


def test_the_workflow_is_the_main_entity_and_there(graph: dict[str, Entity], results: Path) -> None:
    (main,) = ids(graph["./"], "mainEntity")
    workflow = graph[main]
    assert set(workflow["@type"]) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert (results / main).read_text() == "rule all:\n"
    assert (workflow["version"], workflow["identifier"]) == ("9.8", "f" * 40)
    language = graph[ids(workflow, "programmingLanguage")[0]]
    assert (language["@type"], language["name"]) == ("ComputerLanguage", "Snakemake")
    parameters = ids(workflow, "input")
    assert parameters == ["#parameter/samples", "#parameter/report.pdf", "#parameter/studies"]
    assert {graph[name]["@type"] for name in parameters} == {"FormalParameter"}


def test_the_action_says_what_was_made_of_what(graph: dict[str, Entity], tmp_path: Path) -> None:
    action = graph["#run"]
    assert action["@type"] == "CreateAction"
    assert ids(action, "instrument") == ids(graph["./"], "mainEntity")
    assert (action["startTime"], action["endTime"]) == (
        "2023-11-14T22:13:19+00:00",
        "2026-06-01T12:00:00+00:00",
    )
    objects = [graph[name] for name in ids(action, "object")]
    files = [one for one in objects if one["@type"] == "File"]
    assert [one["name"] for one in files] == ["a b.bam", "gone.vcf"], "a file that two patients share is one"
    assert files[0]["@id"] == (tmp_path / "a b.bam").as_uri()
    assert (files[0]["contentSize"], files[0]["dateModified"]) == ("5", "2023-11-14T22:13:20+00:00")
    values = [one for one in objects if one["@type"] == "PropertyValue"]
    assert {one["name"]: one["value"] for one in values} == {
        "samples": "/data/s.tsv", "report.pdf": "false", "studies": "[]",
    }  # fmt: skip
    assert all(ids(one, "exampleOfWork") == [f"#parameter/{one['name']}"] for one in values)
    assert ids(action, "result") == ["cohort/cohort.tsv", "run.json", "findings/"]


def test_every_reference_has_its_entity_and_every_file_is_a_part(graph: dict[str, Entity]) -> None:
    outside = (
        "https://w3id.org/ro/crate/",
        "https://bioschemas.org/",
        "https://snakemake",
        "https://doi.org/",
    )

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            return [value["@id"]] if set(value) == {"@id"} else []
        return [name for one in value for name in references(one)] if isinstance(value, list) else []

    named = {name for entity in graph.values() for value in entity.values() for name in references(value)}
    unknown = {name for name in named - graph.keys() if not name.startswith(outside)}
    assert unknown - set(ids(graph[NAME], "conformsTo")) == set()
    parts = ids(graph["./"], "hasPart")
    assert len(parts) == len(set(parts))
    data = {name for name, one in graph.items() if {"File", "Dataset"} & set(_types(one))}
    assert set(parts) == data - {"./"}


def _types(entity: Entity) -> list[str]:
    found = entity["@type"]
    return found if isinstance(found, list) else [found]


def test_the_library_reads_it_back(results: Path) -> None:
    crate = ROCrate(results)
    assert crate.mainEntity["name"] == "als-screen"
    assert [action["name"] for action in crate.get_by_type("CreateAction")] == ["Run of als-screen 9.8"]
