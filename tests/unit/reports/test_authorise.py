"""A draft is signed, kept, and shown; a re-run with another result is an amended draft."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from als_screen.cli import main
from als_screen.config import Settings
from als_screen.errors import AlsScreenError, InputError
from als_screen.files import write_jsonl
from als_screen.integrity import changed_files, write_checksums
from als_screen.models import Report
from als_screen.reports.archive import altered_files
from als_screen.reports.authorise import authorise
from als_screen.reports.material import Material
from als_screen.reports.refusals import Request
from als_screen.reports.standing import Authorisation, Whose
from als_screen.reports.write import read_manifest, write_reports
from unit.reports import samples
from unit.reports.pages import Page
from unit.reports.signed import PERSON, STRANGER, of
from unit.reports.test_write import patient_of, settings

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
REQUEST = Request(samples.NEGATIVE.patient.patient, "A Name", "geneticist")
ID = REQUEST.patient
UNCONFIRMED = replace(REQUEST, unconfirmed="no DNA is left")
EXPANDED = samples.EXPANSION.model_copy(update={"patient": samples.NEGATIVE.patient})


@dataclass(frozen=True)
class Clinic:
    """A run's results and what makes them."""

    results: Path
    settings: Settings = field(default_factory=settings)

    def run(self, report: Report, **more: Any) -> None:
        """Write the report of a run."""
        patient = replace(patient_of(report), **{"birth_date": "1971-03-09", **more})
        write_jsonl(self.results / "findings" / "b.0001.jsonl", [report])
        manifest, archive = self.results / "reports/b.0001/manifest.jsonl", self.results / "authorised"
        write_jsonl(self.results / "findings/b.0001.jsonl", [report])
        material = {patient.patient: Material.of(report)}
        write_reports([patient], material, self.settings, manifest, archive, "2026-06-12")

    def sign(self, request: Request = REQUEST, now: datetime = NOW) -> Path:
        return authorise(request, self.settings, self.results, now)

    @property
    def shown(self) -> Path:
        """Where links to the report lead."""
        return self.results / "reports/b.0001" / ID

    def text(self, folder: Path | None = None) -> str:
        text = Page(((folder or self.shown) / "report.html").read_text()).text
        return re.sub(r" (?=[:;,.)])|(?<=\() ", "", text)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    found = Clinic(tmp_path / "results")
    found.run(samples.NEGATIVE)
    return found


def record(folder: Path) -> Authorisation:
    return Authorisation.model_validate_json((folder / "authorisation.json").read_bytes())


def refused(clinic: Clinic, request: Request = REQUEST) -> str:
    before = sorted(path for path in clinic.results.rglob("*") if path.is_file())
    with pytest.raises(InputError) as caught:
        clinic.sign(request)
    assert sorted(path for path in clinic.results.rglob("*") if path.is_file()) == before
    return str(caught.value)


def test_who_when_and_what_was_signed(clinic: Clinic) -> None:
    draft = {path.name: sha256(path.read_bytes()).hexdigest() for path in clinic.shown.iterdir()}
    folder = clinic.sign()
    assert folder == clinic.results / "authorised" / ID / "0001"
    found = record(folder)
    assert (found.by, found.role, found.at, found.number) == (
        "A Name", "geneticist", "2026-06-15T09:30:00+00:00", 1
    )  # fmt: skip
    assert found.signed == draft
    files = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "authorisation.json"
    }
    assert found.files == files
    assert {"report.html", "report.json", "report.fhir.json", "findings.tsv"} <= set(files)
    assert set(files) == set(draft)
    assert files["report.json"] == draft["report.json"], "the content is what was signed"


def test_the_final_report_says_so_and_the_draft_does_not(clinic: Clinic) -> None:
    assert "Draft – not authorised" in clinic.text()
    text = clinic.text(clinic.sign())
    assert "Final report" in text
    assert "authorised by A Name (geneticist), 15 June 2026" in text
    assert "15 June 2026, 09:30 UTC" in text
    assert "Report date: 15 June 2026" in text
    assert "not authorised" not in text
    assert "Not authorised" not in text
    fhir = json.loads((clinic.shown / "report.fhir.json").read_text())
    assert fhir["entry"][0]["resource"]["status"] == "final"
    assert fhir["entry"][0]["resource"]["issued"] == "2026-06-15T09:30:00Z"


def test_every_link_leads_to_the_signed_report_and_a_rerun_keeps_it(clinic: Clinic) -> None:
    folder = clinic.sign()
    before = (clinic.shown / "report.html").stat().st_mtime_ns
    assert (clinic.shown / "report.html").read_bytes() == (folder / "report.html").read_bytes()
    clinic.run(samples.NEGATIVE)
    assert (clinic.shown / "report.html").stat().st_mtime_ns == before
    (row,) = read_manifest(clinic.shown.parent / "manifest.jsonl")
    assert row.files == record(folder).files


def test_a_draft_that_an_interrupted_run_left_behind_its_findings_is_not_signed(clinic: Clinic) -> None:
    findings = clinic.results / "findings" / "b.0001.jsonl"
    write_jsonl(findings, [EXPANDED])
    assert "the findings are not those that the draft was made from" in refused(clinic)
    findings.unlink()
    assert "the findings are not those that the draft was made from" in refused(clinic)


def test_signing_keeps_the_checksums_of_the_run_true(clinic: Clinic) -> None:
    write_checksums(clinic.results, clinic.results / "checksums.sha256")
    clinic.sign()
    assert changed_files(clinic.results) == []
    (clinic.shown / "findings.tsv").write_text("forged")
    (problem,) = changed_files(clinic.results)
    assert problem.path == f"reports/b.0001/{ID}/findings.tsv"


def test_another_result_is_an_amended_draft_that_says_what_changed(clinic: Clinic) -> None:
    first = clinic.sign()
    clinic.run(EXPANDED)
    text = clinic.text()
    assert "Amended draft – not authorised" in text
    assert "Changed since report no. 1" in text
    assert "Conclusion: Nothing found → Positive" in text
    assert "C9orf72 repeat: Not expanded → Expanded" in text
    assert text.index("Changed since") < text.index("Date of birth")
    assert "Final report" in clinic.text(first), "the earlier report is kept"


def test_the_amended_report_is_signed_again_and_the_old_one_is_kept(clinic: Clinic) -> None:
    first = clinic.sign()
    kept = {path.name: path.read_bytes() for path in first.iterdir()}
    clinic.run(EXPANDED)
    second = clinic.sign(replace(REQUEST, unconfirmed="no DNA is left"), LATER)
    assert second.name == "0002"
    text = clinic.text(second)
    assert "Amended report" in text
    assert "replaces report no. 1" in text
    assert "without confirmation by another method. Reason given by the signatory: no DNA is left" in text
    assert [one.subject for one in record(second).changes] == ["conclusion", "repeat", "repeat"]
    assert {path.name: path.read_bytes() for path in first.iterdir()} == kept
    fhir = json.loads((second / "report.fhir.json").read_text())
    assert fhir["entry"][0]["resource"]["status"] == "amended"


def test_a_corrected_name_is_a_change_too(clinic: Clinic) -> None:
    clinic.sign()
    clinic.run(samples.NEGATIVE, name="Another Name")
    assert "Name: A Name → Another Name (cause: other data" in clinic.text()


def test_new_knowledge_without_a_new_result_says_that_nothing_changed(clinic: Clinic) -> None:
    clinic.sign()
    provenance = samples.PROVENANCE.model_copy(update={"pipeline": "als-screen 0.2.0"})
    clinic.run(samples.NEGATIVE.model_copy(update={"provenance": provenance}))
    assert "Nothing that it says of the patient has changed" in clinic.text()
    assert "Draft – not authorised" in clinic.text()


def test_the_same_report_is_not_signed_twice(clinic: Clinic) -> None:
    clinic.sign()
    assert "was authorised by A Name as no. 1" in refused(clinic)


def test_a_stranger_has_no_report(clinic: Clinic) -> None:
    assert "no report of this patient" in refused(clinic, replace(REQUEST, patient="P999"))


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_a_draft_that_was_altered_is_refused(clinic: Clinic, name: str) -> None:
    (clinic.shown / name).write_text("{}")
    assert f"{name} is not what the run wrote" in refused(clinic)


def test_a_draft_of_other_settings_is_refused(clinic: Clinic) -> None:
    other = Clinic(clinic.results, settings(report={"pdf": False, "language": "nl"}))
    assert other.sign().name == "0001", "the language is the draft's"
    study = {"gene": "SOD1", "result": "positive", "text": "T"}
    clinic.run(EXPANDED)
    other = Clinic(clinic.results, settings(studies=[study]))
    assert "made with other settings" in refused(other, replace(REQUEST, unconfirmed="x"))


def test_an_unaffected_person_is_signed_only_where_predictive_testing_is_meant(tmp_path: Path) -> None:
    patient = samples.PERSON.model_copy(update={"diagnosis": "unaffected"})
    report = samples.NEGATIVE.model_copy(update={"patient": patient})
    closed = Clinic(tmp_path / "closed")
    closed.run(report)
    request = replace(REQUEST, patient=patient.patient)
    assert "no report: unaffected person" in refused(closed, request)
    allowed = Clinic(tmp_path / "open", settings(allow_predictive=True))
    allowed.run(report)
    assert "the person is unaffected" in refused(Clinic(allowed.results), request)
    assert allowed.sign(request).name == "0001"


def test_all_refusals_are_told_at_once(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path / "results")
    clinic.run(EXPANDED, name=None, birth_date=None)
    lines = refused(clinic, replace(REQUEST, by="")).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{ID} | authorise | ") for line in lines)


def test_a_signed_report_that_was_altered_is_never_shown_as_signed(clinic: Clinic) -> None:
    folder = clinic.sign()
    (folder / "report.html").write_text("forged")
    (clinic.shown / "report.html").unlink()
    with pytest.raises(AlsScreenError, match="not the file that was signed"):
        clinic.run(samples.NEGATIVE)


def test_a_signature_that_cannot_be_read_is_an_error(clinic: Clinic) -> None:
    (clinic.sign() / "authorisation.json").write_text("{}")
    with pytest.raises(AlsScreenError, match="not what authorise wrote"):
        clinic.run(samples.NEGATIVE)


def test_nothing_half_written_is_left_where_rendering_fails(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> dict[str, bytes]:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OSError, match="disk full"):
        clinic.sign()
    assert list((clinic.results / "authorised").rglob("*")) == [clinic.results / "authorised" / ID]
    monkeypatch.undo()
    assert clinic.sign().name == "0001"


def command(directory: Path, *more: str) -> int:
    arguments = ["--patient", ID, "--by", "A Name", "--role", "geneticist", "--directory", str(directory)]
    with pytest.raises(SystemExit) as ended:
        main(["authorise", *arguments, *more])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_command_uses_the_settings_that_the_run_recorded(
    clinic: Clinic, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    directory = clinic.results.parent
    assert command(directory) == 2
    assert "there is no finished run" in capsys.readouterr().err
    for damaged in ("{", "[]", "{}", '{"config": {}}', "[" * 100_000):
        (clinic.results / "run.json").write_text(damaged)
        assert command(directory) == 2
        assert "is not what the run wrote" in capsys.readouterr().err
    run = json.dumps({"config": clinic.settings.model_dump(mode="json")})
    (clinic.results / "run.json").write_text(run)
    before = os.umask(0)
    os.umask(before)
    try:
        assert command(directory) == 0
    finally:
        os.umask(before)
    folder = clinic.results / "authorised" / ID / "0001"
    modes = {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())}
    assert modes == {0}, "nobody else may read it"
    assert capsys.readouterr().out.strip().endswith(f"authorised/{ID}/0001")
    assert record(clinic.results / "authorised" / ID / "0001").at == "2026-06-15T09:30:00+00:00"
    assert command(directory) == 2


def of_files(report: Report, genotypes: dict[str, str] | None, vcf: str) -> Report:
    """Return a finding of a person's genotypes from a file of a name."""
    provenance = report.provenance.model_copy(update={"inputs": {"vcf": [vcf], "reads": []}})
    return of(report.model_copy(update={"provenance": provenance}), genotypes)


def signed(tmp_path: Path) -> Clinic:
    """Return a clinic that has signed a negative of somebody whose genotypes are known."""
    clinic = Clinic(tmp_path / "results")
    clinic.run(of(samples.NEGATIVE, PERSON))
    clinic.sign()
    return clinic


def test_the_genotypes_stay_in_the_archive_and_are_in_no_report(tmp_path: Path) -> None:
    clinic = signed(tmp_path)
    folder = clinic.results / "authorised" / ID / "0001"
    assert set(record(folder).internal) == {"fingerprint.json"}
    assert not (clinic.shown / "fingerprint.json").exists()
    assert "fingerprint.json" not in record(folder).files
    word = next(iter(PERSON.values()))
    told = [path for path in clinic.results.rglob("*") if path.is_file() and word in path.read_text()]
    assert sorted(path.name for path in told) == ["b.0001.jsonl", "fingerprint.json"]
    assert list(altered_files(clinic.results / "authorised")) == []
    (folder / "fingerprint.json").write_text("{}")
    assert [path.name for path, _ in altered_files(clinic.results / "authorised")] == ["fingerprint.json"]


@pytest.mark.parametrize(
    "report",
    [pytest.param(EXPANDED, id="another result"), pytest.param(samples.NEGATIVE, id="the same result")],
)
@pytest.mark.parametrize(
    "vcf", [pytest.param("P001.vcf.gz", id="same name"), pytest.param("o.vcf.gz", id="other")]
)
def test_another_persons_result_is_never_compared(tmp_path: Path, report: Report, vcf: str) -> None:
    clinic = signed(tmp_path)
    clinic.run(of_files(report, STRANGER, vcf))
    text = clinic.text()
    assert "Draft – not authorised" in text
    assert "Not compared with report no. 1" in text
    assert "are of two different persons" in text
    assert "Find out whose data each of them has" in text
    for said in ("Amended draft", "Changed since", "→", "replaces it", "Nothing that it says"):
        assert said not in text
    (row,) = read_manifest(clinic.shown.parent / "manifest.jsonl")
    assert row.whose is Whose.ANOTHER
    request = UNCONFIRMED if report is EXPANDED else REQUEST
    assert "those of signed report no. 1 are of two persons" in refused(clinic, request)


def test_who_knows_that_it_is_right_signs_with_a_reason(tmp_path: Path) -> None:
    clinic = signed(tmp_path)
    first = (clinic.results / "authorised" / ID / "0001").resolve()
    clinic.run(of_files(EXPANDED, STRANGER, "o.vcf.gz"))
    folder = clinic.sign(replace(UNCONFIRMED, other_person="tubes had been swapped"), LATER)
    found = record(folder)
    assert (found.number, found.series, found.changes, found.other_person) == (
        2, 2, (), "tubes had been swapped"
    )  # fmt: skip
    text = clinic.text()
    assert "Final report" in text
    assert "Reason given by the signatory: tubes had been swapped" in text
    assert "this report does not replace that one" in text
    for said in ("Amended", "replaces report no.", "→", "Find out"):
        assert said not in text
    before, after = (json.loads((one / "report.fhir.json").read_text())["entry"] for one in (first, folder))
    assert after[0]["resource"]["status"] == "final"
    ids = [{one["fullUrl"] for one in entries} for entries in (before, after)]
    assert not ids[0] & ids[1], "a receiver replaces nothing of the other person's"
    assert "exactly this report was authorised" in refused(clinic, REQUEST)
    (row,) = read_manifest(clinic.shown.parent / "manifest.jsonl")
    assert row.whose is None, "it is settled"
    clinic.run(of_files(samples.NEGATIVE, STRANGER, "o.vcf.gz"))
    assert "Changed since report no. 2" in clinic.text()
    third = clinic.sign(REQUEST, LATER)
    amended = json.loads((third / "report.fhir.json").read_text())["entry"]
    assert amended[0]["resource"]["status"] == "amended"
    assert amended[0]["fullUrl"] == after[0]["fullUrl"]


def test_a_reason_for_another_person_where_there_is_none_is_refused(tmp_path: Path) -> None:
    clinic = signed(tmp_path)
    clinic.run(of_files(EXPANDED, PERSON, "o.vcf.gz"))
    assert "no signed report is of another person's data" in refused(
        clinic, replace(UNCONFIRMED, other_person="x")
    )


def test_where_genotypes_cannot_tell_that_is_said(tmp_path: Path) -> None:
    clinic = signed(tmp_path)
    clinic.run(of_files(EXPANDED, {}, "o.vcf.gz"))
    text = clinic.text()
    assert "genotypes cannot tell whether" in text
    assert "C9orf72 repeat: Not expanded → Expanded" in text
    assert "genotypes cannot tell whether" in clinic.text(clinic.sign(UNCONFIRMED, LATER))


def test_other_files_of_the_same_person_are_compared_as_ever(tmp_path: Path) -> None:
    clinic = signed(tmp_path)
    clinic.run(of_files(EXPANDED, PERSON, "o.vcf.gz"))
    text = clinic.text()
    assert "Amended draft – not authorised" in text
    assert "genotypes" not in text[: text.index("Date of birth")]
