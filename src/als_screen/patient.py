"""One row of the sample sheet, checked. `samples.py` reads it; every step gets these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def known_id(cell: str | None) -> str:
    """Return a cell that can be a patient's id, else "": a person's name may have slipped there."""
    return cell if cell and ID_PATTERN.fullmatch(cell) else ""


class LibraryKind(StrEnum):
    """How the sequencing library was made."""

    PCR_FREE = "pcr_free"
    PCR = "pcr"
    EXOME = "exome"
    PANEL = "panel"
    HIFI = "hifi"
    ONT = "ont"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient: the files (absolute paths) and what the sheet says of the person.

    The last group is printed on the clinical report only; never in logs, file names or cohort exports.
    """

    patient: str
    vcf: tuple[Path, ...] = ()
    vcf_sample: str | None = None
    callable: Path | None = None
    reads: Path | None = None
    reads_sample: str | None = None
    library: LibraryKind = LibraryKind.UNKNOWN
    batch: str | None = None
    sex: str = "unknown"
    diagnosis: str = "unknown"
    family_history: str = "unknown"
    age_at_onset: int | None = None
    family: str | None = None
    research_consent: str = "unknown"
    language: str | None = None
    name: str | None = None
    specimen: str | None = None
    birth_date: str | None = None
    collected: str | None = None
    received: str | None = None
    requester: str | None = None
    indication: str | None = None
