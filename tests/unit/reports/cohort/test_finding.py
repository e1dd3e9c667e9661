from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.regions import Build
from als_screen.reports.cohort.finding import CohortFinding, of_report, read_line, read_lines
from als_screen.reports.json_report import finding_line
from als_screen.states import IdentityState
from unit.reports import samples
from unit.reports.pages import HOSTILE

PRINTS = Fingerprints(vcf=Fingerprint(build=Build.GRCH38, genotypes={"21": "5AC1"}), reads=None)


@pytest.mark.parametrize("name", samples.SAMPLES)
@pytest.mark.parametrize("prints", [pytest.param(None, id="without"), pytest.param(PRINTS, id="with")])
def test_the_public_line_is_the_object_of_finding_line(name: str, prints: Fingerprints | None) -> None:
    report = samples.SAMPLES[name].model_copy(update={"fingerprint": prints})
    line = read_line(report.model_dump_json().encode() + b"\n").text.decode()
    assert json.loads(line) == json.loads(finding_line(report))
    assert "Example Person" not in line
    assert "5AC1" not in line
    assert line.count("\n") == 1


def test_a_name_of_a_field_inside_a_text_cuts_nothing() -> None:
    text = ',"fingerprint":{"vcf":null} "patient": ' + HOSTILE
    report = samples.NOT_ANALYSED.model_copy(update={"status_reason": text, "fingerprint": PRINTS})
    assert json.loads(read_line(report.model_dump_json().encode()).text) == json.loads(finding_line(report))


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_the_reported_variants_are_those_of_the_whole_line(name: str) -> None:
    hostile = samples.variant(legacy='"reported":true {"gene":"', filter=',"variants":[', reported=False)
    report = samples.SAMPLES[name].model_copy(
        update={"variants": (hostile, *samples.SAMPLES[name].variants, hostile)}
    )
    whole = CohortFinding.model_validate_json(report.model_dump_json())
    if report.identity.state is not IdentityState.DIFFERENT:
        assert of_report(report).variants == whole.reported


def test_a_line_that_is_laid_out_otherwise_is_read_all_the_same() -> None:
    report = samples.SOD1_POSITIVE.model_copy(update={"fingerprint": PRINTS})
    data = report.model_dump(mode="json")
    turned = json.dumps(dict(reversed(data.items()))).encode()
    line = read_line(turned)
    assert json.loads(line.text) == json.loads(finding_line(report))
    assert line.finding.variants == of_report(report).variants


def test_files_of_different_persons_keep_nothing_but_what_compares_them() -> None:
    report: Report = samples.DIFFERENT.model_copy(update={"fingerprint": PRINTS})
    found = read_line(report.model_dump_json().encode()).finding
    assert (found.variants, found.repeat.alleles, found.fingerprint) == ((), (), PRINTS)


def test_a_broken_file_is_told_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "RUN.jsonl"
    path.write_text("{}\n")
    with pytest.raises(AlsScreenError, match=r"RUN\.jsonl: not a file of findings"):
        list(read_lines(path))
