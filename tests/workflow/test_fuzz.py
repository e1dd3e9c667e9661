"""A seeded sample of the fuzz targets; the hours run in `benchmarks/fuzz`."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_runs import ROOT

SPEC = importlib.util.spec_from_file_location("fuzz_targets", ROOT / "benchmarks" / "fuzz" / "targets.py")
assert SPEC is not None
assert SPEC.loader is not None
targets = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(targets)

#: Pieces that a sheet, a release or a read is made of, so that chance gets past the first line.
PIECES = {
    "sheet": [
        b"patient",
        b"vcf",
        b"reads",
        b"\t",
        b"\n",
        b"P1",
        b"a.vcf",
        b"b.bam",
        b'"',
        b"\r",
        b"\xef\xbb\xbf",
    ],
    "clinvar": [
        *(b"##fileformat=VCFv4.1\n", b"##fileDate=2026-06-21\n", b"##reference=GRCh38\n"),
        *(b"##INFO=<ID=CLNSIG,>\n", b"##INFO=<ID=CLNREVSTAT,>\n", b"#CHROM\tPOS\tID\tREF\tALT\n"),
        *(b"21\t31659783\t1\tC\tT\t.\t.\tCLNSIG=Benign;CLNREVSTAT=x\n", b"\t", b"\n", b",", b"21", b"-1"),
    ],
    "callable_bed": [b"chr21", b"21", b"\t", b"\n", b"31659000", b"31660000", b"9" * 5000, b"\xef\xbb\xbf"],
    "vcf_fields": [
        *(b"chr21", b"\t", b"31659000", b"<DEL>", b"<INS>", b"[21:31660000[", b"END=", b"SVLEN=-", b";"),
        *(b",", b"9" * 5000, b"12", b"."),
    ],
    "realigner": [b"GGCCCC" * 20, b"ACGT" * 20, b"\x00" * 60],
}


@pytest.mark.parametrize("name", sorted(PIECES))
def test_any_bytes(name: str) -> None:
    piece = st.sampled_from(PIECES[name]) | st.binary(max_size=20)

    @settings(max_examples=150, derandomize=True, deadline=None)
    @given(st.lists(piece, max_size=30).map(b"".join))
    def holds(data: bytes) -> None:
        targets.TARGETS[name](data)

    holds()
