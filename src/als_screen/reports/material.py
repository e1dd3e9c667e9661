"""What a patient's report is made of, as it lies in files: read only where the report is rendered.

A hash of it tells that nothing has changed but releases of knowledge, without reading the finding: most of a
reanalysis is patients for whom nothing has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from als_screen.errors import AlsScreenError
from als_screen.essence import parts, provenance_of
from als_screen.files import lines_by_patient
from als_screen.models import Provenance, Report, ResourceVersion
from als_screen.read_views import RepeatReads, VariantReads
from als_screen.reanalysis.archive import knowledge_of
from als_screen.regions import Build
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.unchanged import unversioned

_BUILD = re.compile(rb'"genome_build":(?:"([^"]+)"|null)')


@dataclass(frozen=True)
class Material:
    """The finding of a patient and the reads that pictures show, one line of a file each; b"" for none."""

    finding: bytes
    repeat: bytes = b""
    variants: bytes = b""

    @classmethod
    def of(cls, report: Report, shown: ReadsShown | None = None) -> Material:
        """Return the material of a report that is in memory."""
        reads = (shown.repeat, shown.variants) if shown else ()
        return cls(*(one.model_dump_json().encode() if one else b"" for one in (report, *reads)))

    @cached_property
    def report(self) -> Report:
        """The finding; `AlsScreenError` where the line is none."""
        try:
            return Report.model_validate_json(self.finding)
        except ValueError as error:
            raise AlsScreenError(f"not a finding: {error}") from error

    @cached_property
    def shown(self) -> ReadsShown:
        """The reads to draw; `AlsScreenError` where a line is no record of them."""
        try:
            return ReadsShown(
                RepeatReads.model_validate_json(self.repeat) if self.repeat else None,
                VariantReads.model_validate_json(self.variants) if self.variants else None,
            )
        except ValueError as error:
            raise AlsScreenError(f"not the reads of a picture: {error}") from error

    @cached_property
    def provenance(self) -> Provenance:
        """What the finding was made with."""
        return Provenance.model_validate_json(provenance_of(self.finding))

    @property
    def build(self) -> Build | None:
        """The genome build, which stands at the beginning of a finding."""
        found = _BUILD.search(self.finding)
        return Build(found[1].decode()) if found and found[1] else None

    @property
    def knowledge(self) -> dict[str, ResourceVersion]:
        """The knowledge tables that the finding was made with."""
        return knowledge_of(self.provenance.resources)

    def digest(self) -> str:
        """Return a hash of all of it, releases of knowledge left out."""
        made_with = unversioned(self.provenance).model_dump_json()
        digest = sha256(f"{parts(self.finding).essence} {made_with}".encode())
        for reads in (self.repeat, self.variants):
            digest.update(sha256(reads).digest())
        return digest.hexdigest()


def read_material(findings: Path, repeat: Path, variants: Path) -> dict[str, Material]:
    """Return the material of a batch by patient; raise `AlsScreenError` where a line is nobody's."""
    files: list[Mapping[str, bytes]] = [lines_by_patient(path) for path in (findings, repeat, variants)]
    return {patient: Material(*(lines.get(patient, b"") for lines in files)) for patient in files[0]}
