"""The clinic's file and its logo, refused before a run starts where they cannot be printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from als_screen.errors import InputError, Problem
from als_screen.reports.advice import Topic
from als_screen.reports.clinic import MAX_LOGO, clinic_key, load_clinic
from als_screen.reports.settings import Clinic

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'
DEMO = Path(__file__).resolve().parents[3] / "config" / "demo" / "clinic.yaml"


def clinic_of(folder: Path, logo: bytes | None, text: str = "laboratory: {name: Lab, logo: logo.x}") -> Path:
    if logo is not None:
        (folder / "logo.x").write_bytes(logo)
    (folder / "clinic.yaml").write_text(text)
    return folder / "clinic.yaml"


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load_clinic(path)
    return list(caught.value.problems)


def test_no_file_is_a_clinic_that_configured_nothing() -> None:
    assert load_clinic(None) == Clinic()
    assert clinic_key(None) == []


def test_the_demo_clinic_is_whole() -> None:
    clinic = load_clinic(DEMO)
    assert clinic.laboratory.logo is not None
    assert clinic.laboratory.logo.startswith("data:image/svg+xml;base64,")
    assert clinic.laboratory.accreditation
    assert len(clinic.signatories) == 2
    assert all(set(texts) == {"en", "nl", "fr"} for texts in clinic.texts.values())


@pytest.mark.parametrize(
    ("logo", "kind"),
    [
        pytest.param(PNG, "png", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 20, "jpeg", id="JPEG"),
        pytest.param(SVG.format("<path d='M0 0'/>").encode(), "svg+xml", id="SVG"),
        pytest.param(SVG.format('<rect fill="url(#a)"/>').encode(), "svg+xml", id="a gradient of its own"),
    ],
)
def test_the_logo_is_inlined_by_what_its_bytes_say(tmp_path: Path, logo: bytes, kind: str) -> None:
    found = load_clinic(clinic_of(tmp_path, logo)).laboratory.logo
    assert found is not None
    assert found.startswith(f"data:image/{kind};base64,")


@pytest.mark.parametrize(
    ("logo", "expected"),
    [
        pytest.param(None, "the logo does not exist", id="no file"),
        pytest.param(PNG + b"\0" * MAX_LOGO, "at most 200,000 are allowed", id="too large"),
        pytest.param(b"GIF89a", "no PNG, JPEG or self-contained SVG", id="another kind"),
        pytest.param(b"", "no PNG, JPEG or self-contained SVG", id="empty"),
        pytest.param(SVG.format("<script>1</script>").encode(), "without scripts", id="a script"),
        pytest.param(SVG.format("<g onload='x'/>").encode(), "without scripts", id="an event"),
        pytest.param(SVG.format("<use href='#a'/>").encode(), "without scripts", id="a reference"),
        pytest.param(
            SVG.format("<rect fill='url(http://a/b)'/>").encode(), "self-contained", id="a foreign paint"
        ),
        pytest.param(b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG.encode(), "self-contained", id="entities"),
        pytest.param(b"<svg><g></svg>", "self-contained", id="broken XML"),
        pytest.param(b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "self-contained", id="no SVG"),
    ],
)
def test_a_logo_that_cannot_be_inlined_is_refused(tmp_path: Path, logo: bytes | None, expected: str) -> None:
    (problem,) = problems_of(clinic_of(tmp_path, logo))
    assert expected in problem.expected
    assert problem.path.endswith("logo.x")


def test_a_folder_is_no_logo(tmp_path: Path) -> None:
    (tmp_path / "logo.x").mkdir()
    (problem,) = problems_of(clinic_of(tmp_path, None))
    assert problem.expected == "the logo is not a regular file"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("laboratory: {telephone: 1}", "laboratory.telephone"),
        ("laboratory: Lab", "laboratory"),
        ("signatories: [{name: A}]", "signatories.0.role"),
        ("texts: {counseling: {en: A}}", "texts.counseling"),
        ("texts: {counselling: {de: A}}", "texts.counselling.de"),
        ("language: nl", "language"),
    ],
)
def test_a_key_that_is_none_is_named(tmp_path: Path, text: str, key: str) -> None:
    (problem,) = problems_of(clinic_of(tmp_path, None, text))
    assert problem.path.startswith(f"{tmp_path / 'clinic.yaml'}: {key}")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = "laboratory: {logo: none.png, telephone: 1}"
    assert len(problems_of(clinic_of(tmp_path, None, text))) == 2


def test_the_key_changes_with_the_file_and_the_logo(tmp_path: Path) -> None:
    keys = [clinic_key(clinic_of(tmp_path, logo)) for logo in (PNG, PNG + b"1")]
    keys.append(clinic_key(clinic_of(tmp_path, PNG, "laboratory: {name: Other, logo: logo.x}")))
    assert len({tuple(key) for key in keys}) == 3


def test_the_readme_has_every_topic_and_no_other() -> None:
    readme = (DEMO.parents[1] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| topic | printed where |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(Topic)
