"""Fuzz one target for some seconds, guided by coverage.

Run: `.venv/bin/pip install atheris`, then `.venv/bin/python benchmarks/fuzz/run.py sheet --seconds 300`.
A find is written to `crash-…` in the working directory and becomes a test. Ends with 0 where there is none.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["als_screen"]):
    from targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
RELEASE = """##fileformat=VCFv4.1
##fileDate=2026-06-21
##reference=GRCh38
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="">
##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
21\t31659783\t14763\tC\tT\t.\t.\tCLNSIG=Pathogenic;CLNREVSTAT=criteria_provided,_single_submitter
"""
#: Something to begin with: a good sheet, the head of a small release, reads of flank and repeat.
SEEDS = {
    "sheet": [(ROOT / "config" / "samples.tsv").read_bytes(), b"patient\tvcf\treads\nP1\ta.vcf\tb.bam\n"],
    "clinvar": [RELEASE.encode()],
    "callable_bed": [b"chr21\t31659000\t31660000\tCALLABLE\n", b"21 31659000 31660000\n"],
    "vcf_fields": [b"chr21\t31659000\t.\tA\t<DEL>,C[chr21:31700000[\t.\t.\tEND=31660000;SVLEN=-9", b"30,12"],
    "realigner": [b"GGCCCC" * 50, b"ACGT" * 75],
}


def main() -> None:
    """Fuzz; atheris ends the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    corpus = Path(tempfile.mkdtemp(prefix="corpus-"))
    for number, seed in enumerate(SEEDS[given.target]):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={given.seconds}", "-max_len=4096", "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *options], TARGETS[given.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
