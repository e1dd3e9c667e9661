"""Which report has which picture, and the reason where there is none."""

from __future__ import annotations

import re

import pytest

from als_screen.evidence import State
from als_screen.read_views import RepeatReads, VariantReads
from als_screen.reports import advice, pictures
from als_screen.reports.catalogue import Language
from als_screen.reports.patient import render_hash, render_patient
from als_screen.reports.pictures import ReadsShown, pictures_of, read_shown
from unit.reports.pages import Page
from unit.reports.picture_reads import EXPANDED_READS, site_reads, variant_reads
from unit.reports.samples import (
    DIFFERENT,
    EXPANSION,
    NEGATIVE,
    NO_COVERAGE,
    NO_REPEAT,
    SETTINGS,
    SOD1_POSITIVE,
    VCF_ONLY,
    VUS,
    variant,
)

ALL = ReadsShown(EXPANDED_READS, variant_reads())


def test_the_page_shows_the_repeat_and_the_variant() -> None:
    page = Page(render_patient(SOD1_POSITIVE, SETTINGS, "en", ALL))
    assert "Reads over each allele of the C9orf72 repeat" in page.text
    assert "Reads over the variant NM_000454.5:c.14C>T" in page.text
    assert "No picture" not in page.text


@pytest.mark.parametrize("language", Language)
def test_ids_are_unique_and_nothing_inline_needs_permission(language: Language) -> None:
    two = SOD1_POSITIVE.model_copy(update={"variants": (variant(), variant(pos=31659784, hgvs_c=None))})
    sites = variant_reads(site_reads(), site_reads(pos=31659784))
    html = render_patient(two, SETTINGS, language, ReadsShown(EXPANDED_READS, sites))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert not {"style", "onload"} & {name for name, _ in Page(html).attributes}
    for names in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert set(names.split()) <= set(ids)


def test_a_page_with_every_picture_is_small() -> None:
    variants = tuple(variant(pos=31659783 + step) for step in range(30))
    report = EXPANSION.model_copy(update={"variants": variants})
    sites = variant_reads(*(site_reads(pos=31659783 + step) for step in range(30)))
    html = render_patient(report, SETTINGS, "fr", ReadsShown(EXPANDED_READS, sites))
    assert html.count('role="img" aria-labelledby="re') == 1 + advice.IN_FULL
    assert len(html.encode()) < 1_000_000


def test_a_pathogenic_variant_has_its_picture_however_many_uncertain_ones_come_before_it() -> None:
    before = tuple(VUS.model_copy(update={"pos": 11022312 + step}) for step in range(30))
    report = EXPANSION.model_copy(update={"variants": (*before, variant())})
    found = pictures_of(report, ReadsShown(None, variant_reads()), Language.ENGLISH)
    assert found.of(variant()).svg
    assert len(found.variants) == advice.IN_FULL


@pytest.mark.parametrize(
    ("repeat", "reason"),
    [
        pytest.param(None, "no reads were kept", id="an older run"),
        pytest.param(
            RepeatReads(patient="P", state=State.NOT_ASSESSED, reason="no usable BAM or CRAM"),
            "no usable BAM or CRAM",
            id="no reads",
        ),
    ],
)
def test_no_picture_of_the_repeat_has_a_reason(repeat: RepeatReads | None, reason: str) -> None:
    found = pictures_of(NEGATIVE, ReadsShown(repeat), Language.ENGLISH)
    assert (found.repeat.svg, found.repeat.reason) == ("", reason)
    assert (
        f"No picture of the reads: {reason}"
        in Page(render_patient(NEGATIVE, SETTINGS, "en", ReadsShown(repeat))).text
    )


def test_without_sizes_there_is_no_allele_to_draw_under() -> None:
    found = pictures_of(VCF_ONLY, ALL, Language.ENGLISH)
    assert found.repeat.reason == VCF_ONLY.repeat.reason


@pytest.mark.parametrize(
    ("reads", "reason"),
    [
        pytest.param(None, "no reads were kept", id="an older run"),
        pytest.param(
            VariantReads(patient="P", state=State.NOT_ASSESSED, reason="no reads were given"),
            "no reads were given",
            id="no reads",
        ),
        pytest.param(
            variant_reads(site_reads(pos=5)),
            "reads are kept in and near the coding exons only",
            id="elsewhere",
        ),
        pytest.param(
            variant_reads(site_reads(reads=(), total=0)), "no read lies over the variant", id="not covered"
        ),
    ],
)
def test_no_picture_of_a_variant_has_a_reason(reads: VariantReads | None, reason: str) -> None:
    picture = pictures_of(SOD1_POSITIVE, ReadsShown(None, reads), Language.ENGLISH).of(variant())
    assert (picture.svg, picture.reason) == ("", reason)


def test_reads_that_another_step_found_broken_are_not_shown() -> None:
    report = SOD1_POSITIVE.model_copy(update={"coverage": NO_COVERAGE, "repeat": NO_REPEAT})
    found = pictures_of(report, ALL, Language.ENGLISH)
    assert (found.repeat.svg, found.repeat.reason) == ("", NO_REPEAT.reason)
    assert (found.of(variant()).svg, found.of(variant()).reason) == ("", "the reads were not used")


def test_a_picture_never_fails_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(pictures, "repeat_svg", broken)
    monkeypatch.setattr(pictures, "reads_svg", broken)
    text = Page(render_patient(SOD1_POSITIVE, SETTINGS, "en", ALL)).text
    assert text.count("No picture of the reads: it could not be drawn (ZeroDivisionError)") == 2


def test_files_of_different_persons_have_no_picture() -> None:
    found = pictures_of(DIFFERENT, ALL, Language.DUTCH)
    assert found.repeat.svg == ""
    assert found.variants == {}
    assert "<svg xmlns" not in render_patient(DIFFERENT, SETTINGS, "en", ALL)


def test_other_reads_are_another_report() -> None:
    assert render_hash(NEGATIVE, SETTINGS, "en", ALL) != render_hash(NEGATIVE, SETTINGS, "en")


def test_evidence_is_read_by_patient(tmp_path: object) -> None:
    from pathlib import Path

    from als_screen.files import write_jsonl

    folder = Path(str(tmp_path))
    write_jsonl(folder / "r.jsonl", [EXPANDED_READS])
    write_jsonl(folder / "v.jsonl", [variant_reads()])
    assert read_shown(folder / "r.jsonl", folder / "v.jsonl") == {"P": ALL}
