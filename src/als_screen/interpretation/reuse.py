"""Results of the earlier run that still hold under newer knowledge: taken over instead of interpreted again.

A result follows from the patient's row and evidence, from settings, policies and code, and from what the
knowledge answers when it is asked: what is said of an allele, which alleles are known, how frequent SNVs are.
`{batch}.basis.json` beside the findings keeps a hash of each. Where all are the same under newer knowledge,
interpretation would ask the same questions and come to the same result, byte for byte, but for the releases
that it names; these are written anew. Where other alleles are known to be pathogenic, the reads are asked for
all of them again, which is the smaller part of an interpretation: where they show those that they showed, the
number of those that are absent and the list of those that are not covered are written anew, for which no
judgement asks. Everything else is interpreted.

Most alleles need not even be asked for: where no table says anything else of one, nor of what lies around it,
the answer is the earlier one, and the libraries that names and frequencies take are not loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from als_screen.errors import AlsScreenError
from als_screen.essence import parts
from als_screen.evidence import CoverageEvidence, PatientCheck, RepeatEvidence, VariantEvidence
from als_screen.files import lines_by_patient, patient_of, results_of
from als_screen.interpretation.annotate import Annotator, Asked, clinvar_record
from als_screen.interpretation.basis import Answered, Basis, PatientBasis, basis_beside
from als_screen.interpretation.bugs import BUG
from als_screen.interpretation.given import CLINICAL
from als_screen.interpretation.ground import answered, ground_of, told
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.interpretation.matches import MATCHES_ANOTHER, flag_matches, with_remark
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.states import RecheckState

#: Fields of a row that a result depends on; files by their evidence and, in the provenance, by name.
_FIELDS = (*CLINICAL, "library", "reads", "vcf", "callable")
_PROVENANCE = b'"provenance":{'
_TEXT = rb'"(?:[^"\\]|\\.)*"'
#: Where a line says whether the patient could be analysed, and what the reads show of known alleles.
_STATUS, _NOT_ANALYSED = b',"status":', b',"status":"not_analysed",'
_RECHECK, _ABSENT = b',"recheck":[', b',"recheck_absent":'
_ENDED_BY_A_BUG = f'"status_reason":"{BUG}: '.encode()
_REASON = re.compile(rb'"status_reason":(null|' + _TEXT + rb")")
_CLINVAR = re.compile(
    rb'("clinvar":\{"variation_id":(\d+),"significance":' + _TEXT + rb',"stars":\d+,"release":)' + _TEXT
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The evidence of a batch as it lies in its files; a patient's is read only where it is needed."""

    checks: Mapping[str, PatientCheck]
    variants: Mapping[str, bytes]
    repeat: Mapping[str, bytes]
    coverage: Mapping[str, bytes]

    @classmethod
    def read(cls, checks: Iterable[PatientCheck], variants: Path, repeat: Path, coverage: Path) -> Stored:
        """Read the files without looking into the records."""
        return cls({one.patient: one for one in checks}, *map(lines_by_patient, (variants, repeat, coverage)))

    def of(self, patient: str) -> PatientEvidence:
        """Return the evidence of a patient; raise `AlsScreenError` where a record is none."""
        try:
            return PatientEvidence(
                self.checks[patient],
                VariantEvidence.model_validate_json(self.variants[patient]),
                RepeatEvidence.model_validate_json(self.repeat[patient]),
                CoverageEvidence.model_validate_json(self.coverage[patient]),
            )
        except (KeyError, ValueError) as error:
            raise AlsScreenError(f"patient {patient}: the evidence cannot be read ({error})") from error

    def digest(self, patient: str) -> bytes:
        """Return a hash of the evidence of a patient."""
        digest = sha256(self.checks[patient].model_dump_json().encode())
        for records in (self.variants, self.repeat, self.coverage):
            digest.update(sha256(records[patient]).digest())
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The findings of a slice in the earlier run, with what they rest on."""

    basis: Basis
    lines: Mapping[str, bytes]

    @classmethod
    def of_run(cls, previous: Path | None, name: str) -> Earlier | None:
        """Return a file of findings of the earlier run, where there is one."""
        return cls.read(results_of(previous) / "findings" / name) if previous else None

    @classmethod
    def read(cls, findings: Path) -> Earlier | None:
        """Return what is there; None where a file is missing, or damaged: nothing is then taken over."""
        try:
            basis = Basis.model_validate_json(basis_beside(findings).read_bytes())
            return cls(basis, lines_by_patient(findings))
        except (OSError, ValueError, AlsScreenError):
            return None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of findings and its essence, "" where that is not known yet."""

    text: bytes
    essence: str


@dataclass(frozen=True, slots=True)
class Interpreted:
    """The findings of a batch, one line of UTF-8 a patient; whose were taken over; what they rest on."""

    lines: tuple[bytes, ...]
    taken_over: frozenset[str]
    basis: Basis

    def ends(self) -> Iterator[tuple[str, str | None]]:
        """Yield each patient, and why the data could not (wholly) be used, None where they could."""
        for line in self.lines:
            reason = _REASON.search(line)
            yield patient_of(line) or "", json.loads(reason[1]) if reason else None


def interpret_batch(
    patients: Sequence[Patient], stored: Stored, interpreter: Interpreter, earlier: Earlier | None = None
) -> Interpreted:
    """Return the result of each patient of a batch: the earlier one where it still holds, else a new one."""
    ground = ground_of(interpreter)
    inputs = {row.patient: _inputs(row, stored, interpreter) for row in patients}
    same = earlier if earlier and _rests_on(earlier.basis, ground.fixed, inputs) else None
    still = _still_said(same.basis, ground.background, interpreter.annotator) if same else {}
    looked = stored if same and same.basis.known != ground.known else None
    taken = _taken_over(patients, same, still, interpreter, looked) if same else {}
    made, asked = _made([row for row in patients if row.patient not in taken], stored, interpreter)
    if same:
        matching = {one.patient for one in same.basis.patients if one.matches}
        made = [with_remark(one) if one.patient.patient in matching else one for one in made]
        asked |= {one.patient: _asked(one, same.basis) for one in same.basis.patients if one.patient in taken}
    else:
        frequencies = {build: frequency for build, (frequency, _) in interpreter.populations.items()}
        made = flag_matches(made, frequencies, interpreter.resources)
    lines = {one.patient.patient: Line(one.model_dump_json().encode() + b"\n", "") for one in made} | taken
    lines = {row.patient: lines[row.patient] for row in patients}
    alleles = sorted({key for keys in asked.values() for key in keys})
    answers = tuple(still.get(key) or answered(key, interpreter.annotator) for key in alleles)
    basis = ground.model_copy(
        update={"alleles": answers, "patients": _patients(inputs, lines, asked, alleles)}
    )
    return Interpreted(tuple(one.text for one in lines.values()), frozenset(taken), basis)


def _made(
    patients: Sequence[Patient], stored: Stored, interpreter: Interpreter
) -> tuple[list[Report], dict[str, list[Asked]]]:
    """Return new results, and the alleles that were asked for on the way."""
    reports, asked = [], {}
    for row in patients:
        interpreter.annotator.asked.clear()
        reports.append(interpreter.report(row, stored.of(row.patient)))
        asked[row.patient] = sorted(interpreter.annotator.asked)
    return reports, asked


def _still_said(earlier: Basis, background: Mapping[str, str], annotator: Annotator) -> dict[Asked, Answered]:
    """Return the alleles of which the knowledge says what it said; what tables have now is written anew."""
    alike = {place for place, digest in background.items() if earlier.background.get(place) == digest}
    found = {}
    for one in earlier.alleles:
        if one.background in alike and one.told == told(one.asked, annotator):
            found[one.asked] = one
        elif (now := answered(one.asked, annotator)).answer == one.answer:
            found[one.asked] = now
    return found


def _taken_over(
    patients: Sequence[Patient],
    earlier: Earlier,
    still: Mapping[Asked, Answered],
    interpreter: Interpreter,
    looked: Stored | None,
) -> dict[str, Line]:
    """Return the lines of the patients for whom the knowledge gives the same answers as before.

    `looked`: the evidence to ask for the known alleles; None where these are the same.
    """
    releases = _releases(still, interpreter.annotator)
    if any(len(found) > 1 for found in releases.values()):  # an id would not tell whose record it is
        return {}
    known = {one.patient: one for one in earlier.basis.patients}
    found = {}
    for row in patients:
        line = earlier.lines.get(row.patient, b"")
        basis = known[row.patient]
        if sha256(line).hexdigest() == basis.line and all(
            key in still for key in _asked(basis, earlier.basis)
        ):
            asked = _asked_again(line, looked.of(row.patient), interpreter) if looked else line
            made_with = interpreter.provenance(row).model_dump_json().encode()
            if asked is not None:
                essence = "" if looked else basis.essence
                found[row.patient] = Line(_renewed(asked, releases, made_with), essence)
    return found


def _asked_again(line: bytes, evidence: PatientEvidence, interpreter: Interpreter) -> bytes | None:
    """Return a line with the known alleles that are not covered now, and the number of those that are absent.

    None where the reads show another known allele than they did, or one otherwise.
    """
    if line.startswith(_NOT_ANALYSED, line.find(_STATUS)):  # nothing was looked for
        return line
    try:
        seen = interpreter.rechecked(evidence)
    except Exception:  # what it is, and whose, the interpretation tells
        return None
    end = line.rfind(_ABSENT)
    start = line.rfind(_RECHECK, 0, end) + len(_RECHECK)
    if seen is None or end < 0:
        return None
    before, listed = line[start:end], b",".join(one.model_dump_json().encode() for one in seen.listed) + b"]"
    if before != listed and _shown(before) != _shown(listed):
        return None
    after = line.index(b",", end + len(_ABSENT))
    return b"%s%s%s%d%s" % (line[:start], listed, _ABSENT, seen.absent, line[after:])


def _shown(listed: bytes) -> list[dict[str, object]]:
    """Return the known alleles, of a list without its first bracket, that reads show or may show."""
    return [one for one in json.loads(b"[" + listed) if one["state"] != RecheckState.NOT_COVERED]


def _releases(alleles: Iterable[Asked], annotator: Annotator) -> dict[bytes, set[bytes]]:
    """Return the releases of the ClinVar records of alleles as a result writes them, by variation id."""
    found: dict[bytes, set[bytes]] = {}
    for build, _, key in alleles:
        if entry := annotator.knowledge.builds[build].clinvar.get(key):
            written = json.dumps(clinvar_record(entry).release, ensure_ascii=False).encode()
            found.setdefault(str(entry.variation_id).encode(), set()).add(written)
    return found


def _renewed(line: bytes, releases: Mapping[bytes, set[bytes]], provenance: bytes) -> bytes:
    """Return a line with the releases of now: of its ClinVar records, and of what it was made with."""
    body = line.rpartition(_PROVENANCE)[0]
    said = _CLINVAR.sub(lambda found: found[1] + min(releases[found[2]]), body)
    return said + _PROVENANCE[:-1] + provenance + b"}\n"


def _rests_on(basis: Basis, fixed: str, inputs: Mapping[str, str]) -> bool:
    """Tell whether a batch is of the same patients and data, and judged by the same but for knowledge.

    Where a fault of the software ended a patient, it may have hidden whose files the others match.
    """
    same = {one.patient: one.inputs for one in basis.patients} == inputs
    return same and basis.fixed == fixed and not any(one.fault for one in basis.patients)


def _inputs(row: Patient, stored: Stored, interpreter: Interpreter) -> str:
    confirmed = [one.model_dump_json() for one in interpreter.confirmations.get(row.patient, ())]
    fields = [str(getattr(row, name)) for name in _FIELDS]
    digest = sha256(json.dumps([fields, confirmed]).encode())
    digest.update(stored.digest(row.patient))
    return digest.hexdigest()


def _patients(
    inputs: Mapping[str, str],
    lines: Mapping[str, Line],
    asked: Mapping[str, Sequence[Asked]],
    alleles: Sequence[Asked],
) -> tuple[PatientBasis, ...]:
    """Return what each result rests on; `alleles` are in the order of the basis."""
    places = {key: place for place, key in enumerate(alleles)}
    return tuple(
        PatientBasis(
            patient=patient,
            inputs=inputs[patient],
            line=sha256(one.text).hexdigest(),
            essence=one.essence or parts(one.text).essence,
            asked=tuple(places[key] for key in asked[patient]),
            matches=MATCHES_ANOTHER.encode() in one.text,
            fault=_ENDED_BY_A_BUG in one.text,
        )
        for patient, one in lines.items()
    )


def _asked(one: PatientBasis, basis: Basis) -> list[Asked]:
    return [basis.alleles[place].asked for place in one.asked]
