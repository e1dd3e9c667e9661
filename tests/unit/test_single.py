"""One patient without a sheet: what is refused, and what is said."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.single import screen_one

VCF = """##fileformat=VCFv4.2
##contig=<ID=chr21,length=46709983>
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP
chr21\t31659783\t.\tC\tT\t50\tPASS\t.\tGT\t0/1
"""


@pytest.fixture
def row(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "p.vcf").write_text(VCF)
    return {"patient": "P1", "vcf": str(tmp_path / "p.vcf")}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "my.yaml"
    path.write_text("report: {pdf: false}\n")
    return path


def test_variant_is_found(tmp_path: Path, row: dict[str, str], config: Path) -> None:
    assert screen_one(row, tmp_path / "out", config) == 0
    assert "NM_000454.5:c.14C&gt;T" in (tmp_path / "out" / "report.html").read_text()


def test_out_that_is_a_file_is_refused(tmp_path: Path, row: dict[str, str], config: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="--out is a file"):
        screen_one(row, tmp_path / "out", config)
    assert (tmp_path / "out").read_text() == "mine"


def test_bad_callable_regions_do_not_cost_the_vcf(tmp_path: Path, row: dict[str, str], config: Path) -> None:
    (tmp_path / "c.bed").write_text("chr21\tten\ttwenty\n")
    assert screen_one({**row, "callable": str(tmp_path / "c.bed")}, tmp_path / "out", config) == 3
    text = (tmp_path / "out" / "report.json").read_text()
    assert '"analysed_in_part"' in text
    assert "NM_000454.5:c.14C>T" in text


def test_a_crash_and_a_limit_end_the_worker_and_not_the_command(
    tmp_path: Path, row: dict[str, str], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("report: {pdf: false}\nlimits: {seconds: 1}\n")

    def hangs(*arguments: object) -> None:
        time.sleep(60)

    def crashes(*arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    for fault, reason in ((hangs, "took longer than 1 s (limits.seconds)"), (crashes, "ended by SIGKILL")):
        monkeypatch.setattr("als_screen.variants.screen.screen_variants", fault)
        assert screen_one(row, tmp_path / "out", config) == 3
        assert reason in (tmp_path / "out" / "report.json").read_text()


def test_unaffected_person_is_told_about(
    tmp_path: Path, row: dict[str, str], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen_one({**row, "diagnosis": "unaffected"}, tmp_path / "out", config) == 0
    assert "no report: the person is unaffected" in capsys.readouterr().err
    assert not (tmp_path / "out" / "report.html").exists()


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path, row: dict[str, str], config: Path) -> None:
    (tmp_path / "out").write_text("mine")
    config.write_text("identity: {sites: none.tsv}\n")
    with pytest.raises(InputError) as caught:
        screen_one({**row, "sex": "x", "vcf": "none.vcf"}, tmp_path / "out", config)
    assert len(caught.value.problems) == 4


def test_a_directory_that_cannot_be_made_is_refused(
    tmp_path: Path, row: dict[str, str], config: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="--out cannot be made: Not a directory"):
        screen_one(row, tmp_path / "file" / "out", config)


def test_inputs_are_named_as_seen_from_the_working_directory(
    tmp_path: Path, row: dict[str, str], config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    screen_one({**row, "vcf": "../p.vcf"}, tmp_path / "out", config)
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    assert found["provenance"]["inputs"] == {"vcf": ["../p.vcf"]}
