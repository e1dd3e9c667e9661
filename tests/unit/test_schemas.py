from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import jsonschema
import pytest
import yaml

from als_screen.config import DEFAULT_CONFIG, Settings
from als_screen.patient import ID_PATTERN
from als_screen.samples import CHOICES, COLUMNS, PERSONAL
from als_screen.schemas import MEANINGS, as_text, config_schema, sheet_schema, write_schemas

CHECKOUT = DEFAULT_CONFIG.parents[1]
README = (CHECKOUT / "config" / "README.md").read_text(encoding="utf-8")
Rows = dict[str, list[str]]


def rows_below(heading: str) -> Rows:
    """Return the cells of the table rows of a section of the README, by key."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", section, flags=re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a row is there twice"
    return {key: re.split(r" \| ", cells) for key, cells in rows}


def settings_keys(model: Any = Settings, prefix: str = "") -> dict[str, Any]:
    """Return every dotted key of the configuration with its field."""
    keys: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            keys |= settings_keys(field.annotation, f"{prefix}{name}.")
        else:
            keys[prefix + name] = field
    return keys


@pytest.mark.parametrize("name", ["config", "samples"])
def test_the_schemas_in_the_repository_are_current(tmp_path: Path, name: str) -> None:
    write_schemas(tmp_path)
    kept = CHECKOUT / "workflow" / "schemas" / f"{name}.schema.json"
    written = (tmp_path / kept.name).read_text(encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == written, "run `python -m als_screen.schemas workflow/schemas`"


def test_the_schemas_are_schemas_and_closed() -> None:
    for schema in (config_schema(), sheet_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        assert json.loads(as_text(schema)) == schema
    assert all(part["additionalProperties"] is False for part in config_schema()["$defs"].values())


def test_the_shipped_configuration_fits_its_schema() -> None:
    shipped = yaml.safe_load(DEFAULT_CONFIG.read_text(encoding="utf-8"))
    jsonschema.validate(shipped, config_schema())
    with pytest.raises(jsonschema.ValidationError, match="unexpected"):
        jsonschema.validate({**shipped, "colour": 1}, config_schema())


@pytest.mark.parametrize(
    ("row", "fits", "why"),
    [
        ({"patient": "P1", "vcf": "a.vcf"}, True, "the least"),
        ({"patient": "P1", "reads": "a.bam", "age_at_onset": "120"}, True, "an age"),
        ({"patient": "P1", "reads": "a.bam", "age_at_onset": "057"}, True, "as the reader takes it"),
        ({"patient": "P1", "reads": "a.bam", "age_at_onset": "121"}, False, "too old"),
        ({"patient": "P1"}, False, "no file"),
        ({"vcf": "a.vcf"}, False, "no id"),
        ({"patient": "../P1", "vcf": "a.vcf"}, False, "a way out of the folder"),
        ({"patient": "P1", "vcf": "a.vcf", "sex": "F"}, False, "no value of sex"),
        ({"patient": "P1", "vcf": "a.vcf", "colour": "red"}, False, "an unknown column"),
    ],
)
def test_rows_and_the_schema_of_the_sheet(row: dict[str, str], fits: bool, why: str) -> None:
    assert jsonschema.Draft202012Validator(sheet_schema()).is_valid(row) is fits, why


def test_every_column_has_a_meaning() -> None:
    assert tuple(MEANINGS) == COLUMNS


# ------------------------------------------------------------------------------------ config/README.md


def test_the_readme_has_every_key_and_no_other() -> None:
    assert list(rows_below("Configuration keys")) == list(settings_keys())


@pytest.mark.parametrize(("key", "field"), settings_keys().items())
def test_the_readme_says_default_values_and_meaning_of_a_key(key: str, field: Any) -> None:
    default, values, meaning = rows_below("Configuration keys")[key]
    assert meaning == field.description
    if field.is_required():
        return
    assert default == f"`{json.dumps(field.default).strip(chr(34))}`"
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    if field.annotation is bool:
        assert values == "`true`, `false`"
    elif choices:
        assert values == ", ".join(f"`{choice}`" for choice in choices)
    for limit in field.metadata:
        bound = getattr(limit, "ge", getattr(limit, "le", None))
        assert bound is None or str(bound) in values.replace(",", "").split(" ")


def test_the_readme_has_every_column_with_its_values() -> None:
    rows = rows_below("Columns of the sample sheet")
    assert tuple(rows) == COLUMNS
    assert {column: cells[2] for column, cells in rows.items()} == MEANINGS
    for column, values in CHOICES.items():
        assert rows[column][1] == ", ".join(f"`{value}`" for value in values)
    for column in ("patient", "batch"):
        assert rows[column][1] == f"`{ID_PATTERN.pattern}`"
    needed = {column: cells[0] for column, cells in rows.items() if cells[0] != "optional"}
    assert needed == {"patient": "required", "vcf": "this or `reads`", "reads": "this or `vcf`"}
    personal = README.partition("printed on the clinical report only")[2]
    assert [column for column in COLUMNS if f"| `{column}` |" in personal] == list(PERSONAL)
