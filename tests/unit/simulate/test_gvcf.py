from __future__ import annotations

from itertools import pairwise

import pysam
import pytest

from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.bam import Sample
from als_screen.simulate.calls import carried_calls, depths
from als_screen.simulate.gvcf import write_gvcf
from als_screen.simulate.pairs import Read
from simulated_people import CARRIER, DELETION, HETEROZYGOUS


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory, carrier_reads: list[Read]) -> list[pysam.VariantRecord]:
    path = tmp_path_factory.mktemp("gvcf") / "x.g.vcf.gz"
    write_gvcf(path, carried_calls(CARRIER, carrier_reads), carrier_reads, Sample("P1", Build.GRCH38))
    with pysam.VariantFile(str(path)) as file:
        return list(file)


def test_blocks_and_variants_cover_every_base_of_the_genes_once(records: list[pysam.VariantRecord]) -> None:
    for part in bundled().slices(Build.GRCH38).values():
        own = [record for record in records if record.chrom == f"chr{part.region.chrom}"]
        assert (own[0].start, own[-1].stop) == (part.region.start, part.region.end)
        assert all(one.stop == other.start for one, other in pairwise(own))


def test_a_block_tells_the_lowest_depth_and_its_first_base(
    records: list[pysam.VariantRecord], carrier_reads: list[Read]
) -> None:
    part = bundled().slices(Build.GRCH38)[Gene.SOD1]
    depth = depths(carrier_reads, part.region)
    blocks = [r for r in records if r.chrom == "chr21" and r.alts == ("<NON_REF>",)]
    for block in blocks:
        inside = depth[block.start - part.region.start : block.stop - part.region.start]
        call = block.samples["P1"]
        assert call["GT"] == (0, 0)
        assert call["MIN_DP"] == inside.min()
        assert call["GQ"] == min(99, 3 * inside.min())
        assert block.ref == part.fetch(block.start, block.start + 1)
    assert {block.samples["P1"]["GQ"] for block in blocks} >= {0, 99}


@pytest.mark.parametrize("variant", [HETEROZYGOUS, DELETION])
def test_a_variant_has_the_symbolic_allele_too(variant: object, records: list[pysam.VariantRecord]) -> None:
    found = [r for r in records if r.alts and len(r.alts) == 2 and r.pos == variant.pos]  # type: ignore[attr-defined]
    assert [record.alts[1] for record in found if record.alts] == ["<NON_REF>"]
    call = found[0].samples["P1"]
    assert call["GT"] == (0, 1)
    assert len(call["AD"]) == 3
    assert len(call["PL"]) == 6
    assert call["PL"][1] == 0
