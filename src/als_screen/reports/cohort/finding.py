"""What the cohort's files need of a finding: a small record, read from one line of `findings/{batch}.jsonl`.

A line of a patient with many variants is large, mostly criteria that only the patient's report prints.
Columns that identify a person are no fields here, so that no file of the cohort can hold them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from als_screen.errors import AlsScreenError
from als_screen.evidence import State, Zygosity
from als_screen.files import lines_of
from als_screen.models import SCHEMA_VERSION, Fingerprints, RepeatPolicyName, Report, ResourceVersion
from als_screen.regions import Build, Gene
from als_screen.reports.json_report import IDENTIFYING, finding_line
from als_screen.reports.withhold import withheld
from als_screen.states import (
    Classification,
    ContaminationState,
    GeneState,
    IdentityState,
    RepeatState,
    Result,
    SexState,
    Status,
)


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


class Population(_Part):
    """How frequent the allele is in a population database."""

    af: float


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
    frequency: Population | None = None
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


class Sex(_Part):
    """The sex in the sheet beside the reads; `shown` is "" where the reads leave it open."""

    state: SexState = SexState.NOT_ASSESSED
    shown: str = ""
    x_ratio: float | None = None
    y_ratio: float | None = None
    reason: str = ""


class SecondPerson(_Part):
    """Whether a second person's reads are mixed in, and which share; None unless detected."""

    state: ContaminationState = ContaminationState.NOT_ASSESSED
    share: float | None = None
    sites: int = 0
    log10_lr: float | None = None
    reason: str = ""


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
    sex_check: Sex = Sex()
    contamination: SecondPerson = SecondPerson()
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
        text: the line of `cohort/findings.jsonl` in UTF-8, identifying columns left out.
    """

    finding: CohortFinding
    text: bytes


def read_line(line: bytes) -> Line:
    """Read one line of a findings file; nothing of a person whose files are of different people is kept.

    Raises:
        ValueError: the line is no finding.
    """
    finding = CohortFinding.model_validate_json(_reported_alone(line))
    if finding.identity.state is IdentityState.DIFFERENT:
        report = withheld(Report.model_validate_json(line))
        shown = CohortFinding.model_validate_json(report.model_dump_json())
        kept = shown.model_copy(update={"fingerprint": finding.fingerprint})
        return Line(kept, finding_line(report).encode())
    return Line(finding.model_copy(update={"variants": finding.reported}), _public(line))


def of_report(report: Report) -> CohortFinding:
    """Return what the cohort shows of a report."""
    return read_line(report.model_dump_json().encode()).finding


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the patients of a findings file one by one; raise `AlsScreenError` where it is not one."""
    try:
        yield from map(read_line, lines_of(path))
    except (OSError, ValueError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise AlsScreenError(f"{path}: not a file of findings ({told})") from error


_BEGIN = f'{{"schema_version":"{SCHEMA_VERSION}","patient":'.encode()
_VARIANTS, _AFTER_VARIANTS = b',"variants":[', b'],"structural_variants":'
_VARIANT, _IS_REPORTED = b'{"gene":"', b'"reported":true'
_AFTER_PERSON = b',"status":'
_FINGERPRINT, _AFTER_FINGERPRINT = b',"fingerprint":', b',"provenance":'


def _reported_alone(line: bytes) -> bytes:
    """Return the line with the reported variants only, or as it is where it is not laid out as expected.

    Nine tenths of a line are alleles that the cohort does not show, and to read them would cost as much.
    Quotes inside a JSON text are escaped, so that a name with its quotes and colon is a field.
    """
    start, end = _variants(line)
    kept = []
    found = line.find(_IS_REPORTED, start, end)
    while found >= 0:
        after = line.find(_VARIANT, found, end)
        after = after if after >= 0 else end
        kept.append(line[line.rfind(_VARIANT, start, found) : after].rstrip(b","))
        found = line.find(_IS_REPORTED, after, end)
    return line[:start] + b",".join(kept) + line[end:]


def without_variants(line: bytes) -> bytes:
    """Return the line without the variants, for who does not look at them, or as it is (see above)."""
    start, end = _variants(line)
    return line[:start] + line[end:]


def _variants(line: bytes) -> tuple[int, int]:
    """Return where the list of variants begins and ends; an empty range where that is not seen."""
    start, end = line.find(_VARIANTS), line.rfind(_AFTER_VARIANTS)
    return (start + len(_VARIANTS), end) if 0 <= start < end else (0, 0)


def _public(line: bytes) -> bytes:
    """Return the line as `finding_line` would write it, the long rest passed as it is."""
    person, fingerprint = line.find(_AFTER_PERSON), line.find(_FINGERPRINT, line.rfind(_AFTER_VARIANTS))
    after = line.find(_AFTER_FINGERPRINT, fingerprint) if fingerprint >= 0 else -1
    if not line.startswith(_BEGIN) or person < 0 or fingerprint >= 0 > after:
        return finding_line(Report.model_validate_json(line)).encode()
    known = json.loads(line[len(_BEGIN) : person])
    kept = {key: value for key, value in known.items() if key not in IDENTIFYING}
    whole = memoryview(line.rstrip())
    rest = [whole[person:fingerprint], whole[after:]] if fingerprint >= 0 else [whole[person:]]
    return b"".join([_BEGIN, _compact(kept), *rest, b"\n"])


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
