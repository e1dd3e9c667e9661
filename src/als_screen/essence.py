"""What a result says, apart from the versions of what it was made with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

#: The last field of a line of findings, and the last of that: versions and settings, then names of files.
_PROVENANCE, _INPUTS = b'"provenance":{', b'"inputs":{'
#: Releases of ClinVar records.
_RELEASE = re.compile(rb'"stars":\d+,"release":"([^"\\]*)"')
#: Known alleles that are not absent, and the number of those that are.
_LISTED, _ABSENT = b'"recheck":[', re.compile(rb'"recheck_absent":(\d+)')
_STATE, _NOT_COVERED = b'"state"', b'"state":"not_covered"'


@dataclass(frozen=True, slots=True)
class Parts:
    """What a line of findings says, and what it was made with, to be compared with another line's.

    Both come from one writer, so equal content is equal bytes. Lines of other writers may differ although
    their content does not; they are then compared field by field.

    Attributes:
        essence: SHA-256 of all but provenance, releases of records, how many known alleles are absent, and,
            where none of some could be looked for, which these are: they tell of the knowledge.
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
    releases = [found.span(1) for found in _RELEASE.finditer(line, 0, end)]
    for first, after in sorted([*releases, *_known(line, end)]):
        digest.update(view[start:first])
        start = after
    digest.update(view[start:end])
    return digest.hexdigest()


def _known(line: bytes, end: int) -> Iterator[tuple[int, int]]:
    """Yield where a line tells of the known alleles rather than of the patient."""
    counted = _ABSENT.match(line, max(0, line.rfind(b'"recheck_absent":', 0, end)))
    if counted is None:
        return
    yield counted.span(1)
    start = line.rfind(_LISTED, 0, counted.start()) + len(_LISTED)
    listed = line[start : counted.start()]
    if counted[1] == b"0" and 0 < listed.count(_STATE) == listed.count(_NOT_COVERED):
        yield start, counted.start()


def provenance_of(line: bytes) -> bytes:
    """Return the JSON of the provenance in a line of findings; `{}` where there is none."""
    _, found, rest = line.rpartition(_PROVENANCE)
    return b"{" + rest.rstrip()[:-1] if found else b"{}"
