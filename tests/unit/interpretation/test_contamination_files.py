"""A second person's reads mixed into BAM and CRAM, from the files to the report of `als-screen screen`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from als_screen.evidence import CoverageEvidence
from als_screen.models import Report
from als_screen.regions import Build, Gene
from als_screen.simulate.bam import Sample, write_bam, write_cram
from als_screen.simulate.haplotype import Person
from als_screen.simulate.pairs import Read
from als_screen.simulate.panel import draw_panel, panel_reads, panel_sites, panel_table
from als_screen.simulate.reads import contaminated, sequence_person, sort_reads
from als_screen.simulate.settings import Sequencing, random_for
from als_screen.single import screen_one

BUILD, SITES, SHARE = Build.GRCH38, panel_sites(100), 0.25
SAMPLE = Sample("P1", BUILD)


def panel(name: str, share: float) -> list[Read]:
    rng = random_for(name, "panel")
    return panel_reads(rng, draw_panel(rng, SITES), 30 * share, name)


@pytest.fixture(scope="module")
def mixed() -> list[Read]:
    """The patient carries nothing, the other person an expansion."""
    people = Person(BUILD, (), (2, 8)), Person(BUILD, (), (2, 400))
    reads = contaminated(people, SHARE, Sequencing(), "mixed")
    return sort_reads([*reads, *panel("first", 1 - SHARE), *panel("second", SHARE)], BUILD)


def screened(folder: Path, reads: Path, **identity: str) -> tuple[Report, str]:
    """Return the result and the text of the page."""
    config = folder / "config.yaml"
    config.write_text(json.dumps({"identity": identity, "report": {"language": "en"}}))
    screen_one({"patient": "P1", "reads": str(reads)}, folder / "out", config)
    page = (folder / "out" / "report.html").read_text()
    return Report.model_validate_json((folder / "out" / "report.json").read_text()), page


@pytest.mark.parametrize(("name", "write"), [("P1.bam", write_bam), ("P1.cram", write_cram)])
def test_a_mixture_is_found_and_no_answer_is_the_patients(
    tmp_path: Path, mixed: list[Read], name: str, write: Callable[[Path, list[Read], Sample], None]
) -> None:
    (tmp_path / "sites.tsv").write_text(panel_table(SITES, BUILD))
    write(tmp_path / name, mixed, SAMPLE)
    found, page = screened(tmp_path, tmp_path / name, sites=str(tmp_path / "sites.tsv"))
    assert found.contamination.state == "detected"
    assert found.contamination.sites >= 90
    assert found.contamination.share is not None
    assert SHARE - 0.06 < found.contamination.share < SHARE + 0.21
    assert (found.repeat.state, found.conclusion.result) == ("possible_expansion", "uncertain")
    assert found.repeat.probability_expanded is not None
    assert found.repeat.probability_expanded > 0.95
    assert "the allele may be that person's" in found.repeat.reason
    assert not found.conclusion.complete
    states = [found.genes[gene].state for gene in Gene]
    assert states == ["uncertain", "incomplete", "incomplete", "incomplete"]
    for words in ("of the reads are a second person", "A second person&#39;s reads are mixed in."):
        assert words in page
    assert "Repeat the test with a new sample" in page


def test_one_person_is_none(tmp_path: Path) -> None:
    (tmp_path / "sites.tsv").write_text(panel_table(SITES, BUILD))
    reads = sequence_person(Person(BUILD, (), (2, 8)), Sequencing(), "alone")
    write_bam(tmp_path / "P1.bam", sort_reads([*reads, *panel("first", 1.0)], BUILD), SAMPLE)
    found, page = screened(tmp_path, tmp_path / "P1.bam", sites=str(tmp_path / "sites.tsv"))
    assert (found.contamination.state, found.conclusion.result) == ("not_detected", "not_found")
    assert "No second person&#39;s reads were found." in page
    evidence = (tmp_path / "out" / "evidence" / "coverage.jsonl").read_text()
    counted = CoverageEvidence.model_validate_json(evidence).sites
    assert len(counted) == len(SITES), "all are counted, though no VCF speaks of them"


def test_without_sites_it_is_not_assessed(tmp_path: Path, mixed: list[Read]) -> None:
    write_bam(tmp_path / "P1.bam", mixed, SAMPLE)
    found, page = screened(tmp_path, tmp_path / "P1.bam")
    assert found.contamination.state == "not_assessed"
    assert found.contamination.reason.endswith("give a file of them as identity.sites")
    assert "Whether a second person&#39;s reads are mixed in was not assessed." in page
