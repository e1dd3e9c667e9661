"""What a result says, apart from the versions of what it was made with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

#: The last field of a line of findings, and the last of that: versions and settings, then names of files.
_PROVENANCE, _INPUTS = b'"provenance":{', b'"inputs":{'
#: Releases of ClinVar records, and the number of known alleles that are absent, which counts the knowledge.
_RELEASE = re.compile(rb'"stars":\d+,"release":"([^"\\]*)"')
_ABSENT = re.compile(rb'"recheck_absent":(\d+)')


@dataclass(frozen=True, slots=True)
class Parts:
    """What a line of findings says, and what it was made with, to be compared with another line's.

    Both come from one writer, so equal content is equal bytes. Lines of other writers may differ although
    their content does not; they are then compared field by field.

    Attributes:
        essence: SHA-256 of all but provenance, releases of records, and the number of known alleles.
        made_with: versions and settings.
        genotyped: there is a fingerprint that holds a site.
    """

    essence: str
    made_with: bytes
    genotyped: bool


def parts(line: bytes, essence: str = "") -> Parts:
    """Return the parts of a line of findings; `essence`: where it is known already."""
    end = line.rfind(_PROVENANCE)
    if end < 0:
        return Parts(essence or sha256(line).hexdigest(), b"", genotyped=False)
    made_with = line[end + len(_PROVENANCE) :].partition(_INPUTS)[0]
    fingerprint = line.rfind(b'"fingerprint":{', 0, end)
    genotyped = fingerprint >= 0 and line.find(b'"genotypes":{"', fingerprint, end) >= 0
    return Parts(essence or _essence(line, end), made_with, genotyped)


def _essence(line: bytes, end: int) -> str:
    """Return the hash of a line up to `end`, without copying it: most of a reanalysis is this."""
    digest, start, view = sha256(), 0, memoryview(line)
    absent = line.rfind(b'"recheck_absent":', 0, end)
    counted = [found] if absent >= 0 and (found := _ABSENT.match(line, absent)) else []
    for found in (*_RELEASE.finditer(line, 0, end), *counted):
        digest.update(view[start : found.start(1)])
        start = found.end(1)
    digest.update(view[start:end])
    return digest.hexdigest()


def provenance_of(line: bytes) -> bytes:
    """Return the JSON of the provenance in a line of findings; `{}` where there is none."""
    _, found, rest = line.rpartition(_PROVENANCE)
    return b"{" + rest.rstrip()[:-1] if found else b"{}"
