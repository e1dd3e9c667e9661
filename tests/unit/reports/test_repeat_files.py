"""The repeat as VCF and JSON, read by the real stranger with a catalogue of our policy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pysam
import pytest

from als_screen.models import RepeatResult, Report
from als_screen.regions import Build
from als_screen.reports.pictures import ReadsShown
from als_screen.reports.repeat_files import catalogue_json, repeat_files, repeat_json, repeat_vcf
from als_screen.states import RepeatState
from unit.reports.picture_reads import EXPANDED_READS, repeat_reads
from unit.reports.samples import (
    DIFFERENT,
    INTERMEDIATE,
    LARGE,
    NEGATIVE,
    NO_REPEAT,
    NOT_ANALYSED,
    NOT_EXPANDED,
    POLICY,
    allele,
)


def with_repeat(result: RepeatResult, **changes: Any) -> Report:
    return NEGATIVE.model_copy(update={"repeat": result.model_copy(update=changes)})


POSSIBLE = with_repeat(NOT_EXPANDED, state=RepeatState.POSSIBLE_EXPANSION, reason="in-repeat reads; 2 = odd")
REFERENCE = with_repeat(NOT_EXPANDED, alleles=(allele(3, 3, 3), allele(3, 3, 3)))
SHORT_BUT_EXPANDED = with_repeat(LARGE, alleles=(allele(2, 2, 2), allele(29, 28, 60, "estimate")))
NO_SIZE = with_repeat(NOT_EXPANDED, state=RepeatState.NOT_ASSESSED, reason="too few reads")


def records(vcf: str, tmp_path: Path) -> pysam.VariantRecord:
    """Return the one record, as htslib reads it."""
    path = tmp_path / "a.vcf"
    path.write_text(vcf, encoding="utf-8")
    with pysam.VariantFile(str(path)) as file:
        (record,) = list(file)
    return record


def annotated(report: Report, tmp_path: Path) -> dict[str, str | None]:
    """Return the INFO fields after the real stranger has annotated the VCF."""
    (tmp_path / "a.vcf").write_text(repeat_vcf(report, None), encoding="utf-8")
    (tmp_path / "c.json").write_text(catalogue_json(report.repeat.policy, Build.GRCH38), encoding="utf-8")
    command = [sys.executable, "-m", "stranger", "--repeats-file", "c.json", "--loglevel", "ERROR", "a.vcf"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    (row,) = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    pairs = (field.partition("=") for field in row.split("\t")[7].split(";"))
    return {key: value for key, _, value in pairs}


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        pytest.param(with_repeat(NOT_EXPANDED), "normal", id="not expanded"),
        pytest.param(REFERENCE, "normal", id="as the reference"),
        pytest.param(with_repeat(INTERMEDIATE), "pre_mutation", id="intermediate"),
        pytest.param(with_repeat(LARGE), "full_mutation", id="expanded"),
        pytest.param(POSSIBLE, None, id="possible expansion with normal sizes"),
        pytest.param(SHORT_BUT_EXPANDED, None, id="expanded, but the estimate is below"),
        pytest.param(NO_SIZE, None, id="not assessed, though some reads speak"),
        pytest.param(with_repeat(NO_REPEAT), None, id="no reads"),
    ],
)
def test_stranger_gives_our_verdict_or_none(report: Report, verdict: str | None, tmp_path: Path) -> None:
    info = annotated(report, tmp_path)
    assert info.get("STR_STATUS") == verdict
    assert info["STATE"] == report.repeat.state
    if verdict:
        assert (info["STR_NORMAL_MAX"], info["STR_PATHOLOGIC_MIN"]) == ("23", "31")


def test_the_record_has_the_known_fields(tmp_path: Path) -> None:
    record = records(repeat_vcf(with_repeat(LARGE), EXPANDED_READS), tmp_path)
    assert (record.chrom, record.pos, record.ref, record.stop) == ("chr9", 27573528, "C", 27573546)
    assert record.alts == ("<STR2>", "<STR610>")
    assert (record.info["REF"], record.info["RL"], record.info["RU"]) == (3, 18, "GGCCCC")
    sample = record.samples[0]
    assert sample["GT"] == (1, 2)
    values = {key: sample[key] for key in ("SO", "REPCN", "REPCI", "ADSP", "ADFL", "ADIR")}
    assert values == {
        "SO": "SPANNING/INREPEAT",
        "REPCN": "2/610",
        "REPCI": "2-2/240-.",
        "ADSP": "14/0",
        "ADFL": "3/21",
        "ADIR": "0/38",
    }
    assert sample["LC"] == pytest.approx(29.13)


@pytest.mark.parametrize(
    ("report", "alts", "genotype"),
    [
        pytest.param(REFERENCE, None, (0, 0), id="two reference alleles"),
        pytest.param(
            with_repeat(NOT_EXPANDED, alleles=(allele(3, 3, 3), allele(8, 8, 8))),
            ("<STR8>",),
            (0, 1),
            id="one",
        ),
        pytest.param(
            with_repeat(NOT_EXPANDED, alleles=(allele(2, 2, 2),) * 2), ("<STR2>",), (1, 1), id="twice"
        ),
    ],
)
def test_genotypes(
    report: Report, alts: tuple[str] | None, genotype: tuple[int, int], tmp_path: Path
) -> None:
    record = records(repeat_vcf(report, None), tmp_path)
    assert (record.alts, record.samples[0]["GT"]) == (alts, genotype)


@pytest.mark.parametrize("report", [NO_SIZE, with_repeat(NO_REPEAT)], ids=["few reads", "no reads"])
def test_not_assessed_has_no_genotype_and_no_size(report: Report, tmp_path: Path) -> None:
    vcf = repeat_vcf(report, None)
    record = records(vcf, tmp_path)
    assert record.samples[0]["GT"] == (None, None)
    assert list(record.filter) == ["NotAssessed"]
    assert vcf.rstrip().endswith("./.:.:.:.:.:.:.:.")
    assert "<STR" not in vcf
    variant = json.loads(repeat_json(report, None))["LocusResults"]["C9ORF72"]["Variants"]["C9ORF72"]
    assert "Genotype" not in variant


def test_the_chromosome_is_named_as_in_the_reads(tmp_path: Path) -> None:
    plain = repeat_reads(contig="9")
    assert records(repeat_vcf(NEGATIVE, plain), tmp_path).chrom == "9"
    other = NEGATIVE.model_copy(update={"genome_build": Build.GRCH37})
    record = records(repeat_vcf(other, None), tmp_path)
    assert (record.chrom, record.pos) == ("9", 27573526)


def test_the_json_has_counts_by_units() -> None:
    found = json.loads(repeat_json(with_repeat(LARGE), EXPANDED_READS))["LocusResults"]["C9ORF72"]
    variant = found["Variants"]["C9ORF72"]
    assert variant["Genotype"] == "2/610"
    assert variant["GenotypeConfidenceInterval"] == "2-2/240-."
    assert variant["CountsOfSpanningReads"] == "(2, 14)"
    assert variant["CountsOfInrepeatReads"] == "(25, 38)"
    assert variant["ReferenceRegion"] == "chr9:27573528-27573546"
    assert (found["ReadLength"], found["AlleleCount"], found["State"]) == (150, 2, "expanded")


def test_files_of_different_persons_tell_nothing() -> None:
    files = repeat_files(DIFFERENT, ReadsShown(EXPANDED_READS))
    assert set(files) == {"repeat.vcf", "repeat.json"}
    assert "610" not in "".join(files.values())
    assert "(2, 14)" not in files["repeat.json"]


def test_reads_that_another_step_found_broken_are_not_counted() -> None:
    files = repeat_files(with_repeat(NO_REPEAT), ReadsShown(EXPANDED_READS))
    assert set(files) == {"repeat.vcf", "repeat.json"}
    assert "(2, 14)" not in files["repeat.json"]


def test_a_patient_without_build_has_no_files() -> None:
    assert repeat_files(NOT_ANALYSED, ReadsShown(EXPANDED_READS)) == {}


def test_the_picture_by_itself_is_english() -> None:
    svg = repeat_files(with_repeat(LARGE), ReadsShown(EXPANDED_READS))["repeat.svg"]
    assert svg.startswith("<svg xmlns")
    assert "left flank" in svg


def test_the_catalogue_follows_the_policy() -> None:
    other = POLICY.model_copy(update={"normal_max": 25, "intermediate_max": 39})
    (entry,) = json.loads(catalogue_json(other, Build.GRCH37))
    assert (entry["NormalMax"], entry["PathologicMin"]) == (25, 40)
    assert entry["ReferenceRegion"] == "9:27573526-27573544"
