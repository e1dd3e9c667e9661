"""Results of any earlier `schema_version`, lifted to the one of this software, one version at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from als_screen.errors import InputError, Problem
from als_screen.files import parse_json
from als_screen.models import SCHEMA_VERSION, Report

Upgrader = Callable[[dict[str, Any]], dict[str, Any]]

#: From each earlier version to the next one, which the function writes into `schema_version`. A version that
#: only added optional fields needs none: the fields' defaults are what the older software meant.
UPGRADERS: Mapping[str, Upgrader] = {}

#: How this software begins a line of findings.
_CURRENT = re.compile(rb'\{"schema_version":"' + re.escape(SCHEMA_VERSION).encode() + rb'","patient":\{')


def is_current(line: bytes) -> bool:
    """Tell whether this version of results wrote a line of findings."""
    return _CURRENT.match(line) is not None


def load_report(line: bytes, where: str, upgraders: Mapping[str, Upgrader] = UPGRADERS) -> Report:
    """Return a line of findings, of this or any earlier version; `where` is named in errors.

    Raises:
        InputError: the version is newer than this software or unknown, or the line is no result.
    """
    try:
        if is_current(line):
            return Report.model_validate_json(line)  # a sixth of the time of the other way
        return Report.model_validate(_current(line, where, upgraders))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        said = f"not a result of schema_version {SCHEMA_VERSION} as this software writes it"
        action = "read it with the als-screen that wrote it, or a newer one"
        raise _refused(where, f"{said} ({place}: {first['msg']})", action) from error


def _current(line: bytes, where: str, upgraders: Mapping[str, Upgrader]) -> dict[str, Any]:
    """Return the object of a line in the current version."""
    try:
        data = parse_json(line)
    except ValueError as error:
        raise _refused(where, f"not JSON ({error})", "the file is damaged, copy it again") from error
    version: Any = data.get("schema_version") if isinstance(data, dict) else None
    while version != SCHEMA_VERSION:
        if version not in upgraders:
            said = f"schema_version {version!r} is not known to this als-screen"
            action = "install the als-screen that wrote it, or a newer one"
            raise _refused(where, f"{said}, which reads up to {SCHEMA_VERSION}", action)
        data = upgraders[version](data)
        version = data["schema_version"]
    return dict(data)


def _refused(where: str, expected: str, action: str) -> InputError:
    return InputError([Problem("", where, expected, action)])
