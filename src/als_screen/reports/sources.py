"""A hash of what renders a patient's report: a changed word or template makes every report anew."""

from __future__ import annotations

import hashlib
from functools import cache

from als_screen.reports.catalogue import PACKAGE
from als_screen.resources import DEFAULT_RESOURCES

_KINDS = {".py", ".j2", ".css", ".po"}


@cache
def printed_by() -> str:
    """Return a hash of the code, templates, catalogues and transcripts, once per process."""
    files = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in _KINDS]
    digest = hashlib.sha256((DEFAULT_RESOURCES / "transcripts.json").read_bytes())
    for path in files:
        name = path.relative_to(PACKAGE)
        if not any(part.startswith("cohort") for part in name.parts):
            digest.update(name.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
