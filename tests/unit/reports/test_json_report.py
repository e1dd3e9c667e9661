from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.regions import Build
from als_screen.reports.cohort.collect import Cohort
from als_screen.reports.cohort.finding import read_line
from als_screen.reports.cohort.multiqc import multiqc_json
from als_screen.reports.cohort.page import render_cohort
from als_screen.reports.cohort.rows import cohort_tsv
from als_screen.reports.json_report import IDENTIFYING, finding_line, report_json, report_schema
from als_screen.reports.patient import render_hash, render_patient
from unit.reports.samples import DIFFERENT, NEGATIVE, SAMPLES, SETTINGS

_SCHEMA = Path(__file__).parents[3] / "workflow" / "schemas" / "report.schema.json"


def test_the_schema_in_the_repository_is_up_to_date() -> None:
    assert _SCHEMA.read_text(encoding="utf-8") == report_schema()


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(report_schema()))


@pytest.mark.parametrize("name", SAMPLES)
def test_both_forms_follow_the_schema_and_read_back(
    name: str, schema: jsonschema.Draft202012Validator
) -> None:
    for text in (report_json(SAMPLES[name]), finding_line(SAMPLES[name])):
        schema.validate(json.loads(text))
    if name != "identity different":
        assert Report.model_validate_json(report_json(SAMPLES[name])) == SAMPLES[name]


def test_a_wrong_state_does_not_follow_the_schema(schema: jsonschema.Draft202012Validator) -> None:
    data = json.loads(report_json(NEGATIVE))
    data["conclusion"]["result"] = "negative"
    with pytest.raises(jsonschema.ValidationError):
        schema.validate(data)


def test_the_text_does_not_depend_on_the_order_of_free_dictionaries() -> None:
    turned = NEGATIVE.provenance.model_copy(
        update={
            "resources": dict(reversed(NEGATIVE.provenance.resources.items())),
            "settings": dict(reversed(NEGATIVE.provenance.settings.items())),
        }
    )
    quality = dict(reversed(NEGATIVE.repeat.quality.items()))
    other = NEGATIVE.model_copy(
        update={
            "provenance": turned,
            "repeat": NEGATIVE.repeat.model_copy(update={"quality": quality}),
        }
    )
    assert report_json(other) == report_json(NEGATIVE)


def test_fields_keep_the_order_of_the_contract() -> None:
    text = report_json(NEGATIVE)
    assert text.endswith("}\n")
    assert list(json.loads(text))[:6] == [
        "schema_version",
        "patient",
        "status",
        "status_reason",
        "genome_build",
        "conclusion",
    ]
    assert list(json.loads(text)["genes"]) == ["C9orf72", "SOD1", "TARDBP", "FUS"]


def test_a_line_of_findings_names_no_person() -> None:
    line = finding_line(NEGATIVE)
    assert line.count("\n") == 1
    assert IDENTIFYING.isdisjoint(json.loads(line)["patient"])
    assert json.loads(line)["patient"]["patient"] == "P005"
    assert "Example Person" not in line


def test_a_number_that_is_not_finite_is_refused() -> None:
    wrong = NEGATIVE.repeat.model_copy(update={"log10_likelihood_ratio": float("nan")})
    with pytest.raises(ValueError, match="not JSON compliant"):
        report_json(NEGATIVE.model_copy(update={"repeat": wrong}))


@pytest.mark.parametrize("secret", ["SECRETREASON", "A4V", "c.14C>T", "610", "38 fragments"])
def test_different_persons_show_nothing(secret: str) -> None:
    assert secret in DIFFERENT.model_dump_json()
    assert secret not in report_json(DIFFERENT)
    assert secret not in finding_line(DIFFERENT)


def test_the_fingerprint_leaves_in_no_file() -> None:
    mark = "31182621CA1"
    seen = Fingerprint(build=Build.GRCH38, genotypes={"16": mark})
    for report in SAMPLES.values():
        marked = report.model_copy(update={"fingerprint": Fingerprints(vcf=seen, reads=seen)})
        assert mark in marked.model_dump_json(), "it is in the laboratory's findings"
        page = render_patient(marked, SETTINGS, "en")
        line = read_line(marked.model_dump_json().encode())
        everyone = Cohort((line.finding,), {})
        assert mark not in render_cohort(everyone, SETTINGS)
        cohort = [cohort_tsv(everyone.rows), line.text.decode(), multiqc_json(everyone)]
        for text in (report_json(marked), finding_line(marked), page, *cohort):
            assert mark not in text
            assert "fingerprint" not in text
        assert render_hash(marked, SETTINGS, "en") == render_hash(report, SETTINGS, "en")
