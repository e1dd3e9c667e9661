"""A new release of knowledge alone leaves a report as it is; whatever else a reader relies on does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.models import Report, ResourceVersion, Variant
from als_screen.reports.refusals import Request
from als_screen.reports.unchanged import same_but_for_releases, without_releases
from als_screen.reports.write import ManifestRow
from als_screen.states import Classification
from unit.reports.samples import VUS, VUS_REPORT
from unit.reports.test_authorise import NOW, Clinic
from unit.reports.test_write import page, settings, written

NEXT = ResourceVersion(release="2027-01-01", sha256="f" * 64)


def with_table(report: Report, name: str = "clinvar", version: ResourceVersion = NEXT) -> Report:
    """Return the finding as another release of a resource makes it, all else being equal."""
    made = report.provenance
    moved = made.model_copy(update={"resources": {**made.resources, name: version}})
    variants = tuple(
        one.model_copy(update={"clinvar": one.clinvar.model_copy(update={"release": version.release})})
        if one.clinvar
        else one
        for one in report.variants
    )
    return report.model_copy(update={"provenance": moved, "variants": variants})


def with_variant(report: Report, reported: bool, change: Callable[[Variant], dict[str, object]]) -> Report:
    """Return the finding with its reported, or not reported, alleles changed."""
    variants = (
        one.model_copy(update=change(one)) if one.reported is reported else one for one in report.variants
    )
    return report.model_copy(update={"variants": tuple(variants)})


def lower(one: Variant) -> dict[str, object]:
    moved = {"proposed": Classification.LIKELY_BENIGN}
    return {"classification": one.classification.model_copy(update=moved)}


CASES: list[tuple[str, Report, bool]] = [
    ("nothing", VUS_REPORT, True),
    ("release of ClinVar", with_table(VUS_REPORT), True),
    ("release of the laboratory's own table", with_table(VUS_REPORT, "local_classes"), False),
    ("ACMG/AMP policy", with_table(VUS_REPORT, "acmg_policy"), False),
    ("wording", with_table(VUS_REPORT, "wording"), False),
    ("number of known alleles", VUS_REPORT.model_copy(update={"recheck_absent": 999}), True),
    ("record of an allele not reported", with_variant(VUS_REPORT, False, lambda _: {"clinvar": None}), True),
    (
        "points of an allele not reported",
        with_variant(
            VUS_REPORT,
            False,
            lambda one: {"classification": one.classification.model_copy(update={"points": -7})},
        ),
        True,
    ),
    ("class of an allele not reported", with_variant(VUS_REPORT, False, lower), False),
    ("class of a reported allele", with_variant(VUS_REPORT, True, lower), False),
    (
        "points of a reported allele",
        with_variant(
            VUS_REPORT,
            True,
            lambda one: {"classification": one.classification.model_copy(update={"points": 5})},
        ),
        False,
    ),
    ("frequency of a reported allele", with_variant(VUS_REPORT, True, lambda _: {"frequency": None}), False),
    (
        "software",
        VUS_REPORT.model_copy(
            update={"provenance": VUS_REPORT.provenance.model_copy(update={"pipeline": "als-screen 9"})}
        ),
        False,
    ),
]


@pytest.mark.parametrize(("what", "other", "same"), CASES, ids=[what for what, _, _ in CASES])
def test_what_leaves_a_report_as_it_is(tmp_path: Path, what: str, other: Report, same: bool) -> None:
    first = written(tmp_path, VUS_REPORT, settings())
    html = page(tmp_path, VUS_REPORT)
    before = html.stat().st_mtime_ns, html.stat().st_ino
    second = written(tmp_path, other, settings())
    assert ((html.stat().st_mtime_ns, html.stat().st_ino) == before) is same, what
    assert same_but_for_releases(VUS_REPORT, other) is same
    assert (second.essence == first.essence) is same


def test_the_manifest_says_with_which_release_a_report_holds(tmp_path: Path) -> None:
    old = VUS_REPORT.provenance.resources["clinvar"]
    assert written(tmp_path, VUS_REPORT, settings()).holds_with["clinvar"] == old
    row = written(tmp_path, with_table(VUS_REPORT), settings())
    assert (row.knowledge["clinvar"], row.holds_with["clinvar"]) == (old, NEXT)
    assert old.release in page(tmp_path, VUS_REPORT).read_text()
    page(tmp_path, VUS_REPORT).unlink()
    row = written(tmp_path, with_table(VUS_REPORT), settings())
    assert (row.knowledge["clinvar"], row.holds_with["clinvar"]) == (NEXT, NEXT), "rendered again"
    assert NEXT.release in page(tmp_path, VUS_REPORT).read_text()


def test_a_kept_draft_can_be_signed_and_a_signed_report_stays(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path / "results")
    clinic.run(VUS_REPORT)
    clinic.run(with_table(VUS_REPORT))
    signed = clinic.sign(Request(VUS_REPORT.patient.patient, "A Name", "geneticist"), NOW)
    shown = clinic.results / "reports/b.0001" / VUS_REPORT.patient.patient / "report.html"
    for report in (with_table(VUS_REPORT), VUS_REPORT):
        clinic.run(report)
        assert shown.read_bytes() == (signed / "report.html").read_bytes()
    clinic.run(with_variant(with_table(VUS_REPORT), True, lower))
    assert "Changed since report no. 1" in shown.read_text()


def test_a_manifest_without_essence_is_written_anew(tmp_path: Path) -> None:
    row = written(tmp_path, VUS_REPORT, settings())
    older = row.model_dump_json(exclude={"essence", "made_from", "knowledge", "holds_with"})
    assert ManifestRow.model_validate_json(older).essence == ""
    (tmp_path / "rendered.jsonl").write_text(older + "\n")
    assert written(tmp_path, VUS_REPORT, settings()) == row


def test_reported_alleles_keep_all_but_the_release() -> None:
    (one,) = (each for each in without_releases(VUS_REPORT).variants if each.pos == VUS.pos)
    assert one.classification == VUS.classification
