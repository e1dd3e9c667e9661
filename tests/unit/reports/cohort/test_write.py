"""The files of the cohort, from findings files to the folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.config import Settings
from als_screen.errors import AlsScreenError
from als_screen.files import write_jsonl
from als_screen.models import Report
from als_screen.reports.cohort.write import write_cohort
from als_screen.reports.standing import Whose
from als_screen.reports.write import ManifestRow
from unit.reports import samples
from unit.reports.cohort.people import renamed

FILES = {
    "report.html",
    "cohort.tsv",
    "cohort.xlsx",
    "findings.jsonl",
    "als_screen_mqc.json",
    "same_person.tsv",
}


def findings(folder: Path, name: str, *reports: Report) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(report.model_dump_json() + "\n" for report in reports), encoding="utf-8")
    return path


def written(folder: Path, batches: dict[str, Path], **settings: object) -> Path:
    page = folder / "cohort" / "report.html"
    write_cohort(batches, Settings.model_validate({"samples": "none", **settings}), page, "2026-06-12")
    return page


def test_every_file_is_there_and_nobody_is_named(tmp_path: Path) -> None:
    page = written(tmp_path, {"R.0001": findings(tmp_path, "a", samples.SOD1_POSITIVE, samples.NOT_ANALYSED)})
    assert {path.name for path in page.parent.iterdir()} == FILES
    for name in FILES - {"cohort.xlsx"}:
        text = (page.parent / name).read_text(encoding="utf-8")
        assert not [secret for secret in ("Example Person", "B-2026-0417", "1971-03-09") if secret in text]


def test_patients_stay_in_the_order_of_the_batches_given(tmp_path: Path) -> None:
    one = findings(tmp_path, "a", renamed(samples.NEGATIVE, "Z"), renamed(samples.NEGATIVE, "Y"))
    two = findings(tmp_path, "b", renamed(samples.NEGATIVE, "A"))
    page = written(tmp_path, {"R2.0001": one, "R1.0001": two})
    lines = page.with_name("findings.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["patient"]["patient"] for line in lines] == ["Z", "Y", "A"]
    assert "../reports/R2.0001/Z/report.html" in page.read_text(encoding="utf-8")


def test_an_unaffected_person_has_no_report_to_link_to(tmp_path: Path) -> None:
    path = findings(tmp_path, "a", renamed(samples.NEGATIVE, "U", diagnosis="unaffected"))
    assert "U/report.html" not in written(tmp_path, {"R": path}).read_text(encoding="utf-8")
    allowed = written(tmp_path, {"R": path}, allow_predictive=True)
    assert "U/report.html" in allowed.read_text(encoding="utf-8")


def test_who_has_a_signed_report_of_another_person_stands_out(tmp_path: Path) -> None:
    row = ManifestRow(patient="P1", render_hash="", files={}, whose=Whose.ANOTHER)
    write_jsonl(tmp_path / "reports/R/manifest.jsonl", [row])
    page = written(tmp_path, {"R": findings(tmp_path, "a", renamed(samples.NEGATIVE, "P1"))})
    text = page.read_text(encoding="utf-8")
    assert "Signed reports of other data under the same id" in text
    assert "those of the signed report are of two different persons" in text
    assert "signed_report_another_person" in page.with_name("cohort.tsv").read_text(encoding="utf-8")


def test_the_export_is_made_with_a_key_and_removed_without(tmp_path: Path) -> None:
    path = findings(tmp_path, "a", renamed(samples.SOD1_POSITIVE, "P1", research_consent="yes"))
    key = tmp_path / "key"
    key.write_bytes(bytes(32))
    folder = written(tmp_path, {"R": path}, research={"key": str(key)}).with_name("research")
    assert sorted(one.name for one in folder.iterdir()) == ["patients.tsv", "variants.tsv"]
    written(tmp_path, {"R": path})
    assert list(folder.glob("*.tsv")) == []


def test_a_broken_file_of_findings_leaves_what_was_there(tmp_path: Path) -> None:
    page = written(tmp_path, {"R": findings(tmp_path, "a", samples.NEGATIVE)})
    before = {path.name: path.read_bytes() for path in page.parent.iterdir()}
    (tmp_path / "a.jsonl").write_text('{"half":', encoding="utf-8")
    with pytest.raises(AlsScreenError, match=r"a\.jsonl: not a file of findings"):
        written(tmp_path, {"R": tmp_path / "a.jsonl"})
    assert {path.name: path.read_bytes() for path in page.parent.iterdir()} == before


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    batches = {"R": findings(tmp_path, "a", *samples.SAMPLES.values())}
    first = {path.name: path.read_bytes() for path in written(tmp_path, batches).parent.iterdir()}
    again = {path.name: path.read_bytes() for path in written(tmp_path, batches).parent.iterdir()}
    assert first == again
