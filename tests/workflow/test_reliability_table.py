"""`docs/reliability.md`: its rows name tests that exist; dependencies and bill of materials are complete."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").partition("## Measured")[0]
ROWS = re.findall(r"^\| (?!fault )(.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
DEPENDENCIES = re.findall(r"^\| (?!package )([\w.-]+) \| [^|]+ \|$", TEXT, re.MULTILINE)


def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_is_seen() -> None:
    heads = len(re.findall(r"^\| (?:fault|package) ", TEXT, re.MULTILINE))
    assert len(ROWS) + len(DEPENDENCIES) + heads == len(re.findall(r"^\| ", TEXT, re.MULTILINE))
    assert len(ROWS) > 40


@pytest.mark.parametrize("named", [named for _, _, named in ROWS])
def test_a_row_names_its_tests(named: str) -> None:
    tests = re.findall(r"`([^`]+)`", named)
    assert tests
    for test in tests:
        path, name = test.split("::")
        assert name in functions(path), test


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [re.split(r"[<>=~!\[ ]", one)[0] for one in project["dependencies"]] == DEPENDENCIES


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_checksums_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[a-z0-9])", text[re.search(r"^[a-z0-9]", text, re.MULTILINE).start() :])  # type: ignore[union-attr]
    assert [one for one in packages if not re.match(r"[\w.-]+==\S+ \\\n    --hash=sha256:", one)] == []
    assert "://" not in text


def test_the_bill_of_materials_holds_every_locked_package(tmp_path: Path) -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "cyclonedx-py requirements requirements.lock --pyproject pyproject.toml" in recipe
    bill = tmp_path / "bill.json"
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.lock"]
    command += ["--pyproject", "pyproject.toml", "--output-reproducible", "--output-file", str(bill)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    listed = {(one["name"], one["version"]) for one in json.loads(bill.read_text())["components"]}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert listed == set(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))
