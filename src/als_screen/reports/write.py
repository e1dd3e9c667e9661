"""Writes the reports of a batch and its manifest, again only where what is printed or a file has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from als_screen import __version__
from als_screen.config import Settings
from als_screen.errors import AlsScreenError
from als_screen.evidence import Record
from als_screen.files import checksum, read_jsonl, write_bytes, write_jsonl, write_text
from als_screen.models import Report, ResourceVersion
from als_screen.patient import Patient
from als_screen.reanalysis.archive import knowledge_of
from als_screen.reports.amend import changes_between
from als_screen.reports.archive import SignedReport, newest_signed
from als_screen.reports.catalogue import Language
from als_screen.reports.clinic import load_clinic
from als_screen.reports.cohort.finding import CohortFinding
from als_screen.reports.fhir import fhir_json
from als_screen.reports.findings import findings_tsv
from als_screen.reports.json_report import report_json
from als_screen.reports.material import Material
from als_screen.reports.patient import NO_READS, render_hash, render_patient
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.repeat_files import REPEAT_FILES, catalogue_json, repeat_files
from als_screen.reports.settings import ReportSettings
from als_screen.reports.sources import printed_by
from als_screen.reports.standing import Authorisation, Standing, Whose
from als_screen.reports.unchanged import same_but_for_releases, without_releases
from als_screen.reports.whose import whose
from als_screen.samples import PERSONAL
from als_screen.workers import Crew, Died, each

#: Every file that a patient's report can have.
FILES = ("report.html", "report.pdf", "report.json", "report.fhir.json", "findings.tsv", *REPEAT_FILES)


#: Beside a manifest: the last one that was whole.
RENDERED = "rendered.jsonl"


class ManifestRow(Record):
    """What was written for one patient: the hash of what is printed and the SHA-256 of each file.

    Attributes:
        essence: the hash without releases of knowledge; "" in a manifest of an earlier version.
        made_from: a hash of finding, reads and settings as they lay in files, without releases of knowledge:
            where it is the same, so is `essence`, which takes longer to find out. "" for none.
        withheld: why there are no files, "" where there are.
        language: that of the page.
        knowledge: the tables that the files name.
        whose: whose data the signed report under the id has; None: this person's, or there is none.
        holds_with: the tables that the finding was last made with; other than `knowledge` where the newer
            ones change nothing in the report, so that it stayed as it was.
    """

    patient: str
    render_hash: str
    files: dict[str, str]
    withheld: str = ""
    language: Language = Language.ENGLISH
    essence: str = ""
    made_from: str = ""
    knowledge: dict[str, ResourceVersion] = {}  # noqa: RUF012 - pydantic copies defaults
    holds_with: dict[str, ResourceVersion] = {}  # noqa: RUF012
    whose: Whose | None = None

    def kept_through(self) -> list[str]:
        """Return the tables of which a newer release left the files as they were."""
        return sorted(name for name in self.holds_with if self.knowledge.get(name) != self.holds_with[name])


def report_settings(settings: Settings, today: str) -> ReportSettings:
    """Return what the clinic configured; raise `InputError` where its file is not what it should be."""
    run = {
        "studies": settings.studies,
        "language": settings.report.language,
        "report_date": today,
        "pipeline_version": __version__,
        "splice_bases": settings.coverage.splice_bases,
    }
    clinic = dict(load_clinic(settings.report.clinic))
    return ReportSettings.model_validate({**clinic, **run})


def report_date() -> str:
    """Return the date to print: SOURCE_DATE_EPOCH where set (for reproducible runs), else today's."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    return date.today().isoformat()  # noqa: DTZ011


def write_reports(
    patients: Sequence[Patient],
    material: Mapping[str, Material],
    settings: Settings,
    manifest: Path,
    archive: Path,
    today: str,
    crew: Crew | None = None,
) -> None:
    """Write `{patient}/report.*` and the files of the repeat beside `manifest`, which is last.

    Args:
        patients: rows of the sheet, with the fields that only reports print.
        material: findings and reads of the same patients.
        settings: of the run.
        manifest: `reports/{batch}/manifest.jsonl`; by `rendered.jsonl` beside it is known what need not be
            rendered again.
        archive: `authorised/`, with what was signed before.
        today: ISO date to print.
        crew: how many at once.

    Raises:
        AlsScreenError: a worker did not survive a patient's report.
    """
    chosen = report_settings(settings, today)
    before = {row.patient: row for row in _rendered_before(manifest)}

    def one(patient: Patient) -> ManifestRow:
        return _report_of(
            patient,
            material[patient.patient],
            Desk(settings, in_language(chosen, patient), archive),
            manifest.parent / patient.patient,
            before.get(patient.patient),
        )

    crew = crew or Crew()
    rows = []
    done = each(one, patients, crew, lambda number, _: crew.tell(patients[number].patient, None))
    for patient, row in zip(patients, done, strict=True):
        if isinstance(row, Died):
            raise AlsScreenError(f"patient {patient.patient}: the report could not be written: {row.reason}")
        rows.append(row)
    write_catalogues(manifest.parent, [material[patient.patient] for patient in patients])
    write_manifest(manifest, rows)


def _report_of(
    patient: Patient, material: Material, desk: Desk, folder: Path, before: ManifestRow | None
) -> ManifestRow:
    """Write one patient's files, unless all that they would be made from is as it was."""
    made_from = desk.hash_of(material, patient)
    if before and before.files and before.made_from == made_from and _intact(folder, before):
        return before.model_copy(update={"holds_with": material.knowledge})
    report = with_personal_fields(material.report, patient)
    row = write_report(report, replace(desk, shown=material.shown), folder, before)
    return row.model_copy(update={"made_from": made_from})


def write_catalogues(folder: Path, material: Sequence[Material]) -> None:
    """Write the thresholds of the policy as `repeat_catalogue.{build}.json`, for annotators of the VCFs."""
    for build in sorted({build for one in material if (build := one.build)}):
        policy = material[0].report.repeat.policy
        write_text(folder / f"repeat_catalogue.{build}.json", catalogue_json(policy, build))


def read_manifest(manifest: Path) -> list[ManifestRow]:
    """Return the rows of a manifest, none where it is not there."""
    return read_jsonl(manifest, ManifestRow) if manifest.exists() else []


def write_manifest(manifest: Path, rows: Sequence[ManifestRow]) -> list[Path]:
    """Write a manifest, after `rendered.jsonl` that the next run reads; return both.

    Snakemake removes the manifest before its job and after one that failed, so that such a job is always
    done again. What the files that still lie there were made from is kept in the other, no rule's output.
    """
    both = [manifest.with_name(RENDERED), manifest]
    for path in both:
        write_jsonl(path, rows)
    return both


def _rendered_before(manifest: Path) -> list[ManifestRow]:
    """Return the rows of the last manifest that was whole; none where damaged: all is rendered then."""
    try:
        return read_manifest(manifest.with_name(RENDERED))
    except AlsScreenError:
        return []


def in_language(chosen: ReportSettings, patient: Patient) -> ReportSettings:
    """Return the settings in the patient's language, where the sheet names one."""
    return chosen.model_copy(update={"language": Language(patient.language)}) if patient.language else chosen


@dataclass(frozen=True, slots=True)
class Desk:
    """What a report is written with.

    Attributes:
        settings: of the run.
        chosen: of the clinic, in the language of the report.
        archive: of signed reports, None where there is none.
        shown: the reads to draw.
    """

    settings: Settings
    chosen: ReportSettings
    archive: Path | None = None
    shown: ReadsShown = NO_READS

    def signed(self, patient: str) -> SignedReport | None:
        """Return the newest signed report of a patient."""
        return newest_signed(self.archive, patient) if self.archive else None

    def hash_of(self, material: Material, patient: Patient) -> str:
        """Return a hash of all that the files of a patient are made from, releases of knowledge left out."""
        signed = self.signed(patient.patient)
        parts = (
            printed_by(),
            self.settings.model_dump_json(include={"report", "allow_predictive"}),
            self.chosen.model_copy(update={"report_date": None}).model_dump_json(),
            signed.authorisation.model_dump_json() if signed else "",
            [str(getattr(patient, name)) for name in ("diagnosis", "language", *PERSONAL)],
            material.digest(),
        )
        return sha256(json.dumps(parts).encode()).hexdigest()


def write_report(report: Report, desk: Desk, folder: Path, before: ManifestRow | None) -> ManifestRow:
    """Write one patient's files into `folder` unless `before` shows that they are there as they would be.

    Where this finding was signed already, the files are copies of the signed ones. New releases of knowledge
    that change nothing else leave a report as it is, signed or not.
    """
    identifier = report.patient.patient
    if is_withheld(report, desk.settings):
        _remove(folder)
        return ManifestRow(patient=identifier, render_hash="", files={}, withheld="unaffected person")
    signed = desk.signed(identifier)
    found = standing_of(report, signed)
    kept = signed if signed is not None and not found.apart and is_same(signed, report) else None
    standing = Standing() if kept else found
    status = kept.authorisation if kept else standing
    essence = printed_hash(without_releases(report), desk, status)
    known = knowledge_of(report.provenance.resources)
    if before is not None and before.essence == essence and _intact(folder, before):
        return before.model_copy(update={"holds_with": known})
    contents = kept.contents() if kept else render(report, desk, standing)
    for name, data in contents.items():
        write_bytes(folder / name, data)
    for name in set(FILES) - set(contents):
        (folder / name).unlink(missing_ok=True)
    return ManifestRow(
        patient=identifier,
        render_hash=printed_hash(report, desk, status),
        files={name: sha256(data).hexdigest() for name, data in contents.items()},
        language=desk.chosen.language,
        essence=essence,
        knowledge=knowledge_of(kept.report().provenance.resources) if kept else known,
        holds_with=known,
        whose=standing.whose,
    )


def render(report: Report, desk: Desk, standing: Standing) -> dict[str, bytes]:
    """Return every file of a report by name."""
    language = desk.chosen.language
    texts = {
        "report.html": render_patient(report, desk.chosen, language, desk.shown, standing),
        "report.json": report_json(report),
        "report.fhir.json": fhir_json(report, desk.chosen, standing),
        "findings.tsv": findings_tsv(report),
        **repeat_files(report, desk.shown),
    }
    files = {name: text.encode() for name, text in texts.items()}
    if desk.settings.report.pdf:
        from als_screen.reports.pdf import render_pdf

        paper = render_patient(report, desk.chosen, language, desk.shown, standing, paper=True)
        files["report.pdf"] = render_pdf(paper)
    return files


def printed_hash(report: Report, desk: Desk, status: Standing | Authorisation) -> str:
    """Return a hash of what decides the files: of a draft what is printed, of a signed report its files."""
    if isinstance(status, Authorisation):
        return sha256(status.model_dump_json().encode()).hexdigest()
    printed = render_hash(report, desk.chosen, desk.chosen.language, desk.shown, status)
    return sha256(f"{printed} pdf={desk.settings.report.pdf}".encode()).hexdigest()


def is_same(signed: SignedReport, report: Report) -> bool:
    """Tell whether this finding was signed: every byte of `report.json`, or all but releases of knowledge."""
    exactly = signed.authorisation.signed["report.json"] == sha256(report_json(report).encode()).hexdigest()
    return exactly or same_but_for_releases(signed.report(), report)


def standing_of(report: Report, signed: SignedReport | None) -> Standing:
    """Return the standing of a draft: what is different from the report that was signed before.

    Of another person's there is no such thing; `report` has the fingerprint by which that is known.
    """
    if signed is None:
        return Standing()
    apart = Standing(earlier=signed.authorisation, whose=whose(signed, report))
    if apart.apart:
        return apart
    return apart.model_copy(update={"changes": changes_between(signed.report(), report)})


def is_withheld(report: Report | CohortFinding, settings: Settings) -> bool:
    """Tell whether a person gets no report: unaffected, where predictive testing is not allowed."""
    return report.patient.diagnosis == "unaffected" and not settings.allow_predictive


def with_personal_fields(report: Report, patient: Patient) -> Report:
    """Return the finding with what the sheet says for the printed report only."""
    personal = {name: getattr(patient, name) for name in PERSONAL}
    return report.model_copy(update={"patient": report.patient.model_copy(update=personal)})


def _intact(folder: Path, before: ManifestRow) -> bool:
    paths = {folder / name: digest for name, digest in before.files.items()}
    return all(path.is_file() and checksum(path) == digest for path, digest in paths.items())


def _remove(folder: Path) -> None:
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
