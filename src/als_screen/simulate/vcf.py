"""Write calls as variant callers do: single-sample or joint; `.vcf`, `.vcf.gz` (.tbi) or `.bcf` (.csi)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pysam
import pysam.bcftools

from als_screen.simulate.bam import Sample
from als_screen.simulate.calls import Call
from als_screen.simulate.contigs import contig_name
from als_screen.simulate.files import publish
from als_screen.simulate.haplotype import SmallVariant

HEADER = (
    "##fileformat=VCFv4.2",
    "##source=als-screen simulate",
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##FILTER=<ID=LowQual,Description="Low quality">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">',
    '##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Phred-scaled genotype likelihoods">',
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Alternate allele count">',
    '##INFO=<ID=AN,Number=1,Type=Integer,Description="Called alleles">',
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth of all samples">',
)


def write_vcf(path: Path, calls: Mapping[str, Sequence[Call]], sample: Sample) -> None:
    """Write the calls of one or several samples; the suffix of `path` decides the format.

    `sample` gives build, contig names and contigs; the columns are the keys of `calls`, in order. A site that
    a sample has no call for is `./.`. Indexed: `.vcf.gz` (.tbi) and `.bcf` (.csi).
    """
    lines = [*header_lines(sample, list(calls)), *_record_lines(calls, sample)]
    write_lines(path, lines)


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write the lines of a VCF in the format that the suffix says, with its index."""
    publish(path, lambda temporary: _write(temporary, lines))


def header_lines(sample: Sample, columns: Sequence[str], extra: Sequence[str] = ()) -> list[str]:
    """Return the header with full contig lengths, `extra` meta lines before the contigs."""
    contigs = [
        f"##contig=<ID={contig_name(chrom, prefix=sample.prefix)},length={length},assembly={sample.build}>"
        for chrom, length in sample.lengths().items()
    ]
    names = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    return [*HEADER, *extra, *contigs, "\t".join([*names, *columns])]


def sites_in_order(variants: Iterable[SmallVariant], sample: Sample) -> list[SmallVariant]:
    """Return the variants in the order of the header's contigs, each once."""
    order = {chrom: index for index, chrom in enumerate(sample.lengths())}
    return sorted(set(variants), key=lambda variant: (order[variant.chrom], variant))


def _record_lines(calls: Mapping[str, Sequence[Call]], sample: Sample) -> Iterator[str]:
    by_site = {name: {call.variant: call for call in found} for name, found in calls.items()}
    every = (variant for found in by_site.values() for variant in found)
    for variant in sites_in_order(every, sample):
        row = [found.get(variant) for found in by_site.values()]
        yield record_line(variant, row, sample)


def record_line(variant: SmallVariant, row: Sequence[Call | None], sample: Sample) -> str:
    """Return one record; a sample without a call is missing."""
    called = [call for call in row if call is not None and call.genotype is not None]
    alternate = sum(sum(call.genotype or ()) for call in called)
    quality = sum(call.likelihoods[0] for call in called if call.is_alternate)
    failed = sorted({call.filter for call in called if call.is_alternate and call.filter != "PASS"})
    info = f"AC={alternate};AN={2 * len(called)};DP={sum(call.depth for call in called)}"
    place = [contig_name(variant.chrom, prefix=sample.prefix), str(variant.pos), "."]
    fixed = [variant.ref, variant.alt, str(quality), ";".join(failed) or "PASS", info, "GT:AD:DP:GQ:PL"]
    return "\t".join([*place, *fixed, *(_sample_field(call) for call in row)])


def _sample_field(call: Call | None) -> str:
    if call is None or call.genotype is None:
        return "./.:0,0:0:.:."
    genotype = "/".join(map(str, call.genotype))
    likelihoods = ",".join(map(str, call.likelihoods))
    return f"{genotype}:{call.ref_depth},{call.alt_depth}:{call.depth}:{call.genotype_quality}:{likelihoods}"


def _write(path: Path, lines: Sequence[str]) -> None:
    text = "\n".join(lines) + "\n"
    if path.suffix == ".vcf":
        path.write_text(text, encoding="ascii")
        return
    plain = path.with_name("plain.vcf")
    plain.write_text(text, encoding="ascii")
    if path.suffix == ".bcf":
        pysam.bcftools.view("--no-version", "-Ob", "-o", str(path), str(plain), catch_stdout=False)
        pysam.bcftools.index(str(path), catch_stdout=False)
    else:
        pysam.tabix_compress(str(plain), str(path))
        pysam.tabix_index(str(path), preset="vcf")
    plain.unlink()
