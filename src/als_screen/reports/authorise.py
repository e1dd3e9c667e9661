"""`als-screen authorise`: a person signs a draft; the final report is kept in `results/authorised/`.

What is signed is the draft on disk: it must be what the run wrote, and what today's settings would print.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from als_screen.config import Settings
from als_screen.errors import InputError, Problem
from als_screen.files import checksum, lines_by_patient, parse_json, restrict, temporary_name, write_text
from als_screen.integrity import update_checksums
from als_screen.models import Fingerprints, Report
from als_screen.reanalysis.upgrade import load_report
from als_screen.reports.archive import AUTHORISATION, FINGERPRINT, SignedReport
from als_screen.reports.patient import NO_READS
from als_screen.reports.pictures import ReadsShown, read_shown
from als_screen.reports.refusals import Request, refusals
from als_screen.reports.standing import Authorisation, Standing
from als_screen.reports.unchanged import same_but_for_releases
from als_screen.reports.write import (
    FILES,
    Desk,
    ManifestRow,
    is_same,
    is_withheld,
    printed_hash,
    read_manifest,
    render,
    report_settings,
    standing_of,
    write_manifest,
    write_report,
)
from als_screen.run_lock import one_run_at_a_time
from als_screen.samples import PERSONAL


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a patient as a run left it."""

    manifest: Path
    row: ManifestRow

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.manifest.parent / self.row.patient

    def report(self) -> Report:
        """Return the finding, without what stays in the laboratory."""
        return Report.model_validate_json((self.folder / "report.json").read_bytes())

    def with_fingerprint(self, report: Report) -> Report:
        """Return the report with the genotypes of its finding.

        Raises:
            InputError: the findings are not those of the draft: a run that was interrupted leaves it so.
        """
        findings = self.manifest.parents[2] / "findings" / f"{self.manifest.parent.name}.jsonl"
        line = lines_by_patient(findings).get(self.row.patient) if findings.is_file() else None
        if line is not None:
            finding = load_report(line, f"{findings}, patient {self.row.patient}")
            personal = {name: getattr(report.patient, name) for name in PERSONAL}
            named = finding.model_copy(update={"patient": finding.patient.model_copy(update=personal)})
            if same_but_for_releases(named, report):
                return report.model_copy(update={"fingerprint": finding.fingerprint})
        expected = "the findings are not those that the draft was made from"
        action = "start the run again, and read the new draft"
        raise InputError([Problem(self.row.patient, str(findings), expected, action)])


def authorise(request: Request, settings: Settings, results: Path, now: datetime) -> Path:
    """Sign the report of a patient and return the folder of the final report.

    Args:
        request: who signs what.
        settings: of the run that made the draft.
        results: the run's `results/`.
        now: the moment of signing, with a time zone.

    Raises:
        InputError: with every reason why it cannot be signed; nothing was written.
    """
    draft = _draft(request.patient, results)
    report = draft.with_fingerprint(draft.report())
    today = now.astimezone(UTC).date().isoformat()
    chosen = report_settings(settings, today).model_copy(update={"language": draft.row.language})
    desk = Desk(settings, chosen, results / "authorised", _reads(draft, results))
    signed = desk.signed(request.patient)
    before = standing_of(report, signed)
    problems = [
        *_of_draft(draft, report, desk, signed, before),
        *refusals(request, report, chosen.signatories, before),
    ]
    if problems:
        raise InputError(problems)
    signature = _sign(request, draft, before, now)
    standing = before.model_copy(update={"authorised": signature})
    folder = _keep(results / "authorised", signature, render(report, desk, standing), report.fingerprint)
    shown = _show(draft, report, desk)
    update_checksums(results, [*shown, *(draft.folder / name for name in FILES)])
    return folder


def authorise_in(directory: Path, request: Request) -> Path:
    """Sign a report of the run in a directory, with the settings that the run recorded."""
    record = directory / "results" / "run.json"
    if not record.is_file():
        action = "name the directory of a finished run with --directory"
        raise InputError([Problem(request.patient, str(record), "there is no finished run", action)])
    lock = one_run_at_a_time(directory / ".snakemake")
    try:
        settings = _recorded(record, request.patient)
        restrict(settings.permissions)
        return authorise(request, settings, directory / "results", signing_time())
    finally:
        lock.close()


def _recorded(record: Path, patient: str) -> Settings:
    """Return the settings that a run recorded."""
    try:
        return Settings.model_validate(parse_json(record.read_bytes())["config"])
    except (ValueError, LookupError, TypeError) as error:
        expected = "is not what the run wrote"
        raise InputError([Problem(patient, str(record), expected, "run again, it is made anew")]) from error


def signing_time() -> datetime:
    """Return the moment of signing: SOURCE_DATE_EPOCH where set (for tests), else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def _draft(patient: str, results: Path) -> Draft:
    """Find the patient's draft in the run."""
    for manifest in sorted((results / "reports").glob("*/manifest.jsonl")):
        for row in read_manifest(manifest):
            if row.patient == patient:
                return _whole(Draft(manifest, row))
    raise InputError(
        [Problem(patient, str(results / "reports"), "the run has no report of this patient", "name another")]
    )


def _reads(draft: Draft, results: Path) -> ReadsShown:
    """Return the reads of the draft's pictures, as evidence holds them."""
    evidence = results / "evidence" / draft.manifest.parent.name
    files = (evidence / "repeat_reads.jsonl", evidence / "variant_reads.jsonl")
    if not all(path.is_file() for path in files):
        return NO_READS
    return read_shown(*files).get(draft.row.patient, NO_READS)


def _whole(draft: Draft) -> Draft:
    """Refuse a draft that is withheld, or that is not what the run wrote."""
    row, where = draft.row, str(draft.folder)
    if row.withheld:
        action = "set allow_predictive where predictive testing is meant, and run again"
        raise InputError([Problem(row.patient, where, f"no report: {row.withheld}", action)])
    paths = {name: draft.folder / name for name in row.files}
    altered = [
        name for name, path in paths.items() if not path.is_file() or checksum(path) != row.files[name]
    ]
    if altered:
        expected = f"{', '.join(sorted(altered))} is not what the run wrote"
        raise InputError([Problem(row.patient, where, expected, "run again, and read the new draft")])
    return draft


def _of_draft(
    draft: Draft, report: Report, desk: Desk, signed: SignedReport | None, standing: Standing
) -> list[Problem]:
    """Return what is wrong with the draft itself: signed already, predictive, or out of date."""
    patient, where = draft.row.patient, str(draft.folder)
    if signed is not None and not standing.apart and is_same(signed, report):
        by = f"{signed.authorisation.by} as no. {signed.authorisation.number}"
        return [
            Problem(patient, where, f"exactly this report was authorised by {by}", "there is nothing to sign")
        ]
    problems = []
    if is_withheld(report, desk.settings):
        action = "set allow_predictive where predictive testing is meant, and run again"
        problems.append(Problem(patient, where, "the person is unaffected", action))
    if draft.row.render_hash != printed_hash(report, desk, standing):
        expected = "the draft was made with other settings, texts or software than today's"
        problems.append(Problem(patient, where, expected, "run again, and read the new draft"))
    return problems


def _sign(request: Request, draft: Draft, standing: Standing, now: datetime) -> Authorisation:
    return Authorisation(
        patient=request.patient,
        number=standing.earlier.number + 1 if standing.earlier else 1,
        by=request.by,
        role=request.role,
        at=now.astimezone(UTC).isoformat(timespec="seconds"),
        unconfirmed=request.unconfirmed,
        other_person=request.other_person,
        series=standing.series,
        signed=draft.row.files,
        changes=standing.changes,
    )


def _keep(
    archive: Path, signature: Authorisation, contents: dict[str, bytes], fingerprint: Fingerprints | None
) -> Path:
    """Keep the final report and its genotypes; the folder appears whole or not at all."""
    internal = {FINGERPRINT: fingerprint.model_dump_json().encode()} if fingerprint else {}
    folder = archive / signature.patient / f"{signature.number:04d}"
    temporary = temporary_name(folder)
    temporary.mkdir(parents=True)
    try:
        for name, data in (contents | internal).items():
            (temporary / name).write_bytes(data)
        record = signature.model_copy(update={"files": _sums(contents), "internal": _sums(internal)})
        write_text(temporary / AUTHORISATION, record.model_dump_json(indent=1) + "\n")
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _sums(contents: dict[str, bytes]) -> dict[str, str]:
    return {name: sha256(data).hexdigest() for name, data in contents.items()}


def _show(draft: Draft, report: Report, desk: Desk) -> list[Path]:
    """Put the signed files where the draft was, so that every link to the report leads to them.

    Returns what tells of the files of the slice.
    """
    row = write_report(report, desk, draft.folder, None)
    rows = [row if other.patient == row.patient else other for other in read_manifest(draft.manifest)]
    return write_manifest(draft.manifest, rows)
