"""`environment.yml` and the container recipes name what the lock file and the setup of a checkout name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCK = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
#: Names that conda gives otherwise.
CONDA_NAMES = {"snakemake": "snakemake-minimal"}
CONTAINERS = [ROOT / "containers" / "Dockerfile", ROOT / "containers" / "apptainer.def"]
#: What conda installs besides: Python itself, and what `.ci/system-packages` installs on Debian.
SYSTEM = {"python", "pip", "setuptools", "pango", "fonts-conda-forge"}


def conda() -> dict[str, str]:
    rows = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    return {name: version for name, _, version in (row.partition(" ") for row in rows)}


def test_conda_installs_every_dependency_at_the_locked_version() -> None:
    wanted = {name.lower(): LOCK[name.lower().replace(".", "-")] for name in PROJECT["dependencies"]}
    found = {name: version for name, version in conda().items() if name not in SYSTEM}
    assert found == {CONDA_NAMES.get(name, name): f"=={version}" for name, version in wanted.items()}


def test_the_python_of_conda_is_one_that_the_project_supports() -> None:
    assert conda()["python"] == "==3.11.*"
    assert PROJECT["requires-python"] == ">=3.11"


@pytest.mark.parametrize("recipe", CONTAINERS, ids=lambda path: path.name)
def test_a_container_installs_what_a_checkout_does(recipe: Path) -> None:
    text = recipe.read_text()
    assert re.search(r"python:3\.11-slim-bookworm$", text, re.MULTILINE)
    needed = re.findall(r"\|\| need (\S+)", (ROOT / ".ci" / "system-packages").read_text())
    packages = [name for name in needed if name != "python3-venv"]  # which the image has
    assert len(packages) >= 4
    assert [name for name in packages if name not in text] == []
    assert "--require-hashes -r requirements.lock" in text
    assert "--no-deps --editable ." in text


def test_what_was_not_built_says_so() -> None:
    for path in [*CONTAINERS, ROOT / "environment.yml"]:
        assert "Not built here" in path.read_text(), path
