"""What the cohort's files need of a finding: a small record, read from one line of `findings/{batch}.jsonl`.

A line of a patient with many variants is large, mostly criteria that only the patient's report prints.
Columns that identify a person are no fields here, so that no file of the cohort can hold them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from als_screen.errors import AlsScreenError
from als_screen.evidence import State, Zygosity
from als_screen.models import (
    SCHEMA_VERSION,
    Classification,
    Fingerprints,
    GeneState,
    IdentityState,
    RepeatPolicyName,
    RepeatState,
    Report,
    ResourceVersion,
    Result,
    Status,
)
from als_screen.regions import Build, Gene
from als_screen.reports.json_report import IDENTIFYING, finding_line
from als_screen.reports.withhold import withheld


class _Part(BaseModel):
    """A frozen record that takes the fields it names and passes over the others."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Person(_Part):
    """The columns of the sheet that may be in the cohort's files."""

    patient: str
    batch: str | None = None
    library: str = "unknown"
    sex: str = "unknown"
    diagnosis: str = "unknown"
    family_history: str = "unknown"
    age_at_onset: int | None = None
    family: str | None = None
    research_consent: str = "unknown"


class Answer(_Part):
    """The conclusion without its sentences."""

    result: Result
    complete: bool
    not_assessed: tuple[Gene, ...]


class GeneAnswer(_Part):
    """The answer for one gene, with the reason in English."""

    state: GeneState
    reason: str


class Size(_Part):
    """One allele of the repeat."""

    repeats: int | None
    ci: tuple[int, int | None]


class Depths(_Part):
    """Mean depth beside and over the repeat, in fragments; None where it was not measured."""

    flank_depth: float | None = None
    locus_depth: float | None = None
    read_length: int | None = None


class Repeat(_Part):
    """The C9orf72 repeat; `alleles` are sorted by size."""

    state: RepeatState
    alleles: tuple[Size, ...]
    probability_expanded: float | None
    basis: str = "reads"
    policy: RepeatPolicyName
    quality: Depths


class Proposed(_Part):
    """The proposed class without its evidence."""

    proposed: Classification


class Clinvar(_Part):
    """What ClinVar says of the allele."""

    variation_id: int
    significance: str
    stars: int


class CarriedVariant(_Part):
    """One allele that a patient carries."""

    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str
    hgvs_g: str | None
    hgvs_c: str | None
    hgvs_p: str | None
    legacy: str | None
    consequence: str | None
    zygosity: Zygosity
    classification: Proposed
    clinvar: Clinvar | None
    reported: bool


class Callable(_Part):
    """Callable fraction of a gene's reportable range."""

    callable_fraction: float


class Callability(_Part):
    """Callability of the genes whose sequence variants count."""

    state: State
    basis: str
    min_depth: int
    genes: dict[Gene, Callable]


class SamePerson(_Part):
    """Whether the VCF and the reads are one person's."""

    state: IdentityState
    informative_sites: int
    concordance: float | None


class Versions(_Part):
    """What the result was made with."""

    pipeline: str
    resources: dict[str, ResourceVersion]


class CohortFinding(_Part):
    """The finding of one patient, as far as the cohort needs it; `fingerprint` is written into no file."""

    patient: Person
    status: Status
    status_reason: str | None
    genome_build: Build | None
    conclusion: Answer
    genes: dict[Gene, GeneAnswer]
    repeat: Repeat
    variants: tuple[CarriedVariant, ...]
    coverage: Callability
    identity: SamePerson
    fingerprint: Fingerprints | None = None
    provenance: Versions

    @property
    def reported(self) -> tuple[CarriedVariant, ...]:
        """The variants that the patient's report lists as findings."""
        return tuple(variant for variant in self.variants if variant.reported)

    @property
    def is_troubled(self) -> bool:
        """Whether the patient was not wholly assessed, for whatever reason."""
        different = self.identity.state is IdentityState.DIFFERENT
        return self.status is not Status.ANALYSED or not self.conclusion.complete or different


@dataclass(frozen=True, slots=True)
class Line:
    """One patient of a findings file.

    Attributes:
        finding: with the reported variants only.
        text: the line of `cohort/findings.jsonl`, identifying columns left out.
    """

    finding: CohortFinding
    text: str


def read_line(line: str) -> Line:
    """Read one line of a findings file; nothing of a person whose files are of different people is kept.

    Raises:
        ValueError: the line is no finding.
    """
    finding = CohortFinding.model_validate_json(line)
    if finding.identity.state is IdentityState.DIFFERENT:
        report = withheld(Report.model_validate_json(line))
        shown = CohortFinding.model_validate_json(report.model_dump_json())
        return Line(shown.model_copy(update={"fingerprint": finding.fingerprint}), finding_line(report))
    return Line(finding.model_copy(update={"variants": finding.reported}), _public(line))


def of_report(report: Report) -> CohortFinding:
    """Return what the cohort shows of a report."""
    return read_line(report.model_dump_json()).finding


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the patients of a findings file one by one; raise `AlsScreenError` where it is not one."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from map(read_line, file)
    except (OSError, ValueError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise AlsScreenError(f"{path}: not a file of findings ({told})") from error


def _public(line: str) -> str:
    """Return the line as `finding_line` would write it, the long rest passed as it is.

    Quotes inside a JSON text are escaped, so that a name with its quotes and colon is a field.
    """
    if line.count(_FINGERPRINT) > 1 or not line.startswith(_BEGIN):
        return finding_line(Report.model_validate_json(line))
    person, end = _value(line, len(_BEGIN))
    kept = {key: value for key, value in person.items() if key not in IDENTIFYING}
    start = line.find(_FINGERPRINT)
    after = start if start < 0 else _value(line, start + len(_FINGERPRINT))[1]
    rest = line[end:] if start < 0 else line[end:start] + line[after:]
    return f"{_BEGIN}{_compact(kept)}{rest.rstrip()}\n"


_BEGIN = f'{{"schema_version":"{SCHEMA_VERSION}","patient":'
_FINGERPRINT = ',"fingerprint":'


def _value(line: str, start: int) -> tuple[Any, int]:
    """Return the JSON value that begins at `start`, and where it ends."""
    return json.JSONDecoder().raw_decode(line, start)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
