"""The results of a run on disk: who is in it, each patient's result, and the evidence behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from als_screen.errors import AlsScreenError, InputError, Problem
from als_screen.essence import Parts, parts
from als_screen.evidence import (
    BatchCheck,
    CoverageEvidence,
    PatientCheck,
    RepeatEvidence,
    VariantEvidence,
)
from als_screen.files import (
    has_ended,
    is_cut_line,
    lines_by_patient,
    lines_of,
    parse_json,
    patient_of,
    results_of,
)
from als_screen.interpretation.basis import PatientBasis, bases_of
from als_screen.interpretation.interpret import PatientEvidence
from als_screen.models import Report
from als_screen.reanalysis.said import Said, load_said
from als_screen.reanalysis.upgrade import load_report

EvidenceT = TypeVar("EvidenceT", VariantEvidence, RepeatEvidence, CoverageEvidence)

_BATCH = re.compile(rb'"batch":\s*"([A-Za-z0-9][A-Za-z0-9._-]*)"')
_PERSON_ENDS = b"}"
#: Before the hash of a run's findings that is made of the hashes of their lines.
OF_LINES = "lines:"
_RESTORE = "restore the file, or run it again"


@dataclass(frozen=True, slots=True)
class Line:
    """Where the result of a patient is.

    Attributes:
        path: file of findings.
        batch: slice that it was made in.
        offset, length: in bytes.
        of_sheet: batch of the sheet, "" for none.
        digest: SHA-256 of the line.
        parts: what it says, and what it was made with.
    """

    path: Path
    batch: str
    offset: int
    length: int
    of_sheet: str
    digest: str
    parts: Parts


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Input(_Part):
    patient: str
    path: str
    bytes: int | None
    modified: float | None


class _Config(_Part):
    allow_predictive: bool = False
    knowledge: str | None = None
    previous: str | None = None
    history: str | None = None


class _Record(_Part):
    """What is used of `run.json`, of any version."""

    batches: dict[str, int] = {}
    inputs: tuple[_Input, ...] = ()
    stages: dict[str, int] = {}
    pipeline: dict[str, Any] = {}
    config: _Config = _Config()


def read_record(results: Path) -> dict[str, Any]:
    """Return `run.json` of a run; empty where there is none.

    Raises:
        InputError: it is none.
    """
    path = results / "run.json"
    try:
        found: dict[str, Any] = parse_json(path.read_bytes()) if path.exists() else {}
        _Record.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        said = f"cannot be read as the record of a run: {where}: {first['msg']}"
        raise _refused(path, said, _RESTORE) from error
    except (OSError, ValueError) as error:
        raise _refused(path, f"cannot be read as the record of a run: {error}", _RESTORE) from error
    return found


class RunFolder:
    """A finished run, whose slices are those of its record, or all findings where there is none.

    Nothing of it is ever written.

    Args:
        directory: working directory of the run, or its `results`.
        record: what `run.json` will say, for a run that has not written it yet; None: it is read.

    Raises:
        InputError: it holds no findings, or some are missing, or one patient is in two slices, or its record
            is none.
    """

    def __init__(self, directory: Path, record: dict[str, Any] | None = None) -> None:
        if record is not None:
            self.record = record
        self.directory = directory.resolve()
        self.results = results_of(directory)
        self.lines: dict[str, Line] = {}
        for path in self._files():
            for patient, line in self._whole(path):
                if patient in self.lines:
                    both = f"{self.lines[patient].path.name} and {path.name}"
                    action = "remove the findings of the slice that is out of date"
                    raise _refused(self.results, f"patient {patient} is in {both}", action)
                self.lines[patient] = line

    def _whole(self, path: Path) -> list[tuple[str, Line]]:
        """Return everyone of a slice; raise `InputError` where the record says that there are others."""
        found = list(_lines(path, bases_of(path)))
        expected = self.record.get("batches", {}).get(path.stem, len(found))
        if len(found) != expected:
            said = f"results of {expected} patients were expected, {len(found)} are there"
            raise _refused(path, said, _RESTORE)
        return found

    @cached_property
    def record(self) -> dict[str, Any]:
        """Return `run.json`; empty where there is none."""
        return read_record(self.results)

    @cached_property
    def content(self) -> str:
        """Return a hash of all findings, by which a run is known."""
        lines = "".join(self.lines[patient].digest for patient in sorted(self.lines))
        return f"{OF_LINES}{sha256(lines.encode()).hexdigest()}"

    @cached_property
    def content_at_once(self) -> str:
        """Return the hash by which earlier versions knew a run: it takes reading all findings once more."""
        digest = sha256()
        for patient in sorted(self.lines):
            digest.update(self.raw(patient))
        return digest.hexdigest()

    def refuse_unfinished(self) -> None:
        """Raise `InputError` where nothing says that the run came to its end, so that some may be missing."""
        if not self.record and not has_ended(self.results):
            said = "the run has not finished: neither run.json nor complete.json is there"
            action = "start it again, or name the directory of a finished run"
            raise _refused(self.results, said, action)

    @property
    def stages(self) -> dict[str, int]:
        """Return the version of each stage of the run, as far as it is recorded."""
        return dict(self.record.get("stages", {}))

    @property
    def commit(self) -> str:
        """Return the commit of the software of the run, "" where it is not recorded."""
        pipeline = self.record.get("pipeline")
        if not isinstance(pipeline, dict):
            return ""
        commit = str(pipeline.get("commit") or "")
        return f"{commit} with changes" if commit and pipeline.get("modified") else commit

    def columns_of(self, patient: str) -> tuple[tuple[str, str], ...] | None:
        """Return file and sample of each file of several people that a patient is in; None: not kept.

        Reads tell their sample whatever their number, for it is only there that they do.
        """
        batch = self.lines[patient].batch
        path = self.results / "checks" / f"{batch}.json"
        try:
            check = _checks(path, path.stat().st_mtime_ns)[patient]
        except (OSError, ValueError, KeyError):
            return None
        found = [(Path(one.path).name, one.sample) for one in check.vcf if one.samples > 1]
        found += [(Path(check.reads.path).name, check.reads.sample)] if check.reads else []
        return tuple(sorted(found))

    def raw(self, patient: str) -> bytes:
        """Return the line of a patient's result."""
        line = self.lines[patient]
        return _cut(line.path, line.offset, line.length)

    def batch_of(self, patient: str) -> str:
        """Return the batch of the sheet, "" for none; slices are of no interest to people."""
        return self.lines[patient].of_sheet

    def parts(self, patient: str) -> Parts:
        """Return what a patient's result says and what it was made with."""
        return self.lines[patient].parts

    def report(self, patient: str) -> Report:
        """Return the result of a patient, lifted to the version of this software."""
        return load_report(self.raw(patient), f"{self.lines[patient].path}, patient {patient}")

    def withholds(self, report: Report) -> bool:
        """Tell whether a person of this run has no report: unaffected, and not `allow_predictive`.

        A run without a record is taken for one that did not mean it, as the settings are by default.
        """
        allowed = self.record.get("config", {}).get("allow_predictive", False)
        return report.patient.diagnosis == "unaffected" and not allowed

    def said(self, patient: str) -> Said | Report:
        """Return the answers of a patient's result, for which not all of it is read."""
        return load_said(self.raw(patient), f"{self.lines[patient].path}, patient {patient}")

    def evidence(self, patient: str) -> PatientEvidence | None:
        """Return the evidence of a patient; None where it is not kept, or not readable by this software."""
        batch = self.lines[patient].batch
        folder = self.results / "evidence" / batch
        checks = self.results / "checks" / f"{batch}.json"

        def of(name: str, kind: type[EvidenceT]) -> EvidenceT:
            path = folder / f"{name}.jsonl"
            record = _records(path, path.stat().st_mtime_ns)[patient]
            return cast("EvidenceT", _parsed(kind, record))

        try:
            return PatientEvidence(
                _checks(checks, checks.stat().st_mtime_ns)[patient],
                of("variants", VariantEvidence),
                of("repeat", RepeatEvidence),
                of("coverage", CoverageEvidence),
            )
        except (OSError, AlsScreenError, ValueError, KeyError):
            return None

    def batches(self) -> dict[str, list[str]]:
        """Return the patients of each slice."""
        found: dict[str, list[str]] = {}
        for patient, line in self.lines.items():
            found.setdefault(line.batch, []).append(patient)
        return found

    def files_of(self, patient: str) -> list[tuple[str, int | None, int | None]]:
        """Return name, size and time of each data file of a patient, as `run.json` has them."""
        return self._inputs.get(patient, [])

    @cached_property
    def _inputs(self) -> dict[str, list[tuple[str, int | None, int | None]]]:
        found: dict[str, list[tuple[str, int | None, int | None]]] = {}
        for one in self.record.get("inputs", []):
            entry = (Path(one["path"]).name, one["bytes"], one["modified"])
            found.setdefault(one["patient"], []).append(entry)
        return found

    def _files(self) -> list[Path]:
        folder = self.results / "findings"
        wanted = self.record.get("batches", [])
        files = [folder / f"{batch}.jsonl" for batch in wanted] or sorted(folder.glob("*.jsonl"))
        missing = [path.name for path in files if not path.is_file()]
        if not files or missing:
            said = f"findings of a run were expected, missing: {', '.join(missing[:5]) or 'all of them'}"
            raise _refused(folder, said, "name the working directory of a finished run")
        return files


@lru_cache(maxsize=8)
def _checks(path: Path, _stamp: int) -> dict[str, PatientCheck]:
    return {one.patient: one for one in BatchCheck.model_validate_json(path.read_bytes()).patients}


@lru_cache(maxsize=8)
def _records(path: Path, _stamp: int) -> dict[str, bytes]:
    """Return the lines of a slice's evidence; the last few slices asked for stay in memory."""
    return lines_by_patient(path)


@lru_cache(maxsize=8)
def _parsed(kind: type[VariantEvidence | RepeatEvidence | CoverageEvidence], line: bytes) -> object:
    """Return a record of evidence; the same object for the same bytes, which most runs to compare share."""
    return kind.model_validate_json(line)


def _lines(path: Path, bases: Mapping[str, PatientBasis]) -> Iterator[tuple[str, Line]]:
    """Yield every patient of a file of findings with what is known of the line, which is read once for it."""
    offset = 0
    for line in lines_of(path):
        patient = patient_of(line)
        if patient is None or is_cut_line(line):
            raise _refused(path, "a line is no result of a patient", _RESTORE)
        digest, basis = sha256(line).hexdigest(), bases.get(patient)
        found = parts(line, basis.essence_of(digest) if basis else "")
        yield patient, Line(path, path.stem, offset, len(line), _batch_in(line), digest, found)
        offset += len(line)


def _batch_in(line: bytes) -> str:
    """Return the batch of the sheet that a line names among the fields of the patient at its beginning."""
    end = line.find(_PERSON_ENDS)
    found = _BATCH.search(line, 0, end) if end >= 0 else None
    return found[1].decode("ascii") if found else ""


def _cut(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


def _refused(path: Path, expected: str, action: str) -> InputError:
    return InputError([Problem("", str(path), expected, action)])
