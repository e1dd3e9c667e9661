"""What the results of a batch rest on, kept beside its findings as `{batch}.basis.json`.

A hash of each thing, so that a later run can tell whether a result still holds; `reuse.py` asks that, and
`ground.py` says what is hashed. Also the essence of each result, which whoever compares results then need not
find out again.
"""

from __future__ import annotations

from operator import not_
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from als_screen.evidence import Record
from als_screen.regions import Build, Gene

if TYPE_CHECKING:
    from als_screen.interpretation.annotate import Asked


class Answered(Record):
    """What was said of one left-aligned allele, as hashes without the release of ClinVar.

    Attributes:
        told: of what the tables have under this allele; where that and `Basis.background` are as they were,
            so is `answer`.
        answer: of all that a result takes from its description.
    """

    build: Build
    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str
    told: str
    answer: str

    @property
    def asked(self) -> Asked:
        """Return the allele as it is asked for."""
        return self.build, self.gene, (self.chrom, self.pos, self.ref, self.alt)

    @property
    def background(self) -> str:
        """Return the key of `Basis.background`."""
        return where(self.build, self.gene)


class PatientBasis(Record):
    """What a patient's result rests on.

    Attributes:
        inputs: hash of row, evidence and confirmations.
        line: SHA-256 of the line of findings.
        essence: of the line, see `essence.Parts`; "" where it was not kept.
        asked: places in `Basis.alleles`.
        matches: the data match a file of a patient of the batch whose files are of different persons.
        fault: a bug ended the interpretation; tried again at the next start.
    """

    patient: str
    inputs: str
    line: str
    asked: tuple[int, ...]
    matches: bool
    fault: bool = Field(False, exclude_if=not_)
    essence: str = ""

    def essence_of(self, digest: str) -> str:
        """Return the essence where the line has this SHA-256, else "": somebody has changed the line."""
        return self.essence if self.line == digest else ""


class Basis(Record):
    """`{batch}.basis.json`.

    Attributes:
        fixed: hash of what all results rest on besides the answers and the known alleles.
        known: hash of the alleles that are known to be pathogenic, which the reads are asked for.
        background: by build and gene (`where`), hash of what answers about alleles there rest on besides what
            tables have under the allele itself.
    """

    schema_version: str = "1.0"
    fixed: str
    known: str
    background: dict[str, str]
    alleles: tuple[Answered, ...]
    patients: tuple[PatientBasis, ...]


def where(build: Build, gene: Gene) -> str:
    """Return the key of `Basis.background`."""
    return f"{build} {gene}"


def basis_beside(findings: Path) -> Path:
    """Return where the basis of a file of findings is."""
    return findings.with_suffix(".basis.json")


def bases_of(findings: Path) -> dict[str, PatientBasis]:
    """Return what each result of a file of findings rests on; none where that was not kept, or is damaged."""
    try:
        found = Basis.model_validate_json(basis_beside(findings).read_bytes())
    except (OSError, ValueError):
        return {}
    return {one.patient: one for one in found.patients}
