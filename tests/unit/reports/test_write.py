"""Which files are written for whom, and when they are written again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from als_screen.config import Settings
from als_screen.errors import InputError
from als_screen.files import read_jsonl, write_jsonl
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.reports.material import Material
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.write import ManifestRow, is_withheld, report_date, report_settings, write_reports
from als_screen.stages import report_cohort
from unit.reports.picture_reads import EXPANDED_READS
from unit.reports.samples import NEGATIVE

TODAY = "2026-11-24"


def settings(**changes: object) -> Settings:
    return Settings.model_validate({"samples": "samples.tsv", "report": {"pdf": False}, **changes})


def patient_of(report: Report) -> Patient:
    return Patient(patient=report.patient.patient, diagnosis=report.patient.diagnosis, name="A Name")


def written(
    folder: Path,
    report: Report,
    chosen: Settings,
    patient: Patient | None = None,
    reads: ReadsShown | None = None,
) -> ManifestRow:
    manifest = folder / "manifest.jsonl"
    material = {report.patient.patient: Material.of(report, reads)}
    row = patient or patient_of(report)
    write_reports([row], material, chosen, manifest, folder / "authorised", TODAY)
    (found,) = read_jsonl(manifest, ManifestRow)
    return found


def page(folder: Path, report: Report) -> Path:
    return folder / report.patient.patient / "report.html"


def unaffected(report: Report) -> Report:
    return report.model_copy(
        update={"patient": report.patient.model_copy(update={"diagnosis": "unaffected"})}
    )


def test_files_and_their_sums_are_in_the_manifest(tmp_path: Path) -> None:
    row = written(tmp_path, NEGATIVE, settings())
    names = ["findings.tsv", "repeat.json", "repeat.vcf", "report.fhir.json", "report.html", "report.json"]
    assert sorted(row.files) == names
    found = json.loads(page(tmp_path, NEGATIVE).with_name("report.json").read_text())
    assert found["patient"]["name"] == "A Name"


def test_what_is_there_is_kept_where_snakemake_has_removed_the_manifest(tmp_path: Path) -> None:
    """As it does before the job, and after one that failed."""
    row = written(tmp_path, NEGATIVE, settings())
    before = page(tmp_path, NEGATIVE).stat().st_mtime_ns
    (tmp_path / "manifest.jsonl").unlink()
    assert written(tmp_path, NEGATIVE, settings()) == row
    assert page(tmp_path, NEGATIVE).stat().st_mtime_ns == before


def test_all_is_rendered_where_the_memory_of_it_is_damaged(tmp_path: Path) -> None:
    row = written(tmp_path, NEGATIVE, settings())
    before = page(tmp_path, NEGATIVE).stat().st_mtime_ns
    (tmp_path / "rendered.jsonl").write_text("{")
    assert written(tmp_path, NEGATIVE, settings()) == row
    assert page(tmp_path, NEGATIVE).stat().st_mtime_ns != before


def test_pdf_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    row = written(tmp_path, NEGATIVE, settings(report={"pdf": True}))
    assert page(tmp_path, NEGATIVE).with_name("report.pdf").read_bytes().startswith(b"%PDF")
    assert "report.pdf" in row.files


@pytest.mark.parametrize(
    ("change", "again"),
    [("nothing", False), ("name", True), ("language", True), ("file lost", True), ("file altered", True)],
)
def test_rendered_again_only_where_something_changed(tmp_path: Path, change: str, again: bool) -> None:
    written(tmp_path, NEGATIVE, settings())
    html = page(tmp_path, NEGATIVE)
    before = html.stat().st_mtime_ns, html.stat().st_ino
    patient, chosen = patient_of(NEGATIVE), settings()
    if change == "name":
        patient = replace(patient, name="Another Name")
    elif change == "language":
        chosen = settings(report={"pdf": False, "language": "nl"})
    elif change == "file lost":
        html.with_name("report.json").unlink()
    elif change == "file altered":
        html.with_name("report.json").write_text("{}")
    written(tmp_path, NEGATIVE, chosen, patient)
    assert ((html.stat().st_mtime_ns, html.stat().st_ino) != before) is again
    assert json.loads(html.with_name("report.json").read_text())["schema_version"]


def test_the_picture_and_the_thresholds_go_with_the_report(tmp_path: Path) -> None:
    row = written(tmp_path, NEGATIVE, settings(), reads=ReadsShown(EXPANDED_READS))
    assert "repeat.svg" in row.files
    assert json.loads((tmp_path / "repeat_catalogue.GRCh38.json").read_text())[0]["PathologicMin"] == 31
    less = written(tmp_path, NEGATIVE, settings())
    assert "repeat.svg" not in less.files
    assert not page(tmp_path, NEGATIVE).with_name("repeat.svg").exists(), "the one written before"


def test_nothing_of_an_unaffected_person_stays(tmp_path: Path) -> None:
    report = unaffected(NEGATIVE)
    written(tmp_path, report, settings(allow_predictive=True), reads=ReadsShown(EXPANDED_READS))
    assert len(list(page(tmp_path, report).parent.iterdir())) > 5
    written(tmp_path, report, settings(), reads=ReadsShown(EXPANDED_READS))
    assert list(page(tmp_path, report).parent.iterdir()) == []


def test_unaffected_person_gets_a_report_only_where_allowed(tmp_path: Path) -> None:
    report = unaffected(NEGATIVE)
    assert written(tmp_path, report, settings(allow_predictive=True)).withheld == ""
    assert page(tmp_path, report).exists()
    assert written(tmp_path, report, settings()).withheld == "unaffected person"
    assert not page(tmp_path, report).exists(), "the one written before is taken away"
    assert is_withheld(report, settings())
    assert not is_withheld(NEGATIVE, settings())


def test_cohort_page_has_no_link_to_a_report_that_is_not_there(tmp_path: Path) -> None:
    report = unaffected(NEGATIVE)
    link = f"{report.patient.patient}/report.html"
    findings = tmp_path / "b.0001.jsonl"
    write_jsonl(findings, [report])
    for allowed in (True, False):
        target = tmp_path / str(allowed) / "report.html"
        report_cohort({"b.0001": findings}, settings(allow_predictive=allowed), target)
        assert (link in target.read_text()) is allowed


def test_clinic_file_is_checked(tmp_path: Path) -> None:
    clinic = tmp_path / "clinic.yaml"
    clinic.write_text("laboratory: {name: Lab, telephone: 1}\n")
    with pytest.raises(InputError, match=r"laboratory\.telephone"):
        report_settings(settings(report={"clinic": str(clinic)}), TODAY)
    clinic.write_text("laboratory: {name: Lab}\nsignatories: [{name: A, role: geneticist}]\n")
    assert report_settings(settings(report={"clinic": str(clinic)}), TODAY).laboratory.name == "Lab"


def test_a_patient_gets_the_language_of_the_sheet(tmp_path: Path) -> None:
    row = written(tmp_path, NEGATIVE, settings(), replace(patient_of(NEGATIVE), language="fr"))
    assert row.language == "fr"
    assert '<html lang="fr">' in page(tmp_path, NEGATIVE).read_text()
    assert written(tmp_path, NEGATIVE, settings()).language == "en"


def test_date_can_be_injected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert report_date() == "2026-01-01"
