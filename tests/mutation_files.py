"""Other files of the demo's people for the mutation campaign: without reads a lost record stays lost."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pysam

from als_screen.regions import Build, Region
from als_screen.resources import bundled
from als_screen.simulate.settings import random_for
from workflow_runs import ROOT

#: Records outside the genes that make a VCF larger than 256 kB: it is read by its index and not whole.
FILLER = 3000
_BLOCKS = (
    '##ALT=<ID=NON_REF,Description="Any other allele">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="Last position of the block">',
)


def without_reads(vcf: Path, folder: Path, how: str) -> dict[str, Path]:
    """Return a VCF "alone", as "gVCF", "with BED" of what could be called, or "large" with BED."""
    target = folder / vcf.name
    if how == "gVCF":
        with_blocks(vcf, target)
        return {"vcf": target}
    if how == "large":
        made_large(vcf, target)
    else:
        shutil.copyfile(vcf, target)
        shutil.copyfile(f"{vcf}.tbi", f"{target}.tbi")
    if how == "alone":
        return {"vcf": target}
    callable_bed(vcf, folder / "callable.bed")
    return {"vcf": target, "callable": folder / "callable.bed"}


def index_of_another(index: Path, rng: np.random.Generator) -> None:
    """Put the index of another person's large VCF beside a large VCF."""
    person = index.name.partition(".")[0]
    people = sorted((ROOT / "demo" / "variants").glob("DEMO-[0-9][0-9]-[A-Z0-9-]*[A-Z0-9].vcf.gz"))
    others = [vcf for vcf in people if person not in vcf.name]
    other = index.with_name("other.vcf.gz")
    made_large(others[int(rng.integers(0, len(others)))], other)
    Path(f"{other}.tbi").replace(index)


def build_of(vcf: Path) -> Build:
    return Build.GRCH37 if "GRCH37" in vcf.name else Build.GRCH38


def callable_bed(vcf: Path, bed: Path) -> None:
    """Write the gene regions as the regions that the caller could call."""
    parts = bundled().slices(build_of(vcf)).values()
    rows = (f"{_name(part.region, vcf)}\t{part.region.start}\t{part.region.end}\n" for part in parts)
    bed.write_text("".join(sorted(rows)))


def with_blocks(vcf: Path, target: Path) -> None:
    """Write a VCF as a gVCF: with blocks of reference between its records in the gene regions."""
    head, records = _lines(vcf)
    rows = [_of_gvcf(line) for line in records]
    for part in bundled().slices(build_of(vcf)).values():
        name = _name(part.region, vcf)
        spans = [_span(line) for line in records if line.startswith(f"{name}\t")]
        for start, end in _gaps(part.region, spans):
            base = part.fetch(start, start + 1)
            place = f"{name}\t{start + 1}\t.\t{base}\t<NON_REF>\t.\t.\tEND={end}"
            rows.append(f"{place}\tGT:DP:GQ:PL\t0/0:30:90:0,90,900")
    _write(target, [*head[:-1], *_BLOCKS, head[-1]], rows)


def made_large(vcf: Path, target: Path) -> None:
    """Write a VCF with thousands of records more, before, between and behind the genes."""
    head, records = _lines(vcf)
    rng = random_for("filler", vcf.name)
    contigs = sorted({line.split("\t")[0] for line in records})
    rows = []
    for at in range(FILLER):
        place = int(rng.choice([1_000_000, 35_000_000])) + int(rng.integers(0, 9_000_000))
        fixed = f"{contigs[at % len(contigs)]}\t{place}\t{rng.bytes(100).hex()}\tA\tC\t50\tPASS\t."
        rows.append(f"{fixed}\tGT:AD:DP:GQ\t0/1:15,15:30:99")
    _write(target, head, [*records, *rows])


def _lines(vcf: Path) -> tuple[list[str], list[str]]:
    lines = gzip.decompress(vcf.read_bytes()).decode().splitlines()
    head = [line for line in lines if line.startswith("#")]
    return head, lines[len(head) :]


def _write(target: Path, head: list[str], rows: list[str]) -> None:
    """Write sorted records, compress and index them."""
    ids = [line.split("ID=")[1].split(",")[0] for line in head if line.startswith("##contig")]
    rows.sort(key=lambda line: (ids.index(line.split("\t")[0]), int(line.split("\t")[1])))
    plain = target.with_suffix(".plain")
    plain.write_text("\n".join([*head, *rows]) + "\n")
    pysam.tabix_compress(str(plain), str(target), force=True)
    plain.unlink()
    pysam.tabix_index(str(target), preset="vcf", force=True)


def _name(region: Region, vcf: Path) -> str:
    return region.chrom if build_of(vcf) is Build.GRCH37 else f"chr{region.chrom}"


def _span(line: str) -> tuple[int, int]:
    """Return what a record covers, 0-based half-open."""
    fields = line.split("\t")
    return int(fields[1]) - 1, int(fields[1]) - 1 + len(fields[3])


def _gaps(region: Region, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = region.start
    for start, end in sorted(spans):
        if start > at:
            yield at, min(start, region.end)
        at = max(at, end)
    if at < region.end:
        yield at, region.end


def _of_gvcf(line: str) -> str:
    """Return a record with <NON_REF> as its last allele; what has a number an allele is left out."""
    *fields, call = line.split("\t")
    values = dict(zip(fields[8].split(":"), call.split(":"), strict=True))
    fields[4], fields[7], fields[8] = f"{fields[4]},<NON_REF>", f"DP={values['DP']}", "GT:AD:DP:GQ"
    return "\t".join([*fields, f"{values['GT']}:{values['AD']},0:{values['DP']}:{values['GQ']}"])
