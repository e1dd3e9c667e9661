"""What a result says, apart from the versions of what it was made with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from als_screen.models import Report

#: The last field of a line of findings, and the last of that: versions and settings, then names of files.
_PROVENANCE, _INPUTS = b'"provenance":{', b'"inputs":{'
#: Releases of ClinVar records, and the number of known alleles that are absent, which counts the knowledge.
_RELEASE = re.compile(rb'("stars":\d+,"release":)"[^"\\]*"')
_ABSENT = re.compile(rb'"recheck_absent":\d+')


@dataclass(frozen=True, slots=True)
class Parts:
    """A line of findings in two parts, as bytes to compare.

    Both come from one writer, so equal content is equal bytes. Lines of other writers may differ although
    their content does not; they are then compared field by field.

    Attributes:
        essence: all but provenance, releases of records, and the number of known alleles.
        made_with: versions and settings.
    """

    essence: bytes
    made_with: bytes


def parts(line: bytes) -> Parts:
    """Return the two parts of a line of findings."""
    body, found, rest = line.rpartition(_PROVENANCE)
    if not found:
        return Parts(line, b"")
    said = _ABSENT.sub(b'"recheck_absent":0', _RELEASE.sub(rb'\1""', body))
    return Parts(said, rest.partition(_INPUTS)[0])


def essence_of(report: Report) -> bytes:
    """Return the essence of a result."""
    return parts(report.model_dump_json().encode()).essence
