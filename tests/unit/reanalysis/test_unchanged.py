"""Whose report stayed, and with which releases it holds."""

from __future__ import annotations

from pathlib import Path

from als_screen.files import write_jsonl
from als_screen.models import ResourceVersion
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.unchanged import Unchanged, unchanged, unchanged_tsv
from als_screen.reports.write import ManifestRow
from reanalysis_runs import evidence, release, run

OLD, NEW = (ResourceVersion(release=day, sha256=day) for day in ("2026-01-01", "2026-02-01"))


def row(patient: str, files: dict[str, str], made: ResourceVersion, holds: ResourceVersion) -> ManifestRow:
    known = {"knowledge": {"clinvar": made}, "holds_with": {"clinvar": holds}}
    return ManifestRow(patient=patient, render_hash="", files=files, **known)


def test_reports_that_stayed_are_named(tmp_path: Path) -> None:
    names = ("KEPT", "MADE", "WITHHELD", "NO-REPORT")
    people = {name: evidence(name) for name in names}
    made = run(tmp_path / "run", release(tmp_path / "k", "2026-02-01", None), people)
    page = {"report.html": "0"}
    rows = [row("KEPT", page, OLD, NEW), row("MADE", page, NEW, NEW), row("WITHHELD", {}, OLD, NEW)]
    write_jsonl(made / "results" / "reports" / "b.0001" / "manifest.jsonl", rows)
    found = unchanged(RunFolder(made), names)
    assert [one.report for one in found] == ["kept", "rendered", "none", "none"]
    assert (found[0].made_with, found[0].holds_with) == ("clinvar 2026-01-01", "clinvar 2026-02-01")


def test_cells_are_no_formulas() -> None:
    text = unchanged_tsv([Unchanged("P", "b", "kept", "=cmd()", "2026")])
    assert "\t=cmd" not in text
