"""The clinic's own file: laboratory, signatories and texts, read and checked before a run starts.

The logo is a file beside it, inlined here, so that a report never has to fetch one.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pydantic import ValidationError

from als_screen.config import read_yaml
from als_screen.errors import InputError, Problem
from als_screen.files import checksum, why_not_there
from als_screen.reports.settings import Clinic

#: Largest logo, in bytes: it is in every report.
MAX_LOGO = 200_000
_STARTS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_ACTIVE = re.compile(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|@import|url\((?!\s*['\"]?#)", re.IGNORECASE)


def load_clinic(path: Path | None) -> Clinic:
    """Return what the clinic configured, the defaults where it configured nothing.

    Raises:
        InputError: with everything that is wrong with the file and its logo.
    """
    if path is None:
        return Clinic()
    given = read_yaml(path)
    problems = []
    if logo := _logo_path(given, path):
        found = _inlined(logo)
        if isinstance(found, Problem):
            problems.append(found)
        laboratory = {**given["laboratory"], "logo": found if isinstance(found, str) else None}
        given = {**given, "laboratory": laboratory}
    try:
        clinic = Clinic.model_validate(given)
    except ValidationError as error:
        problems += [
            Problem("", f"{path}: {'.'.join(map(str, item['loc']))}", item["msg"], "see config/README.md")
            for item in error.errors()
        ]
    if problems:
        raise InputError(problems)
    return clinic


def clinic_key(path: Path | None) -> list[str]:
    """Return the checksums of the clinic's file and its logo: what reports depend on."""
    if path is None:
        return []
    logo = _logo_path(read_yaml(path), path)
    return [checksum(file) for file in (path, logo) if file]


def _logo_path(given: dict[str, Any], path: Path) -> Path | None:
    """Return where the logo is; relative to the clinic's file."""
    laboratory = given.get("laboratory")
    logo = laboratory.get("logo") if isinstance(laboratory, dict) else None
    return path.parent / logo if isinstance(logo, str) and logo else None


def _inlined(path: Path) -> str | Problem:
    """Return an image as `data:` URI; its type is what its bytes say, not its name."""
    why = why_not_there(path) or ("" if path.is_file() else "is not a regular file")
    if why:
        return Problem("", str(path), f"the logo {why}", "correct laboratory.logo in the clinic's file")
    size = path.stat().st_size
    if size > MAX_LOGO:
        expected = f"the logo has {size:,} bytes, at most {MAX_LOGO:,} are allowed"
        return Problem("", str(path), expected, "make it smaller: it is in every report")
    data = path.read_bytes()
    kind = next((kind for start, kind in _STARTS.items() if data.startswith(start)), "")
    kind = kind or ("svg+xml" if _is_still_svg(data) else "")
    if not kind:
        expected = "the logo is no PNG, JPEG or self-contained SVG without scripts"
        return Problem("", str(path), expected, "save it as PNG")
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _is_still_svg(data: bytes) -> bool:
    """Tell whether it is an SVG without scripts, entities and references to anything outside."""
    text = data.decode("utf-8", errors="replace")
    if _ACTIVE.search(text):
        return False
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no DOCTYPE, so no entities
    except (ElementTree.ParseError, ValueError):
        return False
    return root.tag == "{http://www.w3.org/2000/svg}svg" and all(map(_is_still, root.iter()))


def _is_still(element: ElementTree.Element) -> bool:
    name = str(element.tag).rpartition("}")[2].lower()
    names = {key.rpartition("}")[2].lower(): value for key, value in element.attrib.items()}
    active = name in {"script", "foreignobject", "image", "iframe", "use", "a"}
    return not (active or any(key.startswith("on") for key in names) or "href" in names)
