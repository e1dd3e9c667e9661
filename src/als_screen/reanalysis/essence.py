"""What a result says, apart from the versions of what it was made with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

#: The last field of a line of findings, and the last of that: versions and settings, then names of files.
_PROVENANCE, _INPUTS = b'"provenance":{', b'"inputs":{'
#: Releases of ClinVar records, and the number of known alleles that are absent, which counts the knowledge.
_RELEASE = re.compile(rb'("stars":\d+,"release":)"[^"\\]*"')
_ABSENT = re.compile(rb'"recheck_absent":\d+')


@dataclass(frozen=True, slots=True)
class Parts:
    """What a line of findings says, and what it was made with, to be compared with another line's.

    Both come from one writer, so equal content is equal bytes. Lines of other writers may differ although
    their content does not; they are then compared field by field.

    Attributes:
        essence: SHA-256 of all but provenance, releases of records, and the number of known alleles.
        made_with: versions and settings.
        genotyped: there is a fingerprint.
    """

    essence: str
    made_with: bytes
    genotyped: bool


def parts(line: bytes) -> Parts:
    """Return the parts of a line of findings."""
    body, found, rest = line.rpartition(_PROVENANCE)
    if not found:
        return Parts(sha256(line).hexdigest(), b"", genotyped=False)
    said = _ABSENT.sub(b'"recheck_absent":0', _RELEASE.sub(rb'\1""', body))
    return Parts(sha256(said).hexdigest(), rest.partition(_INPUTS)[0], b'"fingerprint":{' in said)
