"""A seeded sample of the mutation campaign; the thousands run in `benchmarks/mutations`."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.models import Report
from als_screen.regions import Gene
from mutation_campaign import Case, cases, judge, prepare, run_case, screen
from workflow_runs import ROOT

SEED, NUMBER = 20, 40


@pytest.fixture(scope="module")
def demo() -> Path:
    prepare(ROOT / "demo")
    return ROOT / "demo"


@pytest.mark.parametrize("case", list(cases(SEED, NUMBER)), ids=lambda case: f"{case.number}")
def test_damage_gives_no_wrong_answer(case: Case, demo: Path, tmp_path: Path) -> None:
    outcome = run_case(case, SEED, demo, tmp_path)
    assert not outcome.wrong, outcome.line()


def test_the_judge_sees_wrong_answers(demo: Path, tmp_path: Path) -> None:
    """Hold one person's answer against another's truth: the campaign could not fail without this."""
    who = "DEMO-03-SOD1-A5V"
    files = {"vcf": demo / "variants" / f"{who}.vcf.gz", "reads": demo / "reads" / f"{who}.bam"}
    report = screen(who, files, tmp_path)
    assert list(judge(report)) == []
    negative = "DEMO-09-NEGATIVE"
    assert "SOD1 is positive, and is not_found in truth" in judge(renamed(report, negative))
    expanded = list(judge(renamed(report, "DEMO-01-C9-EXPANDED")))
    assert "C9orf72 is not_found, and is positive in truth" in expanded
    assert any(line.startswith("the repeat is 2/5") for line in expanded)


def renamed(report: Report, patient: str) -> Report:
    assert Gene.SOD1 in report.genes
    return report.model_copy(update={"patient": report.patient.model_copy(update={"patient": patient})})
