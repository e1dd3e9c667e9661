import argparse
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.interpretation.knowledge.command import add_update_knowledge
from als_screen.interpretation.knowledge.lookup import Knowledge

CLINVAR = """##fileformat=VCFv4.1
##fileDate=2026-08-02
##reference=GRCh38
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">
##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
21\t31659783\t14763\tC\tT\t.\t.\tCLNSIG=Pathogenic;CLNREVSTAT=practice_guideline
"""


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_update_knowledge(parser.add_subparsers())
    options = parser.parse_args(["update-knowledge", *arguments])
    code: int = options.command(options)
    return code


def test_it_writes_the_directory_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clinvar.vcf"
    path.write_text(CLINVAR)
    assert run("--clinvar", str(path), "--out", str(tmp_path / "mine")) == 0
    assert capsys.readouterr().out.startswith("clinvar 2026-08-02: 1 alleles")
    assert Knowledge.load(tmp_path / "mine").versions()["clinvar"].release == "2026-08-02"


def test_a_wrong_request_is_told_by_the_boundary(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no downloaded file"):
        run("--out", str(tmp_path / "mine"))


def test_out_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--clinvar", "x.vcf")
    assert "--out" in capsys.readouterr().err
