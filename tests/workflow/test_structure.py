"""Rule, script and package area have one name, and the fixed top level is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from als_screen.stages import STAGE_VERSIONS

ROOT = Path(__file__).resolve().parents[2]
RULES = {
    name: text
    for path in sorted((ROOT / "workflow" / "rules").glob("*.smk"))
    for name, text in re.findall(
        r"^rule (\w+):\n(.*?)(?=^rule |\Z)", path.read_text(), re.MULTILINE | re.DOTALL
    )
}


def test_top_level_is_there() -> None:
    for name in ("Snakefile", "workflow", "scripts", "config", "resources/genes.bed", "tests"):
        assert (ROOT / name).exists(), name


def test_every_rule_has_its_script_and_every_script_its_rule() -> None:
    assert {path.stem for path in (ROOT / "scripts").glob("*.py")} == set(RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_rule_is_short_quoted_and_documented(name: str) -> None:
    text = RULES[name]
    assert text.lstrip().startswith('"""'), "a rule begins with a docstring"
    body = [line for line in text.splitlines() if line.strip()]
    assert len(body) <= 26, f"{len(body)} lines"
    shell = text[text.index("shell:") :]
    assert shell.split('"')[1].startswith("{params.command:q} ")
    assert f'command=command("{name}"),' in text
    assert [field for field in re.findall(r"\{([^}]+)\}", shell) if not field.endswith(":q")] == []


@pytest.mark.parametrize("name", sorted(STAGE_VERSIONS))
def test_stage_version_is_a_parameter_of_its_rule(name: str) -> None:
    assert f'stage=STAGE_VERSIONS["{name}"]' in RULES[name]


def test_scripts_are_thin() -> None:
    for path in (ROOT / "scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 40, path.name


def test_snakefile_is_a_map() -> None:
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 50
