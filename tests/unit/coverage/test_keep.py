"""Which alleles' reads are kept, from a BAM to the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.coverage import keep
from als_screen.coverage.keep import screen_and_keep
from als_screen.coverage.screen import screen_coverage
from als_screen.evidence import State, VariantEvidence
from als_screen.read_views import VariantReads
from als_screen.regions import Gene
from als_screen.resources import bundled
from coverage_reads import allele, carrying, checked, gene_bases, patient, sam_line, write_sam_lines

#: SOD1 p.Asp91Ala, 1-based.
SITE = 31_667_290
START = SITE - 51


def lines(alternate: int, total: int = 20, alt: str = "C") -> list[str]:
    """Reads of 100 bases over the site, every second one reverse, the first ones with the allele."""
    bases = gene_bases(Gene.SOD1, START, START + 100)
    with_alt = bases[:50] + alt + bases[51:]
    return [
        sam_line(f"r{n}", START, "100M", with_alt if n < alternate else bases, flag=16 * (n % 2))
        for n in range(total)
    ]


def kept(tmp_path: Path, found: list[str], variants: VariantEvidence | None = None) -> VariantReads:
    path = write_sam_lines(tmp_path / "a.bam", found)
    known = variants or carrying()
    evidence, reads = screen_and_keep(patient(path), checked(path), known, bundled(), None)
    assert evidence == screen_coverage(patient(path), checked(path), known, bundled(), None)
    return reads


def places(found: VariantReads) -> list[tuple[int, str, str, int]]:
    return [(site.pos, site.ref, site.alt, site.total) for site in found.sites]


def test_an_allele_of_the_vcf_is_kept_whatever_the_reads_show(tmp_path: Path) -> None:
    found = kept(tmp_path, lines(0), carrying(allele(Gene.SOD1, SITE, "A", "C")))
    assert places(found) == [(SITE, "A", "C", 20)]
    (site,) = found.sites
    assert site.reference == gene_bases(Gene.SOD1, site.start, site.start + len(site.reference))
    assert site.start == SITE - 1 - keep.AROUND
    assert {read.row.strip() for read in site.reads} == {"." * 81}


@pytest.mark.parametrize(
    ("alternate", "total", "seen"),
    [
        pytest.param(5, 25, True, id="a fifth of 25"),
        pytest.param(4, 12, False, id="four fragments"),
        pytest.param(5, 26, False, id="less than a fifth"),
    ],
)
def test_an_allele_that_no_vcf_holds_needs_reads(
    tmp_path: Path, alternate: int, total: int, seen: bool
) -> None:
    assert places(kept(tmp_path, lines(alternate, total))) == ([(SITE, "A", "C", total)] if seen else [])


def test_alleles_outside_the_counted_regions_are_not_kept(tmp_path: Path) -> None:
    deep = bundled().gene_region(checked(tmp_path).build, Gene.SOD1).start + 200  # type: ignore[arg-type]
    base = gene_bases(Gene.SOD1, deep - 1, deep)
    found = kept(tmp_path, lines(0), carrying(allele(Gene.SOD1, deep, base, "A" if base != "A" else "C")))
    assert (found.state, found.sites) == (State.ASSESSED, ())


def test_there_is_a_limit_and_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "MOST_SITES", 1)
    found = kept(tmp_path, lines(10), carrying(allele(Gene.SOD1, SITE + 5, "G", "T")))
    assert len(found.sites) == 1
    assert found.left_out == 1


def test_without_reads_the_reason_is_kept() -> None:
    without = checked(Path("a.bam")).model_copy(update={"reads": None})
    _, found = screen_and_keep(patient(None), without, carrying(), bundled(), None)
    assert (found.state, found.reason) == (State.NOT_ASSESSED, "no reads were given")


def test_what_cannot_be_kept_does_not_cost_the_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "site_read", lambda *_: 1 / 0)
    found = kept(tmp_path, lines(10))
    assert found.state is State.NOT_ASSESSED
    assert "ZeroDivisionError" in found.reason
